"""The values that count of many parties at once, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet

from kechuang.eligibility.data.columns import TYPES
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.choosing import (
    AS_OF,
    CORRECTIONS,
    NO_YEAR,
    PARTY,
    RANK,
    SOURCE,
    YEAR,
    counting,
)
from kechuang.office.registry.imports.bulk import among
from kechuang.office.registry.models import CellCorrection, Standing, YearlyFact
from kechuang.office.registry.queries.columns import frame_of
from kechuang.reference import Field

RANKED: Final = {
    RANK: (RANK, pl.Int64()),
    AS_OF: (AS_OF, pl.Date()),
    SOURCE: (SOURCE, pl.String()),
}
OF_PARTY: Final = {PARTY: (PARTY, pl.Int64())}
OF_YEAR: Final = {**OF_PARTY, YEAR: (YEAR, pl.Int64())}


def yearly(
    fields: Sequence[Field],
    years: Sequence[int] | None = None,
    party_ids: Sequence[int] | None = None,
    actor: Actor = SYSTEM,
) -> pl.DataFrame:
    """One row for each party and year with the values that count, of all years and parties or few.

    Columns: party_id, year, and each field by its code. Only what the actor may see is read.
    """
    rows = limit(YearlyFact.objects.order_by(), actor, "fact.view")
    cells = limit(CellCorrection.objects.order_by(), actor, "fact.view")
    cells = cells.exclude(year=NO_YEAR).filter(field__in=[field.code for field in fields])
    if years is not None:
        rows, cells = rows.filter(year__in=years), cells.filter(year__in=years)
    return counting(
        of_parties(rows, {**OF_YEAR, **RANKED, **_schema(fields)}, party_ids),
        [PARTY, YEAR],
        fields,
        _corrections(cells, party_ids),
    )


def standing(
    fields: Sequence[Field], party_ids: Sequence[int] | None = None, actor: Actor = SYSTEM
) -> pl.DataFrame:
    """The same for facts that have no year: party_id, and each field by its code."""
    rows = limit(Standing.objects.order_by(), actor, "fact.view")
    cells = limit(CellCorrection.objects.order_by(), actor, "fact.view")
    cells = cells.filter(year=NO_YEAR, field__in=[field.code for field in fields])
    return counting(
        of_parties(rows, {**OF_PARTY, **RANKED, **_schema(fields)}, party_ids),
        [PARTY],
        fields,
        _corrections(cells, party_ids),
    )


def of_platforms(rows: QuerySet[Any], keys: Sequence[str], fields: Sequence[Field]) -> pl.DataFrame:
    """The values that count of what sources say of platforms: each key, and each field."""
    schema = {key: (key, pl.Int64()) for key in keys}
    none = pl.DataFrame(schema=CORRECTIONS)
    return counting(frame_of(rows, {**schema, **RANKED, **_schema(fields)}), keys, fields, none)


def _corrections(cells: QuerySet[Any], party_ids: Sequence[int] | None) -> pl.DataFrame:
    return of_parties(
        cells, {name: (name, dtype) for name, dtype in CORRECTIONS.items()}, party_ids
    )


def _schema(fields: Sequence[Field]) -> dict[str, tuple[str, pl.DataType]]:
    return {field.code: (field.code, TYPES[field.type]) for field in fields}


def of_parties(
    rows: QuerySet[Any],
    schema: Mapping[str, tuple[str, pl.DataType]],
    party_ids: Sequence[int] | None,
) -> pl.DataFrame:
    """The rows of these parties, of all where none are named."""
    return frame_of(rows if party_ids is None else among(rows, PARTY, party_ids), schema)
