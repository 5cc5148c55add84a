"""What each condition looks at and what it asks, in words: 现为 100 人，要求 ≤ 500 人."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from kechuang.eligibility.lowered import Range
from kechuang.eligibility.lowering import TURNED, Lowering
from kechuang.eligibility.nodes import Node
from kechuang.eligibility.python_target import compile_nodes
from kechuang.eligibility.shape import ANY
from kechuang.eligibility.single import Rows, Single
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.expressions import (
    Aggregate,
    AtLeast,
    Comparison,
    Day,
    Elapsed,
    Expression,
    Logic,
    Membership,
    Name,
    Not,
    Number,
    Over,
    Within,
)
from kechuang.rulebook.kinds import Kinds
from kechuang.rulebook.model import Condition, Definition, Fact, Parameter, Rule
from kechuang.rulebook.scope import Meaning, Scope
from kechuang.rulebook.units import MONEY, Dimension, name_of, unit_of
from kechuang.rulebook.values import decimal_text, fact_text

SIGNS: Final = {">=": "≥", "<=": "≤", "!=": "≠"}
DAYS: Final = {
    "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "=": "为", "!=": "不为",
}  # fmt: skip
MISSING: Final = "缺"
REGIONAL: Final = "各地不同，缺地区"
PLACES: Final = (4, 6, 8, 10, 12)
"""Decimals with which a number is tried, until it no longer looks like a threshold beside it."""
MOST_MEMBERS: Final = 6
Told: TypeAlias = tuple[str, str]
"""The value and what is asked of it."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A comparison of a condition: the nodes that it needs, and its words from their values."""

    leaf: str
    nodes: tuple[Node, ...]
    tell: Callable[[Sequence[Any]], Told]


