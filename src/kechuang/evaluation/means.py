"""Means as sums: what is summed under each, and back. Both are turned so that more stays better."""

from __future__ import annotations

import numpy as np

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.arrays import Array


def inner(values: Array, aggregation: Aggregation) -> Array:
    """What is summed under a mean, from values that are positive where the mean needs it."""
    method = aggregation.method
    if method == "arithmetic":
        return values
    if method == "geometric":
        return np.log(values)
    power = _power(aggregation)
    return np.asarray(np.sign(power) * values**power, dtype=np.float64)


def outer(sums: Array, aggregation: Aggregation, out: Array | None = None) -> Array:
    """The mean, from the weighted mean of what `inner` gives; written to `out`, as numpy does.

    The arithmetic mean is the sum itself and is not written anywhere.
    """
    method = aggregation.method
    if method == "arithmetic":
        return sums
    if method == "geometric":
        return np.exp(sums, out=out)
    power = _power(aggregation)
    return np.power(np.multiply(sums, np.sign(power), out=out), 1 / power, out=out)


def needs_positive(aggregation: Aggregation) -> bool:
    """Whether zero is too little for a mean."""
    return aggregation.method != "arithmetic" and _power(aggregation) <= 0


def refuses_negative(aggregation: Aggregation) -> bool:
    """Whether a value below zero has no power to take the mean of."""
    return aggregation.method != "arithmetic" and bool(_power(aggregation) % 1)


def _power(aggregation: Aggregation) -> float:
    """The power of the generalised mean that a mean is; that of the geometric is 0."""
    of_method = {"geometric": 0.0, "harmonic": -1.0}
    return of_method.get(aggregation.method, aggregation.power)
