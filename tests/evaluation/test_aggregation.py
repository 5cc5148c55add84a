"""Means of parts on scores that can be checked by hand, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.aggregation import Aggregation, NotPositiveError, aggregate, outranking
from kechuang.evaluation.errors import EvaluationError

NAN = float("nan")
SQUARES = Aggregation("generalised", power=2)


@pytest.mark.parametrize(
    ("method", "scores", "weights", "mean"),
    [
        (Aggregation(), [40, 80], [1, 1], 60),
        (Aggregation(), [40, 80], [1, 3], 70),
        (Aggregation(), [40, NAN, 80], [1, 5, 1], 60),
        (Aggregation(), [NAN, NAN], [1, 1], NAN),
        (Aggregation(), [-40, 80], [1, 1], 20),
        (Aggregation(least=0.6), [40, NAN], [1, 1], NAN),
        (Aggregation(least=0.5), [40, NAN], [1, 1], 40),
        (Aggregation("geometric"), [20, 80], [1, 1], 40),
        (Aggregation("geometric"), [20, NAN, 80], [1, 1, 1], 40),
        (Aggregation("geometric"), [0, 50], [0, 1], 50),
        (Aggregation("harmonic"), [20, 80], [1, 1], 32),
        (SQUARES, [30, 40], [1, 1], np.sqrt(1250)),
        (Aggregation("generalised", power=1), [30, 40], [1, 1], 35),
        (Aggregation("generalised", power=-1), [20, 80], [1, 1], 32),
        (Aggregation("generalised", power=0.5), [0, 4], [1, 1], 1),
    ],
)
def test_mean_is_that_of_the_formula(
    method: Aggregation, scores: list[float], weights: list[float], mean: float
) -> None:
    found = aggregate(np.array([scores], dtype=np.float64), np.array(weights, dtype=float), method)

    assert found.tolist() == pytest.approx([mean], nan_ok=True)


@pytest.mark.parametrize(
    ("method", "score"),
    [
        (Aggregation("geometric"), 0.0),
        (Aggregation("geometric"), -1.0),
        (Aggregation("harmonic"), 0.0),
        (Aggregation("generalised", power=-0.5), 0.0),
        (Aggregation("generalised", power=0.5), -1.0),
    ],
)
def test_zero_and_negative_scores_are_refused_with_their_place(
    method: Aggregation, score: float
) -> None:
    scores = np.array([[50.0, 60.0], [50.0, score]])

    with pytest.raises(NotPositiveError) as refused:
        aggregate(scores, np.ones(2), method)

    assert (refused.value.unit, refused.value.part, refused.value.value) == (1, 1, score)
    assert refused.value.code == "not_positive"


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -0.5], [1.0, NAN]])
def test_weights_that_weigh_nothing_are_refused(weights: list[float]) -> None:
    for method in (Aggregation(), Aggregation("copeland")):
        with pytest.raises(EvaluationError) as refused:
            aggregate(np.ones((2, 2)), np.array(weights), method)
        assert refused.value.code == "weights"


def test_power_zero_is_refused() -> None:
    with pytest.raises(EvaluationError, match="几何平均"):
        aggregate(np.ones((1, 1)), np.ones(1), Aggregation("generalised", power=0))


def test_outranking_gives_each_indicator_to_the_better_and_halves_ties() -> None:
    scores = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 4.0]])

    found = outranking(scores, np.array([2.0, 1.0, 1.0]))

    assert found.tolist() == [[0.0, 0.625], [0.375, 0.0]]


def test_outranking_leaves_out_what_one_of_the_two_lacks() -> None:
    scores = np.array([[3.0, NAN], [1.0, 9.0]])

    assert outranking(scores, np.ones(2)).tolist() == [[0.0, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("scores", "wins"),
    [
        ([[3, 3], [2, 2], [1, 1]], [2, 0, -2]),
        ([[3, 1], [1, 3]], [0, 0]),
        ([[1, 1], [1, 1]], [0, 0]),
        ([[1, 2, 3], [2, 3, 1], [3, 1, 2]], [0, 0, 0]),
    ],
)
def test_copeland_counts_victories_less_defeats(
    scores: list[list[float]], wins: list[float]
) -> None:
    array = np.array(scores, dtype=np.float64)

    found = aggregate(array, np.ones(array.shape[1]), Aggregation("copeland"))

    assert found.tolist() == wins


def test_copeland_is_even_where_equal_weights_only_round_apart() -> None:
    """Of 49 equal weights, 24 and a tie make exactly a half, whatever their sum rounds to."""
    one, other = np.zeros(49), np.zeros(49)
    one[:24] = 1.0
    other[25:] = 1.0

    found = aggregate(np.array([one, other]), np.full(49, 1 / 49), Aggregation("copeland"))

    assert found.tolist() == [0.0, 0.0]


@settings(max_examples=30)
@given(
    scores=st.lists(st.lists(st.floats(0.5, 100), min_size=3, max_size=3), min_size=1, max_size=6),
    weights=st.lists(st.floats(0.1, 10), min_size=3, max_size=3),
)
def test_means_lie_in_their_order_between_the_least_and_greatest_score(
    scores: list[list[float]], weights: list[float]
) -> None:
    array, weight = np.array(scores), np.array(weights)
    names = ("harmonic", "geometric", "arithmetic")

    harmonic, geometric, arithmetic = (
        aggregate(array, weight, Aggregation(name)) for name in names
    )

    noise = 1e-9
    assert (array.min(axis=1) <= harmonic + noise).all()
    assert (harmonic <= geometric + noise).all()
    assert (geometric <= arithmetic + noise).all()
    assert (arithmetic <= array.max(axis=1) + noise).all()


@settings(max_examples=20)
@given(scores=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=6))
def test_copeland_sums_to_zero_and_follows_the_outranking_matrix(
    scores: list[list[int]],
) -> None:
    array, weight = np.array(scores, dtype=np.float64), np.array([1.0, 2.0, 4.0])

    found = aggregate(array, weight, Aggregation("copeland"))

    matrix = outranking(array, weight)
    signs = np.sign(np.round(matrix - 0.5, 12))
    np.fill_diagonal(signs, 0)
    assert found.tolist() == signs.sum(axis=1).tolist()
    assert found.sum() == 0