class Telling:
    """The words of a rule's conditions on one day."""

    def __init__(
        self, rule: Rule, book: Rulebook, as_of: date, conditions: Sequence[Condition]
    ) -> None:
        self.lowering = Lowering(book, as_of, ANY)
        self.scope = Scope.of(rule, book.dictionary)
        self._shown = [
            shown
            for condition in conditions
            if condition.when is not None
            for shown in self._of(condition.id, condition.when)
        ]
        nodes = [node for shown in self._shown for node in shown.nodes]
        self._values = compile_nodes(nodes) if nodes else None
        self._rows_of = Single.counter(self.lowering)

    def told(self, facts: Mapping[str, Fact], rows: Rows) -> dict[str, Told]:
        """The value and what is asked of it, for each condition that compares something."""
        if self._values is None:
            return {}
        values = self._values({**facts, **self._rows_of(rows)})
        found: dict[str, Told] = {}
        place = 0
        for shown in self._shown:
            after = place + len(shown.nodes)
            value, asked = shown.tell(values[place:after])
            before = found.get(shown.leaf)
            if before is not None:
                value, asked = f"{before[0]} / {value}", f"{before[1]} / {asked}"
            found[shown.leaf] = (value, asked)
            place = after
        return found

    # --- what is compared

    def _of(self, leaf: str, tree: Expression, *, negated: bool = False) -> Iterator[_Shown]:
        match tree:
            case Logic() | AtLeast():
                for item in tree.items:
                    yield from self._of(leaf, item, negated=negated)
            case Not():
                yield from self._of(leaf, tree.item, negated=not negated)
            case Name():
                found = self._meaning(tree)
                if isinstance(found, Definition):
                    yield from self._of(leaf, found.value, negated=negated)
            case Comparison():
                yield from self._comparison(leaf, tree)
            case Membership():
                yield from self._membership(leaf, tree, negated=negated)
            case Within():
                yield self._within(leaf, tree, negated=negated)
            case _:
                pass

    def _comparison(self, leaf: str, tree: Comparison) -> Iterator[_Shown]:
        left, op, right = tree.left, str(tree.op), tree.right
        is_limit = isinstance(left, Number | Day) or isinstance(self._meaning(left), Parameter)
        if is_limit or isinstance(right, Elapsed) or _is_compound(right):
            left, op, right = right, TURNED[op], left
        kind = Kinds(self.scope).of(left)
        if kind.of == "elapsed" and isinstance(left, Elapsed):
            yield self._elapsed(leaf, left, op, right)
        elif kind.of == "number":
            yield self._number(leaf, left, op, right)
        elif kind.of == "date":
            nodes = (self.lowering.day(left, self.scope), self.lowering.day(right, self.scope))
            yield _Shown(leaf, nodes, lambda days: (_day(days[0]), f"{DAYS[op]} {_day(days[1])}"))
        elif kind.of == "text" and kind.field is not None:
            field, nodes = kind.field, (self.lowering.text(left, self.scope),)
            nodes = (*nodes, self.lowering.text(right, self.scope))
            yield _Shown(
                leaf,
                nodes,
                lambda texts: (
                    fact_text(field, texts[0]),
                    f"{DAYS[op]} {fact_text(field, texts[1])}",
                ),
            )

    def _meaning(self, tree: Expression) -> Meaning | None:
        return self.scope.find(tree.code) if isinstance(tree, Name) else None

    # --- days and codes

    def _elapsed(self, leaf: str, left: Elapsed, op: str, right: Expression) -> _Shown:
        lowering, found = self.lowering, self._meaning(right)
        literals = [right] if isinstance(right, Number) else []
        edge = lowering.nodes.unknown("date")
        if isinstance(found, Parameter):
            literals = [each.value for each in lowering.in_force(found)]
            edge = lowering.by_region(
                self.scope, found, lambda time: lowering.nodes.constant(lowering.edge(op, time)[1])
            )
        elif literals:
            edge = lowering.nodes.constant(lowering.edge(op, literals[0])[1])
        edges = {lowering.edge(op, each)[1]: each.written for each in literals}
        way = lowering.edge(op, literals[0])[0]
        name = f"{found.name} " if isinstance(found, Parameter) else ""

        def tell(days: Sequence[Any]) -> Told:
            if days[1] is None:
                return _day(days[0]), f"{_sign(op)} {name}（{REGIONAL}）"
            written = f"{_sign(op)} {name}{edges[days[1]]}"
            return _day(days[0]), f"{written}（{DAYS[way]} {_day(days[1])}）"

        return _Shown(leaf, (lowering.day(left.item, self.scope), edge), tell)

    def _within(self, leaf: str, tree: Within, *, negated: bool) -> _Shown:
        first, last = self.lowering.window(tree.window)
        words = "不在" if negated else "在"
        asked = f"{words} {tree.window.written}内（{_day(first)} 至 {_day(last)}）"
        node = self.lowering.day(tree.value, self.scope)
        return _Shown(leaf, (node,), lambda days: (_day(days[0]), asked))

    def _membership(self, leaf: str, tree: Membership, *, negated: bool) -> Iterator[_Shown]:
        field = Kinds(self.scope).of(tree.value).field
        if field is None:
            return
        members = self.scope.list_of(tree.named).members if tree.named else tree.members
        names = [fact_text(field, each) for each in members]
        listed = "、".join(names[:MOST_MEMBERS])
        more = f" 等 {len(names)} 项" if len(names) > MOST_MEMBERS else ""
        asked = f"{'不属于' if negated else '属于'} {listed}{more}"
        node = self.lowering.text(tree.value, self.scope)
        yield _Shown(leaf, (node,), lambda texts: (fact_text(field, texts[0]), asked))

    # --- numbers

    def _number(self, leaf: str, left: Expression, op: str, right: Expression) -> _Shown:
        dimension = Kinds(self.scope).of(left).dimension
        found = self._meaning(right)
        literals = [right] if isinstance(right, Number) else []
        if isinstance(found, Parameter):
            literals = [each.value for each in self.lowering.in_force(found)]
        unit = literals[0].unit if literals else ""
        unit = unit or _natural_unit(left, dimension, self.scope)
        one, other = self.lowering.sides(left, right, self.scope)
        years = left.years if isinstance(left, Over) and _is_compound(left) else 0
        name = found.name if isinstance(found, Parameter) else ""
        scale = _Scale(dimension, unit, years)

        def tell(values: Sequence[Any]) -> Told:
            limit = _exact(other, values[3:])
            asked = MISSING if limit is None else scale.text(limit)
            if limit is None and len(literals) > 1:
                asked = REGIONAL
            for literal in literals:
                if scale.compared(self.lowering.literal(literal)) == limit:
                    asked = literal.written
            asked = f"{name}（{asked}）" if name else asked
            return _value(one, values[:3], limit, scale), f"{_sign(op)} {asked}"

        return _Shown(leaf, (*self._ends(one), *self._ends(other)), tell)

    def _ends(self, number: Range) -> tuple[Node, Node, Node]:
        return number.low, number.high, number.divisor or self.lowering.nodes.constant(1)


