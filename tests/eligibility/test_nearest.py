"""How far subjects are: the least change after which nothing stands against them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from made_advice import BOX, Point, Problem
from made_rules import DAY, conditions, made, text_of

from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook

GROUPS, EACH = 2, 8


def nearest_of(problem: Problem) -> Nearest:
    case = problem.made.case
    return Nearest(problem.made.rule, problem.made.book, case.as_of, next_year=True)


def plain(folder: Path, random: Random) -> Problem:
    """A problem with the efforts of the dictionary, which is what `Nearest` takes."""
    drawn = Problem.drawn(folder, random)
    return Problem.of(drawn.made, {})


def single(problem: Problem) -> Iterator[Fraction]:
    """The efforts of all points of the box with one change that pass."""
    for place, lever in enumerate(problem.levers):
        for steps in range(1, BOX if lever.effects else 2):
            point: Point = (*(0,) * place, steps, *(0,) * (len(problem.levers) - place - 1))
            if problem.passes(point):
                yield problem.cost(point)


@pytest.mark.parametrize("group", range(GROUPS))
def test_nearest_is_the_least_of_every_combination(tmp_path: Path, group: int) -> None:
    random = Random(group)  # noqa: S311 - nothing secret
    seen = {"least": 0, "one": 0}
    for _ in range(EACH):
        problem = plain(tmp_path, random)
        case, near = problem.made.case, nearest_of(problem)
        every = problem.every_way()
        least = near.least(case.given, case.rows)
        one = near.by_one_change(case.given, case.rows)
        if problem.passes((0,) * len(problem.levers)):
            assert least == one == Distance(near.as_of.year, True, least.way)  # type: ignore[union-attr]
            assert not least.way.changes  # type: ignore[union-attr]
            continue
        # Beyond the box there may be a cheaper way, never a dearer one.
        if every:
            assert least is not None
            assert least.way.effort <= min(every.values())
            assert near.least(case.given, case.rows, least.way.effort) == least
            assert near.least(case.given, case.rows, least.way.effort - Fraction(1, 10**9)) is None
        alone = min(single(problem), default=None)
        if alone is not None:
            assert one is not None
            assert one.way.effort <= alone
            assert len(one.way.changes) == 1
            seen["one"] += 1
        if least is not None:
            inside = len(least.way.changes) == 0 or least.way.effort in every.values()
            assert inside or least.way.effort < min(every.values(), default=least.way.effort + 1)
            seen["least"] += 1
    assert seen["least"] >= seen["one"] > 0


def test_missing_facts_do_not_stand_in_the_way(tmp_path: Path) -> None:
    when = conditions(a="rd_staff >= 5 人", b="books_assessed")
    rule = made(tmp_path, text_of(when, given="rd_staff: 3 人"))
    near = Nearest(rule.rule, rule.book, DAY, next_year=True)
    found = near.by_one_change(rule.case.given, rule.case.rows)
    assert found is not None
    assert (found.verdict, [each.name for each in found.way.changes]) == (None, ["研发人员数"])
    assert found.way.changes[0].share == Fraction(2, 3)
    assert near.least(rule.case.given, rule.case.rows) == found


def test_one_change_must_mend_every_condition_that_is_refused(tmp_path: Path) -> None:
    when = conditions(a="rd_staff >= 5 人", b="college_staff >= 5 人")
    rule = made(tmp_path, text_of(when, given="rd_staff: 3 人, college_staff: 3 人"))
    near = Nearest(rule.rule, rule.book, DAY, next_year=True)
    assert near.by_one_change(rule.case.given, rule.case.rows) is None
    both = near.least(rule.case.given, rule.case.rows)
    assert both is not None
    assert len(both.way.changes) == 2


def test_this_year_changes_no_closed_year(tmp_path: Path) -> None:
    rule = made(tmp_path, text_of(conditions(a="revenue >= 5 万元"), given="revenue: 3 万元"))
    now, later = (Nearest(rule.rule, rule.book, DAY, next_year=each) for each in (False, True))
    assert now.by_one_change(rule.case.given, rule.case.rows) is None
    found = later.by_one_change(rule.case.given, rule.case.rows)
    assert found is not None
    assert "如实归集" in found.way.sentence
    assert found.way.sentence.startswith(f"{DAY.year}年")


def test_pieces_are_counted_where_there_is_nothing_yet(tmp_path: Path) -> None:
    when = conditions(a="count(ip where class = II and valid on as_of) >= 2 件")
    rule = made(tmp_path, text_of(when, rows="ip: []"))
    near = Nearest(rule.rule, rule.book, DAY, next_year=False)
    found = near.by_one_change(rule.case.given, rule.case.rows)
    assert found is not None
    assert [(each.share, each.pieces) for each in found.way.changes] == [(None, 2)]


def test_a_rule_that_ends_says_nothing_of_next_year() -> None:
    book = load_rulebook()
    rule = book.find("key_little_giant@2024", DAY)
    with pytest.raises(RuleError, match="没有生效的版本"):
        Nearest(rule, book, DAY, next_year=True)
