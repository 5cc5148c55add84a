"""Lowering a whole rule: verdict, conditions, scores and amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from kechuang.eligibility.lowered import Column, Leaf, Lowered, Range
from kechuang.eligibility.lowering import Lowering
from kechuang.eligibility.nodes import Node, TooLarge, walk
from kechuang.eligibility.shape import ANY, Shape
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Amount, Condition, Rule, Score
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import unit_of


def lower_rule(
    rule: Rule,
    book: Rulebook,
    as_of: date,
    shape: Shape = ANY,
    overrides: Mapping[str, Fraction] | None = None,
) -> Lowered:
    """The nodes of a rule on a day, for data of some shape, with some parameters set otherwise.

    Raises:
        RuleError: a rule that it refers to is not in force on that day, or numbers could grow
            beyond what every target holds exactly.
    """
    lowering = Lowering(book, as_of, shape, overrides)
    lowering.main = rule
    scope = Scope.of(rule, book.dictionary)
    try:
        return _lowered(lowering, rule, scope)
    except TooLarge as error:
        why = f"中间结果可达 {error}，超过 38 位"
        raise RuleError("magnitude", f"“{rule.key}”的数太大", why, "拆开连乘") from error


def _lowered(lowering: Lowering, rule: Rule, scope: Scope) -> Lowered:
    leaves: list[Leaf] = []
    for condition in rule.conditions:
        _add_leaves(lowering, condition, scope, -1, leaves)
    verdict = lowering.nodes.all([leaf.node for leaf in leaves if leaf.parent == -1])
    scores = {each.id: (each, lowering.score(each, scope)) for each in rule.all_scores()}
    amount = None
    if rule.amount is not None:
        amount = _amount(lowering, rule.amount, lowering.score(rule.amount.score, scope), verdict)
    return Lowered(
        rule=rule,
        as_of=lowering.as_of,
        columns=tuple(lowering.columns.values()),
        row_columns={
            frame: tuple(columns.values()) for frame, columns in lowering.row_columns.items()
        },
        rows=tuple(lowering.rows.values()),
        leaves=tuple(leaves),
        verdict=verdict,
        scores=scores,
        amount=amount,
        uses=_uses(lowering, leaves, scores)
        if lowering.shape is ANY
        # A column that the data has not leaves no node behind, so any data is asked.
        else lower_rule(rule, lowering.book, lowering.as_of).uses,
    )


def _add_leaves(
    lowering: Lowering, condition: Condition, scope: Scope, parent: int, leaves: list[Leaf]
) -> None:
    position = len(leaves)
    leaves.append(Leaf(condition, lowering.condition(condition, scope), parent))
    for item in condition.items:
        _add_leaves(lowering, item, scope, position, leaves)


def _amount(lowering: Lowering, amount: Amount, value: Range, verdict: Node) -> Range:
    """What is due: nothing without a verdict of 符合, unknown where verdict or amount is."""
    nodes = lowering.nodes
    if value.divisor is not None:
        why = "金额里有除以字段的算式"
        raise RuleError("type", "奖补金额不能是比值", why, "改用 bands 或乘以百分数")
    unit = int(unit_of(amount.unit).factor) if amount.unit != "分" else 1
    rounded = [
        _rounded(lowering, end, value.factor, unit, amount) for end in (value.low, value.high)
    ]
    low, high = (nodes.extreme("max", [each, nodes.constant(0)]) for each in rounded)
    zero, unknown = nodes.constant(0), nodes.unknown("int")
    due = low if low is high else nodes.choose(nodes.compare("=", low, high), low, unknown)
    refused = nodes.choose(nodes.negation(verdict), zero, unknown)
    result = nodes.choose(verdict, due, refused if verdict.nullable else zero)
    return Range(result, result, None, Fraction(1))


def _rounded(lowering: Lowering, end: Node, factor: Fraction, unit: int, amount: Amount) -> Node:
    """A value in 分 rounded half up to a unit."""
    nodes = lowering.nodes
    positive = nodes.extreme("max", [end, nodes.constant(0)])
    top = nodes.times(positive, 2 * factor.numerator)
    bottom = 2 * unit * factor.denominator
    whole = nodes.floor_div(nodes.add([top, nodes.constant(unit * factor.denominator)]), bottom)
    if factor.denominator == 1 and unit == 1:
        whole = nodes.times(positive, factor.numerator)
    result = nodes.times(whole, unit)
    if not amount.drop_below_unit:
        return result
    small = nodes.compare("<", top, nodes.constant(bottom))
    return nodes.choose(small, nodes.constant(0), result)


def _uses(
    lowering: Lowering, leaves: Sequence[Leaf], scores: Mapping[str, tuple[Score, Range]]
) -> dict[str, frozenset[str]]:
    """The columns behind each condition and score; figures of rows stand under their frame."""
    frames = {row.name: row.frame for row in lowering.rows.values()}
    roots: dict[str, tuple[Node, ...]] = {leaf.condition.id: (leaf.node,) for leaf in leaves}
    for code, (_, number) in scores.items():
        divisors = () if number.divisor is None else (number.divisor,)
        roots[code] = (number.low, number.high, *divisors)
    found: dict[str, frozenset[str]] = {}
    for code, nodes in roots.items():
        names = [str(node.value) for node in walk(nodes) if node.kind == "column"]
        found[code] = frozenset(frames.get(name, name) for name in names)
    return found


def columns_of(lowered: Lowered) -> dict[str, Column]:
    """The columns of the subject by name."""
    return {column.name: column for column in lowered.columns}
