"""Cells and areas of a sheet: rows and columns count from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def letters(column: int) -> str:
    """The letters of a column.

    >>> letters(1), letters(26), letters(27), letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    if column < 1:
        raise ValueError(f"column {column} counts from 1")
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def column_of(said: str) -> int:
    """The column of its letters.

    >>> column_of("AA")
    27
    """
    column = 0
    for each in said.upper():
        column = column * 26 + ord(each) - 64
    return column


def place_of(said: str) -> tuple[int, int]:
    """Row and column of a cell as it is written.

    >>> place_of("$C$12")
    (12, 3)
    """
    found = _CELL.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} is no cell")
    return int(found.group(2)), column_of(found.group(1))


def cell_name(row: int, column: int) -> str:
    """How a cell is written.

    >>> cell_name(12, 3)
    'C12'
    """
    return f"{letters(column)}{row}"


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, said: str) -> Area:
        """The area that is written so: a cell, or two corners.

        >>> Area.of("B2:D5")
        Area(top=2, left=2, bottom=5, right=4)
        """
        first, _colon, last = said.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first = cell_name(self.top, self.left)
        last = cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"
