"""The least total effort that makes a rule pass.

A verdict changes only where one of its comparisons does, and each comparison is linear in each
lever by itself. So from any point only the steps to where a comparison changes for the better
matter, and a search that always goes on from the cheapest point reached (Dijkstra) meets the least
effort first. Where several levers help the same comparison, a mix of them can be the least: then
the last step before a change for the worse counts as well, and near the change every step.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

from kechuang.eligibility.directions import BOTH, DOWN, UP, directions, turned
from kechuang.eligibility.levers import Lever
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.nodes import Node, walk
from kechuang.eligibility.python_target import compile_nodes

MOST_POINTS = 4000
"""Points that a search looks at before it gives up the proof."""
NEAR: Final = 24
"""Steps up to which levers that help the same comparison are mixed in every way."""


@dataclass(frozen=True, slots=True)
class Found:
    """The steps of each lever in a cheapest way to pass."""

    steps: tuple[int, ...]
    cost: Fraction


class TooManyPoints(Exception):  # noqa: N818 - it says what happened
    """The search was given up: nothing is known of what lies beyond."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """A comparison of numbers: which way it helps, and the columns that it is linear in."""

    op: str
    direction: int
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Slope:
    """A comparison that a step of a lever moves: `gap + steps × slope op 0`.

    `changes` are after how many steps it changes, and whether that is for the better; `hurts` says
    whether more steps can do harm.
    """

    atom: int
    changes: tuple[tuple[int, bool], ...]
    hurts: bool

    @classmethod
    def of(cls, number: int, atom: _Atom, gap: int, slope: int) -> _Slope:
        """The slope of a comparison."""
        if atom.op in {"=", "!="}:
            ways = BOTH
        else:
            ways = UP if (slope > 0) is (atom.op in {">", ">="}) else DOWN
        changes: list[tuple[int, bool]] = []
        for steps, holds in _flips(atom.op, gap, slope):
            if atom.direction & (UP if holds else DOWN):
                changes.append((steps, True))
            if atom.direction & (DOWN if holds else UP):
                changes.append((steps, False))
        return cls(number, tuple(changes), bool(atom.direction & turned(ways)))

    @property
    def is_ahead(self) -> bool:
        """Whether a change for the better is still to come."""
        return any(better for _, better in self.changes)


class Search:
    """Searches for one rule on one day."""

    def __init__(self, lowered: Lowered, goal: Node | None = None) -> None:
        """The goal is the verdict, where no condition is given."""
        goal = goal or lowered.verdict
        nodes = list(walk([goal]))
        found, moved_by = directions(goal), _movers(nodes)
        compared = [
            node
            for node in nodes
            if node.kind == "compare" and node.args[0].type == "int" and moved_by[node.number]
        ]
        self._atoms = [
            _Atom(str(node.value), found[node.number], moved_by[node.number]) for node in compared
        ]
        ends = [end for node in compared for end in node.args]
        self._evaluate = compile_nodes([goal, *ends])
        self._moved: dict[frozenset[str], list[int]] = {}
        numbers = {node.number: number for number, node in enumerate(compared)}
        self._leaves = {
            leaf.condition.id: _looked_at(leaf.node, numbers)
            for leaf in lowered.leaves
            if leaf.condition.when is not None
        }

    def verdict(self, facts: Mapping[str, Any]) -> bool | None:
        """The verdict on facts with the figures of rows beside them."""
        return self._evaluate(facts)[0]

    @staticmethod
    def after(facts: Mapping[str, Any], levers: Sequence[Lever], found: Found) -> dict[str, Any]:
        """The facts after the steps that were found."""
        return moved(facts, levers, found.steps)

    def relevant(
        self, facts: Mapping[str, Any], levers: Sequence[Lever], failing: Container[str]
    ) -> list[Lever]:
        """The levers of the failing conditions, and of those that a move of these could break."""
        now = self._evaluate(facts)
        hurt: list[set[int]] = []
        for lever in levers:
            slopes = self._slopes(lever, now, self._evaluate(moved(facts, [lever], [1])))
            hurt.append({slope.atom for slope in slopes if slope.hurts})
        looked_at, chosen = set[str](), [False] * len(levers)
        more = {code for code in self._leaves if code in failing}
        while more != looked_at:
            looked_at = more
            columns = {column for code in looked_at for column in self._leaves[code][0]}
            chosen = [not columns.isdisjoint((each.column, *each.effects)) for each in levers]
            atoms = {atom for each, move in zip(hurt, chosen, strict=True) if move for atom in each}
            more = looked_at | {
                code for code, (_, own) in self._leaves.items() if not own.isdisjoint(atoms)
            }
        return [lever for lever, move in zip(levers, chosen, strict=True) if move]

    def _slopes(
        self, lever: Lever, now: tuple[Any, ...], after: tuple[Any, ...]
    ) -> Iterator[_Slope]:
        """The comparisons that a step of a lever moves, from the values now and a step on."""
        for number in self._moved_by(frozenset(lever.effects)):
            place = 1 + 2 * number
            ends = (*now[place : place + 2], *after[place : place + 2])
            if None not in ends:
                gap = ends[0] - ends[1]
                slope = ends[2] - ends[3] - gap
                if slope:
                    yield _Slope.of(number, self._atoms[number], gap, slope)

    def _moved_by(self, columns: frozenset[str]) -> list[int]:
        """The comparisons that these columns move."""
        if columns not in self._moved:
            self._moved[columns] = [
                number
                for number, atom in enumerate(self._atoms)
                if not atom.columns.isdisjoint(columns)
            ]
        return self._moved[columns]

    def cheapest(
        self,
        facts: Mapping[str, Any],
        levers: Sequence[Lever],
        limit: Fraction | None = None,
        *,
        open_counts: bool = False,
        most: int | None = None,
    ) -> Found | None:
        """The least effort with some levers, or None where they do not suffice.

        With a `limit` nothing is looked for beyond that effort, with `most` it gives up after so
        many points already. `open_counts` says that it is
        enough when the goal is no longer refuted: facts that nobody knows may still be missing.

        Raises:
            TooManyPoints: there are more points to look at than the search allows itself.
        """
        start = (0,) * len(levers)
        # Whole numbers are compared much faster than fractions: efforts in parts of their own.
        parts = lcm(*(lever.cost.denominator for lever in levers))
        costs = [int(lever.cost * parts) for lever in levers]
        within = None if limit is None else limit * parts // 1
        heap: list[tuple[int, tuple[int, ...]]] = [(0, start)]
        best: dict[tuple[int, ...], int] = {start: 0}
        looked = 0
        while heap:
            if looked >= (most or MOST_POINTS):
                raise TooManyPoints(looked)
            cost, point = heapq.heappop(heap)
            if cost > best[point]:
                continue
            looked += 1
            values = self._evaluate(moved(facts, levers, point))
            if values[0] is True or (open_counts and values[0] is None):
                return Found(point, Fraction(cost, parts))
            for position, steps in self._next(facts, levers, point, values):
                further = cost + costs[position] * steps
                if within is not None and further > within:
                    continue
                other = _with(point, position, point[position] + steps)
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
    ) -> Iterator[tuple[int, int]]:
        """Where the next comparisons change, one lever at a time: its position, how many steps."""
        slopes: dict[int, list[_Slope]] = {}
        for position, lever in enumerate(levers):
            if point[position] >= lever.most:
                continue
            if lever.effects:
                one = _with(point, position, point[position] + 1)
                after = self._evaluate(moved(facts, levers, one))
                slopes[position] = list(self._slopes(lever, values, after))
            else:
                yield position, 1
        helped = Counter(each.atom for found in slopes.values() for each in found if each.is_ahead)
        shared = {atom for atom, count in helped.items() if count > 1}
        for position, found in slopes.items():
            most = levers[position].most - point[position]
            for steps in _steps(found, shared, most):
                yield position, steps


def _looked_at(
    condition: Node, numbers: Mapping[int, int]
) -> tuple[frozenset[str], frozenset[int]]:
    """The columns and the comparisons of a condition."""
    nodes = list(condition.walk())
    return (
        frozenset(str(node.value) for node in nodes if node.kind == "column"),
        frozenset(numbers[node.number] for node in nodes if node.number in numbers),
    )


def _movers(nodes: Sequence[Node]) -> dict[int, frozenset[str]]:
    """The columns that a number moves with itself, and not only by conditions such as bands."""
    found: dict[int, frozenset[str]] = {}
    for node in nodes:
        args = node.args[1:] if node.kind == "choose" else node.args
        own = {str(node.value)} if node.kind == "column" and node.type == "int" else set[str]()
        found[node.number] = frozenset(own).union(*(found[arg.number] for arg in args))
    return found


def _steps(slopes: Sequence[_Slope], shared: Container[int], most: int) -> set[int]:
    """How many steps of a lever are worth a look."""
    mixed = any(each.is_ahead and each.atom in shared for each in slopes)
    found: set[int] = set()
    for each in slopes:
        for steps, better in each.changes:
            if better:
                found.add(min(steps, most) if each.atom in shared else steps)
                if each.atom in shared and steps <= NEAR:
                    found.add(1)
            elif mixed:
                found.add(steps - 1)
    return {steps for steps in found if 0 < steps <= most}


def _flips(op: str, gap: int, slope: int) -> Iterator[tuple[int, bool]]:
    """After how many steps `gap + steps × slope op 0` becomes true or false."""
    if op in {"=", "!="}:
        if gap * slope < 0 and gap % slope == 0:
            yield -gap // slope, op == "="
        if gap * slope <= 0 and gap % slope == 0:
            yield -gap // slope + 1, op == "!="
        return
    if op in {"<", "<="}:
        gap, slope, op = -gap, -slope, {"<": ">", "<=": ">="}[op]
    least = 0 if op == ">=" else 1
    if gap < least and slope > 0:
        yield -((gap - least) // slope), True
    elif gap >= least and slope < 0:
        yield (gap - least) // -slope + 1, False


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
