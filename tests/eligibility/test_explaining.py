"""Each condition with its value, what is asked, its article, and what it lacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from made_rules import Made, conditions, made, text_of

from kechuang.eligibility.explaining import Decision, Explainer, Step, facts_text
from kechuang.eligibility.generated import usual_day
from kechuang.rulebook.library import load_rulebook

BOOK: Final = load_rulebook()
RULES: Final = {rule.key: rule for rule in BOOK}


def decide(rule: Made) -> Decision:
    explainer = Explainer(rule.rule, rule.book, rule.case.as_of)
    return explainer.decide("甲公司", rule.case.given, rule.case.rows)


def step_of(folder: Path, when: str, given: str = "", rows: str = "", above: str = "") -> Step:
    """The one step of a rule with one condition."""
    text = text_of(above + conditions(c=when), given=given, rows=rows)
    return decide(made(folder, text)).steps[0]


@pytest.mark.parametrize(
    ("when", "given", "value", "asked"),
    [
        ("revenue <= 2 亿元", "revenue: 1000 万元", "0.1 亿元", "≤ 2 亿元"),
        ("revenue <= 20000 万元", "revenue: 20000 万元", "20,000 万元", "≤ 20000 万元"),
        ("revenue < 2 亿元", "revenue: 20000.000001 万元", "2.0000000001 亿元", "< 2 亿元"),
        ("revenue >= 1 亿元", "revenue: 9999.999999 万元", "0.9999999999 亿元", "≥ 1 亿元"),
        ("100 万元 < revenue", "revenue: 90 万元", "90 万元", "> 100 万元"),
        ("100 万元 < revenue <= 200 万元", "revenue: 90 万元", "90 万元 / 90 万元",
         "> 100 万元 / ≤ 200 万元"),
        ("rd_staff >= 5", "rd_staff: 3 人", "3 人", "≥ 5"),
        ("rd_staff >= 5 人", "", "缺", "≥ 5 人"),
        ("rd_expense_deduction / revenue >= 6%",
         "rd_expense_deduction: 59.99 万元, revenue: 1000 万元", "5.999%", "≥ 6%"),
        ("rd_expense_deduction / revenue >= 6%",
         "rd_expense_deduction: 599.99999 万元, revenue: 10000 万元", "5.9999999%", "≥ 6%"),
        ("rd_expense_deduction / revenue >= 6%", "rd_expense_deduction: 1 万元, revenue: 0 万元",
         "算不出（除数不是正数）", "≥ 6%"),
        ("rd_expense_deduction / revenue >= 0.06", "rd_expense_deduction: 1 万元, revenue: 3 万元",
         "33.3333%", "≥ 0.06"),
        ("rd_staff != college_staff", "rd_staff: 3 人, college_staff: 4 人", "3 人", "≠ 4 人"),
        ("rd_staff > college_staff", "rd_staff: 3 人", "3 人", "> 缺"),
        ("rd_staff >= college_staff * 20%", "rd_staff: 3 人, college_staff: 4 人", "3 人",
         "≥ 0.8 人"),
        ("growth(revenue) >= 10%", 'revenue: 105 万元, "revenue[-1]": 100 万元', "5%", "≥ 10%"),
        ("compound_growth(revenue over 2 years) >= 5%",
         'revenue: 121 万元, "revenue[-2]": 100 万元', "10%", "≥ 5%"),
        ("compound_growth(revenue over 2 years) >= 5%",
         'revenue: 110.2499 万元, "revenue[-2]": 100 万元', "4.999952%", "≥ 5%"),
        ("compound_growth(revenue over 2 years) >= 5%",
         'revenue: -1 万元, "revenue[-2]": 100 万元', "算不出（末年为负数）", "≥ 5%"),
        ("elapsed(founded_on) >= 365 天", "founded_on: 2025-07-02", "2025-07-02",
         "≥ 365 天（不晚于 2025-07-01）"),
        ("3 年 > elapsed(founded_on)", "founded_on: 2025-07-02", "2025-07-02",
         "< 3 年（晚于 2023-07-01）"),
        ("elapsed(founded_on) >= 365 天", "", "缺", "≥ 365 天（不晚于 2025-07-01）"),
        ("founded_on < 2024-01-01", "founded_on: 2024-01-01", "2024-01-01", "早于 2024-01-01"),
        ("founded_on within 3 会计年度", "founded_on: 2024-01-01", "2024-01-01",
         "在 3 会计年度内（2023-01-01 至 2025-12-31）"),
        ("size_class = small", "size_class: large", "大型", "为 小型"),
        ("size_class != small", "size_class: small", "小型", "不为 小型"),
        ("size_class in [micro, small]", "size_class: large", "大型", "属于 微型、小型"),
        ("industry_code in [C39, 65]", "industry_code: C2710", "C2710", "属于 C39、65"),
        ("not industry_code in [A, B, C, D, E, F, G]", "industry_code: C2710", "C2710",
         "不属于 A、B、C、D、E、F 等 7 项"),
        ("resident_enterprise", "resident_enterprise: 否", "", ""),
        ("rd_staff >= 5 人 and size_class = small", "rd_staff: 5 人, size_class: large",
         "5 人 / 大型", "≥ 5 人 / 为 小型"),
    ],
)  # fmt: skip
def test_value_and_what_is_asked(
    tmp_path: Path, when: str, given: str, value: str, asked: str
) -> None:
    step = step_of(tmp_path, when, given)

    assert (step.value, step.threshold) == (value, asked)


@pytest.mark.parametrize(
    ("when", "rows", "value"),
    [
        ("count(ip where class = I) >= 1", "ip: [{class: I}, {class: II}]", "1 件"),
        ("count(ip where class = I) >= 1", "ip: []", "0 件"),
        ("count(ip where class = I) >= 1", "", "至少 0 件"),
        ("count(ip where class = I) >= 1", "ip: [{class: I}, {class: 缺}]", "1 件 至 2 件"),
        ("sum(amount of financings) >= 1 亿元", "financings: [{amount: 2500 万元}]", "0.25 亿元"),
        ("sum(amount of financings) >= 1 亿元", "", "缺"),
    ],
)
def test_value_of_related_rows(tmp_path: Path, when: str, rows: str, value: str) -> None:
    assert step_of(tmp_path, when, rows=rows).value == value


PARAMETERS: Final = """
parameters:
  least:
    name: 收入下限
    article: 办法 附件
    values:
      - {from: 2020-01-01, value: 100 万元}
      - {from: 2026-04-01, value: 150 万元}
      - {from: 2026-04-01, region: "130000", value: 120 万元}
  age:
    name: 成立年限
    article: 办法 附件
    values:
      - {from: 2020-01-01, value: 3 年}
      - {from: 2020-01-01, region: "130000", value: 2 年}
