"""The proposed subjects and their changes are the least effort of all that there is."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from made_advice import Problem, given_of, rule_of
from made_rules import conditions, made, text_of

from kechuang.eligibility.choosing import Choosing, nearest_of
from kechuang.eligibility.nearest import Nearest

GROUPS, FIRMS = 5, 7


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_nearest_are_those_of_every_combination(tmp_path: Path, group: int) -> None:
    random = Random(group + 100)  # noqa: S311 - nothing secret
    body = rule_of(random)
    firms: dict[str, Problem] = {}
    for number in range(FIRMS):
        given, rows = given_of(random)
        rule = made(tmp_path, text_of(body, given=given, rows=rows))
        firms[f"E{number}"] = Problem.of(rule, {})
    first = firms["E0"].made
    ways = [(Nearest(first.rule, first.book, first.case.as_of, next_year=True), False)]
    subjects = [(key, each.made.case.given, each.made.case.rows) for key, each in firms.items()]
    # Every combination of steps of every firm; beyond the box there may be a cheaper way.
    every = {key: each.every_way() for key, each in firms.items()}
    brute = {key: min(points.values()) for key, points in every.items() if points}
    alone = {
        key: found.way.effort
        for key, facts, rows in subjects
        if (found := ways[0][0].least(facts, rows)) is not None
    }
    assert set(brute) <= set(alone)
    assert all(alone[key] <= effort for key, effort in brute.items())
    for count in range(1, FIRMS + 2):
        chosen = nearest_of(subjects, ways, count)
        assert chosen.unsure == ()
        taken = {each.key: each.distance.way.effort for each in chosen.candidates}
        assert len(taken) == min(count, len(alone))
        assert list(taken.values()) == sorted(alone.values())[:count]
        assert all(alone[key] == effort for key, effort in taken.items())
        left = [effort for key, effort in brute.items() if key not in taken]
        assert not left or min(left) >= max(taken.values())
        # The changes that are told are a way: nothing stands against the firm after them.
        for each in chosen.candidates:
            assert each.distance.verdict is not False


def test_what_was_seen_is_taken_up_again_as_it_was(tmp_path: Path) -> None:
    body = conditions(a="rd_staff >= 9 人", b="college_staff >= 9 人", c="books_assessed")
    subjects: list[tuple[str, Any, Any]] = [
        (f"E{number}", {"rd_staff__y0": number, "college_staff__y0": 12 - number}, {})
        for number in range(FIRMS)
    ]
    rule = made(tmp_path, text_of(body))
    ways = [(Nearest(rule.rule, rule.book, rule.case.as_of, next_year=True), False)]
    expected = nearest_of(subjects, ways, 3)
    assert any(each.distance.way.changes for each in expected.candidates)
    # Another one goes on after each step, from what could be kept of it as text.
    choosing = Choosing(3)
    for look in (False, True):
        for key, facts, rows in subjects:
            ones = [nearest.by_one_change(facts, rows) for nearest, _ in ways]
            if look:
                choosing.look(key, facts, rows, ways, ones=ones)
            else:
                choosing.glance(ones)
            kept = json.dumps(choosing.state())
            choosing = Choosing(3)
            choosing.resume(json.loads(kept))
    assert choosing.chosen() == expected


def test_among_equals_who_lacks_fewer_facts_comes_first(tmp_path: Path) -> None:
    rule = made(tmp_path, text_of(conditions(a="rd_staff >= 5 人"), given="rd_staff: 3 人"))
    ways = [(Nearest(rule.rule, rule.book, rule.case.as_of, next_year=True), False)]
    choosing = Choosing(2)
    for key, missing in (("E1", 3), ("E2", 1), ("E3", 2)):
        choosing.look(key, rule.case.given, {}, ways, lambda missing=missing: missing)
    assert [each.key for each in choosing.chosen().candidates] == ["E2", "E3"]


def test_a_search_that_is_given_up_is_told(tmp_path: Path) -> None:
    when = conditions(a="rd_staff >= 5 人", b="college_staff >= 5 人")
    rule = made(tmp_path, text_of(when, given="rd_staff: 3 人, college_staff: 3 人"))
    ways = [(Nearest(rule.rule, rule.book, rule.case.as_of, next_year=True), False)]
    choosing = Choosing(2, most=1)
    choosing.look("E1", rule.case.given, {}, ways)
    assert (choosing.chosen().candidates, choosing.chosen().unsure) == ((), ("E1",))


def test_this_year_goes_before_next_year_where_it_takes_as_little(tmp_path: Path) -> None:
    when = conditions(a="count(ip where class = I and valid on as_of) >= 1 件")
    rule = made(tmp_path, text_of(when, rows="ip: []"))
    ways = [
        (Nearest(rule.rule, rule.book, rule.case.as_of, next_year=each), not each)
        for each in (False, True)
    ]
    chosen = nearest_of([("E1", rule.case.given, rule.case.rows)], ways, 1)
    assert [each.this_year for each in chosen.candidates] == [True]
