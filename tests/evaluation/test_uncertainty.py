"""Many draws at once are what each of them evaluated by itself is."""

from __future__ import annotations

import math
import warnings

import made_trees as made
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from kechuang.evaluation import uncertainty
from kechuang.evaluation.aggregation import Aggregation, aggregate
from kechuang.evaluation.choices import AS_IT_IS, Choices, draws_of
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.placing import ranks_of
from kechuang.evaluation.quantiles import quantiles
from kechuang.evaluation.ranking import Band, ranks
from kechuang.evaluation.trees import Joint, Tree
from kechuang.evaluation.uncertainty import Problem, sensitivity, simulate, simulate_draws

COPELAND = Aggregation("copeland")
BOTH = (made.ARITHMETIC, made.GEOMETRIC)


def problem(choices: Choices, matrices, tree: Tree | None = None, decimals: int = 9) -> Problem:
    units = [str(row) for row in range(len(matrices[0]))]
    return Problem(units, tree or made.two_branches(), matrices[0], matrices, choices, decimals)


def matrices(units: int, count: int = 1, missing: float = 0.0) -> list[made.Floats]:
    found = [made.min_max(made.values(units, seed=seed)) for seed in range(count)]
    holes = np.random.default_rng(9).random(found[0].shape) < missing
    return [np.where(holes, np.nan, each) for each in found]


def one_by_one(asked: Problem, draws, row: int) -> made.Floats:
    """The total of each unit in one draw, branch by branch; a branch left out is none."""
    tree, factors = asked.tree, draws.multipliers[row]
    values = [*asked.matrices[draws.scales[row]].T]
    there = [factor > 0 for factor in factors[: tree.leaves]]
    for joint, depth in zip(tree.joints, tree.depths, strict=True):
        chosen = draws.aggregations[row, depth]
        mean = joint.aggregation
        if chosen != AS_IT_IS:
            other = asked.choices.aggregations[chosen]
            mean = Aggregation(other.method, other.power, mean.least)
        parts = [
            (part, weight * factors[part])
            for part, weight in zip(joint.parts, joint.weights, strict=True)
        ]
        weights = np.array([weight if there[part] else 0 for part, weight in parts])
        there.append(weights.sum() > 0)
        if there[-1]:
            scores = np.column_stack([values[part] for part, _ in parts])
            values.append(aggregate(scores, weights, mean))
        else:
            values.append(np.full(len(values[0]), np.nan))
    return values[-1]


LEAST = Aggregation("arithmetic", least=0.6)
DEEP = Tree(
    5,
    (
        Joint((0, 1), (1, 2), made.ARITHMETIC),
        Joint((2, 5), (1, 3), made.ARITHMETIC),
        Joint((3,), (1,), made.GEOMETRIC),
        Joint((6, 7, 4), (2, 1, 1), made.ARITHMETIC),
    ),
    (2, 1, 1, 0),
)


@pytest.mark.parametrize("missing", [0.0, 0.25], ids=["whole", "with gaps"])
@pytest.mark.parametrize(
    ("choices", "tree"),
    [
        (Choices({"scale": 3}, noise=0.25), made.two_branches()),
        (Choices({}, BOTH, noise=0.5), made.two_branches()),
        (Choices({"scale": 2}, made.ALL, by_level=True, noise=0.25), made.two_branches()),
        (Choices({}, noise=0.25), made.two_branches(made.GEOMETRIC, made.HARMONIC)),
        (Choices({"scale": 2}, noise=0.1), made.two_branches(made.ROOTS, made.ROOTS)),
        (Choices({}, (made.HARMONIC,)), made.two_branches()),
        (Choices({}, left_out=(0, 1, 2, 3, 4), noise=0.25), made.two_branches()),
        (Choices({}, BOTH, by_level=True, left_out=(3,), noise=0.25), DEEP),
        (Choices({}, noise=0.25), DEEP),
        (Choices({}, noise=0.25), made.two_branches(LEAST, LEAST)),
        (Choices({}, (COPELAND, made.ARITHMETIC), by_level=True, noise=0.9), made.two_branches()),
    ],
    ids=[
        "weights and scale", "means", "means by level", "mixed means", "roots", "another mean",
        "one left out", "the only one left out", "deep", "least share", "by pairs",
    ],
)  # fmt: skip
def test_scores_are_those_of_one_by_one(choices: Choices, tree: Tree, missing: float) -> None:
    asked = problem(choices, matrices(12, choices.scales.get("scale", 1), missing), tree)
    columns = sum(choices.inputs(tree).values())
    draws = draws_of(np.random.default_rng(4).random((60, columns)), tree, choices)
    found = simulate_draws(asked, draws)
    for row in range(len(draws)):
        expected = one_by_one(asked, draws, row)
        np.testing.assert_allclose(found.scores[row], expected, rtol=1e-12)
        assert (found.places[row] == ranks(np.round(expected, 9))).all()


