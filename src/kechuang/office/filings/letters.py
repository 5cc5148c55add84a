"""The letter by which a county recommends firms, and its list, as Word and as Excel.

The letter is laid out as official documents are. Plain values in, bytes out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import xlsxwriter

from kechuang.files.safe import one_line
from kechuang.office.ground.official import BODY_FONT, FIRST_FONT, TITLE_FONT, Official

HEADERS: Final = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所在区划",
    "申报类别",
    "受理编号",
    "备注",
)
WIDTHS: Final = (11, 34, 41, 19, 19, 21, 11)
"""Of the columns in the letter, in millimetres."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """A firm on the list."""

    name: str
    code: str
    region: str
    kind: str
    number: str = ""
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of its row, without the number in front."""
        return (self.name, self.code, self.region, self.kind, self.number, self.note)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says besides its list."""

    programme: str
    year: int
    notice: str
    addressee: str
    sender: str
    number: str
    on: date
    contact: str = ""
    phone: str = ""

    @property
    def subject(self) -> str:
        """What the letter is about."""
        return f"关于推荐申报{self.year}年{self.programme}的函"

    @property
    def list_name(self) -> str:
        """The name of the list."""
        return f"{self.year}年{self.programme}推荐汇总表"

    def body(self, rows: Sequence[Recommended]) -> str:
        """The one paragraph that recommends."""
        basis = f"根据{self.notice}要求，" if self.notice else "按照申报要求，"
        many = f"等{len(rows)}家企业" if len(rows) > 1 else ""
        first = rows[0].name if rows else ""
        return (
            f"{basis}经企业申报、我单位审核，现推荐{first}{many}申报{self.year}年{self.programme}。"
            "推荐企业名单附后，申报材料已在申报系统提交。请予审核。"
        )


def in_chinese(day: date) -> str:
    """A day as official documents write it.

    >>> in_chinese(date(2026, 6, 1))
    '2026年6月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def word(letter: Letter, rows: Sequence[Recommended], made_at: datetime) -> bytes:
    """The letter with its list, as a Word file."""
    official = Official(letter.subject, letter.contact, made_at)
    if letter.number:
        official.number(one_line(letter.number))
    official.title(one_line(letter.subject))
    official.addressee(one_line(letter.addressee))
    official.paragraph(one_line(letter.body(rows)))
    official.attached(one_line(letter.list_name))
    official.signed(one_line(letter.sender), in_chinese(letter.on))
    if letter.contact or letter.phone:
        who = "，".join(part for part in (letter.contact, letter.phone) if part)
        official.paragraph(f"（联系人：{one_line(who)}）")
    official.attachment()
    official.title(one_line(letter.list_name))
    cells = [(str(number), *map(one_line, row.cells)) for number, row in enumerate(rows, start=1)]
    official.table("", HEADERS, cells, WIDTHS)
    return official.content()


def workbook(letter: Letter, rows: Sequence[Recommended]) -> bytes:
    """The list as an Excel file: title, unit and day, table, who filled it in and checked it."""
    file = io.BytesIO()
    plainly = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(file, {"in_memory": True, **plainly})
    sheet = book.add_worksheet("汇总表")
    last = len(HEADERS) - 1
    title = book.add_format({"font_name": TITLE_FONT, "font_size": 20, "align": "center",
                             "valign": "vcenter"})  # fmt: skip
    plain = {"font_name": BODY_FONT, "font_size": 12, "valign": "vcenter"}
    text = book.add_format({**plain, "border": 1, "num_format": "@", "text_wrap": True})
    middle = book.add_format({**plain, "border": 1, "align": "center"})
    head = book.add_format({**plain, "font_name": FIRST_FONT, "border": 1, "align": "center",
                            "text_wrap": True})  # fmt: skip
    line = book.add_format(plain)
    sheet.merge_range(0, 0, 0, last, letter.list_name, title)
    sheet.set_row(0, 36)
    told = f"推荐单位（盖章）：{letter.sender}　　　　填表日期：{in_chinese(letter.on)}"
    sheet.merge_range(1, 0, 1, last, told, line)
    for place, (name, width) in enumerate(zip(HEADERS, (6, 36, 24, 12, 12, 18, 16), strict=True)):
        sheet.write_string(2, place, name, head)
        sheet.set_column(place, place, width)
    for number, row in enumerate(rows, start=1):
        sheet.write_number(number + 2, 0, number, middle)
        for place, cell in enumerate(row.cells, start=1):
            sheet.write_string(number + 2, place, one_line(cell), text)
    end = len(rows) + 3
    sheet.merge_range(end, 0, end, last, "填表人：　　　　　　审核人：　　　　　　负责人：", line)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    sheet.set_footer("&C&P / &N")
    book.close()
    return file.getvalue()
