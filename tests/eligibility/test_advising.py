"""What advice says: this year and next, ways and obstacles, and its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from made_rules import DAY, Made, conditions, made, text_of

from kechuang.eligibility import advising, searching
from kechuang.eligibility.advising import Advice, Adviser, next_year_of, smallest, years_on
from kechuang.eligibility.searching import moved
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Case

BOOK: Final = load_rulebook()
RULES: Final = {rule.key: rule for rule in BOOK}
TECH_SME: Final = RULES["tech_sme_national@2022"]
RIGHT: Final = "{{class: {0}, status: valid, granted_on: 2020-01-01, expires_on: 2040-01-01}}"


def case_of(name: str) -> Case:
    return next(case for case in TECH_SME.cases if case.name == name)


def advice_of(name: str, year: str, efforts: Mapping[str, int] | None = None) -> Advice:
    """The advice of the rule on technology SMEs on one of its cases."""
    adviser, case = Adviser(TECH_SME, BOOK, DAY), case_of(name)
    given = {code: Fraction(effort) for code, effort in (efforts or {}).items()}
    ask = adviser.this_year if year == "this" else adviser.next_year
    return ask(case.given, case.rows, given)


def ask(rule: Made, year: str) -> Advice:
    adviser = Adviser(rule.rule, rule.book, rule.case.as_of)
    method = adviser.this_year if year == "this" else adviser.next_year
    return method(rule.case.given, rule.case.rows)


def sentences(advice: Advice) -> list[str]:
    return [way.sentence for way in advice.ways]


# --- the national rule on technology SMEs

RD_TO_60: Final = "2026年研发费用（加计扣除口径）需达到 60 万元（按现有水平为 50 万元，如实归集）"
ONE_RIGHT: Final = "再取得 1 件Ⅰ类知识产权"


def test_firm_short_of_points_is_told_of_spending_or_of_a_right() -> None:
    advice = advice_of("差2分", "next")

    assert (advice.year, advice.verdict, advice.complete) == (2027, "不符合", True)
    assert sentences(advice) == [
        RD_TO_60,
        "再取得 1 件Ⅱ类知识产权",
        ONE_RIGHT,
        "2026年科技人员数（季度平均）需达到 25 人（按现有水平为 20 人，如实归集）",
    ]
    assert [way.effort for way in advice.ways] == [10, 15, 60, 100]


def test_this_year_only_what_can_still_be_obtained() -> None:
    advice = advice_of("差2分", "this")

    assert advice.year == 2026
    assert sentences(advice) == ["再取得 1 件Ⅱ类知识产权", ONE_RIGHT, "再取得 1 项高新技术企业资格"]


def test_efforts_can_be_given() -> None:
    advice = advice_of("差2分", "next", {"Ⅰ类知识产权": 2, "rd_expense_deduction": 3})

    assert [(way.sentence, way.effort) for way in advice.ways][:3] == [
        (ONE_RIGHT, 2),
        ("再取得 1 件Ⅱ类知识产权", 15),
        (RD_TO_60, 30),
    ]


@pytest.mark.parametrize("year", ["this", "next"])
@pytest.mark.parametrize(("name", "verdict"), [("满分", "符合"), ("科技人员数未填", "缺数据")])
def test_nothing_is_advised_where_nothing_fails(name: str, verdict: str, year: str) -> None:
    advice = advice_of(name, year)

    assert (advice.verdict, advice.ways, advice.obstacles) == (verdict, (), ())


def test_title_itself_is_never_advised_for_the_rule_that_gives_it() -> None:
    said = [text for case in TECH_SME.cases for text in sentences(advice_of(case.name, "next"))]

    assert any("高新技术企业资格" in text for text in said)
    assert not any("科技型中小企业入库" in text for text in said)


# --- every shipped rule


@pytest.mark.parametrize("key", RULES)
def test_closed_year_is_never_changed_this_year(key: str) -> None:
    rule = RULES[key]
    yearly = {each.name for each in BOOK.dictionary.of(rule.subject) if each.period == "year"}
    for case in rule.cases[::6]:
        advice = Adviser(rule, BOOK, case.as_of).this_year(case.given, case.rows)
        names = {change.name for way in advice.ways for change in way.changes}
        assert not names & yearly
        assert advice.verdict != "不符合" or advice.ways or advice.obstacles


@pytest.mark.parametrize(
    "key",
    ["tech_sme_national@2022", "hnte@2016", "innovative_sme@2022", "st_little_giant_model_a@2024"],
)
def test_nothing_can_be_spared_in_a_way(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spared: list[Any] = []

    def watched(search: Any, facts: Any, levers: Any) -> Any:
        for found, used in smallest(search, facts, levers):
            assert search.verdict(moved(facts, used, found.steps)) is True
            for place, steps in enumerate(found.steps):
                for fewer in {0, steps - 1} if steps else ():
                    point = (*found.steps[:place], fewer, *found.steps[place + 1 :])
                    spared.append(search.verdict(moved(facts, used, point)))
            yield found, used

    monkeypatch.setattr(advising, "smallest", watched)
    rule = RULES[key]
    for case in rule.cases[:: len(rule.cases) // 20]:
        Adviser(rule, BOOK, case.as_of).next_year(case.given, case.rows)

    assert len(spared) > 5
    assert True not in spared


# --- sentences and obstacles, on made-up rules


@pytest.mark.parametrize(
    ("when", "given", "rows", "year", "expected"),
    [
        pytest.param(
            "net_profit / total_cost >= 6%",
            "net_profit: 49.995 万元, total_cost: 1000 万元",
            "",
            "next",
            ["2026年净利润需达到 60.005 万元（按现有水平为 49.995 万元，如实归集）"],
            id="in steps of a hundred yuan",
        ),
        pytest.param(
            "total_liabilities / total_assets <= 55%",
            "total_liabilities: 600 万元, total_assets: 1000 万元",
            "",
            "next",
            ["2026年负债总额需降到 550 万元（按现有水平为 600 万元，如实归集）"],
            id="down",
        ),
        pytest.param(
            "digital_level >= 2 级",
            "digital_level: 1 级",
            "",
            "this",
            ["数字化水平等级需达到 2 级（按现有水平为 1 级，如实归集）"],
            id="what belongs to no year",
        ),
        pytest.param(
            "books_assessed",
            "books_assessed: 否",
            "",
            "this",
            ["“查账征收”需落实并提供证明"],
            id="proof",
        ),
        pytest.param(
            "count(ip where class = II and valid on as_of) >= 3",
            "",
            f"ip: [{RIGHT.format('II')}]",
            "this",
            ["再取得 2 件Ⅱ类知识产权"],
            id="rows",
        ),
        pytest.param(
            "count(ip where class = I and valid on as_of) >= 1 and books_assessed",
            "books_assessed: 否",
            "ip: []",
            "this",
            ["“查账征收”需落实并提供证明，并且再取得 1 件Ⅰ类知识产权"],
            id="two changes",
        ),
        pytest.param(
            "books_assessed or count(ip where class = I and valid on as_of) >= 1",
            "books_assessed: 否",
            "ip: []",
            "this",
            ["“查账征收”需落实并提供证明", "再取得 1 件Ⅰ类知识产权"],
            id="two ways",
        ),
        pytest.param(
            "growth(revenue) >= 10%",
            'revenue: 100 万元, "revenue[-1]": 100 万元',
            "",
            "next",
            ["2026年营业收入需达到 110 万元（按现有水平为 100 万元，如实归集）"],
            id="growth over this year",
        ),
    ],
)
def test_sentences(
    tmp_path: Path, when: str, given: str, rows: str, year: str, expected: list[str]
) -> None:
    rule = made(tmp_path, text_of(conditions(c=when), given=given, rows=rows))

    assert sentences(ask(rule, year)) == expected


GROUP: Final = """
conditions:
  - {{id: fixed, name: 居民企业, article: 办法 第一条, when: resident_enterprise}}
  - id: routes
    name: 两条路
    article: 办法 第二条
    {op}:
      - {{id: income, name: 收入不少于100万元, when: revenue >= 100 万元}}
      - {{id: size, name: 小型企业, when: size_class = small}}
