"""The lines of a PDF's pages joined to paragraphs again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any, Final

from kechuang.reading.documents.model import settings

DIGITS: Final = re.compile(r"\d+")
WORD_END: Final = re.compile("[A-Za-z\u00c0-\u024f][.,;]?$")
WORD_START: Final = re.compile("[A-Za-z\u00c0-\u024f]")
USUAL_EM: Final = 12.0
MEASURED_LINES: Final = 4
WIDEST_PITCH: Final = 2.5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. Lengths are in points; `baseline` counts from the foot of the page.

    `em` is the width of a Chinese character in the line, 0 where there is none; `share` the height
    of the line on the page (0 foot, 1 head). `cells` tells that wide gaps part it as a table row.
    """

    text: str
    page: int
    left: float
    right: float
    baseline: float
    em: float
    share: float
    cells: bool = False


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the lines of a column begin and end, and how far they stand apart."""

    left: float
    right: float
    pitch: float


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """The paragraphs of a document, from its lines in reading order.

    Page numbers and running heads are left out. A line goes on where the one before is full and it
    neither is indented nor stands apart nor has letters of another size.
    """
    body = _body(lines)
    em = median([line.em for line in body if line.em] or [USUAL_EM])
    out: list[list[str]] = []
    previous: tuple[Line, Margins] | None = None
    whole = _margins(body, None, em) if body else None
    for column in _columns(body, em):
        margins = _margins(column, whole, em)
        for line in column:
            if previous is not None and _goes_on(previous, (line, margins), em):
                out[-1] += [_between(previous[0].text, line.text), line.text]
            else:
                out.append([line.text])
            previous = line, margins
    return ["".join(pieces) for pieces in out]


@cache
def _rules() -> dict[str, Any]:
    return settings()["pdf"]


@cache
def _page_number() -> re.Pattern[str]:
    return re.compile(str(_rules()["page_number"]), re.IGNORECASE)


def _body(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers and running heads at the edges of the pages."""
    edge = float(_rules()["edge"])
    at_edge = [line for line in lines if not edge < line.share < 1 - edge]
    pages = len({line.page for line in lines})
    seen = Counter(head for head, _ in {(_head(line), line.page) for line in at_edge})
    needed = max(int(_rules()["running_pages"]), pages // 2)
    unwanted = {
        id(line)
        for line in at_edge
        if _page_number().match(line.text) or seen[_head(line)] >= needed
    }
    return [line for line in lines if id(line) not in unwanted and line.text]


def _head(line: Line) -> tuple[str, float]:
    """What running heads have in common: their words and their height on the page."""
    return DIGITS.sub("#", line.text), round(line.share, 2)


def _columns(lines: Sequence[Line], em: float) -> list[list[Line]]:
    """Runs of lines that stand below one another: a page, or a column of one."""
    columns: list[list[Line]] = []
    for line in lines:
        last = columns[-1][-1] if columns else None
        if last is None or last.page != line.page or line.baseline > last.baseline + 3 * em:
            columns.append([line])
        else:
            columns[-1].append(line)
    return columns


def _margins(column: Sequence[Line], whole: Margins | None, em: float) -> Margins:
    """The column's own margins; those of the whole document where it has few lines."""
    steps = [a.baseline - b.baseline for a, b in pairwise(column) if a.baseline > b.baseline]
    pitch = min(median(steps or [0.0]) or 2 * em, WIDEST_PITCH * em)
    if whole is not None and len(column) < MEASURED_LINES:
        return Margins(whole.left, whole.right, pitch)
    lefts = sorted(line.left for line in column)
    shared = [a for a, b in pairwise(lefts) if b - a < em / 2]
    right = max(line.right for line in column)
    return Margins(shared[0] if shared else lefts[0], right, pitch)


def _goes_on(before: tuple[Line, Margins], after: tuple[Line, Margins], em: float) -> bool:
    """Whether a line continues the paragraph of the one before."""
    rules = _rules()
    (line, margins), (following, following_margins) = before, after
    if line.cells or following.cells:
        return False
    if line.right < margins.right - rules["short_line"] * em:
        return False
    if following.left - following_margins.left >= rules["paragraph_indent"] * em:
        return False
    if line.em and following.em and abs(line.em - following.em) > rules["other_size"] * line.em:
        return False
    gap = line.baseline - following.baseline
    same_column = line.page == following.page and gap > 0
    return not same_column or gap <= rules["line_gap"] * margins.pitch


def _between(left: str, right: str) -> str:
    """What joins two lines: a space where one side is a Latin word and the other one or a number.

    No typesetter breaks a line inside a word or a name such as T1000, so there was a space. Some
    break inside a long number, which stays whole.
    """
    word = WORD_END.search(left), WORD_START.match(right)
    number = left[-1:].isdigit(), right[:1].isdigit()
    return " " if (word[0] and (word[1] or number[1])) or (word[1] and number[0]) else ""
