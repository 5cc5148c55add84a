"""The same report in another format is read as well: it loses at most a hundredth of F1."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pytest
from docx import Document as WordDocument

from kechuang.reading.documents import load
from kechuang.reading.model import About
from kechuang.reading.reader import read_text
from kechuang.reading.scoring import Fact, Score, fact_of_figure, read_facts, score

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LOSS = 0.01

LEFT, TOP, PITCH, SIZE, COLUMNS, LINES_A_PAGE = 70.0, 780.0, 24.0, 16.0, 28, 30

MakePdf = Callable[..., bytes]
Page = list[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class Report:
    doc: str
    raw: str
    about: About


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    folder = EXAMPLES / "reports"
    with (folder / "about.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Report(
                Path(row["file"]).stem,
                (folder / row["file"]).read_bytes().decode("utf-8-sig"),
                About(
                    row["region"] or None,
                    int(row["year"]) if row["year"].isdecimal() else None,
                    row["genre"] or None,
                ),
            )
            for row in csv.DictReader(lines)
        ]


@pytest.fixture(scope="module")
def gold() -> list[Fact]:
    return read_facts(EXAMPLES / "gold.jsonl")


@pytest.fixture(scope="module")
def as_text(reports: list[Report], gold: list[Fact]) -> Score:
    return score(gold, [fact for report in reports for fact in facts(report, report.raw)])


def facts(report: Report, raw: str) -> list[Fact]:
    """The facts read in a text, each moved to its place in the report's own text."""
    places = _places(report.raw)
    ends = _places(raw)
    number_of = {place: number for number, place in enumerate(ends)}
    out: list[Fact] = []
    for figure in read_text(raw, doc=report.doc, about=report.about).figures:
        fact = fact_of_figure(figure)
        start, last = number_of[fact.start], number_of[fact.end - 1]
        out.append(replace(fact, start=places[start], end=places[last] + 1))
    return out


def _places(text: str) -> list[int]:
    """Where the characters stand that every format keeps: all but blanks and the bars of tables."""
    return [place for place, character in enumerate(text) if not _is_layout(character)]


def _is_layout(character: str) -> bool:
    return character.isspace() or character in "|"


def _kept(text: str) -> str:
    return "".join(character for character in text if not _is_layout(character))


# --- Writers -----------------------------------------------------------------------------------


def write_gb18030(path: Path, report: Report) -> None:
    path.write_bytes(report.raw.encode("gb18030"))


def write_html(path: Path, report: Report) -> None:
    body = "".join(f"<p>{escape(line)}</p>\n" for line in report.raw.splitlines())
    path.write_text(f"<html><meta charset='utf-8'><body>{body}</body></html>", encoding="utf-8")


def write_docx(path: Path, report: Report) -> None:
    document = WordDocument()
    for line in report.raw.splitlines():
        document.add_paragraph(line)
    document.save(str(path))


def pages_of(raw: str) -> Sequence[Page]:
    """The report set in lines of 28 characters, the first line of a paragraph indented."""
    placed: list[tuple[float, str]] = []
    for paragraph in raw.splitlines():
        rest, indent = paragraph.strip(), 2
        while rest:
            length = _line_length(rest, COLUMNS - indent)
            placed.append((LEFT + indent * SIZE, rest[:length]))
            rest, indent = rest[length:].lstrip(), 0
    return [
        [
            (x, TOP - number * PITCH, line)
            for number, (x, line) in enumerate(placed[start : start + LINES_A_PAGE])
        ]
        for start in range(0, len(placed), LINES_A_PAGE)
    ]


def _line_length(text: str, columns: int) -> int:
    """How many characters fit in a line; numbers stay whole, marks hang at its end."""
    used, length = 0.0, 0
    while length < len(text):
        used += 0.5 if text[length].isascii() else 1.0
        if used > columns and text[length] not in "，。、；：）”%":
            break
        length += 1
    if length == len(text):
        return length
    whole = length
    while whole > 1 and text[whole - 1].isascii() and text[whole].isascii():
        whole -= 1
    return whole


# --- The gate ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "write"), [(".txt", write_gb18030), (".html", write_html), (".docx", write_docx)]
)
def test_another_format_loses_nothing_to_speak_of(
    suffix: str,
    write: Callable[[Path, Report], None],
    reports: list[Report],
    gold: list[Fact],
    as_text: Score,
    tmp_path: Path,
) -> None:
    read: list[Fact] = []
    for report in reports:
        path = tmp_path / f"{report.doc}{suffix}"
        write(path, report)
        raw = load(path).raw
        assert _kept(raw) == _kept(report.raw), report.doc
        read += facts(report, raw)

    assert_not_much_worse(score(gold, read), as_text)


def test_a_pdf_loses_nothing_to_speak_of(
    make_pdf: MakePdf, reports: list[Report], gold: list[Fact], as_text: Score, tmp_path: Path
) -> None:
    read: list[Fact] = []
    for report in reports:
        path = tmp_path / f"{report.doc}.pdf"
        path.write_bytes(make_pdf(pages_of(report.raw), size=int(SIZE)))
        raw = load(path).raw
        assert _kept(raw) == _kept(report.raw), report.doc
        read += facts(report, raw)

    assert_not_much_worse(score(gold, read), as_text)


def assert_not_much_worse(found: Score, plain: Score) -> None:
    assert found.gold == plain.gold
    assert found.f1 >= plain.f1 - LOSS
    assert found.facts_f1 >= plain.facts_f1 - LOSS
    for field in ("quote", "period", "subject", "indicator"):
        assert found.accuracy(field) >= plain.accuracy(field) - LOSS, field
