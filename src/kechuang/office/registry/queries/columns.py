"""Whole columns out of the database: a query's rows become a frame without an object a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

AT_A_TIME: Final = 20_000


def frame_of(rows: QuerySet[Any], schema: Mapping[str, tuple[str, pl.DataType]]) -> pl.DataFrame:
    """The columns of a query, by name: what the database calls each, and its type in the frame.

    Look-ups through relations are fine (`party__code`). Empty texts stay empty texts.
    """
    names = [path for path, _dtype in schema.values()]
    query = rows.values_list(*names).query
    pieces: list[list[pl.Series]] = []
    try:
        sql, parameters = query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:  # an actor who may see nothing: the database need not be asked
        return pl.DataFrame(schema={name: dtype for name, (_path, dtype) in schema.items()})
    with connections[rows.db].chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while taken := cursor.fetchmany(AT_A_TIME):
            columns = zip(*taken, strict=True)
            pieces.append(
                [
                    pl.Series(name, column, dtype=dtype)
                    for (name, (_path, dtype)), column in zip(schema.items(), columns, strict=True)
                ]
            )
    if not pieces:
        return pl.DataFrame(schema={name: dtype for name, (_path, dtype) in schema.items()})
    return pl.concat([pl.DataFrame(each) for each in pieces])
