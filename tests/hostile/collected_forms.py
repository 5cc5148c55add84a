"""A made-up form to be sent out, filled in, and tampered with."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import openpyxl
import xlsxwriter

from kechuang.sheets.layouts import Layout, PartRows, Rule, Way
from kechuang.sheets.marker import Marker
from kechuang.sheets.packages import Package
from kechuang.sheets.returns import Answer, read_return, sent_part
from kechuang.sheets.splitting import Splitter

KEY: Final = b"key of the tests"
SHEET: Final = "表1"
HEADERS: Final = (
    "序号",
    "乡镇",
    "企业名称",
    "营业收入（万元）",
    "研发费用（万元）",
    "研发占比",
    "签订日期",
)
FILL: Final = (4, 5, 7)


def form(parts: int = 3, rows: int = 4, merged: bool = False) -> bytes:
    """Firms by township with amounts to fill in, a share, a total, a note, print set-up."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet(SHEET)
    framed = book.add_format({"border": 1})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    page.merge_range("A1:G1", "企业情况表", book.add_format({"bold": 1}))
    page.write("A2", "单位：万元")
    page.write_row(2, 0, HEADERS, framed)
    row = 3
    for part in range(1, parts + 1):
        if merged and rows > 1:
            page.merge_range(row, 1, row + rows - 1, 1, f"{part}镇", framed)
        for firm in range(1, rows + 1):
            number = row + 1
            page.write(row, 0, number - 3, framed)
            if not (merged and rows > 1):
                page.write(row, 1, f"{part}镇", framed)
            page.write(row, 2, f"第{part}之{firm}有限公司", framed)
            for column in (3, 4):
                page.write_blank(row, column, None, framed)
            page.write_formula(row, 5, f"=IF(D{number}=0,0,E{number}/D{number})", framed)
            page.write_blank(row, 6, None, day)
            row += 1
    page.write(row, 0, "合计", framed)
    for letter, column in (("D", 3), ("E", 4)):
        page.write_formula(row, column, f"=SUM({letter}4:{letter}{row})", framed)
    page.write(row + 1, 0, "注：没有的填0。")
    page.print_area(0, 0, row + 1, 6)
    page.repeat_rows(2)
    page.freeze_panes(3, 0)
    page.set_column(2, 2, 30)
    red = book.add_format({"bg_color": "red"})
    page.conditional_format(
        3, 3, row - 1, 3, {"type": "formula", "criteria": "=$D4<$E4", "format": red}
    )
    book.close()
    return out.getvalue()


def layout(parts: int = 3, rows: int = 4, **changed: Any) -> Layout:
    """Where the table of `form` stands."""
    said: dict[str, Any] = {
        "sheet": SHEET, "header": (3, 3), "first": 4, "last": 4 + parts * rows,
        "columns": (1, 7), "fill": FILL, "way": Way.ROWS, "by": 2,
        "rules": {4: Rule("number"), 5: Rule("number"), 7: Rule("date")},
    }  # fmt: skip
    return Layout(**(said | changed))


class Collecting:
    """A form split, with what it takes to send a part, to fill it in and to read it."""

    def __init__(self, content: bytes, where: Layout) -> None:
        self.content, self.layout = content, where
        self.splitter = Splitter(content, where, KEY)
        self.parts: dict[str, PartRows] = {each.name: each for each in self.splitter.parts()}

    def sent(self, part: str) -> bytes:
        """The workbook of a part."""
        rows = self.parts[part].rows
        return self.splitter.workbook(Marker("1", part, 1, len(rows)), rows)

    def read(self, part: str, content: bytes) -> Answer:
        """What a returned workbook of a part says."""
        sent = sent_part(self.sent(part), self.layout, self.parts[part].rows)
        return read_return(Package.open(content), sent)


def edited(
    content: bytes,
    cells: Mapping[str, Any] | None = None,
    edit: Callable[[Any], None] | None = None,
) -> bytes:
    """A workbook as somebody saved it after writing into it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page: Any = book[SHEET]
    for cell, value in (cells or {}).items():
        page[cell] = value
    if edit:
        edit(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(content: bytes) -> list[tuple[Any, ...]]:
    """The values and formulas of the form's sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book[SHEET].iter_rows(values_only=True))
