"""Ten blank forms filled in, compared cell by cell with what a person would enter."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import blank_forms
import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from kechuang.eligibility.data.headers import HeaderReader, Meaning, Misread
from kechuang.reference import load_dictionary
from kechuang.sheets.errors import SheetError
from kechuang.sheets.filling import MISSING, Entry, Filled, Marks, fill_record, fill_table
from kechuang.sheets.forms import RecordForm, TableForm, find_form, find_forms, shape_of
from kechuang.sheets.headings import Heading
from kechuang.sheets.packages import Package

READER = HeaderReader(load_dictionary(), "enterprises", 2025)

ONE = {
    "企业名称": "示例甲科技有限公司",
    "单位名称": "示例甲科技有限公司",
    "统一社会信用代码": "91990101MA00000011",
    "所属县区": "甲县",
    "县区": "甲县",
    "联系人": "张一",
    "联系人（姓名）": "张一",
    "联系电话": "010-10000001",
    "联系人（电话）": "010-10000001",
    "2025年（营业收入（万元））": Decimal("1234.56"),
    "2025年（研发费用 （万元））": Decimal("98.7"),
    "2024年（营业收入（亿元））": Decimal("0.1"),
    "营业收入（万元）": Decimal("1000"),
    "营业收入(万元)": Decimal("1000"),
    "2025年营业收入（万元）": Decimal("1000"),
    "研发费用（万元）": Decimal("50"),
    "上年营业收入（元）": Decimal("10000000.01"),
    "营业收入": Decimal("0.123456"),
    "研发费用": Decimal("0.00987"),
    "职工总数": Decimal("120"),
    "职工总数（人）": Decimal("120"),
    "注册资本（万元）": Decimal("500"),
    "是否规上": True,
    "地址": "示例市甲县一路1号",
    "主营业务": "=传感器研发",
    "成立日期": date(2015, 3, 9),
    "企业规模": "中型",
    "研发费用占比（%）": Decimal("5.25"),
}
TWO = {
    "企业名称": "示例乙材料有限公司",
    "单位名称": "示例乙材料有限公司",
    "统一社会信用代码": "91990102MA00000022",
    "所属县区": "乙县",
    "县区": "乙县",
    "联系人": None,
    "联系电话": "010-10000002",
    "营业收入（万元）": Decimal("2000"),
    "营业收入(万元)": Decimal("2000.5"),
    "研发费用（万元）": None,
    "上年营业收入（元）": Decimal("0"),
    "企业规模": "特大型",
    "成立日期": None,
}
NAMES = ("示例甲科技有限公司", "示例乙材料有限公司")


def reads(header: str) -> bool:
    found = READER.read(header)
    return isinstance(found, Meaning) or (isinstance(found, Misread) and found.code == "no_unit")


def entries(form: TableForm | RecordForm, said: Mapping[str, Any]) -> dict[int, Entry]:
    """What is known of a firm, by the places of the form that ask for it."""
    return {
        place: Entry(said[name], is_percent="%" in name)
        for place, name in enumerate(form.names)
        if name in said
    }


def filled(name: str, *firms: Mapping[str, Any], marks: bool = False) -> Filled:
    package = Package.open(blank_forms.FORMS[name](), f"{name}.xlsx")
    form = find_forms(package, reads)[0]
    names = Marks(NAMES * 5) if marks else None
    if isinstance(form, RecordForm):
        return fill_record(package, form, entries(form, firms[0]), names)
    return fill_table(package, form, [entries(form, each) for each in firms], names)


def cells(content: bytes) -> dict[tuple[str, str], Any]:
    """Every cell of a workbook by sheet and place: what it holds and how it looks."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (page.title, cell.coordinate): (cell.value, cell.number_format, cell.border.left.style)
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _said(value: Any) -> Any:
    """A value as the tables below write it: days as text."""
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


