"""Whether the indicators hold together, and what each of them does to the result.

Sources: OECD/JRC Handbook (2008), chapters 4 and 7; L. Cronbach, 1951.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kechuang.evaluation.aggregation import NotPositiveError, aggregate
from kechuang.evaluation.arrays import Array, Integers, deviation, known, largest, mean, smallest
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import Evaluation
from kechuang.evaluation.ranking import UNRANKED, ranks
from kechuang.evaluation.treatment import kurtosis, skewness


@dataclass(frozen=True, slots=True)
class Statistics:
    """What one column of data looks like; `count` is how many units have a value."""

    count: int
    smallest: float
    largest: float
    mean: float
    deviation: float
    skewness: float
    kurtosis: float


@dataclass(frozen=True, slots=True)
class Removal:
    """What becomes of the total when one node is left out.

    `ranks` are the new ones; `mean_change` is the mean absolute change of ranks over the units that
    have one before and after. Where what is left has scores that a geometric or harmonic mean is
    not made for, every score and the mean change are NaN.
    """

    code: str
    scores: Array
    ranks: Integers
    mean_change: float


def statistics(values: Array) -> Statistics:
    """What one column of shape (units,) looks like; NaN where there are too few values."""
    return Statistics(
        int(known(values)),
        float(smallest(values)),
        float(largest(values)),
        float(mean(values)),
        float(deviation(values)),
        skewness(values),
        kurtosis(values),
    )


def correlations(one: Array, other: Array) -> Array:
    """Pearson's r of each column of one with each of the other, over the units that have both.

    (units, a) and (units, b) to (a, b); NaN with fewer than two such units, or no spread.
    """
    found = np.empty((one.shape[1], other.shape[1]))
    for at, place in np.ndindex(found.shape):
        found[at, place] = _covariance(one[:, at], other[:, place], standardised=True)
    return found


def cronbach_alpha(values: Array) -> float:
    """Cronbach's alpha of indicators in one branch, (units, indicators): from the limit of
    `limits.toml` on they speak of one thing; below zero, some run against the others.

    NaN with fewer than two indicators, or without spread.
    """
    parts = values.shape[1]
    if parts < 2:
        return float("nan")
    covariances = np.array(
        [
            [_covariance(values[:, at], values[:, other]) for other in range(parts)]
            for at in range(parts)
        ]
    )
    total = np.nansum(covariances)
    if not total:
        return float("nan")
    between = (total - np.nansum(np.diag(covariances))) / (parts * (parts - 1))
    return float(parts**2 * between / total)


def _covariance(one: Array, other: Array, *, standardised: bool = False) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    count = int(both.sum())
    if count < 2:
        return float("nan")
    away, also = one[both] - one[both].mean(), other[both] - other[both].mean()
    product = float((away * also).sum())
    if not standardised:
        return product / (count - 1)
    spread = float(np.sqrt((away**2).sum() * (also**2).sum()))
    return product / spread if spread else float("nan")


def remove_each(found: Evaluation, level: str) -> Iterator[Removal]:
    """The total without each node of a level in turn: `indicators`, or the branches whose parent
    is this code. The weight of what is left out is spread over its siblings.

    A node that has no sibling cannot be left out and is passed over.

    Raises:
        EvaluationError: no branch has this code.
    """
    scheme = found.scheme
    if level == "indicators":
        nodes = [each.code for each in scheme.indicators]
    elif any(branch.code == level for branch in scheme.branches):
        nodes = [each.code for each in scheme.parts(level)]
    else:
        known_codes = "、".join(branch.code for branch in scheme.branches)
        why = f"分支有 {known_codes}"
        raise EvaluationError("column", f"没有分支“{level}”", why, "写其中一个，或 indicators")
    for code in nodes:
        scores = _without(found, code)
        if scores is None:
            continue
        places = ranks(np.round(scores, scheme.decimals))
        both = (places != UNRANKED) & (found.places != UNRANKED)
        moved = np.abs(places - found.places)[both]
        change = float(moved.mean()) if moved.size else float("nan")
        yield Removal(code, scores, places, change)


def _without(found: Evaluation, code: str) -> Array | None:
    """The total with the weight of one node set to zero; None where nothing is left beside it."""
    scheme, scores = found.scheme, dict(found.scores)
    for branch in reversed(scheme.branches):
        parts = scheme.parts(branch.code)
        weights = np.array(
            [0.0 if part.code == code else found.weights[part.code] for part in parts]
        )
        if not weights.any():
            return None
        values = np.column_stack([scores[part.code] for part in parts])
        kept = weights > 0
        try:
            scores[branch.code] = aggregate(values[:, kept], weights[kept], branch.aggregation)
        except NotPositiveError:
            return np.full(len(found.units), np.nan)
    return scores[scheme.total.code]
