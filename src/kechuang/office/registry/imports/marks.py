"""The workbook that came in, given back with its faulty cells coloured and told of.

The colour and the column 错误说明 are ours alone, so that a workbook that was mended and comes in
again is read as if it had never been marked.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from kechuang.files.safe import one_line
from kechuang.reference.words import plain_header

TOLD: Final = "错误说明"
COLOUR: Final = "FFFFC9C4"
INK: Final = "FF9C1C12"
MOST_CELLS: Final = 200_000  # above that a workbook is written anew, without its looks
WIDTH: Final = 60.0
LONGEST: Final = 2_000
EXACT_DIGITS: Final = 15

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: row and column count from 1; column 0 means the whole row."""

    row: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the data of a workbook stand: the sheet's name, and the row of the header from 1."""

    name: str
    header: int


def is_told(header: object) -> bool:
    """Whether a header is that of our own column.

    >>> is_told(" 错误说明 "), is_told("说明")
    (True, False)
    """
    return isinstance(header, str) and plain_header(header) == TOLD


def mark(content: bytes, sheet: Sheet, faults: Iterable[Fault]) -> bytes:
    """The same .xlsx with the faults marked; all else stays as it looked.

    Formulas are computed anew by whoever opens it. Raises `ValueError` where the workbook has no
    such sheet, and whatever openpyxl raises where it cannot open a workbook; `rewrite` then serves.
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    if sheet.name not in book.sheetnames:
        raise ValueError(f"workbook has no sheet {sheet.name!r}, only {book.sheetnames}")
    page: Any = book[sheet.name]
    _wipe(page)
    told = _told_column(page, sheet.header)
    by_row = _by_row(faults)
    fill = PatternFill("solid", fgColor=COLOUR)
    for row, found in by_row.items():
        for fault in found:
            if fault.column:
                cell = page.cell(row, fault.column)
                if isinstance(cell, MergedCell):
                    cell = _head_of(page, row, fault.column)
                cell.fill = fill
        cell = page.cell(row, told, _sentence(found))
        cell.data_type = "s"
        cell.font = Font(color=INK)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if page.auto_filter.ref:
        page.auto_filter.ref = _widened(page.auto_filter.ref, told)
    book.active = book.sheetnames.index(sheet.name)
    if book.calculation is not None:
        book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewrite(rows: Rows, sheet: Sheet, faults: Iterable[Fault], hidden: Mapping[str, str]) -> bytes:
    """The rows of a file in a workbook of its own, with the faults marked.

    Serves .csv, .xls and workbooks too large to be opened whole: memory stays small.
    `hidden` are the lines of the template's hidden sheet, where the file had one.
    """
    by_row = _by_row(faults)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    looks = _Looks(book)
    page = book.add_worksheet(sheet.name[:31])
    page.freeze_panes(sheet.header, 0)
    told = -1
    for number, values in enumerate(rows, start=1):
        if number == sheet.header:
            told = next((place for place, head in enumerate(values) if is_told(head)), len(values))
            page.set_column(told, told, WIDTH)
        _write_row(page, looks, number, _cut(values, told), by_row.get(number, []))
        if number == sheet.header:
            page.write_string(number - 1, told, TOLD, looks.told_head)
        elif number in by_row:
            page.write_string(number - 1, told, _sentence(by_row[number]), looks.told)
    if hidden:
        _write_hidden(book, hidden)
    book.close()
    return out.getvalue()


class _Looks:
    """The formats of a workbook written anew."""

    def __init__(self, book: Any) -> None:
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.number = book.add_format({})
        colour = f"#{COLOUR[2:]}"
        self.wrong_text = book.add_format({"num_format": "@", "bg_color": colour})
        self.wrong_date = book.add_format({"num_format": "yyyy-mm-dd", "bg_color": colour})
        self.wrong_number = book.add_format({"bg_color": colour})
        self.told = book.add_format({"font_color": f"#{INK[2:]}", "text_wrap": True})
        self.told_head = book.add_format({"font_color": f"#{INK[2:]}", "bold": True})


def _write_row(
    page: Any, looks: _Looks, number: int, values: Sequence[object], found: Sequence[Fault]
) -> None:
    wrong = {fault.column for fault in found}
    last = max((len(values), *wrong))
    for place in range(last):
        value = values[place] if place < len(values) else None
        _write_cell(page, looks, (number - 1, place), value, place + 1 in wrong)


def _write_cell(
    page: Any, looks: _Looks, at: tuple[int, int], value: object, is_wrong: bool
) -> None:
    if value is None or value == "":
        if is_wrong:
            page.write_blank(*at, None, looks.wrong_text)
    elif isinstance(value, bool):
        page.write_string(
            *at, "是" if value else "否", looks.wrong_text if is_wrong else looks.text
        )
    elif isinstance(value, datetime | date | time):
        page.write_datetime(*at, _naive(value), looks.wrong_date if is_wrong else looks.date)
    elif isinstance(value, int | float | Decimal) and _exact(value):
        page.write_number(*at, value, looks.wrong_number if is_wrong else looks.number)
    else:
        page.write_string(
            *at, one_line(str(value))[:32_767], looks.wrong_text if is_wrong else looks.text
        )


def _naive(value: datetime | date | time) -> datetime | date | time:
    return value if not isinstance(value, datetime) else value.replace(tzinfo=None)


def _exact(value: float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of the number."""
    exact = Decimal(str(value))
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS


