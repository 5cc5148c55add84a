"""The reader: a pipeline of small named steps from raw text to figures.

Each step is a function that fills one part of a `Work`; `read_stepwise` stops after each, so that a
notebook can look at what it made:

>>> for name, work in read_stepwise("全市新增高新技术企业32家。", about=About("示例市", 2024)):
...     if name == "classify":
...         print(work.drafts[0].kind)
flow
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Final

from kechuang.figures.periods import PeriodMention, find_periods
from kechuang.figures.quantities import find_quantities
from kechuang.reading.documents import load
from kechuang.reading.drafts import Draft, draft_all
from kechuang.reading.frames import Frame, frame_of, set_modes
from kechuang.reading.grading import grade
from kechuang.reading.indicators import IndicatorMatcher
from kechuang.reading.kinds import settle_kind
from kechuang.reading.model import About, Figure, Reading
from kechuang.reading.naming import name_all
from kechuang.reading.normalise import NormalText, normalise
from kechuang.reading.occurrences import count_occurrences
from kechuang.reading.regions import region_names
from kechuang.reading.selection import Candidate, judge, make_scene
from kechuang.reading.structure import Structure, outline
from kechuang.reading.subjects import Subjects, share_out
from kechuang.reading.tables import Cell, find_cells
from kechuang.reading.timing import date_all, in_review
from kechuang.reference import Catalogue, load_catalogue

NOTHING_KNOWN: Final = About()


@dataclass(slots=True)
class Work:
    """What the steps have made of one report so far; each attribute is filled by one step."""

    raw: str
    doc: str
    about: About
    frame: Frame
    plain: NormalText
    matcher: IndicatorMatcher
    structure: Structure = field(default_factory=lambda: outline(""))
    mentions: list[PeriodMention] = field(default_factory=list[PeriodMention])
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    cells: list[Cell] = field(default_factory=list[Cell])
    drafts: list[Draft] = field(default_factory=list[Draft])
    figures: tuple[Figure, ...] = ()


Step = Callable[[Work], None]


def outline_text(work: Work) -> None:
    """Cut the plain text into paragraphs, headings and sentences."""
    work.structure = outline(work.plain.text)


def find_times(work: Work) -> None:
    """Find every expression of time, so that it is not taken for a quantity."""
    mentions = find_periods(work.plain.text, year=work.frame.year)
    work.mentions = [in_review(mention, work.frame) for mention in mentions]


def find_candidates(work: Work) -> None:
    """Find every quantity and say of each whether it is a figure."""
    text = work.plain.text
    scene = make_scene(text, work.mentions)
    work.candidates = judge(scene, find_quantities(text))


def read_tables(work: Work) -> None:
    """Read the numeric cells of tables, which carry no unit of their own."""
    work.cells = find_cells(work.plain.text) if "|" in work.plain.text else []


def draft(work: Work) -> None:
    """Begin a draft for each figure with the words around it."""
    cells = {cell.quantity.start: cell for cell in work.cells}
    ends = sorted((cell.quantity.start, cell.quantity.end) for cell in work.cells)
    covered = _Covered(ends)
    chosen = [
        each.quantity
        for each in work.candidates
        if each.refused_by is None and not covered.overlaps(each.quantity.start, each.quantity.end)
    ]
    chosen = sorted([*chosen, *(cell.quantity for cell in work.cells)], key=lambda each: each.start)
    work.drafts = draft_all(work.plain.text, chosen, work.structure.sentences, work.mentions)
    for each in work.drafts:
        cell = cells.get(each.quantity.start)
        if cell is not None:
            each.row = each.quantity.start
            each.kind, each.measure = cell.kind, cell.measure


class _Covered:
    """Spans already taken by table cells."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = spans
        self.place = 0

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a later span than any asked before overlaps a cell."""
        while self.place < len(self.spans) and self.spans[self.place][1] <= start:
            self.place += 1
        return self.place < len(self.spans) and self.spans[self.place][0] < end


def set_frame(work: Work) -> None:
    """Tell reviews from plans, passage by passage."""
    set_modes(work.structure, work.drafts, work.frame)


def classify(work: Work) -> None:
    """Settle the kind and the sign of every figure."""
    for each in work.drafts:
        if each.row is None:
            settle_kind(each)


def name(work: Work) -> None:
    """Name what each figure measures."""
    name_all(work.plain.text, [each for each in work.drafts if each.row is None])


def attribute(work: Work) -> None:
    """Say whom each figure describes."""
    regions = region_names(work.about.region)
    subjects = Subjects(work.about.region, regions)
    subjects.assign(work.plain.text, work.drafts)
    share_out(work.drafts, regions)
    by_start = {cell.quantity.start: cell for cell in work.cells}
    for each in work.drafts:
        if each.row is not None:
            cell = by_start[each.row]
            whole = cell.is_total or cell.subject is None
            each.subject = subjects.own if whole else regions.full(cell.subject)


def date(work: Work) -> None:
    """Say when each figure holds."""
    date_all(work.structure, work.mentions, work.drafts, work.frame)
    headed = {cell.quantity.start: cell.period for cell in work.cells if cell.period}
    for each in work.drafts:
        if each.row is not None:
            each.period = headed.get(each.row, each.period)


def assign_indicators(work: Work) -> None:
    """Give each figure its catalogue code, or none where that is unsure."""
    for each in work.drafts:
        context = each.lead[-30:] + each.after[:12]
        each.indicator, _ = work.matcher.match(each.measure, each.unit, each.kind, context=context)


def estimate(work: Work) -> None:
    """Say how sure each reading is."""
    for each in work.drafts:
        each.confidence = grade(each)


def write_out(work: Work) -> None:
    """Lead every figure back to its place in the raw text."""
    spans = [work.plain.raw_span(each.quantity.start, each.quantity.end) for each in work.drafts]
    counts = count_occurrences(work.raw, spans)
    work.figures = tuple(map(_figure, repeat(work), work.drafts, spans, counts))


STEPS: Final[tuple[Step, ...]] = (
    outline_text,
    find_times,
    find_candidates,
    read_tables,
    draft,
    set_frame,
    attribute,
    classify,
    name,
    date,
    assign_indicators,
    estimate,
    write_out,
)


def _figure(work: Work, each: Draft, span: tuple[int, int], occurrence: int) -> Figure:
    start, end = span
    sentence_start, sentence_end = work.plain.raw_span(each.sentence.start, each.sentence.end)
    section = each.sentence.section
    return Figure(
        doc=work.doc,
        quote=work.raw[start:end],
        occurrence=occurrence,
        start=start,
        end=end,
        value=each.value,
        value_max=each.value_max,
        unit=each.unit,
        bound=each.bound,
        kind=each.kind,
        measure=each.measure,
        subject=each.subject,
        period=each.period,
        indicator=each.indicator,
        confidence=each.confidence,
        sentence=work.raw[sentence_start:sentence_end].strip(),
        sentence_start=sentence_start,
        sentence_end=sentence_end,
        section=None if section is None else work.plain.text[slice(*section)].strip(),
    )


@cache
def _shipped_matcher() -> IndicatorMatcher:
    return IndicatorMatcher(load_catalogue())


def _begin(raw: str, doc: str, about: About, catalogue: Catalogue | None) -> Work:
    matcher = _shipped_matcher() if catalogue is None else IndicatorMatcher(catalogue)
    return Work(raw, doc, about, frame_of(about), normalise(raw), matcher)


def read_stepwise(
    raw: str,
    *,
    doc: str = "text",
    about: About = NOTHING_KNOWN,
    catalogue: Catalogue | None = None,
) -> Iterator[tuple[str, Work]]:
    """Read a text and stop after every step with its name and the work so far."""
    work = _begin(raw, doc, about, catalogue)
    for step in STEPS:
        step(work)
        yield step.__name__, work


def read_text(
    raw: str,
    *,
    doc: str = "text",
    about: About = NOTHING_KNOWN,
    catalogue: Catalogue | None = None,
) -> Reading:
    """Read the figures of one report.

    `raw` is the decoded text; all offsets refer to it, and `raw[figure.start:figure.end] ==
    figure.quote` always. `about` says what is known beforehand; `catalogue` replaces the shipped
    indicator catalogue. Never raises on any text.

    >>> reading = read_text("完成技术合同成交额23.29亿元，同比增长44.79%。", about=About(year=2024))
    >>> [(each.quote, each.kind, each.measure) for each in reading.figures]
    [('23.29亿元', 'flow', '技术合同成交额'), ('44.79%', 'growth', '技术合同成交额')]
    """
    work = _begin(raw, doc, about, catalogue)
    for step in STEPS:
        step(work)
    return Reading(doc, raw, about, work.figures)


def read_file(
    path: Path, *, about: About = NOTHING_KNOWN, catalogue: Catalogue | None = None
) -> Reading:
    """Read the figures of one file (.txt, .md, .html, .docx, .pdf).

    Raises `DocumentError` for a file that cannot be read, with what to do about it.
    """
    document = load(path)
    return read_text(document.raw, doc=document.doc, about=about, catalogue=catalogue)
