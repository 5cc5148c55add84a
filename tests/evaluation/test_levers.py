"""What moves a rank: gains are what evaluating again says, bundles what trying them all says."""

from __future__ import annotations

from itertools import product

import made_trees as made
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.bundles import cheapest_bundle, cheapest_by_search
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.levers import Lever, marginal_gains, moved
from kechuang.evaluation.ranking import Band, ranks
from kechuang.evaluation.trees import Tree

BANDS = (Band("A", 80), Band("B", 60), Band("C", 0))
LEVERS = [Lever(0, 0.5, 3, 2), Lever(1, 1.0, 2, 3), Lever(3, 0.25, 4, 1), Lever(4, 2.0, 2, 5)]


def by_brute_force(unit, values, levers, normalised, tree, least) -> tuple[float, float] | None:
    """Cost and score of the cheapest, the best of them where several cost the same."""
    found = []
    for steps in product(*(range(lever.most + 1) for lever in levers)):
        score = tree.total(normalised(moved(unit, values, levers, steps)))[unit]
        cost = sum(lever.cost * each for lever, each in zip(levers, steps, strict=True))
        if score >= least - 1e-9:
            found.append((cost, -score))
    return min(found, default=None)


@pytest.mark.parametrize("lower", made.ALL, ids=lambda each: f"{each.method} {each.power:g}")
@pytest.mark.parametrize("upper", made.ALL, ids=lambda each: f"{each.method} {each.power:g}")
def test_the_cheapest_bundle_is_that_of_brute_force(lower, upper) -> None:
    values, tree = made.values(6), made.two_branches(lower, upper)
    start = tree.total(made.min_max(values))[2]
    best = by_brute_force(2, values, LEVERS, made.min_max, tree, -np.inf)
    assert best is not None
    for share in (0.1, 0.4, 0.8):
        least = start + share * (70 - start)
        found = cheapest_bundle(2, values, LEVERS, made.min_max, tree, least)
        expected = by_brute_force(2, values, LEVERS, made.min_max, tree, least)
        if expected is None:
            assert not found.reaches
        else:
            assert found.reaches
            assert found.cost == expected[0]
            assert found.score == pytest.approx(-expected[1], rel=1e-9)


@st.composite
def problems(draw):
    units = draw(st.integers(2, 4))
    number = st.integers(0, 8).map(float)
    values = np.array(draw(st.lists(
        st.lists(number, min_size=5, max_size=5), min_size=units, max_size=units
    )))  # fmt: skip
    values[1:, draw(st.integers(0, 4))] = np.nan  # others may lack what the unit has
    columns = draw(st.lists(st.integers(0, 4), unique=True, min_size=1, max_size=3))
    levers = [
        Lever(
            column,
            draw(st.sampled_from([-2.0, 1.0, 3.0])),
            draw(st.integers(1, 3)),
            draw(st.sampled_from([0.0, 1.0, 1.0, 2.5])),
        )
        for column in columns
    ]
    return values, levers, draw(st.integers(0, 100))


def fixed_posts(values):
    return np.clip(values / 10, 0, 1) * 90 + 10


@settings(max_examples=60)
@given(problems(), st.sampled_from(made.ALL))
def test_bundles_equal_brute_force_on_anything_small(problem, lower) -> None:
    values, levers, least = problem
    tree = made.two_branches(lower)
    found = cheapest_bundle(0, values, levers, fixed_posts, tree, least)
    expected = by_brute_force(0, values, levers, fixed_posts, tree, least)
    assert found.reaches is (expected is not None)
    if expected is not None:
        assert found.cost == expected[0]
        assert found.score == pytest.approx(-expected[1], rel=1e-9)


def test_a_bundle_takes_the_cheap_way_round_a_dear_lever() -> None:
    tree = made.two_branches()
    values = np.full((2, 5), 5.0)
    levers = [Lever(0, 1, 5, 100), Lever(1, 1, 5, 1), Lever(2, 1, 5, 1)]
    found = cheapest_bundle(0, values, levers, fixed_posts, tree, 65)
    assert found.steps == (0, 5, 1)
    assert (found.cost, found.score) == (6.0, pytest.approx(65.71))


def test_a_goal_out_of_reach_tells_how_far_one_comes() -> None:
    values = np.full((2, 5), 5.0)
    levers = [Lever(0, 1, 9, 1)]
    found = cheapest_bundle(0, values, levers, fixed_posts, made.two_branches(), 99)
    assert (found.steps, found.reaches) == ((5,), False)  # the sixth step brings nothing more


def test_who_is_there_already_pays_nothing() -> None:
    found = cheapest_bundle(2, made.values(6), LEVERS, made.min_max, made.two_branches(), 0)
    assert (set(found.steps), found.cost, found.reaches) == ({0}, 0.0, True)


def test_a_missing_indicator_is_passed_over() -> None:
    values = np.full((2, 5), 5.0)
    values[0, 2] = np.nan
    levers = [Lever(0, 1, 5, 1)]
    found = cheapest_bundle(0, values, levers, fixed_posts, made.two_branches(), 60)
    expected = by_brute_force(0, values, levers, fixed_posts, made.two_branches(), 60)
    assert expected is not None
    assert found.cost == expected[0]