BY_HAND: dict[str, tuple[list[Mapping[str, Any]], dict[str, Any]]] = {
    "one_row": (
        [ONE, TWO],
        {
            "A3": 1, "B3": "示例甲科技有限公司", "C3": "91990101MA00000011", "D3": "甲县",
            "E3": "张一", "F3": "010-10000001",
            "A4": 2, "B4": "示例乙材料有限公司", "C4": "91990102MA00000022", "D4": "乙县",
            "F4": "010-10000002",
        },
    ),
    "two_rows": (
        [ONE],
        {
            "B4": "示例甲科技有限公司", "C4": 1234.56, "D4": 98.7, "E4": 0.1,
            "F4": "张一", "G4": "010-10000001",
        },
    ),
    "totals": (
        [ONE, TWO],
        {
            "A3": "示例甲科技有限公司", "B3": 1000, "C3": 50,
            "A4": "示例乙材料有限公司", "B4": 2000,
        },
    ),
    "total_first": (
        [ONE, TWO],
        {
            "A3": "甲县", "B3": "示例甲科技有限公司", "C3": 10000000.01,
            "A4": "乙县", "B4": "示例乙材料有限公司", "C4": 0,
        },
    ),
    "numbering": (
        [ONE],
        {
            "A8": "示例甲科技有限公司", "B8": "91990101MA00000011", "C8": 0.123456,
            "D8": 0.00987, "E8": 120,
        },
    ),
    "hidden": (
        [ONE],
        {"A4": "示例甲科技有限公司", "C4": "91990101MA00000011", "D4": 500, "E4": "是"},
    ),
    "wps": (
        [ONE, TWO],
        {
            "A3": 1, "B3": "示例甲科技有限公司", "C3": "示例市甲县一路1号", "D3": "=传感器研发",
            "E3": 1000, "A4": 2, "B4": "示例乙材料有限公司", "E4": 2000.5,
        },
    ),
    "record": (
        [ONE],
        {
            "B2": "示例甲科技有限公司", "E2": "91990101MA00000011", "B3": "甲县",
            "E3": "2015-03-09", "B4": "张一", "E4": "010-10000001", "B5": 1000, "E5": 50,
            "B6": "=传感器研发",
        },
    ),
    "record_below": (
        [ONE],
        {
            "A2": "示例甲科技有限公司", "B2": "91990101MA00000011", "C2": "示例市甲县一路1号",
            "A4": "张一", "B4": "010-10000001", "C4": 500,
        },
    ),
    "one_blank_row": (
        [ONE],
        {
            "A2": 1, "B2": "示例甲科技有限公司", "D2": "中型", "E2": "2015-03-09", "F2": 0.0525,
            "G2": 120,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", blank_forms.FORMS)
def test_a_form_is_filled_as_a_person_would_and_differs_nowhere_else(name: str):
    firms, expected = BY_HAND[name]
    blank = blank_forms.FORMS[name]()
    after = filled(name, *firms).content
    old, new = cells(blank), cells(after)
    differing = {
        place: _said(new[sheet, place][0])
        for sheet, place in new
        if old.get((sheet, place)) != new[sheet, place]
    }
    assert differing == expected
    assert old.keys() <= new.keys()


@pytest.mark.parametrize("name", blank_forms.FORMS)
def test_every_other_part_stays_byte_for_byte(name: str):
    firms, _expected = BY_HAND[name]
    old, new = parts(blank_forms.FORMS[name]()), parts(filled(name, *firms).content)
    allowed = {"xl/worksheets/sheet1.xml"}
    if any(b"<f>" in data for data in old.values()):
        allowed.add("xl/workbook.xml")  # asks for calculation
    if name == "record":
        allowed.add("xl/styles.xml")  # a day in a cell that showed none
    assert {part for part in old.keys() | new.keys() if old.get(part) != new.get(part)} <= allowed


@pytest.mark.parametrize("name", blank_forms.FORMS)
def test_widths_merged_cells_and_print_set_up_stay(name: str):
    firms, _expected = BY_HAND[name]
    old: Any = openpyxl.load_workbook(io.BytesIO(blank_forms.FORMS[name]()))
    new: Any = openpyxl.load_workbook(io.BytesIO(filled(name, *firms).content))
    for before, after in zip(old.worksheets, new.worksheets, strict=True):
        assert set(map(str, after.merged_cells.ranges)) == set(map(str, before.merged_cells.ranges))
        assert after.print_area == before.print_area
        assert after.print_title_rows == before.print_title_rows
        assert after.freeze_panes == before.freeze_panes
        assert after.sheet_state == before.sheet_state
        widths = {key: (each.width, each.hidden) for key, each in before.column_dimensions.items()}
        assert widths == {
            key: (each.width, each.hidden) for key, each in after.column_dimensions.items()
        }
        lists = [str(each.sqref) for each in before.data_validations.dataValidation]
        assert lists == [str(each.sqref) for each in after.data_validations.dataValidation]


GROWN: dict[str, tuple[int, dict[str, Any]]] = {
    "totals": (
        5,
        {
            **{f"A{row}": NAMES[(row + 1) % 2] for row in range(3, 8)},
            **{f"B{row}": (2000, 1000)[row % 2] for row in range(3, 8)},
            **{f"C{row}": 50 for row in (3, 5, 7)},
            **{f"D{row}": f'=IF(B{row}=0,"",C{row}/B{row})' for row in range(3, 8)},
            "A8": "合计", "B8": "=SUM(B3:B7)", "C8": "=SUM(C3:C7)", "D8": "=C8/B8",
            "A9": "填表人：　　　审核人：　　　负责人：",
        },
    ),
    "total_first": (
        4,
        {
            "A2": "总计", "C2": "=SUM(C3:C6)",
            **{f"A{row}": ("乙县", "甲县")[row % 2] for row in range(3, 7)},
            **{f"B{row}": NAMES[(row + 1) % 2] for row in range(3, 7)},
            **{f"C{row}": (0, 10000000.01)[row % 2] for row in range(3, 7)},
        },
    ),
    "wps": (
        4,
        {
            **{f"A{row}": row - 2 for row in range(3, 7)},
            **{f"B{row}": NAMES[(row + 1) % 2] for row in range(3, 7)},
            **{f"C{row}": "示例市甲县一路1号" for row in (3, 5)},
            **{f"D{row}": "=传感器研发" for row in (3, 5)},
            **{f"E{row}": (2000.5, 1000)[row % 2] for row in range(3, 7)},
            **{f"F{row}": f"=E{row}*0.1" for row in range(3, 7)},
            "A7": "合计", "E7": "=SUM(E3:E6)",
        },
    ),
    "one_blank_row": (
        2,
        {
            "A2": 1, "B2": NAMES[0], "D2": "中型", "E2": "2015-03-09", "F2": 0.0525, "G2": 120,
            "A3": 2, "B3": NAMES[1],
            "A4": "合计", "G4": "=SUM(G2:G3)",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GROWN)
def test_rows_are_added_where_a_form_has_too_few(name: str):
    count, expected = GROWN[name]
    firms = [(ONE, TWO)[at % 2] for at in range(count)]
    form = find_forms(Package.open(blank_forms.FORMS[name](), name), reads)[0]
    assert isinstance(form, TableForm)
    result = filled(name, *firms)
    assert result.added == count - form.room
    new = {
        place: value[0]
        for (sheet, place), value in cells(result.content).items()
        if sheet == form.sheet and int("".join(filter(str.isdigit, place))) > form.top
    }
    if name == "wps":
        new = {place: value for place, value in new.items() if not place.endswith("2")}
    assert new == expected


def test_what_stands_below_and_on_other_sheets_follows_the_rows_that_are_added():
    book: Any = openpyxl.load_workbook(io.BytesIO(filled("totals", *[ONE, TWO] * 5).content))
    page, other = book.worksheets
    assert [str(each) for each in page.merged_cells.ranges] == ["A14:D14"]
    assert page.print_area == "'投入'!$A$1:$D$14"
    rules = [(str(each.sqref), each.rules[0].formula) for each in page.conditional_formatting]
    assert rules == [("D3:D12", ["$D$13"])]
    assert [other["B1"].value, other["B2"].value] == ["=投入!C13", "=SUM(投入!C3:C12)/10000"]
    looks = [(cell.border.top.style, cell.number_format) for cell in page["D"][2:12]]
    assert looks == [("thin", "0.0%")] * 10


def test_cells_of_added_rows_are_merged_and_checked_as_those_of_the_first():
    book: Any = openpyxl.load_workbook(io.BytesIO(filled("one_blank_row", *[ONE, TWO] * 2).content))
    page = book.worksheets[0]
    merged = sorted(map(str, page.merged_cells.ranges))
    assert merged == ["B1:C1", "B2:C2", "B3:C3", "B4:C4", "B5:C5"]
    assert [str(each.sqref) for each in page.data_validations.dataValidation] == ["D2:D5"]


def test_a_list_of_calculations_goes_where_formulas_moved():
    new = parts(filled("wps", *[ONE, TWO] * 3).content)
    assert "xl/calcChain.xml" not in new
    assert b"calcChain" not in new["[Content_Types].xml"] + new["xl/_rels/workbook.xml.rels"]


def test_what_is_not_known_stays_blank_is_coloured_and_told_of():
    result = filled("one_row", ONE, TWO, marks=True)
    book: Any = openpyxl.load_workbook(io.BytesIO(result.content))
    page, notes = book.worksheets
    assert page["E4"].value is None
    coloured = [cell.coordinate for row in page for cell in row if cell.fill.fgColor.rgb == MISSING]
    assert coloured == ["E4"]
    assert (page["E4"].border.left.style, page["E3"].fill.patternType) == ("thin", None)
    assert [[cell.value for cell in row] for row in notes] == [
        ["行", "单位", "缺什么", "原因"],
        ["4", "示例乙材料有限公司", "联系人", "库内没有"],
    ]


def test_what_a_list_of_choices_does_not_offer_is_not_entered():
    result = filled("one_blank_row", ONE, TWO)
    assert [(gap.name, gap.why) for gap in result.gaps] == [
        ("企业规模", "下拉选项里没有“特大型”"),
        ("成立日期", "库内没有"),
    ]


@pytest.mark.parametrize("kind", ["comment", "picture"])
def test_rows_are_not_added_where_something_could_not_move(kind: str):
    book: Any = openpyxl.load_workbook(io.BytesIO(blank_forms.totals()))
    if kind == "comment":
        book.worksheets[0]["A6"].comment = Comment("合计口径", "科技局")
    else:
        chart = BarChart()
        book.worksheets[0].add_chart(chart, "A9")
    out = io.BytesIO()
    book.save(out)
    package = Package.open(out.getvalue(), "投入.xlsx")
    form = find_forms(package, reads)[0]
    assert isinstance(form, TableForm)
    with pytest.raises(SheetError) as refused:
        fill_table(package, form, [entries(form, ONE)] * 9)
    assert refused.value.code == "cannot_add_rows"
    assert "空行" in refused.value.message


# --- what a form is


def test_a_heading_tells_number_authority_document_and_term():
    form = find_forms(Package.open(blank_forms.numbering(), "表"), reads)[0]
    assert form.heading == Heading(
        "企业研发活动情况",
        "KJ-07表",
        "示例省科学技术厅",
        "示科统〔2026〕3号",
        date(2027, 6, 30),
        "亿元",
    )


def test_a_form_is_known_again_by_its_headers_whatever_the_year():
    def shape(change: Any) -> str:
        book: Any = openpyxl.load_workbook(io.BytesIO(blank_forms.two_rows()))
        change(book.worksheets[0])
        out = io.BytesIO()
        book.save(out)
        return shape_of(find_forms(Package.open(out.getvalue()), reads)[0])

    def next_year(page: Any) -> None:
        page.title, page["A1"], page["C2"], page["E2"] = "新", "另一个题目", "2026年", "2025年"

    def other(page: Any) -> None:
        page["C3"] = "营业收入（亿元）"

    same = shape(lambda _page: None)
    assert shape(next_year) == same
    assert shape(other) != same


def test_a_sheet_without_a_form_is_refused():
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "通知"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(SheetError) as refused:
        find_forms(Package.open(out.getvalue(), "通知.xlsx"), reads)
    assert refused.value.code == "no_form"


def test_the_form_of_a_sheet_is_asked_for_by_name():
    package = Package.open(blank_forms.totals(), "表")
    assert find_form(package, "投入", reads).sheet == "投入"
    with pytest.raises(SheetError, match="没有工作表"):
        find_form(package, "别的", reads)


def test_three_thousand_rows_are_written_into_three():
    firms = [(ONE, TWO)[at % 2] for at in range(3000)]
    told: list[int] = []
    package = Package.open(blank_forms.totals(), "表")
    form = find_forms(package, reads)[0]
    assert isinstance(form, TableForm)
    result = fill_table(package, form, [entries(form, each) for each in firms], told=told.append)
    assert told[-1] == 3000
    page = Package.open(result.content).sheets[0]
    assert (page.value(3002, 1), page.formula(3003, 2)) == (NAMES[1], "SUM(B3:B3002)")
    assert (result.rows[0], result.rows[-1]) == (3, 3002)


@pytest.mark.requires_libreoffice
def test_libreoffice_opens_all_of_them_and_calculates(tmp_path: Path):
    for name, (firms, _expected) in BY_HAND.items():
        grown = firms * 3 if name in GROWN else firms
        (tmp_path / f"{name}.xlsx").write_bytes(filled(name, *grown, marks=True).content)
    program = shutil.which("soffice") or "libreoffice"
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    files = [str(tmp_path / f"{name}.xlsx") for name in BY_HAND]
    out = tmp_path / "out"
    subprocess.run(
        [program, home, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *files],
        check=True,
        capture_output=True,
        timeout=120,
    )
    opened = {
        name: openpyxl.load_workbook(out / f"{name}.xlsx", data_only=True) for name in BY_HAND
    }
    assert opened["totals"].worksheets[0]["B9"].value == 9000
    assert opened["totals"].worksheets[1]["B1"].value == 150
    assert opened["wps"].worksheets[0]["F3"].value == 100
    assert opened["wps"].worksheets[0]["E9"].value == 9001.5
    assert opened["one_blank_row"].worksheets[0]["G5"].value == 360
    assert opened["record"].worksheets[0]["B6"].value == "=传感器研发"
