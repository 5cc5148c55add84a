"""Points and amounts: tables, ranges where facts are missing, rounding."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_rules import conditions, made, text_of

from kechuang.eligibility.lower_rule import lower_rule
from kechuang.rulebook.errors import RuleError

Ends = tuple[int, int] | None
RATIO = """
scores:
  - id: s
    name: 比例
    article: 办法 第二条
    of: rd_expense_deduction / revenue
    bands: [">= 6% → 50 分", ">= 4% → 30 分", "< 4% → {rest} 分"]
"""
COUNT = """
scores:
  - id: s
    name: 人数
    article: 办法 第二条
    of: rd_staff
    bands: [{bands}]
"""


def score_of(folder: Path, body: str, given: str = "", code: str = "s") -> Ends:
    """The least and the most points of a score."""
    span = made(folder, text_of(body, given=given)).outcome().scores[code]
    return None if span is None else (int(span[0]), int(span[1]))


@pytest.mark.parametrize(
    ("rest", "given", "expected"),
    [
        pytest.param(0, "rd_expense_deduction: 6 万元, revenue: 100 万元", (50, 50), id="edge"),
        pytest.param(0, "rd_expense_deduction: 5.99 万元, revenue: 100 万元", (30, 30), id="below"),
        pytest.param(0, "rd_expense_deduction: 0 万元, revenue: 100 万元", (0, 0), id="last line"),
        pytest.param(9, "rd_expense_deduction: 1 万元, revenue: 0 万元", (0, 0), id="over nothing"),
        pytest.param(9, "revenue: -1 万元", (0, 0), id="over less than nothing"),
        pytest.param(9, "revenue: 100 万元", (9, 50), id="top missing"),
        pytest.param(9, "rd_expense_deduction: 6 万元", (0, 50), id="divisor can be nothing"),
        pytest.param(-9, "rd_expense_deduction: 6 万元", (-9, 50), id="points taken away"),
    ],
)
def test_bands_of_a_ratio(tmp_path: Path, rest: int, given: str, expected: Ends) -> None:
    assert score_of(tmp_path, RATIO.format(rest=rest), given) == expected


@pytest.mark.parametrize(
    ("bands", "given", "expected"),
    [
        ('"> 5 人 → 2 分", "<= 5 人 → 1 分"', "rd_staff: 5 人", (1, 1)),
        ('"> 5 人 → 2 分", "<= 5 人 → 1 分"', "rd_staff: 6 人", (2, 2)),
        ('"< 5 人 → 1 分", "otherwise → 2 分"', "rd_staff: 5 人", (2, 2)),
        (
            '"x < 3 人 → 1 分", "3 人 <= x < 5 人 → 2 分", "x >= 5 人 → 3 分"',
            "rd_staff: 3 人",
            (2, 2),
        ),
        (
            '"x < 3 人 → 1 分", "3 人 <= x < 5 人 → 2 分", "x >= 5 人 → 3 分"',
            "rd_staff: 5 人",
            (3, 3),
        ),
        ('"> 5 人 → 2 分", "<= 5 人 → 1 分"', "", (1, 2)),
        ('"> 5 人 → 2 分", "<= 5 人 → 2 分"', "", (2, 2)),
    ],
)
def test_bands(tmp_path: Path, bands: str, given: str, expected: Ends) -> None:
    assert score_of(tmp_path, COUNT.format(bands=bands), given) == expected


@pytest.mark.parametrize(
    ("of", "bands", "given", "expected"),
    [
        (
            "elapsed(founded_on)",
            '">= 3 年 → 2 分", "< 3 年 → 1 分"',
            "founded_on: 2023-07-01",
            (2, 2),
        ),
        (
            "elapsed(founded_on)",
            '">= 3 年 → 2 分", "< 3 年 → 1 分"',
            "founded_on: 2023-07-02",
            (1, 1),
        ),
        ("elapsed(founded_on)", '">= 3 年 → 2 分", "< 3 年 → 1 分"', "", (1, 2)),
        (
            "compound_growth(revenue over 2 years)",
            '">= 5% → 2 分", "< 5% → 1 分"',
            'revenue: 110.25 万元, "revenue[-2]": 100 万元',
            (2, 2),
        ),
        (
            "compound_growth(revenue over 2 years)",
            '">= 5% → 2 分", "< 5% → 1 分"',
            'revenue: 110.24 万元, "revenue[-2]": 100 万元',
            (1, 1),
        ),
        (
            "compound_growth(revenue over 2 years)",
            '">= 5% → 2 分", "< 5% → 1 分"',
            'revenue: 1 万元, "revenue[-2]": -1 万元',
            (0, 2),
        ),
        ("growth(revenue)", '">= 5% → 2 分", "< 5% → 1 分"', "revenue: 1 万元", (0, 2)),
    ],
)
def test_bands_of_other_values(
    tmp_path: Path, of: str, bands: str, given: str, expected: Ends
) -> None:
    body = COUNT.format(bands=bands).replace("of: rd_staff", f"of: {of}")

    assert score_of(tmp_path, body, given) == expected


CHOICE = """
scores:
  - id: s
    name: 选择
    article: 办法 第二条
    choose: [{lines}]
