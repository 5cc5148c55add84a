"""Rows of tables in bulk: read, numbered, put in, changed, taken out, without the ORM.

The ORM costs ten times what the database does for a hundred thousand rows. Frames go in and come
out; columns are those of the table, values as the database keeps them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import polars as pl
from django.db import connection, models
from django.db.models import F, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from kechuang.office.ground.secrets import EncryptedTextField

AT_A_TIME: Final = 5_000
"""Values of one query: far below what SQLite and PostgreSQL take."""
PK: Final = "__pk"
ONE_AT_A_TIME: Final = 5_270_001
"""The lock on PostgreSQL of whoever writes many records at once; any number of our own."""


def fetch(
    model: type[models.Model], names: Sequence[str], where: str, keys: Iterable[Any], **more: Any
) -> pl.DataFrame:
    """The rows whose `where` is among the keys, as columns `names`; secrets stay encrypted.

    A name may go through relations (`region__path`).
    """
    wanted = [each for each in dict.fromkeys(keys) if each is not None]
    schema = {name: dtype_of(model, name) for name in names}
    if not wanted:
        return pl.DataFrame(schema=schema)
    secret = {
        f"{name}_kept": Cast(F(name), TextField()) for name in names if is_secret(model, name)
    }
    told = [f"{name}_kept" if f"{name}_kept" in secret else name for name in names]
    found = model._default_manager.order_by().filter(**more).annotate(**secret)
    rows = list(among(found, where, wanted).values_list(*told))
    return pl.DataFrame(rows, schema=schema, orient="row")


def among(rows: models.QuerySet[Any], name: str, keys: Sequence[Any]) -> models.QuerySet[Any]:
    """The rows whose column is one of the keys, which is one parameter however many they are."""
    key = _pk(rows.model).attname if name == "pk" else name
    quote = connection.ops.quote_name
    column = f"{quote(rows.model._meta.db_table)}.{quote(_column(rows.model, key))}"
    if connection.vendor == "postgresql":
        condition, value = f"{column} = ANY(%s)", list(keys)
    else:
        condition, value = f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(keys))  # noqa: S608 - a name of a model
    return rows.extra(where=[condition], params=[value])  # noqa: S610 - of names of models


def one_at_a_time() -> None:
    """Wait until no other import or undo writes, and no two records are being merged.

    What a row is about must not be merged away between looking for it and writing it. On SQLite
    the transaction holds the only lock from its beginning anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def lock(model: type[models.Model], keys: Iterable[int]) -> None:
    """Hold these rows until the transaction ends, in the order of their keys."""
    if connection.vendor != "postgresql":
        return  # SQLite has one lock for all, and the transaction holds it from its beginning
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), AT_A_TIME):
        part = wanted[start : start + AT_A_TIME]
        list(
            model._default_manager.select_for_update(of=("self",))
            .filter(pk__in=part)
            .order_by("pk")
            .values_list("pk")
        )


def allocate(model: type[models.Model], count: int) -> list[int]:
    """Keys for so many new rows; the transaction that asks must write them."""
    if not count:
        return []
    table, column = model._meta.db_table, _pk(model).column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
    return list(range(first, first + count))


def insert(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Put rows in; what a column of the table has no value for is its default."""
    if not frame.height:
        return 0
    full = full_columns(model, frame)
    names = [_column(model, name) for name in full.columns]
    quoted = ", ".join(map(connection.ops.quote_name, names))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f"COPY {table} ({quoted}) FROM STDIN WITH (FORMAT csv)"
            with cursor.copy(sql) as copy:  # type: ignore[attr-defined]
                for part in full.iter_slices(AT_A_TIME):
                    copy.write(_csv(part))
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(
                f"INSERT INTO {table} ({quoted}) VALUES ({marks})",  # noqa: S608 - names of models
                cast("Any", _plain(full).iter_rows()),
            )
    return frame.height


def update(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Set the columns of the rows that `PK` names."""
    if not frame.height:
        return 0
    names = [name for name in frame.columns if name != PK]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(_column(model, name))} = %s" for name in names)
    table, key = quote(model._meta.db_table), quote(_pk(model).column)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE {key} = %s",  # noqa: S608 - names of models
            cast("Any", _plain(frame.select(*names, PK)).iter_rows()),
        )
    return frame.height


