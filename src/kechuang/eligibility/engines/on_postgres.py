"""A rule for every subject of tables in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from kechuang.eligibility.engines.work import Work, shape_of_sources
from kechuang.eligibility.sql_target import POSTGRES, table_name
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule


def run_on_postgres(
    rule: Rule,
    book: Rulebook,
    tables: Mapping[str, str],
    as_of: date,
    connection: Any,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> pl.DataFrame:
    """What `batch.run` gives, for tables by frame, with the rows by key.

    A table is named with its schema or without (`bureau.enterprises`), and has the canonical
    columns. `connection` is an open DB-API connection, such as psycopg's; it is only read from, in
    the transaction that it is in.
    """
    with closing(connection.cursor()) as cursor:
        columns = {
            frame: _columns(cursor, table_name(table, POSTGRES)) for frame, table in tables.items()
        }
        shape = shape_of_sources({}, columns, rule.subject)
        work = Work.of(rule, book, as_of, shape, trace=trace, overrides=overrides)
        cursor.execute(work.query(POSTGRES, tables))
        rows = cursor.fetchall()
    return work.finished(_frame(work, rows))


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - the name is quoted
    return [str(column[0]) for column in cursor.description]


def _frame(work: Work, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The rows as columns; numbers beyond 64 bits come as Decimal."""
    types = {work.key: pl.String(), **work.types}
    values = list(zip(*rows, strict=True)) or [()] * len(types)
    return pl.DataFrame(
        pl.Series(name, map(_whole, column) if kind == pl.Int128 else column, kind)
        for (name, kind), column in zip(types.items(), values, strict=True)
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
