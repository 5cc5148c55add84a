"""Scores of many draws at once.

Draws that share the scale of indicators and the means of every level are scored together: as long
as a branch and the one above it take the same mean, weights multiply, so that the whole is one
product of matrices. Where scores are missing, weights differ by unit and each branch is summed by
itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.arrays import Array, Integers, Truths
from kechuang.evaluation.choices import AS_IT_IS, Draws
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.means import inner, needs_positive, outer, refuses_negative
from kechuang.evaluation.placing import threads
from kechuang.evaluation.trees import Tree

BLOCK: Final = 250_000
"""Scores that a thread computes at a time: 2 MB."""
PIECE: Final = 250_000
"""Multiplications of one product of matrices, below which OpenBLAS uses one thread."""
PIECE_COLUMNS: Final = 256


def scores_of(
    tree: Tree, matrices: Sequence[Array], alternatives: Sequence[Aggregation], draws: Draws
) -> Array:
    """The total of every unit in every draw, (draws, units); NaN where a unit has none.

    `matrices` are the scores of indicators, (units, leaves), of each scale that draws name.

    Raises:
        EvaluationError: scores that are not positive under a mean that needs it.
    """
    scores = np.empty((len(draws), matrices[0].shape[0]))
    with ThreadPoolExecutor(threads()) as pool:
        for done in list(_started(tree, matrices, alternatives, draws, scores, pool)):
            done.result()
    return scores


def _started(
    tree: Tree,
    matrices: Sequence[Array],
    alternatives: Sequence[Aggregation],
    draws: Draws,
    scores: Array,
    pool: Executor,
) -> Iterator[Future[None]]:
    """Set to work on draws that differ in weights only, a block of them at a time."""
    keys = np.column_stack([draws.scales, draws.aggregations])
    order = np.lexsort(keys.T)
    changes = np.flatnonzero((np.diff(keys[order], axis=0) != 0).any(axis=1)) + 1
    step = max(1, BLOCK // max(scores.shape[1], 1))
    for alike in np.split(order, changes):
        matrix = matrices[int(draws.scales[alike[0]])]
        means = _means(tree, alternatives, draws.aggregations[alike[0]])
        group = (_ByPairs if _by_pairs(means) else _Group)(tree, means, matrix)
        for start in range(0, alike.size, step):
            yield pool.submit(_scored, group, draws, alike[start : start + step], scores)


def _scored(group: _ByPairs | _Group, draws: Draws, rows: Integers, scores: Array) -> None:
    """Score some draws in a block of their own, which stays in the cache, and put them away."""
    block = np.empty((rows.size, scores.shape[1]))
    group.score(draws.multipliers[rows], block)
    scores[rows] = block


def _means(
    tree: Tree, alternatives: Sequence[Aggregation], chosen: Integers
) -> tuple[Aggregation, ...]:
    """How each joint is averaged; the share of parts that a unit needs stays that of the tree."""
    found: list[Aggregation] = []
    for joint, depth in zip(tree.joints, tree.depths, strict=True):
        own, at = joint.aggregation, int(chosen[depth])
        other = own if at == AS_IT_IS else alternatives[at]
        found.append(Aggregation(other.method, other.power, own.least))
    return tuple(found)


def _by_pairs(means: Sequence[Aggregation]) -> bool:
    return any(mean.method == "copeland" for mean in means)


@dataclass(frozen=True, slots=True)
class _ByPairs:
    """Means of which one compares pairs of units: no shorter way than to do so in each draw."""

    tree: Tree
    means: Sequence[Aggregation]
    matrix: Array

    def score(self, multipliers: Array, scores: Array) -> None:
        """Write the totals for some rows of multipliers, (rows, units)."""
        otherwise = self.tree.with_aggregations(self.means)
        for row, factors in enumerate(multipliers):
            weights = [
                (np.array(joint.weights) * factors[list(joint.parts)]).tolist()
                for joint in self.tree.joints
            ]
            scores[row] = otherwise.with_weights(weights).total(self.matrix)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A weighted sum of parts: coefficients of leaves (draws, leaves), and all else, if any."""

    of_leaves: Array
    rest: Array | None


