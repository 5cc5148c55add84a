"""The tree of a scheme as numbers: which scores are averaged into which, by what weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kechuang.evaluation.aggregation import Aggregation, aggregate
from kechuang.evaluation.arrays import Array
from kechuang.evaluation.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Joint:
    """A branch: the places of its parts, their relative weights, and how they are averaged.

    Leaves have the places 0 to leaves - 1, joints those after them in their order.
    """

    parts: tuple[int, ...]
    weights: tuple[float, ...]
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Tree:
    """Joints in an order in which parts come before what they are part of; the last is the total.

    `depths` tells for each joint how far it lies below the total, which has 0.
    """

    leaves: int
    joints: tuple[Joint, ...]
    depths: tuple[int, ...]

    def scores(self, normalised: Array) -> Array:
        """The scores of every joint, (units, joints), from those of the leaves, (units, leaves).

        Raises:
            EvaluationError: what `aggregate` raises.
        """
        places = [*normalised.T]
        for joint in self.joints:
            parts = np.column_stack([places[part] for part in joint.parts])
            places.append(aggregate(parts, np.array(joint.weights), joint.aggregation))
        return np.column_stack(places[self.leaves :])

    def total(self, normalised: Array) -> Array:
        """The scores of the total, (units,)."""
        return self.scores(normalised)[:, -1]

    def with_weights(self, weights: Sequence[Sequence[float]]) -> Tree:
        """The same tree with other weights, joint by joint."""
        joints = zip(self.joints, weights, strict=True)
        return replace(
            self, joints=tuple(replace(joint, weights=tuple(new)) for joint, new in joints)
        )

    def with_aggregations(self, aggregations: Sequence[Aggregation]) -> Tree:
        """The same tree averaged otherwise, joint by joint."""
        joints = zip(self.joints, aggregations, strict=True)
        return replace(self, joints=tuple(replace(joint, aggregation=new) for joint, new in joints))


def tree_of(scheme: Scheme, weights: Mapping[str, float]) -> Tree:
    """The tree of a scheme whose weights, those found from data included, are told by code."""
    depths = {scheme.total.code: 0}
    for branch in scheme.branches[1:]:
        depths[branch.code] = depths[branch.parent or ""] + 1
    upwards = scheme.branches[::-1]
    places = {each.code: at for at, each in enumerate((*scheme.indicators, *upwards))}
    joints = tuple(
        Joint(
            tuple(places[part.code] for part in scheme.parts(branch.code)),
            tuple(weights[part.code] for part in scheme.parts(branch.code)),
            branch.aggregation,
        )
        for branch in upwards
    )
    return Tree(len(scheme.indicators), joints, tuple(depths[each.code] for each in upwards))
