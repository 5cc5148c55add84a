"""Values that can hardly be true: the rules of `doubts.yaml`, over whole columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

import polars as pl
import yaml

from kechuang.office.registry.choosing import PARTY, YEAR
from kechuang.office.registry.fact_words import places_of
from kechuang.office.registry.models.facts import YEARLY_FIELDS
from kechuang.reference import Field

Kind = Literal["above", "jump", "negative", "balance"]
RULE, FIELD, VALUE, OTHER = "rule", "field", "value", "other"
FOUND: Final = {
    PARTY: pl.Int64(), YEAR: pl.Int64(), RULE: pl.String(), FIELD: pl.String(),
    VALUE: pl.Int64(), OTHER: pl.Int64(),
}  # fmt: skip
_FIELDS: Final = {field.code: field for field in YEARLY_FIELDS}
_LATER: Final = "__before"


@dataclass(frozen=True, slots=True)
class Cells:
    """What one rule looks at: a field, and the fields that it is held against."""

    field: Field
    others: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtRule:
    """One rule of `doubts.yaml`."""

    code: str
    kind: Kind
    name: str
    name_en: str
    why: str
    cells: tuple[Cells, ...]
    times: int = 1
    least: int = 0
    part: int = 1

    def against(self, field: str) -> tuple[Field, ...]:
        """The fields that a field is held against; itself for a jump."""
        for each in self.cells:
            if each.field.code == field:
                return (each.field,) if self.kind == "jump" else each.others
        return ()


@cache
def load_doubts() -> Mapping[str, DoubtRule]:
    """All rules by code. Raises KeyError where a rule names a field that has no year."""
    text = files("kechuang.office.registry").joinpath("doubts.yaml").read_text("utf-8")
    rows: Mapping[str, Any] = yaml.safe_load(text)["rules"]
    return MappingProxyType({code: _rule(code, row) for code, row in rows.items()})


def _rule(code: str, row: Mapping[str, Any]) -> DoubtRule:
    groups = row.get("pairs") or row.get("triples") or [[each] for each in row["fields"]]
    cells = tuple(
        Cells(_FIELDS[first], tuple(_FIELDS[each] for each in rest)) for first, *rest in groups
    )
    return DoubtRule(
        code=code,
        kind=row["kind"],
        name=row["name"],
        name_en=row["en"],
        why=row["why"],
        cells=cells,
        times=row.get("times", 1),
        least=row.get("least", 0),
        part=row.get("of", 1),
    )


def fields_looked_at() -> tuple[Field, ...]:
    """The fields that any rule reads, in the dictionary's order."""
    codes = {
        field.code
        for rule in load_doubts().values()
        for each in rule.cells
        for field in (each.field, *each.others)
    }
    return tuple(field for field in YEARLY_FIELDS if field.code in codes)


def doubts_in(values: pl.DataFrame) -> pl.DataFrame:
    """What the rules find in values that count: the columns of `FOUND`, in no order.

    `values` has party, year and a column for each field of `fields_looked_at`. `other` is the
    value that speaks against, of the year before for a jump.
    """
    later = values.with_columns(pl.col(YEAR) + 1)
    both = values.join(later, on=[PARTY, YEAR], how="left", suffix=_LATER)
    found = [_found(rule, each, both) for rule in load_doubts().values() for each in rule.cells]
    return pl.concat(found) if found else pl.DataFrame(schema=FOUND)


def _found(rule: DoubtRule, cells: Cells, values: pl.DataFrame) -> pl.DataFrame:
    value = pl.col(cells.field.code)
    match rule.kind:
        case "above":
            (against,) = cells.others
            other = pl.col(against.code)
            condition = _same(value, cells.field, against) > _same(
                other * rule.times, against, cells.field
            )
        case "jump":
            other = pl.col(f"{cells.field.code}{_LATER}")
            least = rule.least * _whole(cells.field)
            greater = pl.max_horizontal(value.abs(), other.abs())
            condition = (
                (greater >= least)
                & (value != 0)
                & (other != 0)
                & (
                    (value.abs() > other.abs() * rule.times)
                    | (other.abs() > value.abs() * rule.times)
                )
            )
        case "negative":
            other = pl.lit(None, dtype=pl.Int64)
            condition = value < 0
        case "balance":
            whole, part = cells.others
            other = pl.col(whole.code) - pl.col(part.code)
            condition = (value - other).abs() * rule.part > pl.col(whole.code).abs()
    return values.filter(condition).select(
        pl.col(PARTY).cast(pl.Int64),
        pl.col(YEAR).cast(pl.Int64),
        pl.lit(rule.code).alias(RULE),
        pl.lit(cells.field.code).alias(FIELD),
        value.alias(VALUE),
        other.alias(OTHER),
    )


def _whole(field: Field) -> int:
    """How much one unit of a field is in its column."""
    return int(10 ** places_of(field))


def _same(value: pl.Expr, field: Field, other: Field) -> pl.Expr:
    """A column on the scale of both: a count and a number with decimals can be compared."""
    return value * 10 ** max(0, other.places - field.places)
