"""From a checked rule to nodes: what each expression means on one day, for data of some shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Final, Literal, cast

from kechuang.eligibility.dates import before, last_day_of
from kechuang.eligibility.lowered import Column, Range, RowSum
from kechuang.eligibility.nodes import Node, Nodes, Type
from kechuang.eligibility.numbers import Numbers
from kechuang.eligibility.shape import Shape
from kechuang.eligibility.tables import lower_score
from kechuang.eligibility.years import over_years, positive_base
from kechuang.reference.fields import Field
from kechuang.reference.industries import code_prefixes, region_prefix
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Comparison,
    Day,
    Elapsed,
    Expression,
    Extreme,
    Logic,
    Membership,
    Name,
    Not,
    Number,
    Over,
    Passes,
    Text,
    Truth,
    ValidOn,
    Within,
)
from kechuang.rulebook.kinds import Kinds, validity_of
from kechuang.rulebook.model import Condition, Parameter, ParameterValue, Rule, Score
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import unit_of

MOST_MONEY: Final = 10**15
"""分 of a yuan that one fact can hold: ten trillion yuan. The reader of data refuses more."""
MOST_COUNT: Final = 10**9
MOST_ROWS: Final = 10**6
NODE_TYPES: Final[Mapping[str, Type]] = {
    "boolean": "truth", "date": "date", "code": "text", "choice": "text", "text": "text",
}  # fmt: skip
TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
REGION: Final = "region_code"


class Lowering:
    """Lowers the expressions of one rule, and of those that it refers to, into shared nodes."""

    def __init__(
        self,
        book: Rulebook,
        as_of: date,
        shape: Shape,
        overrides: Mapping[str, Fraction] | None = None,
    ) -> None:
        self.book, self.as_of, self.shape = book, as_of, shape
        self.overrides = overrides or {}
        self.nodes = Nodes()
        self.numbers = Numbers(self.nodes)
        self.columns: dict[str, Column] = {}
        self.row_columns: dict[str, dict[str, Column]] = {}
        self.rows: dict[tuple[object, ...], RowSum] = {}
        self.memo: dict[tuple[str, str], Range | Node] = {}
        self.main: Rule | None = None

    # --- columns and constants

    def column(self, scope: Scope, field: Field, back: int = 0) -> Node:
        """The node of a field, `back` years before the last full year."""
        name = field.column(back)
        is_subject = scope.frame == scope.rule.subject
        known = self.columns if is_subject else self.row_columns.setdefault(scope.frame, {})
        known.setdefault(name, Column(scope.frame, name, field, back))
        node_type: Type = NODE_TYPES.get(field.type, "int")
        state = self.shape.column(scope.frame, name)
        if state == "absent":
            return self.nodes.unknown(node_type)
        bound = 0
        if node_type == "int":
            bound = MOST_MONEY if field.type == "money" else MOST_COUNT * 10**field.places
        return self.nodes.column(name, node_type, nullable=state == "gaps", bound=bound)

    def field_range(self, scope: Scope, field: Field, back: int) -> Range:
        """A field that holds a number, `back` years before the last full year."""
        factor = Fraction(1)
        if field.type != "money":
            factor = unit_of(field.unit).factor / 10**field.places
        return self.numbers.of(self.column(scope, field, back), factor)

    def literal(self, number: Number) -> Fraction:
        """The value of a literal in canonical units, as it stands or as it was set."""
        own = unit_of(number.unit).factor
        if number.parameter in self.overrides and self.main is not None:
            return self.overrides[number.parameter]
        return number.value * own

    def _parameter(self, scope: Scope, parameter: Parameter) -> Range:
        """A dated parameter; where regions differ, the value of the longest matching region."""
        values = [self.literal(each.value) for each in self.in_force(parameter)]
        if len(values) == 1:
            return self.numbers.constant(values[0])
        factor = Fraction(1, lcm(*(value.denominator for value in values)))
        node = self.by_region(
            scope,
            parameter,
            lambda number: self.nodes.constant(int(self.literal(number) / factor)),
        )
        return self.numbers.of(node, factor)

    def in_force(self, parameter: Parameter) -> list[ParameterValue]:
        """The values on the day of the verdict, everywhere first, then the longer regions later."""
        since = [each for each in parameter.values if each.since <= self.as_of]
        latest = {each.region: each for each in since or parameter.values[:1]}
        return sorted(latest.values(), key=lambda each: len(region_prefix(each.region)))

    def by_region(self, scope: Scope, parameter: Parameter, make: Callable[[Number], Node]) -> Node:
        """What `make` gives for the value of the subject's region; unknown without a region."""
        base, *regional = self.in_force(parameter)
        node = make(base.value)
        if not regional:
            return node
        subject = Scope.of(scope.rule, scope.dictionary)
        field = scope.dictionary.field(scope.rule.subject, REGION)
        region = self.column(subject, field)
        for each in regional:
            inside = self.nodes.starts_with(region, region_prefix(each.region))
            node = self.nodes.choose(inside, make(each.value), node)
        return self.nodes.choose(self.nodes.is_null(region), self.nodes.unknown(node.type), node)

    # --- numbers

    def number(self, node: Expression, scope: Scope) -> Range:
        """The range of an expression that is a number."""
        match node:
            case Number():
                return self.numbers.constant(self.literal(node))
            case Name():
                return self._named(node, scope)
            case Arithmetic():
                left, right = self.number(node.left, scope), self.number(node.right, scope)
                if node.op == "*":
                    return self.numbers.product(left, right)
                if node.op == "/":
                    return self.numbers.quotient(left, right)
                return self.numbers.total([left, right], [1, 1 if node.op == "+" else -1])
            case Extreme():
                items = [self.number(item, scope) for item in node.items]
                return self.numbers.extreme(node.op, items)
            case Over():
                return over_years(self, node, scope)
            case Aggregate():
                return self._aggregate(node, scope)
            case _:
                raise AssertionError(node)

    def _named(self, node: Name, scope: Scope) -> Range:
        found = scope.meaning(node.code)
        if isinstance(found, Field):
            return self.field_range(scope, found, node.back)
        if isinstance(found, Parameter):
            return self._parameter(scope, found)
        if isinstance(found, Score):
            return self.score(found, scope)
        key = (scope.rule.key, node.code)
        if key not in self.memo:
            self.memo[key] = self.number(found.value, scope)
        return cast("Range", self.memo[key])

    def score(self, score: Score, scope: Scope) -> Range:
        """The range of a score."""
        key = (scope.rule.key, f"score {score.id}")
        if key not in self.memo:
            self.memo[key] = lower_score(self, score, scope)
        return cast("Range", self.memo[key])

    # --- related rows

    def _aggregate(self, node: Aggregate, scope: Scope) -> Range:
        frame = scope.related(node.frame)
        inner = scope.inside(node.frame)
        self.row_columns.setdefault(node.frame, {})
        state = self.shape.frame(node.frame)
        if state == "absent":
            where: Node = self.nodes.constant(value=True)
            if node.where is not None:
                self.truth(node.where, inner)
            if node.column is not None:
                self.number(node.column, inner)
        else:
            where = (
                self.nodes.constant(value=True)
                if node.where is None
                else self.truth(node.where, inner)
            )
        if node.op == "count":
            sure = self._row_sum(node.frame, "sure", where)
            still = self._row_sum(node.frame, "open", where)
            high = self.nodes.add([sure, still])
            factor = unit_of(frame.unit).factor
            return Range(sure, sure if high is sure else high, None, factor)
        if node.column is None or state == "absent":
            unknown = self.nodes.unknown("int")
            return Range(unknown, unknown, None, Fraction(1))
        amount = self.number(node.column, inner)
        total = self._row_sum(node.frame, "sum", where, amount.low)
        blank = self._row_sum(node.frame, "blank", where, amount.low)
        known = self.nodes.compare("=", blank, self.nodes.constant(0))
        value = self.nodes.choose(known, total, self.nodes.unknown("int"))
        return Range(value, value, None, amount.factor)

    def _row_sum(
        self,
        frame: str,
        op: Literal["sure", "open", "sum", "blank"],
        where: Node,
        amount: Node | None = None,
    ) -> Node:
        """The node of a figure about related rows; unknown where nothing is known of the rows."""
        state = self.shape.frame(frame)
        if state == "absent":
            return self.nodes.constant(0) if op == "sure" else self.nodes.unknown("int")
        listed = self._listed(frame)
        needless = op in {"open", "blank"} and not where.nullable
        needless = needless and (amount is None or not amount.nullable or op == "open")
        if needless and state == "present" and listed is None:
            return self.nodes.constant(0)
        key = (frame, op, where.number, amount.number if amount is not None else 0)
        if key not in self.rows:
            name = f"rows_{len(self.rows) + 1}_{op}"
            self.rows[key] = RowSum(name, frame, op, where, amount)
        bound = MOST_MONEY * 1000 if op == "sum" else MOST_ROWS
        nullable = state == "maybe" and op in {"open", "blank"}
        node = self.nodes.column(self.rows[key].name, "int", nullable=nullable, bound=bound)
        if listed is not None and op in {"open", "blank"}:
            node = self.nodes.choose(listed, node, self.nodes.unknown("int"))
        return node

    def _listed(self, frame: str) -> Node | None:
        """Whether the list of related rows is complete, where the data says so."""
        name = f"{frame}_listed"
        if self.shape.columns is None:
            return None
        for columns in self.shape.columns.values():
            if name in columns:
                return self.nodes.column(name, "truth", nullable=columns[name])
        return None

    # --- truths

    def truth(self, node: Expression, scope: Scope) -> Node:  # noqa: C901 - one line a kind
        """The node of an expression that is a condition."""
        match node:
            case Truth():
                return self.nodes.constant(node.value)
            case Name():
                return self._named_truth(node, scope)
            case Comparison():
                return self.comparison(node.op, node.left, node.right, scope)
            case Membership():
                return self._membership(node, scope)
            case Within():
                return self._within(node, scope)
            case ValidOn():
                return self.truth(validity_of(scope), scope)
            case Logic():
                items = [self.truth(item, scope) for item in node.items]
                return self.nodes.all(items) if node.op == "and" else self.nodes.any(items)
            case Not():
                return self.nodes.negation(self.truth(node.item, scope))
            case AtLeast():
                items = [self.truth(item, scope) for item in node.items]
                return self.at_least(self.literal(node.least), items)
            case Passes():
                return self._passes(node)
            case _:
                raise AssertionError(node)

    def at_least(self, least: Fraction, items: list[Node]) -> Node:
        """Whether at least so many hold; unknown only where the unknown ones decide."""
        one, zero = self.nodes.constant(1), self.nodes.constant(0)
        sure = self.nodes.add([self.nodes.choose(item, one, zero) for item in items])
        open_ = self.nodes.add(
            [self.nodes.choose(self.nodes.is_null(item), one, zero) for item in items]
        )
        both = self.nodes.add([sure, open_])
        count = Range(sure, sure if both is sure else both, None, Fraction(1))
        return self.numbers.compare(">=", count, self.numbers.constant(least))

    def _named_truth(self, node: Name, scope: Scope) -> Node:
        found = scope.meaning(node.code)
        if isinstance(found, Field):
            return self.column(scope, found, node.back)
        key = (scope.rule.key, node.code)
        if key not in self.memo:
            self.memo[key] = self.truth(getattr(found, "value"), scope)  # noqa: B009
        return cast("Node", self.memo[key])

    def comparison(self, op: str, left: Expression, right: Expression, scope: Scope) -> Node:
        """`left op right` for values of any kind."""
        if isinstance(right, Elapsed) or _is_compound(right):
            left, op, right = right, TURNED[op], left
        kind = Kinds(scope).of(left)
        if kind.of == "elapsed":
            return self._elapsed(op, cast("Elapsed", left), right, scope)
        if kind.of == "number":
            return self.compare_numbers(op, left, right, scope)
        if kind.of == "date":
            return self.nodes.compare(op, self.day(left, scope), self.day(right, scope))
        if kind.of == "truth":
            return self.nodes.compare(op, self.truth(left, scope), self.truth(right, scope))
        return self.nodes.compare(op, self.text(left, scope), self.text(right, scope))

    def compare_numbers(self, op: str, left: Expression, right: Expression, scope: Scope) -> Node:
        """`left op right` for numbers; a compound growth is compared in its power."""
        one, other = self.sides(left, right, scope)
        return self.numbers.compare(op, one, other)

    def sides(self, left: Expression, right: Expression, scope: Scope) -> tuple[Range, Range]:
        """The ranges to compare for `left` and `right`."""
        other = self.number(right, scope)
        if not isinstance(left, Over) or left.op != "compound_growth":
            return self.number(left, scope), other
        growth = self.numbers.is_constant(other)
        if growth is None or growth < -1:
            why = "复合增长要开方，只能同大于 -100% 的常数比较"
            raise RuleError("type", "compound_growth( ) 只能同常数比较", why, "改写成常数")
        field = scope.meaning(left.item.code)
        if not isinstance(field, Field):
            raise AssertionError(left)
        last = self.field_range(scope, field, 0)
        base = self.field_range(scope, field, left.years)
        ratio = Range(last.low, last.low, positive_base(self, base.low), Fraction(1))
        return ratio, self.numbers.constant((1 + growth) ** left.years)

    def day(self, node: Expression, scope: Scope) -> Node:
        """The node of a date."""
        if isinstance(node, Day):
            return self.nodes.constant(node.value or self.as_of)
        found = scope.meaning(cast("Name", node).code)
        return self.column(scope, cast("Field", found))

    def text(self, node: Expression, scope: Scope) -> Node:
        """The node of a choice, a code or a text."""
        if isinstance(node, Text):
            return self.nodes.constant(node.value)
        name = cast("Name", node)
        found = scope.find(name.code)
        if isinstance(found, Field):
            return self.column(scope, found)
        return self.nodes.constant(name.code)

    def _elapsed(self, op: str, left: Elapsed, right: Expression, scope: Scope) -> Node:
        """A time elapsed is compared as a date: at least a year means not later than a year ago."""
        day = self.day(left.item, scope)

        def compared(number: Number) -> Node:
            way, edge = self.edge(op, number)
            return self.nodes.compare(way, day, self.nodes.constant(edge))

        if isinstance(right, Number):
            return compared(right)
        found = scope.meaning(right.code) if isinstance(right, Name) else None
        if not isinstance(found, Parameter):
            why = "时长只能同一段时间的常数或参数比较"
            raise RuleError("type", "elapsed( ) 的另一边不是常数", why, "写成 365 天 或参数名")
        return self.by_region(scope, found, compared)

    def edge(self, op: str, time: Number) -> tuple[str, date]:
        """How the date itself compares, and with which day, where the time since then is compared.

        At 60 岁 one is 60 until the day before the next birthday.
        """
        count = int(self.literal(time))
        if time.unit == "岁" and op in {"<=", ">"}:
            op, count = ("<" if op == "<=" else ">="), count + 1
        return TURNED[op], before(self.as_of, count, time.unit)

    def window(self, time: Number) -> tuple[date, date]:
        """The first and the last day of a window."""
        count = int(self.literal(time))
        if time.unit == "会计年度":
            return date(self.as_of.year - count, 1, 1), last_day_of(self.as_of, 0)
        return before(self.as_of, count, time.unit), self.as_of

    def _within(self, node: Within, scope: Scope) -> Node:
        day = self.day(node.value, scope)
        first, last = self.window(node.window)
        constant = self.nodes.constant
        return self.nodes.all(
            [
                self.nodes.compare(">=", day, constant(first)),
                self.nodes.compare("<=", day, constant(last)),
            ]
        )

    def _membership(self, node: Membership, scope: Scope) -> Node:
        field = Kinds(scope).of(node.value).field
        text = self.text(node.value, scope)
        members = scope.list_of(node.named).members if node.named else node.members
        if field is None or field.type != "code":
            return self.nodes.is_in(text, members)
        prefixes = [
            prefix
            for member in members
            for prefix in (
                (region_prefix(member),) if field.code == REGION else code_prefixes(member)
            )
        ]
        return self.nodes.any([self.nodes.starts_with(text, prefix) for prefix in prefixes])

    # --- other rules

    def _passes(self, node: Passes) -> Node:
        written = f"{node.rule}@{node.version}" if node.version else node.rule
        rule = self.book.find(written, self.as_of)
        scope = Scope.of(rule, self.book.dictionary)
        main, self.main = self.main, None
        try:
            if node.condition:
                condition = rule.condition(node.condition)
                assert condition is not None  # noqa: S101 - the rule was checked
                return self.condition(condition, scope)
            return self.nodes.all([self.condition(each, scope) for each in rule.conditions])
        finally:
            self.main = main

    def condition(self, condition: Condition, scope: Scope) -> Node:
        """The node of a condition with all below it."""
        key = (scope.rule.key, f"condition {condition.id}")
        if key not in self.memo:
            self.memo[key] = self._condition(condition, scope)
        return cast("Node", self.memo[key])

    def _condition(self, condition: Condition, scope: Scope) -> Node:
        if condition.when is not None:
            return self.truth(condition.when, scope)
        items = [self.condition(item, scope) for item in condition.items]
        if condition.op == "all":
            return self.nodes.all(items)
        if condition.op == "any":
            return self.nodes.any(items)
        assert condition.least is not None  # noqa: S101 - the rule was checked
        return self.at_least(self.literal(condition.least), items)


def _is_compound(node: Expression) -> bool:
    return isinstance(node, Over) and node.op == "compound_growth"
