"""What moves the rank of a unit: what a step of each indicator brings to score, rank and class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.ranking import Band, classes, ranks

Evaluate: TypeAlias = Callable[[Array], Array]
"""Scores (units,) from values (units, indicators)."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A way to move an indicator of a unit, in equal steps.

    `indicator` is its column, `step` how far one step moves the value, in its own unit and with
    its sign; `most` says how many steps there are at most, `cost` what one costs, in any unit.
    """

    indicator: int
    step: float
    most: int
    cost: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What one step of a lever brings, all else and all others being as they are.

    `places` are ranks gained. `cost` is that of the step. `steps_to_rank` and `steps_to_class` say
    how many steps of this lever alone gain a place and a better class; None where no number does.
    """

    lever: Lever
    score: float
    places: int
    band: str | None
    cost: float
    steps_to_rank: int | None
    steps_to_class: int | None


def marginal_gains(
    unit: int,
    values: Array,
    levers: Sequence[Lever],
    evaluate: Evaluate,
    bands: Sequence[Band] = (),
) -> list[Gain]:
    """The gains of a unit (its row), those that bring the score most for a step first.

    Raises:
        EvaluationError: a unit without a score; a lever without a step to take, without a finite
            cost that is not negative, or of an indicator whose value is missing; or what
            `evaluate` raises.
    """
    check_levers(unit, values, levers)
    before = _State(unit, evaluate(values), bands)
    if np.isnan(before.score):
        raise EvaluationError("no_data", "算不出改进办法", "该单位没有总分", "先补上数据")
    gains = [_gain(before, unit, values, lever, evaluate, bands) for lever in levers]
    return sorted(gains, key=lambda gain: -gain.score)


class _State:
    """Where a unit stands."""

    def __init__(self, unit: int, scores: Array, bands: Sequence[Band]) -> None:
        self.score = float(scores[unit])
        self.rank = int(ranks(scores)[unit])
        self.band = classes(scores[unit : unit + 1], bands)[0]
        falling = sorted(bands, key=lambda band: -band.least)
        names = [band.name for band in falling]
        self.height = -names.index(self.band) if self.band is not None else -len(names)


def _gain(
    before: _State,
    unit: int,
    values: Array,
    lever: Lever,
    evaluate: Evaluate,
    bands: Sequence[Band],
) -> Gain:
    first, to_rank, to_class = before, None, None
    for steps in range(1, lever.most + 1):
        state = _State(unit, evaluate(moved(unit, values, [lever], [steps])), bands)
        if steps == 1:
            first = state
        if to_rank is None and state.rank < before.rank:
            to_rank = steps
        if to_class is None and state.height > before.height:
            to_class = steps
        if to_rank is not None and to_class is not None:
            break
    return Gain(
        lever, first.score - before.score, before.rank - first.rank, first.band, lever.cost,
        to_rank, to_class,
    )  # fmt: skip


def moved(unit: int, values: Array, levers: Sequence[Lever], steps: Sequence[int]) -> Array:
    """The values after so many steps of each lever of a unit; a copy."""
    after = values.copy()
    for lever, count in zip(levers, steps, strict=True):
        after[unit, lever.indicator] += lever.step * count
    return after


def check_levers(unit: int, values: Array, levers: Sequence[Lever]) -> None:
    """Refuse levers that cannot be moved.

    Raises:
        EvaluationError: see `marginal_gains`; or two levers of one indicator.
    """
    columns = [lever.indicator for lever in levers]
    if len(set(columns)) < len(columns):
        why = "同一项指标给了两种改进办法，分不清先后"
        raise EvaluationError("lever", "改进办法有重复", why, "每项指标只留一种")
    for lever in levers:
        if np.isnan(values[unit, lever.indicator]):
            why = f"第 {lever.indicator + 1} 项指标没有数值，不知从哪里起步"
            raise EvaluationError("lever", "缺数据的指标不能算改进", why, "先补上数据")
        if lever.most < 1 or not lever.step or not 0 <= lever.cost < np.inf:
            why = f"第 {lever.indicator + 1} 项指标的步长、步数或成本不对"
            remedy = "步长不为 0，步数至少 1，成本不小于 0"
            raise EvaluationError("lever", "改进办法不能用", why, remedy)
