"""Returned workbooks: what was filled in, what was changed, what disagrees, what they make."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from collected_forms import SHEET, Collecting, cells_of, edited, form, layout

from kechuang.sheets.comparing import Change, changes, slips, told_growth
from kechuang.sheets.finding import found_layout
from kechuang.sheets.layouts import Rule, Way
from kechuang.sheets.merging import Aside, Return, merge, result
from kechuang.sheets.packages import Package
from kechuang.sheets.plain import answer_of, plain_answer
from kechuang.sheets.snapshots import snapshot
from kechuang.sheets.values import read_value


@pytest.fixture(scope="module")
def collecting() -> Collecting:
    return Collecting(form(), layout())


SIGNED = {"B11": "张三", "D11": "李四", "F11": "王五"}


def test_what_was_filled_in_is_read_by_row_of_the_form(collecting: Collecting) -> None:
    filled = edited(
        collecting.sent("2镇"), {"D4": 10, "E4": "２.5", "G5": "2026年1月5日", **SIGNED}
    )
    answer = collecting.read("2镇", filled)
    assert answer.values[8] == {4: Decimal(10), 5: Decimal("2.5"), 7: None}
    assert answer.values[9][7] == Decimal(46027)
    assert answer.findings == ()
    assert answer.signers == {"填表人": "张三", "审核人": "李四", "负责人": "王五"}
    assert answer_of(plain_answer(answer)) == answer


def test_who_stands_for_it_is_asked_for(collecting: Collecting) -> None:
    answer = collecting.read("2镇", edited(collecting.sent("2镇"), {"B11": "张三"}))
    assert [(each.code, each.now) for each in answer.findings] == [("unsigned", "审核人、负责人")]


def rows_out(page: Any) -> None:
    page.delete_rows(5)


def row_in(page: Any) -> None:
    page.insert_rows(6)
    page["C6"], page["D6"] = "新来的有限公司", 7


def row_below(page: Any) -> None:
    page["C13"] = "写在注下面的"


def title_above(page: Any) -> None:
    page.insert_rows(1)


CHANGES: list[tuple[str, Callable[[Any], None] | dict[str, Any], list[tuple[str, str]]]] = [
    ("words for a number", {"D4": "约12"}, [("not_number", "D4")]),
    ("no day", {"G4": "年底"}, [("not_date", "G4")]),
    ("an error", {"E4": "#REF!"}, [("error_value", "E4")]),
    ("a closed cell", {"C4": "别的公司"}, [("closed_changed", "C4")]),
    ("a formula", {"F4": 0.5}, [("formula_changed", "F4")]),
    ("a header", {"D3": "营业收入（元）"}, [("header_changed", "D3")]),
    ("a row out", rows_out, [("row_removed", "A5")]),
    ("a row in", row_in, [("row_added", "A6")]),
    ("a row below", row_below, [("row_added", "A13")]),
    ("all a row lower", title_above, []),
]


@pytest.mark.parametrize(
    ("edit", "told"), [row[1:] for row in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_what_was_changed_is_told_by_cell(
    collecting: Collecting,
    edit: Callable[[Any], None] | dict[str, Any],
    told: list[tuple[str, str]],
) -> None:
    signed = edited(collecting.sent("1镇"), SIGNED)
    changed = edited(signed, edit) if isinstance(edit, dict) else edited(signed, None, edit)
    answer = collecting.read("1镇", changed)
    assert [(each.code, each.cell) for each in answer.findings] == told
    refusing = {"not_number", "not_date", "error_value", "header_changed"}
    assert bool(answer.refused) == any(code in refusing for code, _cell in told)


def test_a_removed_row_does_not_shift_the_others(collecting: Collecting) -> None:
    filled = edited(collecting.sent("1镇"), {"D4": 1, "D5": 2, "D6": 3, "D7": 4}, rows_out)
    answer = collecting.read("1镇", filled)
    assert {row: cells[4] for row, cells in answer.values.items()} == {
        4: Decimal(1), 6: Decimal(3), 7: Decimal(4)
    }  # fmt: skip
    assert answer.gone == (5,)


def test_a_typed_total_is_the_sum_of_its_rows() -> None:
    asked = Collecting(edited(form(), {"D16": 99}), layout())
    right, wrong = ({"D4": 1.5, "D5": 2, "D8": total, **SIGNED} for total in (3.5, 35))
    assert asked.read("1镇", edited(asked.sent("1镇"), right)).findings == ()
    told = asked.read("1镇", edited(asked.sent("1镇"), wrong)).findings
    assert [(each.code, each.cell, each.was, each.now) for each in told] == [
        ("total_wrong", "D8", "3.5", "35")
    ]


def returned(collecting: Collecting, number: int, part: str, cells: dict[str, Any]) -> Return:
    return Return(number, part, collecting.read(part, edited(collecting.sent(part), cells)))


def test_two_returns_of_a_part_that_disagree_are_a_conflict_until_it_is_decided(
    collecting: Collecting,
) -> None:
    first = returned(collecting, 1, "1镇", {"D4": 10, "E4": 1})
    second = returned(collecting, 2, "1镇", {"D4": 20, "D5": 5})
    merged = merge([second, first])
    (conflict,) = merged.conflicts
    assert conflict.key == ("1镇", 4, 4)
    assert conflict.values == ((1, Decimal(10)), (2, Decimal(20)))
    assert (merged.cells["1镇", 4, 4], merged.open) == (Decimal(20), {("1镇", 4, 4)})
    assert (merged.cells["1镇", 4, 5], merged.cells["1镇", 5, 4]) == (Decimal(1), Decimal(5))

    decided = merge([first, second], {("1镇", 4, 4): 1})
    assert (decided.cells["1镇", 4, 4], decided.open) == (Decimal(10), frozenset())
    assert decided.conflicts == merged.conflicts


def test_the_merged_workbook_is_the_form_with_what_was_returned(collecting: Collecting) -> None:
    merged = merge(
        [
            returned(collecting, 1, "1镇", {"D4": 10, "G4": "2026-01-05"}),
            returned(collecting, 2, "3镇", {"E7": 2.5}),
        ]
    )
    made = result(collecting.content, collecting.layout, merged, [Aside("未报", [["2镇"]])])
    before, after = cells_of(collecting.content), cells_of(made.content)
    assert (after[3][3], after[3][6].isoformat()[:10], after[14][4]) == (10, "2026-01-05", 2.5)
    changed = {
        (row, column)
        for row, (old, new) in enumerate(zip(before, after, strict=True))
        for column, (was, now) in enumerate(zip(old, new, strict=True))
        if was != now
    }
    assert changed == {(3, 3), (3, 6), (14, 4)}
    assert openpyxl.load_workbook(io.BytesIO(made.content)).sheetnames == [SHEET, "未报"]


def test_rows_that_the_form_did_not_have_stand_below_its_table(collecting: Collecting) -> None:
    read = collecting.read("2镇", edited(collecting.sent("2镇"), {}, row_in))
    made = result(collecting.content, collecting.layout, merge([Return(1, "2镇", read)]))
    rows = cells_of(made.content)
    assert rows[15][2:4] == ("新来的有限公司", 7)
    assert rows[16][:4] == ("合计", None, None, "=SUM(D4:D16)")


def test_a_row_that_a_later_return_leaves_out_again_is_decided(collecting: Collecting) -> None:
    added = Return(1, "2镇", collecting.read("2镇", edited(collecting.sent("2镇"), {}, row_in)))
    without = returned(collecting, 2, "2镇", {"D8": 1})
    merged = merge([added, without])
    (conflict,) = merged.conflicts
    assert (conflict.values, merged.added) == (((1, "增加1行"), (2, "增加0行")), ())
    assert len(merge([added, without], {conflict.key: 1}).added) == 1
    assert merge([replace(without, number=1), replace(added, number=2)]).conflicts == ()


def test_a_blank_table_is_stacked_with_whose_each_row_is() -> None:
    blank = edited(form(1, 3), {f"{letter}{row}": None for letter in "ABCF" for row in (4, 5, 6)})
    where = layout(1, 3, by=0, way=Way.STACK, fill=(1, 2, 3, 4, 5, 6, 7))
    asked = Collecting(blank, where)
    one, two = (
        asked.read("", edited(asked.sent(""), {f"C{4 + at}": f"{name}{at}" for at in range(count)}))
        for name, count in (("甲", 2), ("乙", 3))
    )
    merged = merge([Return(1, "甲镇", one), Return(2, "乙镇", two)])
    rows = cells_of(result(blank, where, merged).content)
    assert [(row[2], row[7]) for row in rows[2:8]] == [
        ("企业名称", "填报单位"), ("甲0", "甲镇"), ("甲1", "甲镇"),
        ("乙0", "乙镇"), ("乙1", "乙镇"), ("乙2", "乙镇"),
    ]  # fmt: skip
    assert rows[8][:4] == ("合计", None, None, "=SUM(D4:D8)")


def test_the_same_cells_of_all_parts_are_added_up() -> None:
    asked = Collecting(form(1, 2), layout(1, 2, by=0, way=Way.SUM))
    returns = [
        Return(number, f"{number}镇", asked.read("", edited(asked.sent(""), {"D4": amount})))
        for number, amount in ((1, 1.5), (2, 2))
    ]
    made = result(asked.content, asked.layout, merge(returns)).content
    assert cells_of(made)[3][3] == 3.5
    apart = openpyxl.load_workbook(io.BytesIO(made))["分单位"]
    assert [row[0].value for row in apart.iter_rows()] == ["单位", "1镇", "2镇"]
    assert apart["B1"].value == "1镇·营业收入（万元）"


def test_an_amount_in_another_unit_than_last_time_is_found() -> None:
    before = snapshot(Package.open(edited(form(), {"D4": 120, "D5": 80, "E4": 3})), SHEET)
    now = snapshot(Package.open(edited(form(), {"D4": 1230000, "D5": 95, "E4": 9})), SHEET)
    (found,) = slips(now, before, layout(), layout())
    assert (found.row, found.column, found.now, found.before) == (4, 4, 1230000, 120)


def test_this_period_stands_beside_the_last() -> None:
    found = changes(
        {("甲", "收入"): Decimal(12)}, {("甲", "收入"): Decimal(10), ("乙", "收入"): Decimal(3)}
    )
    assert [told_growth(each) for each in found] == ["增长20%", ""]
    assert found[1] == Change("乙", "收入", None, Decimal(3))


def test_the_table_of_a_form_is_found() -> None:
    found = found_layout(Package.open(form()), SHEET)
    assert found is not None
    assert (found.header, found.first, found.last, found.columns, found.fill, found.way) == (
        (3, 3), 4, 16, (1, 7), (4, 5, 7), Way.ROWS,
    )  # fmt: skip
    assert {column: rule.kind for column, rule in found.rules.items()} == {
        4: "number", 5: "number", 7: "date",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "rule", "value", "fault"),
    [
        (" 1,234.50 ", Rule("number"), Decimal("1234.5"), ""),
        ("1,23", Rule("number"), "1,23", "not_number"),
        ("12万元", Rule("number"), "12万元", "not_number"),
        (True, Rule("number"), True, "not_number"),
        (Decimal("1.5"), Rule("whole"), Decimal("1.5"), "not_whole"),
        (Decimal(-1), Rule("number", "0"), Decimal(-1), "too_small"),
        (Decimal(101), Rule("number", "0", "100"), Decimal(101), "too_large"),
        ("2026/2/30", Rule("date"), "2026/2/30", "not_date"),
        ("20260105", Rule("date"), Decimal(46027), ""),
        ("是 ", Rule("list", choices=("是", "否")), "是", ""),
        ("也许", Rule("list", choices=("是", "否")), "也许", "not_listed"),
        ("超过了", Rule("text", most="2"), "超过了", "too_long"),
        ("  ", Rule("number"), None, ""),
        ("#N/A", Rule(), "#N/A", "error_value"),
    ],
)
def test_what_is_written_is_read_as_its_column_asks(
    written: Any, rule: Rule, value: Any, fault: str
) -> None:
    read = read_value(written, rule)
    assert (read.value, read.fault) == (value, fault)