def _cut(values: Sequence[object], told: int) -> Sequence[object]:
    """The values of a row, without what an earlier marking told of it."""
    return (
        values if told < 0 or told >= len(values) else [*values[:told], None, *values[told + 1 :]]
    )


def _write_hidden(book: Any, lines: Mapping[str, str]) -> None:
    page = book.add_worksheet("_template")
    for row, (name, value) in enumerate(lines.items()):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
    page.very_hidden()


def _by_row(faults: Iterable[Fault]) -> dict[int, list[Fault]]:
    found: dict[int, list[Fault]] = {}
    for fault in sorted(faults, key=lambda each: (each.row, each.column)):
        found.setdefault(fault.row, []).append(fault)
    return found


def _sentence(found: Sequence[Fault]) -> str:
    """What is wrong in a row, each fault once."""
    told = "；".join(dict.fromkeys(fault.message.rstrip("。") for fault in found))
    return one_line(f"{told}。")[:LONGEST]


def _wipe(page: Any) -> None:
    """Take the colour of an earlier marking away."""
    for cell in _filled(page):
        if cell.has_style and _is_ours(cell):
            cell.fill = PatternFill()


def _is_ours(cell: Any) -> bool:
    return cell.fill.patternType == "solid" and cell.fill.fgColor.rgb == COLOUR


def _told_column(page: Any, header: int) -> int:
    """The column 错误说明, empty: that of an earlier marking, or a new one behind the headers."""
    told = [cell.column for cell in _filled(page) if cell.row == header and is_told(cell.value)]
    if told:
        found = told[0]
    else:
        said = (c.column for c in _filled(page) if c.row >= header and c.value not in (None, ""))
        found = max(said, default=0) + 1
    for cell in _filled(page):
        if cell.column == found and cell.row > header:
            cell.value = None
    cell = page.cell(header, found, TOLD)
    cell.font = Font(bold=True, color=INK)
    page.column_dimensions[get_column_letter(found)].width = WIDTH
    return found


def _filled(page: Any) -> Iterator[Any]:
    """The cells that there are; asking for a whole area would make those that there are not."""
    return (cell for cell in list(page._cells.values()) if not isinstance(cell, MergedCell))


def _head_of(page: Any, row: int, column: int) -> Any:
    """The cell that holds the value of merged cells."""
    for area in page.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return page.cell(area.min_row, area.min_col)
    return page.cell(row, column)


def _widened(area: str, column: int) -> str:
    """The range of a filter, up to a column.

    >>> _widened("A1:C9", 4)
    'A1:D9'
    """
    first, _colon, last = area.partition(":")
    row = "".join(each for each in last if each.isdigit())
    return f"{first}:{get_column_letter(column)}{row}" if row else area


def name_of(name: str) -> str:
    """The name of the marked workbook.

    >>> name_of("高企名单.csv")
    '高企名单-已标注.xlsx'
    """
    stem = name.rpartition(".")[0] or name
    mark = _("已标注")
    return f"{stem.removesuffix(f'-{mark}')}-{mark}.xlsx"
