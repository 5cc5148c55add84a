"""What each construct of the rule language says on a day: one cause a row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from made_rules import conditions, made, read, text_of

from kechuang.eligibility.lower_rule import lower_rule
from kechuang.rulebook.errors import RuleError

YES, NO, OPEN = True, False, None
A_YEAR_BEFORE = '"revenue[-1]"'
TWO_YEARS_BEFORE = '"revenue[-2]"'


def verdict(folder: Path, when: str, given: str = "") -> bool | None:
    return made(folder, text_of(conditions(c=when), given=given)).outcome().verdict


def revenues(*years: str, founded_on: str = "2010-01-01") -> str:
    """The facts of a firm whose revenue in 万元 was so much, the latest year first."""
    names = ("revenue", A_YEAR_BEFORE, TWO_YEARS_BEFORE)
    facts = [f"{name}: {value} 万元" for name, value in zip(names, years, strict=False)]
    facts = [fact.replace("缺 万元", "缺") for fact in facts]
    return ", ".join([*facts, f"founded_on: {founded_on}"])


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("revenue <= 500 万元", "revenue: 500 万元", YES),
        ("revenue <= 500 万元", "revenue: 500.01 万元", NO),
        ("revenue < 500 万元", "revenue: 500 万元", NO),
        ("revenue > 0.05 亿元", "revenue: 500.01 万元", YES),
        ("revenue >= 5000000 元", "revenue: 499.99 万元", NO),
        ("revenue = 500 万元", "revenue: 500 万元", YES),
        ("revenue != 500 万元", "revenue: 500 万元", NO),
        ("500 万元 < revenue <= 600 万元", "revenue: 500 万元", NO),
        ("500 万元 < revenue <= 600 万元", "revenue: 600 万元", YES),
        ("500 万元 >= revenue", "revenue: 500.01 万元", NO),
        ("rd_staff >= 3", "rd_staff: 3 人", YES),
        ("staff_total_quarterly <= 500 人", "staff_total_quarterly: 500.0001 人", NO),
        ("revenue >= 500 万元", "", OPEN),
        ("revenue[-1] >= 500 万元", f"{A_YEAR_BEFORE}: 500 万元", YES),
        ("revenue[-1] >= 500 万元", "revenue: 500 万元", OPEN),
        ("revenue + main_income >= 3 万元", "revenue: 1 万元, main_income: 2 万元", YES),
        ("revenue - main_income > 0 万元", "revenue: 1 万元, main_income: 1 万元", NO),
        ("revenue * 3 >= 3 万元", "revenue: 1 万元", YES),
        ("-revenue <= -1 万元", "revenue: 1 万元", YES),
        ("net_profit >= -1 万元", "net_profit: -1 万元", YES),
        ("net_profit >= -1 万元", "net_profit: -1.01 万元", NO),
        ("max(revenue, main_income) >= 2 万元", "revenue: 1 万元, main_income: 2 万元", YES),
        ("min(revenue, main_income) >= 2 万元", "revenue: 1 万元, main_income: 2 万元", NO),
        ("max(revenue, 2 万元) >= 2 万元", "", OPEN),
        ("revenue / rd_staff >= 5 万元 / 3 人", "revenue: 5 万元, rd_staff: 3 人", YES),
        ("revenue / rd_staff > 5 万元 / 3 人", "revenue: 5 万元, rd_staff: 3 人", NO),
    ],
)
def test_numbers_are_compared(tmp_path: Path, when: str, given: str, expected: bool | None) -> None:
    assert verdict(tmp_path, when, given) is expected


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "=", "!="])
@pytest.mark.parametrize("divisor", ["0 万元", "-1 万元"])
def test_ratio_over_nothing_meets_no_comparison(tmp_path: Path, op: str, divisor: str) -> None:
    given = f"rd_expense_deduction: 1 万元, revenue: {divisor}"

    assert verdict(tmp_path, f"rd_expense_deduction / revenue {op} 6%", given) is NO


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        pytest.param("revenue / net_assets >= 6%", "net_assets: 0 万元", NO, id="top missing"),
        pytest.param("revenue / net_assets >= 6%", "revenue: 1 万元", OPEN, id="divisor missing"),
        pytest.param(
            "revenue / net_assets * net_profit / total_cost >= 0%",
            "revenue: 1 万元, net_assets: -1 万元, net_profit: 1 万元, total_cost: -1 万元",
            NO,
            id="two negative divisors",
        ),
        pytest.param(
            "revenue / net_assets + net_profit / total_cost < 1%",
            "revenue: 1 万元, net_assets: -1 万元, net_profit: 1 万元, total_cost: -1 万元",
            NO,
            id="sum over two negative divisors",
        ),
        pytest.param(
            "1 万元 / (revenue / net_assets) < 1 万元",
            "revenue: 1 万元, net_assets: 0 万元",
            NO,
            id="over a ratio over nothing",
        ),
        pytest.param(
            "revenue / (net_assets / net_profit) > 1 万元",
            "revenue: 3 万元, net_assets: 2 万元, net_profit: 1 万元",
            YES,
            id="over a ratio",
        ),
    ],
)
def test_ratio_has_a_value_only_over_something_positive(
    tmp_path: Path, when: str, given: str, expected: bool | None
) -> None:
    assert verdict(tmp_path, when, given) is expected


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("growth(revenue) >= 10%", revenues("110", "100"), YES),
        ("growth(revenue) >= 10%", revenues("109.99", "100"), NO),
        ("growth(revenue) <= -10%", revenues("90", "100"), YES),
        ("growth(revenue) >= 10%", revenues("110", "0"), NO),
        ("growth(revenue) < 10%", revenues("110", "0"), NO),
        ("growth(revenue) >= 10%", revenues("110", "-1"), OPEN),
        ("growth(revenue) >= 10%", revenues("110", "缺"), OPEN),
        ("growth(revenue) >= 10%", revenues("缺", "100"), OPEN),
        ("growth(revenue) >= 10%", revenues("缺", "0"), NO),
        ("average_growth(revenue over 3 years) >= 15%", revenues("132", "110", "100"), YES),
        ("average_growth(revenue over 3 years) >= 15%", revenues("131.99", "110", "100"), NO),
        ("average_growth(revenue over 3 years) >= 20%", revenues("132", "110", "0"), YES),
        ("average_growth(revenue over 3 years) > 20%", revenues("132", "110", "0"), NO),
        ("average_growth(revenue over 3 years) < 20%", revenues("132", "0", "100"), NO),
        ("average_growth(revenue over 3 years) >= 0%", revenues("132", "110", "-1"), OPEN),
        ("average_growth(revenue over 3 years) >= 0%", revenues("132", "-1", "100"), OPEN),
        ("average_growth(revenue over 3 years) >= 0%", revenues("132", "110", "缺"), OPEN),
        ("compound_growth(revenue over 2 years) >= 5%", revenues("110.25", "缺", "100"), YES),
        ("compound_growth(revenue over 2 years) >= 5%", revenues("110.24", "缺", "100"), NO),
        ("compound_growth(revenue over 2 years) > 5%", revenues("110.25", "缺", "100"), NO),
        ("compound_growth(revenue over 2 years) < -50%", revenues("24.99", "缺", "100"), YES),
        ("5% <= compound_growth(revenue over 2 years)", revenues("110.25", "缺", "100"), YES),
        ("compound_growth(revenue over 2 years) >= 5%", revenues("110.25", "缺", "0"), NO),
        ("compound_growth(revenue over 2 years) >= 5%", revenues("110.25", "缺", "-1"), OPEN),
    ],
)
def test_growth(tmp_path: Path, when: str, given: str, expected: bool | None) -> None:
    assert verdict(tmp_path, when, given) is expected


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("total(revenue over 3 years) = 6 万元", revenues("1", "2", "3"), YES),
        ("total(revenue over 2 years) = 3 万元", revenues("1", "2", "3"), YES),
        ("average(revenue over 3 years) = 2 万元", revenues("1", "2", "3"), YES),
        ("total(revenue over 3 years) >= 0 万元", revenues("1", "2", "缺"), OPEN),
        (
            "total(revenue over 3 years) = 3 万元",
            revenues("1", "2", "缺", founded_on="2024-01-01"),
            YES,
        ),
        (
            "total(revenue over 3 years) = 3 万元",
            revenues("1", "2", "缺", founded_on="2023-12-31"),
            OPEN,
        ),
        (
            "average(revenue over 3 years) = 1.5 万元",
            revenues("1", "2", "0", founded_on="2024-01-01"),
            YES,
        ),
        (
            "average(revenue over 3 years) >= 0 万元",
            revenues("缺", "缺", "缺", founded_on="2026-01-01"),
            NO,
        ),
        (
            "average_growth(revenue over 3 years) = 20%",
            revenues("120", "100", "缺", founded_on="2024-02-01"),
            YES,
        ),
        (
            "average_growth(revenue over 3 years) >= 0%",
            revenues("120", "缺", "缺", founded_on="2025-02-01"),
            NO,
        ),
        ("total(revenue over 3 years) >= 0 万元", revenues("1", "2", "3", founded_on="缺"), OPEN),
        ("average(revenue over 3 years) >= 0 万元", revenues("1", "2", "3", founded_on="缺"), OPEN),
        (
            "average_growth(revenue over 3 years) >= 0%",
            revenues("1", "2", "3", founded_on="缺"),
            OPEN,
        ),
        ("growth(revenue) >= 0%", revenues("1", "1", founded_on="缺"), YES),
    ],
)
def test_years_before_the_firm_was_founded_do_not_count(
    tmp_path: Path, when: str, given: str, expected: bool | None
) -> None:
    assert verdict(tmp_path, when, given) is expected


@pytest.mark.parametrize(
    ("when", "born_on", "day", "expected"),
    [
        ("elapsed(born_on) >= 365 天", "2025-07-01", "2026-07-01", YES),
        ("elapsed(born_on) >= 365 天", "2025-07-02", "2026-07-01", NO),
        ("elapsed(born_on) > 365 天", "2025-07-01", "2026-07-01", NO),
        ("365 天 <= elapsed(born_on)", "2025-07-01", "2026-07-01", YES),
        ("elapsed(born_on) >= 12 月", "2025-07-01", "2026-07-01", YES),
        ("elapsed(born_on) >= 12 月", "2025-07-02", "2026-07-01", NO),
        ("elapsed(born_on) >= 1 月", "2026-02-28", "2026-03-31", YES),
        ("elapsed(born_on) >= 1 年", "2024-02-29", "2025-02-28", NO),
        ("elapsed(born_on) >= 1 年", "2024-02-29", "2025-03-01", YES),
        ("elapsed(born_on) < 3 年", "2023-07-02", "2026-07-01", YES),
        ("elapsed(born_on) < 3 年", "2023-07-01", "2026-07-01", NO),
        ("elapsed(born_on) <= 3 年", "2023-07-01", "2026-07-01", YES),
        ("elapsed(born_on) <= 60 岁", "1965-07-02", "2026-07-01", YES),
        ("elapsed(born_on) <= 60 岁", "1965-07-01", "2026-07-01", NO),
        ("elapsed(born_on) > 60 岁", "1965-07-02", "2026-07-01", NO),
        ("elapsed(born_on) >= 18 岁", "2008-07-01", "2026-07-01", YES),
        ("elapsed(born_on) < 18 岁", "2008-07-02", "2026-07-01", YES),
        ("elapsed(born_on) >= 0 天", "2026-07-02", "2026-07-01", NO),
        ("elapsed(born_on) >= 18 岁", "缺", "2026-07-01", OPEN),
        ("born_on >= 2008-01-01", "2008-01-01", "2026-07-01", YES),
        ("born_on < as_of", "2026-07-01", "2026-07-01", NO),
        ("born_on within 3 年", "2023-07-01", "2026-07-01", YES),
        ("born_on within 3 年", "2023-06-30", "2026-07-01", NO),
        ("born_on within 3 年", "2026-07-01", "2026-07-01", YES),
        ("born_on within 3 年", "2026-07-02", "2026-07-01", NO),
        ("born_on within 6 月", "2026-01-01", "2026-07-01", YES),
        ("born_on within 30 天", "2026-05-31", "2026-07-01", NO),
        ("born_on within 3 会计年度", "2023-01-01", "2026-07-01", YES),
        ("born_on within 3 会计年度", "2022-12-31", "2026-07-01", NO),
        ("born_on within 3 会计年度", "2025-12-31", "2026-07-01", YES),
        ("born_on within 3 会计年度", "2026-01-01", "2026-07-01", NO),
        ("born_on within 3 年", "缺", "2026-07-01", OPEN),
    ],
)
def test_days(tmp_path: Path, when: str, born_on: str, day: str, expected: bool | None) -> None:
    text = text_of(
        conditions(c=when),
        subject="people",
        day=date.fromisoformat(day),
        given=f"born_on: {born_on}",
    )

    assert made(tmp_path, text).outcome().verdict is expected


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("resident_enterprise", "resident_enterprise: 是", YES),
        ("resident_enterprise", "resident_enterprise: 缺", OPEN),
        ("not resident_enterprise", "resident_enterprise: 是", NO),
        ("not resident_enterprise", "", OPEN),
        ("resident_enterprise = unlisted", "resident_enterprise: 否, unlisted: 否", YES),
        ("是 and 否", "", NO),
        ("resident_enterprise and 否", "", NO),
        ("resident_enterprise and 是", "", OPEN),
        ("resident_enterprise or 是", "", YES),
        ("resident_enterprise or 否", "", OPEN),
        ("at_least(2, 是, 是, resident_enterprise)", "", YES),
        ("at_least(2, 是, 否, resident_enterprise)", "", OPEN),
        ("at_least(2, 否, 否, resident_enterprise)", "", NO),
        ("at_least(2, 是, 否, resident_enterprise)", "resident_enterprise: 是", YES),
        ("size_class in [micro, small]", "size_class: small", YES),
        ("size_class in [micro, small]", "size_class: large", NO),
        ("size_class in [micro, small]", "", OPEN),
        ("size_class = micro", "size_class: micro", YES),
        ("size_class != micro", "size_class: small", YES),
        ("industry_code in [C]", "industry_code: C3912", YES),
        ("industry_code in [C]", "industry_code: '3912'", YES),
        ("industry_code in [C]", "industry_code: '4400'", NO),
        ("industry_code in [C39, 65]", "industry_code: '3912'", YES),
        ("industry_code in [C39, 65]", "industry_code: I6510", YES),
        ("industry_code in [C39, 65]", "industry_code: '6510'", YES),
        ("industry_code in [C39, 65]", "industry_code: C3812", NO),
        ("industry_code in [C39, 65]", "", OPEN),
        ("region_code in [130000]", "region_code: '130402'", YES),
        ("region_code in [130000]", "region_code: '140402'", NO),
        ("region_code in [130400]", "region_code: '130402'", YES),
        ("region_code in [130402]", "region_code: '130403'", NO),
        ("region_code in [130000]", "", OPEN),
    ],
)
def test_truths_and_codes(tmp_path: Path, when: str, given: str, expected: bool | None) -> None:
    assert verdict(tmp_path, when, given) is expected


def test_named_list_of_codes(tmp_path: Path) -> None:
    lists = "lists: {makers: {article: 办法 附件, members: [C39, I65]}}\n"
    text = text_of(lists + conditions(c="industry_code in makers"), given="industry_code: '6510'")

    assert made(tmp_path, text).outcome().verdict is YES


@pytest.mark.parametrize(
    ("group", "given", "expected"),
    [
        ("all: [{0}]", "resident_enterprise: 是, unlisted: 否", NO),
        ("any: [{0}]", "resident_enterprise: 是, unlisted: 否", YES),
        ("any: [{0}]", "unlisted: 否", OPEN),
        ("all: [{0}]", "unlisted: 否", NO),
        ("at_least: 2 项, of: [{0}]", "resident_enterprise: 是, unlisted: 是", YES),
        ("at_least: 2 项, of: [{0}]", "resident_enterprise: 是", OPEN),
        ("at_least: 2 项, of: [{0}]", "resident_enterprise: 否", NO),
    ],
)
def test_groups(tmp_path: Path, group: str, given: str, expected: bool | None) -> None:
    items = "{id: a, name: 甲, when: resident_enterprise}, {id: b, name: 乙, when: unlisted}"
    body = f"conditions: [{{id: c, name: 丙, article: 办法 第一条, {group.format(items)}}}]"

    assert made(tmp_path, text_of(body, given=given)).outcome().verdict is expected


PARAMETERS = """
parameters:
  least:
    name: 下限
    article: 办法 附件
    values:
      - {from: 2020-01-01, value: 100 万元}
      - {from: 2026-04-01, value: 150 万元}
      - {from: 2020-01-01, region: "130000", value: 80 万元}
      - {from: 2020-01-01, region: "130400", value: 60 万元}
  age:
    name: 成立年限
    article: 办法 附件
    values:
      - {from: 2020-01-01, value: 3 年}
      - {from: 2020-01-01, region: "130000", value: 2 年}
