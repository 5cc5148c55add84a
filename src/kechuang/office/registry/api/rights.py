"""Intellectual property, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router

from kechuang.office.ground.api_support import Day, Key, Line, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.queries.rights import standing_is, visible

router = Router()


class PropertyOut(SourceOut):
    """A right of an organisation; codes are those of the frame `ip`.

    One that was handed on is a row of both: of the former owner until `transferred_on`, of the new
    one from `acquired_on`.
    """

    key: int
    party: str
    party_name: str
    number: str
    name: str
    kind: str
    ip_class: str
    status: str
    applied_on: date | None
    granted_on: date | None
    expires_on: date | None
    acquired_by: str
    owner_rank: int | None
    acquired_on: date | None
    transferred_on: date | None


class PropertyQuery(PlaceQuery):
    """Which rights: of a kind or class; those that hold on a day."""

    kind: Line = ""
    ip_class: Line = ""
    valid_on: Day | None = None


def show(row: IntellectualProperty) -> dict[str, Any]:
    """A right in plain values."""
    same = (
        "number", "name", "kind", "ip_class", "status", "applied_on", "granted_on", "expires_on",
        "acquired_by", "owner_rank", "acquired_on", "transferred_on",
    )  # fmt: skip
    return {
        "key": row.pk,
        "party": row.party.code,
        "party_name": row.party.name,
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


@router.get("/properties", response=answers(Page[PropertyOut]), url_name="properties")
def list_properties(request: HttpRequest, query: Query[PropertyQuery]) -> Any:
    """The intellectual property in reach."""
    rows = visible(acting_in(request), query.valid_on or timezone.localdate())
    rows = in_place(rows, query, "party__region")
    if query.valid_on:
        rows = standing_is(rows, "valid")
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.ip_class:
        rows = rows.filter(ip_class=query.ip_class)
    return page(rows, query, show)


@router.get("/properties/{key}", response=answers(PropertyOut), url_name="property")
def get_property(request: HttpRequest, key: Key) -> Any:
    """One right, by its key."""
    return show(get_object_or_404(visible(acting_in(request)), pk=key))
