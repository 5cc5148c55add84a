"""The names of a PDF by where they stand: cells of a table go over several lines there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

from kechuang.matching.lists.looks import counted_up, is_ditto, is_head, is_name, is_other_head
from kechuang.matching.lists.model import Left, NameList, Taken
from kechuang.matching.names import Listed
from kechuang.reading.documents.pdf_text import ONE_AT_A_TIME

MOST_LINES: Final = 4
"""Lines of a cell at most."""
NEAR: Final = 1.3
"""Lines of one cell stand no further apart than this, in heights of a line."""
OVERLAP: Final = 0.5
MOST_BOXES: Final = 200_000
SHORT_END: Final = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of text on a page, in points; `bottom` and `top` count from the foot."""

    text: str
    page: int
    left: float
    bottom: float
    right: float
    top: float

    def is_over(self, other: Box) -> bool:
        """Whether the two share most of the narrower one's width."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared >= OVERLAP * min(self.right - self.left, other.right - other.left)


def names_of_pdf(path: Path) -> NameList:
    """The names of a PDF with a text layer, those under the head of other units left out.

    Names that a sentence counts up are not looked for here.
    """
    boxes = list(_boxes(path))
    taken: list[Taken] = []
    others = 0
    for box in _cells(boxes):
        if is_ditto(box.text) and taken:
            name = taken[-1].listed.name
            taken.append(Taken(Listed(name), _place(box), is_ditto=True))
        elif is_name(box.text) and not is_head(box.text) and not counted_up(box.text):
            if _is_under_other(box, boxes):
                others += 1
            else:
                taken.append(Taken(Listed(box.text), _place(box)))
    left = (Left("other_columns", path.name, "", others),) if others else ()
    return NameList(tuple(taken), left, (path.name,) if taken else ())


def _place(box: Box) -> str:
    return f"第{box.page + 1}页"


def _boxes(path: Path) -> Iterator[Box]:
    """The pieces of text from the head of each page to its foot."""
    with ONE_AT_A_TIME, pypdfium2.PdfDocument(path.read_bytes()) as document:
        count = 0
        for number in range(len(document)):
            page = document[number]
            words: Any = page.get_textpage()
            found: list[Box] = []
            for at in range(words.count_rects()):
                sides = words.get_rect(at)
                text = words.get_text_bounded(*sides).strip()
                if text:
                    found.append(Box(text, number, *sides))
            words.close()
            page.close()
            yield from sorted(found, key=lambda box: (-round(box.top, 0), box.left))
            count += len(found)
            if count > MOST_BOXES:
                return


def _cells(boxes: Sequence[Box]) -> Iterator[Box]:
    """The pieces with those joined that are one name over several lines."""
    used: set[int] = set()
    for at, box in enumerate(boxes):
        if at in used:
            continue
        chain = _chain(boxes, at, used)
        used.update(chain)
        text = "".join(boxes[each].text for each in chain)
        yield Box(text, box.page, box.left, boxes[chain[-1]].bottom, box.right, box.top)


def _chain(boxes: Sequence[Box], at: int, used: set[int]) -> list[int]:
    """The pieces that make one name with this one; itself alone where none do."""
    best, chain = [at], [at]
    text = boxes[at].text
    if is_head(text) or is_other_head(text) or len(text) < 2 or is_ditto(text):
        return best
    while len(chain) < MOST_LINES:
        below = _below(boxes, chain[-1], used)
        if below is None:
            break
        more = boxes[below].text
        if is_name(text) and (is_name(more) or len(more) > SHORT_END):
            break
        chain = [*chain, below]
        text += more
        if is_name(text):
            best = chain
    return best


def _below(boxes: Sequence[Box], at: int, used: set[int]) -> int | None:
    """The next piece right below one, as in the same cell."""
    box = boxes[at]
    height = box.top - box.bottom
    for place in range(at + 1, len(boxes)):
        other = boxes[place]
        if other.page != box.page or box.bottom - other.top > NEAR * height:
            return None
        if other.top < box.bottom + height / 2 and box.is_over(other) and place not in used:
            return place
    return None


def _is_under_other(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether the nearest head over a name is that of a column of other units."""
    heads = [
        each
        for each in boxes
        if each.page <= box.page
        and (each.page < box.page or each.bottom >= box.top)
        and (is_head(each.text) or is_other_head(each.text))
        and each.is_over(box)
    ]
    return bool(heads) and is_other_head(heads[-1].text)