def test_draws_span_what_there_is_to_choose() -> None:
    choices = Choices({"scale": 3, "other": 2}, BOTH, noise=0.25, left_out=(1, 2))
    tree = made.two_branches()
    assert choices.inputs(tree) == {
        "scale": 1, "other": 1, "aggregation": 1, "weights": 7, "left out": 1,
    }  # fmt: skip
    draws = draws_of(np.random.default_rng(1).random((3000, 11)), tree, choices)
    assert set(draws.scales.tolist()) == set(range(6))
    assert set(draws.aggregations.ravel().tolist()) == {0, 1}
    assert (draws.aggregations == draws.aggregations[:, :1]).all()
    left = draws.multipliers == 0
    assert left.any(axis=0).tolist() == [False, True, True, *[False] * 5]
    assert np.mean(left.any(axis=1)) == pytest.approx(2 / 3, abs=0.05)
    noise = draws.multipliers[:, :7][draws.multipliers[:, :7] > 0]
    assert 0.75 <= noise.min() < 0.76
    assert 1.24 < noise.max() <= 1.25
    assert (draws.multipliers[:, 7] == 1).all()


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = problem(Choices({"scale": 2}, BOTH, noise=0.25), matrices(3000, 2))
    found = simulate(asked, 200, seed=7)
    monkeypatch.setattr("kechuang.evaluation.scoring.threads", lambda: 1)
    monkeypatch.setattr("kechuang.evaluation.placing.threads", lambda: 3)
    again, other = simulate(asked, 200, seed=7), simulate(asked, 200, seed=8)
    assert found.scores.tobytes() == again.scores.tobytes()
    assert found.places.tobytes() == again.places.tobytes()
    assert found.scores.tobytes() != other.scores.tobytes()


def test_intervals_are_quantiles_of_the_ranks() -> None:
    found = simulate(problem(Choices({}, BOTH, noise=0.25), matrices(15)), 400, seed=2)
    told = found.intervals(0.9)
    assert (told.place == ranks(found.score)).all()
    np.testing.assert_allclose(told.mean, found.places.mean(axis=0))
    for share, value in zip((0.05, 0.5, 0.95), (told.low, told.median, told.high), strict=True):
        np.testing.assert_allclose(value, np.quantile(found.places, share, axis=0))
    np.testing.assert_allclose(
        found.score_quantiles([0.1])[0], np.quantile(found.scores, 0.1, axis=0)
    )


def test_classes_are_counted_over_the_draws() -> None:
    found = simulate(problem(Choices({}, noise=0.9), matrices(15)), 400, seed=2)
    bands = [Band("C", 0), Band("A", 40), Band("B", 20)]
    shares = found.class_shares(bands)
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares[0], (found.scores >= 40).mean(axis=0))
    np.testing.assert_allclose(shares[2], (found.scores < 20).mean(axis=0))


def test_what_moves_nothing_has_no_share_and_what_does_has_one() -> None:
    asked = problem(Choices({"same": 2}, BOTH, noise=0.25), [matrices(15)[0]] * 2)
    found = sensitivity(asked, seed=3, sample=256)
    assert found.total["same"].value == 0
    assert min(found.total["aggregation"].low, found.total["weights"].low) > 0.01


def nothing_warns(asked: Problem) -> uncertainty.Simulation:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = simulate(asked, 50, seed=1)
        found.intervals()
        found.score_quantiles([0.5])
        return found


def test_a_unit_without_data_has_no_rank_and_takes_nobodys() -> None:
    [matrix] = matrices(6)
    matrix[2] = np.nan
    found = nothing_warns(problem(Choices({}, noise=0.25), [matrix]))
    assert (found.places[:, 2] == 0).all()
    assert sorted(found.places[0].tolist()) == [0, 1, 2, 3, 4, 5]
    told = found.intervals()
    assert math.isnan(told.mean[2])
    assert math.isnan(told.low[2])


