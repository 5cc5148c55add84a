"""Finding what a form for one record asks for: labels, and the cells that take the values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kechuang.sheets.grids import Sheet
from kechuang.sheets.headings import plain, words

LONGEST_LABEL: Final = 40


@dataclass(frozen=True, slots=True)
class Spot:
    """A label and the cell that takes its value; `row` and `column` are those of that cell.

    `top` is the row of the label.
    """

    name: str
    row: int
    column: int
    top: int = 0


def spots_of(sheet: Sheet) -> tuple[Spot, ...]:
    """The labels of a sheet whose neighbour to the right, or else below, is blank.

    A text over the whole width is a title; a cell takes the value of one label only, of the one
    beside it before the one above.
    """
    labels = list(_labels(sheet))
    taken: dict[tuple[int, int], Spot] = {}
    lone: list[tuple[str, int, int]] = []
    for name, row, column in labels:
        area = sheet.merged_at(row, column)
        to = (row, (area.right if area else column) + 1)
        if _is_free(sheet, to, (row, column)):
            taken.setdefault(to, Spot(name, *to, row))
        else:
            lone.append((name, row, column))
    for name, row, column in lone:
        area = sheet.merged_at(row, column)
        to = ((area.bottom if area else row) + 1, column)
        if _is_free(sheet, to, (row, column)):
            taken.setdefault(to, Spot(name, *to, row))
    return tuple(sorted(taken.values(), key=lambda each: (each.row, each.column)))


def _labels(sheet: Sheet) -> Iterator[tuple[str, int, int]]:
    width = sheet.last_column
    for row, column in sheet.filled():
        if sheet.formula(row, column) is not None:
            continue
        text = " ".join(sheet.text(row, column).split())
        area = sheet.merged_at(row, column)
        is_title = area is not None and area.left == 1 and area.right >= width
        is_note = any(plain(text).startswith(each) and ":" in plain(text) for each in _notes())
        if text and len(text) <= LONGEST_LABEL and not is_title and not is_note:
            yield text.rstrip("：:"), row, column


def _notes() -> list[str]:
    return [each for each in words()["notes"] if not each.endswith(":")]


def _is_free(sheet: Sheet, to: tuple[int, int], label: tuple[int, int]) -> bool:
    """Whether a cell takes a value: blank, no formula, within the frame, head of its merged area.

    What has no border beside a label that has one is outside the form.
    """
    if sheet.text(*to) or sheet.formula(*to) is not None or sheet.is_hidden_column(to[1]):
        return False
    area = sheet.merged_at(*to)
    if area is not None:
        return (area.top, area.left) == to
    styles = sheet.package.styles
    return styles.has_border(sheet.style(*to)) or not styles.has_border(sheet.style(*label))
