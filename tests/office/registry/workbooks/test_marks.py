"""The marked workbook: the same file with its faulty cells coloured and a column that tells why."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kechuang.office.registry.imports.marks import (
    COLOUR,
    TOLD,
    Fault,
    Sheet,
    is_told,
    mark,
    name_of,
    rewrite,
)

SHEET = Sheet("填报", 2)
FAULTS = (
    Fault(3, 2, "第3行B列 营业收入：应为数字，填的是#REF!。"),
    Fault(3, 1, "第3行A列 代码：校验位不对。"),
    Fault(4, 0, "第4行与第3行的代码重复。"),
)


def workbook(merged: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("填报")
    bold = book.add_format({"bold": True, "bg_color": "#DDEEFF"})
    sheet.merge_range(0, 0, 0, 2, "甲县企业年度数据", bold)
    sheet.write_row(1, 0, ["代码", "营业收入", "成立日期"], bold)
    sheet.write_row(2, 0, ["91990101MA0000001X", "#REF!"])
    sheet.write_datetime(2, 2, date(2020, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # type: ignore[arg-type]
    sheet.write_row(3, 0, ["91990101MA0000001X", 12.5])
    sheet.write_formula(4, 1, "=B4*2", None, 25)
    if merged:
        sheet.merge_range(5, 0, 6, 0, "合并")
    sheet.set_column(0, 0, 24)
    sheet.data_validation(2, 1, 99, 1, {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.autofilter(1, 0, 6, 2)
    sheet.freeze_panes(2, 1)
    book.add_worksheet("说明").write(0, 0, "另一张表")
    book.close()
    return out.getvalue()


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def coloured(page: Any) -> set[str]:
    return {
        cell.coordinate
        for row in page.iter_rows()
        for cell in row
        if cell.fill.patternType == "solid" and cell.fill.fgColor.rgb == COLOUR
    }


def test_faulty_cells_are_coloured_and_told_beside_the_row() -> None:
    page = opened(mark(workbook(), SHEET, FAULTS))["填报"]
    assert coloured(page) == {"A3", "B3"}
    assert [page.cell(row, 4).value for row in range(1, 6)] == [
        None,
        TOLD,
        "第3行A列 代码：校验位不对；第3行B列 营业收入：应为数字，填的是#REF!。",
        "第4行与第3行的代码重复。",
        None,
    ]


def test_the_look_of_the_workbook_stays() -> None:
    book = opened(mark(workbook(), SHEET, FAULTS))
    page = book["填报"]
    assert book.sheetnames == ["填报", "说明"]
    assert page.column_dimensions["A"].width == pytest.approx(24, abs=1)
    assert [str(each.sqref) for each in page.data_validations.dataValidation] == ["B3:B100"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B3", "A2:D7")
    assert [str(each) for each in page.merged_cells.ranges] == ["A1:C1"]
    assert page["B5"].value == "=B4*2"
    assert page["C3"].value.date() == date(2020, 5, 1)
    assert page["A2"].fill.fgColor.rgb == "FFDDEEFF"


def test_marking_anew_forgets_the_earlier_marks() -> None:
    again = mark(mark(workbook(), SHEET, FAULTS), SHEET, [Fault(4, 2, "第4行B列：太大。")])
    page = opened(again)["填报"]
    assert coloured(page) == {"B4"}
    heads = [cell.value for cell in page[2]]
    assert heads == ["代码", "营业收入", "成立日期", TOLD]
    assert [page.cell(row, 4).value for row in (3, 4)] == [None, "第4行B列：太大。"]


def test_a_fault_in_merged_cells_colours_the_cell_that_holds_their_value() -> None:
    page = opened(mark(workbook(merged=True), SHEET, [Fault(7, 1, "第7行A列：缺代码。")]))["填报"]
    assert coloured(page) == {"A6"}


def test_what_a_fault_says_is_never_a_formula() -> None:
    page = opened(mark(workbook(), SHEET, [Fault(3, 1, "=1+1")]))["填报"]
    assert (page["D3"].data_type, page["D3"].value) == ("s", "=1+1。")


def test_a_sheet_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="no sheet '另'"):
        mark(workbook(), Sheet("另", 1), FAULTS)


def test_rows_written_anew_are_marked_alike() -> None:
    rows = [
        ("甲县企业年度数据", None, None, None),
        ("代码", "营业收入", "成立日期", "错误说明"),
        ("91990101MA0000001X", "#REF!", date(2020, 5, 1), "旧的说明"),
        ("=cmd", 12.5, None, None),
        ("", True, 123456789012345678, None),
    ]
    book = opened(rewrite(rows, SHEET, FAULTS, {"purpose": "yearly_facts"}))
    page = book["填报"]
    assert coloured(page) == {"A3", "B3"}
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)][1:] == [
        [
            "91990101MA0000001X",
            "#REF!",
            page["C3"].value,
            "第3行A列 代码：校验位不对；第3行B列 营业收入：应为数字，填的是#REF!。",
        ],
        ["=cmd", 12.5, None, "第4行与第3行的代码重复。"],
        [None, "是", "123456789012345678", None],
    ]
    assert (page["A4"].data_type, page["C3"].value.date()) == ("s", date(2020, 5, 1))
    assert book["_template"].sheet_state == "veryHidden"


@pytest.mark.parametrize(
    ("header", "ours"),
    [("错误说明", True), (" 错误 说明", True), ("说明", False), (None, False), (3, False)],
)
def test_our_column_is_known_by_its_header(header: object, ours: bool) -> None:
    assert is_told(header) is ours


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("名单.csv", "名单-已标注.xlsx"),
        ("名单-已标注.xlsx", "名单-已标注.xlsx"),
        ("名单", "名单-已标注.xlsx"),
    ],
)
def test_marked_workbook_is_named_after_the_file(name: str, marked: str) -> None:
    assert name_of(name) == marked
