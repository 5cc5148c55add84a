"""Agreements, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Day, Key, Line, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import PlaceQuery, SourceOut, in_place, source_of
from kechuang.office.registry.models import Agreement
from kechuang.office.registry.queries.agreements import (
    signed_by,
    standing_is,
    visible,
    with_party,
)

router = Router()


class SignedOut(Schema):
    """Who signed, and as what."""

    party: str
    name: str
    role: str


class AgreementOut(SourceOut):
    """An agreement and its parties; `ended_on` where it ended before its last day."""

    key: int
    number: str
    name: str
    kind: str
    region: str
    signed_on: date | None
    since: date | None
    until: date | None
    content: str
    ended_on: date | None
    ended_reason: str
    parties: list[SignedOut]


class AgreementQuery(PlaceQuery):
    """Which agreements: of a kind; in force on a day; `party` is a code or part of a name."""

    kind: Line = ""
    valid_on: Day | None = None


def show(row: Agreement) -> dict[str, Any]:
    """An agreement in plain values."""
    same = (
        "number", "name", "kind", "signed_on", "since", "until", "content", "ended_on",
        "ended_reason",
    )  # fmt: skip
    return {
        "key": row.pk,
        "region": row.region.code,
        "parties": [
            {"party": each.party.code, "name": each.party.name, "role": each.role}
            for each in signed_by(row)
        ],
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


@router.get("/agreements", response=answers(Page[AgreementOut]), url_name="agreements")
def list_agreements(request: HttpRequest, query: Query[AgreementQuery]) -> Any:
    """The agreements in reach."""
    rows = visible(acting_in(request), query.valid_on or timezone.localdate())
    rows = in_place(rows, PlaceQuery(region=query.region), "region")
    if query.party:
        rows = with_party(rows, query.party)
    if query.valid_on:
        rows = standing_is(rows, "valid")
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return page(rows, query, show)


@router.get("/agreements/{key}", response=answers(AgreementOut), url_name="agreement")
def get_agreement(request: HttpRequest, key: Key) -> Any:
    """One agreement, by its key."""
    return show(get_object_or_404(visible(acting_in(request)), pk=key))
