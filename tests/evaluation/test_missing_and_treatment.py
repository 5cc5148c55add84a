"""Missing values and outliers on columns that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.missing import Imputing, availability, impute, impute_years
from kechuang.evaluation.treatment import Treatment, kurtosis, log_shifted, passes, skewness, treat

NAN = float("nan")
GROUPS = ["城", "城", "乡", "乡", None]
COLUMN = [1.0, NAN, 5.0, 9.0, NAN]
SPIKE = np.array([*range(1, 21), 100.0])


@pytest.mark.parametrize(
    ("method", "filled"),
    [
        ("none", [1, NAN, 5, 9, NAN]),
        ("zero", [1, 0, 5, 9, 0]),
        ("mean", [1, 5, 5, 9, 5]),
        ("median", [1, 5, 5, 9, 5]),
        ("group_mean", [1, 1, 5, 9, NAN]),
        ("group_median", [1, 1, 5, 9, NAN]),
    ],
)
def test_missing_values_take_what_the_rule_says(method: Imputing, filled: list[float]) -> None:
    found = impute(np.array(COLUMN)[:, None], method, GROUPS)

    assert found[:, 0].tolist() == pytest.approx(filled, nan_ok=True)


@pytest.mark.parametrize(
    ("values", "middle"),
    [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5), ([NAN, 7.0], 7.0), ([NAN], NAN)],
)
def test_median_passes_over_what_is_missing(values: list[float], middle: float) -> None:
    found = impute(np.array([*values, NAN])[:, None], "median")

    assert found[-1, 0] == pytest.approx(middle, nan_ok=True)


def test_a_group_without_any_value_stays_missing() -> None:
    found = impute(np.array([[NAN], [NAN], [4.0]]), "group_mean", ["甲", "甲", "乙"])

    assert np.isnan(found[:2]).all()


@pytest.mark.parametrize(
    ("method", "code"), [("group_mean", "group"), ("last", "year"), ("linear", "year")]
)
def test_a_rule_without_what_it_needs_is_refused(method: Imputing, code: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        impute(np.array([[NAN], [1.0]]), method)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("method", "line"),
    [("last", [NAN, 2.0, 2.0, 8.0]), ("linear", [2.0, 2.0, 4.0, 8.0])],
)
def test_values_of_other_years_stand_in(method: Imputing, line: list[float]) -> None:
    panel = np.array([NAN, 2.0, NAN, 8.0]).reshape(4, 1, 1)

    found = impute_years(panel, [2020, 2021, 2022, 2024], method)

    assert found[:, 0, 0].tolist() == pytest.approx(line, nan_ok=True)


def test_a_rule_of_one_year_is_refused_over_years() -> None:
    with pytest.raises(EvaluationError) as refused:
        impute_years(np.zeros((1, 1, 1)), [2020], "mean")

    assert refused.value.code == "year"


def test_availability_is_the_share_of_indicators() -> None:
    assert availability(np.array([[1.0, NAN], [1.0, 2.0]])).tolist() == [0.5, 1.0]


def test_skewness_and_kurtosis_are_those_of_a_spreadsheet() -> None:
    """The values that the functions SKEW and KURT give for 3, 4, 5, 2, 3, 4, 5, 6, 4, 7."""
    values = np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])

    assert skewness(values) == pytest.approx(0.359543071)
    assert kurtosis(values) == pytest.approx(-0.151799637)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [4.0, 4.0, 4.0, 4.0], [NAN, 1.0]])
def test_too_few_or_equal_values_have_no_shape_and_pass(values: list[float]) -> None:
    array = np.array(values)

    assert np.isnan(kurtosis(array))
    assert passes(array, Treatment())
    assert treat(array, Treatment()).values.tolist() == pytest.approx(values, nan_ok=True)


def test_one_outlier_takes_the_next_value() -> None:
    found = treat(SPIKE, Treatment())

    assert found.values.tolist() == [*range(1, 21), 20.0]
    assert np.flatnonzero(found.high).tolist() == [20]
    assert not found.low.any()
    assert (found.is_changed, found.logged, found.passes) == (True, False, True)


def test_an_outlier_below_takes_the_next_value_above() -> None:
    found = treat(-SPIKE, Treatment())

    assert found.values.tolist() == [-each for each in [*range(1, 21), 20.0]]
    assert np.flatnonzero(found.low).tolist() == [20]


def test_missing_values_stay_missing_and_are_not_counted() -> None:
    found = treat(np.append(SPIKE, NAN), Treatment())

    assert np.isnan(found.values[-1])
    assert found.high.sum() == 1


@pytest.mark.parametrize(
    ("rule", "logged", "largest"),
    [
        (Treatment(points=0, transform="none"), False, 1e6),
        (Treatment(points=1, transform="none"), False, 1e5),
        (Treatment(points=1), True, np.log(1e6 * 1.01 - 1.01)),
    ],
)
def test_what_winsorising_does_not_heal_goes_back_and_through_the_logarithm(
    rule: Treatment, logged: bool, largest: float
) -> None:
    values = np.array([*[1.0] * 20, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6])

    found = treat(values, rule)

    assert found.logged == logged
    assert found.values.max() == pytest.approx(largest)
    assert found.high.any() == (rule.points > 0 and not logged)


def test_the_logarithm_can_follow_the_winsorised_values() -> None:
    values = np.array([*[1.0] * 20, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6])

    found = treat(values, Treatment(points=1, combined=True))

    assert found.values.max() == pytest.approx(np.log(1e5 * 1.01 - 1.01))
    assert found.high.any()


def test_units_that_share_the_extreme_value_move_together() -> None:
    values = np.array([*range(1, 31), 500.0, 500.0])

    found = treat(values, Treatment(points=1))

    assert found.high.sum() == 2
    assert found.values.max() == 30.0


@settings(max_examples=30)
@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_treatment_keeps_the_order_of_units(values: list[float]) -> None:
    array = np.array(values)

    found = treat(array, Treatment(points=3))

    order = np.argsort(array, kind="stable")
    assert (np.diff(found.values[order]) >= 0).all()


def test_the_logarithm_leaves_equal_values() -> None:
    assert log_shifted(np.array([3.0, 3.0])).tolist() == [3.0, 3.0]
