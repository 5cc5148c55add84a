"""Each method of normalisation on values that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.normalisation import (
    RELATIVE,
    Direction,
    Normalisation,
    compound_growth,
    growth_rates,
    normalise,
)

NAN, INF = float("nan"), float("inf")
BY_A_NUMBER = {"distance_to_unit", "distance_to_target", "share_of_best"}
GOALS = Normalisation("goalposts", posts=(10, 30))


@pytest.mark.parametrize(
    ("method", "direction", "values", "scores"),
    [
        (Normalisation("min_max"), 1, [10, 20, 30], [0, 50, 100]),
        (Normalisation("min_max"), -1, [10, 20, 30], [100, 50, 0]),
        (Normalisation("min_max", low=1), 1, [10, 20, 30], [1, 50.5, 100]),
        (Normalisation("min_max"), 1, [10, NAN, 30], [0, NAN, 100]),
        (Normalisation("min_max"), 1, [7, 7, 7], [NAN, NAN, NAN]),
        (Normalisation("z_score"), 1, [10, 20, 30], [-1, 0, 1]),
        (Normalisation("z_score", centre=10, spread=2), -1, [10, 20, 30], [12, 10, 8]),
        (Normalisation("z_score"), 1, [0.1] * 3, [NAN, NAN, NAN]),
        (GOALS, 1, [5, 10, 20, 30, 35], [0, 0, 50, 100, 100]),
        (GOALS, -1, [5, 10, 20, 30, 35], [100, 100, 50, 0, 0]),
        (GOALS, 1, [20], [50]),
        (Normalisation("yardstick", standard=8), 1, [0, 4, 8, 16], [0, 50, 100, 100]),
        (Normalisation("yardstick", standard=8, cap=None), 1, [16], [200]),
        (Normalisation("yardstick", standard=8), -1, [4, 8, 16, 0, NAN], [100, 100, 50, 100, NAN]),
        (Normalisation("distance_to_target", standard=30, cap=1), 1, [10, 20, 40], [0, 0.5, 1]),
        (Normalisation("distance_to_target", standard=10, cap=1), -1, [5, 20, 30], [1, 0.5, 0]),
        (Normalisation("distance_to_target", standard=30, cap=None), 1, [10, 40], [0, 1.5]),
        (Normalisation("distance_to_best"), 1, [10, 20, 30], [0, 0.5, 1]),
        (Normalisation("distance_to_unit", reference=1), 1, [10, 20, 40], [0, 1, 3]),
        (Normalisation("distance_to_unit", reference=0), 1, [10, 20], [NAN, INF]),
        (Normalisation("share_of_best"), 1, [10, 20, 40], [0.25, 0.5, 1]),
        (Normalisation("rank"), 1, [10, 30, 10, NAN, 20], [1, 4, 1, NAN, 3]),
        (Normalisation("rank"), -1, [10, 30, 10, 20], [3, 1, 3, 2]),
        (Normalisation("percentile_rank"), 1, [10, 30, 10, NAN, 20], [0, 1, 0, NAN, 2 / 3]),
        (Normalisation("borda"), 1, [10, 30, 20], [0, 2, 1]),
        (Normalisation("none"), -1, [10, 30], [-10, -30]),
    ],
)
def test_scores_are_those_of_the_formula(
    method: Normalisation, direction: Direction, values: list[float], scores: list[float]
) -> None:
    found = normalise(np.array(values, dtype=np.float64), method, direction=direction)

    assert found.tolist() == pytest.approx(scores, nan_ok=True)


@pytest.mark.parametrize(
    ("now", "before", "scores"),
    [
        pytest.param([8.0], [8.0], [70.0], id="no growth: only the level"),
        pytest.param([8.0], [4.0], [100.0], id="doubled: full marks for both"),
        pytest.param([4.0], [4.0], [35.0], id="half the level"),
        pytest.param([4.0], [NAN], [50.0], id="no year before: the level alone"),
        pytest.param([4.0], [0.0], [50.0], id="growth on nothing has no rate"),
        pytest.param([NAN], [4.0], [NAN], id="no value, no score"),
    ],
)
def test_level_and_growth_are_mixed_by_their_shares(
    now: list[float], before: list[float], scores: list[float]
) -> None:
    method = Normalisation(
        "level_growth",
        level=Normalisation("yardstick", standard=8),
        growth=Normalisation("goalposts", posts=(0, 20)),
        level_share=0.7,
    )

    found = normalise(np.array(now), method, earlier=np.array(before))

    assert found.tolist() == pytest.approx(scores, nan_ok=True)


def test_level_and_growth_without_any_year_before_is_refused() -> None:
    with pytest.raises(EvaluationError) as refused:
        normalise(np.array([1.0, 2.0]), Normalisation("level_growth"))

    assert refused.value.code == "year"


def test_growth_rate_of_what_was_negative_is_not_known() -> None:
    found = growth_rates(np.array([1.1, 5.0]), np.array([1.0, -1.0]))

    assert found.tolist() == pytest.approx([10.0, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("series", "rate"),
    [
        ([1.0, NAN, 1.21], 0.1),
        ([NAN, 2.0, 2.0], 0.0),
        ([0.0, 0.0, 0.0], 0.0),
        ([NAN, NAN, 3.0], NAN),
    ],
)
def test_compound_growth_is_between_the_first_and_last_known_year(
    series: list[float], rate: float
) -> None:
    found = compound_growth(np.array(series)[:, None], np.array([2020.0, 2021.0, 2022.0]))

    assert found.tolist() == pytest.approx([rate], nan_ok=True)


def test_compound_growth_takes_years_in_any_order() -> None:
    found = compound_growth(np.array([[1.21], [1.0]]), np.array([2022.0, 2020.0]))

    assert found.tolist() == pytest.approx([0.1])


@pytest.mark.parametrize(
    "name", sorted(RELATIVE - {"distance_to_unit", "share_of_best", "distance_to_target"})
)
@settings(max_examples=25)
@given(
    values=st.lists(st.integers(-1000, 1000), min_size=2, max_size=12, unique=True),
    direction=st.sampled_from([1, -1]),
)
def test_a_better_value_never_scores_less(
    name: str, values: list[int], direction: Direction
) -> None:
    array = np.array(values, dtype=np.float64)

    scores = normalise(array, Normalisation(name), direction=direction)  # type: ignore[arg-type]

    assert np.argsort(scores, kind="stable").tolist() == np.argsort(array * direction).tolist()


@settings(max_examples=25)
@given(values=st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=10))
def test_columns_of_a_matrix_are_scored_as_alone(values: list[float]) -> None:
    array = np.array(values)
    matrix = np.column_stack([array, array[::-1]])
    for name in ("min_max", "z_score", "rank", "share_of_best", "percentile_rank"):
        method = Normalisation(name)
        together = normalise(matrix, method)
        assert np.array_equal(together[:, 0], normalise(array, method), equal_nan=True)
        assert np.array_equal(together[:, 1], normalise(array[::-1], method), equal_nan=True)
