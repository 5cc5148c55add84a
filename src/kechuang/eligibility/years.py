"""Figures over recent full years: totals, averages and growth, with the years that never were."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kechuang.eligibility.dates import last_day_of
from kechuang.eligibility.lowered import Range
from kechuang.eligibility.nodes import Node
from kechuang.reference.fields import Field
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Over
from kechuang.rulebook.scope import Scope

if TYPE_CHECKING:
    from kechuang.eligibility.lowering import Lowering


def _not_founded(lowering: Lowering, scope: Scope, back: int) -> Node:
    """Whether the subject was founded after the end of that year."""
    field = scope.dictionary.fields.get((scope.frame, "founded_on"))
    if field is None:
        return lowering.nodes.constant(value=False)
    end = lowering.nodes.constant(last_day_of(lowering.as_of, back))
    return lowering.nodes.compare(">", lowering.column(scope, field), end)


def _once_founded_is_known(lowering: Lowering, scope: Scope, node: Node) -> Node:
    """The node, unknown where nobody knows which years the subject was there."""
    field = scope.dictionary.fields.get((scope.frame, "founded_on"))
    if field is None:
        return node
    nodes = lowering.nodes
    missing = nodes.is_null(lowering.column(scope, field))
    return nodes.choose(missing, nodes.unknown("int"), node)


def over_years(lowering: Lowering, node: Over, scope: Scope) -> Range:
    """The range of a figure over recent full years."""
    field = scope.meaning(node.item.code)
    if not isinstance(field, Field):
        raise AssertionError(node)
    parts = [lowering.field_range(scope, field, back) for back in range(node.years)]
    if node.op in {"total", "average"}:
        return _total(lowering, node, scope, parts)
    factor = Fraction(1)
    if node.op == "compound_growth":
        raise RuleError("type", "compound_growth( ) 用错了地方", "它要开方", "直接同一个常数比较")
    if node.op == "growth":
        base = positive_base(lowering, parts[1].low)
        change = lowering.nodes.add([parts[0].low, lowering.nodes.times(parts[1].low, -1)])
        return Range(change, change, base, factor)
    change, base = _average_growth(lowering, scope, [part.low for part in parts])
    return Range(change, change, base, factor)


def _total(lowering: Lowering, node: Over, scope: Scope, parts: list[Range]) -> Range:
    zero, one = lowering.nodes.constant(0), lowering.nodes.constant(1)
    gone = [_not_founded(lowering, scope, back) for back in range(node.years)]
    terms = [
        lowering.nodes.choose(missing, zero, part.low)
        for missing, part in zip(gone, parts, strict=True)
    ]
    total = _once_founded_is_known(lowering, scope, lowering.nodes.add(terms))
    if node.op == "total":
        return Range(total, total, None, parts[0].factor)
    years = lowering.nodes.add([lowering.nodes.choose(missing, zero, one) for missing in gone])
    return Range(total, total, years, parts[0].factor)


def positive_base(lowering: Lowering, base: Node) -> Node:
    """The base of a growth: a negative one is left to a person, so it is unknown."""
    negative = lowering.nodes.compare("<", base, lowering.nodes.constant(0))
    return lowering.nodes.choose(negative, lowering.nodes.unknown("int"), base)


def _average_growth(lowering: Lowering, scope: Scope, years: list[Node]) -> tuple[Node, Node]:
    """½ (b/a + c/b) - 1 = (b² + ac - 2ab) / 2ab; with a zero or not there, (c - b) / b."""
    nodes, zero = lowering.nodes, lowering.nodes.constant(0)
    c, b, a = years
    product = nodes.mul(a, b)
    three = nodes.add([nodes.mul(b, b), nodes.mul(a, c), nodes.times(product, -2)])
    two = nodes.add([c, nodes.times(b, -1)])
    later = nodes.any([_not_founded(lowering, scope, 2), nodes.compare("=", a, zero)])
    negative = nodes.any([nodes.compare("<", a, zero), nodes.compare("<", b, zero)])
    base = nodes.choose(later, b, nodes.times(product, 2))
    base = nodes.choose(negative, nodes.unknown("int"), base)
    base = nodes.choose(_not_founded(lowering, scope, 1), zero, base)
    return nodes.choose(later, two, three), _once_founded_is_known(lowering, scope, base)
