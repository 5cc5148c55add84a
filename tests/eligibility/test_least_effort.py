"""Advice takes the least effort: beside trying every combination of steps on small rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from made_advice import Point, Problem
from made_rules import conditions, made, text_of

from kechuang.eligibility import advising
from kechuang.eligibility.advising import Advice, Adviser
from kechuang.eligibility.levers import Lever
from kechuang.eligibility.searching import Found, Search

GROUPS, EACH = 8, 11
"""Groups of problems, and how many of each are tried that a rule refuses as they are."""


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """The steps by lever of each way that advice finds, as it finds them."""
    found: list[dict[str, int]] = []
    smallest = advising.smallest

    def watched(
        search: Search, facts: Mapping[str, Any], levers: Sequence[Lever]
    ) -> Iterator[tuple[Found, Sequence[Lever]]]:
        for way, used in smallest(search, facts, levers):
            found.append(dict(zip((lever.key for lever in used), way.steps, strict=True)))
            yield way, used

    monkeypatch.setattr(advising, "smallest", watched)
    return found


def support(point: Point) -> frozenset[int]:
    return frozenset(place for place, steps in enumerate(point) if steps)


def lowered_by_one(point: Point) -> Iterator[Point]:
    """The points with one change dropped, or one step less of it."""
    for place in support(point):
        for steps in (0, point[place] - 1):
            yield (*point[:place], steps, *point[place + 1 :])


def advice_on(problem: Problem) -> Advice:
    adviser = Adviser(problem.made.rule, problem.made.book, problem.made.case.as_of)
    case = problem.made.case
    return adviser.next_year(case.given, case.rows, problem.efforts)


def check_ways(problem: Problem, advice: Advice, ways: Sequence[Point]) -> None:
    """Each way passes, has nothing to spare, and is the least of all with its changes."""
    every = problem.every_way()
    assert advice.complete
    assert bool(ways) or not every
    for way, point in zip(advice.ways, ways, strict=True):
        assert way.effort == problem.cost(point)
        assert len(way.changes) == len(support(point))
        assert problem.passes(point)
        assert not any(problem.passes(less) for less in lowered_by_one(point))
        inside = [cost for other, cost in every.items() if support(other) <= support(point)]
        assert min(inside, default=way.effort) >= way.effort
    if ways:
        assert min(every.values(), default=advice.ways[0].effort) >= advice.ways[0].effort
        assert [way.effort for way in advice.ways] == sorted(way.effort for way in advice.ways)
        check_other_ways(every, ways)


def check_other_ways(every: Mapping[Point, Fraction], ways: Sequence[Point]) -> None:
    """Where something else would do instead of a change of the first way, another way says so."""
    for place in support(ways[0]):
        if len(ways) < advising.MOST_WAYS and any(not point[place] for point in every):
            assert any(not point[place] for point in ways)


@pytest.mark.parametrize("group", range(GROUPS))
def test_ways_are_the_least_of_every_combination(
    tmp_path: Path, points: list[dict[str, int]], group: int
) -> None:
    random = Random(group)  # noqa: S311 - nothing secret
    refused = with_a_way = 0
    while refused < EACH:
        problem = Problem.drawn(tmp_path, random)
        points.clear()
        advice = advice_on(problem)
        if advice.verdict != "不符合":
            assert (advice.ways, points) == ((), [])
            continue
        keys = [lever.key for lever in problem.levers]
        ways = [tuple(point.get(key, 0) for key in keys) for point in points]
        check_ways(problem, advice, ways)
        refused, with_a_way = refused + 1, with_a_way + bool(ways)

    assert with_a_way > EACH // 2


@pytest.mark.parametrize(
    ("when", "given", "efforts", "expected"),
    [
        pytest.param(
            {"a": "rd_staff * 3 + college_staff * 5 >= 16 人"},
            "rd_staff: 0 人, college_staff: 0 人",
            {"rd_staff": "3.1", "college_staff": 5},
            {"rd_staff__y0": 2, "college_staff__y0": 2},
            id="a mix of two that help the same",
        ),
        pytest.param(
            {"a": "rd_staff + college_staff >= 5 人", "b": "rd_staff <= 3 人"},
            "rd_staff: 0 人, college_staff: 0 人",
            {"rd_staff": 1, "college_staff": 2},
            {"rd_staff__y0": 3, "college_staff__y0": 2},
            id="as far as a cap allows",
        ),
        pytest.param(
            {"a": "rd_expense_deduction + revenue >= 50 万元", "b": "revenue <= 30 万元"},
            "rd_expense_deduction: 0 万元, revenue: 0 万元",
            {"rd_expense_deduction": 2, "revenue": 1},
            {"rd_expense_deduction__y0": 2000, "revenue__y0": 3000},
            id="as far as a cap allows, in many steps",
        ),
        pytest.param(
            {"a": "rd_staff / college_staff >= 50%"},
            "rd_staff: 0 人, college_staff: 0 人",
            {"rd_staff": 1, "college_staff": 1},
            {"rd_staff__y0": 1, "college_staff__y0": 1},
            id="first something to divide by",
        ),
        pytest.param(
            {"a": "rd_expense_deduction / revenue >= 6%", "b": "revenue >= 1000 万元"},
            "rd_expense_deduction: 54 万元, revenue: 900 万元",
            {},
            {"rd_expense_deduction__y0": 600, "revenue__y0": 10_000},
            id="what one change breaks another mends",
        ),
        pytest.param(
            {
                "a": "rd_expense_deduction / revenue >= 6%",
                "b": "rd_staff / revenue >= 1 人 / 20 万元",
            },
            "rd_expense_deduction: 59.99 万元, revenue: 1000 万元, rd_staff: 50 人",
            {},
            {"rd_expense_deduction__y0": 1},
            id="one step is enough",
        ),
    ],
)
def test_least_effort(
    tmp_path: Path,
    points: list[dict[str, int]],
    when: dict[str, str],
    given: str,
    efforts: dict[str, Any],
    expected: dict[str, int],
) -> None:
    rule = made(tmp_path, text_of(conditions(**when), given=given))
    problem = Problem.of(rule, {name: Fraction(effort) for name, effort in efforts.items()})

    advice_on(problem)
    assert {key: steps for key, steps in points[0].items() if steps} == expected
