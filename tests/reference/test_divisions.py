"""The divisions as shipped, and with a bureau's own file laid over them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reference import (
    Divisions,
    ReferenceDataError,
    check_divisions,
    load_divisions,
)

HEADER = "code,name,parent,level,short_name,aliases\n"
GOOD = "990100,示例市,,prefecture,示例市,\n"


@pytest.fixture
def example(project_root: Path) -> Divisions:
    return load_divisions(project_root / "examples/divisions-example.csv")


def test_shipped_divisions_have_no_problem(project_root: Path) -> None:
    assert check_divisions(project_root / "src/kechuang/reference/divisions.csv") == []


def test_example_for_bureaus_has_no_problem(project_root: Path) -> None:
    assert check_divisions(project_root / "examples/divisions-example.csv") == []


def test_all_levels_are_there() -> None:
    assert Counter(division.level for division in load_divisions()) == {
        "province": 34,
        "prefecture": 333,
        "county": 2847,
    }


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("曲周县", "曲周"),
        ("延边朝鲜族自治州", "延边"),
        ("内蒙古自治区", "内蒙古"),
        ("磁县", "磁县"),
        ("围场满族蒙古族自治县", "围场"),
        ("东乡族自治县", "东乡"),
        ("博尔塔拉蒙古自治州", "博尔塔拉"),
        ("大兴安岭地区", "大兴安岭"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("科尔沁左翼中旗", "科尔沁左翼中旗"),
        ("浦东新区", "浦东"),
        ("碑林区", "碑林"),
        ("伊宁市", "伊宁市"),
        ("香港特别行政区", "香港"),
    ],
)
def test_short_name(name: str, short: str) -> None:
    division = load_divisions().find(name)

    assert division is not None
    assert division.short_name == short


@pytest.mark.parametrize(
    ("text", "full_name"),
    [
        ("河北省邯郸市曲周县", "河北省邯郸市曲周县"),
        ("河北省曲周县", "河北省邯郸市曲周县"),
        ("河北 邯郸 曲周", "河北省邯郸市曲周县"),
        ("北京市朝阳区", "北京市朝阳区"),
        ("河南省济源市", "河南省济源市"),
        ("保定市满城县", "河北省保定市满城区"),
        ("吉林", "吉林省"),
        ("吉林省吉林市", "吉林省吉林市"),
        ("海南", "海南省"),
        ("杭州西湖", "浙江省杭州市西湖区"),
        ("朝阳区", None),
        ("河北省曲周县某镇", None),
        ("曲周县河北省", None),
        ("", None),
        ("县", None),
    ],
)
def test_resolve(text: str, full_name: str | None) -> None:
    division = load_divisions().resolve(text)

    assert (division and load_divisions().full_name(division.code)) == full_name


def test_every_division_is_found_by_its_full_name() -> None:
    divisions = load_divisions()
    lost = [
        division.code
        for division in divisions
        if divisions.resolve(divisions.full_name(division.code)) != division
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("朝阳区", None, None),
        ("朝阳区", "110000", "110105"),
        ("朝阳", "220100", "220104"),
        ("曲周", "130400", "130435"),
        ("曲周", "130100", None),
        ("邯郸市", "130400", None),
        ("示例市", None, None),
    ],
)
def test_find_in_the_context_of_a_report(name: str, within: str | None, code: str | None) -> None:
    division = load_divisions().find(name, within)

    assert (division and division.code) == code


@pytest.mark.parametrize(
    ("name", "anywhere", "within"),
    [
        ("曲周县", True, True),
        ("曲周", True, True),
        ("大名县", True, True),
        ("大名", False, True),
        ("丛台", False, True),
        ("丛台区", True, True),
        ("永年县", True, True),
    ],
)
def test_names_that_are_daily_words_are_only_given_within(
    name: str, anywhere: bool, within: bool
) -> None:
    divisions = load_divisions()

    assert (name in divisions.names()) == anywhere
    assert (name in divisions.names("130400")) == within


def test_all_given_names_have_two_characters() -> None:
    assert min(len(name) for name in load_divisions().names()) == 2


def test_children_and_parents_agree() -> None:
    divisions = load_divisions()

    assert all(
        divisions.parents(child.code)[0] == division
        for division in divisions
        for child in divisions.children(division.code)
    )


def test_own_divisions_are_found(example: Divisions) -> None:
    division = example.resolve("示例省示例市甲县")

    assert division is not None
    assert [above.name for above in example.parents(division.code)] == ["示例市", "示例省"]
    assert len(example.children("990100")) == 9
    assert example.find("壬县", within="990100") == example["990109"]


@pytest.mark.parametrize(
    ("row", "part_of_what"),
    [
        ("990100,示范市,,prefecture,示范市,\n", "重复"),
        ("99,甲县,990100,county,甲县,\n", "不合格式"),
        ("９９０１０１,甲县,990100,county,甲县,\n", "不合格式"),
        ("990101,,990100,county,甲县,\n", "缺名称"),
        ("990101,甲县,990199,county,甲县,\n", "不存在"),
        ("990101,甲县,990101,county,甲县,\n", "绕成了圈"),
        ("990101,甲县,990100,shire,甲县,\n", "层级"),
        ("130435,丘县,,,,\n", "已属"),
        ("990101,曲周县,130400,county,曲周,\n", "同一上级下"),
    ],
)
def test_each_cause_is_named_with_its_line(tmp_path: Path, row: str, part_of_what: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + GOOD + row, encoding="utf-8")

    problems = check_divisions(path)

    assert {problem.line for problem in problems} == {3}
    assert part_of_what in problems[0].what


def test_loading_a_bad_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + "990101,甲县,990199,county,甲县,\n", encoding="utf-8")

    with pytest.raises(ReferenceDataError, match="不存在"):
        load_divisions(path)


def test_a_row_with_a_shipped_code_adds_aliases(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + "130435,曲周县,,,,曲周经开区\n", encoding="utf-8")

    division = load_divisions(path).find("曲周经开区")

    assert division is not None
    assert (division.code, division.name) == ("130435", "曲周县")


@given(st.text(max_size=80))
def test_resolve_never_fails(text: str) -> None:
    division = load_divisions().resolve(text)

    assert division is None or division.code in load_divisions()
