"""What the page of a report shows: a stretch of its text with marks, and one figure beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kechuang.office.ground.showing import bracketed
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.queries import SURE, sure_figures

PART_CHARACTERS: Final = 4_000
PART_FIGURES: Final = 80
LONGEST_HEADING: Final = 40
SENTENCE: Final = re.compile("[^。；;！？]{0,2000}[。；;！？]?")
LINE: Final = re.compile("[^\n]*\n?")
OOB: Final = ' hx-swap-oob="true"'
DECISIONS: Final = {
    "proposed": gettext_noop("待核对"),
    "accepted": gettext_noop("已采纳"),
    "corrected": gettext_noop("已更正"),
    "rejected": gettext_noop("已剔除"),
}
SHOW: Final = ("all", "open", "findings")
MARKED: Final = ("pk", "position", "start", "end", "decision", "confidence", "version")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text, `text[start:end]`, that one page shows."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure in the text: what the page needs of it."""

    key: int
    position: int
    text: str
    decision: str
    doubtful: bool
    found: bool
    chosen: bool
    dim: bool
    show: str

    def html(self, *, instead: bool = False) -> SafeString:
        """The link to the figure; `instead` of the one that stands in the page."""
        query = f"&show={self.show}" if self.show != "all" else ""
        classes = ["fig", f"fig-{self.decision}"]
        classes += ["fig-doubtful"] if self.doubtful else []
        classes += ["fig-found"] if self.found else []
        classes += ["fig-dim"] if self.dim else []
        told = _(DECISIONS[self.decision]) + (_("，有疑点") if self.found else "")
        return format_html(
            '<a id="figure-{}" class="{}" href="?figure={}{}#figure-{}"{}>{}'
            '<span class="unseen">{}</span></a>',
            self.key,
            " ".join(classes),
            self.key,
            query,
            self.key,
            mark_safe((' aria-current="true"' if self.chosen else "") + (OOB if instead else "")),  # noqa: S308 - our own words
            self.text,
            bracketed(told),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: pieces of plain text and marks in turn."""

    heading: bool
    pieces: tuple[str | Mark, ...]

    def html(self) -> SafeString:
        """The paragraph with its marks, everything else escaped."""
        inner = format_html_join(
            "",
            "{}",
            ((each if isinstance(each, str) else each.html(),) for each in self.pieces),
        )
        return format_html("<h2>{}</h2>" if self.heading else "<p>{}</p>", inner)


def cut(text: str, figures: Sequence[tuple[int, int]]) -> list[Part]:
    """The text in parts that a page can carry, cut between paragraphs or, if need be, sentences.

    `figures` are the places of the figures in order; none is cut in two.
    """
    starts = [start for start, _end in figures]
    parts: list[Part] = []
    start = end = 0
    for stop in _stops(text):
        count = bisect_left(starts, stop) - bisect_left(starts, start)
        full = stop - start > PART_CHARACTERS or count > PART_FIGURES
        if full and end > start:
            parts.append(Part(len(parts) + 1, start, end))
            start = end
        over = bisect_right(starts, stop - 1) - 1
        end = max(stop, figures[over][1]) if over >= 0 else stop
    parts.append(Part(len(parts) + 1, start, len(text)))
    return parts


def part_of(parts: Sequence[Part], place: int) -> Part:
    """The part that holds a place in the text."""
    return next((part for part in parts if part.start <= place < part.end), parts[-1])


def show_of(text: str) -> str:
    """Which figures a reader goes through, as an address asks for it."""
    return text if text in SHOW else "all"


def _stops(text: str) -> Iterator[int]:
    """Where the text may be cut: after each line, within a long one after each sentence."""
    for line in LINE.finditer(text):
        if line.end() - line.start() <= PART_CHARACTERS:
            if line.group():
                yield line.end()
            continue
        for sentence in SENTENCE.finditer(text, line.start(), line.end()):
            if sentence.group():
                yield sentence.end()


def blocks(text: str, part: Part, figures: Sequence[ReportFigure], looks: Looks) -> list[Block]:
    """A part as paragraphs with its figures marked."""
    out: list[Block] = []
    place = part.start
    for line in LINE.finditer(text, part.start, part.end):
        within = [each for each in figures if line.start() <= each.start < line.end()]
        begin, place = max(place, line.start()), max(place, line.end())
        if begin >= line.end() or not text[begin : line.end()].strip():
            continue
        pieces: list[str | Mark] = []
        for figure in within:
            if figure.start < begin:  # stands within another one
                continue
            pieces.append(text[begin : figure.start])
            pieces.append(looks.mark(figure, text[figure.start : figure.end]))
            begin = figure.end
        pieces.append(text[begin : line.end()].rstrip("\r\n"))
        place = max(place, begin)
        short = not within and len(line.group().strip()) <= LONGEST_HEADING
        heading = short and not line.group().strip().endswith(("。", "；", "，", "：", "."))
        out.append(Block(heading, tuple(piece for piece in pieces if piece)))
    return out


@dataclass(frozen=True, slots=True)
class Looks:
    """How the marks of a page look: which is chosen, which have findings, which are asked for."""

    chosen: int | None
    found: frozenset[int]
    show: str

    def mark(self, figure: ReportFigure, text: str) -> Mark:
        """The mark of a figure."""
        found = figure.pk in self.found
        asked = {
            "all": True,
            "open": figure.decision == ReportFigure.Decision.PROPOSED,
            "findings": found,
        }[self.show]
        return Mark(
            key=figure.pk,
            position=figure.position,
            text=text,
            decision=figure.decision,
            doubtful=figure.confidence < SURE,
            found=found,
            chosen=figure.pk == self.chosen,
            dim=not asked,
            show=self.show,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of a report got."""

    figures: int
    left: int
    accepted: int
    corrected: int
    rejected: int
    findings: int
    sure: int

    @property
    def done(self) -> int:
        """How many were decided on."""
        return self.figures - self.left


def progress(report: Report) -> Progress:
    """Count the figures of a report by decision, the open findings, and what may go at once."""
    decisions = ReportFigure.Decision
    counts = ReportFigure.objects.filter(report=report).aggregate(
        figures=Count("pk"),
        left=Count("pk", filter=Q(decision=decisions.PROPOSED)),
        accepted=Count("pk", filter=Q(decision=decisions.ACCEPTED)),
        corrected=Count("pk", filter=Q(decision=decisions.CORRECTED)),
        rejected=Count("pk", filter=Q(decision=decisions.REJECTED)),
    )
    findings = ReportFinding.objects.filter(report=report, state=ReportFinding.State.OPEN)
    return Progress(**counts, findings=findings.count(), sure=sure_figures(report).count())


def asked_for(report: Report, show: str) -> QuerySet[ReportFigure]:
    """The figures that a reader goes through: all, those that wait, or those with open findings."""
    rows = ReportFigure.objects.filter(report=report)
    if show == "open":
        return rows.filter(decision=ReportFigure.Decision.PROPOSED)
    if show == "findings":
        return rows.filter(findings__state=ReportFinding.State.OPEN).distinct()
    return rows


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The figures before and after one, in the order that the reader goes through."""

    previous: ReportFigure | None
    next: ReportFigure | None


def neighbours(report: Report, figure: ReportFigure, show: str) -> Neighbours:
    """The figures on either side."""
    rows = asked_for(report, show).only("pk", "position", "start")
    return Neighbours(
        rows.filter(position__lt=figure.position).order_by("-position").first(),
        rows.filter(position__gt=figure.position).order_by("position").first(),
    )


def next_open(report: Report, position: int, show: str) -> ReportFigure | None:
    """The next figure that waits, going round once; `show` keeps to those with findings."""
    rows = asked_for(report, show).filter(decision=ReportFigure.Decision.PROPOSED)
    rows = rows.order_by("position")
    return rows.filter(position__gt=position).first() or rows.exclude(position=position).first()


def address(report: int, show: str = "all", **more: Any) -> str:
    """The page of a report; a figure is also the place on the page."""
    query: Mapping[str, Any] = {**({"show": show} if show != "all" else {}), **more}
    anchor = f"#figure-{more['figure']}" if "figure" in more else ""
    path = reverse("reports:record", args=[report])
    return f"{path}?{urlencode(query)}{anchor}" if query else path
