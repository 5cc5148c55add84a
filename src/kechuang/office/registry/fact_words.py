"""How facts are told: their groups, and each value in the unit that people write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kechuang.eligibility.data.cells import Fault, Value, value_of
from kechuang.eligibility.data.headers import NUMERIC, Meaning
from kechuang.eligibility.data.words import words
from kechuang.office.ground.normalise import normalise
from kechuang.office.ground.showing import in_chinese
from kechuang.office.registry.models.facts import YEARLY_FIELDS
from kechuang.reference import Field


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Fields that belong together."""

    code: str
    name: str
    name_en: str
    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return self.name if in_chinese() else self.name_en


@dataclass(frozen=True, slots=True)
class FactWords:
    """What `facts.yaml` says."""

    groups: tuple[FactGroup, ...]
    listed: tuple[str, ...]
    needed: tuple[str, ...]


@cache
def fact_words() -> FactWords:
    """The groups of yearly facts, in order, every yearly field in one of them."""
    text = files("kechuang.office.registry").joinpath("facts.yaml").read_text("utf-8")
    rows: Mapping[str, Any] = yaml.safe_load(text)
    by_code = {field.code: field for field in YEARLY_FIELDS}
    groups = [
        _group(code, row, [by_code.pop(each) for each in row["fields"]])
        for code, row in rows["groups"].items()
    ]
    if by_code:
        groups.append(_group("rest", rows["rest"], list(by_code.values())))
    return FactWords(tuple(groups), tuple(rows["listed"]), tuple(rows["needed"]))


def _group(code: str, row: Mapping[str, Any], fields: Sequence[Field]) -> FactGroup:
    return FactGroup(code, row["name"], row["en"], tuple(fields))


def field_name(field: Field) -> str:
    """The name of a field in the language of the page."""
    return field.name if in_chinese() else field.name_en


def places_of(field: Field) -> int:
    """How many places the unit that people write lies above the integers of a column."""
    if field.type == "money":
        return len(str(words().money_units[field.unit])) - 1
    return field.places


def in_unit(field: Field, value: Value) -> Decimal | Value:
    """A value as people read it: a number in the unit of the field, an option by its name.

    >>> from kechuang.reference import load_dictionary
    >>> str(in_unit(load_dictionary().field("enterprises", "revenue"), 123_456_700))
    '123.456700'
    """
    if value is None or value == "":
        return None
    if field.type in NUMERIC and isinstance(value, int):
        return Decimal(value).scaleb(-places_of(field))
    if field.options:
        return field.options.get(str(value), str(value))
    return value


def as_written(field: Field, value: Value) -> str:
    """A value as a form shows it, so that `read_value` gives the same."""
    told = in_unit(field, value)
    if told is None:
        return ""
    if isinstance(told, Decimal):
        plain = told.normalize()
        return f"{plain:f}"
    return str(told)


def read_value(field: Field, text: str) -> Value | Fault:
    """What somebody typed, in the unit of the field; None for nothing, a `Fault` for what is wrong.

    >>> from kechuang.reference import load_dictionary
    >>> read_value(load_dictionary().field("enterprises", "revenue"), "１，２８４.5")
    1284500000
    """
    return value_of(normalise(text), meaning_of(field))


def meaning_of(field: Field) -> Meaning:
    """What the text of a form's box is for a field."""
    if field.type in NUMERIC:
        return Meaning(field, unit=field.unit, factor=Fraction(10 ** places_of(field)))
    return Meaning(field)
