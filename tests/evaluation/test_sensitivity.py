"""Indices of functions whose indices are known."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from kechuang.evaluation.low_discrepancy import points, primitive_polynomials
from kechuang.evaluation.sensitivity import Indices, sobol

Floats = NDArray[np.float64]


def ishigami(rows: Floats) -> Floats:
    one, two, three = (rows.T - 0.5) * 2 * math.pi
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def ishigami_known() -> tuple[dict[str, float], dict[str, float]]:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    of_one = (1 + 0.1 * math.pi**4 / 5) ** 2 / 2
    of_two = 7**2 / 8
    of_both = 0.1**2 * math.pi**8 * 8 / 225
    variance = of_one + of_two + of_both
    first = {"one": of_one / variance, "two": of_two / variance, "three": 0.0}
    total = {
        "one": (of_one + of_both) / variance,
        "two": of_two / variance,
        "three": of_both / variance,
    }
    return first, total


WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)


def g_function(rows: Floats) -> Floats:
    weights = np.array(WEIGHTS)
    return ((np.abs(4 * rows - 2) + weights) / (1 + weights)).prod(axis=1)


def g_known() -> tuple[dict[str, float], dict[str, float]]:
    """Saltelli and Sobol' (1995): the variance of a product of independent factors."""
    parts = [1 / (3 * (1 + weight) ** 2) for weight in WEIGHTS]
    variance = math.prod(1 + part for part in parts) - 1
    first = {str(at): part / variance for at, part in enumerate(parts)}
    total = {
        str(at): part * math.prod(1 + each for each in (*parts[:at], *parts[at + 1 :])) / variance
        for at, part in enumerate(parts)
    }
    return first, total


@pytest.mark.parametrize("seed", [1, 20, 300])
@pytest.mark.parametrize(
    ("function", "inputs", "known"),
    [
        (ishigami, dict.fromkeys(("one", "two", "three"), 1), ishigami_known()),
        (g_function, {str(at): 1 for at in range(len(WEIGHTS))}, g_known()),
    ],
    ids=["ishigami", "g"],
)
def test_known_indices_lie_within_their_intervals(function, inputs, known, seed: int) -> None:
    found = sobol(function, inputs, seed=seed, sample=2048)
    for order, truth in zip((found.first, found.total), known, strict=True):
        for name, share in order.items():
            assert share.low <= truth[name] <= share.high, name
            assert share.high - share.low < 0.35, "an interval that says nothing"
    assert found.evaluations == 2048 * (len(inputs) + 2)


def test_estimates_come_near_the_known_indices() -> None:
    first, total = ishigami_known()
    found = sobol(ishigami, dict.fromkeys(("one", "two", "three"), 1), seed=5, sample=8192)
    for name in first:
        assert found.first[name].value == pytest.approx(first[name], abs=0.01)
        assert found.total[name].value == pytest.approx(total[name], abs=0.01)
    assert found.mean == pytest.approx(3.5, abs=0.01)
    assert found.variance == pytest.approx(13.844588, rel=0.01)


def test_inputs_drawn_together_count_as_one() -> None:
    """In a sum the share of a group is the sum of the shares of its members."""
    found = sobol(lambda rows: rows @ np.array([1.0, 2, 2]), {"pair": 2, "one": 1}, seed=3)
    assert found.first["pair"].value == pytest.approx(5 / 9, abs=0.01)
    assert found.total["one"].value == pytest.approx(4 / 9, abs=0.01)


def test_where_nothing_moves_the_result_all_shares_are_nought() -> None:
    found = sobol(lambda rows: np.full(len(rows), 7.0), {"one": 1, "two": 2}, seed=1, sample=64)
    assert found.variance == 0
    shares = [*found.first.values(), *found.total.values()]
    assert all(each.value == each.low == each.high == 0 for each in shares)


def test_an_input_without_effect_has_no_total_share() -> None:
    found = sobol(lambda rows: rows[:, 0], {"one": 1, "idle": 1}, seed=1, sample=256)
    assert found.total["idle"].value == 0
    assert found.first["one"].value == pytest.approx(1, abs=0.02)


def test_the_same_seed_gives_the_same_indices_and_another_others() -> None:
    def indices(seed: int) -> Indices:
        return sobol(ishigami, {"all": 3}, seed=seed, sample=128)

    assert indices(1) == indices(1)
    assert indices(1) != indices(2)


@pytest.mark.parametrize(
    ("inputs", "function", "sample"),
    [
        ({}, ishigami, 64),
        ({"one": 0}, ishigami, 64),
        ({"one": 3}, ishigami, 100),
        ({"one": 3}, lambda rows: rows, 64),
        ({"one": 3}, lambda rows: np.full(len(rows), math.nan), 64),
    ],
    ids=["no input", "an input of no column", "no power of two", "a matrix", "no number"],
)
def test_what_cannot_be_analysed_is_refused(inputs, function, sample: int) -> None:
    with pytest.raises(ValueError, match=r"input|power|finite"):
        sobol(function, inputs, seed=1, sample=sample)


@pytest.mark.parametrize("dimensions", [1, 2, 40, 300])
def test_each_interval_of_each_dimension_has_its_point(dimensions: int) -> None:
    found = points(256, dimensions, seed=9)
    for cut in (1, 16, 256):
        cells = np.sort(np.floor(found[:cut] * cut).astype(int), axis=0)
        assert (cells == np.arange(cut)[:, None]).all()


def test_points_integrate_better_than_random_ones() -> None:
    def error(rows: Floats) -> float:
        return abs(float((1 + (rows - 0.5)).prod(axis=1).mean()) - 1)

    even = np.mean([error(points(1024, 6, seed)) for seed in range(20)])
    uneven = np.mean([error(np.random.default_rng(seed).random((1024, 6))) for seed in range(20)])
    assert even < uneven / 5


def test_polynomials_are_the_primitive_ones() -> None:
    counts = [1, 1, 2, 2, 6, 6, 18, 16]  # Euler's function of 2^s - 1, divided by s
    found = [each.bit_length() - 1 for each in islice(primitive_polynomials(), sum(counts))]
    assert [found.count(degree) for degree in range(1, 9)] == counts
