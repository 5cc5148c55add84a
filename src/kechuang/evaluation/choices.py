"""The choices that an evaluation could as well have made otherwise, and draws of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.arrays import Array, Integers
from kechuang.evaluation.trees import Tree

WEIGHTS, AGGREGATION, LEFT_OUT = "weights", "aggregation", "left out"
AS_IT_IS: Final = -1


@dataclass(frozen=True, slots=True)
class Choices:
    """What else could be chosen; what is left empty stays as it is.

    `scales` names the choices made before weighting, as treatment or normalisation, and how many
    alternatives each has: the scores of indicators are given for each combination of them, the
    last choice running fastest. `aggregations` are the alternatives to how scores are averaged, at
    all levels alike, or where `by_level` is set at each level by itself. `noise` is the share by
    which each weight may be higher or lower, each value between as likely. `left_out` are columns
    of indicators of which one, or none, is left out, each as likely.
    """

    scales: Mapping[str, int]
    aggregations: tuple[Aggregation, ...] = ()
    by_level: bool = False
    noise: float = 0.0
    left_out: tuple[int, ...] = ()

    def inputs(self, tree: Tree) -> dict[str, int]:
        """What is drawn: for each choice that is one, how many numbers between 0 and 1 it takes."""
        levels = 1 + max(tree.depths)
        found = {name: 1 for name, count in self.scales.items() if count > 1}
        if len(self.aggregations) > 1 or (self.aggregations and not self._is_now(tree)):
            if self.by_level:
                found |= {f"{AGGREGATION} {depth}": 1 for depth in range(levels)}
            else:
                found[AGGREGATION] = 1
        if self.noise:
            found[WEIGHTS] = tree.leaves + len(tree.joints) - 1
        if self.left_out:
            found[LEFT_OUT] = 1
        return found

    def _is_now(self, tree: Tree) -> bool:
        return all(joint.aggregation in self.aggregations for joint in tree.joints)


@dataclass(frozen=True, slots=True)
class Draws:
    """One row a draw.

    `scales`, (draws,), tells which combination of choices before weighting holds. `aggregations`,
    (draws, levels), tells which of the alternatives averages at each depth of the tree, the total
    first; `AS_IT_IS` where it is not chosen. `multipliers`, (draws, places), are what the weight of
    each place of the tree is multiplied with, those of its leaves first; 0 leaves a place out.
    """

    scales: Integers
    aggregations: Integers
    multipliers: Array

    def __len__(self) -> int:
        return len(self.scales)


def nominal(tree: Tree) -> Draws:
    """The one draw in which everything is the first alternative or as it is."""
    levels, places = 1 + max(tree.depths), tree.leaves + len(tree.joints)
    return Draws(
        np.zeros(1, dtype=np.int64),
        np.full((1, levels), AS_IT_IS, dtype=np.int64),
        np.ones((1, places)),
    )


def draws_of(points: Array, tree: Tree, choices: Choices) -> Draws:
    """The draws that points of the unit cube stand for: a row a draw, columns as `inputs` tells."""
    rows, (levels, places) = len(points), (1 + max(tree.depths), tree.leaves + len(tree.joints))
    columns, start = dict[str, Array](), 0
    for name, width in choices.inputs(tree).items():
        columns[name] = points[:, start : start + width]
        start += width
    scales = np.zeros(rows, dtype=np.int64)
    for name, count in choices.scales.items():
        scales = scales * count + (_one_of(columns[name][:, 0], count) if count > 1 else 0)
    aggregations = np.full((rows, levels), AS_IT_IS, dtype=np.int64)
    for depth in range(levels):
        drawn = columns.get(f"{AGGREGATION} {depth}" if choices.by_level else AGGREGATION)
        if drawn is not None:
            aggregations[:, depth] = _one_of(drawn[:, 0], len(choices.aggregations))
    multipliers = np.ones((rows, places))
    if choices.noise:
        multipliers[:, : places - 1] += choices.noise * (2 * columns[WEIGHTS] - 1)
    if choices.left_out:
        which = _one_of(columns[LEFT_OUT][:, 0], len(choices.left_out) + 1)
        out = np.array([*choices.left_out, places - 1])[which]
        multipliers[np.arange(rows), out] *= out == places - 1
    return Draws(scales, aggregations, multipliers)


def _one_of(drawn: Array, count: int) -> Integers:
    return np.minimum((drawn * count).astype(np.int64), count - 1)


def combinations(choices: Choices) -> int:
    """For how many combinations the scores of indicators must be given."""
    return prod(choices.scales.values())
