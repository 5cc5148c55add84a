"""Why a rank changed: the parts sum, depend on no order, and name the cause that it was."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.changes import Change, Edition, changes, split
from kechuang.evaluation.errors import EvaluationError

UNITS = ("甲县", "乙县", "丙县", "丁县")
VALUES = np.array([[1.0, 5], [2, 4], [3, 3], [4, 1]])


def mean(_: object, values: np.ndarray) -> np.ndarray:
    return values.mean(axis=1)


def spread(_: object, values: np.ndarray) -> np.ndarray:
    """A method in which everybody's score depends on everybody."""
    low, high = values.min(axis=0), values.max(axis=0)
    width = np.where(high > low, high - low, 1)
    return ((values - low) / width).prod(axis=1)


def edition(units=UNITS, values=VALUES, evaluate=mean) -> Edition:
    return Edition(units, values, evaluate)


def with_row(at: int, row: list[float]) -> np.ndarray:
    values = VALUES.copy()
    values[at] = row
    return values


def of(before: Edition, after: Edition, unit: str) -> Change:
    return changes(before, after).stayed[unit]


@pytest.mark.parametrize(
    ("after", "cause"),
    [
        (edition(values=with_row(0, [9, 9])), "own"),
        (edition(values=with_row(1, [9, 9])), "peers_data"),
        (edition(units=UNITS[:3], values=VALUES[:3]), "peers_units"),
        (edition(units=(*UNITS, "戊县"), values=np.vstack([VALUES, [9, 9]])), "peers_units"),
        (edition(evaluate=lambda _, values: values[:, 0]), "method"),
    ],
    ids=["own data", "a peer's data", "a peer went", "a peer came", "another method"],
)
def test_a_single_cause_has_the_whole_change(after: Edition, cause: str) -> None:
    change = of(edition(), after, "甲县")
    for parts in (change.score, change.places):
        others = {"own", "peers_data", "peers_units", "method"} - {cause}
        assert getattr(parts, cause) == parts.whole
        assert all(getattr(parts, other) == 0 for other in others)
    if cause == "own":  # from a shared first place no way leads up
        change = of(edition(), edition(values=with_row(3, [9, 9])), "丁县")
        assert change.places.whole == change.rank_before - change.rank_after > 0


def test_no_change_has_no_parts() -> None:
    change = of(edition(), edition(), "丙县")
    assert (change.places.whole, change.score.whole) == (0, 0)


def test_who_came_and_who_went_is_told() -> None:
    after = edition(units=("乙县", "戊县", "甲县"), values=VALUES[:3])
    found = changes(edition(), after)
    assert found.entered == ["戊县"]
    assert found.left == ["丙县", "丁县"]
    assert list(found.stayed) == ["甲县", "乙县"]


def editions() -> st.SearchStrategy[tuple[Edition, Edition]]:
    number = st.integers(0, 6).map(float)

    def one(names: list[str], evaluate) -> st.SearchStrategy[Edition]:
        rows = st.lists(st.tuples(number, number), min_size=len(names), max_size=len(names))
        return rows.map(lambda found: Edition(names, np.array(found), evaluate))

    names = st.lists(st.sampled_from("子丑寅卯辰巳"), unique=True, max_size=4)
    return st.tuples(names, names).flatmap(
        lambda pair: st.tuples(one(["某县", *pair[0]], mean), one(["某县", *pair[1]], spread))
    )


@settings(max_examples=60)
@given(editions())
def test_parts_sum_exactly_to_the_change(pair: tuple[Edition, Edition]) -> None:
    change = of(*pair, "某县")
    assert change.places.whole == change.rank_before - change.rank_after
    assert change.score.whole == Fraction(change.score_after) - Fraction(change.score_before)
    assert change.score.own + change.score.peers + change.score.method == change.score.whole


@settings(max_examples=30)
@given(editions())
def test_the_way_back_has_the_opposite_parts(pair: tuple[Edition, Edition]) -> None:
    there, back = of(*pair, "某县"), of(pair[1], pair[0], "某县")
    for cause in ("own", "peers_data", "peers_units", "method"):
        assert getattr(there.places, cause) == -getattr(back.places, cause)
        assert getattr(there.score, cause) == -getattr(back.score, cause)


MIXTURES = [frozenset(chosen) for size in range(5) for chosen in combinations("abcd", size)]
WORTH = st.fixed_dictionaries({mixture: st.integers(-50, 50).map(Fraction) for mixture in MIXTURES})


@settings(max_examples=40)
@given(WORTH)
def test_parts_depend_on_no_order_of_causes_or_groups(worth) -> None:
    groups = [["a"], ["b", "c"], ["d"]]
    found = split(worth.__getitem__, groups)
    for order in permutations(groups):
        assert split(worth.__getitem__, [list(reversed(group)) for group in order]) == found
    assert sum(found.values()) == worth[frozenset("abcd")] - worth[frozenset()]


@settings(max_examples=40)
@given(WORTH)
def test_a_group_has_the_part_that_it_would_have_as_one_cause(worth) -> None:
    found = split(worth.__getitem__, [["a"], ["b", "c"], ["d"]])

    def as_one(new: frozenset[str]) -> Fraction:
        return worth[frozenset().union(*new)]

    merged = split(as_one, [["a"], ["bc"], ["d"]])
    assert (found["a"], found["b"] + found["c"], found["d"]) == tuple(merged.values())


def test_each_mixture_is_asked_for_once() -> None:
    asked: list[frozenset[str]] = []

    def value(new: frozenset[str]) -> Fraction:
        asked.append(new)
        return Fraction(len(new))

    split(value, [["a"], ["b"], ["c"]])
    assert len(asked) == len(set(asked)) == 8


@pytest.mark.parametrize(
    ("before", "after", "units", "says"),
    [
        (edition(units=("甲县", "甲县", "丙县", "丁县")), edition(), None, "“甲县”.*两次"),
        (edition(), edition(values=VALUES[:, :1]), None, "1 项"),
        (edition(), edition(units=UNITS[:3], values=VALUES[:3]), ["丁县"], "“丁县”"),
        (edition(), edition(values=with_row(0, [float("nan")] * 2)), None, "“甲县”.*没有得分"),
    ],
    ids=["a unit twice", "other indicators", "a unit that left", "a unit without data"],
)
def test_what_cannot_be_compared_is_refused(before, after, units, says: str) -> None:
    with pytest.raises(EvaluationError, match=says):
        changes(before, after, units)
