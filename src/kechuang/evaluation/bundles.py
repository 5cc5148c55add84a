"""The cheapest bundle of improvements that takes a unit to a score, exactly.

The score of a unit is an average of averages of its indicators' scores, and each of those depends
on its own column alone. So of all that costs the same within a branch only the highest score
matters, and of all that scores the same only the cheapest: each branch is worth its frontier of
cost and score, which is made of those of its parts.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.levers import Evaluate, Lever, check_levers, moved
from kechuang.evaluation.means import inner, outer
from kechuang.evaluation.trees import Joint, Tree

MOST_PAIRS: Final = 20_000_000
"""Pairs of a frontier and a part that are held at a time: 0.5 GB."""
MOST_POINTS: Final = 20_000
"""Bundles that a search looks at before it gives up the proof."""
SAME: Final = 1e-9
"""How far, relatively, the score of a frontier may lie from that of the whole evaluation."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """How many steps of each lever, in their order, what they cost, and what score they give.

    Where `reaches` is False, no bundle goes that far and this is the cheapest of the best ones.
    """

    steps: tuple[int, ...]
    cost: float
    score: float
    reaches: bool


@dataclass(frozen=True, slots=True)
class _Frontier:
    """Costs rising, and with each the highest value that so much gives; `steps` tells how.

    None of these has another that costs no more and is worth no less.
    """

    costs: Array
    values: Array
    steps: NDArray[np.int32]


def cheapest_bundle(
    unit: int,
    values: Array,
    levers: Sequence[Lever],
    normalised: Evaluate,
    tree: Tree,
    least: float,
) -> Bundle:
    """The least total cost with which a unit (its row) comes to a score of `least` or more.

    Among bundles of that cost it is one of the highest score. `normalised` takes the values of all
    units, (units, indicators), to the scores of the indicators, each from its own column.

    Raises:
        EvaluationError: a lever that cannot be moved; Copeland's method, which has no scores; zero
            or negative scores under a mean that needs positive ones; a unit without a score; too
            many bundles to compare; or scores of indicators that depend on other columns.
    """
    check_levers(unit, values, levers)
    if any(joint.aggregation.method == "copeland" for joint in tree.joints):
        why = "科普兰法只给名次，没有可以达到的分数"
        raise EvaluationError("lever", "算不出改进办法", why, "这一级改用平均数")
    everybody = normalised(values)
    start, now = everybody[unit], tree.total(everybody)[unit]
    if np.isnan(now):
        raise EvaluationError("no_data", "算不出改进办法", "该单位没有总分", "先补上数据")
    by_column = {lever.indicator: at for at, lever in enumerate(levers)}
    places: list[_Frontier | None] = []
    for column in range(tree.leaves):
        at = by_column.get(column)
        if np.isnan(start[column]):
            places.append(None)
        elif at is None:
            places.append(_fixed(float(start[column]), len(levers)))
        else:
            places.append(_of_lever(unit, values, levers, at, normalised))
    for joint in tree.joints:
        places.append(_of_joint(joint, places))
    whole = cast("_Frontier", places[-1])  # who has a score has a frontier
    at = int(np.searchsorted(whole.values, least))
    reaches = at < whole.values.size
    at = at if reaches else -1
    steps = tuple(int(each) for each in whole.steps[at])
    score = float(tree.total(normalised(moved(unit, values, levers, steps)))[unit])
    if not np.isclose(score, whole.values[at], rtol=SAME, atol=SAME):
        why = "某项指标的得分随别的指标而变"
        remedy = "固定权重后再算，或改用逐个查找"
        raise EvaluationError("lever", "最省的办法不能逐级求得", why, remedy)
    return Bundle(steps, float(whole.costs[at]), score, reaches)


def _fixed(value: float, levers: int) -> _Frontier:
    return _Frontier(np.zeros(1), np.array([value]), np.zeros((1, levers), dtype=np.int32))


def _of_lever(
    unit: int, values: Array, levers: Sequence[Lever], at: int, normalised: Evaluate
) -> _Frontier:
    lever = levers[at]
    counts = np.arange(lever.most + 1.0)
    found = [
        normalised(moved(unit, values, [lever], [int(each)]))[unit, lever.indicator]
        for each in counts
    ]
    steps = np.zeros((counts.size, len(levers)), dtype=np.int32)
    steps[:, at] = counts
    return _kept(counts * lever.cost, np.array(found), lambda chosen: steps[chosen])


def _kept(
    costs: Array, values: Array, steps_of: Callable[[NDArray[np.intp]], NDArray[np.int32]]
) -> _Frontier:
    """Only what no other beats in cost and value."""
    order = np.lexsort((-values, costs))
    rising = values[order]
    better = np.ones(order.size, dtype=np.bool_)
    better[1:] = rising[1:] > np.maximum.accumulate(rising)[:-1]
    chosen = order[better]
    return _Frontier(costs[chosen], values[chosen], steps_of(chosen))


def _of_joint(joint: Joint, places: Sequence[_Frontier | None]) -> _Frontier | None:
    parts = [
        (places[part], weight) for part, weight in zip(joint.parts, joint.weights, strict=True)
    ]
    known = [(part, weight) for part, weight in parts if part is not None]
    whole = sum(weight for _, weight in known)
    if not whole > 0 or len(known) / len(parts) < joint.aggregation.least:
        return None
    sums: _Frontier | None = None
    for part, weight in known:
        if weight > 0:
            turned = inner(part.values, joint.aggregation) * weight
            each = _Frontier(part.costs, turned, part.steps)
            sums = each if sums is None else _both(sums, each)
    if sums is None:
        return None
    return _Frontier(sums.costs, outer(sums.values / whole, joint.aggregation), sums.steps)


def _both(one: _Frontier, other: _Frontier) -> _Frontier:
    pairs = one.costs.size * other.costs.size
    if pairs > MOST_PAIRS:
        why = f"要比较的组合有 {pairs} 个，超过 {MOST_PAIRS} 个"
        remedy = "把步长放大、步数减少，或把成本写成整数"
        raise EvaluationError("lever", "改进办法太多，算不完", why, remedy)

    def steps(chosen: NDArray[np.intp]) -> NDArray[np.int32]:
        return one.steps[chosen // other.costs.size] + other.steps[chosen % other.costs.size]

    costs = np.add.outer(one.costs, other.costs).ravel()
    return _kept(costs, np.add.outer(one.values, other.values).ravel(), steps)


def cheapest_by_search(
    levers: Sequence[Lever], reaches: Callable[[tuple[int, ...]], bool]
) -> tuple[int, ...] | None:
    """The cheapest steps for which anything at all holds, by looking at bundles by rising cost.

    For goals that are no score of the unit's own, as a rank. None where no bundle reaches it.

    Raises:
        EvaluationError: none of the `MOST_POINTS` cheapest bundles reaches it.
    """
    order = count()
    start = (0,) * len(levers)
    heap: list[tuple[float, int, int, tuple[int, ...]]] = [(0.0, next(order), 0, start)]
    for _ in range(MOST_POINTS):
        if not heap:
            return None
        cost, _, first, steps = heapq.heappop(heap)
        if reaches(steps):
            return steps
        for at in range(first, len(levers)):  # later levers only: each bundle comes up once
            if steps[at] < levers[at].most:
                more = (*steps[:at], steps[at] + 1, *steps[at + 1 :])
                heapq.heappush(heap, (cost + levers[at].cost, next(order), at, more))
    why = f"最省的 {MOST_POINTS} 种组合都达不到"
    raise EvaluationError("lever", "改进办法太多，算不完", why, "把步长放大，或减少可改进的指标")
