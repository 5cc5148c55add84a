"""Lowering point tables: what a missing fact leaves open becomes a range from least to most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from kechuang.eligibility.lowered import Range
from kechuang.eligibility.nodes import Node
from kechuang.reference.fields import Field
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Elapsed, Expression, Name
from kechuang.rulebook.kinds import Kinds
from kechuang.rulebook.model import Banded, Chosen, Combined, Points, Score, Valued
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import POINTS

if TYPE_CHECKING:
    from kechuang.eligibility.lowering import Lowering


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a table: its condition (None is the last), and what it gives in one factor."""

    condition: Node | None
    low: Node
    high: Node


def lower_score(lowering: Lowering, score: Score, scope: Scope) -> Range:
    """The range of a score with its cap."""
    body = score.body
    if isinstance(body, Combined):
        items = [_item(lowering, item, scope) for item in body.items]
        numbers = lowering.numbers
        result = numbers.extreme("max", items) if body.op == "best_of" else numbers.total(items)
    elif isinstance(body, Valued):
        result = lowering.number(body.value, scope)
    else:
        result = _given(lowering, body, _table(lowering, body, scope), scope)
    if score.cap is None:
        return result
    cap = lowering.number(score.cap, scope)
    capped = lowering.numbers.extreme("min", [result, cap])
    if not isinstance(body, Valued) or Kinds(scope).of(body.value).dimension != POINTS:
        return capped
    return _open_points(lowering, capped, cap)


def _item(lowering: Lowering, item: Score | str, scope: Scope) -> Range:
    if isinstance(item, str):
        return lowering.number(Name(item), scope)
    return lowering.score(item, scope)


def _open_points(lowering: Lowering, value: Range, cap: Range) -> Range:
    """Points that nobody has entered yet lie between none and the cap."""
    nodes = lowering.nodes
    if not value.low.nullable or not value.is_exact:
        return value
    missing = nodes.is_null(value.low)
    most = nodes.times(cap.low, int(cap.factor / value.factor))
    low = nodes.choose(missing, nodes.constant(0), value.low)
    return Range(low, nodes.choose(missing, most, low), None, value.factor)


def _table(lowering: Lowering, body: Banded | Chosen, scope: Scope) -> Range:
    points = body.points if isinstance(body, Banded) else [each for _, each in body.lines]
    ends = [_ends(lowering, each, scope) for each in points]
    factor = Fraction(
        gcd(*(end.factor.numerator for pair in ends for end in pair)),
        lcm(*(end.factor.denominator for pair in ends for end in pair)),
    )
    nodes = [
        tuple(lowering.nodes.times(end.low, int(end.factor / factor)) for end in pair)
        for pair in ends
    ]
    if isinstance(body, Chosen):
        conditions = [
            None if condition is None else lowering.truth(condition, scope)
            for condition, _ in body.lines
        ]
        lines = [
            _Line(condition, low, high)
            for condition, (low, high) in zip(conditions, nodes, strict=True)
        ]
        low, high = _first_that_holds(lowering, lines)
        return Range(low, high, None, factor)
    low, high = _banded(lowering, body, nodes, scope)
    return Range(low, high, None, factor)


def _ends(lowering: Lowering, points: Points, scope: Scope) -> tuple[Range, Range]:
    """The least and the most that a line gives; a score in it can itself be a range."""
    low = lowering.number(points.low, scope)
    high = low if points.high is None else lowering.number(points.high, scope)
    if low.divisor is not None or high.divisor is not None:
        why = "表格的一行给出的应是一个数，比值可能不存在"
        raise RuleError("type", "表格行里不能有比值", why, "改写成常数或字段的倍数")
    return (
        Range(low.low, low.low, None, low.factor),
        Range(high.high, high.high, None, high.factor),
    )


# --- by size


