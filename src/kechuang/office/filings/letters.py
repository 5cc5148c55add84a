"""The letter by which a county recommends firms, and its list, as Word and as Excel.

The layout of the letter follows GB/T 9704 (党政机关公文格式): A4, a type area of 156 × 225 mm, the
title in 二号, the text in 三号 with 22 lines of 28 characters, page numbers between dashes. Plain
values in, bytes out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xlsxwriter
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kechuang.files.safe import one_line

TITLE_FONT: Final = "方正小标宋简体"
TEXT_FONT: Final = "仿宋_GB2312"
HEAD_FONT: Final = "黑体"
LATIN_FONT: Final = "Times New Roman"
TITLE_SIZE, TEXT_SIZE, TABLE_SIZE = Pt(22), Pt(16), Pt(10.5)
LINE: Final = Pt(28.9)
HEADERS: Final = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所在区划",
    "申报类别",
    "受理编号",
    "备注",
)
WIDTHS: Final = (10, 44, 40, 18, 16, 18, 10)
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


def word(letter: Letter, rows: Sequence[Recommended]) -> bytes:
    """The letter with its list, as a Word file."""
    document = Document()
    _set_up(document)
    if letter.number:
        _paragraph(document, letter.number, align=WD_ALIGN_PARAGRAPH.CENTER)
        _paragraph(document, "")
    _paragraph(
        document, letter.subject, font=TITLE_FONT, size=TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER
    )
    _paragraph(document, "")
    _paragraph(document, f"{letter.addressee}：")
    _paragraph(document, letter.body(rows), indent=2)
    _paragraph(document, "")
    _paragraph(document, f"附件：{letter.list_name}", indent=2)
    _paragraph(document, "")
    _paragraph(document, "")
    _paragraph(document, letter.sender, align=WD_ALIGN_PARAGRAPH.RIGHT, right=2)
    _paragraph(document, in_chinese(letter.on), align=WD_ALIGN_PARAGRAPH.RIGHT, right=4)
    if letter.contact or letter.phone:
        who = "，".join(part for part in (letter.contact, letter.phone) if part)
        _paragraph(document, f"（联系人：{who}）", indent=2)
    _list(document, letter, rows)
    return _bytes(document)


def workbook(letter: Letter, rows: Sequence[Recommended]) -> bytes:
    """The list as an Excel file: title, unit and day, table, who filled it in and checked it."""
    file = io.BytesIO()
    plainly = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(file, {"in_memory": True, **plainly})
    sheet = book.add_worksheet("汇总表")
    last = len(HEADERS) - 1
    title = book.add_format({"font_name": "方正小标宋简体", "font_size": 20, "align": "center",
                             "valign": "vcenter"})  # fmt: skip
    plain = {"font_name": "仿宋_GB2312", "font_size": 12, "valign": "vcenter"}
    text = book.add_format({**plain, "border": 1, "num_format": "@", "text_wrap": True})
    middle = book.add_format({**plain, "border": 1, "align": "center"})
    head = book.add_format({**plain, "font_name": "黑体", "border": 1, "align": "center",
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


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    style = document.styles["Normal"]
    style.font.size = TEXT_SIZE
    style.font.name = LATIN_FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), TEXT_FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", size=Pt(14))
    _page_number(footer)
    _run(footer, " —", size=Pt(14))


def _page_number(paragraph: Any) -> None:
    run = _run(paragraph, "", size=Pt(14))
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _run(paragraph: Any, text: str, font: str = TEXT_FONT, size: Any = TEXT_SIZE) -> Any:
    run = paragraph.add_run(one_line(text))
    run.font.size = size
    run.font.name = LATIN_FONT
    run._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)
    return run


def _paragraph(
    document: Any, text: str, *, font: str = TEXT_FONT, size: Any = TEXT_SIZE, align: Any = None,
    indent: int = 0, right: int = 0,
) -> Any:  # fmt: skip
    """A paragraph of so many characters' indent in front of its first line, or at its right."""
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if align is not None:
        paragraph.alignment = align
    if indent:
        shape.first_line_indent = TEXT_SIZE * indent
    if right:
        shape.right_indent = TEXT_SIZE * right
    _run(paragraph, text, font, size)
    return paragraph


def _list(document: Any, letter: Letter, rows: Sequence[Recommended]) -> None:
    """The list on pages of its own; its head stands on each."""
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    _paragraph(document, "附件", font=HEAD_FONT)
    _paragraph(
        document, letter.list_name, font=TITLE_FONT, size=TITLE_SIZE,
        align=WD_ALIGN_PARAGRAPH.CENTER,
    )  # fmt: skip
    table = document.add_table(rows=1, cols=len(HEADERS), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _cells(table.rows[0], HEADERS, HEAD_FONT)
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for number, row in enumerate(rows, start=1):
        _cells(table.add_row(), (str(number), *row.cells), TEXT_FONT)


def _cells(row: Any, texts: Sequence[str], font: str) -> None:
    for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, text, font, TABLE_SIZE)


def _bytes(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
