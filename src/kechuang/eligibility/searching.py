"""The least total effort that makes a rule pass.

A verdict changes only where one of its comparisons does, and each comparison is linear in each
lever by itself. So from any point only the steps to where a comparison begins to hold matter, and
a search that always goes on from the cheapest point reached (Dijkstra) meets the least effort
first, provided that the levers of one comparison can be set one after another.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kechuang.eligibility.levers import Lever
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.nodes import Node, walk
from kechuang.eligibility.python_target import compile_nodes

MOST_POINTS = 4000
"""Points that a search looks at before it gives up the proof."""


@dataclass(frozen=True, slots=True)
class Found:
    """The steps of each lever in a cheapest way to pass."""

    steps: tuple[int, ...]
    cost: Fraction


class TooManyPoints(Exception):  # noqa: N818 - it says what happened
    """The search was given up: nothing is known of what lies beyond."""


class Search:
    """Searches for one rule on one day."""

    def __init__(self, lowered: Lowered) -> None:
        self._atoms: list[Node] = [
            node
            for node in walk([lowered.verdict])
            if node.kind == "compare" and node.args[0].type == "int"
        ]
        ends = [end for atom in self._atoms for end in atom.args]
        self._evaluate = compile_nodes([lowered.verdict, *ends])

    def verdict(self, facts: Mapping[str, Any]) -> bool | None:
        """The verdict on facts with the figures of rows beside them."""
        return self._evaluate(facts)[0]

    def relevant(
        self, facts: Mapping[str, Any], levers: Sequence[Lever], failing: Container[str]
    ) -> list[Lever]:
        """The levers that move what fails, and those that mend what such a move could break."""
        now = self._evaluate(facts)
        signs: list[dict[int, bool]] = []
        for lever in levers:
            after = self._evaluate(moved(facts, [lever], [1]))
            signs.append(self._directions(now, after))
        chosen = {
            position
            for position, lever in enumerate(levers)
            if any(name in failing for name in (lever.column, *lever.effects))
        }
        grown = True
        while grown:
            hurt = {atom for each in chosen for atom, helps in signs[each].items() if not helps}
            more = {
                position
                for position, atoms in enumerate(signs)
                if any(helps and atom in hurt for atom, helps in atoms.items())
            }
            grown = not more <= chosen
            chosen |= more
        return [lever for position, lever in enumerate(levers) if position in chosen]

    def _directions(self, now: tuple[Any, ...], after: tuple[Any, ...]) -> dict[int, bool]:
        """For each comparison that a step moves, whether it moves towards holding."""
        found: dict[int, bool] = {}
        for number, _, slope, op in self._slopes(now, after):
            found[number] = (slope > 0) is (op in {">", ">=", "!="})
        return found

    def _slopes(
        self, now: tuple[Any, ...], after: tuple[Any, ...]
    ) -> Iterator[tuple[int, int, int, str]]:
        """Number, gap, slope and sign of each comparison that a step moves."""
        for number, atom in enumerate(self._atoms):
            ends = (*now[1 + 2 * number : 3 + 2 * number], *after[1 + 2 * number : 3 + 2 * number])
            if None not in ends:
                gap = ends[0] - ends[1]
                slope = ends[2] - ends[3] - gap
                if slope:
                    yield number, gap, slope, str(atom.value)

    def cheapest(self, facts: Mapping[str, Any], levers: Sequence[Lever]) -> Found | None:
        """The least effort with some levers, or None where they do not suffice.

        Raises:
            TooManyPoints: there are more points to look at than the search allows itself.
        """
        start = (0,) * len(levers)
        heap: list[tuple[Fraction, tuple[int, ...]]] = [(Fraction(0), start)]
        best: dict[tuple[int, ...], Fraction] = {start: Fraction(0)}
        looked = 0
        while heap:
            if looked >= MOST_POINTS:
                raise TooManyPoints(looked)
            cost, point = heapq.heappop(heap)
            if cost > best[point]:
                continue
            looked += 1
            values = self._evaluate(moved(facts, levers, point))
            if values[0] is True:
                return Found(point, cost)
            for other in self._next(facts, levers, point, values):
                further = sum(
                    (lever.cost * steps for lever, steps in zip(levers, other, strict=True)),
                    Fraction(0),
                )
                if further < best.get(other, further + 1):
                    best[other] = further
                    heapq.heappush(heap, (further, other))
        return None

    def _next(
        self,
        facts: Mapping[str, Any],
        levers: Sequence[Lever],
        point: tuple[int, ...],
        values: tuple[Any, ...],
    ) -> Iterator[tuple[int, ...]]:
        """The points at which the next comparisons change, one lever at a time."""
        for position, lever in enumerate(levers):
            if point[position] >= lever.most:
                continue
            one = _with(point, position, point[position] + 1)
            if not lever.effects:
                yield one
                continue
            after = self._evaluate(moved(facts, levers, one))
            for steps in self._changes(values, after):
                if point[position] + steps <= lever.most:
                    yield _with(point, position, point[position] + steps)

    def _changes(self, values: tuple[Any, ...], after: tuple[Any, ...]) -> set[int]:
        """After how many steps some comparison begins to hold, from its ends now and a step on."""
        return {
            steps
            for _, gap, slope, op in self._slopes(values, after)
            for steps in _crossings(op, gap, slope)
        }


def _crossings(op: str, gap: int, slope: int) -> Iterator[int]:
    """The first number of steps after which `gap + steps × slope op 0` holds, if not now."""
    if op in {"<", "<="}:
        gap, slope, op = -gap, -slope, {"<": ">", "<=": ">="}[op]
    if op == "!=":
        if gap == 0:
            yield 1
    elif op == "=":
        if gap * slope < 0 and gap % slope == 0:
            yield -gap // slope
    else:
        least = 0 if op == ">=" else 1
        if gap < least and slope > 0:
            yield -((gap - least) // slope)


def moved(
    facts: Mapping[str, Any], levers: Sequence[Lever], point: Sequence[int]
) -> dict[str, Any]:
    """The facts after so many steps of each lever."""
    result = dict(facts)
    for lever, steps in zip(levers, point, strict=True):
        if not steps:
            continue
        if not lever.effects:
            result[lever.column] = True
        for name, size in lever.effects.items():
            if result.get(name) is not None:
                result[name] += size * steps
    return result


def _with(point: tuple[int, ...], position: int, value: int) -> tuple[int, ...]:
    return (*point[:position], value, *point[position + 1 :])
