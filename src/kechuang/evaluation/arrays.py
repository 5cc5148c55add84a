"""Sums over units that pass over what is missing (NaN), without a warning where nothing is left.

Every function takes float64 of shape (units,) or (units, indicators) and reduces the units.
"""

from __future__ import annotations

from math import fsum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
"""Numbers of units and indicators; NaN is missing."""
Integers: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]


def known(values: Array) -> Array:
    """How many units have a value."""
    return np.asarray(np.isfinite(values).sum(axis=0), dtype=np.float64)


def smallest(values: Array) -> Any:
    """The smallest value; NaN where there is none."""
    return np.fmin.reduce(values, axis=0)


def largest(values: Array) -> Any:
    """The largest value; NaN where there is none."""
    return np.fmax.reduce(values, axis=0)


def mean(values: Array) -> Any:
    """The arithmetic mean; NaN where there is no value.

    The sum is exact before it is rounded, and the mean of equal values is that value, so that ties
    stay ties.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip(_exact_sum(values) / known(values), smallest(values), largest(values))


def _exact_sum(values: Array) -> Array:
    columns = values.reshape(values.shape[0], -1).T
    sums = [fsum(column[np.isfinite(column)].tolist()) for column in columns]
    return np.array(sums).reshape(values.shape[1:])


def deviation(values: Array) -> Any:
    """The standard deviation with n - 1; NaN with fewer than two values."""
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = _exact_sum((values - mean(values)) ** 2)
        free = known(values) - 1
        return np.sqrt(np.where(free > 0, squares / free, np.nan))


def median(values: Array) -> Any:
    """The median; NaN where there is no value."""
    count = known(values).astype(np.int64)
    ordered = np.sort(values, axis=0)  # missing values are sorted to the end
    low: Array = np.take_along_axis(
        ordered, np.expand_dims(np.maximum(count - 1, 0) // 2, 0), axis=0
    )
    high: Array = np.take_along_axis(ordered, np.expand_dims(count // 2 * (count > 0), 0), axis=0)
    middle: Array = np.asarray(low[0] + high[0]) / 2
    return np.where(count % 2 == 1, low[0], middle)


def same_everywhere(values: Array) -> Any:
    """Whether no two units differ, as where one unit or none has a value."""
    return ~(largest(values) > smallest(values))