"""


@pytest.mark.parametrize(
    ("when", "day", "given", "expected"),
    [
        ("revenue >= least", "2026-03-31", "revenue: 100 万元, region_code: '110108'", YES),
        ("revenue >= least", "2026-04-01", "revenue: 100 万元, region_code: '110108'", NO),
        ("revenue >= least", "2026-04-01", "revenue: 150 万元, region_code: '110108'", YES),
        ("revenue >= least", "2026-04-01", "revenue: 80 万元, region_code: '130102'", YES),
        ("revenue >= least", "2026-04-01", "revenue: 79.99 万元, region_code: '130102'", NO),
        ("revenue >= least", "2026-04-01", "revenue: 60 万元, region_code: '130402'", YES),
        ("revenue >= least", "2026-04-01", "revenue: 1000 万元", OPEN),
        ("elapsed(founded_on) >= age", "2026-04-01", "founded_on: 2024-04-01", OPEN),
        (
            "elapsed(founded_on) >= age",
            "2026-04-01",
            "founded_on: 2024-04-01, region_code: '130102'",
            YES,
        ),
        (
            "elapsed(founded_on) >= age",
            "2026-04-01",
            "founded_on: 2024-04-01, region_code: '110108'",
            NO,
        ),
    ],
)
def test_parameters_change_by_date_and_region(
    tmp_path: Path, when: str, day: str, given: str, expected: bool | None
) -> None:
    body = PARAMETERS + conditions(c=when)
    text = text_of(body, day=date.fromisoformat(day), given=given)

    assert made(tmp_path, text).outcome().verdict is expected


def test_definition_is_a_named_value(tmp_path: Path) -> None:
    body = """
