"""Many subjects at once: the nodes of a rule as Polars expressions over whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Final

import polars as pl

from kechuang.eligibility.lowered import RowSum
from kechuang.eligibility.nodes import LARGEST_64, Node
from kechuang.eligibility.staging import plan

SMALL: Final = (
    (2**7 - 1, pl.Int8),
    (2**15 - 1, pl.Int16),
    (2**31 - 1, pl.Int32),
    (LARGEST_64, pl.Int64),
)
TYPES: Final = {"truth": pl.Boolean, "date": pl.Date, "text": pl.String}
CHUNK: Final = 32_768
"""Rows that the streaming engine takes at a time: what one step leaves stays in the cache."""


def type_of(node: Node) -> pl.DataType:
    """The smallest type that holds a node."""
    if node.type != "int":
        return TYPES[node.type]()
    if node.kind == "column":
        return pl.Int64()
    for bound, small in SMALL:
        if node.bound <= bound:
            return small()
    return pl.Int128()


class Expressions:
    """Polars expressions of nodes; nodes in `names` are columns that stand already."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names

    def of(self, node: Node, wanted: pl.DataType | None = None) -> pl.Expr:
        """The expression of a node, in a wider whole-number type where one is wanted."""
        if node.kind == "constant":
            return pl.lit(node.value, dtype=wanted or type_of(node))
        expression = self._named(node)
        if wanted is not None and node.type == "int" and type_of(node) != wanted:
            return expression.cast(wanted)
        return expression

    def _named(self, node: Node) -> pl.Expr:
        if node.number in self.names:
            return pl.col(self.names[node.number])
        return self.fresh(node)

    def fresh(self, node: Node) -> pl.Expr:
        """The expression that computes a node, whether or not it stands already."""
        match node.kind:
            case "column":
                return pl.col(str(node.value))
            case "add" | "mul" | "min" | "max" | "floor_div":
                return self._arithmetic(node)
            case "compare":
                return self._comparison(node)
            case "and":
                return reduce(_both, [self.of(arg) for arg in node.args])
            case "or":
                return reduce(_either, [self.of(arg) for arg in node.args])
            case "not":
                return self.of(node.args[0]).not_()
            case "is_null":
                return self.of(node.args[0]).is_null()
            case "starts_with":
                return self.of(node.args[0]).str.starts_with(str(node.value))
            case "is_in":
                return self._is_in(node)
            case _:
                return self._choice(node)

    def _is_in(self, node: Node) -> pl.Expr:
        members = node.value if isinstance(node.value, tuple) else ()
        text = self.of(node.args[0])
        return reduce(_either, [text == pl.lit(member) for member in members])

    def _arithmetic(self, node: Node) -> pl.Expr:
        if node.kind == "floor_div":
            wide = pl.Int128() if any(arg.is_wide for arg in node.args) else pl.Int64()
            top, bottom = (self.of(arg, wide) for arg in node.args)
            return (top // bottom).cast(type_of(node))
        args = [self.of(arg, type_of(node)) for arg in node.args]
        match node.kind:
            case "add":
                return reduce(add, args)
            case "mul":
                return args[0] * args[1]
            case _ if not node.nullable:
                extreme = pl.min_horizontal if node.kind == "min" else pl.max_horizontal
                return extreme(args)
            case _:
                return reduce(_least if node.kind == "min" else _greatest, args)

    def _comparison(self, node: Node) -> pl.Expr:
        left, right = node.args
        wide = None
        if left.type == "int":
            wide = max(type_of(left), type_of(right), key=_bits)
        one, other = self.of(left, wide), self.of(right, wide)
        match node.value:
            case "=":
                return one == other
            case "!=":
                return one != other
            case "<":
                return one < other
            case "<=":
                return one <= other
            case ">":
                return one > other
            case _:
                return one >= other

    def _choice(self, node: Node) -> pl.Expr:
        condition, then, otherwise = node.args
        wide = type_of(node) if node.type == "int" else None
        chain = pl.when(self.of(condition)).then(self.of(then, wide))
        while (
            otherwise.kind == "choose"
            and otherwise.number not in self.names
            and (wide is None or type_of(otherwise) == wide)
        ):
            condition, then, otherwise = otherwise.args
            chain = chain.when(self.of(condition)).then(self.of(then, wide))
        return chain.otherwise(self.of(otherwise, wide))


def _bits(kind: pl.DataType) -> int:
    sizes: dict[object, int] = {pl.Int8: 8, pl.Int16: 16, pl.Int32: 32, pl.Int64: 64}
    return sizes.get(type(kind), 128)


def _both(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return one & other


def _either(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return one | other


def _least(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The smaller of two; Polars' own passes over a null, which here must stay one."""
    smaller = one <= other
    return pl.when(smaller).then(one).when(smaller.not_()).then(other).otherwise(None)


def _greatest(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The greater of two, null where one of them is."""
    greater = one >= other
    return pl.when(greater).then(one).when(greater.not_()).then(other).otherwise(None)


def with_nodes(frame: pl.LazyFrame, results: Mapping[str, Node]) -> pl.LazyFrame:
    """A frame with the results as further columns; the steps between are dropped again."""
    stages = plan(list(results.values()))
    expressions = Expressions(stages.names)
    for stage in stages.stages:
        frame = frame.with_columns(
            expressions.fresh(node).cast(type_of(node)).alias(name) for name, node in stage
        )
    frame = frame.with_columns(
        expressions.of(node, type_of(node)).alias(name) for name, node in results.items()
    )
    return frame.drop([name for stage in stages.stages for name, _ in stage])


def count_rows(rows: pl.LazyFrame, key: str, wanted: Sequence[RowSum]) -> pl.LazyFrame:
    """The figures about related rows, one row a subject, under the names of `wanted`."""
    results: dict[str, Node] = {}
    for row in wanted:
        results[f"where_{row.name}"] = row.where
        if row.amount is not None:
            results[f"amount_{row.name}"] = row.amount
    frame = with_nodes(rows, results)
    figures = [_figure(row).cast(pl.Int64).alias(row.name) for row in wanted]
    return frame.group_by(key).agg(figures)


def _figure(row: RowSum) -> pl.Expr:
    where = pl.col(f"where_{row.name}")
    if row.op == "sure":
        return where.fill_null(value=False).sum()
    if row.op == "open":
        return where.is_null().sum()
    amount = pl.col(f"amount_{row.name}")
    if row.op == "sum":
        return pl.when(where).then(amount.cast(pl.Int64)).otherwise(0).sum()
    return (where.is_null() | (where & amount.is_null()).fill_null(value=False)).sum()