"""
CLOSED: Final = "“{0}”所看的事实已关账或不能改变"
ALL_CLOSED: Final = "“{0}”各项所看的事实已关账或不能改变"
SMALL_INCOME: Final = "revenue: 1 万元, size_class: large"


@pytest.mark.parametrize(
    ("op", "given", "year", "expected"),
    [
        pytest.param(
            "all",
            f"resident_enterprise: 否, {SMALL_INCOME}",
            "next",
            ["居民企业", "小型企业"],
            id="those that can be moved are not named",
        ),
        pytest.param(
            "all",
            f"resident_enterprise: 是, {SMALL_INCOME}",
            "this",
            ["收入不少于100万元", "小型企业"],
            id="a closed year",
        ),
        pytest.param(
            "any",
            f"resident_enterprise: 否, {SMALL_INCOME}",
            "next",
            ["居民企业"],
            id="one route is open",
        ),
        pytest.param(
            "any", f"resident_enterprise: 是, {SMALL_INCOME}", "this", [], id="no route is open"
        ),
    ],
)
def test_what_cannot_be_moved_is_named(
    tmp_path: Path, op: str, given: str, year: str, expected: list[str]
) -> None:
    rule = made(tmp_path, text_of(GROUP.format(op=op), given=given))
    advice = ask(rule, year)

    assert advice.ways == ()
    assert advice.complete
    assert list(advice.obstacles) == (
        [CLOSED.format(name) for name in expected] or [ALL_CLOSED.format("两条路")]
    )


OUT_OF_REACH: Final = "“{0}”靠可以改变的事项达不到"


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        pytest.param(
            {"a": "revenue <= 2 亿元", "b": "rd_staff >= 5 人"},
            "revenue: 20000.01 万元, rd_staff: 1 人",
            [OUT_OF_REACH.format("条件a")],
            id="only the other way",
        ),
        pytest.param(
            {"a": "rd_staff >= 5 人 and size_class = small"},
            "rd_staff: 1 人, size_class: large",
            [OUT_OF_REACH.format("条件a")],
            id="one part of it is fixed",
        ),
        pytest.param(
            {"a": "rd_staff >= 5 人", "b": "rd_staff <= 4 人"},
            "rd_staff: 1 人",
            ["“条件a”达到时，其他条件就达不到"],
            id="what holds would break",
        ),
        pytest.param(
            {"a": "rd_staff / college_staff >= 100%", "b": "college_staff / rd_staff >= 200%"},
            "rd_staff: 5 人, college_staff: 6 人",
            ["“条件a”、“条件b”不能同时达到"],
            id="not both",
        ),
        pytest.param(
            {"a": "rd_staff >= 5 人", "b": "size_class = small"},
            "rd_staff: 1 人",
            ["“条件b”缺数据，补齐后才能判断"],
            id="missing beside what can be reached",
        ),
    ],
)
def test_why_there_is_no_way(
    tmp_path: Path, when: Mapping[str, str], given: str, expected: list[str]
) -> None:
    advice = ask(made(tmp_path, text_of(conditions(**when), given=given)), "next")

    assert (advice.ways, advice.complete) == ((), True)
    assert list(advice.obstacles) == expected


def test_missing_part_of_a_group_is_named_and_not_the_group(tmp_path: Path) -> None:
    body = GROUP.format(op="all")
    given = "resident_enterprise: 是, revenue: 1 万元"
    advice = ask(made(tmp_path, text_of(body, given=given)), "next")

    assert advice.obstacles == ("“小型企业”缺数据，补齐后才能判断",)


def test_fact_that_is_missing_is_no_lever(tmp_path: Path) -> None:
    when = conditions(a="rd_staff >= 5 人 or revenue >= 1 万元", b="size_class = small")
    rule = made(tmp_path, text_of(when, given="revenue: 0 万元, size_class: large"))
    advice = ask(rule, "next")

    assert advice.verdict == "不符合"
    assert advice.obstacles == (CLOSED.format("条件b"),)


# --- limits


def test_search_that_is_given_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    when = conditions(c="rd_staff >= 5 人 or college_staff >= 9 人")
    rule = made(tmp_path, text_of(when, given="rd_staff: 0 人, college_staff: 0 人"))
    whole = ask(rule, "next")
    monkeypatch.setattr(searching, "MOST_POINTS", 1)
    nothing = ask(rule, "next")
    monkeypatch.setattr(searching, "MOST_POINTS", 2)
    first = ask(rule, "next")

    assert (whole.complete, len(whole.ways)) == (True, 2)
    assert (nothing.complete, nothing.ways) == (False, ())
    assert (first.complete, first.ways) == (True, whole.ways)


def test_at_most_a_few_ways_are_given(tmp_path: Path) -> None:
    names = ["rd_staff", "college_staff", "rd_staff_full_time", "informatised_business"]
    names += ["digital_level", "conversions"]
    units = dict.fromkeys(names[:3], "人") | {names[3]: "项", names[4]: "级", names[5]: "项"}
    when = conditions(c=" or ".join(f"{name} >= 3 {units[name]}" for name in names))
    given = ", ".join(f"{name}: 1 {units[name]}" for name in names)
    advice = ask(made(tmp_path, text_of(when, given=given)), "next")

    assert [way.effort for way in advice.ways] == [20, 20, 40, 40]


# --- a year on


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 7, 1), date(2027, 7, 1)), (date(2028, 2, 29), date(2029, 2, 28))],
)
def test_same_day_a_year_on(day: date, expected: date) -> None:
    assert next_year_of(day) == expected


def test_facts_a_year_on_begin_as_they_are() -> None:
    facts = {"a__y0": 1, "a__y1": 2, "a__y2": 3, "b": 4}

    assert years_on(facts) == {"a__y0": 1, "a__y1": 1, "a__y2": 2, "b": 4}


def test_next_year_takes_the_version_that_is_in_force_then(tmp_path: Path) -> None:
    now = text_of(
        conditions(c="rd_staff >= 5 人"),
        given="rd_staff: 1 人",
        in_force="from: 2020-01-01, until: 2026-12-31",
    )
    later = text_of(conditions(c="rd_staff >= 8 人"), version="2027", in_force="from: 2027-01-01")
    changed = made(tmp_path, now, later)

    assert sentences(ask(changed, "next")) == [
        "2026年研发人员数需达到 8 人（按现有水平为 1 人，如实归集）"
    ]


def test_rule_that_ends_before_next_year_is_an_error(tmp_path: Path) -> None:
    ending = text_of(conditions(c="是"), in_force="from: 2020-01-01, until: 2026-12-31")

    with pytest.raises(RuleError, match="没有生效的版本"):
        ask(made(tmp_path, ending), "next")