"""
DESCENDING = '"unlisted → 9 分", "resident_enterprise → 4 分", "otherwise → 1 分"'
MIXED = '"unlisted → 4 分", "resident_enterprise → 9 分", "otherwise → 1 分"'


@pytest.mark.parametrize(
    ("lines", "given", "expected"),
    [
        (DESCENDING, "unlisted: 是", (9, 9)),
        (DESCENDING, "unlisted: 否, resident_enterprise: 是", (4, 4)),
        (DESCENDING, "unlisted: 否, resident_enterprise: 否", (1, 1)),
        (DESCENDING, "resident_enterprise: 是", (4, 9)),
        (DESCENDING, "resident_enterprise: 否", (1, 9)),
        (DESCENDING, "unlisted: 否", (1, 4)),
        (DESCENDING, "", (1, 9)),
        (MIXED, "unlisted: 是", (4, 4)),
        (MIXED, "resident_enterprise: 是", (4, 9)),
        (MIXED, "resident_enterprise: 否", (1, 4)),
        (MIXED, "", (1, 9)),
        ('"unlisted → 5 分", "otherwise → 5 分"', "", (5, 5)),
    ],
)
def test_choice_with_conditions_that_are_not_known(
    tmp_path: Path, lines: str, given: str, expected: Ends
) -> None:
    assert score_of(tmp_path, CHOICE.format(lines=lines), given) == expected


EXPERT = """
scores:
  - id: s
    name: 转化能力
    article: 办法 第二条
    of: rd_staff
    given: hnte_conversion_score
    bands: [">= 5 人 → 25..30 分", ">= 1 人 → 1..6 分", "otherwise → 0 分"]
"""
EXPERT_BY_CHOICE = """
scores:
  - id: s
    name: 先进程度
    article: 办法 第二条
    choose: ["unlisted → 5..8 分", "otherwise → 0..4 分"]
    given: hnte_conversion_score
"""


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        pytest.param(EXPERT, "rd_staff: 5 人, hnte_conversion_score: 27 分", (27, 27), id="inside"),
        pytest.param(EXPERT, "rd_staff: 5 人, hnte_conversion_score: 24 分", (25, 30), id="below"),
        pytest.param(EXPERT, "rd_staff: 5 人, hnte_conversion_score: 31 分", (25, 30), id="above"),
        pytest.param(EXPERT, "rd_staff: 5 人", (25, 30), id="not entered"),
        pytest.param(EXPERT, "rd_staff: 0 人, hnte_conversion_score: 6 分", (0, 0), id="no band"),
        pytest.param(EXPERT, "hnte_conversion_score: 27 分", (0, 30), id="band not known"),
        pytest.param(
            EXPERT_BY_CHOICE, "unlisted: 是, hnte_conversion_score: 6 分", (6, 6), id="line"
        ),
        pytest.param(
            EXPERT_BY_CHOICE, "unlisted: 否, hnte_conversion_score: 6 分", (0, 4), id="not its line"
        ),
        pytest.param(EXPERT_BY_CHOICE, "hnte_conversion_score: 6 分", (0, 8), id="line not known"),
        pytest.param(
            EXPERT.replace("of: rd_staff", "of: elapsed(founded_on)").replace("人 →", "年 →"),
            "hnte_conversion_score: 27 分",
            (0, 30),
            id="time not known",
        ),
    ],
)
def test_points_of_an_expert_lie_in_the_band(
    tmp_path: Path, body: str, given: str, expected: Ends
) -> None:
    assert score_of(tmp_path, body, given) == expected


TOTALS = """
scores:
  - id: a
    name: 甲
    article: 办法 第二条
    of: rd_staff
    bands: [">= 5 人 → 20 分", "otherwise → 5 分"]
  - id: b
    name: 乙
    article: 办法 第二条
    of: college_staff
    bands: [">= 5 人 → 10 分", "otherwise → 0 分"]
  - {id: e, name: 专家分, article: 办法 第二条, value: hnte_conversion_score, cap: 6 分}
  - {id: total, name: 总分, article: 办法 第二条, sum: [a, b, e]}
  - {id: capped, name: 封顶, article: 办法 第二条, sum: [a, b], cap: 25 分}
  - {id: best, name: 最高, article: 办法 第二条, best_of: [a, b]}
  - id: again
    name: 再评
    article: 办法 第二条
    of: total
    bands: [">= 30 分 → 2 分", "< 30 分 → 1 分"]
