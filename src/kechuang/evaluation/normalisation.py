"""Indicators brought to one scale, more always being better.

Methods and their formulas follow the OECD/JRC Handbook (2008), chapter 5, and for the ratio to a
yardstick the national monitoring of science and technology. Values come as measured; `direction`
-1 says that less is better, and every formula turns with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array, deviation, known, largest, mean, smallest
from kechuang.evaluation.errors import EvaluationError

NormalisingMethod: TypeAlias = Literal[
    "min_max",
    "z_score",
    "goalposts",
    "yardstick",
    "distance_to_target",
    "distance_to_best",
    "distance_to_unit",
    "share_of_best",
    "rank",
    "percentile_rank",
    "borda",
    "level_growth",
    "none",
]
RELATIVE: Final = frozenset(
    {
        "min_max",
        "z_score",
        "distance_to_target",
        "distance_to_best",
        "distance_to_unit",
        "share_of_best",
        "rank",
        "percentile_rank",
        "borda",
    }
)
"""Methods that compare units with each other, so that one unit alone has no score."""
Direction: TypeAlias = Literal[1, -1]
PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Normalisation:
    """A method and its numbers; those of other methods are not read.

    `low` and `high`: the scale of min_max and goalposts. `centre` and `spread`: mean and standard
    deviation that z_score gives. `posts`: the values that goalposts score `low` and `high`, in the
    indicator's own unit, the smaller first. `standard`: the yardstick, or the target of
    distance_to_target. `cap`: the highest score of yardstick (of distance_to_target: 1), None for
    no cap. `reference`: the row of the unit of distance_to_unit. `level`, `growth`: how each part
    of level_growth is scored, and `level_share` how much the level counts.
    """

    method: NormalisingMethod = "min_max"
    low: float = 0.0
    high: float = 100.0
    centre: float = 0.0
    spread: float = 1.0
    posts: tuple[float, float] = (0.0, 100.0)
    standard: float = 100.0
    cap: float | None = 100.0
    reference: int = 0
    level: Normalisation | None = None
    growth: Normalisation | None = None
    level_share: float = 0.5


def normalise(
    values: Array,
    method: Normalisation,
    *,
    direction: Direction = 1,
    earlier: Array | None = None,
) -> Array:
    """Scores of values, both (units,) or (units, indicators); NaN stays NaN.

    An indicator that is the same everywhere has no min-max, z-score or distance (NaN). Where a
    reference or best value leaves nothing to divide by, the score is infinite or NaN, as the
    formula says. `earlier` is the year before, which level_growth compares with; a unit without it
    is scored by its level alone.

    Raises:
        EvaluationError: level_growth without `earlier`.
    """
    if method.method == "level_growth":
        return _level_growth(values, method, direction, earlier)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.asarray(_METHODS[method.method](values, method, direction), dtype=np.float64)


def growth_rates(values: Array, earlier: Array) -> Array:
    """Growth on the year before in per cent; NaN where the year before is missing, 0 or less."""
    base = np.where(earlier > 0, earlier, np.nan)
    return (values / base - 1) * PERCENT


def compound_growth(series: Array, years: Array) -> Array:
    """Compound yearly growth from the first to the last known value, (years, …) to (…), as a share.

    NaN with fewer than two known values; 0 where first and last are equal.
    """
    flat = series.reshape(series.shape[0], -1)
    rates = np.full(flat.shape[1], np.nan)
    order = np.argsort(years)
    for at in range(flat.shape[1]):
        line = flat[order, at]
        has = np.flatnonzero(np.isfinite(line))
        if has.size < 2:
            continue
        first, last = line[has[0]], line[has[-1]]
        span = years[order][has[-1]] - years[order][has[0]]
        with np.errstate(invalid="ignore", divide="ignore"):
            rates[at] = 0.0 if first == last else (last / first) ** (1 / span) - 1
    return rates.reshape(series.shape[1:])


def _level_growth(
    values: Array, method: Normalisation, direction: Direction, earlier: Array | None
) -> Array:
    if earlier is None:
        why = "“水平加增长”要用上一年的数据算增幅"
        raise EvaluationError("year", "缺上一年的数据", why, "在数据中加上一年，或换一种正规化办法")
    level = normalise(values, method.level or Normalisation(), direction=direction)
    rates = growth_rates(values, earlier)
    growth = normalise(rates, method.growth or Normalisation(), direction=direction)
    both = method.level_share * level + (1 - method.level_share) * growth
    return np.where(np.isnan(growth), level, both)


def _min_max(values: Array, method: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    low, high = smallest(turned), largest(turned)
    return (turned - low) / (high - low) * (method.high - method.low) + method.low


def _z_score(values: Array, method: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    return (turned - mean(turned)) / deviation(turned) * method.spread + method.centre


def _goalposts(values: Array, method: Normalisation, direction: Direction) -> Array:
    bottom, top = method.posts[::direction]
    share = np.clip((values - bottom) / (top - bottom), 0.0, 1.0)
    return share * (method.high - method.low) + method.low


def _yardstick(values: Array, method: Normalisation, direction: Direction) -> Array:
    """Value over yardstick; where less is better, yardstick over value."""
    if direction == 1:
        return _capped(values / method.standard * PERCENT, method.cap)
    ratio = np.where(values > 0, method.standard / values * PERCENT, np.inf)
    return _capped(np.where(np.isnan(values), np.nan, ratio), method.cap)


def _distance_to_target(values: Array, method: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    low = smallest(turned)
    return _capped((turned - low) / (method.standard * direction - low), method.cap)


def _distance_to_best(values: Array, _: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    low, high = smallest(turned), largest(turned)
    return 1 - (high - turned) / (high - low)


def _distance_to_unit(values: Array, method: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    reference = turned[method.reference]
    return 1 - (reference - turned) / (reference - smallest(turned))


def _share_of_best(values: Array, _: Normalisation, direction: Direction) -> Array:
    turned = values * direction
    return turned / largest(turned)


def _rank(values: Array, _: Normalisation, direction: Direction) -> Array:
    """Places from the worst, which is 1; equal values share the smallest place of theirs."""
    columns = (values * direction).reshape(values.shape[0], -1)
    placed = np.empty_like(columns)
    for at in range(columns.shape[1]):
        ordered = np.sort(columns[:, at])
        placed[:, at] = np.searchsorted(ordered, columns[:, at], side="left") + 1
    return np.where(np.isnan(columns), np.nan, placed).reshape(values.shape)


def _percentile_rank(values: Array, method: Normalisation, direction: Direction) -> Array:
    return (_rank(values, method, direction) - 1) / (known(values) - 1)


def _borda(values: Array, method: Normalisation, direction: Direction) -> Array:
    return _rank(values, method, direction) - 1


def _none(values: Array, _: Normalisation, direction: Direction) -> Array:
    return values * direction


def _capped(scores: Array, cap: float | None) -> Array:
    return scores if cap is None else np.minimum(scores, cap)


_METHODS: Final[Mapping[NormalisingMethod, Callable[[Array, Normalisation, Direction], Array]]] = {
    "min_max": _min_max,
    "z_score": _z_score,
    "goalposts": _goalposts,
    "yardstick": _yardstick,
    "distance_to_target": _distance_to_target,
    "distance_to_best": _distance_to_best,
    "distance_to_unit": _distance_to_unit,
    "share_of_best": _share_of_best,
    "rank": _rank,
    "percentile_rank": _percentile_rank,
    "borda": _borda,
    "none": _none,
}