"""


@pytest.mark.parametrize(
    ("when", "given", "asked"),
    [
        ("revenue >= least", "region_code: '110108'", "≥ 收入下限（150 万元）"),
        ("revenue >= least", "region_code: '130102'", "≥ 收入下限（120 万元）"),
        ("revenue >= least", "", "≥ 收入下限（各地不同，缺地区）"),
        ("least < revenue", "region_code: '130102'", "> 收入下限（120 万元）"),
        (
            "elapsed(founded_on) >= age",
            "region_code: '130102'",
            "≥ 成立年限 2 年（不晚于 2024-07-01）",
        ),
        (
            "elapsed(founded_on) >= age",
            "region_code: '110108'",
            "≥ 成立年限 3 年（不晚于 2023-07-01）",
        ),
        ("elapsed(founded_on) >= age", "", "≥ 成立年限 （各地不同，缺地区）"),
    ],
)
def test_threshold_is_that_of_the_day_and_the_region(
    tmp_path: Path, when: str, given: str, asked: str
) -> None:
    assert step_of(tmp_path, when, given, above=PARAMETERS).threshold == asked


def test_definition_is_told_by_what_it_compares(tmp_path: Path) -> None:
    above = """
definitions:
  - {id: grown, name: 有增长, article: 办法 第一条, value: revenue > 2 万元}
"""
    step = step_of(tmp_path, "grown", "revenue: 1 万元", above=above)

    assert (step.value, step.threshold) == ("1 万元", "> 2 万元")


GROUPS: Final = """
conditions:
  - id: both
    name: 两项都要
    article: 办法 第一条
    all:
      - {id: staff, name: 研发人员不少于5人, when: rd_staff >= 5 人}
      - id: either
        name: 任一项
        article: 办法 第二条
        status: unverified
        any:
          - {id: income, name: 收入不少于100万元, when: revenue >= 100 万元}
          - id: rights
            name: 有Ⅰ类知识产权
            article: 办法 第三条
            when: count(ip where class = I) >= 1