"""


@pytest.mark.parametrize(
    ("code", "given", "expected"),
    [
        ("total", "rd_staff: 5 人, college_staff: 5 人, hnte_conversion_score: 6 分", (36, 36)),
        ("total", "rd_staff: 5 人, college_staff: 5 人, hnte_conversion_score: 9 分", (36, 36)),
        ("total", "rd_staff: 5 人, college_staff: 5 人", (30, 36)),
        ("total", "rd_staff: 5 人", (20, 36)),
        ("total", "", (5, 36)),
        ("capped", "rd_staff: 5 人, college_staff: 5 人", (25, 25)),
        ("capped", "rd_staff: 5 人", (20, 25)),
        ("capped", "college_staff: 0 人", (5, 20)),
        ("best", "rd_staff: 4 人, college_staff: 5 人", (10, 10)),
        ("best", "rd_staff: 5 人", (20, 20)),
        ("best", "college_staff: 5 人", (10, 20)),
        ("again", "rd_staff: 5 人, college_staff: 5 人", (2, 2)),
        ("again", "rd_staff: 5 人", (1, 2)),
        ("again", "rd_staff: 0 人, college_staff: 5 人", (1, 1)),
    ],
)
def test_totals(tmp_path: Path, code: str, given: str, expected: Ends) -> None:
    assert score_of(tmp_path, TOTALS, given, code) == expected


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        ("total >= 30 分", "rd_staff: 5 人, college_staff: 5 人", True),
        ("total >= 31 分", "rd_staff: 5 人, college_staff: 5 人", None),
        ("total >= 37 分", "rd_staff: 5 人, college_staff: 5 人", False),
        ("total < 37 分", "", True),
        ("total = 5 分", "rd_staff: 5 人", False),
        ("total = 25 分", "rd_staff: 5 人", None),
        ("total != 5 分", "rd_staff: 5 人", True),
        ("total - a >= 0 分", "rd_staff: 5 人", True),
        ("total * 2 >= 40 分", "rd_staff: 5 人", True),
        ("total / 2 > 18 分", "", False),
        ("max(a, b) >= 20 分", "rd_staff: 5 人", True),
        ("min(a, b) >= 20 分", "rd_staff: 4 人", False),
    ],
)
def test_open_points_leave_open_only_what_they_decide(
    tmp_path: Path, when: str, given: str, expected: bool | None
) -> None:
    text = text_of(TOTALS + conditions(c=when), given=given)

    assert made(tmp_path, text).outcome().verdict is expected


AMOUNT = """
amount:
  name: 奖励金额
  article: 办法 第五条
  {rest}
