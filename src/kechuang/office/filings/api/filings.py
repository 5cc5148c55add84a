"""Filings, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.filings.api.shared import ReasonIn, Strict
from kechuang.office.filings.models import Filing, FilingDocument, StageEntry
from kechuang.office.filings.queries import filings as queries
from kechuang.office.filings.services import filings as services
from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Moment,
    Page,
    acting_in,
    answers,
    page,
)
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class FilingOut(Schema):
    """A filing: the stage where it is (code and name) and the deadline that comes next."""

    key: int
    batch: int
    party: str
    party_name: str
    region: str
    kind: str
    stage: str
    stage_name: str
    stage_on: date
    next_due: date | None
    number: str
    officer: str
    qualification: int | None
    note: str


class EntryOut(Schema):
    """That a filing reached a stage; one that was taken back says when and why."""

    key: int
    stage: str
    on: date
    reason: str
    cause: str
    document: str
    by: str
    at: Moment
    taken_back_at: Moment | None
    taken_back_reason: str


class FilingDocumentOut(Schema):
    """What is known of a document of a filing."""

    code: str
    state: str
    on: date
    note: str


class WholeFilingOut(FilingOut):
    """A filing with all its entries and documents."""

    entries: list[EntryOut]
    documents: list[FilingDocumentOut]


class FilingQuery(PlaceQuery):
    """Which filings: of a batch, at a stage (its code), of a standing (late, soon, …)."""

    batch: Key | None = None
    stage: Line = ""
    standing: Line = ""


class DocumentsIn(Strict):
    """States of documents by code: received, faulty, waived, empty for missing."""

    states: dict[Line, Line]
    on: Day
    note: Line = ""


def show(row: Any) -> dict[str, Any]:
    """A filing in plain values."""
    same = ("kind", "stage_on", "next_due", "number", "officer", "note")
    return {
        "key": row.pk,
        "batch": row.batch_id,
        "party": row.party.code,
        "party_name": row.party.name,
        "region": row.party.region.code,
        "stage": row.stage.code,
        "stage_name": row.stage.name,
        "qualification": row.qualification_id,
        **{name: getattr(row, name) for name in same},
    }


def show_whole(row: Any) -> dict[str, Any]:
    """The same with entries and documents."""
    papers = FilingDocument.objects.filter(filing=row).select_related("document").order_by("pk")
    return {
        **show(row),
        "entries": [_entry(each) for each in queries.entries_of(row)],
        "documents": [
            {"code": each.document.code, "state": each.state, "on": each.on, "note": each.note}
            for each in papers
        ],
    }


def _entry(row: StageEntry) -> dict[str, Any]:
    same = (
        "on", "reason", "cause", "document", "by", "at", "taken_back_at", "taken_back_reason",
    )  # fmt: skip
    return {
        "key": row.pk,
        "stage": row.stage.code,
        **{name: getattr(row, name) for name in same},
    }


@router.get("/filings", response=answers(Page[FilingOut]), url_name="filings")
def list_filings(request: HttpRequest, query: Query[FilingQuery]) -> Any:
    """The filings in reach."""
    rows = in_place(queries.visible(acting_in(request)), query, "party__region")
    if query.batch:
        rows = rows.filter(batch=query.batch)
    if query.stage:
        rows = rows.filter(stage__code=query.stage)
    if query.standing in queries.STANDINGS:
        rows = queries.standing_is(rows, query.standing)
    return page(rows, query, show)


@router.get("/filings/{key}", response=answers(WholeFilingOut), url_name="filing")
def get_filing(request: HttpRequest, key: Key) -> Any:
    """One filing with every stage that it reached and its documents."""
    return show_whole(get_object_or_404(queries.visible(acting_in(request)), pk=key))


@router.post(
    "/filings/{key}/documents", response=answers(WholeFilingOut), url_name="filing_documents"
)
def receive(request: HttpRequest, key: Key, body: DocumentsIn) -> Any:
    """Say which documents of a filing are there."""
    actor = acting_in(request)
    row: Filing = get_object_or_404(queries.changeable(actor), pk=key)
    services.receive(actor, row, body.states, body.on, body.note)
    return show_whole(queries.visible(actor).get(pk=key))


@router.post(
    "/filing-entries/{key}/take-back", response=answers(WholeFilingOut), url_name="filing_take_back"
)
def take_back(request: HttpRequest, key: Key, body: ReasonIn) -> Any:
    """Take the newest step of a filing back that was made by mistake."""
    actor = acting_in(request)
    entry = get_object_or_404(queries.changeable_entries(actor), pk=key)
    services.take_back(actor, entry, body.reason)
    return show_whole(queries.visible(actor).get(pk=entry.filing.pk))