"""


def test_steps_follow_the_rule_with_their_grounds(tmp_path: Path) -> None:
    rule = made(tmp_path, text_of(GROUPS, given="rd_staff: 5 人, revenue: 1 万元", rows="ip: []"))
    steps = decide(rule).steps

    assert [(each.id, each.depth, each.verdict, each.article) for each in steps] == [
        ("both", 0, "不符合", "办法 第一条"),
        ("staff", 1, "符合", "办法 第一条"),
        ("either", 1, "不符合", "办法 第二条"),
        ("income", 2, "不符合", "办法 第二条"),
        ("rights", 2, "不符合", "办法 第三条"),
    ]
    assert [each.sentence for each in steps] == [
        "两项都要：不符合（办法 第一条）",
        "研发人员不少于5人：符合；现为 5 人，要求 ≥ 5 人（办法 第一条）",
        "任一项：不符合（办法 第二条，依据未核实）",
        "收入不少于100万元：不符合；现为 1 万元，要求 ≥ 100 万元（办法 第二条，依据未核实）",
        "有Ⅰ类知识产权：不符合；现为 0 件，要求 ≥ 1（办法 第三条，依据未核实）",
    ]


@pytest.mark.parametrize(
    ("given", "rows", "missing"),
    [
        pytest.param("revenue: 100 万元", "", {"staff": ["研发人员数（2025年）"]}, id="a year"),
        pytest.param(
            "rd_staff: 5 人",
            "ip: [{class: 缺}]",
            {"income": ["营业收入（2025年）"], "rights": ["知识产权的知识产权类别"]},
            id="a column of rows",
        ),
        pytest.param("rd_staff: 5 人, revenue: 1 万元", "", {"rights": ["知识产权"]}, id="rows"),
        pytest.param("rd_staff: 5 人", "ip: [{class: I}]", {}, id="another route is met"),
        pytest.param("rd_staff: 4 人", "", {}, id="it fails anyway"),
    ],
)
def test_only_what_leaves_the_verdict_open_is_missing(
    tmp_path: Path, given: str, rows: str, missing: dict[str, list[str]]
) -> None:
    decision = decide(made(tmp_path, text_of(GROUPS, given=given, rows=rows)))
    told = {each.id: list(each.missing) for each in decision.steps if each.missing}

    assert told == missing
    assert list(decision.missing) == [name for names in missing.values() for name in names]
    for step in decision.steps:
        if step.missing:
            assert f"；缺{'、'.join(step.missing)}（" in step.sentence


SCORED: Final = """
scores:
  - id: s
    name: 人数
    article: 办法 第二条
    of: rd_staff
    bands: [">= 5 人 → 20 分", "otherwise → 5 分"]
amount: {name: 奖励, article: 办法 第三条, value: revenue * 1%}
"""


@pytest.mark.parametrize(
    ("given", "score", "amount"),
    [
        ("rd_staff: 5 人, revenue: 0.0001 万元", "20 分", "0.000001 万元"),
        ("revenue: 150 万元", "5 分 至 20 分", "1.5 万元"),
        ("", "5 分 至 20 分", ""),
    ],
)
def test_scores_and_amounts(tmp_path: Path, given: str, score: str, amount: str) -> None:
    decision = decide(made(tmp_path, text_of(SCORED, given=given)))

    assert (decision.scores, decision.amount) == ({"s": score}, amount)


def test_facts_are_told_with_their_year(tmp_path: Path) -> None:
    when = conditions(c="revenue[-1] >= 1 万元 or resident_enterprise")
    rule = made(tmp_path, text_of(when, given='"revenue[-1]": 1.5 万元, unlisted: 是'))
    decision = decide(rule)

    assert list(facts_text(decision, rule.rule, rule.book)) == [
        ("居民企业", "缺"),
        ("营业收入（2024年）", "1.5 万元"),
    ]


CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
NO_WORDS: Final = re.compile(r"None|True|False|__|[a-z]{3,}")


@pytest.mark.parametrize("key", RULES)
def test_every_step_of_a_shipped_rule_is_told(key: str) -> None:
    rule = RULES[key]
    day = usual_day(rule)
    explainer = Explainer(rule, BOOK, day)
    case = next(case for case in rule.cases if case.as_of == day)
    grounds = {each.id: each.grounds for each in rule.all_conditions()}
    for rows, given in ((case.rows, case.given), ({}, {})):
        decision = explainer.decide("甲公司", given, rows)
        assert [step.id for step in decision.steps] == list(grounds)
        for step in decision.steps:
            assert step.article == grounds[step.id].article
            assert step.unverified is (grounds[step.id].status == "unverified")
            assert ("依据未核实" in step.sentence) is step.unverified
            assert bool(step.value) is bool(step.threshold)
            assert step.article in step.sentence
            assert CHINESE.search(step.sentence)
            assert not NO_WORDS.search(step.sentence)
