"""Kinds and units: what may be added, compared and asked, and what is told where it may not."""

from __future__ import annotations

from functools import cache

import pytest

from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.kinds import Kind, Kinds
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import name_of, unit_table
from tracked import ROOT


@cache
def kinds() -> Kinds:
    """The kinds of a rule over enterprises, which has no names of its own."""
    book = load_rulebook(ROOT / "examples" / "rules")
    rule = next(rule for rule in book if rule.key == "local_rd_award@2026")
    return Kinds(Scope.of(rule, book.dictionary))


def kind(source: str) -> Kind:
    return kinds().of(parse(source))


@pytest.mark.parametrize(
    ("source", "of", "dimension"),
    [
        ("revenue", "number", "元"),
        ("revenue[-2]", "number", "元"),
        ("revenue + 3 万元", "number", "元"),
        ("revenue - rd_staff * 3 万元 / rd_staff", "number", "元"),
        ("revenue / staff_total_quarterly", "number", "元/人"),
        ("rd_expense_deduction / revenue", "number", "比值"),
        ("revenue * 6%", "number", "元"),
        ("1 + 2", "number", "比值"),
        ("-revenue", "number", "元"),
        ("min(rd_staff, 3)", "number", "人"),
        ("max(3, rd_staff)", "number", "人"),
        ("total(revenue over 3 years)", "number", "元"),
        ("average(revenue over 2 years)", "number", "元"),
        ("growth(revenue)", "number", "比值"),
        ("average_growth(revenue over 3 years)", "number", "比值"),
        ("compound_growth(revenue over 2 years)", "number", "比值"),
        ("count(ip)", "number", "件"),
        ("count(titles where title = hnte)", "number", "项"),
        ("sum(amount of financings)", "number", "元"),
        ("3 倍", "number", "比值"),
        ("founded_on", "date", "比值"),
        ("as_of", "date", "比值"),
        ("elapsed(founded_on)", "elapsed", "比值"),
        ("resident_enterprise", "truth", "比值"),
        ("passes(hnte)", "truth", "比值"),
        ("industry_code", "text", "比值"),
        ("'甲'", "text", "比值"),
    ],
)
def test_an_expression_has_its_kind(source: str, of: str, dimension: str) -> None:
    found = kind(source)

    assert (found.of, name_of(found.dimension)) == (of, dimension)


@pytest.mark.parametrize(
    "source",
    [
        "revenue <= 2 亿元",
        "rd_staff <= 500",
        "5000 万元 < revenue <= 20000 万元",
        "rd_expense_deduction / revenue >= 6%",
        "rd_expense_deduction / revenue >= 0.06",
        "elapsed(founded_on) >= 3 年",
        "3 年 <= elapsed(founded_on)",
        "founded_on >= 2020-01-01",
        "founded_on within 36 月",
        "founded_on within 3 会计年度",
        "resident_enterprise = 是",
        "not resident_enterprise",
        "size_class = small",
        "size_class in [micro, small]",
        "industry_code in [C, 65, I65]",
        "count(ip where class = I and valid on as_of) >= 1",
        "at_least(1, resident_enterprise, revenue > 0 元)",
    ],
)
def test_a_condition_is_one(source: str) -> None:
    kinds().need_truth(parse(source))


@pytest.mark.parametrize("unit", sorted({"元", "%", "人", "件", "分", "天", "美元", "平方米"}))
@pytest.mark.parametrize(
    ("left", "right"),
    [("revenue", "元"), ("rd_staff", "人"), ("rd_expense_deduction / revenue", "%")],
)
def test_only_the_same_unit_may_be_compared(left: str, right: str, unit: str) -> None:
    tree = parse(f"{left} >= 3 {unit}")
    if unit == right:
        kinds().need_truth(tree)
        return
    with pytest.raises(RuleError) as raised:
        kinds().need_truth(tree)

    error = raised.value
    assert (error.code, error.what) == ("unit", "“>=”两边单位不同")
    assert error.why.startswith("一边是以")
    assert error.remedy == "换成同一种单位的字段或数"


