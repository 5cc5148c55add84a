"""Imports, for programs: send a workbook, look at what it would do, confirm, drop, undo."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import ConfigDict, Field

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
    invalid,
    page,
)
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.regions.queries import choices
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries import import_batches as queries
from kechuang.office.registry.services import imports as services

router = Router(tags=["registry"])

Year = Annotated[int, Field(ge=1, le=9999)]
PLAIN = (
    "name", "purpose", "state", "year", "source", "document", "as_of", "refusal", "counts",
    "owner", "owner_name", "created_at", "written_at", "undone_at",
)  # fmt: skip


class ImportOut(Schema):
    """One import: `counts` says how many rows are new, changed, same, in conflict, in error.

    `state` is sent, mapping, checked, writing, done, undoing, undone, refused or dropped. `marked`
    is the key of the file with its faulty cells marked.
    """

    id: int
    name: str
    purpose: str
    state: str
    year: int | None
    source: str
    document: str
    as_of: Day
    region: str
    refusal: str
    counts: dict[str, int]
    file: int
    marked: int | None
    job: int | None
    owner: str
    owner_name: str
    created_at: Moment
    written_at: Moment | None
    undone_at: Moment | None


class CellOut(Schema):
    """One cell that is wrong, or a row as a whole: then `letter` is empty."""

    row: int
    letter: str
    header: str
    value: str
    text: str


class ProblemOut(Schema):
    """One cause: how many cells or rows it concerns, and the first of them."""

    code: str
    title: str
    state: str
    count: int
    cells: list[CellOut]


class HeaderOut(Schema):
    """One header of the file, and the column that it means; empty where it is not imported."""

    letter: str
    header: str
    column: str
    how: str
    why: str


class ImportWholeOut(ImportOut):
    """One import with what its headers mean and what is wrong in it, most frequent first."""

    headers: list[HeaderOut]
    problems: list[ProblemOut]


class ImportQuery(PageQuery):
    """Which imports: of a purpose, in a state."""

    purpose: Line = ""
    state: Line = ""


class HeadersIn(Schema):
    """The column that each header means, by header; empty for none."""

    model_config = ConfigDict(extra="forbid")

    choices: dict[Line, Line]


def show(batch: ImportBatch) -> dict[str, Any]:
    """An import in plain values."""
    keys = {name: getattr(batch, f"{name}_id") for name in ("file", "marked", "job")}
    plain = {name: getattr(batch, name) for name in PLAIN}
    return {"id": batch.pk, **plain, "region": batch.region.code, **keys}


def _whole(request: HttpRequest, key: int) -> dict[str, Any]:
    batch = get_object_or_404(queries.visible(acting_in(request)).defer(None), pk=key)
    headers = [
        {name: row.get(name) or "" for name in HeaderOut.model_fields}
        for row in batch.reading.get("headers", [])
    ]
    return {**show(batch), "headers": headers, "problems": batch.problems}


@router.get("/imports", response=answers(Page[ImportOut]), url_name="imports")
def list_imports(request: HttpRequest, query: Query[ImportQuery]) -> Any:
    """The imports in reach."""
    rows = queries.visible(acting_in(request))
    wanted = {"purpose": query.purpose, "state": query.state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page(rows, query, show)


@router.post("/imports", response=answers(ImportOut, status=201), url_name="imports")
def send_import(
    request: HttpRequest,
    workbook: File[UploadedFile],
    purpose: Form[Line],
    source: Form[Line],
    as_of: Form[date],
    region: Form[Line],
    year: Form[Year | None] = None,
    document: Form[Line | None] = None,
) -> Any:
    """Send a workbook and have it checked; nothing is written before it is confirmed."""
    actor = acting_in(request)
    place = choices(actor, "import.run").filter(code=region).first()
    if place is None:
        raise invalid("region", _("没有这个区划，或令牌不能在那里导入。"))
    try:
        file = services.take_in(actor, place, workbook.name or "", workbook)  # type: ignore[arg-type]
    except UploadRefused as refused:
        raise invalid("workbook", refused.sentence) from refused
    provenance = Provenance(source, as_of, (document or "")[:120])
    return Status(201, show(services.send(actor, file, purpose, year, provenance, place)))


@router.get("/imports/{key}", response=answers(ImportWholeOut), url_name="import")
def get_import(request: HttpRequest, key: Key) -> Any:
    """One import, with what its headers mean and what is wrong in it."""
    return _whole(request, key)


def _batch(request: HttpRequest, key: int, verb: str = queries.RUN) -> ImportBatch:
    return get_object_or_404(queries.changeable(acting_in(request), verb), pk=key)


@router.post("/imports/{key}/headers", response=answers(ImportWholeOut), url_name="import_headers")
def map_headers(request: HttpRequest, key: Key, body: HeadersIn) -> Any:
    """Say which columns headers mean, and have the file checked anew."""
    batch = _batch(request, key)
    with conflicts(services.ImportConflict):
        services.map_headers(acting_in(request), batch, body.choices)
    return _whole(request, key)


@router.post("/imports/{key}/confirm", response=answers(ImportOut), url_name="import_confirm")
def confirm_import(request: HttpRequest, key: Key) -> Any:
    """Have the rows that were found new or changed written by a job."""
    batch = _batch(request, key)
    with conflicts(services.ImportConflict):
        return show(services.confirm(acting_in(request), batch))


@router.post("/imports/{key}/drop", response=answers(ImportOut), url_name="import_drop")
def drop_import(request: HttpRequest, key: Key) -> Any:
    """Leave a workbook unwritten."""
    batch = _batch(request, key)
    with conflicts(services.ImportConflict):
        return show(services.drop(acting_in(request), batch))


@router.post("/imports/{key}/undo", response=answers(ImportOut), url_name="import_undo")
def undo_import(request: HttpRequest, key: Key) -> Any:
    """Have everything that an import wrote put back by a job, within 30 days."""
    batch = _batch(request, key, queries.UNDO)
    with conflicts(services.ImportConflict):
        return show(services.undo(acting_in(request), batch))
