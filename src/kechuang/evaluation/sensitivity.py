"""Which choice moves the result: variance-based indices of first and total order.

The share of the variance of a result that a choice explains by itself (first order), and with all
its interplay with the others (total order). Estimators: Saltelli et al. (2010) for the first order,
Jansen (1999) for the total. An input may be a group of numbers that are drawn together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kechuang.evaluation.low_discrepancy import points

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]

SAMPLE = 1024
RESAMPLES = 1000
CONFIDENCE = 0.95
_RESAMPLES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the variance with the interval that resampling gives it.

    An estimate is no probability: for a choice that does nothing it may lie a little below zero.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Indices:
    """The shares of each input by name, and what they are shares of.

    `variance` 0 says that nothing moves the result; all shares are 0 then.
    """

    first: Mapping[str, Share]
    total: Mapping[str, Share]
    mean: float
    variance: float
    evaluations: int


def sobol(
    function: Function,
    inputs: Mapping[str, int],
    *,
    seed: int,
    sample: int = SAMPLE,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Indices:
    """The indices of a function of independent numbers between 0 and 1.

    Args:
        function: takes points (rows, columns), gives one number a row.
        inputs: by name how many neighbouring columns belong to an input.
        seed: the same seed gives the same indices.
        sample: rows of the design, a power of two; the function sees `sample * (inputs + 2)`.
        resamples: of the bootstrap, whose quantiles are the intervals.
        confidence: the probability of an interval.

    Raises:
        ValueError: there is no input, the sample is no power of two, or the function gives
            something else than one finite number a row.
    """
    if not inputs or min(inputs.values()) < 1:
        raise ValueError("each input takes at least one column, and there is at least one input")
    columns = sum(inputs.values())
    design = points(sample, 2 * columns, seed)
    one, other = design[:, :columns], design[:, columns:]
    of_one, of_other = _evaluate(function, one), _evaluate(function, other)
    mixed, start = np.empty((sample, len(inputs))), 0
    for at, width in enumerate(inputs.values()):
        rows = one.copy()
        rows[:, start : start + width] = other[:, start : start + width]
        mixed[:, at] = _evaluate(function, rows)
        start += width
    terms = _terms(of_one, of_other, mixed)
    first, total = _shares(terms.mean(axis=0, keepdims=True))
    random = np.random.default_rng(seed)
    first_again, total_again = _resampled(terms, resamples, random)
    both = np.concatenate([of_one, of_other])
    return Indices(
        _told(inputs, first[0], first_again, confidence),
        _told(inputs, total[0], total_again, confidence),
        float(both.mean()),
        float(both.var()),
        sample * (len(inputs) + 2),
    )


def _evaluate(function: Function, rows: Floats) -> Floats:
    values = np.asarray(function(rows), dtype=np.float64)
    if values.shape != (len(rows),) or not np.isfinite(values).all():
        raise ValueError("the function must give one finite number for each row")
    return values


def _terms(one: Floats, other: Floats, mixed: Floats) -> Floats:
    """What the estimators take the mean of, a row a row of the design.

    The columns are both results, their squares, and for each input the products of the first order
    and the squares of the total order. Results are taken from their mean, which changes no index
    and makes the products less noisy.
    """
    mean = np.concatenate([one, other]).mean()
    one, other, mixed = one - mean, other - mean, mixed - mean
    products = other[:, None] * (mixed - one[:, None])
    squares = (one[:, None] - mixed) ** 2 / 2
    means = np.column_stack([(one + other) / 2, (one**2 + other**2) / 2])
    return np.concatenate([means, products, squares], axis=1)


def _shares(means: Floats) -> tuple[Floats, Floats]:
    """First and total order of each row of means."""
    variance = means[:, 1:2] - means[:, :1] ** 2
    moved = variance > 0
    shares = np.divide(means[:, 2:], variance, out=np.zeros_like(means[:, 2:]), where=moved)
    first, total = np.split(shares, 2, axis=1)
    return first, total


def _resampled(terms: Floats, resamples: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """The indices of rows drawn again with replacement, a row a resample."""
    rows = len(terms)
    means = np.empty((resamples, terms.shape[1]))
    for start in range(0, resamples, _RESAMPLES_AT_ONCE):
        stop = min(start + _RESAMPLES_AT_ONCE, resamples)
        drawn = random.integers(rows, size=(stop - start, rows))
        drawn += np.arange(stop - start)[:, None] * rows
        times = np.bincount(drawn.ravel(), minlength=(stop - start) * rows)
        means[start:stop] = times.reshape(stop - start, rows) @ terms / rows
    return _shares(means)


def _told(
    inputs: Mapping[str, int], values: Floats, again: Floats, confidence: float
) -> dict[str, Share]:
    outside = (1 - confidence) / 2
    low, high = np.quantile(again, [outside, 1 - outside], axis=0)
    return {
        name: Share(float(values[at]), float(low[at]), float(high[at]))
        for at, name in enumerate(inputs)
    }
