"""Rows that cannot be told apart, columns that mean the same, and many problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_data import CODE, codes_of, csv_file, loaded, problems_of, xlsx_file

REVENUE = "营业收入（万元）"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([["E1", "1"], ["", "2"]], [("key_missing", 3)], id="missing"),
        pytest.param([["E1", "1"], ["—", "2"]], [("key_missing", 3)], id="said to be missing"),
        pytest.param([["E1", "1"], ["E2", "2"], ["E1", "1"]], [("key_twice", 4)], id="twice"),
        pytest.param([["e1 ", "1"], ["Ｅ1", "2"], ["e 1", "2"]], [("key_twice", 4)], id="blanks"),
        pytest.param([["E1", "1"], ["合计", "1"]], [("totals", 3)], id="totals"),
        pytest.param([["E1", "***"], ["91**", "1"]], [("masked", 2), ("masked", 3)], id="masked"),
    ],
)
def test_rows_that_cannot_be_told_apart_are_named(
    tmp_path: Path, rows: list[list[str]], found: list[tuple[str, int]]
) -> None:
    path = csv_file(tmp_path / "a.csv", [[CODE, REVENUE], *rows])

    assert [(each.code, each.row) for each in problems_of(path).problems] == found


def test_the_first_row_of_a_key_is_named_with_the_second(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [[CODE], ["E1"], ["E2"], ["E1"]])

    assert str(problems_of(path)) == (
        "a.csv 第 4 行 A 列“统一社会信用代码”：“E1”重复。原因：第 2 行已经有了。"
        "处理：删去重复的一行；若是两件事，各给一个编号。"
    )


def test_two_firms_may_own_one_patent_but_one_firm_only_once(tmp_path: Path) -> None:
    ip = [[CODE, "知识产权编号"], ["E1", "P1"], ["E2", "P1"], ["E1", "P1"], ["E1", ""]]
    path = xlsx_file(tmp_path / "a.xlsx", {"企业": [[CODE], ["E1"], ["E2"]], "知识产权": ip})

    assert [(each.code, each.sheet, each.row) for each in problems_of(path).problems] == [
        ("key_twice", "知识产权", 4),
        ("key_missing", "知识产权", 5),
    ]


def test_rows_of_nobody_are_kept_and_counted(tmp_path: Path) -> None:
    ip = [[CODE, "知识产权编号"], ["E1", "P1"], ["E8", "P1"], ["E9", "P1"]]
    found = loaded(xlsx_file(tmp_path / "a.xlsx", {"企业": [[CODE], ["E1"]], "ip": ip}))

    assert found.frames["ip"].height == 3
    assert [(note.code, note.count) for note in found.notes] == [("unmatched_rows", 2)]
    assert "有 2 行" in str(found.notes[0])


@pytest.mark.parametrize(
    ("headers", "codes"),
    [
        pytest.param([REVENUE, "销售收入（元）"], ["column_twice"], id="synonym"),
        pytest.param([REVENUE, "营业收入（2024年，万元）"], ["column_twice"], id="year"),
        pytest.param([REVENUE, REVENUE], ["column_twice"], id="same"),
        pytest.param([REVENUE, "营业收入（2023年，万元）"], [], id="another year"),
        pytest.param(["营业收入"], ["no_unit"], id="no unit"),
        pytest.param(["营业收入（人）", "净利润（2024年）"], ["wrong_unit", "no_unit"], id="two"),
        pytest.param(["成立日期（2023年）"], ["bad_year"], id="year of a date"),
    ],
)
def test_headers_that_mislead_are_named(
    tmp_path: Path, headers: list[str], codes: list[str]
) -> None:
    path = csv_file(tmp_path / "a.csv", [[CODE, *headers], ["E1", *["1"] * len(headers)]])

    assert (codes_of(path) if codes else loaded(path).notes) == (codes or ())


def test_a_header_without_unit_is_told_how_to_mend_it(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [[CODE, "营业收入"], ["E1", "1"]])

    assert "在表头写上单位，如“营业收入（万元）”或“营业收入（元）”" in str(problems_of(path))


def test_what_was_not_used_is_noted_once(tmp_path: Path) -> None:
    rows = [[CODE, "序号", "", "净利润（预计）（元）", ""], ["E1", "1", "x", "2", ""]]
    notes = loaded(csv_file(tmp_path / "a.csv", rows)).notes

    assert [str(note) for note in notes] == [
        "a.csv：没有用到的列：序号、C 列（没有表头）、净利润（预计）（元）（括号里的“预计”看不懂）"
    ]


def test_a_hundred_problems_are_told_and_the_others_counted(tmp_path: Path) -> None:
    rows = [[f"E{number}", "约", "约"] for number in range(250)]
    error = problems_of(csv_file(tmp_path / "a.csv", [[CODE, REVENUE, "净利润（元）"], *rows]))

    assert (len(error.problems), error.total) == (100, 500)
    assert str(error).endswith("还有 400 处，改完以上各处后再查。")


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    csv_file(tmp_path / "企业.csv", [[CODE, REVENUE], ["E1", "约"]])
    csv_file(
        tmp_path / "知识产权.csv", [[CODE, "知识产权编号", "授权日期"], ["E1", "P1", "2023-02-30"]]
    )

    assert [each.file for each in problems_of(tmp_path).problems] == ["企业.csv", "知识产权.csv"]


def test_a_value_in_a_message_is_cut_and_harmless(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [[CODE, REVENUE], ["E1", "\x1b[2J" + "长" * 100]])
    problem = problems_of(path).problems[0]

    assert "\x1b" not in str(problem)
    assert len(problem.value) == 41


def test_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    one = loaded(csv_file(tmp_path / "a.csv", [[CODE, REVENUE], ["E1", "1"]]))
    other = loaded(csv_file(tmp_path / "b.csv", [[REVENUE, CODE], ["1", "E1"]]))

    assert one.frames["enterprises"].equals(other.frames["enterprises"])
