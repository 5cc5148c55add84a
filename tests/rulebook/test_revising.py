"""New versions of rule files: what was asked becomes different, however the file looks."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pytest

from kechuang.eligibility.examples import Cases
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.checking import check_rule
from kechuang.rulebook.editing import Editing
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.loading import load_rule
from kechuang.rulebook.model import Rule
from kechuang.rulebook.places import places
from kechuang.rulebook.revising import (
    AddedCase,
    Basis,
    NewValue,
    Restated,
    Revision,
    closed,
    literal,
    revised,
)
from kechuang.rulebook.thresholds import Threshold, thresholds
from kechuang.rulebook.units import unit_of

BOOK = load_rulebook()
RULES = list(BOOK)
FIRST = date(2027, 1, 1)
BASIS = Basis("新办法", "示例市新办法", "示发〔2026〕1号", "第三条")
NAMES = [rule.key for rule in RULES]
EACH = [
    pytest.param(
        rule, id=rule.key, marks=[pytest.mark.slow] if rule.path.parent.name == "samples" else []
    )
    for rule in RULES
]


def source(rule: Rule) -> str:
    return rule.content.decode()


def change(rule: Rule, *values: NewValue, **more: object) -> Revision:
    said: dict[str, object] = {
        "version": "r1", "since": rule.since if rule.until else FIRST, "until": rule.until,
        "basis": BASIS, "note": "上位文件“改了”：照改", "checked": date(2026, 11, 28), **more,
    }  # fmt: skip
    return Revision(**said, values=values)  # type: ignore[arg-type]


def loaded(rule: Rule, text: str) -> tuple[Rule, Rulebook]:
    new, problems = load_rule(rule.path.with_name("r1.yaml"), BOOK.dictionary, text.encode())
    assert problems == []
    assert new is not None
    book = Rulebook([*(each for each in BOOK if each.id != rule.id), new], BOOK.dictionary)
    assert check_rule(new, book) == []
    return new, book


def worth(each: Threshold) -> Fraction:
    return each.number.value * unit_of(each.number.unit).factor


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_number_of_every_shipped_file_is_found_where_it_stands(rule: Rule) -> None:
    found = {name: place.old for name, place in places(Editing(source(rule)))}
    assert found == {each.place: each.number for each in thresholds(rule)}


@pytest.mark.parametrize("rule", EACH)
def test_the_cases_of_a_version_move_to_its_period_and_still_come_out(rule: Rule) -> None:
    since = rule.since if rule.until else FIRST
    new, book = loaded(rule, revised(source(rule), rule.key, change(rule)))
    assert (new.version, new.since) == ("r1", since)
    assert min(case.as_of for case in new.cases) >= min(case.as_of for case in rule.cases)
    assert [str(each) for each in Cases(new, book).failures()] == []
    assert [worth(each) for each in thresholds(new)] == [worth(each) for each in thresholds(rule)]


def undated(rule: Rule) -> list[Threshold]:
    """The numbers of a rule that are neither dated nor years."""
    return [each for each in thresholds(rule) if each.since is None and each.number.unit != "年"]


SOME = [each for each, rule in zip(EACH, RULES, strict=True) if undated(rule)]


@pytest.mark.parametrize("rule", SOME)
def test_one_number_is_changed_and_no_other(rule: Rule) -> None:
    chosen = undated(rule)
    one = random.Random(rule.key).choice(chosen)  # noqa: S311 - which number is tried
    value = one.number.value + Fraction(1, 100)
    text = f"{float(value):.6f}".rstrip("0")
    written = f"{text}{one.number.unit}"
    new_text = revised(
        source(rule), rule.key, change(rule, NewValue(one.place, written, change(rule).since))
    )
    new, _book = loaded(rule, new_text)
    before = {each.place: worth(each) for each in thresholds(rule)}
    after = {each.place: worth(each) for each in thresholds(new)}
    assert {name for name in after if after[name] != before[name]} == {one.place}
    comments = [line for line in source(rule).splitlines() if line.lstrip().startswith("#")]
    assert [line for line in new_text.splitlines() if line.lstrip().startswith("#")] == comments


def test_a_dated_parameter_gets_another_value_from_a_day_on() -> None:
    rule = BOOK.find("srdi_sme", FIRST)
    later = date(2027, 7, 1)
    text = revised(source(rule), rule.key, change(rule, NewValue("rd_least", "150", later)))
    assert (
        "values: [{from: 2026-04-01, value: 100 万元}, {from: 2027-07-01, value: 150 万元}]" in text
    )
    new, book = loaded(rule, text)
    assert [(each.since, each.value.written) for each in new.parameters["rd_least"].values] == [
        (date(2026, 4, 1), "100 万元"), (later, "150 万元"),
    ]  # fmt: skip
    failing = {each.case.name for each in Cases(new, book).failures()}
    assert "rd_last：rd_expense_audited = 100 万元" in failing  # as of 2027-07-01 it is 150
    same_day = change(
        rule, NewValue("rd_least", "150 万元", date(2026, 4, 1)), since=date(2026, 4, 1)
    )
    assert "values: [{from: 2026-04-01, value: 150 万元}]" in revised(
        source(rule), rule.key, same_day
    )
    with pytest.raises(RuleError, match="生效日太早"):
        revised(source(rule), rule.key, change(rule, NewValue("rd_least", "1", date(2025, 1, 1))))


def test_names_that_tell_a_number_tell_the_new_one() -> None:
    rule = BOOK.find("srdi_sme", FIRST)
    values = (NewValue("revenue_enough", "2000", FIRST), NewValue("rd_least", "150", FIRST))
    text = revised(source(rule), rule.key, change(rule, *values))
    assert "上年度营业收入2000万元以上, when: revenue >= 2000 万元" in text
    assert "上年度不低于150万元且占营业收入不低于3%" in text
    assert "近两年新增合格机构投资者实缴股权投资2000万元以上" in text


def test_cases_are_stated_anew_and_added() -> None:
    rule = BOOK.find("srdi_sme", FIRST)
    said = change(
        rule,
        NewValue("revenue_enough", "2000", FIRST),
        restated=[Restated("boundaries.8.0", "revenue_enough", "不符合")],
        added=[
            AddedCase("六项均符合", "revenue", "2000 万元", "revenue_enough", "符合"),
            AddedCase(
                "六项均符合",
                "revenue",
                "1999.99 万元",
                "revenue_enough",
                "不符合",
                {"size_class": "micro"},
            ),
        ],
    )
    text = revised(source(rule), rule.key, said)
    assert 'rows: ["1500 万元 → 不符合", "1499.99 万元 → 不符合"]' in text
    new, book = loaded(rule, text)
    assert len(new.cases) == len(rule.cases) + 2
    assert [str(each) for each in Cases(new, book).failures()] == []
    with pytest.raises(RuleError):
        revised(
            source(rule),
            rule.key,
            change(rule, restated=[Restated("examples.0", "verdict", "也许")]),
        )


def test_a_number_in_a_condition_has_no_day_of_its_own() -> None:
    rule = BOOK.find("srdi_sme", FIRST)
    with pytest.raises(RuleError, match="随整个版本生效"):
        revised(source(rule), rule.key, change(rule, NewValue("debt", "85%", date(2027, 7, 1))))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("600 万元", "单位不同"),
        ("很多", "不是参数的值"),
        ("a + 1", "不是参数的值"),
        ("", "不是参数的值"),
    ],
)
def test_what_is_no_value_of_a_parameter_is_refused(text: str, told: str) -> None:
    rule = BOOK.find("tech_sme_national", FIRST)
    staff = next(each.number for each in thresholds(rule) if each.place == "staff")
    with pytest.raises(RuleError, match=told):
        literal(text, staff)
    assert literal("600", staff).written == literal("600 人", staff).written == "600 人"


def test_a_version_that_another_follows_gets_its_last_day() -> None:
    rule = BOOK.find("tech_sme_national", FIRST)
    text = closed(source(rule), date(2026, 12, 31))
    new, _book = loaded(rule, text)
    assert new.until == date(2026, 12, 31)
    assert text.replace(", until: 2026-12-31", "") == source(rule)