def _banded(
    lowering: Lowering, body: Banded, points: Sequence[tuple[Node, ...]], scope: Scope
) -> tuple[Node, Node]:
    """The chain of bands from the top; missing facts and divisors are looked at first."""
    if isinstance(body.of, Elapsed) or _is_range(lowering, body.of, scope):
        return _banded_by_conditions(lowering, body, points, scope)
    if not body.cuts:
        return points[0][0], points[0][1]
    sides = [lowering.sides(body.of, cut.value, scope) for cut in body.cuts]
    value = sides[0][0]
    conditions = _at_cuts(lowering, value, [edge for _, edge in sides], body)
    lines = [
        _Line(condition, low, high)
        for condition, (low, high) in zip(conditions, points[1:], strict=True)
    ]
    return _guarded(lowering, value, [*reversed(lines), _Line(None, *points[0])])


def _at_cuts(lowering: Lowering, value: Range, edges: Sequence[Range], body: Banded) -> list[Node]:
    """Whether a value has reached each cut, for a divisor that is known to be positive.

    Ratios are brought to one denominator, so that the value is multiplied once for all cuts.
    """
    nodes, numbers = lowering.nodes, lowering.numbers
    known = [numbers.is_constant(edge) for edge in edges]
    shares = [each / value.factor for each in known if each is not None]
    if value.divisor is None or len(shares) < len(edges):
        return [
            numbers.compare(">=" if cut.upper else ">", value, edge)
            for cut, edge in zip(body.cuts, edges, strict=True)
        ]
    denominator = lcm(*(share.denominator for share in shares))
    top = nodes.times(value.low, denominator)
    return [
        nodes.compare(
            ">=" if cut.upper else ">", top, nodes.times(value.divisor, int(share * denominator))
        )
        for cut, share in zip(body.cuts, shares, strict=True)
    ]


def _is_range(lowering: Lowering, node: Expression, scope: Scope) -> bool:
    if getattr(node, "op", "") == "compound_growth":
        return False
    return not lowering.number(node, scope).is_exact


def _guarded(lowering: Lowering, value: Range, lines: Sequence[_Line]) -> tuple[Node, Node]:
    nodes = lowering.nodes
    parts = [value.low] + ([value.divisor] if value.divisor is not None else [])
    missing = nodes.any([nodes.is_null(part) for part in parts])
    low = _chain(lowering, lines, high=False)
    exact = all(line.low is line.high for line in lines)
    high = low if exact else _chain(lowering, lines, high=True)
    least = _extreme(lowering, "min", [line.low for line in lines])
    most = _extreme(lowering, "max", [line.high for line in lines])
    if value.divisor is not None:
        # A missing divisor can be zero, and then there are no points.
        zero = nodes.constant(0)
        gone = nodes.is_null(value.divisor)
        least = nodes.choose(gone, _extreme(lowering, "min", [least, zero]), least)
        most = nodes.choose(gone, _extreme(lowering, "max", [most, zero]), most)
    low = nodes.choose(missing, least, low)
    high = nodes.choose(missing, most, low if exact else high)
    if value.divisor is not None:
        zero = nodes.constant(0)
        without = nodes.compare("<=", value.divisor, zero)
        low = nodes.choose(without, zero, low)
        high = low if exact and not missing.nullable and missing.kind == "constant" else high
        if high is not low:
            high = nodes.choose(without, zero, high)
    return low, high


def _extreme(lowering: Lowering, op: str, items: list[Node]) -> Node:
    """The least or most of a table; unknown where a line is a formula."""
    if any(item.kind != "constant" for item in items):
        return lowering.nodes.unknown("int")
    return lowering.nodes.extreme("min" if op == "min" else "max", items)


def _chain(lowering: Lowering, lines: Sequence[_Line], *, high: bool) -> Node:
    result = lines[-1].high if high else lines[-1].low
    for line in reversed(lines[:-1]):
        assert line.condition is not None  # noqa: S101 - only the last has none
        result = lowering.nodes.choose(line.condition, line.high if high else line.low, result)
    return result


