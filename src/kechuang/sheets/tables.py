"""Finding the table of a blank form: its header, the rows to fill in, what stands below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kechuang.sheets.grids import Sheet
from kechuang.sheets.headings import LOOKED_AT, Heading, heading_of, plain, words

Reads = Callable[[str], bool]
DEEPEST: Final = 3
"""Rows that one header may have."""
LONGEST_HEADER: Final = 60
FEWEST: Final = 2
KNOWN_WEIGHT: Final = 5
_BRACKETS: Final = re.compile(r"[（(][^（()）]*[)）]")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a form: what its header says, from the top row to the lowest.

    `column` is its first column where cells of the data rows are merged. A column of formulas
    calculates itself; one of serial numbers counts the rows.
    """

    parts: tuple[str, ...]
    column: int
    is_hidden: bool = False
    has_formulas: bool = False
    is_serial: bool = False

    @property
    def name(self) -> str:
        """The header on one line.

        >>> TableColumn(("营业收入", "2025年"), 3).name
        '营业收入（2025年）'
        """
        return self.parts[0] + "".join(f"（{each}）" for each in self.parts[1:])

    @property
    def names(self) -> tuple[str, ...]:
        """What the header may mean, the likeliest first: whole, turned round, run together, last.

        A unit in brackets above several columns is that of each.

        >>> TableColumn(("联系人", "电话"), 3).names
        ('联系人（电话）', '电话（联系人）', '联系人电话', '电话')
        >>> TableColumn(("经营情况（万元）", "利润"), 3).names[-2:]
        ('利润（万元）', '利润')
        """
        upper = "".join(self.parts[:-1])
        last = self.parts[-1]
        turned = last + "".join(f"（{each}）" for each in reversed(self.parts[:-1]))
        above = last + "".join(_BRACKETS.findall(upper))
        both = (self.name, turned, upper + last, above, last)
        return tuple(dict.fromkeys(both if len(self.parts) > 1 else (last,)))

    @property
    def takes_values(self) -> bool:
        """Whether somebody is to fill it in."""
        return not self.has_formulas and not self.is_serial


@dataclass(frozen=True, slots=True)
class TableForm:
    """A sheet with a row for each: data go into the rows `first` to `last`.

    Where nothing stands below them (`is_open`) rows follow without being inserted.
    """

    sheet: str
    columns: tuple[TableColumn, ...]
    top: int
    first: int
    last: int
    is_open: bool
    heading: Heading

    @property
    def names(self) -> tuple[str, ...]:
        """What the headers say, from left to right."""
        return tuple(each.name for each in self.columns)

    @property
    def room(self) -> int:
        """How many rows there are to fill in."""
        return self.last - self.first + 1


def table_of(sheet: Sheet, reads: Reads) -> TableForm | None:
    """The table of a sheet; None where no row looks like a header."""
    best: tuple[int, int, int] | None = None
    for top in range(1, min(sheet.last_row, LOOKED_AT * 2) + 1):
        if sum(1 for column in sheet.cells(top) if sheet.text(top, column)) < FEWEST:
            continue  # a title, or nothing
        bottom = _bottom(sheet, top)
        columns = list(_columns(sheet, top, bottom))
        if len(columns) < FEWEST or not _has_room(sheet, bottom, columns):
            continue
        known = sum(1 for each in columns if any(map(reads, each.names)))
        score = known * KNOWN_WEIGHT + len(columns)
        if best is None or score > best[0]:
            best = (score, top, bottom)
    return None if best is None else _table(sheet, best[1], best[2])


def _table(sheet: Sheet, top: int, bottom: int) -> TableForm:
    columns = list(_columns(sheet, top, bottom))
    first = _first(sheet, bottom)
    last, is_open = _last(sheet, first, columns)
    looked = tuple(
        TableColumn(
            each.parts,
            each.column,
            sheet.is_hidden_column(each.column),
            any(sheet.formula(row, each.column) is not None for row in (first, last)),
            plain(each.parts[-1]).casefold() in words()["serials"],
        )
        for each in columns
    )
    return TableForm(sheet.name, looked, top, first, last, is_open, heading_of(sheet, top))


# --- the header


def _bottom(sheet: Sheet, top: int) -> int:
    """The last row of a header that begins in `top`: as deep as its merged cells, or as long as a
    row below parts cells of the row above."""
    areas = [each for each in sheet.merged if each.top == top and each.bottom < top + DEEPEST]
    bottom = max((each.bottom for each in areas if sheet.text(top, each.left)), default=top)
    while bottom < top + DEEPEST - 1 and _parts(sheet, top, bottom):
        bottom += 1
    return bottom