def _is_compound(tree: Expression) -> bool:
    return isinstance(tree, Over) and tree.op == "compound_growth"


def _sign(op: str) -> str:
    return SIGNS.get(op, op)


def _day(day: date | None) -> str:
    return MISSING if day is None else day.isoformat()


def _natural_unit(tree: Expression, dimension: Dimension, scope: Scope) -> str:
    if isinstance(tree, Aggregate):
        return scope.dictionary.frames[tree.frame].unit if tree.op == "count" else "万元"
    if dimension == MONEY:
        return "万元"
    return name_of(dimension) if len(dimension) == 1 and dimension[0][1] == 1 else ""


def number_text(value: Fraction, dimension: Dimension, unit: str, places: int = PLACES[0]) -> str:
    """A number in a unit for people; a ratio without one in %.

    >>> number_text(Fraction(1, 3), (), ""), number_text(Fraction(1_500_000), MONEY, "万元")
    ('33.3333%', '1.5 万元')
    """
    if not dimension and unit in {"%", "‰", ""}:
        unit = unit or "%"
        return f"{decimal_text(value / unit_of(unit).factor, places)}{unit}"
    factor = unit_of(unit).factor if unit else Fraction(1)
    return f"{decimal_text(value / factor, places)} {unit}".strip()


@dataclass(frozen=True, slots=True)
class _Scale:
    """How numbers of a comparison are shown; a compound growth is compared in its power."""

    dimension: Dimension
    unit: str
    years: int = 0

    def compared(self, written: Fraction) -> Fraction:
        """What is compared for a number that is written."""
        return (1 + written) ** self.years if self.years else written

    def text(self, compared: Fraction, beside: Fraction | None = None) -> str:
        """A number that is compared, with enough decimals to tell it from another one."""
        text = ""
        for places in PLACES:
            text = number_text(self._written(compared), self.dimension, self.unit, places)
            if beside in {None, compared}:
                break
            assert beside is not None  # noqa: S101 - looked at above
            other = number_text(self._written(beside), self.dimension, self.unit, places)
            if text != other:
                break
        return text

    def _written(self, compared: Fraction) -> Fraction:
        if not self.years:
            return compared
        context = Context(prec=40)
        ratio = context.divide(Decimal(compared.numerator), Decimal(compared.denominator))
        return Fraction(context.power(ratio, 1 / Decimal(self.years))) - 1


def _exact(number: Range, values: Sequence[int | None]) -> Fraction | None:
    """The number that three values stand for, where it is known and has a value."""
    low, high, divisor = values
    if low is None or low != high or divisor is None or divisor <= 0:
        return None
    return low * number.factor / divisor


def _value(
    number: Range, values: Sequence[int | None], limit: Fraction | None, scale: _Scale
) -> str:
    low, high, divisor = values
    if low is None or divisor is None:
        return MISSING
    if divisor <= 0:
        return "算不出（除数不是正数）"
    if scale.years and low < 0:
        return "算不出（末年为负数）"
    least = low * number.factor / divisor
    if high is None:
        return f"至少 {scale.text(least)}"
    if high == low:
        return scale.text(least, limit)
    return f"{scale.text(least)} 至 {scale.text(high * number.factor / divisor)}"
