"""The field dictionary as shipped, and with a bureau's own file laid over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kechuang.reference import Dictionary, ReferenceDataError, check_fields, load_dictionary
from kechuang.reference.words import reference_words
from kechuang.rulebook.units import MONEY, unit_table

HEAD = "fields:\n  enterprises:\n"
GOOD = "    local_a: {name: 甲数, type: count, unit: 家, period: now, change: fixed}\n"
FRAMES = (
    "frames:\n"
    "  local_f: {name: 大棚, of: enterprises, key: greenhouse_code, unit: 个}\n"
    "fields:\n  local_f:\n"
    "    enterprise_code: {name: 信用代码, type: text, period: now, change: fixed}\n"
    "    greenhouse_code: {name: 编号, type: text, period: now, change: fixed}\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def row(**changes: str) -> str:
    cells = {"name": "乙数", "type": "count", "period": "now", "change": "fixed"} | changes
    return f"    local_b: {{{', '.join(f'{k}: {v}' for k, v in cells.items() if v)}}}\n"


def test_shipped_dictionary_has_no_problem(project_root: Path) -> None:
    assert check_fields(project_root / "src/kechuang/reference/fields.yaml") == []


def test_example_for_bureaus_has_no_problem(project_root: Path) -> None:
    assert check_fields(project_root / "examples/fields-example.yaml") == []


def test_units_of_fields_are_units_of_rules() -> None:
    words, known = reference_words(), unit_table()

    assert words.field_units - set(known) == set()
    assert all(known[unit].dimension == MONEY for unit in words.money_units)


@pytest.mark.parametrize(
    ("frame", "name", "code"),
    [
        ("enterprises", "revenue", "revenue"),
        ("enterprises", "营业收入", "revenue"),
        ("enterprises", "年销售收入", "revenue"),
        ("enterprises", "主营业务收入", "main_income"),
        ("enterprises", "研发费用(加计扣除口径)", "rd_expense_deduction"),
        ("enterprises", "研究开发费用（高企口径）", "rd_expense_hnte"),
        ("enterprises", " Ｒ＆Ｄ经费内部支出 ", "rd_expenditure_statistics"),
        ("ip", "授权日期", "granted_on"),
    ],
)
def test_a_field_is_found_by_any_of_its_names(frame: str, name: str, code: str) -> None:
    found = load_dictionary().named(frame, name)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("name", ["研发投入", "收入", "granted_on"])
def test_a_name_of_no_field_of_the_frame_is_none(name: str) -> None:
    assert load_dictionary().named("enterprises", name) is None


def test_own_field_frame_and_name_are_found(project_root: Path) -> None:
    dictionary = load_dictionary(project_root / "examples/fields-example.yaml")
    renamed = dictionary.named("enterprises", "全年营业收入")

    assert renamed is not None
    assert (renamed.code, renamed.unit) == ("revenue", "万元")
    assert dictionary.field("enterprises", "local_park").options == {"east": "东园", "west": "西园"}
    assert dictionary.frames["local_greenhouses"].of == "enterprises"
    assert dictionary.field("local_greenhouses", "area").places == 2
    assert load_dictionary().named("enterprises", "全年营业收入") is None


@pytest.mark.parametrize(
    ("row_text", "part_of_what"),
    [
        pytest.param(row(type="integer"), "类型“integer”不认识", id="type"),
        pytest.param(row(type=""), "缺类型", id="no type"),
        pytest.param(row(period="month"), "时期“month”不认识", id="period"),
        pytest.param(row(change="open"), "可变程度“open”不认识", id="change"),
        pytest.param(row(lever="more", unit="家"), "方向“more”不认识", id="lever"),
        pytest.param(row(name=""), "缺名称", id="no name"),
        pytest.param(row(name="甲数"), "两个字段在用", id="name twice"),
        pytest.param(row(also="[营业 收入]"), "两个字段在用", id="shipped name"),
        pytest.param(row(name="revenue"), "两个字段在用", id="name is a code"),
        pytest.param(row(unit="只"), "单位“只”不认识", id="unit"),
        pytest.param(row(type="money", unit="人"), "金额“local_b”的单位是“人”", id="money unit"),
        pytest.param(row(type="money"), "金额“local_b”的单位是“空”", id="no money unit"),
        pytest.param(row(unit="万元"), "以万元计却不是金额", id="count of money"),
        pytest.param(row(type="text", unit="人"), "不该有单位", id="unit of text"),
        pytest.param(row(places="2"), "不该写小数位数", id="places of a count"),
        pytest.param(row(type="number", places="9"), "小数位数“9”", id="places"),
        pytest.param(row(type="number", places="二"), "小数位数“二”", id="places in words"),
        pytest.param(row(options="{a: 甲}"), "不该有选项", id="options of a count"),
        pytest.param(row(type="choice"), "没有选项", id="no options"),
        pytest.param(row(type="choice", options="{a: 甲, b: 甲}"), "分不开", id="labels"),
        pytest.param(row(lever="up"), "有方向却没有单位", id="lever without unit"),
        pytest.param(row(type="text", lever="up"), "不能有方向", id="lever of text"),
        pytest.param(row(effort="0"), "难度“0”", id="effort"),
        pytest.param(
            row(type="choice", options="{a: 甲}", effort="{b: 3}"), "不存在的选项“b”", id="option"
        ),
        pytest.param(row(type="date", period="year"), "不是数、选项或是否", id="date of a year"),
        pytest.param(
            row(type="money", unit="万元", name="补助（万元）"),
            "末尾括号里是单位",
            id="unit in name",
        ),
        pytest.param(row(also='[""]'), "有空的别名", id="empty name"),
        pytest.param(row(also="甲甲"), "also 写法不对", id="names as text"),
        pytest.param(row(options="[甲]"), "options 写法不对", id="options as list"),
        pytest.param(row(name="[甲]"), "name 写法不对", id="name as list"),
        pytest.param(row(lable="甲"), "不认识“lable”", id="unknown key"),
        pytest.param("    local_b: 乙数\n", "不是键和值", id="no mapping"),
        pytest.param(row().replace("local_b", "local_B"), "不合格式", id="code"),
        pytest.param(row().replace("local_b", "other"), "没有前缀", id="prefix"),
        pytest.param(row().replace("local_b", "local_a"), "写了两次", id="twice"),
        pytest.param("    revenue: {unit: 元}\n", "要改自带字段“营业收入”的 unit", id="change"),
        pytest.param("    revenue: {also: [净利润]}\n", "两个字段在用", id="also of another"),
    ],
)
def test_each_cause_is_named_with_its_line(
    tmp_path: Path, row_text: str, part_of_what: str
) -> None:
    path = written(tmp_path, HEAD + GOOD + row_text)

    problems = [problem for problem in check_fields(path) if part_of_what in problem.what]

    assert [problem.line for problem in problems] == [4]
    assert str(problems[0]).startswith(f"{path}:4：")


@pytest.mark.parametrize(
    ("text", "line", "part_of_what"),
    [
        pytest.param(FRAMES.replace("local_f", "greens"), 2, "没有前缀", id="prefix"),
        pytest.param(FRAMES.replace("of: enterprises", "of: firms"), 2, "不是主表", id="of"),
        pytest.param(FRAMES.replace("of: enterprises", "of: ip"), 2, "不是主表", id="of a list"),
        pytest.param(FRAMES.replace("key: g", "key: c"), 2, "不是它的字段", id="key"),
        pytest.param(FRAMES.replace("unit: 个", "unit: 只"), 2, "单位“只”", id="unit"),
        pytest.param(FRAMES.replace("name: 大棚", "name: 企业"), 2, "两个表在用", id="name"),
        pytest.param(FRAMES.replace("    enterprise_code", "    owner"), 2, "没有字段", id="owner"),
        pytest.param(FRAMES.replace("period: now", "period: year", 1), 5, "明细表", id="year"),
        pytest.param("frames:\n  ip: {name: 专利}\n", 2, "要改自带的表", id="shipped frame"),
        pytest.param("fields:\n  nowhere:\n" + GOOD, 3, "所在的表“nowhere”不存在", id="frame"),
        pytest.param("rule: hnte\nname: 高企\n", 1, "这是规则文件", id="rule file"),
        pytest.param("field:\n  a: b\n", 1, "不认识的部分“field”", id="part"),
        pytest.param("- a\n", 1, "不是键和值", id="list"),
        pytest.param("", 1, "没有字段", id="empty"),
        pytest.param("fields: [\n", 2, "YAML 读不下去", id="broken"),
        pytest.param("fields: &a\n  ip: *a\n", 1, "用了 YAML 锚点", id="alias"),
        pytest.param("fields: " + "[" * 5000, 1, "YAML 读不下去", id="deep"),
        pytest.param("fields: " + "[" * 900 + "]" * 900, 1, "文件套得太深", id="less deep"),
    ],
)
def test_each_cause_beyond_a_field_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, part_of_what: str
) -> None:
    problems = check_fields(written(tmp_path, text))
    found = [problem for problem in problems if part_of_what in problem.what]

    assert [problem.line for problem in found] == [line]


def test_a_file_in_another_encoding_or_none_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes((HEAD + GOOD).encode("gb18030"))

    assert "文件不是 UTF-8 文本" in [problem.what for problem in check_fields(path)]
    assert "文件打不开" in [problem.what for problem in check_fields(tmp_path / "none.yaml")]


def test_loading_a_bad_file_says_everything_that_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + row(unit="只", period="month"))

    with pytest.raises(ReferenceDataError) as caught:
        Dictionary.load(path)

    assert len(caught.value.problems) == 2


def test_codes_stay_text() -> None:
    field = load_dictionary().field("ip", "ip_class")

    assert field.effort == {"I": 60, "II": 15}
    assert load_dictionary().field("enterprises", "revenue").effort == 3
