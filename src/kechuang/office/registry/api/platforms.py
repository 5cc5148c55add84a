"""Platforms and the firms in carriers, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Line, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import Code, PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.models import Incubation
from kechuang.office.registry.queries.platforms import stays, visible

router = Router()


class PlatformOut(SourceOut):
    """A platform; `host` is the code of its organisation, `next_stage` of the carrier after it."""

    code: str
    name: str
    kind: str
    level: str
    host: str
    region: str
    field: str
    founded_on: date | None
    recognition: str
    recognised_on: date | None
    expires_on: date | None
    issuer: str
    status: str
    next_stage: str | None
    assessed_year: int | None
    assessed_grade: str | None


class PlatformQuery(PlaceQuery):
    """Which platforms: of a kind, a level, a status; `party` is the host."""

    kind: Line = ""
    level: Line = ""
    status: Line = ""


class IncubationOut(Schema):
    """A firm's stay in a carrier: stays, graduated, handed_on or left."""

    key: int
    platform: str
    party: str
    party_name: str
    room: str | None
    entered_on: date
    left_on: date | None
    outcome: str
    reason: str


class IncubationQuery(PlaceQuery):
    """Which stays: in a carrier, with an outcome; `party` is the firm."""

    platform: Line = ""
    outcome: Line = ""


def show(row: Any) -> dict[str, Any]:
    """A platform in plain values."""
    same = (
        "code", "name", "kind", "level", "founded_on", "recognition", "recognised_on",
        "expires_on", "issuer", "status", "assessed_year", "assessed_grade",
    )  # fmt: skip
    return {
        "host": row.host.code,
        "region": row.region.code,
        "field": row.field_name,
        "next_stage": row.next_stage.code if row.next_stage else None,
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


def show_stay(row: Incubation) -> dict[str, Any]:
    """A stay in plain values."""
    return {
        "key": row.pk,
        "platform": row.platform.code,
        "party": row.party.code,
        "party_name": row.party.name,
        "room": row.room.number if row.room else None,
        "entered_on": row.entered_on,
        "left_on": row.left_on,
        "outcome": row.outcome,
        "reason": row.reason,
    }


@router.get("/platforms", response=answers(Page[PlatformOut]), url_name="platforms")
def list_platforms(request: HttpRequest, query: Query[PlatformQuery]) -> Any:
    """The platforms in reach, each with its latest assessment."""
    rows = in_place(visible(acting_in(request)), query, "region", "host__code")
    for name in ("kind", "level", "status"):
        if value := getattr(query, name):
            rows = rows.filter(**{name: value})
    return page(rows, query, show)


@router.get("/platforms/{code}", response=answers(PlatformOut), url_name="platform")
def get_platform(request: HttpRequest, code: Code) -> Any:
    """One platform, by its code."""
    return show(get_object_or_404(visible(acting_in(request)), code=code))


@router.get("/incubations", response=answers(Page[IncubationOut]), url_name="incubations")
def list_incubations(request: HttpRequest, query: Query[IncubationQuery]) -> Any:
    """The stays of firms in carriers in reach."""
    rows = in_place(stays(acting_in(request)), query, "platform__region")
    if query.platform:
        rows = rows.filter(platform__code=query.platform)
    if query.outcome:
        rows = rows.filter(outcome=query.outcome)
    return page(rows, query, show_stay)
