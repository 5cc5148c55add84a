"""What stands on a sheet: values and formulas by cell, read in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from kechuang.sheets.areas import Area, column_of
from kechuang.sheets.moving import shifted
from kechuang.sheets.packages import Package, q
from kechuang.sheets.strings import text_of

Element = Any
Value = Decimal | str | bool | None
Place = tuple[int, int]
ROW, CELL, VALUE, FORMULA, INLINE = map(q, ("row", "c", "v", "f", "is"))
MOST_CELLS: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its value, the formula behind it, the number of its style."""

    value: Value = None
    formula: str = ""
    style: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in it."""
        return not self.formula and (self.value is None or self.value == "")

    @property
    def text(self) -> str:
        """The value as words, without blanks around it."""
        return told(self.value).strip()


EMPTY: Final = Cell()


@dataclass(frozen=True)
class Snapshot:
    """The cells of a sheet by row and column from 1, and its merged areas.

    `looks` are the styles of cells by row and column, also of empty ones.
    """

    name: str
    cells: dict[Place, Cell]
    merged: tuple[Area, ...]
    looks: dict[int, dict[int, int]]

    def at(self, row: int, column: int) -> Cell:
        """A cell; an empty one where nothing stands."""
        return self.cells.get((row, column), EMPTY)

    @property
    def last_row(self) -> int:
        """The last row in which something stands."""
        return max((row for (row, _c), cell in self.cells.items() if not cell.is_blank), default=0)

    @property
    def last_column(self) -> int:
        """The last column in which something stands."""
        return max((col for (_r, col), cell in self.cells.items() if not cell.is_blank), default=0)


def snapshot(package: Package, name: str) -> Snapshot:
    """What stands on a sheet of that name. Raises `SheetError` where there is none."""
    sheet = package.sheet(name)
    root = package.tree(sheet.part)
    shared: dict[str, tuple[str, Place]] = {}
    cells: dict[Place, Cell] = {}
    looks: dict[int, dict[int, int]] = {}
    for row, column, element in placed_cells(root):
        style = int(element.get("s", 0))
        if style:
            looks.setdefault(row, {})[column] = style
        if not len(element):
            continue
        formula = _formula(element, (row, column), shared)
        value = _value(package, element)
        if value is not None or formula:
            cells[row, column] = Cell(value, formula, style)
    merged = root.iterfind(f"{q('mergeCells')}/{q('mergeCell')}")
    areas = tuple(Area.of(str(each.get("ref"))) for each in merged)
    return Snapshot(name, cells, areas, looks)


def placed_cells(root: Element) -> Iterator[tuple[int, int, Element]]:
    """The cells of a sheet with row and column; either may be left unsaid in a file."""
    row = 0
    for line in root.iterfind(f"{q('sheetData')}/{ROW}"):
        row = int(line.get("r", row + 1))
        column = 0
        for cell in line.iterfind(CELL):
            said = cell.get("r")
            column = column_in(said) if said else column + 1
            yield row, column, cell


def column_in(reference: str) -> int:
    """The column of a cell in a file, where its name is always plain.

    >>> column_in("AB12")
    28
    """
    return _known_column(reference.rstrip("0123456789"))


@cache
def _known_column(said: str) -> int:
    return column_of(said)


def expand_formulas(root: Element) -> None:
    """Let every cell of a shared formula hold it itself, so that rows can be taken apart."""
    shared: dict[str, tuple[str, Place]] = {}
    for row, column, cell in placed_cells(root):
        held = cell.find(FORMULA)
        if held is not None and held.get("t") == "shared":
            held.text = _formula(cell, (row, column), shared)
            for name in ("t", "si", "ref"):
                held.attrib.pop(name, None)


def told(value: Value) -> str:
    """A value in words: numbers without needless noughts.

    >>> told(Decimal("12.50")), told(True), told(None), told("甲")
    ('12.5', '是', '', '甲')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value or ""


def _formula(cell: Element, place: Place, shared: dict[str, tuple[str, Place]]) -> str:
    held = cell.find(FORMULA)
    if held is None:
        return ""
    text = str(held.text or "")
    if held.get("t") != "shared":
        return text
    key = str(held.get("si"))
    if text:
        shared[key] = (text, place)
        return text
    master, first = shared.get(key, ("", place))
    return shifted(master, place[0] - first[0], place[1] - first[1])


def _value(package: Package, cell: Element) -> Value:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        held = cell.find(INLINE)
        return _plain(text_of(held)) if held is not None else None
    held = cell.find(VALUE)
    if held is None or held.text is None:
        return None
    text = str(held.text)
    if kind == "s":
        return _plain(package.strings.text(int(text)))
    if kind == "b":
        return text == "1"
    if kind in ("str", "e", "d"):
        return _plain(text)
    return number(text)


def number(text: str) -> Value:
    """A number as a spreadsheet holds it: 15 digits, so that 0.1 is 0.1 whoever saved it.

    >>> number("0.30000000000000004"), number("12"), number("1E3")
    (Decimal('0.3'), Decimal('12'), Decimal('1E+3'))
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    if not found.is_finite():
        return text
    if len(text) > 15:
        found = Decimal(f"{float(text):.15g}")
    return found.normalize()


def _plain(text: str) -> str:
    """A text whose ends of lines are alike, whoever saved it."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
