"""Made-up subjects stand on both sides of every threshold of their rule, and on it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kechuang.eligibility.batch import run
from kechuang.eligibility.frames import frames_of
from kechuang.eligibility.generated import Generator, dict_of, usual_day
from kechuang.rulebook.library import load_rulebook

BOOK = load_rulebook()
RULES = {rule.key: rule for rule in BOOK}
COUNT = 5_000


def generator(key: str, seed: int = 1) -> Generator:
    return Generator(RULES[key], BOOK, usual_day(RULES[key]), seed)


def signs(gaps: Iterable[int | None]) -> set[int]:
    return {(gap > 0) - (gap < 0) for gap in gaps if gap is not None}


@pytest.mark.parametrize("key", ["tech_sme_national@2022", "hnte@2016", "srdi_little_giant@2026"])
def test_every_threshold_is_met_and_missed(key: str) -> None:
    made = generator(key)
    subjects = [dict_of(each) for each in made.subjects(COUNT)]

    assert made.edges != []
    for edge in made.edges:
        found = signs(edge.gap(facts) for facts in subjects)
        assert 0 in found, edge.names
        assert len(found) >= 2, edge.names


@pytest.mark.parametrize("key", RULES)
def test_every_verdict_of_a_rule_occurs(key: str) -> None:
    made = generator(key)
    frames = frames_of(made.lowered, made.key, made.subjects(COUNT))

    assert set(run(RULES[key], BOOK, frames, made.as_of)["verdict"]) == {True, False, None}


def test_a_seed_gives_the_same_subjects() -> None:
    first, again = (generator("hnte@2016").subjects(50) for _ in range(2))

    assert first == again
    assert first != generator("hnte@2016", seed=2).subjects(50)
