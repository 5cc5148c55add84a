"""Titles, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router

from kechuang.office.ground.api_support import Day, Key, Line, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.queries.qualifications import standing_is, visible

router = Router()


class QualificationOut(SourceOut):
    """A title of an organisation; `previous` is the key of the certificate before it."""

    key: int
    party: str
    party_name: str
    title: str
    level: str
    number: str
    batch: str
    recognition: str
    issuer: str
    issued_on: date | None
    expires_on: date | None
    status: str
    awaiting_document: str
    cancelled_on: date | None
    cancelled_reason: str
    previous: int | None


class QualificationQuery(PlaceQuery):
    """Which titles: one title or level; those that hold on a day; those that end by a day."""

    title: Line = ""
    level: Line = ""
    valid_on: Day | None = None
    expires_by: Day | None = None


def show(row: Any) -> dict[str, Any]:
    """A title in plain values."""
    same = (
        "title", "level", "number", "recognition", "issuer", "issued_on", "expires_on", "status",
        "awaiting_document", "cancelled_on", "cancelled_reason",
    )  # fmt: skip
    return {
        "key": row.pk,
        "party": row.party.code,
        "party_name": row.party.name,
        "batch": row.batch_name,
        "previous": row.previous_id,
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


@router.get("/qualifications", response=answers(Page[QualificationOut]), url_name="qualifications")
def list_qualifications(request: HttpRequest, query: Query[QualificationQuery]) -> Any:
    """The titles in reach: valid, awaiting, expired and cancelled ones."""
    rows = visible(acting_in(request), query.valid_on or timezone.localdate())
    rows = in_place(rows, query, "party__region")
    if query.valid_on:
        rows = standing_is(rows, "valid")
    if query.title:
        rows = rows.filter(title=query.title)
    if query.level:
        rows = rows.filter(level=query.level)
    if query.expires_by:
        rows = rows.filter(expires_on__lte=query.expires_by)
    return page(rows, query, show)


@router.get("/qualifications/{key}", response=answers(QualificationOut), url_name="qualification")
def get_qualification(request: HttpRequest, key: Key) -> Any:
    """One title, by its key."""
    return show(get_object_or_404(visible(acting_in(request)), pk=key))