def delete(model: type[models.Model], keys: Sequence[int]) -> int:
    """Take rows out."""
    for start in range(0, len(keys), AT_A_TIME):
        rows = model._default_manager.filter(pk__in=keys[start : start + AT_A_TIME])
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]
    return len(keys)


def full_columns(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with every column of the table that is not made by the database."""
    wanted: dict[str, pl.Expr] = {}
    for each in model._meta.concrete_fields:
        name = each.attname
        default = _default(each)
        dtype = _dtype(each)
        if name in frame.columns:
            told = pl.col(name)
            wanted[name] = told if default is None else told.fill_null(pl.lit(default, dtype))
        elif not each.primary_key:
            wanted[name] = pl.lit(default, dtype)
    return frame.select(expression.alias(name) for name, expression in wanted.items())


def json_text(rows: Iterator[Mapping[str, Any]]) -> list[str]:
    """Plain values as the texts of a JSON column."""
    return [json.dumps(row, ensure_ascii=False, default=_isoformat) for row in rows]


def dtype_of(model: type[models.Model], path: str) -> Any:
    """The type of a column in a frame, also through relations."""
    found: Any = None
    owner: Any = model
    for name in path.split("__"):
        found = owner._meta.pk if name == "pk" else owner._meta.get_field(name)
        owner = found.related_model or owner
    return _dtype(found)


def dtype_of_column(model: type[models.Model], name: str) -> Any:
    """The type of a column of the table itself in a frame."""
    return _dtype(next(each for each in model._meta.concrete_fields if each.attname == name))


def _dtype(each: Any) -> Any:
    if each.related_model is not None:
        return _dtype(each.target_field)
    if isinstance(each, models.BooleanField):
        return pl.Boolean()
    if isinstance(each, models.DateTimeField):
        return pl.Datetime("us", "UTC")
    if isinstance(each, models.DateField):
        return pl.Date()
    if isinstance(each, models.IntegerField):
        return pl.Int64()
    return pl.String()


def _default(each: Any) -> Any:
    """What a column holds where nothing is said."""
    if getattr(each, "auto_now_add", False):
        return timezone.now()
    if each.null and not each.has_default():
        return None
    found = each.get_default()
    if found is None and isinstance(each, models.CharField | models.TextField):
        return ""
    return str(found) if isinstance(found, str) else found


def _pk(model: type[models.Model]) -> Any:
    return model._meta.pk


def _column(model: type[models.Model], name: str) -> str:
    found: Any = next(each for each in model._meta.concrete_fields if each.attname == name)
    return str(found.column)


def is_secret(model: type[models.Model], name: str) -> bool:
    """Whether a column is kept encrypted."""
    return any(
        each.attname == name and isinstance(each, EncryptedTextField)
        for each in model._meta.concrete_fields
    )


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The values as both databases take them: days and moments as texts."""
    if connection.vendor == "postgresql":
        return frame
    return frame.with_columns(
        [
            pl.col(name).dt.to_string("%Y-%m-%d")
            if dtype == pl.Date
            else pl.col(name).dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
            for name, dtype in frame.schema.items()
            if dtype == pl.Date or isinstance(dtype, pl.Datetime)
        ]
    )


def _csv(frame: pl.DataFrame) -> bytes:
    """The rows as PostgreSQL copies them: an empty text is quoted, null is nothing at all."""
    buffer = io.BytesIO()
    moments = [
        pl.col(name).dt.to_string("%Y-%m-%d %H:%M:%S%.6f%:z")
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime)
    ]
    frame.with_columns(moments).write_csv(
        buffer, include_header=False, quote_style="non_numeric", null_value=""
    )
    return buffer.getvalue()


def _isoformat(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return str(value)