def _parts(sheet: Sheet, top: int, row: int) -> bool:
    """Whether the row below `row` says more of the columns that the rows so far leave open."""
    below = [column for column in sheet.cells(row + 1) if sheet.text(row + 1, column)]
    if not below or _is_numbering(sheet, row + 1) or _begins_with(sheet, row + 1, "totals"):
        return False
    for column in below:
        if sheet.text(row, column) and sheet.merged_at(row, column) is None:
            return False
        if len(sheet.text(row + 1, column)) > LONGEST_HEADER:
            return False
    wide = [each for each in sheet.merged if each.top <= row <= each.bottom and each.top >= top]
    parted = [each for each in wide if each.right > each.left and each.bottom == row]
    if any(each.left <= column <= each.right for each in parted for column in below):
        return True
    return row == top and _fills_gaps(sheet, row, below)


def _fills_gaps(sheet: Sheet, row: int, below: list[int]) -> bool:
    """Whether all texts of the next row stand where an unmerged upper row has none, or begin
    below a text that has none to its right."""
    heads = [column for column in sheet.cells(row) if sheet.text(row, column)]
    if len(heads) < FEWEST or len(below) < FEWEST:
        return False
    return all(
        not sheet.text(row, column) and sheet.merged_at(row, column) is None for column in below
    )


def _columns(sheet: Sheet, top: int, bottom: int) -> Iterator[TableColumn]:
    """The columns of a header; none where a column between the first and the last says nothing."""
    lowest = {
        column: texts
        for column in range(1, sheet.last_column + 1)
        if (texts := _texts(sheet, top, bottom, column))
    }
    if not lowest:
        return
    first, last = min(lowest), max(lowest)
    if any(column not in lowest for column in range(first, last + 1)):
        return
    texts = [text for parts in lowest.values() for text in parts]
    if any(len(text) > LONGEST_HEADER for text in texts):
        return
    taken = 0
    for column in range(first, last + 1):
        if column <= taken:
            continue
        # One header over several columns is one column only where its data cells are merged too.
        area = sheet.merged_at(bottom + 1, column)
        if area is not None and area.top == area.bottom:
            taken = area.right
        yield TableColumn(lowest[column], column)


def _texts(sheet: Sheet, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """What the rows of a header say of a column, each text once."""
    texts: list[str] = []
    for row in range(top, bottom + 1):
        area = sheet.merged_at(row, column)
        at = (row, column) if area is None else (area.top, area.left)
        text = " ".join(sheet.text(*at).split())
        if text and (area is None or area.top == row):
            texts.append(text)
    return tuple(dict.fromkeys(texts))


# --- the rows


def _has_room(sheet: Sheet, bottom: int, columns: list[TableColumn]) -> bool:
    first = _first(sheet, bottom)
    return _is_blank(sheet, first, columns)


def _first(sheet: Sheet, bottom: int) -> int:
    """The first row to fill in: below rows of column numbers, totals and examples."""
    row = bottom + 1
    while (
        _is_numbering(sheet, row)
        or _begins_with(sheet, row, "totals")
        or _begins_with(sheet, row, "examples")
    ):
        row += 1
    return row


def _last(sheet: Sheet, first: int, columns: list[TableColumn]) -> tuple[int, bool]:
    """The last row to fill in, and whether nothing at all stands below.

    Blank rows between the table and a note belong to the table only where they look like it.
    """
    lowest = max([sheet.last_row, *(each.bottom for each in sheet.merged)])
    row = first
    while row < lowest and _is_blank(sheet, row + 1, columns):
        if not _looks_alike(sheet, first, row + 1, columns):
            break
        row += 1
    if row >= lowest:
        while sheet.row(row + 1) is not None and _looks_alike(sheet, first, row + 1, columns):
            row += 1
        return row, True
    return row, False


def _looks_alike(sheet: Sheet, first: int, row: int, columns: list[TableColumn]) -> bool:
    """Whether a row has the borders of the first one, told by the styles of its cells."""
    styles = sheet.package.styles
    return any(styles.has_border(sheet.style(row, each.column)) for each in columns) or not any(
        styles.has_border(sheet.style(first, each.column)) for each in columns
    )


def _is_blank(sheet: Sheet, row: int, columns: list[TableColumn]) -> bool:
    """Whether a row waits for values: it holds nothing but formulas and a serial number."""
    starts = {each.column for each in columns}
    for column in sheet.cells(row):
        if column not in starts:
            if sheet.text(row, column):
                return False
            continue
        if sheet.formula(row, column) is not None or not sheet.text(row, column):
            continue
        if not (column == min(starts) and sheet.text(row, column).isdigit()):
            return False
    return not any(each.top <= row <= each.bottom and each.top < row for each in sheet.merged)


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3."""
    texts = [plain(sheet.text(row, column)) for column in sorted(sheet.cells(row))]
    texts = [each.strip("()") for each in texts if each]
    signs = words()["numbering"]
    counted = [each for each in texts if each in signs or each.isdigit() or "=" in each]
    numbers = [int(each) for each in texts if each.isdigit()]
    return len(texts) > FEWEST and len(counted) == len(texts) and numbers == sorted(set(numbers))


def _begins_with(sheet: Sheet, row: int, kind: str) -> bool:
    texts = (plain(sheet.text(row, column)) for column in sorted(sheet.cells(row)))
    first = next((each for each in texts if each), "")
    return any(first.startswith(each) for each in words()[kind])
