"""Which value counts where several sources differ: the rule of `sources.yaml`, in one place.

For each cell: a correction by hand; then, among the rows that have a value at all, the smallest
rank, then the newest day, then the source's code, so that the order is complete. `first` says it
of rows in memory, `counting` of whole columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

import polars as pl

from kechuang.eligibility.data.cells import Value
from kechuang.eligibility.data.columns import TYPES
from kechuang.office.registry.models.base import Sourced
from kechuang.reference import Field

NO_YEAR: Final = 0
"""The year of a correction whose fact has none."""
PARTY, YEAR, RANK, AS_OF, SOURCE = "party_id", "year", "rank", "as_of", "source"
FIELD, NUMBER, TEXT = "field", "number", "text"
CORRECTIONS: Final = {
    PARTY: pl.Int64(), YEAR: pl.Int64(), FIELD: pl.String(), NUMBER: pl.Int64(), TEXT: pl.String(),
}  # fmt: skip
"""Columns of the corrections that `counting` takes."""


R = TypeVar("R", bound=Sourced)


def in_order(rows: Iterable[R]) -> list[R]:
    """Rows in the order in which they count."""
    return sorted(rows, key=lambda row: (row.rank, -row.as_of.toordinal(), row.source))


def known(value: Value) -> Value:
    """A value of a column, None where nobody filled it in: an empty text is no value."""
    return None if value == "" else value


def corrected(field: Field, number: int | None, text: str) -> Value:
    """What a correction says; None says that the right value is not known.

    >>> from kechuang.reference import load_dictionary
    >>> of = load_dictionary().field
    >>> corrected(of("enterprises", "resident_enterprise"), None, "0")
    False
    >>> corrected(of("enterprises", "technology_centre_since"), None, "2025-03-01")
    datetime.date(2025, 3, 1)
    """
    match field.type:
        case "money" | "count" | "number":
            return number
        case "boolean":
            return {"1": True, "0": False}.get(text)
        case "date":
            return date.fromisoformat(text) if text else None
        case _:
            return text or None


def as_correction(value: Value) -> tuple[int | None, str]:
    """The two columns of a correction that hold a value.

    >>> as_correction(True), as_correction(1_200), as_correction(None)
    ((None, '1'), (1200, ''), (None, ''))
    """
    match value:
        case None:
            return None, ""
        case bool():
            return None, "1" if value else "0"
        case int():
            return value, ""
        case date():
            return None, value.isoformat()
        case str():
            return None, value


def counting(
    rows: pl.DataFrame, keys: Sequence[str], fields: Sequence[Field], corrections: pl.DataFrame
) -> pl.DataFrame:
    """One row for each key with the values that count, in no order.

    `rows` has the keys, rank, day and source, and a column for each field by its code;
    `corrections` the columns of `CORRECTIONS`. A key that has corrections only is there too.
    """
    codes = [field.code for field in fields]
    blank = [
        pl.col(each.code).replace("", None) for each in fields if TYPES[each.type] == pl.String
    ]
    rows = rows.with_columns(blank)
    several = pl.struct(keys).is_duplicated() if len(keys) > 1 else pl.col(keys[0]).is_duplicated()
    rows = rows.with_columns(several.alias("__several"))
    alone = rows.filter(~pl.col("__several")).select(*keys, *codes)
    differing = (
        rows.filter("__several")
        .sort(RANK, AS_OF, SOURCE, descending=[False, True, False])
        .group_by(keys, maintain_order=True)
        .agg(pl.col(codes).drop_nulls().first())
    )
    found = pl.concat([alone, differing.select(alone.columns)])
    return _with_corrections(found, keys, fields, corrections)


def _with_corrections(
    found: pl.DataFrame, keys: Sequence[str], fields: Sequence[Field], corrections: pl.DataFrame
) -> pl.DataFrame:
    """The same with the corrected cells in place of what the sources say."""
    wanted = corrections.filter(pl.col(FIELD).is_in([field.code for field in fields]))
    if wanted.is_empty():
        return found
    corrected_keys = wanted.select(keys).unique().cast({key: found.schema[key] for key in keys})
    only = corrected_keys.join(found, on=keys, how="anti")
    found = pl.concat([found, only], how="diagonal")
    for field in fields:
        cells = wanted.filter(pl.col(FIELD) == field.code)
        if cells.is_empty():
            continue
        values = cells.select(
            *(pl.col(key).cast(found.schema[key]) for key in keys),
            _correction(field).alias("__value"),
            pl.lit(value=True).alias("__corrected"),
        )
        found = (
            found.join(values, on=keys, how="left")
            .with_columns(
                pl.when("__corrected").then("__value").otherwise(field.code).alias(field.code)
            )
            .drop("__value", "__corrected")
        )
    return found


def _correction(field: Field) -> pl.Expr:
    """What a correction of a field says, in the type of its column."""
    text = pl.col(TEXT)
    match field.type:
        case "money" | "count" | "number":
            return pl.col(NUMBER)
        case "boolean":
            return pl.when(text == "1").then(True).when(text == "0").then(False)
        case "date":
            return text.str.to_date("%Y-%m-%d", strict=False)
        case _:
            return text.replace("", None)
