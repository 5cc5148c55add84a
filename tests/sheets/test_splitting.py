"""A form taken apart: looks kept, cells to fill in open, nothing of other parts inside."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from collected_forms import FILL, KEY, SHEET, Collecting, edited, form, layout
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.sheets.errors import SheetError
from kechuang.sheets.layouts import Layout, Way
from kechuang.sheets.marker import Marker, MarkerError
from kechuang.sheets.merging import Return, merge, result
from kechuang.sheets.packages import Package
from kechuang.sheets.returns import marker_of
from kechuang.sheets.snapshots import snapshot
from kechuang.sheets.splitting import Splitter, split


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))[SHEET]


@pytest.fixture(scope="module")
def second() -> bytes:
    return Collecting(form(), layout()).sent("2镇")


def test_a_part_has_the_title_the_header_its_own_rows_and_the_notes(second: bytes) -> None:
    page = opened(second)
    assert [page.cell(row, 1).value for row in (1, 2, 3, 8, 9)] == [
        "企业情况表", "单位：万元", "序号", "合计", "注：没有的填0。",
    ]  # fmt: skip
    assert [page.cell(row, 3).value for row in range(4, 8)] == [
        f"第2之{firm}有限公司" for firm in range(1, 5)
    ]


def test_formulas_ranges_and_print_set_up_follow_the_rows(second: bytes) -> None:
    page = opened(second)
    assert page["F4"].value == "=IF(D4=0,0,E4/D4)"
    assert page["D8"].value == "=SUM(D4:D7)"
    assert page.print_title_rows == "$3:$3"
    assert page.print_area == "'表1'!$A$1:$G$11"  # the signatures are printed with it
    assert (page.freeze_panes, page.column_dimensions["C"].width) == (
        "A4",
        pytest.approx(30.7, 0.1),
    )
    condition = next(iter(page.conditional_formatting))
    assert (str(condition.sqref), condition.rules[0].formula) == ("D4:D7", ["$D4<$E4"])


def test_only_the_cells_to_fill_in_are_open(second: bytes) -> None:
    page = opened(second)
    assert page.protection.sheet
    is_open = {
        (cell.row, cell.column)
        for row in page.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    signatures = {(11, column) for column in (2, 4, 6, 8, 10)}
    assert is_open == {(row, column) for row in range(4, 8) for column in FILL} | signatures


def test_numbers_and_dates_are_asked_for(second: bytes) -> None:
    rules = opened(second).data_validations.dataValidation
    assert [(str(each.sqref), each.type) for each in rules] == [
        ("D4:D8", "decimal"), ("E4:E8", "decimal"), ("G4:G8", "date"),
    ]  # fmt: skip


def test_nothing_of_another_part_is_anywhere_in_the_file(second: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(second)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="ignore")
    assert "第2之1有限公司" in whole
    assert not any(word in whole for word in ("第1之", "第3之", "1镇", "3镇"))


def test_the_hidden_sheet_says_whose_it_is_and_tells_when_it_was_altered(second: bytes) -> None:
    assert marker_of(Package.open(second), KEY) == Marker("1", "2镇", 1, 4)
    with pytest.raises(MarkerError, match="altered"):
        marker_of(Package.open(second), b"another key")
    book = openpyxl.load_workbook(io.BytesIO(second))
    book["_collection"]["B4"] = "1镇"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(MarkerError, match="altered"):
        marker_of(Package.open(out.getvalue()), KEY)
    with pytest.raises(MarkerError, match="missing"):
        marker_of(Package.open(form()), KEY)


def test_a_merged_township_counts_for_all_its_rows_and_stands_in_each_part() -> None:
    collecting = Collecting(form(merged=True), layout())
    assert {name: each.rows for name, each in collecting.parts.items()} == {
        "1镇": (4, 5, 6, 7), "2镇": (8, 9, 10, 11), "3镇": (12, 13, 14, 15),
    }  # fmt: skip
    page = opened(collecting.sent("3镇"))
    assert (page["B4"].value, sorted(str(each) for each in page.merged_cells.ranges)) == (
        "3镇", ["A1:G1", "B4:B7"],
    )  # fmt: skip


def test_where_the_head_of_merged_cells_goes_to_others_its_words_stay() -> None:
    collecting = Collecting(form(merged=True), layout(by=3))
    assert opened(collecting.sent("第2之3有限公司"))["B4"].value == "2镇"


def test_a_formula_over_rows_of_others_becomes_its_result() -> None:
    ranked = edited(form(), {"F9": "=RANK(D9,D$4:D$15)"})
    page = opened(Collecting(ranked, layout()).sent("2镇"))
    assert page["F5"].value is None
    assert page["F6"].value == "=IF(D6=0,0,E6/D6)"


def test_blank_rows_for_more_are_counted_by_the_total() -> None:
    page = opened(Collecting(form(), layout(spare=2)).sent("2镇"))
    assert page["D10"].value == "=SUM(D4:D9)"
    assert page["F9"].value == "=IF(D9=0,0,E9/D9)"
    assert not page["C9"].protection.locked


def test_a_total_that_was_a_number_is_asked_for_anew() -> None:
    page = opened(Collecting(edited(form(), {"D16": 99}), layout()).sent("1镇"))
    assert (page["D8"].value, page["D8"].protection.locked) == (None, False)


def test_a_workbook_with_copies_of_its_cells_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form())) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, archive.read(name))
        copy.writestr("xl/pivotCache/pivotCacheRecords1.xml", "<a/>")
    with pytest.raises(SheetError, match="透视表"):
        Splitter(out.getvalue(), layout(), KEY)


VALUES = st.one_of(
    st.none(), st.sampled_from(["甲", "乙", " 甲 ", "合 计", "甲<&\"'>乙"]), st.integers(-3, 3)
)


@settings(max_examples=25, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=9), st.integers(1, 6))
def test_parts_that_come_back_unchanged_merge_to_the_original(values: list[Any], by: int) -> None:
    """For any column, whatever stands in it: nothing lost, nothing twice, nothing else changed."""
    rows = len(values)
    cells = {f"{'ABCDEFG'[by - 1]}{4 + at}": value for at, value in enumerate(values)}
    content = edited(form(1, rows), cells | {f"D{4 + at}": at * 1.5 for at in range(rows)})
    where = layout(1, rows, by=by, fill=(4, 5, 7))
    collecting = Collecting(content, where)

    given_rows = sorted(row for part in collecting.parts.values() for row in part.rows)
    returns = [
        Return(number, name, collecting.read(name, collecting.sent(name)))
        for number, name in enumerate(collecting.parts)
    ]
    merged = merge(returns)

    assert len(given_rows) == len(set(given_rows))
    assert merged.conflicts == merged.added == merged.gone == ()
    assert {row for _part, row, _column in merged.cells} == set(given_rows)
    before = snapshot(Package.open(content), SHEET)
    after = snapshot(Package.open(result(content, where, merged).content), SHEET)
    totals = {where.last} | {4 + at for at, value in enumerate(values) if value == "合 计"}
    assert {at: cell for at, cell in after.cells.items() if at[0] not in totals} == {
        at: cell for at, cell in before.cells.items() if at[0] not in totals
    }


def test_everybody_gets_the_whole_table_where_it_is_not_split() -> None:
    parts = split(form(1, 4), layout(1, 4, by=0, way=Way.SUM), "1", KEY)
    assert list(parts) == [""]
    assert opened(parts[""])["C7"].value == "第1之4有限公司"


def bare(signed: bool) -> Collecting:
    """A form that ends with the last row of its table, or two rows below with its own signers."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = SHEET
    rows: list[tuple[Any, ...]] = [("乡镇", "企业名称", "投资")]
    rows += [(f"{town}镇", f"第{town}之{firm}厂", None) for town in (1, 2) for firm in (1, 2)]
    if signed:
        rows += [(), ("填表人：", None, "审核人：", None, "负责人：")]
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return Collecting(out.getvalue(), Layout(SHEET, (1, 1), 2, 5, (1, 3), (3,), by=1))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("part", ["1镇", "2镇"])
def test_every_part_has_its_own_rows_each_once_and_below_them_who_signs(
    part: str, signed: bool
) -> None:
    collecting = bare(signed)
    content = collecting.sent(part)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        numbers = re.findall(r'<row r="(\d+)"', archive.read("xl/worksheets/sheet1.xml").decode())
    assert numbers == sorted(set(numbers))
    page = opened(content)
    assert [page.cell(row, 2).value for row in (2, 3)] == [f"第{part[0]}之{n}厂" for n in (1, 2)]
    signers = {"B5": "张三", "D5": "李四", "F5": "王五"}
    assert all(not page[cell].protection.locked for cell in signers)
    read = collecting.read(part, edited(content, {"C2": 1, "C3": 2, **signers}))
    assert (dict(read.signers), list(read.findings)) == (
        {"填表人": "张三", "审核人": "李四", "负责人": "王五"},
        [],
    )
