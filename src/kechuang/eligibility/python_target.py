"""One subject at a time: the nodes of a rule as one Python function over its facts.

The function is put together from nodes that were parsed and checked; no text of a rule file is ever
part of it. Names in it are numbers of nodes; constants are passed in beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

from kechuang.eligibility.lowered import RowSum
from kechuang.eligibility.nodes import Node, walk

Row: TypeAlias = Mapping[str, Any]
Function: TypeAlias = Callable[[Row], tuple[Any, ...]]
ARITHMETIC: Final = {"add": " + ", "mul": " * "}
OPERATORS: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
STRICT: Final = frozenset({"add", "mul", "min", "max", "floor_div"})
"""Kinds that are null exactly where one of their arguments is."""


class Writer:
    """Writes the statements for some nodes; what is used twice is kept in a local name."""

    def __init__(self, roots: Sequence[Node]) -> None:
        self.roots = roots
        self.uses = Counter(arg.number for node in walk(roots) for arg in node.args)
        self.uses.update(root.number for root in roots)
        self.names: dict[int, str] = {}
        self.constants: dict[str, Any] = {}
        self.lines: list[str] = []

    def function(self) -> Function:
        """The compiled function: facts by column → the values of the roots."""
        for node in walk(self.roots):
            if node.kind == "column":
                self._keep(node, f"get({self._constant(node.value)})")
            elif node.kind != "constant" and self._is_kept(node):
                self._keep(node, self.text(node, frozenset()))
        results = ", ".join(self.text(root, frozenset()) for root in self.roots)
        body = "\n    ".join(["get = facts.get", *self.lines, f"return ({results},)"])
        source = f"def evaluate(facts):\n    {body}\n"
        scope: dict[str, Any] = dict(self.constants)
        exec(compile(source, "<rule>", "exec"), scope)  # noqa: S102 - made of nodes alone
        function: Function = scope["evaluate"]
        return function

    def _is_kept(self, node: Node) -> bool:
        return self.uses[node.number] > 1 or (node.nullable and node.kind not in STRICT)

    def _keep(self, node: Node, text: str) -> None:
        name = f"v{node.number}"
        self.lines.append(f"{name} = {text}")
        self.names[node.number] = name

    def _constant(self, value: Any) -> str:
        if value is None or isinstance(value, bool | int):
            return repr(value)
        name = f"c{len(self.constants)}"
        members = cast("tuple[str, ...]", value) if isinstance(value, tuple) else None
        self.constants[name] = value if members is None else frozenset(members)
        return name

    # --- expressions

    def text(self, node: Node, known: frozenset[int]) -> str:
        """A node as an expression; `known` are the nodes that are not null here."""
        name = self.names.get(node.number)
        if name is not None:
            return name
        if node.kind == "constant":
            return self._constant(node.value)
        bare = self._bare(node, known)
        if node.kind in STRICT or node.kind in {"compare", "starts_with", "is_in"}:
            return self._guarded(node, bare, known)
        return bare

    def _guarded(self, node: Node, bare: str, known: frozenset[int]) -> str:
        """Null where one of the values that it is made of is null."""
        guards = [
            f"{self.names[each]} is None"
            for each in self._sources(node)
            if each not in known and each in self.names
        ]
        return f"(None if {' or '.join(guards)} else {bare})" if guards else bare

    def _sources(self, node: Node) -> list[int]:
        """The nullable values below a strict expression that decide whether it is null."""
        found: dict[int, None] = {}
        for arg in node.args:
            if not arg.nullable:
                continue
            if arg.number in self.names:
                found[arg.number] = None
            elif arg.kind in STRICT:
                found.update(dict.fromkeys(self._sources(arg)))
        return list(found)

    def _inner(self, node: Node, known: frozenset[int]) -> str:
        """An argument inside a strict expression, whose guard already looked at it."""
        name = self.names.get(node.number)
        if name is not None or node.kind == "constant" or node.kind not in STRICT:
            return self.text(node, known)
        return self._bare(node, known)

    def _bare(self, node: Node, known: frozenset[int]) -> str:
        if node.kind not in STRICT and node.kind not in {"compare", "starts_with", "is_in"}:
            return self._logic(node, known)
        args = [self._inner(arg, known) for arg in node.args]
        match node.kind:
            case "add" | "mul":
                return f"({ARITHMETIC[node.kind].join(args)})"
            case "min" | "max":
                return f"{node.kind}({', '.join(args)})"
            case "floor_div":
                return f"({args[0]} // {args[1]})"
            case "compare":
                return f"({args[0]} {OPERATORS[str(node.value)]} {args[1]})"
            case "starts_with":
                return f"{args[0]}.startswith({self._constant(node.value)})"
            case _:
                return f"({args[0]} in {self._constant(node.value)})"

    def _logic(self, node: Node, known: frozenset[int]) -> str:
        match node.kind:
            case "and" | "or":
                return self._connected(node, known)
            case "not":
                inner = self.text(node.args[0], known)
                return (
                    f"(None if {inner} is None else not {inner})"
                    if node.nullable
                    else (f"(not {inner})")
                )
            case "is_null":
                return self._is_null(node.args[0], known)
            case _:
                condition, then, otherwise = node.args
                below = known | self._known_after(condition)
                return (
                    f"({self.text(then, known)} if {self.text(condition, known)} "
                    f"else {self.text(otherwise, below)})"
                )

    def _is_null(self, node: Node, known: frozenset[int]) -> str:
        if node.number in self.names or node.kind not in STRICT:
            return f"({self.text(node, known)} is None)"
        sources = [f"{self.names[each]} is None" for each in self._sources(node)]
        return f"({' or '.join(sources)})" if sources else "False"

    def _known_after(self, condition: Node) -> frozenset[int]:
        """What cannot be null where a condition about nulls does not hold."""
        parts = condition.args if condition.kind == "or" else (condition,)
        found: set[int] = set()
        for part in parts:
            if part.kind != "is_null":
                return frozenset()
            node = part.args[0]
            found.add(node.number)
            if node.kind in STRICT:
                found.update(self._sources(node))
        return frozenset(found)

    def _connected(self, node: Node, known: frozenset[int]) -> str:
        word, decides = (" and ", "False") if node.kind == "and" else (" or ", "True")
        if not node.nullable:
            return f"({word.join(self.text(arg, known) for arg in node.args)})"
        texts = [self.text(arg, known) for arg in node.args]
        decided = " or ".join(f"{text} is {decides}" for text in texts)
        unknown = " or ".join(
            f"{text} is None" for text, arg in zip(texts, node.args, strict=True) if arg.nullable
        )
        rest = "True" if node.kind == "and" else "False"
        return f"({decides} if {decided} else None if {unknown} else {rest})"


def compile_nodes(roots: Sequence[Node]) -> Function:
    """A function from facts by column to the values of some nodes."""
    return Writer(roots).function()


def compile_rows(rows: Sequence[RowSum]) -> Callable[[Mapping[str, Sequence[Row]]], dict[str, int]]:
    """A function from rows by frame to the figures about them; frames not given stay unknown."""
    frames: dict[str, list[tuple[RowSum, int, int | None]]] = {}
    roots: dict[str, list[Node]] = {}
    for row in rows:
        nodes = roots.setdefault(row.frame, [])
        where = _place(nodes, row.where)
        amount = None if row.amount is None else _place(nodes, row.amount)
        frames.setdefault(row.frame, []).append((row, where, amount))
    counters = [
        (
            frame,
            compile_nodes(nodes),
            frames[frame],
            {row.name: 0 for row, _, _ in frames[frame]},
            {row.name: 0 for row, _, _ in frames[frame] if row.op == "sure"},
        )
        for frame, nodes in roots.items()
    ]

    def count(related: Mapping[str, Sequence[Row]]) -> dict[str, int]:
        found: dict[str, int] = {}
        for frame, values_of, wanted, nothing, unknown in counters:
            owned = related.get(frame)
            if owned is None:
                found.update(unknown)
            elif not owned:
                found.update(nothing)
            else:
                values = [values_of(row) for row in owned]
                for row, where, amount in wanted:
                    found[row.name] = _figure(row, values, where, amount)
        return found

    return count


def _place(nodes: list[Node], node: Node) -> int:
    if node not in nodes:
        nodes.append(node)
    return nodes.index(node)


def _figure(row: RowSum, values: Sequence[tuple[Any, ...]], where: int, amount: int | None) -> int:
    if row.op == "sure":
        return [value[where] for value in values].count(True)
    if row.op == "open":
        return [value[where] for value in values].count(None)
    assert amount is not None  # noqa: S101 - sums have one
    if row.op == "sum":
        return sum(value[amount] or 0 for value in values if value[where] is True)
    return sum(
        1
        for value in values
        if value[where] is None or (value[where] is True and value[amount] is None)
    )
