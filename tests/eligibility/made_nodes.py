"""Random trees of the small language as plain tuples, and what they mean in the plainest way.

A tree is written down before any node is made, so that what `Nodes` simplifies at once is compared
with the tree as it was meant.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from kechuang.eligibility.nodes import Node, Nodes, Type

Tree: TypeAlias = tuple[Any, ...]
Row: TypeAlias = dict[str, Any]
MOST: Final = 1000
DAY: Final = date(2026, 7, 1)
COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
COLUMNS: Final[Mapping[str, tuple[Type, bool]]] = {
    "a": ("int", True), "b": ("int", True), "known": ("int", False),
    "t": ("truth", True), "sure": ("truth", False), "day": ("date", True), "code": ("text", True),
}  # fmt: skip
"""Type of each column, and whether it can be missing."""
PREFIXES: Final = ("", "C", "C39", "13")


def _some(items: st.SearchStrategy[Tree]) -> st.SearchStrategy[tuple[Tree, ...]]:
    return st.lists(items, min_size=1, max_size=3).map(tuple)


def _made(kind: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.tuples(st.just(kind), *parts)


def _columns(of: Type) -> st.SearchStrategy[Tree]:
    return _made(
        "column", st.sampled_from([name for name, each in COLUMNS.items() if each[0] == of])
    )


days = st.integers(-2, 2).map(lambda count: DAY + timedelta(days=count))
texts = st.sampled_from(["C", "C39", "C3912", "13", "1301"])
numbers: st.SearchStrategy[Tree] = st.deferred(
    lambda: st.one_of(
        _columns("int"),
        _columns("int"),
        _made("constant", st.integers(-3, 3) | st.integers(-MOST, MOST)),
        _made("unknown", st.just("int")),
        _made("add", _some(numbers)),
        _made("mul", numbers, numbers),
        _made("min", _some(numbers)),
        _made("max", _some(numbers)),
        _made("floor_div", numbers, st.sampled_from([1, 2, 7, 1000])),
        _made("choose", truths, numbers, numbers),
    )
)
truths: st.SearchStrategy[Tree] = st.deferred(
    lambda: st.one_of(
        _columns("truth"),
        _columns("truth"),
        _made("constant", st.booleans()),
        _made("unknown", st.just("truth")),
        _made("compare", st.sampled_from(list(COMPARED)), numbers, numbers),
        _made(
            "compare",
            st.sampled_from(list(COMPARED)),
            _columns("date"),
            _made("constant", days) | _columns("date"),
        ),
        _made("compare", st.sampled_from(["=", "!="]), truths, truths),
        _made("compare", st.sampled_from(["=", "!="]), _columns("text"), _made("constant", texts)),
        _made("and", _some(truths)),
        _made("or", _some(truths)),
        _made("not", truths),
        _made("choose", truths, truths, truths),
        _made("is_null", truths | numbers),
        _made("starts_with", _columns("text"), st.sampled_from(PREFIXES)),
        _made("is_in", _columns("text"), st.lists(texts, min_size=1, max_size=3).map(tuple)),
    )
)
_values: Mapping[Type, st.SearchStrategy[Any]] = {
    "int": st.integers(-3, 3) | st.integers(-MOST, MOST),
    "truth": st.booleans(),
    "date": days,
    "text": texts,
}
rows: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {
        name: st.none() | _values[of] if missing else _values[of]
        for name, (of, missing) in COLUMNS.items()
    }
)


def node_of(nodes: Nodes, tree: Tree) -> Node:
    """The node of a tree."""
    kind, *parts = tree
    match kind:
        case "constant":
            return nodes.constant(parts[0])
        case "unknown":
            return nodes.unknown(parts[0])
        case "column":
            of, missing = COLUMNS[parts[0]]
            return nodes.column(parts[0], of, nullable=missing, bound=MOST if of == "int" else 0)
        case "starts_with":
            return nodes.starts_with(node_of(nodes, parts[0]), parts[1])
        case "is_in":
            return nodes.is_in(node_of(nodes, parts[0]), parts[1])
        case "compare":
            return nodes.compare(parts[0], *(node_of(nodes, each) for each in parts[1:]))
        case "add" | "min" | "max" | "and" | "or":
            return _of_many(nodes, kind, [node_of(nodes, each) for each in parts[0]])
        case "floor_div":
            positive = nodes.extreme("max", [node_of(nodes, parts[0]), nodes.constant(0)])
            return nodes.floor_div(positive, parts[1])
        case _:
            return _of_few(nodes, kind, [node_of(nodes, each) for each in parts])


def _of_many(nodes: Nodes, kind: str, items: Sequence[Node]) -> Node:
    match kind:
        case "add":
            return nodes.add(items)
        case "and":
            return nodes.all(items)
        case "or":
            return nodes.any(items)
        case _:
            return nodes.extreme("min" if kind == "min" else "max", items)


def _of_few(nodes: Nodes, kind: str, items: Sequence[Node]) -> Node:
    match kind:
        case "mul":
            return nodes.mul(items[0], items[1])
        case "not":
            return nodes.negation(items[0])
        case "is_null":
            return nodes.is_null(items[0])
        case _:
            return nodes.choose(items[0], items[1], items[2])


def meaning(tree: Tree, row: Row) -> Any:
    """What a tree says of a row."""
    kind, *parts = tree
    match kind:
        case "constant":
            return parts[0]
        case "unknown":
            return None
        case "column":
            return row[parts[0]]
        case "and" | "or":
            return _decided(kind, [meaning(each, row) for each in parts[0]])
        case "choose":
            return meaning(parts[1] if meaning(parts[0], row) is True else parts[2], row)
        case "is_null":
            return meaning(parts[0], row) is None
        case "starts_with" if not parts[1]:
            return True
        case _:
            return _strict(kind, parts, row)


def _decided(kind: str, values: Sequence[bool | None]) -> bool | None:
    decides = kind == "or"
    if decides in values:
        return decides
    return None if None in values else not decides


def _strict(kind: str, parts: Sequence[Any], row: Row) -> Any:
    """A value that is not known as soon as a part of it is not."""
    op = parts[0] if kind == "compare" else ""
    values = [meaning(each, row) for each in _trees(kind, parts)]
    if None in values:
        return None
    match kind:
        case "add":
            return sum(values)
        case "mul":
            return values[0] * values[1]
        case "min" | "max":
            return min(values) if kind == "min" else max(values)
        case "floor_div":
            return max(values[0], 0) // parts[1]
        case "compare":
            return COMPARED[op](values[0], values[1])
        case "not":
            return not values[0]
        case "starts_with":
            return values[0].startswith(parts[1])
        case _:
            return values[0] in parts[1]


def _trees(kind: str, parts: Sequence[Any]) -> Sequence[Tree]:
    match kind:
        case "add" | "min" | "max":
            return parts[0]
        case "compare":
            return parts[1:]
        case "floor_div" | "starts_with" | "is_in":
            return parts[:1]
        case _:
            return parts