def _banded_by_conditions(
    lowering: Lowering, body: Banded, points: Sequence[tuple[Node, ...]], scope: Scope
) -> tuple[Node, Node]:
    """Bands of a time elapsed or of a range: each cut is a condition of its own."""
    lines: list[_Line] = []
    for cut, (low, high) in zip(reversed(body.cuts), reversed(points), strict=False):
        condition = lowering.comparison(">=" if cut.upper else ">", body.of, cut.value, scope)
        lines.append(_Line(condition, low, high))
    lines.append(_Line(None, *points[0]))
    return _first_that_holds(lowering, lines)


# --- by conditions


def _first_that_holds(lowering: Lowering, lines: Sequence[_Line]) -> tuple[Node, Node]:
    """The ends of a table whose conditions can be unknown."""
    nodes = lowering.nodes
    nullable = any(line.condition is not None and line.condition.nullable for line in lines)
    exact = all(line.low is line.high for line in lines)
    if not nullable:
        low = _chain(lowering, lines, high=False)
        return low, low if exact else _chain(lowering, lines, high=True)
    if exact and _descends(lines):
        possible = [
            _Line(
                None
                if line.condition is None
                else nodes.any([nodes.is_null(line.condition), line.condition]),
                line.low,
                line.high,
            )
            for line in lines
        ]
        return _chain(lowering, lines, high=False), _chain(lowering, possible, high=True)
    low, high = lines[-1].low, lines[-1].high
    for line in reversed(lines[:-1]):
        condition = line.condition
        assert condition is not None  # noqa: S101 - only the last has none
        unknown = nodes.is_null(condition)
        either_low = nodes.choose(unknown, nodes.extreme("min", [line.low, low]), low)
        either_high = nodes.choose(unknown, nodes.extreme("max", [line.high, high]), high)
        low = nodes.choose(condition, line.low, either_low)
        high = nodes.choose(condition, line.high, either_high)
    return low, high


def _descends(lines: Sequence[_Line]) -> bool:
    """Whether the lines give constants that never grow from one line to the next."""
    values = [line.low.value for line in lines if line.low.kind == "constant"]
    numbers = [value for value in values if isinstance(value, int)]
    return len(numbers) == len(lines) and numbers == sorted(numbers, reverse=True)


# --- what an expert enters


def _is_open(lowering: Lowering, body: Banded | Chosen, scope: Scope) -> Node:
    """Whether missing facts can leave the line of a table open."""
    nodes = lowering.nodes
    if isinstance(body, Chosen):
        conditions = [lowering.truth(each, scope) for each, _ in body.lines if each is not None]
    elif isinstance(body.of, Elapsed) or _is_range(lowering, body.of, scope):
        conditions = [
            lowering.comparison(">=" if cut.upper else ">", body.of, cut.value, scope)
            for cut in body.cuts
        ]
    else:
        values = [lowering.sides(body.of, cut.value, scope)[0] for cut in body.cuts[:1]]
        conditions = [end for each in values for end in (each.low, each.divisor) if end is not None]
    return nodes.any([nodes.is_null(each) for each in conditions])


def _given(lowering: Lowering, body: Banded | Chosen, table: Range, scope: Scope) -> Range:
    """The expert's points where they lie in the band; else the band stays open."""
    if body.given is None:
        return table
    nodes = lowering.nodes
    field = scope.meaning(body.given.code)
    assert isinstance(field, Field)  # noqa: S101 - the rule was checked
    entered = nodes.times(lowering.column(scope, field), int(1 / table.factor))
    fits = nodes.all(
        [
            nodes.negation(_is_open(lowering, body, scope)),
            nodes.compare(">=", entered, table.low),
            nodes.compare("<=", entered, table.high),
        ]
    )
    return Range(
        nodes.choose(fits, entered, table.low),
        nodes.choose(fits, entered, table.high),
        None,
        table.factor,
    )