definitions:
  - {id: both, name: 两项收入, article: 办法 第一条, value: revenue + main_income}
  - {id: grown, name: 有增长, article: 办法 第一条, value: both > 2 万元}
"""
    text = text_of(
        body + conditions(c="grown and both < 4 万元"),
        given="revenue: 1 万元, main_income: 2 万元",
    )

    assert made(tmp_path, text).outcome().verdict is YES


OLD = text_of(
    conditions(a="revenue >= 10 万元", b="unlisted"),
    code="other",
    version="2024",
    in_force="from: 2020-01-01, until: 2025-12-31",
)
NEW = text_of(
    conditions(a="revenue >= 20 万元", b="unlisted"),
    code="other",
    version="2026",
    in_force="from: 2026-01-01",
)


@pytest.mark.parametrize(
    ("when", "day", "given", "expected"),
    [
        ("passes(other)", "2026-07-01", "revenue: 10 万元, unlisted: 是", NO),
        ("passes(other)", "2025-07-01", "revenue: 10 万元, unlisted: 是", YES),
        ("passes(other)", "2026-07-01", "revenue: 20 万元", OPEN),
        ("passes(other.a)", "2026-07-01", "revenue: 20 万元", YES),
        ("passes(other@2024)", "2026-07-01", "revenue: 10 万元, unlisted: 是", YES),
        ("passes(other@2024.a)", "2026-07-01", "revenue: 9.99 万元", NO),
    ],
)
def test_another_rule_in_the_version_of_the_day(
    tmp_path: Path, when: str, day: str, given: str, expected: bool | None
) -> None:
    text = text_of(conditions(c=when), day=date.fromisoformat(day), given=given)

    assert made(tmp_path, text, OLD, NEW).outcome().verdict is expected


def test_another_rule_that_is_not_in_force_is_an_error(tmp_path: Path) -> None:
    text = text_of(conditions(c="passes(other)"), in_force="from: 2019-01-01")
    rule = made(tmp_path, text, OLD, NEW)

    with pytest.raises(RuleError, match="没有生效的版本") as raised:
        lower_rule(rule.rule, rule.book, date(2019, 7, 1))
    assert raised.value.code == "dates"


def test_numbers_that_could_grow_beyond_38_digits_are_refused(tmp_path: Path) -> None:
    definition = "{id: big, name: 连乘, article: 办法 第一条, value: revenue * revenue * revenue}"
    rule = made(tmp_path, text_of(f"definitions: [{definition}]\n" + conditions(c="big > big")))

    with pytest.raises(RuleError, match="超过 38 位") as raised:
        lower_rule(rule.rule, rule.book, rule.case.as_of)
    assert raised.value.code == "magnitude"


@pytest.mark.parametrize(
    "when",
    ["elapsed(founded_on) >= 1.5 年", "1.5 年 < elapsed(founded_on)", "founded_on within 1.5 年"],
)
def test_part_of_a_year_is_no_whole_calendar_unit(tmp_path: Path, when: str) -> None:
    _, problems = read(tmp_path, text_of(conditions(c=when)))

    assert [problem.code for problem in problems] == ["unit"]
