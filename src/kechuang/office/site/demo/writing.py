"""Frames into tables, many rows at once: what a frame does not have is the column's default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl
from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

AT_A_TIME: Final = 10_000
NOTHING: Final = "\\N"


def insert(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Put rows in; the columns of the frame are called as attributes of the model (`party_id`).

    Keys that the frame does not give are the database's own. PostgreSQL takes them as a copy,
    SQLite row by row in one statement.
    """
    if frame.is_empty():
        return 0
    full = _with_defaults(model, frame)
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(columns[name]) for name in full.columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv, NULL '{NOTHING}')"
            with cursor.copy(told) as copy:  # type: ignore[attr-defined]
                for part in full.iter_slices(AT_A_TIME):
                    copy.write(part.write_csv(include_header=False, null_value=NOTHING))
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        else:
            marks = ", ".join(["%s"] * full.width)
            told = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of models
            for part in full.iter_slices(AT_A_TIME):
                cursor.executemany(told, part.rows())
    return frame.height


def _with_defaults(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    given = set(frame.columns)
    missing = {
        field.attname: _default(field)
        for field in model._meta.concrete_fields
        if field.attname not in given and not isinstance(field, models.AutoField)
    }
    full = frame.with_columns(pl.lit(value).alias(name) for name, value in missing.items())
    days = [name for name, dtype in full.schema.items() if dtype == pl.Date]
    return full.with_columns(pl.col(days).dt.to_string("%Y-%m-%d"))


def _default(field: models.Field[Any, Any]) -> Any:
    """What a column holds where nothing is given, as the database keeps it."""
    if getattr(field, "auto_now_add", False) or isinstance(field, models.DateTimeField):
        return None if field.null else _moment(timezone.now())
    return field.get_default()


def _moment(moment: datetime) -> str:
    """A moment as the database keeps it: with its zone, or in UTC without."""
    kept = connection.ops.adapt_datetimefield_value(moment)
    return str(kept)


def keys_of(model: type[models.Model], path: str) -> Mapping[str, int]:
    """The keys of a table by a text of each row."""
    return dict(model._default_manager.values_list(path, "pk"))
