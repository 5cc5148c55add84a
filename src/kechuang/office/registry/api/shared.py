"""What the parts of the registry's API share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Schema
from pydantic import StringConstraints

from kechuang.office.ground.api_support import Line, PageQuery
from kechuang.office.regions.queries import below
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.standing import in_wan

Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\u0000-\u0020\u007F/]+$")]


class SourceOut(Schema):
    """Where values come from: a code of the sources, a document, the day, who confirmed them."""

    source: str
    document: str
    as_of: date
    confirmed_by: str


class PlaceQuery(PageQuery):
    """Which records: of a region and all below it, of an organisation by its code."""

    region: Line = ""
    party: Line = ""


def source_of(row: Sourced) -> dict[str, Any]:
    """Where a row's values come from."""
    return {
        "source": row.source,
        "document": row.document,
        "as_of": row.as_of,
        "confirmed_by": row.confirmed_name,
    }


def in_place(
    rows: QuerySet[Any], query: PlaceQuery, region: str, party: str = "party__code"
) -> QuerySet[Any]:
    """The rows of the region and the organisation that were asked for."""
    if query.region:
        rows = rows.filter(**{f"{region}__in": below(query.region)})
    return rows.filter(**{party: query.party}) if query.party else rows


def wan(fen: int | None) -> str | None:
    """Money in 万元 as exact text."""
    value = in_wan(fen)
    return None if value is None else format(value.normalize(), "f")
