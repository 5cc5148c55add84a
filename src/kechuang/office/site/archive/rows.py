"""Rows of a table as lines of JSON that are the same whichever database they come from."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F, Field, Model, TextField
from django.db.models.functions import Cast

from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.ground.secrets import EncryptedTextField

LEFT_OUT: Final = {
    "sessions.session": "whoever was signed in signs in again",
    "usersessions.usersession": "belongs to the sessions",
    "ground.audithead": "follows the lines of the audit trail by itself",
}
AT_A_TIME: Final = 1000
RAW: Final = "raw_"
MODULUS: Final = 1 << 256


def models_in_order() -> list[type[Model]]:
    """Every table that an archive holds; a table stands after those that it points to."""
    ordered: dict[type[Model], None] = {}
    for configuration in reversed(list(apps.get_app_configs())):
        for model in configuration.get_models(include_auto_created=True):
            _place(model, ordered, set())
    return [model for model in ordered if model._meta.label_lower not in LEFT_OUT]


def _place(model: type[Model], ordered: dict[type[Model], None], above: set[type[Model]]) -> None:
    if model in ordered or model in above:
        return
    for field in model._meta.concrete_fields:
        if isinstance(field.related_model, type):
            _place(field.related_model, ordered, above | {model})
    ordered[model] = None


def columns(model: type[Model]) -> dict[str, Field[Any, Any]]:
    """The columns of a table: name → field."""
    return {field.attname: field for field in model._meta.concrete_fields}


def lines(model: type[Model]) -> Iterator[bytes]:
    """Every row as a line of JSON, by key. What is encrypted stays encrypted."""
    names = list(columns(model))
    secret = {
        name: Cast(F(name), TextField())
        for name, field in columns(model).items()
        if isinstance(field, EncryptedTextField)
    }
    wanted = [RAW + name if name in secret else name for name in names]
    rows = (
        model._base_manager.annotate(**{RAW + name: cast for name, cast in secret.items()})
        .order_by("pk")
        .values_list(*wanted)
    )
    for row in rows.iterator(chunk_size=AT_A_TIME):
        yield _line({name: _told(value) for name, value in zip(names, row, strict=True)})


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


class Digest:
    """The digest of a table: the sum of those of its rows, in whichever order they come.

    Databases do not agree on the order of words.

    >>> one, other = Digest(), Digest()
    >>> one.add(b"a"), one.add(b"b"), other.add(b"b"), other.add(b"a")
    (None, None, None, None)
    >>> one.told() == other.told(), one.rows
    (True, 2)
    """

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        """Count one row."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % MODULUS

    def told(self) -> str:
        """The digest in letters and figures."""
        return f"{self._sum:064x}"


def digest_of(model: type[Model]) -> Digest:
    """The digest of a table as it stands in the database now."""
    digest = Digest()
    for line in lines(model):
        digest.add(line)
    return digest


def insert(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Add rows as they were, past everything that a model does by itself when it is saved.

    ValueError for a row that has other columns than the table.
    """
    fields = columns(model)
    for row in rows:
        if set(row) != set(fields):
            raise ValueError(model._meta.label)
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(field.column) for field in fields.values())
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - our own names
            [[_kept(field, row[name]) for name, field in fields.items()] for row in rows],
        )


def _kept(field: Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, EncryptedTextField):
        return value
    return field.get_db_prep_save(field.to_python(value), connection)


def empty(models: list[type[Model]]) -> None:
    """Take out what `migrate` put in by itself: kinds of content and permissions."""
    for model in reversed(models):
        if model is not AuditEvent:
            model._base_manager.all()._raw_delete(connection.alias)


def head() -> dict[str, Any]:
    """How many lines the audit trail has, and the digest of the last."""
    found = AuditHead.objects.get(pk=1)
    return {"count": found.count, "digest": found.digest}