@pytest.mark.parametrize(
    ("source", "code", "what", "why", "remedy"),
    [
        (
            "revenue >= 3",
            "unit",
            "“>=”两边的数没有写单位",
            "一边是以元计的数，一边是没有单位的数",
            "补上单位，如 元",
        ),
        (
            "revenue + 3 >= 1 元",
            "unit",
            "“+”两边单位不同",
            "一边是以元计的数，一边是没有单位的数",
            "换算成同一种单位",
        ),
        (
            "revenue + rd_staff >= 1 元",
            "unit",
            "“+”两边单位不同",
            "一边是以元计的数，一边是以人计的数",
            "换算成同一种单位",
        ),
        (
            "max(revenue, 3 人) >= 1 元",
            "unit",
            "max( ) 的各项单位不同",
            "一边是以元计的数，一边是以人计的数",
            "换算成同一种单位",
        ),
        (
            "elapsed(founded_on) >= 3",
            "unit",
            "“>=”两边单位不同",
            "时长要同天、月、年、岁比",
            "写成 365 天、3 年",
        ),
        (
            "elapsed(founded_on) >= 3 人",
            "unit",
            "“>=”两边单位不同",
            "时长要同天、月、年、岁比",
            "写成 365 天、3 年",
        ),
        (
            "founded_on within 3 人",
            "unit",
            "within 后面应为一段时间",
            "“3 人”不是一段时间",
            "写成 3 年 或 3 会计年度",
        ),
        ("founded_on within 1.5 年", "unit", "时间要是整数", "“1.5 年”带小数", "改写成更小的单位"),
        ("revenue within 3 年", "type", "within 前面应为日期", "窗口对日期而言", "换成日期字段"),
        (
            "revenue",
            "type",
            "这里应为条件",
            "它是以元计的数，不是条件",
            "写成比较，如 revenue <= 2 亿元",
        ),
        ("founded_on + 1 >= 2", "type", "这里应为数", "这里是日期", "只有数能加减乘除"),
        ("resident_enterprise * 2 >= 2", "type", "这里应为数", "这里是是否", "只有数能加减乘除"),
        (
            "founded_on >= 3 天",
            "type",
            "“>=”两边不是一类",
            "一边是日期，一边是以天计的数",
            "检查字段和值",
        ),
        ("resident_enterprise > 否", "type", "是否不能比大小", "没有大小次序", "用 = 或 in"),
        ("size_class > small", "type", "代码或选项不能比大小", "没有大小次序", "用 = 或 in"),
        (
            "size_class = tiny",
            "unknown_name",
            "“tiny”不是它的选项",
            "“企业规模”的选项有 micro、small、medium、large",
            "改成其中一个",
        ),
        (
            "size_class in [tiny]",
            "unknown_name",
            "“tiny”不是它的选项",
            "“企业规模”的选项有 micro、small、medium、large",
            "改成其中一个",
        ),
        ("size_class in []", "type", "in 后面的列表是空的", "没有一个成员", "写上成员"),
        (
            "size_class in sizes",
            "unknown_name",
            "没有列表“sizes”",
            "lists 里没有它",
            "写进 lists，或直接列出",
        ),
        (
            "revenue in [a]",
            "type",
            "in 前面应为选项或代码字段",
            "这里是以元计的数",
            "换成这样的字段",
        ),
        (
            "not revenue > 1 元",
            "type",
            "not 不能用在比较上",
            "值不存在（如分母为零）时，两个相反的比较都不成立",
            "改写成相反的比较，如 < 改成 >=",
        ),
        (
            "total(founded_on) > 1",
            "type",
            "“founded_on”不能跨年计算",
            "只有年度字段有往年",
            "换成年度字段",
        ),
        (
            "founded_on[-1] >= 2020-01-01",
            "type",
            "“founded_on[-1]”没有往年",
            "它不是年度字段",
            "去掉方括号",
        ),
        (
            "elapsed(revenue) > 1 年",
            "type",
            "elapsed( ) 里应为日期",
            "时长从日期算起",
            "换成日期字段",
        ),
        (
            "valid on as_of",
            "type",
            "“enterprises”没有 valid on",
            "字段表没有写这张表怎样算有效",
            "改写成具体条件",
        ),
        (
            "count(ips) > 1",
            "unknown_name",
            "没有表“ips”",
            "属于“enterprises”的表有 ip、",
            "检查拼写，或加进字段表",
        ),
        (
            "count(ip where revenue > 1 元) > 1",
            "unknown_name",
            "“revenue”是什么不知道",
            "“ip”表、参数、得分和中间值里都没有它",
            "检查拼写，或把字段加进 fields.yaml",
        ),
        (
            "revenu > 1 元",
            "unknown_name",
            "“revenu”是什么不知道",
            "“enterprises”表、参数、得分和中间值里都没有它",
            "是不是 revenue、revenue_class",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_remedy(
    source: str, code: str, what: str, why: str, remedy: str
) -> None:
    with pytest.raises(RuleError) as raised:
        kinds().need_truth(parse(source))

    error = raised.value
    assert (error.code, error.what, error.remedy) == (code, what, remedy)
    assert error.why.startswith(why)


@pytest.mark.parametrize("unit", sorted(unit_table()))
def test_every_unit_is_worth_something(unit: str) -> None:
    assert unit_table()[unit].factor > 0
