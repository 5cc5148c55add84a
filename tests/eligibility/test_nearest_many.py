"""How far many subjects are at once is how far each of them is by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import pytest
from made_advice import Problem

from kechuang.eligibility import nearest_many
from kechuang.eligibility.frames import Subject, frames_of
from kechuang.eligibility.generated import Generator, usual_day
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.eligibility.nearest_many import NearestOfMany
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

BOOK = load_rulebook()
RULES = ("hnte@2016", "tech_sme_national@2022", "srdi_little_giant@2026", "srdi_sme@2026")
SUBJECTS = 120


def of_one_office(subjects: Sequence[Subject]) -> list[Subject]:
    """Subjects of whom the same related tables are known."""
    known = {frame for each in subjects for frame in each.rows}
    return [
        Subject(each.facts, {frame: each.rows.get(frame, ()) for frame in known})
        for each in subjects
    ]


def distances(
    rule: Rule, book: Rulebook, day: date, subjects: Sequence[Subject], *, next_year: bool
) -> tuple[list[Distance | None], list[Distance | None]]:
    """How far subjects are one by one, and all at once."""
    nearest = Nearest(rule, book, day, next_year=next_year)
    key = book.dictionary.frames[rule.subject].key
    frames = frames_of(lower_rule(rule, book, day), key, subjects)
    many = NearestOfMany(nearest, key)
    alone = [nearest.by_one_change(each.facts, each.rows) for each in subjects]
    return alone, many.by_one_change(many.judged(frames))


@pytest.mark.parametrize("key", RULES)
def test_subjects_on_every_threshold(key: str) -> None:
    rule = BOOK.find(key, date(2026, 7, 1))
    day = usual_day(rule)
    made = of_one_office(Generator(rule, BOOK, day, seed=len(key)).subjects(SUBJECTS))
    changes = 0
    for next_year in (False, True):
        alone, together = distances(rule, BOOK, day, made, next_year=next_year)
        assert together == alone
        assert None in alone
        changes += sum(bool(each.way.changes) for each in alone if each)
    assert changes > 0


@pytest.mark.parametrize("unknown", ["ip", "titles"])
def test_a_table_that_is_not_known(unknown: str) -> None:
    rule = BOOK.find("hnte@2016", date(2026, 7, 1))
    made = Generator(rule, BOOK, usual_day(rule), seed=1).subjects(40)
    some = [
        Subject(each.facts, {name: rows for name, rows in each.rows.items() if name != unknown})
        for each in of_one_office(made)
    ]
    alone, together = distances(rule, BOOK, usual_day(rule), some, next_year=True)
    assert together == alone


def test_rules_that_are_made_up(tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311 - nothing secret
    seen = 0
    for _ in range(25):
        problem = Problem.of(Problem.drawn(tmp_path, random).made, {})
        case = problem.made.case
        subjects = of_one_office([Subject.of_case(case)])
        rule, book = problem.made.rule, problem.made.book
        alone, together = distances(rule, book, case.as_of, subjects, next_year=True)
        assert together == alone
        seen += any(each is not None and bool(each.way.changes) for each in alone)
    assert seen > 3


def test_who_is_alike_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = BOOK.find("hnte@2016", date(2026, 7, 1))
    day = usual_day(rule)
    subjects = of_one_office(Generator(rule, BOOK, day, seed=3).subjects(60))
    searched = [0]
    with_lever = Nearest.with_lever

    def counted(self: Nearest, *arguments: object) -> Distance | None:
        searched[0] += 1
        return with_lever(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Nearest, "with_lever", counted)
    nearest = Nearest(rule, BOOK, day, next_year=True)
    key = BOOK.dictionary.frames[rule.subject].key
    many = NearestOfMany(nearest, key)
    frames = frames_of(lower_rule(rule, BOOK, day), key, [*subjects, *subjects])
    first = many.by_one_change(many.judged(frames))
    once = searched[0]
    assert first[: len(subjects)] == first[len(subjects) :]
    assert many.by_one_change(many.judged(frames)) == first
    assert searched[0] == once > 0
    # What is remembered is bounded, and forgetting changes nothing.
    monkeypatch.setattr(nearest_many, "MOST_KEPT", 1)
    again = NearestOfMany(nearest, key)
    assert again.by_one_change(again.judged(frames)) == first
