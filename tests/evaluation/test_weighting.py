"""Weights found from data and from comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.weighting import (
    ahp_weights,
    critic_weights,
    entropy_weights,
    equal_weights,
    pca_weights,
    principal_components,
    variation_weights,
)

NAN = float("nan")
SCORES = np.array([[0.0, 50.0, 10.0], [50.0, 60.0, 40.0], [100.0, 70.0, 90.0]])


def test_equal_weights_share_one() -> None:
    assert equal_weights(4).tolist() == [0.25] * 4


def test_entropy_weights_are_those_of_the_formula() -> None:
    entropies = []
    for column in SCORES.T:
        shares = [each / column.sum() for each in column]
        entropies.append(-sum(p * np.log(p) for p in shares if p) / np.log(3))
    spread = 1 - np.array(entropies)

    assert entropy_weights(SCORES).tolist() == pytest.approx((spread / spread.sum()).tolist())


def test_variation_weights_are_deviation_over_mean() -> None:
    ratios = SCORES.std(axis=0, ddof=1) / SCORES.mean(axis=0)

    assert variation_weights(SCORES).tolist() == pytest.approx((ratios / ratios.sum()).tolist())


def test_critic_weights_are_spread_times_disagreement() -> None:
    together = np.corrcoef(SCORES.T)
    content = SCORES.std(axis=0, ddof=1) * (1 - together).sum(axis=1)

    assert critic_weights(SCORES).tolist() == pytest.approx((content / content.sum()).tolist())


@pytest.mark.parametrize("weigh", [entropy_weights, variation_weights, critic_weights])
def test_an_indicator_that_is_the_same_everywhere_weighs_nothing(weigh: object) -> None:
    flat = np.column_stack([SCORES[:, 0], [0.1, 0.1, 0.1], [5.0, 90.0, 20.0]])

    weights = weigh(flat)  # type: ignore[operator]

    assert weights[1] == 0
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("weigh", [entropy_weights, variation_weights, critic_weights, pca_weights])
@pytest.mark.parametrize(
    ("scores", "code"),
    [
        pytest.param([[1.0, 2.0]], "no_spread", id="one unit"),
        pytest.param([[1.0, NAN], [NAN, 2.0], [1.0, 2.0]], "no_spread", id="one complete unit"),
        pytest.param([[5.0, 7.0], [5.0, 7.0]], "no_spread", id="nothing differs"),
    ],
)
def test_weights_from_nothing_are_refused(
    weigh: object, scores: list[list[float]], code: str
) -> None:
    with pytest.raises(EvaluationError) as refused:
        weigh(np.array(scores))  # type: ignore[operator]

    assert refused.value.code == code


@pytest.mark.parametrize("weigh", [entropy_weights, variation_weights])
def test_shares_of_negative_scores_are_refused(weigh: object) -> None:
    with pytest.raises(EvaluationError) as refused:
        weigh(np.array([[-2.0, 1.0], [1.0, 2.0], [-5.0, 4.0]]))  # type: ignore[operator]

    assert refused.value.code == "not_positive"


def test_units_that_lack_a_part_are_left_out_of_finding_weights() -> None:
    gaps = np.vstack([SCORES, [NAN, 1000.0, 3.0]])

    assert entropy_weights(gaps).tolist() == entropy_weights(SCORES).tolist()


def test_principal_components_explain_all_of_the_variance() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(size=(40, 4)) @ rng.normal(size=(4, 4))

    found = principal_components(scores)

    together = np.corrcoef(scores.T)
    assert found.variances.sum() == pytest.approx(4)
    assert found.shares.tolist() == pytest.approx((found.variances / 4).tolist())
    assert (np.diff(found.variances) <= 0).all()
    rebuilt = found.loadings @ np.diag(found.variances) @ found.loadings.T
    assert np.abs(rebuilt - together).max() < 1e-12


def test_weights_of_a_first_component_of_one_sign_follow_its_loadings() -> None:
    loadings = principal_components(SCORES).loadings[:, 0]

    assert pca_weights(SCORES).tolist() == pytest.approx((loadings / loadings.sum()).tolist())
    assert pca_weights(SCORES, squared=True).tolist() == pytest.approx((loadings**2).tolist())


def test_a_first_component_of_two_signs_is_refused_unless_squared() -> None:
    against = np.column_stack([SCORES[:, 0], SCORES[:, 1], -SCORES[:, 2]])

    with pytest.raises(EvaluationError, match="第 3 项"):
        pca_weights(against)

    assert pca_weights(against, squared=True).sum() == pytest.approx(1)


def test_consistent_comparisons_give_their_own_ratios() -> None:
    weights = np.array([0.5, 0.3, 0.2])

    found = ahp_weights(weights[:, None] / weights)

    assert found.weights.tolist() == pytest.approx(weights.tolist())
    assert found.largest == pytest.approx(3)
    assert found.ratio == pytest.approx(0, abs=1e-12)


def test_comparisons_of_a_textbook() -> None:
    """Three criteria compared 1/3, 5 and 7: by hand, powers of the matrix give these."""
    matrix = np.array([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    power = np.linalg.matrix_power(matrix, 30).sum(axis=1)

    found = ahp_weights(matrix)

    assert found.weights.tolist() == pytest.approx((power / power.sum()).tolist())
    assert found.index == pytest.approx((found.largest - 3) / 2)
    assert found.ratio == pytest.approx(found.index / 0.58)
    assert 0 < found.ratio < 0.1


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        pytest.param([[1, 9, 1], [1 / 9, 1, 9], [1, 1 / 9, 1]], "inconsistent", id="in a circle"),
        pytest.param([[1, 2], [2, 1]], "schema", id="not reciprocal"),
        pytest.param([[1, 0], [1, 1]], "schema", id="zero"),
        pytest.param([[1, 2, 3], [1, 1, 1]], "schema", id="not square"),
        pytest.param(np.ones((11, 11)).tolist(), "schema", id="too many for the check"),
    ],
)
def test_comparisons_that_cannot_be_used_are_refused(matrix: list[list[float]], code: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        ahp_weights(np.array(matrix, dtype=np.float64))

    assert refused.value.code == code


@settings(max_examples=30)
@given(
    scores=st.lists(st.lists(st.integers(0, 100), min_size=3, max_size=3), min_size=3, max_size=10)
)
def test_found_weights_are_shares(scores: list[list[int]]) -> None:
    array = np.array(scores, dtype=np.float64)
    for weigh in (entropy_weights, variation_weights, critic_weights):
        try:
            weights = weigh(array)
        except EvaluationError:
            continue
        assert (weights >= 0).all()
        assert weights.sum() == pytest.approx(1)