def test_a_unit_that_is_left_out_of_some_draws_is_ranked_in_the_others() -> None:
    one, other = matrices(6, 2)
    other[2] = np.nan
    found = nothing_warns(problem(Choices({"rule": 2}, noise=0.25), [one, other]))
    has = found.places[:, 2] > 0
    assert 0 < has.sum() < len(has)
    assert found.places.max(axis=1).tolist() == np.where(has, 6, 5).tolist()
    assert found.mean_place[2] == found.places[has, 2].mean()
    assert found.intervals().low[2] == np.quantile(found.places[has, 2], 0.05)


@pytest.mark.parametrize("cause", ["one unit", "a constant indicator", "all alike"])
def test_nothing_to_compare_is_no_error(cause: str) -> None:
    [matrix] = matrices(1 if cause == "one unit" else 5)
    if cause == "a constant indicator":
        matrix[:, 1] = np.nan
    else:
        matrix[:] = 50.0
    found = nothing_warns(problem(Choices({}, BOTH, noise=0.25), [matrix]))
    assert np.isfinite(found.scores).all()
    if cause != "a constant indicator":
        assert (found.places == 1).all()  # rounding keeps equal scores equal


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_zero_or_less_under_a_geometric_mean_is_explained(value: float) -> None:
    [matrix] = matrices(5)
    matrix[1, 1] = value
    with pytest.raises(EvaluationError, match=f"大于 0.*{value:g}"):
        simulate(problem(Choices({}, BOTH), [matrix]), 20, seed=1)
    upper = made.two_branches(made.ARITHMETIC, made.GEOMETRIC)
    matrix[:] = value
    with pytest.raises(EvaluationError, match="大于 0"):
        simulate(problem(Choices({}, noise=0.1), [matrix], upper), 20, seed=1)


def test_zero_has_a_square_root_and_less_has_none() -> None:
    [matrix] = matrices(5)
    matrix[1, 1] = 0
    choices = Choices({}, (made.ROOTS,), noise=0.1)
    assert np.isfinite(simulate(problem(choices, [matrix]), 20, seed=1).scores).all()
    matrix[1, 1] = -1
    with pytest.raises(EvaluationError, match="大于 0"):
        simulate(problem(choices, [matrix]), 20, seed=1)


def test_without_anything_to_draw_there_is_no_problem() -> None:
    with pytest.raises(EvaluationError, match="没有可以变动的选择"):
        problem(Choices({"scale": 1}, (made.ARITHMETIC,)), matrices(3))


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (-5, 1), (10, -1), (10**9, 1)])
def test_draws_that_cannot_be_made_are_refused(draws: int, seed: int) -> None:
    asked = problem(Choices({}, noise=0.1), matrices(3))
    with pytest.raises(EvaluationError, match="抽样"):
        simulate(asked, draws, seed)


SCORES = of_numpy.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 9)),
    elements=st.one_of(
        st.integers(-3, 3).map(float),
        st.floats(-100, 100),
        st.sampled_from([math.nan, 1.0000000004, 1.0, 0.9999999996, -0.0]),
    ),
)


@settings(max_examples=150)
@given(SCORES, st.integers(0, 12))
def test_ranks_of_draws_are_competition_ranks_of_rounded_scores(scores, decimals: int) -> None:
    expected = [ranks(np.round(row, decimals)) for row in scores]
    assert ranks_of(scores, decimals).tolist() == np.array(expected).tolist()


@pytest.mark.parametrize("huge", [1e12, 1e300, -1e300, math.inf])
def test_scores_too_large_for_keys_are_ranked_all_the_same(huge: float) -> None:
    scores = np.array([[1.0, huge, 2.0, 1.0, math.nan]])
    assert ranks_of(scores, 9).tolist() == [ranks(scores[0]).tolist()]


def test_more_units_than_a_small_number_holds_have_ranks() -> None:
    scores = np.arange(70_000.0)[None]
    assert ranks_of(scores, 3)[0, :2].tolist() == [70_000, 69_999]


@settings(max_examples=60)
@given(SCORES)
def test_quantiles_are_those_of_numpy(values) -> None:
    missing = np.isnan(values).any(axis=0)
    found = quantiles(values, [0, 0.05, 0.5, 1], missing)
    for column, line in enumerate(values.T):
        known = line[~np.isnan(line)]
        if known.size:
            expected = np.quantile(known, [0, 0.05, 0.5, 1])
            np.testing.assert_allclose(found[:, column], expected, atol=1e-12)
        else:
            assert np.isnan(found[:, column]).all()
