"""A decision is made again from its own record, to the byte; another rule file is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from kechuang.eligibility.explaining import Explainer, replay
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook

BOOK: Final = load_rulebook()
RULES: Final = {rule.key: rule for rule in BOOK}
FIRST: Final = RULES["tech_sme_national@2022"]


@pytest.mark.parametrize(
    "key",
    [
        "tech_sme_national@2022",
        "st_little_giant_model_a@2024",
        "technology_innovation_centre@2018",
        "foreign_work_permit_a@2021",
        "award_rd_subsidy_shandong@2022",
    ],
)
def test_every_case_comes_out_the_same_to_the_byte(key: str) -> None:
    rule, explainers = RULES[key], dict[date, Explainer]()
    for case in rule.cases:
        if case.as_of not in explainers:
            explainers[case.as_of] = Explainer(rule, BOOK, case.as_of)
        record = explainers[case.as_of].decide("甲公司", case.given, case.rows).to_json()
        assert replay(record, BOOK) == record


def record_of(book: Rulebook = BOOK) -> str:
    case = FIRST.cases[0]
    return Explainer(FIRST, book, case.as_of).decide("甲公司", case.given, case.rows).to_json()


def test_order_of_facts_and_what_the_rule_does_not_read_make_no_difference() -> None:
    case = FIRST.cases[0]
    explainer = Explainer(FIRST, BOOK, case.as_of)
    turned = dict(reversed(list(case.given.items()))) | {"unlisted": True}
    rows = {**case.rows, "financings": ({"amount": 1},)}

    assert explainer.decide("甲公司", turned, rows).to_json() == record_of()


def test_fact_of_the_record_decides() -> None:
    data = json.loads(record_of())
    data["facts"]["revenue__y0"] = 2_000_001 * 10**4
    again = json.loads(replay(json.dumps(data), BOOK))

    assert (data["verdict"], again["verdict"]) == ("符合", "不符合")


def test_changed_rule_file_is_refused() -> None:
    changed = Rulebook([replace(FIRST, digest="0" * 64)], BOOK.dictionary)

    with pytest.raises(ValueError, match="tech_sme_national@2022”的文件已改动"):
        replay(record_of(), changed)


def test_changed_file_of_a_rule_that_is_referred_to_is_refused() -> None:
    rule = RULES["award_rd_tiers_guangdong_district@2024"]
    case = rule.cases[0]
    record = Explainer(rule, BOOK, case.as_of).decide("甲公司", case.given, case.rows).to_json()
    others = [replace(each, digest="0" * 64) if each.id == "hnte" else each for each in BOOK]

    assert replay(record, BOOK) == record
    with pytest.raises(ValueError, match="它引用的规则已改动"):
        replay(record, Rulebook(others, BOOK.dictionary))


def test_version_that_is_gone_is_refused() -> None:
    other = Rulebook([replace(FIRST, version="2030")], BOOK.dictionary)

    with pytest.raises(RuleError, match="没有版本"):
        replay(record_of(), other)
