"""Scores of parts to the score of the whole.

Formulas: OECD/JRC Handbook (2008), chapter 6. A missing score is passed over and its weight spread
over the others of the same unit; a unit with too few of them has no score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.errors import EvaluationError

Averaging: TypeAlias = Literal["arithmetic", "geometric", "harmonic", "generalised", "copeland"]
EVEN: Final = 1e-12
"""How close for and against are where a comparison is even but for rounding."""
BLOCK: Final = 4_000_000
"""Comparisons made at a time."""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """A mean and its numbers.

    `power` is that of the generalised mean. `least` is the share of its parts that a unit must
    have, 0 to 1; without a single one it has no score in any case.
    """

    method: Averaging = "arithmetic"
    power: float = 1.0
    least: float = 0.0


class NotPositiveError(EvaluationError):
    """A mean that needs positive scores met others; `unit` and `part` are the first such place."""

    def __init__(self, unit: int, part: int, value: float, name: str) -> None:
        self.unit, self.part, self.value, self.name = unit, part, value, name
        why = f"{name}要求每项得分都大于 0，这里有 {value:g}"
        remedy = "正规化改用 1—100（low: 1），或这一级改用算术平均"
        super().__init__("not_positive", f"{name}算不出", why, remedy)


def aggregate(scores: Array, weights: Array, method: Aggregation) -> Array:
    """The weighted mean of each unit, (units, parts) and (parts,) to (units,).

    Weights are relative. Copeland gives each unit the number of others that it beats less the
    number that beat it, not a mean: a score for ranks only.

    Raises:
        EvaluationError: weights that are negative, missing or all zero; zero or a negative score
            under a geometric or harmonic mean, or one with a negative power; power 0.
    """
    _check_weights(weights)
    mean = (
        _copeland(scores, weights)
        if method.method == "copeland"
        else _mean(scores, weights, method)
    )
    share = np.isfinite(scores).mean(axis=1)
    return np.where((share > 0) & (share >= method.least), mean, np.nan)


def outranking(scores: Array, weights: Array) -> Array:
    """The matrix of the weight for each unit (row) against each other (column), 0 to 1.

    An indicator counts for the better unit, half for each where they are equal, and not at all
    where one of the two lacks it; the rest is made to sum to one. The diagonal is zero.

    Raises:
        EvaluationError: weights that are negative, missing or all zero.
    """
    _check_weights(weights)
    units = scores.shape[0]
    ahead, met = _compared(scores, weights / weights.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (ahead + (met - ahead - ahead.T) / 2) / met
    shares[np.arange(units), np.arange(units)] = 0.0
    return shares


def _check_weights(weights: Array) -> None:
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        told = "、".join(f"{weight:g}" for weight in weights.tolist())
        why = f"权重为 {told}"
        raise EvaluationError("weights", "权重不能用", why, "权重不小于 0，且不能全为 0")


def _mean(scores: Array, weights: Array, method: Aggregation) -> Array:
    has = np.isfinite(scores)
    counted = np.where(has, weights, 0.0)
    total = counted.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return _MEANS[method.method](np.where(has, scores, 1.0), counted, total, method)


def _arithmetic(scores: Array, counted: Array, total: Array, _: Aggregation) -> Array:
    return (counted * scores).sum(axis=1) / total


def _geometric(scores: Array, counted: Array, total: Array, _: Aggregation) -> Array:
    _check_positive(scores, counted, "几何平均")
    return np.exp((counted * np.log(np.where(counted > 0, scores, 1.0))).sum(axis=1) / total)


def _harmonic(scores: Array, counted: Array, total: Array, _: Aggregation) -> Array:
    _check_positive(scores, counted, "调和平均")
    return total / (counted / np.where(counted > 0, scores, 1.0)).sum(axis=1)


def _generalised(scores: Array, counted: Array, total: Array, method: Aggregation) -> Array:
    if method.power == 0:
        why = "幂为 0 时公式没有意义，其极限就是几何平均"
        raise EvaluationError("schema", "广义平均算不出", why, "改用几何平均，或换一个幂")
    if method.power < 0 or method.power % 1:
        _check_positive(scores, counted, f"幂为 {method.power:g} 的广义平均", method.power)
    powers = np.where(counted > 0, scores, 1.0) ** method.power
    return ((counted * powers).sum(axis=1) / total) ** (1 / method.power)


def _check_positive(scores: Array, counted: Array, name: str, power: float = -1.0) -> None:
    """Refuse scores of some weight that the mean is not made for; 0 has a positive power."""
    wrong = (scores < 0) if power > 0 else (scores <= 0)
    places = np.argwhere(wrong & (counted > 0))
    if places.size:
        unit, part = (int(at) for at in places[0])
        raise NotPositiveError(unit, part, float(scores[unit, part]), name)


_Mean: TypeAlias = Callable[[Array, Array, Array, Aggregation], Array]
_MEANS: Final[Mapping[Averaging, _Mean]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "generalised": _generalised,
}


def _copeland(scores: Array, weights: Array) -> Array:
    ahead, _ = _compared(scores, weights / weights.sum())
    margin = ahead - ahead.T
    return np.where(np.abs(margin) <= EVEN, 0.0, np.sign(margin)).sum(axis=1)


def _compared(scores: Array, weights: Array) -> tuple[Array, Array]:
    """The weight with which a row is better than a column, and that with which they can meet."""
    units = scores.shape[0]
    ahead, met = np.zeros((units, units)), np.zeros((units, units))
    rows = max(1, BLOCK // max(units, 1))
    for start in range(0, units, rows):
        block = slice(start, start + rows)
        for part, weight in enumerate(weights.tolist()):
            column = scores[:, part]
            has = np.isfinite(column)
            ahead[block] += weight * (column[block, None] > column)
            met[block] += weight * (has[block, None] & has)
    return ahead, met