class _Group:
    """One scale and one set of means; scores of any weights."""

    def __init__(self, tree: Tree, means: Sequence[Aggregation], matrix: Array) -> None:
        self._tree, self._means, self._matrix = tree, means, matrix
        self._has: Truths = np.isfinite(matrix)
        self._whole = bool(self._has.all())
        self._turned = dict[int, Array]()
        for at, (joint, mean) in enumerate(zip(tree.joints, means, strict=True)):
            own = [part for part in joint.parts if part < tree.leaves]
            _check_positive(matrix[:, own], mean)
            filled = np.where(self._has[:, own], matrix[:, own], 1.0)
            self._turned[at] = np.where(self._has[:, own], inner(filled, mean), 0.0).T
        self._columns = [self._summed_under(mean) for mean in means]

    def score(self, multipliers: Array, scores: Array) -> None:
        """Write the totals for some rows of multipliers, (rows, units)."""
        weights = self._weights(multipliers)
        if self._whole and all((each.sum(axis=1) > 0).all() for each in weights):
            self._joined(len(self._tree.joints) - 1, weights, scores)
        else:
            scores[:] = self._known(weights)

    def _weights(self, multipliers: Array) -> list[Array]:
        """The weights of the parts of each joint; a branch of which all is left out has none."""
        leaves = self._tree.leaves
        there = np.ones_like(multipliers)
        found: list[Array] = []
        for at, joint in enumerate(self._tree.joints):
            parts = list(joint.parts)
            raw = np.array(joint.weights) * multipliers[:, parts] * there[:, parts]
            whole = raw.sum(axis=1, keepdims=True)
            there[:, leaves + at] = whole[:, 0] > 0
            found.append(np.divide(raw, whole, out=np.zeros_like(raw), where=whole > 0))
        return found

    def _joined(self, at: int, weights: Sequence[Array], out: Array) -> Array:
        """The scores of a joint where nothing is missing, written to `out`."""
        total, mean = self._sum(at, weights), self._means[at]
        _multiply(total.of_leaves, self._columns[at], out)
        if total.rest is not None:
            out += total.rest
        return outer(out, mean, out)

    def _sum(self, at: int, weights: Sequence[Array]) -> _Sum:
        joint, mean, leaves = self._tree.joints[at], self._means[at], self._tree.leaves
        coefficients, rest = np.zeros((len(weights[at]), leaves)), None
        for column, part in enumerate(joint.parts):
            weight = weights[at][:, column : column + 1]
            if part < leaves:
                coefficients[:, part] += weight[:, 0]
                continue
            below = part - leaves
            if _is_same(mean, self._means[below]):
                inside = self._sum(below, weights)
                coefficients += weight * inside.of_leaves
                more = None if inside.rest is None else weight * inside.rest
            else:
                room = np.empty((len(weight), len(self._matrix)))
                values = self._joined(below, weights, room)
                _check_positive(values, mean)
                more = weight * inner(values, mean)
            if more is not None:
                rest = more if rest is None else rest + more
        return _Sum(coefficients, rest)

    def _summed_under(self, mean: Aggregation) -> Array:
        """The leaves as they are summed under a mean, (leaves, units); 0 where another is."""
        found = np.zeros(self._matrix.shape[::-1])
        for at, joint in enumerate(self._tree.joints):
            if _is_same(mean, self._means[at]):
                own = [part for part in joint.parts if part < self._tree.leaves]
                found[own] = self._turned[at]
        return found

    def _known(self, weights: Sequence[Array]) -> Array:
        """The totals where something is missing: each branch over what a unit has."""
        leaves, values = self._tree.leaves, dict[int, Array]()
        for at, joint in enumerate(self._tree.joints):
            mean = self._means[at]
            own = [column for column, part in enumerate(joint.parts) if part < leaves]
            has = self._has[:, [joint.parts[column] for column in own]].T
            sums = weights[at][:, own] @ self._turned[at]
            whole = weights[at][:, own] @ has.astype(np.float64)
            count = np.broadcast_to(has.sum(axis=0, dtype=np.float64), sums.shape)
            for column, part in enumerate(joint.parts):
                if part >= leaves:
                    below = values.pop(part)
                    known = np.isfinite(below)
                    _check_positive(below, mean)
                    weight = weights[at][:, column : column + 1]
                    sums += weight * np.where(known, inner(np.where(known, below, 1.0), mean), 0.0)
                    whole += weight * known
                    count = count + known
            enough = (whole > 0) & (count / len(joint.parts) >= mean.least)
            means = np.divide(sums, whole, out=np.ones_like(sums), where=enough)
            values[leaves + at] = np.where(enough, outer(means, mean), np.nan)
        return values[leaves + len(self._tree.joints) - 1]


def _multiply(left: Array, right: Array, out: Array) -> None:
    """The product of matrices, in pieces that the library of linear algebra does not share out.

    Threads of ours work beside each other; were each product shared out again, they would wait for
    one another. It also makes a score the same for any number of threads.
    """
    columns = min(right.shape[1], PIECE_COLUMNS)
    rows = max(1, PIECE // max(1, columns * left.shape[1]))
    for start in range(0, left.shape[0], rows):
        for place in range(0, right.shape[1], columns):
            np.matmul(
                left[start : start + rows],
                right[:, place : place + columns],
                out=out[start : start + rows, place : place + columns],
            )


def _is_same(one: Aggregation, other: Aggregation) -> bool:
    return one.method == other.method and (
        one.method in {"arithmetic", "geometric", "harmonic"} or one.power == other.power
    )


def _check_positive(values: Array, mean: Aggregation) -> None:
    """Refuse what a mean is not made for; missing values are no cause."""
    if needs_positive(mean):
        wrong = (values <= 0).any()
    else:
        wrong = refuses_negative(mean) and (values < 0).any()
    if wrong:
        why = f"这种平均要求得分大于 0，有一种正规化给出 {np.nanmin(values):g}"
        remedy = "正规化改用 1—100（low: 1），或不用几何、调和平均"
        raise EvaluationError("not_positive", "模拟算不出", why, remedy)
