"""The small language that every target speaks: whole numbers, truths, dates and texts.

A rule is lowered to these nodes once; each target (a Python function, Polars, SQL) turns the same
nodes into its own form. There is no division but `floor_div` by a constant and no fraction: ratios
are compared by cross-multiplication. A truth may be null (unknown); `and`, `or` and `not` are
three-valued, comparisons with null are null, arithmetic with null is null. `choose` takes a null
condition for false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

Type = Literal["int", "truth", "date", "text"]
Kind = Literal[
    "constant", "column", "add", "mul", "min", "max", "floor_div",
    "compare", "and", "or", "not", "choose", "is_null", "starts_with", "is_in",
]  # fmt: skip
Plain: TypeAlias = int | bool | date | str | None

LARGEST_64: Final = 2**63 - 1
LARGEST_EXACT: Final = 10**38 - 1
"""The most that every target holds exactly: DECIMAL(38), which is below 2 to the 127."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One value. Equal values are the same object, so nodes compare by identity.

    `bound` is the most that the absolute value of a whole number can be; `nullable` says whether it
    can be unknown. `value` holds a constant, a column's name, an operator or the texts of a list.
    """

    kind: Kind
    type: Type
    args: tuple[Node, ...] = ()
    value: Plain | tuple[str, ...] = None
    nullable: bool = False
    bound: int = 0
    number: int = field(default=0)

    @property
    def is_wide(self) -> bool:
        """Whether 64 bits are too few for it."""
        return self.bound > LARGEST_64

    def walk(self) -> Iterator[Node]:
        """This node and all below it, those below first, each once."""
        return walk((self,))


def walk(roots: Sequence[Node]) -> Iterator[Node]:
    """All nodes below some, those below first, each once."""
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if done:
            yield node
        elif node.number not in seen:
            seen.add(node.number)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.args))


class TooLarge(ValueError):  # noqa: N818 - it says what is wrong
    """A number could be too large to be exact in every target."""


class Nodes:
    """Makes nodes, each value once, and takes the easy steps at once (1 × a is a)."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Node] = {}

    def _node(
        self,
        kind: Kind,
        type_: Type,
        args: tuple[Node, ...] = (),
        value: Plain | tuple[str, ...] = None,
        *,
        nullable: bool = False,
        bound: int = 0,
    ) -> Node:
        key = (kind, type_, tuple(arg.number for arg in args), type(value), value)
        found = self._made.get(key)
        if found is None:
            if bound > LARGEST_EXACT:
                raise TooLarge(f"{bound:.1e}")
            found = Node(kind, type_, args, value, nullable, bound, len(self._made) + 1)
            self._made[key] = found
        return found

    # --- leaves

    def constant(self, value: int | bool | date | str) -> Node:
        """A known value."""
        if isinstance(value, bool):
            return self._node("constant", "truth", value=value)
        if isinstance(value, int):
            return self._node("constant", "int", value=value, bound=abs(value))
        return self._node("constant", "text" if isinstance(value, str) else "date", value=value)

    def unknown(self, type_: Type) -> Node:
        """A value that is not known."""
        return self._node("constant", type_, nullable=True)

    def column(self, name: str, type_: Type, *, nullable: bool, bound: int = 0) -> Node:
        """A column of the subject's row."""
        return self._node("column", type_, value=name, nullable=nullable, bound=bound)

    # --- whole numbers

    def add(self, items: Iterable[Node]) -> Node:
        """The sum."""
        total, parts = 0, list[Node]()
        for item in items:
            if _is_unknown(item):
                return item
            if item.kind == "constant" and isinstance(item.value, int):
                total += item.value
            else:
                parts.append(item)
        if total or not parts:
            parts.append(self.constant(total))
        if len(parts) == 1:
            return parts[0]
        bound = sum(part.bound for part in parts)
        nullable = any(part.nullable for part in parts)
        return self._node("add", "int", tuple(parts), nullable=nullable, bound=bound)

    def mul(self, left: Node, right: Node) -> Node:
        """The product."""
        if _is_unknown(left) or _is_unknown(right):
            return self.unknown("int")
        if left.kind == "constant":
            left, right = right, left
        if right.kind == "constant" and isinstance(right.value, int):
            if right.value == 1:
                return left
            if right.value == 0:
                return self.choose(self.is_null(left), self.unknown("int"), right)
            if left.kind == "constant" and isinstance(left.value, int):
                return self.constant(left.value * right.value)
        return self._node(
            "mul",
            "int",
            (left, right),
            nullable=left.nullable or right.nullable,
            bound=max(left.bound * right.bound, left.bound, right.bound),
        )

    def times(self, node: Node, factor: int) -> Node:
        """A constant multiple."""
        return self.mul(node, self.constant(factor))

    def extreme(self, op: Literal["min", "max"], items: Sequence[Node]) -> Node:
        """The least or greatest; null where one of them is."""
        items = list({item.number: item for item in items}.values())
        if len(items) == 1:
            return items[0]
        for item in items:
            if _is_unknown(item):
                return item
        if all(item.kind == "constant" for item in items):
            return (min if op == "min" else max)(items, key=lambda item: int(str(item.value)))
        nullable = any(item.nullable for item in items)
        bound = max(item.bound for item in items)
        return self._node(op, "int", tuple(items), nullable=nullable, bound=bound)

    def floor_div(self, node: Node, divisor: int) -> Node:
        """The quotient by a positive constant, rounded down; `node` is never negative."""
        if divisor == 1 or _is_unknown(node):
            return node
        if node.kind == "constant" and isinstance(node.value, int):
            return self.constant(node.value // divisor)
        args = (node, self.constant(divisor))
        bound = node.bound // divisor + 1
        return self._node("floor_div", "int", args, nullable=node.nullable, bound=bound)

    # --- truths

    def compare(self, op: str, left: Node, right: Node) -> Node:
        """`left op right` with < <= > >= = or !=; null where one of them is."""
        if _is_unknown(left) or _is_unknown(right):
            return self.unknown("truth")
        if left.kind == "constant" and right.kind == "constant" and not left.nullable:
            return self.constant(_compared(op, left.value, right.value))
        nullable = left.nullable or right.nullable
        return self._node("compare", "truth", (left, right), op, nullable=nullable)

    def all(self, items: Iterable[Node]) -> Node:
        """Whether all hold."""
        return self._logic("and", items, neutral=True)

    def any(self, items: Iterable[Node]) -> Node:
        """Whether any holds."""
        return self._logic("or", items, neutral=False)

    def _logic(self, kind: Literal["and", "or"], items: Iterable[Node], *, neutral: bool) -> Node:
        parts: dict[int, Node] = {}
        for item in items:
            for part in item.args if item.kind == kind else (item,):
                if part.kind == "constant" and not part.nullable:
                    if part.value is not neutral:
                        return self.constant(not neutral)
                else:
                    parts[part.number] = part
        if not parts:
            return self.constant(neutral)
        if len(parts) == 1:
            return next(iter(parts.values()))
        nullable = any(part.nullable for part in parts.values())
        return self._node(kind, "truth", tuple(parts.values()), nullable=nullable)

    def negation(self, node: Node) -> Node:
        """The opposite; null stays null."""
        if _is_unknown(node):
            return node
        if node.kind == "constant":
            return self.constant(not node.value)
        return self._node("not", "truth", (node,), nullable=node.nullable)

    def choose(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """`then` where the condition is true, else `otherwise`, also where it is null."""
        if condition.kind == "constant":
            return then if condition.value is True else otherwise
        if then is otherwise:
            return then
        return self._node(
            "choose",
            then.type,
            (condition, then, otherwise),
            nullable=then.nullable or otherwise.nullable,
            bound=max(then.bound, otherwise.bound),
        )

    def is_null(self, node: Node) -> Node:
        """Whether a value is unknown; itself always known."""
        if not node.nullable:
            return self.constant(value=False)
        if node.kind == "constant":
            return self.constant(value=True)
        return self._node("is_null", "truth", (node,))

    def starts_with(self, node: Node, prefix: str) -> Node:
        """Whether a text begins so."""
        if not prefix:
            return self.constant(value=True)
        if _is_unknown(node):
            return self.unknown("truth")
        return self._node("starts_with", "truth", (node,), prefix, nullable=node.nullable)

    def is_in(self, node: Node, members: Sequence[str]) -> Node:
        """Whether a text is one of several."""
        if _is_unknown(node):
            return self.unknown("truth")
        members = tuple(sorted(set(members)))
        return self._node("is_in", "truth", (node,), members, nullable=node.nullable)


def _is_unknown(node: Node) -> bool:
    return node.kind == "constant" and node.nullable


def _compared(op: str, left: object, right: object) -> bool:
    assert type(left) is type(right), (left, right)  # noqa: S101
    match op:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right  # type: ignore[operator]
        case "<=":
            return left <= right  # type: ignore[operator]
        case ">":
            return left > right  # type: ignore[operator]
        case _:
            return left >= right  # type: ignore[operator]
