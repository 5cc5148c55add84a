"""Instruments, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from kechuang.office.ground.api_support import Page, acting_in, answers, page
from kechuang.office.registry.api.shared import (
    Code,
    PlaceQuery,
    SourceOut,
    in_place,
    source_of,
    wan,
)
from kechuang.office.registry.models import Instrument
from kechuang.office.registry.queries.resources import visible

router = Router()


class InstrumentOut(SourceOut):
    """An instrument of an organisation; `original_value` in 万元, exact, as text."""

    code: str
    name: str
    party: str
    party_name: str
    model: str
    category: str
    original_value: str | None
    in_use_since: date | None
    place: str
    shareable: bool
    fee: str
    uses: str
    is_active: bool


class InstrumentQuery(PlaceQuery):
    """Which instruments: those that others may use, or not."""

    shareable: bool | None = None


def show(row: Instrument) -> dict[str, Any]:
    """An instrument in plain values."""
    same = (
        "code", "name", "model", "category", "in_use_since", "place", "shareable", "fee", "uses",
        "is_active",
    )  # fmt: skip
    return {
        "party": row.party.code,
        "party_name": row.party.name,
        "original_value": wan(row.original_value),
        **{name: getattr(row, name) for name in same},
        **source_of(row),
    }


@router.get("/instruments", response=answers(Page[InstrumentOut]), url_name="instruments")
def list_instruments(request: HttpRequest, query: Query[InstrumentQuery]) -> Any:
    """The instruments in reach."""
    rows = in_place(visible(acting_in(request)), query, "party__region")
    if query.shareable is not None:
        rows = rows.filter(shareable=query.shareable)
    return page(rows, query, show)


@router.get("/instruments/{code}", response=answers(InstrumentOut), url_name="instrument")
def get_instrument(request: HttpRequest, code: Code) -> Any:
    """One instrument, by its code."""
    return show(get_object_or_404(visible(acting_in(request)), code=code))
