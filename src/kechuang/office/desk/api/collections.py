"""Collections, for programs: what was sent and returned; send, hand in, merge."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema, UploadedFile

from kechuang.office.desk.collecting import CollectionRefused
from kechuang.office.desk.models import Collection, CollectionPart
from kechuang.office.desk.queries import collections as queries
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services import collections as services
from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    conflicts,
    page,
)

router = Router(tags=["desk"])
PLAIN = (
    "name", "state", "period", "deadline", "table_number", "issued_by", "document", "valid_until",
    "version", "owner", "owner_name", "created_at", "sent_at", "merged_at", "closed_at",
)  # fmt: skip


class CollectionOut(Schema):
    """One collection: `state` is draft, sending, sent, merging or closed.

    `archive` is the key of the file with the workbooks of all, `result` that of the merged one.
    """

    id: int
    name: str
    state: str
    period: str
    deadline: Day
    table_number: str
    issued_by: str
    document: str
    valid_until: Day | None
    region: str
    version: int
    archive: int | None
    result: int | None
    job: int | None
    owner: str
    owner_name: str
    created_at: Moment
    sent_at: Moment | None
    merged_at: Moment | None
    closed_at: Moment | None


class PartOut(Schema):
    """Who was asked: how many rows it was given, the key of its workbook, when it returned it."""

    id: int
    name: str
    region: str
    party: str | None
    rows: int
    file: int | None
    returned_at: Moment | None
    days_late: int


class CollectionWholeOut(CollectionOut):
    """One collection with everybody who was asked, and the figures of the last merge."""

    parts: list[PartOut]
    counts: dict[str, int]


class ReturnOutcomeOut(Schema):
    """What became of one file: `code` is taken, known, received or refused; why, by cell."""

    name: str
    code: str
    part: str
    sentences: list[str]


class CollectionQuery(PageQuery):
    """Which collections: in a state."""

    state: Line = ""


def show(row: Collection) -> dict[str, Any]:
    """A collection in plain values."""
    keys = {name: getattr(row, f"{name}_id") for name in ("archive", "result", "job")}
    plain = {name: getattr(row, name) for name in PLAIN}
    return {"id": row.pk, **plain, "region": row.region.code, **keys}


def _show_part(part: CollectionPart) -> dict[str, Any]:
    return {
        "id": part.pk,
        "name": part.name,
        "region": part.region.code,
        "party": part.party.code if part.party else None,
        "rows": len(part.rows),
        "file": part.file.pk if part.file else None,
        "returned_at": part.returned_at,
        "days_late": queries.days_late(part),
    }


def _row(request: HttpRequest, key: int) -> Collection:
    return get_object_or_404(queries.changeable(acting_in(request)), pk=key)


@router.get("/collections", response=answers(Page[CollectionOut]), url_name="collections")
def list_collections(request: HttpRequest, query: Query[CollectionQuery]) -> Any:
    """The collections in reach."""
    rows = queries.visible(acting_in(request))
    return page(rows.filter(state=query.state) if query.state else rows, query, show)


@router.get("/collections/{key}", response=answers(CollectionWholeOut), url_name="collection")
def get_collection(request: HttpRequest, key: Key) -> Any:
    """One collection: everybody who was asked, and what the last merge found."""
    actor = acting_in(request)
    row = get_object_or_404(queries.visible(actor).defer(None), pk=key)
    parts = [_show_part(each) for each in queries.parts(actor).filter(collection=row.pk)]
    return {**show(row), "parts": parts, "counts": row.summary.get("counts", {})}


@router.post("/collections/{key}/send", response=answers(CollectionOut), url_name="collection_send")
def send_collection(request: HttpRequest, key: Key) -> Any:
    """Have the form split by a job; `archive` holds the workbooks when it is done."""
    row = _row(request, key)
    with conflicts(CollectionRefused):
        return show(services.send(acting_in(request), row))


@router.post(
    "/collections/{key}/returns",
    response=answers(list[ReturnOutcomeOut]),
    url_name="collection_returns",
)
def take_returns(request: HttpRequest, key: Key, workbook: File[UploadedFile]) -> Any:
    """Hand in one returned workbook, or a .zip of many; each is answered.

    More than 12 are read by a job; then their code is `received`.
    """
    row = _row(request, key)
    incoming = [returns.Incoming(workbook.name or "", workbook)]  # type: ignore[arg-type]
    with conflicts(CollectionRefused):
        outcomes, _job = returns.receive_returns(acting_in(request), row, incoming)
    return [
        {"name": each.name, "code": each.code, "part": each.part, "sentences": list(each.sentences)}
        for each in outcomes
    ]


@router.post(
    "/collections/{key}/merge", response=answers(CollectionOut), url_name="collection_merge"
)
def merge_collection(request: HttpRequest, key: Key) -> Any:
    """Have everything that came back merged by a job; `result` is the merged workbook."""
    row = _row(request, key)
    with conflicts(CollectionRefused):
        return show(services.merge(acting_in(request), row))