def test_where_scores_hang_together_the_frontier_says_so() -> None:
    def coupled(values):
        return fixed_posts(values) * (1 + values[:, :1])

    with pytest.raises(EvaluationError, match="不能逐级求得"):
        cheapest_bundle(
            0, np.full((2, 5), 2.0), [Lever(0, 1, 2, 1)], coupled, made.two_branches(), 99
        )


def test_a_rank_is_reached_by_search_as_by_brute_force() -> None:
    values, tree = made.values(6), made.two_branches()

    def rank(steps) -> int:
        return int(ranks(tree.total(made.min_max(moved(0, values, LEVERS, steps))))[0])

    goal = rank((0,) * 4) - 1
    found = cheapest_by_search(LEVERS, lambda steps: rank(steps) <= goal)
    assert found is not None

    def cost(steps) -> float:
        return sum(lever.cost * each for lever, each in zip(LEVERS, steps, strict=True))

    every = product(*(range(lever.most + 1) for lever in LEVERS))
    assert cost(found) == min(cost(steps) for steps in every if rank(steps) <= goal)
    assert cheapest_by_search(LEVERS, lambda steps: rank(steps) < 1) is None


def test_a_search_without_end_is_given_up() -> None:
    with pytest.raises(EvaluationError, match="太多"):
        cheapest_by_search([Lever(0, 1, 10**6, 1)], lambda _: False)


def test_gains_are_what_evaluating_again_says() -> None:
    values, tree = made.values(8), made.two_branches()

    def evaluate(found):
        return tree.total(made.min_max(found))

    scores = evaluate(values)
    unit = int(np.argsort(scores)[3])
    gains = marginal_gains(unit, values, LEVERS, evaluate, BANDS)
    assert [gain.score for gain in gains] == sorted((gain.score for gain in gains), reverse=True)
    for gain in gains:
        after = evaluate(moved(unit, values, [gain.lever], [1]))
        assert gain.score == after[unit] - scores[unit]
        assert gain.places == ranks(scores)[unit] - ranks(after)[unit]
        assert gain.cost == gain.lever.cost


def test_gains_tell_how_many_steps_gain_a_place_and_a_class() -> None:
    tree = Tree(5, made.two_branches().joints, (1, 1, 0))
    values = np.array([[5.0] * 5, [5.5] * 5])
    gains = marginal_gains(
        0, values, [Lever(0, 1, 5, 1), Lever(4, 1, 1, 1)],
        lambda found: tree.total(fixed_posts(found)), BANDS,
    )  # fmt: skip
    by_column = {gain.lever.indicator: gain for gain in gains}
    # 55 to 59.5 of the other: 3.15 a step of the first, 1.08 a step of the last
    assert (by_column[0].steps_to_rank, by_column[0].steps_to_class) == (2, 2)
    assert (by_column[4].steps_to_rank, by_column[4].steps_to_class) == (None, None)
    assert (by_column[0].places, by_column[0].band) == (0, "C")


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        (Lever(0, 0.0, 1, 1), "步长"),
        (Lever(0, 1.0, 0, 1), "步长"),
        (Lever(0, 1.0, 1, -1), "步长"),
        (Lever(0, 1.0, 1, float("nan")), "步长"),
        (Lever(2, 1.0, 1, 1), "没有数值"),
        (Lever(1, 1.0, 1, 1), "重复"),
    ],
    ids=["no step", "no steps", "a gift", "no cost", "a missing value", "twice"],
)
def test_levers_that_cannot_be_moved_are_refused(lever: Lever, says: str) -> None:
    values = np.full((2, 5), 5.0)
    values[0, 2] = np.nan
    with pytest.raises(EvaluationError, match=says):
        marginal_gains(0, values, [Lever(1, 1, 1, 1), lever], lambda found: found.mean(axis=1))


def test_zero_under_a_geometric_mean_is_refused() -> None:
    tree = made.two_branches(made.GEOMETRIC)
    with pytest.raises(EvaluationError, match="大于 0"):
        cheapest_bundle(0, np.zeros((2, 5)), [Lever(0, 1, 1, 1)], np.copy, tree, 99)


def test_a_unit_without_a_score_has_nothing_to_improve() -> None:
    def evaluate(found):
        return np.where(np.arange(len(found)) == 0, np.nan, found.mean(axis=1))

    with pytest.raises(EvaluationError, match="没有总分"):
        marginal_gains(0, made.values(3), [Lever(0, 1, 1, 1)], evaluate)
    values = made.values(3)
    values[0, 1:] = np.nan
    least = Aggregation("arithmetic", least=0.9)
    with pytest.raises(EvaluationError, match="没有总分"):
        cheapest_bundle(
            0, values, [Lever(0, 1, 1, 1)], made.min_max, made.two_branches(least, least), 99
        )


def test_a_score_by_comparing_pairs_has_no_bundle() -> None:
    tree = made.two_branches(Aggregation("copeland"))
    with pytest.raises(EvaluationError, match="科普兰"):
        cheapest_bundle(0, made.values(3), [Lever(0, 1, 1, 1)], np.copy, tree, 99)
