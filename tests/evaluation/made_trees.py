"""Made-up trees, values and normalisations for the tests of what works on plain numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.trees import Joint, Tree

Floats = NDArray[np.float64]
ARITHMETIC, GEOMETRIC = Aggregation("arithmetic"), Aggregation("geometric")
HARMONIC, ROOTS = Aggregation("harmonic"), Aggregation("generalised", power=0.5)
ALL = (ARITHMETIC, GEOMETRIC, HARMONIC, ROOTS, Aggregation("generalised", power=-0.5))


def two_branches(lower: Aggregation = ARITHMETIC, upper: Aggregation = ARITHMETIC) -> Tree:
    """Five indicators: three under one branch, two under another, one of them right under it."""
    return Tree(
        5,
        (
            Joint((0, 1, 2), (0.5, 0.3, 0.2), lower),
            Joint((3, 4), (0.6, 0.4), lower),
            Joint((5, 6), (0.7, 0.3), upper),
        ),
        (1, 1, 0),
    )


def values(units: int, indicators: int = 5, seed: int = 1) -> Floats:
    """Positive values, some of them skewed."""
    random = np.random.default_rng(seed)
    return np.exp(random.normal(size=(units, indicators))) + random.random((units, indicators))


def min_max(found: Floats) -> Floats:
    """Scores from 1 to 100; an indicator that is the same everywhere has none."""
    low, high = np.fmin.reduce(found), np.fmax.reduce(found)
    with np.errstate(invalid="ignore"):
        return (found - low) / (high - low) * 99 + 1
