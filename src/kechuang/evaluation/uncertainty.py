"""How sure ranks are: the evaluation made many times over, each time with other choices drawn.

Every choice that could as well have been made otherwise is drawn anew in each draw, all of them at
once (OECD/JRC Handbook, 2008, step 7; Saisana and others, 2005). The same seed gives the same
result, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kechuang.evaluation.arrays import Array, Integers, Truths
from kechuang.evaluation.choices import Choices, Draws, combinations, draws_of
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.placing import Places, ranks_of
from kechuang.evaluation.quantiles import quantiles
from kechuang.evaluation.ranking import UNRANKED, Band, ranks
from kechuang.evaluation.scoring import scores_of
from kechuang.evaluation.sensitivity import RESAMPLES, SAMPLE, Indices, sobol
from kechuang.evaluation.trees import Tree

MOST_SCORES: Final = 200_000_000
"""Units times draws that are held at once: 2 GB."""
CONFIDENCE: Final = 0.9
"""What an interval of ranks holds: 5 % of draws lie below it and 5 % above."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An evaluation and what else it could have chosen.

    `normalised` are its own scores of indicators, (units, leaves); `matrices` those of each
    combination of choices before weighting, in the order of `choices.scales`. Scores are rounded to
    `decimals` before they are ranked.
    """

    units: Sequence[str]
    tree: Tree
    normalised: Array
    matrices: Sequence[Array]
    choices: Choices
    decimals: int

    def __post_init__(self) -> None:
        if not self.choices.inputs(self.tree):
            why = "方案没有写明还可以怎样选，也没有让权重浮动"
            remedy = "在方案的 uncertainty 里写 weights、normalisations 等"
            raise EvaluationError("draws", "没有可以变动的选择", why, remedy)
        if len(self.matrices) != combinations(self.choices):
            raise ValueError("there must be a matrix for each combination of choices")

    def ranked(self) -> tuple[Array, Integers]:
        """The scores and ranks of the evaluation itself."""
        scores = self.tree.total(self.normalised)
        return scores, ranks(np.round(scores, self.decimals))


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of the draws. A rank of 0 is none, as where a score is missing (NaN).

    `scores` and `places` are (draws, units); `score` and `place`, (units,), those of the evaluation
    itself.
    """

    units: Sequence[str]
    scores: Array
    places: Places
    score: Array
    place: Integers

    @property
    def mean_place(self) -> Array:
        """The mean rank of each unit over the draws in which it has one."""
        return _mean_of_known(self.places, self.places != UNRANKED)

    def place_quantiles(self, shares: Sequence[float]) -> Array:
        """Quantiles of the ranks of each unit, (shares, units)."""
        return quantiles(self.places, shares, _some(self.places == UNRANKED))

    def score_quantiles(self, shares: Sequence[float]) -> Array:
        """Quantiles of the scores of each unit, (shares, units)."""
        return quantiles(self.scores, shares, _some(np.isnan(self.scores)))

    def class_shares(self, bands: Sequence[Band]) -> Array:
        """In what share of draws a unit is in each class, (bands, units), the highest first.

        Only where all draws have one scale of scores do classes mean anything.
        """
        falling = sorted(bands, key=lambda band: -band.least)
        reached = [np.mean(self.scores >= band.least, axis=0) for band in falling]
        return np.diff(np.array(reached), axis=0, prepend=0.0)

    def intervals(self, confidence: float = CONFIDENCE) -> Intervals:
        """Ranks of each unit: mean, median, and the ends of the interval that holds so much."""
        outside = (1 - confidence) / 2
        low, median, high = self.place_quantiles([outside, 0.5, 1 - outside])
        return Intervals(self.units, self.place, self.mean_place, median, low, high, confidence)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Ranks of each unit, (units,): its own, and the mean, median and interval of the draws."""

    units: Sequence[str]
    place: Integers
    mean: Array
    median: Array
    low: Array
    high: Array
    confidence: float


def simulate(problem: Problem, draws: int, seed: int) -> Simulation:
    """Draw all choices so many times and evaluate each draw.

    Raises:
        EvaluationError: no draw, more than memory holds, or scores that are not positive under a
            mean that needs it.
    """
    if draws < 1 or seed < 0:
        why = f"抽样 {draws} 次，种子 {seed}"
        raise EvaluationError("draws", "模拟做不了", why, "抽样次数至少 1，种子不小于 0")
    _check_size(problem, draws)
    columns = sum(problem.choices.inputs(problem.tree).values())
    points = np.random.default_rng(seed).random((draws, columns))
    return simulate_draws(problem, draws_of(points, problem.tree, problem.choices))


def simulate_draws(problem: Problem, draws: Draws) -> Simulation:
    """Evaluate each of these draws.

    Raises:
        EvaluationError: more than memory holds, or what `scores_of` raises.
    """
    _check_size(problem, len(draws))
    scores = scores_of(problem.tree, problem.matrices, problem.choices.aggregations, draws)
    score, place = problem.ranked()
    return Simulation(problem.units, scores, ranks_of(scores, problem.decimals), score, place)


def _check_size(problem: Problem, draws: int) -> None:
    if draws * len(problem.units) > MOST_SCORES:
        why = f"{len(problem.units)} 个单位抽样 {draws} 次，内存放不下"
        most = MOST_SCORES // len(problem.units)
        raise EvaluationError("draws", "模拟做不了", why, f"抽样次数减到 {most} 以内")


def sensitivity(
    problem: Problem, seed: int, *, sample: int = SAMPLE, resamples: int = RESAMPLES
) -> Indices:
    """Which choice moves the ranks: indices of the mean shift of rank from the evaluation itself.

    Raises:
        EvaluationError: what `simulate_draws` raises.
    """
    _, own = problem.ranked()

    def shift(points: Array) -> Array:
        draws = draws_of(points, problem.tree, problem.choices)
        places = simulate_draws(problem, draws).places.astype(np.float64)
        known = (places != UNRANKED) & (own != UNRANKED)
        return _mean_of_known(np.abs(places - own).T, known.T)

    inputs = problem.choices.inputs(problem.tree)
    return sobol(shift, inputs, seed=seed, sample=sample, resamples=resamples)


def _some(found: Truths) -> Truths:
    """Whether it holds for any row of each column."""
    return np.asarray(found.any(axis=0), dtype=np.bool_)


def _mean_of_known(values: Array | Places, known: Truths) -> Array:
    """The mean of each column over what is known of it; NaN where nothing is."""
    count: Integers = np.count_nonzero(known, axis=0)
    total = np.where(known, values, 0).sum(axis=0, dtype=np.float64)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
