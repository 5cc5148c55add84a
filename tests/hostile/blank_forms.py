"""Ten blank forms as bureaus get them, made up: each is the bytes of a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

THIN: Final = Side(style="thin")
FRAME: Final = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def _book(name: str, rows: Iterable[Iterable[object]]) -> tuple[Any, Any]:
    book = openpyxl.Workbook()
    page: Any = book.worksheets[0]
    page.title = name
    for row in rows:
        page.append(list(row))
    return book, page


def _frame(page: Any, area: str) -> None:
    for row in page[area]:
        for cell in row:
            cell.border = FRAME


def _bytes(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_row() -> bytes:
    """A title, one header row, five blank rows, a note below."""
    heads = ["序号", "企业名称", "统一社会信用代码", "所属县区", "联系人", "联系电话"]
    book, page = _book("汇总", [["高新技术企业培育名单"], heads])
    page.merge_cells("A1:F1")
    page["A1"].font = Font(bold=True, size=16)
    _frame(page, "A2:F7")
    page["A8"] = "注：请于5月20日前报送，联系电话须能接通。"
    page.merge_cells("A8:F8")
    page.column_dimensions["B"].width = 36
    page.row_dimensions[3].height = 28
    page.print_area = "A1:F8"
    page.print_title_rows = "1:2"
    page.freeze_panes = "A3"
    return _bytes(book)


def two_rows() -> bytes:
    """Two header rows: cells merged downwards, a year over amounts, a contact parted in two."""
    book, page = _book(
        "基本情况",
        [
            ["科技型企业基本情况表"],
            ["序号", "企业名称", "2025年", None, "2024年", "联系人", None],
            [
                None,
                None,
                "营业收入（万元）",
                "研发费用\n（万元）",
                "营业收入（亿元）",
                "姓名",
                "电话",
            ],
        ],
    )
    for area in ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "F2:G2"):
        page.merge_cells(area)
    _frame(page, "A2:G6")
    for row in range(4, 7):
        page.cell(row, 1, row - 3)
    return _bytes(book)


def totals() -> bytes:
    """A ratio and a total calculated; three blank rows; another sheet looks at the total."""
    heads = ["企业名称", "营业收入（万元）", "研发费用（万元）", "占比"]
    book, page = _book("投入", [["研发投入情况表"], heads])
    for row in range(3, 6):
        page.cell(row, 4, f'=IF(B{row}=0,"",C{row}/B{row})').number_format = "0.0%"
    page.append(["合计", "=SUM(B3:B5)", "=SUM(C3:C5)", "=C6/B6"])
    _frame(page, "A2:D6")
    page["A6"].font = Font(bold=True)
    page.merge_cells("A7:D7")
    page["A7"] = "填表人：　　　审核人：　　　负责人："
    page.conditional_formatting.add(
        "D3:D5", CellIsRule(operator="lessThan", formula=["$D$6"], fill=PatternFill("solid"))
    )
    page.print_area = "A1:D7"
    other = book.create_sheet("简报")
    other["A1"] = "研发投入合计"
    other["B1"] = "=投入!C6"
    other["B2"] = "=SUM(投入!C3:C5)/10000"
    return _bytes(book)


def total_first() -> bytes:
    """The total above the rows, and nothing below them."""
    heads = ["县区", "企业名称", "上年营业收入（元）"]
    book, page = _book("Sheet1", [heads, ["总计", None, "=SUM(C3:C4)"]])
    _frame(page, "A1:C4")
    return _bytes(book)


def numbering() -> bytes:
    """A statistical form: number, authority, document and term above it, columns numbered."""
    book, page = _book(
        "KJ-07",
        [
            ["企业研发活动情况", None, None, None, "表　　号：", "KJ-07表"],
            [None, None, None, None, "制定机关：", "示例省科学技术厅"],
            [None, None, None, None, "文　　号：", "示科统〔2026〕3号"],
            ["综合机关名称：示例市科技局", None, "2025年", None, "有效期至：", "2027年6月"],
            [None, None, None, None, None, "计量单位：亿元"],
            ["企业名称", "统一社会信用代码", "营业收入", "研发费用", "职工总数", "备注"],
            ["甲", "乙", "1", "2", "3", "4"],
        ],
    )
    _frame(page, "A6:F10")
    page["A11"] = "单位负责人：　　　填表人："
    return _bytes(book)


def hidden() -> bytes:
    """Hidden columns and a hidden sheet of choices; a blank column row above the header."""
    book, page = _book(
        "填报",
        [
            ["附件2"],
            [],
            ["企业名称", "内部编号", "统一社会信用代码", "注册资本（万元）", "是否规上"],
        ],
    )
    _frame(page, "A3:E6")
    page.column_dimensions["B"].hidden = True
    page.row_dimensions[2].hidden = True
    choices = book.create_sheet("选项")
    choices["A1"], choices["A2"] = "是", "否"
    choices.sheet_state = "hidden"
    rule = DataValidation(type="list", formula1="=选项!$A$1:$A$2")
    rule.add("E4:E6")
    page.add_data_validation(rule)
    return _bytes(book)


def wps() -> bytes:
    """As WPS saves: its own application, namespaces, rows with spans, shared formulas, a chain."""
    heads = ["序号", "单位名称", "地址", "主营业务", "营业收入(万元)", "利税率"]
    book, page = _book("sheet1", [["规模以上工业企业名录"], heads])
    page.merge_cells("A1:F1")
    _frame(page, "A2:F6")
    for row in range(3, 6):
        page.cell(row, 6, f"=E{row}*0.1")
    page["A6"], page["E6"] = "合计", "=SUM(E3:E5)"
    return _repacked(_bytes(book), _as_wps)


def _as_wps(name: str, data: bytes) -> bytes:
    if name == "docProps/app.xml":
        return data.replace(b"Microsoft Excel", "WPS 表格".encode())
    if name == "xl/worksheets/sheet1.xml":
        data = data.replace(
            b"<worksheet ",
            b'<worksheet xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/'
            b'spreadsheetDrawing" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" ',
        )
        data = re.sub(rb'<row r="(\d+)"', rb'<row r="\1" spans="1:6"', data)
        first = b'<f t="shared" ref="F3:F5" si="0">E3*0.1</f>'
        data = data.replace(b"<f>E3*0.1</f>", first)
        for row in (4, 5):
            data = data.replace(b"<f>E%d*0.1</f>" % row, b'<f t="shared" si="0"/>')
        return data.replace(b"<v></v>", b"<v>0</v>").replace(b"<v />", b"<v>0</v>")
    if name == "xl/_rels/workbook.xml.rels":
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
        relation = b'<Relationship Id="rId90" Type="%s" Target="calcChain.xml"/>' % kind
        return data.replace(b"</Relationships>", relation + b"</Relationships>")
    if name == "[Content_Types].xml":
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
        override = b'<Override PartName="/xl/calcChain.xml" ContentType="%s"/>' % kind
        return data.replace(b"</Types>", override + b"</Types>")
    return data


CHAIN: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<calcChain xmlns='
    b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<c r="F3" i="1"/><c r="F4" i="1"/><c r="F5" i="1"/><c r="E6" i="1"/></calcChain>'
)


def _repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        new.writestr("xl/calcChain.xml", CHAIN)
    return out.getvalue()


def record() -> bytes:
    """One record: labels with merged cells to their right, an amount, a long answer."""
    book, page = _book(
        "申请表",
        [
            ["示例市科技企业登记表"],
            ["企业名称", None, None, "统一社会信用代码", None],
            ["所属县区", None, None, "成立日期", None],
            ["联系人", None, None, "联系电话", None],
            ["2025年营业收入（万元）", None, None, "研发费用（万元）", None],
            ["主营业务", None, None, None, None],
            ["填表说明：一式两份，用A4纸打印。"],
        ],
    )
    for area in ("A1:E1", "B2:C2", "B3:C3", "B4:C4", "B5:C5", "B6:E6", "A7:E7"):
        page.merge_cells(area)
    _frame(page, "A2:E6")
    page.row_dimensions[6].height = 90
    return _bytes(book)


def record_below() -> bytes:
    """One record: each label above its cell."""
    book, page = _book(
        "登记卡",
        [
            ["企业名称", "统一社会信用代码", "地址"],
            [],
            ["联系人", "联系电话", "注册资本（万元）"],
            [],
        ],
    )
    _frame(page, "A1:C4")
    page["A1"].comment = Comment("按营业执照填写", "科技局")
    return _bytes(book)


def one_blank_row() -> bytes:
    """One blank row with merged cells above a total; drop-downs, dates, per cent, text cells."""
    heads = [
        "序号",
        "企业名称",
        None,
        "企业规模",
        "成立日期",
        "研发费用占比（%）",
        "职工总数（人）",
    ]
    book, page = _book("名册", [heads, [None] * 7, ["合计", None, None, None, None, None, None]])
    page.merge_cells("B1:C1")
    page.merge_cells("B2:C2")
    page["G3"] = "=SUM(G2:G2)"
    _frame(page, "A1:G3")
    page["F2"].number_format = "0.0%"
    page["E2"].number_format = "@"
    rule = DataValidation(type="list", formula1='"大型,中型,小型,微型"', allow_blank=True)
    rule.add("D2")
    page.add_data_validation(rule)
    return _bytes(book)


FORMS: Final[dict[str, Callable[[], bytes]]] = {
    each.__name__: cache(each)
    for each in (
        one_row, two_rows, totals, total_first, numbering, hidden, wps, record, record_below,
        one_blank_row,
    )
}  # fmt: skip
