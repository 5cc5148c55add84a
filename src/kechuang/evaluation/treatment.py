"""Outliers by the rule of the Joint Research Centre: winsorise, and failing that a logarithm.

An indicator is treated when its absolute skewness and its kurtosis both reach their limits
(OECD/JRC Handbook on Constructing Composite Indicators, 2008). Its extreme value takes the next
one, as often as needed but for at most `points` units; an indicator that still fails goes back to
its own values and through ln(x - min + 0.01 (max - min)).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array, Truths, same_everywhere
from kechuang.evaluation.limits import limits

Transform: TypeAlias = Literal["log", "none"]
LEAST_FOR_SKEWNESS: Final = 3
LEAST_FOR_KURTOSIS: Final = 4
SHIFT: Final = 0.01
"""The share of the range that keeps the smallest value away from the logarithm of zero."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """When an indicator is treated, for how many units, and what follows if that is not enough.

    `points` is the most units that may be winsorised; the limits are those of `limits.toml` where
    none are given. `combined` takes the logarithm of the
    winsorised values instead of the original ones.
    """

    skewness: float = field(default_factory=lambda: limits().skewness)
    kurtosis: float = field(default_factory=lambda: limits().kurtosis)
    points: int = field(default_factory=lambda: limits().points)
    transform: Transform = "log"
    combined: bool = False


@dataclass(frozen=True, slots=True)
class Treated:
    """One indicator after treatment.

    `high` and `low` are the units whose value was winsorised; `logged` says that the logarithm was
    taken. `skewness` and `kurtosis` have one number for each step: before, after winsorising,
    after the logarithm. `passes` says whether the last step is within the limits.
    """

    values: Array
    high: Truths
    low: Truths
    logged: bool
    skewness: tuple[float, ...]
    kurtosis: tuple[float, ...]
    passes: bool

    @property
    def is_changed(self) -> bool:
        """Whether any value is another one than before."""
        return self.logged or bool(self.high.any() or self.low.any())


def skewness(values: Array) -> float:
    """The sample skewness of one indicator, corrected for bias; NaN below three values."""
    known = values[np.isfinite(values)]
    count = known.size
    if count < LEAST_FOR_SKEWNESS or bool(same_everywhere(known)):
        return float("nan")
    away = _from_the_mean(known)
    plain = np.sqrt(count) * (away**3).sum() / (away**2).sum() ** 1.5
    return float(plain * np.sqrt(count * (count - 1)) / (count - 2))


def kurtosis(values: Array) -> float:
    """The excess kurtosis of one indicator, corrected for bias; NaN below four values."""
    known = values[np.isfinite(values)]
    count = known.size
    if count < LEAST_FOR_KURTOSIS or bool(same_everywhere(known)):
        return float("nan")
    away = _from_the_mean(known)
    ratio = count * (away**4).sum() / (away**2).sum() ** 2
    return float(((count + 1) * (ratio - 3) + 6) * (count - 1) / ((count - 2) * (count - 3)))


def _from_the_mean(known: Array) -> Array:
    """Deviations as shares of the largest, so that no power of them overflows or vanishes."""
    scaled = known / np.abs(known).max()
    away = scaled - scaled.mean()
    return away / np.abs(away).max()


def passes(values: Array, treatment: Treatment) -> bool:
    """Whether one indicator is within the limits; too few values to tell pass."""
    skew, tail = skewness(values), kurtosis(values)
    return not (abs(skew) >= treatment.skewness and tail >= treatment.kurtosis)


def log_shifted(values: Array) -> Array:
    """ln(x - min + 0.01 (max - min)): the same order, the upper tail drawn in.

    Values that do not differ stay as they are.
    """
    if bool(same_everywhere(values)):
        return values.copy()
    low = np.fmin.reduce(values)
    return np.log(values - low + SHIFT * (np.fmax.reduce(values) - low))


def winsorise(values: Array, treatment: Treatment) -> tuple[Array, Truths, Truths]:
    """One indicator with its extremes drawn in until it passes or `points` units are used up.

    Units that share the extreme value move together and all count, so the last step can take the
    count beyond `points`. Gives the values and which units were lowered and which raised.
    """
    current = values.copy()
    high = np.zeros(values.shape, dtype=np.bool_)
    low = np.zeros(values.shape, dtype=np.bool_)
    while not passes(current, treatment) and high.sum() + low.sum() < treatment.points:
        if skewness(current) >= 0:
            high = current == np.fmax.reduce(current)
            current[high] = np.fmax.reduce(current[~high])
        else:
            low = current == np.fmin.reduce(current)
            current[low] = np.fmin.reduce(current[~low])
    return current, high, low


def treat(values: Array, treatment: Treatment) -> Treated:
    """One indicator, shape (units,), in its own direction: what the rule makes of it."""
    nobody = np.zeros(values.shape, dtype=np.bool_)
    steps = [values]
    if passes(values, treatment):
        return _treated(values.copy(), nobody, nobody, steps, treatment, logged=False)
    drawn, high, low = winsorise(values, treatment)
    steps.append(drawn)
    if passes(drawn, treatment) or treatment.transform == "none":
        return _treated(drawn, high, low, steps, treatment, logged=False)
    logged = log_shifted(drawn if treatment.combined else values)
    steps.append(logged)
    if not treatment.combined:
        high = low = nobody
    return _treated(logged, high, low, steps, treatment, logged=True)


def _treated(
    values: Array,
    high: Truths,
    low: Truths,
    steps: list[Array],
    treatment: Treatment,
    *,
    logged: bool,
) -> Treated:
    return Treated(
        values,
        high,
        low,
        logged,
        tuple(skewness(step) for step in steps),
        tuple(kurtosis(step) for step in steps),
        passes(values, treatment),
    )
