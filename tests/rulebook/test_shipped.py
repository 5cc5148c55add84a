"""The shipped rules: nothing wrong, every case as written, every number noticed by a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from kechuang.eligibility.examples import Cases, uncaught
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook, read_rulebook, rule_files
from kechuang.rulebook.model import Rule
from kechuang.rulebook.thresholds import Threshold, thresholds
from tracked import ROOT

EXAMPLES = ROOT / "examples" / "rules"
BOOK = load_rulebook(EXAMPLES)
RULES = list(BOOK)


def keys(rules: list[Rule]) -> list[str]:
    return [rule.key for rule in rules]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return BOOK


def test_no_shipped_rule_has_a_problem() -> None:
    shipped, problems = read_rulebook(rule_files())

    assert problems == []
    assert len(shipped) == len(rule_files()) >= 60


def test_there_are_awards_and_rules_of_every_kind() -> None:
    counts = Counter(rule.kind for rule in RULES)

    assert counts["award"] >= 20
    assert set(counts) == {"title", "screening", "platform", "permit", "award"}


@pytest.mark.parametrize("rule", RULES, ids=keys(RULES))
def test_a_file_is_named_after_its_rule_and_version(rule: Rule) -> None:
    assert rule.path.name == f"{rule.id}.{rule.version}.yaml"


@pytest.mark.parametrize("rule", RULES, ids=keys(RULES))
def test_every_number_has_its_article_and_the_day_it_was_looked_up(rule: Rule) -> None:
    found = list(thresholds(rule))

    assert [each.place for each in found if not each.grounds.article] == []
    assert [each.place for each in found if each.grounds.last_checked > rule.last_checked] == []
    assert [each.place for each in found if each.grounds.last_checked.year < 2026] == []


@pytest.mark.parametrize("rule", RULES, ids=keys(RULES))
def test_every_case_comes_out_as_written(rule: Rule, book: Rulebook) -> None:
    assert [str(failure) for failure in Cases(rule, book).failures()] == []


@pytest.mark.parametrize("rule", RULES, ids=keys(RULES))
def test_every_number_is_noticed_by_a_case(rule: Rule, book: Rulebook) -> None:
    assert list(uncaught(rule, book)) == []


def regional(rules: list[Rule]) -> Iterator[Threshold]:
    for rule in rules:
        yield from (each for each in thresholds(rule) if each.region)


def test_regional_values_are_of_regions_in_the_rule() -> None:
    assert all(len(each.region) == 6 for each in regional(RULES))


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.follows], ids=lambda rule: rule.key
)
def test_a_rule_that_follows_another_begins_where_that_ends(rule: Rule, book: Rulebook) -> None:
    code, _, version = rule.follows.partition("@")
    before = next(each for each in book.versions(code) if each.version == version)

    assert before.until is not None
    assert before.until < rule.since
