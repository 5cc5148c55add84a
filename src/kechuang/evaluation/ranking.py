"""Ranks and classes of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kechuang.evaluation.arrays import Array, Integers

UNRANKED: Final = 0
"""The rank of a unit without a score."""


@dataclass(frozen=True, slots=True)
class Band:
    """A class: its name and the least score that belongs to it."""

    name: str
    least: float


def ranks(scores: Array) -> Integers:
    """Competition ranks: the highest score is 1, equal scores share the best rank of theirs.

    Takes (units,) or (units, several) and ranks each column; `UNRANKED` where a score is missing.

    >>> ranks(np.array([70.0, 90.0, 70.0, float("nan"), 50.0])).tolist()
    [2, 1, 2, 0, 4]
    """
    columns = scores.reshape(scores.shape[0], -1)
    placed = np.empty(columns.shape, dtype=np.int64)
    for at in range(columns.shape[1]):
        falling = -columns[:, at]  # missing scores are sorted to the end
        placed[:, at] = np.searchsorted(np.sort(falling), falling, side="left") + 1
    placed[np.isnan(columns)] = UNRANKED
    return placed.reshape(scores.shape)


def classes(scores: Array, bands: Sequence[Band]) -> list[str | None]:
    """The class of each unit: the first band, from the highest, whose least score it reaches.

    None where a score is missing or reaches no band.

    >>> bands = [Band("A", 80), Band("B", 60), Band("C", 0)]
    >>> classes(np.array([80.0, 79.999, 59.0, float("nan")]), bands)
    ['A', 'B', 'C', None]
    """
    falling = sorted(bands, key=lambda band: -band.least)
    return [
        next((band.name for band in falling if score >= band.least), None)
        for score in scores.tolist()
    ]
