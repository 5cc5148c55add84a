"""What Excel and WPS ask of worksheets: names that they accept, rows that show all their text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]+")
LONGEST: Final = 31
LINE_POINTS: Final = 15.5
HIGHEST_ROW: Final = 409.0
RESERVED: Final = frozenset({"history", "历史记录"})


class SheetNames:
    """Gives each sheet a name of its own: safe, at most 31 characters, whatever the case.

    >>> names = SheetNames()
    >>> names.take("甲县[2024]/总结"), names.take("甲县_2024__总结")
    ('甲县_2024_总结', '甲县_2024__总结')
    >>> names.take("甲县_2024_总结")
    '甲县_2024_总结 2'
    """

    def __init__(self) -> None:
        self._taken = set[str](RESERVED)

    def take(self, wish: str) -> str:
        """The nearest free name to `wish`."""
        base = FORBIDDEN.sub("_", wish).strip("' \u3000") or "报告"
        name, number = _cut(base, LONGEST), 1
        while name.casefold() in self._taken:
            number += 1
            tail = f" {number}"
            name = _cut(base, LONGEST - len(tail)) + tail
        self._taken.add(name.casefold())
        return name


def _cut(text: str, length: int) -> str:
    """The longest start of `text` with at most `length` UTF-16 units, as Excel counts."""
    data = text.encode("utf-16-le", "replace")[: 2 * length]
    return data.decode("utf-16-le", "ignore").rstrip("' ")


def row_height(*cells: tuple[str, int]) -> float:
    """The height in points of a row whose wrapped cells have these texts and column widths.

    >>> row_height(("共5项", 20)), row_height(("科" * 25, 20))
    (15.5, 46.5)
    """
    lines = max(
        sum(max(1, -(-_width(line) // width)) for line in text.splitlines() or [""])
        for text, width in cells
    )
    return min(HIGHEST_ROW, LINE_POINTS * lines)


def _width(text: str) -> int:
    """The width of a text in columns of a terminal or of a sheet: Chinese takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