"""
SHARE = "value: contract_realised_value * 1%"


def amount_of(folder: Path, rest: str, given: str, when: str = "是") -> int | None:
    body = conditions(c=when) + AMOUNT.format(rest=rest.replace("; ", "\n  "))
    return made(folder, text_of(body, given=given)).outcome().amount


@pytest.mark.parametrize(
    ("rest", "value", "expected"),
    [
        (SHARE, "0.0049", 49),
        pytest.param(SHARE, "0.00005", 1, id="half a 分 up"),
        pytest.param(SHARE, "0.000049", 0, id="less than half a 分"),
        pytest.param(SHARE, "-100", 0, id="negative"),
        pytest.param(f"{SHARE}; round: 元", "0.0149", 100, id="1.49 元"),
        pytest.param(f"{SHARE}; round: 元", "0.015", 200, id="1.50 元"),
        pytest.param(f"{SHARE}; round: 元", "0.0049", 0, id="0.49 元"),
        pytest.param(f"{SHARE}; round: 万元", "149.9999", 1_000_000, id="1.499999 万元"),
        pytest.param(f"{SHARE}; round: 万元", "150", 2_000_000, id="1.5 万元"),
        pytest.param(f"{SHARE}; round: 万元", "50", 1_000_000, id="half a unit is paid"),
        pytest.param(f"{SHARE}; round: 万元; below_unit: 不付", "99.99", 0, id="below the unit"),
        pytest.param(f"{SHARE}; round: 万元; below_unit: 不付", "100", 1_000_000, id="one unit"),
        pytest.param(
            f"{SHARE}; round: 万元; below_unit: 照付", "50", 1_000_000, id="said to be paid"
        ),
        pytest.param(f"{SHARE}; cap: 5 万元", "500.01", 5_000_000, id="cap"),
        pytest.param(f"{SHARE}; cap: 5 万元", "499.99", 4_999_900, id="below the cap"),
        pytest.param(f"{SHARE} / 3; round: 元", "0.045", 200, id="1.5 元 after a third"),
        (
            "of: contract_realised_value; bands: ['>= 10 万元 → 3 万元', 'otherwise → 1 万元']",
            "10",
            3_000_000,
        ),
        ("choose: ['contract_vouchers → 3 万元', 'otherwise → 1 万元']", "1", None),
        ("choose: ['contract_vouchers → 2 万元', 'otherwise → 2 万元']", "1", 2_000_000),
    ],
)
def test_amounts_are_rounded_half_up(
    tmp_path: Path, rest: str, value: str, expected: int | None
) -> None:
    assert amount_of(tmp_path, rest, f"contract_realised_value: {value} 万元") == expected


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        pytest.param("unlisted", "unlisted: 是, contract_realised_value: 1 万元", 10_000, id="due"),
        pytest.param("unlisted", "unlisted: 否, contract_realised_value: 1 万元", 0, id="refused"),
        pytest.param("unlisted", "unlisted: 否", 0, id="refused, value not known"),
        pytest.param("unlisted", "unlisted: 是", None, id="value not known"),
        pytest.param("unlisted", "contract_realised_value: 1 万元", None, id="verdict not known"),
    ],
)
def test_amount_is_due_where_the_verdict_is_yes(
    tmp_path: Path, when: str, given: str, expected: int | None
) -> None:
    assert amount_of(tmp_path, SHARE, given, when) == expected


def test_amount_that_is_a_ratio_is_refused(tmp_path: Path) -> None:
    body = AMOUNT.format(rest="value: revenue * rd_staff / college_staff")
    rule = made(tmp_path, text_of(body))

    with pytest.raises(RuleError, match="不能是比值"):
        lower_rule(rule.rule, rule.book, rule.case.as_of)


BANDS = "bands: ['> 5% → 1 分', 'otherwise → 0 分']"


@pytest.mark.parametrize(
    ("score", "message"),
    [
        ("choose: ['unlisted → revenue / total_cost * 1 分', 'otherwise → 0 分']", "不能有比值"),
        (f"of: compound_growth(revenue over 2 years) * 2, {BANDS}", "用错了地方"),
        (f"of: 'max(growth(revenue), 5%)', {BANDS}", "不能有除法"),
    ],
)
def test_what_has_no_exact_form_is_refused(tmp_path: Path, score: str, message: str) -> None:
    body = f"scores: [{{id: s, name: 分, article: 办法 第二条, {score}}}]"
    rule = made(tmp_path, text_of(body))

    with pytest.raises(RuleError, match=message):
        lower_rule(rule.rule, rule.book, rule.case.as_of)
