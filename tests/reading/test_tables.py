"""Rows of cells: what column and row say of each number. One cause a row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kechuang.reading.model import About
from kechuang.reading.reader import read_text
from kechuang.reading.tables import Cell, find_cells


def cells(*lines: str) -> list[Cell]:
    return find_cells("\n".join(lines))


def cell(header: str, value: str) -> Cell:
    """The last cell of a table of one row, in a column of this header."""
    return cells(f"区域|合同数|{header}", f"甲县|5|{value}")[-1]


@pytest.mark.parametrize(
    ("header", "written", "value", "unit", "kind"),
    [
        # the unit stands in the header, with its magnitude
        ("成交额(亿元)", "9.2", "920000000", "元", "flow"),
        ("成交额(万元)", "1,234.5", "12345000", "元", "flow"),
        ("面积(平方米)", "300", "300", "平方米", "flow"),
        # or with the number
        ("企业总数", "5家", "5", "家", "stock"),
        ("成交额", "3亿元", "300000000", "元", "flow"),
        ("占比", "3%", "3", "%", "share"),
        # or is the usual one
        ("发明专利", "7", "7", "件", "flow"),
        ("科技特派员人数", "7", "7", "人", "flow"),
        # growth, share and place
        ("同比(%)", "8.5", "8.5", "%", "growth"),
        ("同比(%)", "-4.5", "-4.5", "%", "growth"),
        ("增速", "8.5", "8.5", "%", "growth"),
        ("同比(倍)", "0.45", "0.45", "倍", "growth"),
        ("研发投入强度", "1.5", "1.5", "%", "share"),
        ("位次", "3", "3", "位", "rank"),
        # what there is, and what is new
        ("高新技术企业数", "7", "7", "家", "stock"),
        ("新增企业数", "7", "7", "家", "flow"),
    ],
)
def test_cell(header: str, written: str, value: str, unit: str, kind: str) -> None:
    found = cell(header, written)

    assert (found.quantity.value, found.quantity.unit, found.kind) == (Decimal(value), unit, kind)
    assert found.subject == "甲县"


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("成交额(亿元)", "合同成交额"),
        ("同比(%)", "合同数"),
        ("位次", "合同数"),
        ("企业数", "企业数"),
        # a second count stands for itself
        ("场次数", "场次数"),
    ],
)
def test_measure(header: str, measure: str) -> None:
    assert cell(header, "7").measure == measure


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        # an order number is no figure
        (["序号|区域|合同数", "1|甲县|5"], ["5"]),
        # a row may lack it
        (["序号|区域|合同数|成交额(元)", "甲县|5|7"], ["5", "7"]),
        # Markdown: outer marks and the rule below the header
        (["| 区域 | 合同数 | 占比 |", "|---|:-:|--:|", "| 甲县 | 5 | 3% |"], ["5", "3%"]),
        # an empty cell is no figure
        (["区域|合同数|占比", "甲县|—|3%"], ["3%"]),
        # prose between two tables ends the first
        (["区域|合同数|占比", "甲县|5|3%", "正文。", "乙县|6|4%"], ["5", "3%"]),
        # no header, two columns, no words in a row
        (["1|2|3", "4|5|6"], []),
        (["区域|合同数", "甲县|5"], []),
        (["区域|合同数|占比", "4|5|6"], []),
        # a code is no quantity
        (["区域|合同数|占比", "甲县|" + "9" * 30 + "|3%"], ["3%"]),
        (["没有表格5家"], []),
    ],
)
def test_which_cells_are_figures(lines: list[str], values: list[str]) -> None:
    text = "\n".join(lines)

    assert [text[each.quantity.start : each.quantity.end] for each in find_cells(text)] == values


def test_a_row_of_the_whole_is_known() -> None:
    found = cells("区域|合同数|占比", "甲县|5|3%", "合计|9|9%")

    assert [each.is_total for each in found] == [False, False, True, True]


def test_columns_of_years() -> None:
    found = cells(
        "指标|2023年|2024年|增减", "高新技术企业(家)|10|15|5", "研发投入强度(%)|1.5|1.7|0.2"
    )

    assert [(each.measure, each.quantity.unit, each.kind, each.period) for each in found] == [
        ("高新技术企业", "家", found[0].kind, "2023"),
        ("高新技术企业", "家", found[0].kind, "2024"),
        ("高新技术企业", "家", "change", "2023/2024"),
        ("研发投入强度", "%", "share", "2023"),
        ("研发投入强度", "%", "share", "2024"),
        ("研发投入强度", "百分点", "change", "2023/2024"),
    ]


def test_a_table_is_read_as_figures_of_its_rows() -> None:
    table = "区域|合同数|成交额（亿元）\n甲县|138|9.2\n合计|300|20.1"
    text = f"2024年技术合同登记情况\n{table}\n全市新增企业5家。"
    figures = read_text(text, about=About("示例市", 2024)).figures

    assert [(each.quote, each.subject) for each in figures] == [
        ("138", "甲县"),
        ("9.2", "甲县"),
        ("300", "示例市"),
        ("20.1", "示例市"),
        ("5家", "示例市"),
    ]
