"""Columns of a table made from the field dictionary, so that a field is named once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

from kechuang.reference import Field, load_dictionary


def column_of(field: Field) -> models.Field[Any, Any]:
    """The column of a field, empty where nothing is known.

    Money is whole 分; a number is an integer of its last decimal place, as in a frame.
    """
    match field.type:
        case "money" | "count" | "number":
            return models.BigIntegerField(null=True, blank=True)
        case "boolean":
            return models.BooleanField(null=True, blank=True)
        case "date":
            return models.DateField(null=True, blank=True)
        case "choice" | "code":
            return models.CharField(max_length=60, blank=True, default="")
        case "text":
            return models.CharField(max_length=200, blank=True, default="")


def columns_of(frame: str, is_wanted: Callable[[Field], bool]) -> dict[str, models.Field[Any, Any]]:
    """The columns of the wanted fields of a frame by code, in the dictionary's order."""
    return {each.code: column_of(each) for each in fields_of(frame, is_wanted)}


def fields_of(frame: str, is_wanted: Callable[[Field], bool]) -> Iterable[Field]:
    """The wanted fields of a frame in the dictionary's order."""
    return [each for each in load_dictionary().of(frame) if is_wanted(each)]


def with_columns(
    name: str, module: str, columns: dict[str, models.Field[Any, Any]]
) -> type[models.Model]:
    """An abstract model that has these columns."""
    meta = type("Meta", (), {"abstract": True})
    return type(name, (models.Model,), {"__module__": module, "Meta": meta, **columns})
