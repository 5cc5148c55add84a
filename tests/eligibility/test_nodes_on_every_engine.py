"""The small language itself: trees of every kind of node say the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

import duckdb
import polars as pl
import psycopg
import pytest

from kechuang.eligibility.nodes import LARGEST_64, Node, Nodes, TooLarge
from kechuang.eligibility.polars_target import with_nodes
from kechuang.eligibility.python_target import compile_nodes
from kechuang.eligibility.sql_target import DUCKDB, POSTGRES, SPARK, Dialect, Expressions

DAY: Final = date(2026, 7, 1)
MOST: Final = {"a": 10**15, "b": 10**15, "c": 10**9, "d": 40}
ROWS: Final = 300
TREES: Final = 150
Values = dict[str, Any]


class Trees:
    """Draws trees."""

    def __init__(self, seed: int) -> None:
        self.random, self.nodes = Random(seed), Nodes()  # noqa: S311 - nothing secret
        column = self.nodes.column
        self.numbers = [
            column(name, "int", nullable=name != "d", bound=most) for name, most in MOST.items()
        ]
        self.truths = [column("t", "truth", nullable=True), column("u", "truth", nullable=False)]
        self.day = column("day", "date", nullable=True)
        self.code = column("code", "text", nullable=True)

    def constant(self) -> Node:
        digits = self.random.choice((1, 1, 2, 5, 10, 18))
        return self.nodes.constant(self.random.randrange(-(10**digits), 10**digits))

    def number(self, depth: int) -> Node:
        """A number; one that could grow too large is drawn again."""
        nodes, random = self.nodes, self.random
        if depth == 0:
            return random.choice([*self.numbers, *self.numbers, self.constant()])
        below = [self.number(depth - 1) for _ in range(random.choice((2, 2, 3)))]
        try:
            match random.randrange(6):
                case 0:
                    return nodes.add(below)
                case 1:
                    return nodes.mul(below[0], below[1])
                case 2:
                    return nodes.extreme(random.choice(("min", "max")), below)
                case 3:
                    positive = nodes.extreme("max", [below[0], nodes.constant(0)])
                    return nodes.floor_div(positive, random.choice((1, 2, 7, 10**4, 10**12)))
                case 4:
                    return nodes.choose(self.truth(depth - 1), below[0], nodes.unknown("int"))
                case _:
                    return nodes.choose(self.truth(depth - 1), below[0], below[1])
        except TooLarge:
            return self.number(depth - 1)

    def truth(self, depth: int) -> Node:
        nodes, random = self.nodes, self.random
        if depth == 0:
            return random.choice([*self.truths, self._leaf()])
        below = [self.truth(depth - 1) for _ in range(random.choice((2, 3)))]
        match random.randrange(7):
            case 0:
                return nodes.all(below)
            case 1:
                return nodes.any([*below, nodes.unknown("truth")])
            case 2:
                return nodes.negation(below[0])
            case 3:
                return nodes.is_null(random.choice([below[0], self.number(depth - 1)]))
            case 4:
                last = random.choice([below[-1], nodes.unknown("truth")])
                return nodes.choose(below[0], below[1], last)
            case 5:
                return nodes.compare("=", below[0], below[1])
            case _:
                op = random.choice(("<", "<=", ">", ">=", "=", "!="))
                return nodes.compare(op, self.number(depth - 1), self.number(depth - 1))

    def _leaf(self) -> Node:
        nodes, random = self.nodes, self.random
        match random.randrange(3):
            case 0:
                day = nodes.constant(DAY + timedelta(days=random.randrange(-1, 2)))
                return nodes.compare(random.choice(("<", "<=", "=", ">=")), self.day, day)
            case 1:
                return nodes.starts_with(self.code, random.choice(("C", "C39", "13")))
            case _:
                return nodes.is_in(self.code, ["C39", "13", random.choice("CDE")])

    def row(self) -> Values:
        random = self.random

        def maybe(value: Any) -> Any:
            return None if random.random() < 0.15 else value

        def whole(most: int) -> int:
            spread = random.choice((1, 3, 10**3, most))
            return random.choice((0, most, -most, random.randrange(-spread, spread + 1)))

        numbers = {name: maybe(whole(most)) for name, most in MOST.items() if name != "d"}
        return {
            **numbers,
            "d": random.randrange(41),
            "t": maybe(random.random() < 0.5),
            "u": random.random() < 0.5,
            "day": maybe(DAY + timedelta(days=random.randrange(-2, 3))),
            "code": maybe(random.choice(("C", "C39", "C3912", "13", "1301", "D", ""))),
        }


def select(roots: Sequence[Node], dialect: Dialect, source: str) -> str:
    expressions = Expressions(dialect, {})
    columns = ", ".join(map(expressions.of, roots))
    return f"SELECT {columns} FROM {source} ORDER BY place"  # noqa: S608 - made of nodes


def whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


def typed(rows: Sequence[Values]) -> pl.DataFrame:
    kinds = {"t": pl.Boolean, "u": pl.Boolean, "day": pl.Date, "code": pl.String}
    schema = {name: kinds.get(name, pl.Int64) for name in rows[0]}
    frame = pl.DataFrame(rows, schema=schema)
    return frame.with_columns(pl.int_range(frame.height).alias("place"))


@pytest.fixture(params=range(4))
def trees(request: pytest.FixtureRequest) -> Trees:
    return Trees(request.param)


@pytest.fixture
def roots(trees: Trees) -> list[Node]:
    half = TREES // 2
    found = [trees.number(3) for _ in range(half)] + [trees.truth(3) for _ in range(half)]
    assert any(node.is_wide for node in found)
    return found


@pytest.fixture
def rows(trees: Trees) -> list[Values]:
    return [trees.row() for _ in range(ROWS)]


@pytest.fixture
def expected(roots: list[Node], rows: list[Values]) -> list[tuple[Any, ...]]:
    evaluate = compile_nodes(roots)
    return [evaluate(row) for row in rows]


def test_polars_agrees(
    roots: list[Node], rows: list[Values], expected: list[tuple[Any, ...]]
) -> None:
    results = {str(place): node for place, node in enumerate(roots)}
    found = with_nodes(typed(rows).lazy(), results).select(list(results)).collect()

    assert found.rows() == expected


def test_duckdb_agrees(
    roots: list[Node], rows: list[Values], expected: list[tuple[Any, ...]]
) -> None:
    with duckdb.connect() as connection:
        connection.register("facts", typed(rows))
        found = connection.execute(select(roots, DUCKDB, "facts")).fetchall()

    assert found == expected


def test_postgres_agrees(
    roots: list[Node],
    rows: list[Values],
    expected: list[tuple[Any, ...]],
    postgres: psycopg.Connection,
) -> None:
    with postgres.cursor() as cursor:
        columns = "place int, a bigint, b bigint, c bigint, d bigint, t boolean, u boolean"
        cursor.execute(f"CREATE TEMP TABLE facts ({columns}, day date, code text)")
        for place, row in enumerate(rows):
            values = (place, *(row[name] for name in "abcdtu"), row["day"], row["code"])
            cursor.execute("INSERT INTO facts VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", values)
        cursor.execute(select(roots, POSTGRES, "facts").encode())
        found = [tuple(map(whole, row)) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE facts")

    assert found == expected


@pytest.mark.slow
@pytest.mark.requires_java
def test_spark_agrees(
    roots: list[Node], rows: list[Values], expected: list[tuple[Any, ...]], spark: Any
) -> None:
    frame = typed(rows).to_arrow(compat_level=pl.CompatLevel.oldest())
    spark.createDataFrame(frame).createOrReplaceTempView("facts")
    found = spark.sql(select(roots, SPARK, "facts")).collect()
    spark.catalog.dropTempView("facts")

    assert [tuple(map(whole, row)) for row in found] == expected


@pytest.mark.parametrize("divisor", [2, 7, 10**4, 10**19, 10**37])
def test_quotient_of_the_largest_numbers_is_rounded_down(
    divisor: int, postgres: psycopg.Connection
) -> None:
    nodes = Nodes()
    value = nodes.column("value", "int", nullable=False, bound=LARGEST_64)
    wide = nodes.mul(value, nodes.constant(10**18))
    node = nodes.floor_div(nodes.add([wide, nodes.constant(divisor - 1)]), divisor)
    wanted = compile_nodes([node])({"value": LARGEST_64})[0]
    source = f"(SELECT {LARGEST_64} AS value, 1 AS place) AS facts"

    with duckdb.connect() as connection:
        assert connection.execute(select([node], DUCKDB, source)).fetchone() == (wanted,)
    assert postgres.execute(select([node], POSTGRES, source).encode()).fetchone() == (wanted,)
