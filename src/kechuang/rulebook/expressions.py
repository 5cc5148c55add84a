"""The tree of an expression: what a rule file says, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, cast

CompareOp = Literal["<", "<=", ">", ">=", "=", "!="]
OverOp = Literal["total", "average", "growth", "average_growth", "compound_growth"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: `value` times its unit. `parameter` is the name under which it can be changed."""

    value: Fraction
    unit: str
    written: str
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the day of the verdict itself where `value` is None (`as_of`)."""

    value: date | None


@dataclass(frozen=True, slots=True)
class Truth:
    """是 or 否."""

    value: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, or a bare word beside a choice or a code."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A field, definition, parameter or score; `back` counts years before the last full year."""

    code: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right` with + - * or /."""

    op: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest of several values."""

    op: Literal["min", "max"]
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`; with a value that does not exist (divisor zero) it does not hold."""

    op: CompareOp
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a choice or a code is among `members`, or in the named list."""

    value: Expression
    members: tuple[str, ...]
    named: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a date lies in the window that ends on the day of the verdict."""

    value: Expression
    window: Number


@dataclass(frozen=True, slots=True)
class ValidOn:
    """Whether the row of a related frame is valid on the day of the verdict."""


@dataclass(frozen=True, slots=True)
class Logic:
    """All or any of several conditions, three-valued."""

    op: Literal["and", "or"]
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a yes-or-no value."""

    item: Expression


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least so many of several conditions."""

    least: Number
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The number of rows of a related frame, or the sum of a column over them."""

    op: Literal["count", "sum"]
    frame: str
    column: Expression | None
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Over:
    """A figure over recent full years: total, average, growth and its averages."""

    op: OverOp
    item: Name
    years: int


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time from a date to the day of the verdict."""

    item: Expression


@dataclass(frozen=True, slots=True)
class Passes:
    """The verdict of another rule, or of one condition of it; the version in force unless named."""

    rule: str
    version: str
    condition: str


Expression: TypeAlias = (
    Number
    | Day
    | Truth
    | Text
    | Name
    | Arithmetic
    | Extreme
    | Comparison
    | Membership
    | Within
    | ValidOn
    | Logic
    | Not
    | AtLeast
    | Aggregate
    | Over
    | Elapsed
    | Passes
)
NODES = (
    Number, Day, Truth, Text, Name, Arithmetic, Extreme, Comparison, Membership, Within, ValidOn,
    Logic, Not, AtLeast, Aggregate, Over, Elapsed, Passes,
)  # fmt: skip


def children(node: Expression) -> Iterator[Expression]:
    """The expressions right below a node, in the order in which they are written."""
    for each in fields(node):
        value: Any = getattr(node, each.name)
        if isinstance(value, NODES):
            yield value
        elif isinstance(value, tuple):
            for item in cast("tuple[Any, ...]", value):
                if isinstance(item, NODES):
                    yield item


def walk(node: Expression) -> Iterator[Expression]:
    """A node and all below it, in the order in which they are written."""
    yield node
    for child in children(node):
        yield from walk(child)


def numbers(node: Expression) -> list[Number]:
    """The literals of an expression in the order in which they are written."""
    return [each for each in walk(node) if isinstance(each, Number)]


def with_numbers(node: Expression, change: Callable[[Number], Number]) -> Expression:
    """The same expression with every literal replaced by what `change` gives for it."""
    if isinstance(node, Number):
        return change(node)
    changes: dict[str, Any] = {}
    for each in fields(node):
        value: Any = getattr(node, each.name)
        if isinstance(value, NODES):
            changes[each.name] = with_numbers(value, change)
        elif isinstance(value, tuple) and value and isinstance(value[0], NODES):
            items = cast("tuple[Expression, ...]", value)
            changes[each.name] = tuple(with_numbers(item, change) for item in items)
    return replace(node, **changes) if changes else node


def named_numbers(node: Expression, place: str) -> Expression:
    """The same expression with its literals named after their place: `staff`, or `staff.1` …"""
    count = len(numbers(node))
    number = iter(range(1, count + 1))

    def name(literal: Number) -> Number:
        position = next(number)
        return replace(literal, parameter=place if count == 1 else f"{place}.{position}")

    return with_numbers(node, name)
