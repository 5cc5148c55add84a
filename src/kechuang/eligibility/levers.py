"""What a subject can still change, by how much effort, and what it does to the facts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, cast

from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.python_target import compile_nodes
from kechuang.reference.fields import Field
from kechuang.rulebook.units import unit_of

YEARS_VALID = 10
MONEY_STEP = 10_000
"""分 in one step of money: a hundred yuan, which is 0.01 万元 as reports are filled in."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that can change.

    `effects` says by how much one step moves each column or figure of rows; `cost` is the effort of
    one step. A lever of a yes-or-no fact has no effects: its one step makes `column` true.
    """

    key: str
    name: str
    unit: str
    effects: Mapping[str, int]
    cost: Fraction
    most: int
    column: str = ""
    field: Field | None = None


def efforts(field: Field, given: Mapping[str, Fraction]) -> Fraction:
    """The effort of one unit of a field: as given, or as the field dictionary has it."""
    if field.code in given:
        return given[field.code]
    return Fraction(field.effort) if isinstance(field.effort, int) else Fraction(1)


def column_levers(
    lowered: Lowered, given: Mapping[str, Fraction], *, closed: bool
) -> Iterator[Lever]:
    """Levers of the subject's own facts; those of the last full year only where `closed`."""
    for column in lowered.columns:
        field = column.field
        if column.back or field.change == "fixed":
            continue
        if field.period == "year" and not closed:
            continue
        cost = efforts(field, given)
        if field.type == "boolean":
            yield Lever(column.name, field.name, "", {}, cost, 1, column.name, field)
        elif field.lever and field.type in {"money", "count", "number"}:
            step = MONEY_STEP if field.type == "money" else 1
            units = Fraction(1, 10**field.places)
            if field.type == "money":
                units = step / unit_of(field.unit).factor
            effects = {column.name: step if field.lever == "up" else -step}
            yield Lever(
                column.name, field.name, field.unit, effects, cost * units, 10**15,
                column.name, field,
            )  # fmt: skip


@cache
def _row_kinds() -> Sequence[Mapping[str, Any]]:
    source = files("kechuang.eligibility").joinpath("levers.toml").read_text("utf-8")
    return cast("list[dict[str, Any]]", tomllib.loads(source)["rows"])


def row_levers(lowered: Lowered, as_of: date, given: Mapping[str, Fraction]) -> Iterator[Lever]:
    """Levers that add a related row: each counts in the figures whose condition it meets."""
    days = {"as_of": as_of, "later": as_of.replace(year=as_of.year + YEARS_VALID, day=1)}
    for kind in _row_kinds():
        if kind["facts"].get("title") == lowered.rule.outcome.get("gives"):
            continue
        row = {name: days.get(value, value) for name, value in kind["facts"].items()}
        effects = {
            figure.name: 1
            for figure in lowered.rows
            if figure.frame == kind["frame"]
            and figure.op == "sure"
            and compile_nodes([figure.where])(row)[0] is True
        }
        if effects:
            name = str(kind["name"])
            cost = given.get(name, Fraction(kind["effort"]))
            yield Lever(name, name, str(kind["unit"]), effects, cost, 30)
