"""Batches and the stock of titles, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kechuang.office.filings import stock as pure
from kechuang.office.filings.api.shared import Codes, DoneOut, Strict, show_done
from kechuang.office.filings.models import Batch
from kechuang.office.filings.queries import batches as queries
from kechuang.office.filings.queries import figures
from kechuang.office.filings.queries import stock as stocks
from kechuang.office.filings.services import batches as services
from kechuang.office.filings.services import certificates, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.filings.telling import OPEN, VIEW
from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Page,
    PageQuery,
    acting_in,
    answers,
    invalid,
    page,
)
from kechuang.office.regions.queries import choices
from kechuang.office.registry.standing import options

router = Router()
Year = Annotated[int, Field(ge=2000, le=2100)]


class BatchOut(Schema):
    """A batch; `previous` is the key of last year's."""

    key: int
    name: str
    programme: str
    programme_name: str
    title: str
    level: str
    year: int
    region: str
    notice_number: str
    notice_on: date | None
    deciding: str
    system: str
    county_due: date | None
    city_due: date | None
    province_due: date | None
    previous: int | None
    closed_on: date | None


class StageOut(Schema):
    """A stage of a batch; `meaning` is what figures count it as, empty for nothing."""

    code: str
    name: str
    order: int
    meaning: str
    due: date | None
    needs_reason: bool
    is_end: bool


class DocumentOut(Schema):
    """A document that each filing of a batch should hold; `stage` is the code of a stage."""

    code: str
    name: str
    stage: str
    optional: bool


class WholeBatchOut(BatchOut):
    """A batch with its stages and documents."""

    stages: list[StageOut]
    documents: list[DocumentOut]


class BatchQuery(PageQuery):
    """Which batches: of a year, of a programme."""

    year: Year | None = None
    programme: Line = ""


class BatchIn(Strict):
    """A new batch of a programme in a region (their codes)."""

    programme: Line
    region: Line
    name: Line
    year: Year
    notice_number: Line = ""
    notice_on: Day | None = None
    deciding: Line = ""
    system: Line = ""
    county_due: Day | None = None
    city_due: Day | None = None
    province_due: Day | None = None
    note: Line = ""


class FiguresOut(Schema):
    """The figures of a batch on a day: firms (家), and `returns` times; the rate in per cent."""

    day: date
    total: int
    applied: int
    recommended: int
    published: int
    certified: int
    returned: int
    failed: int
    abandoned: int
    returns: int
    causes: dict[str, int]
    pass_rate: str | None


class FiguresQuery(Schema):
    """Of which day; today where none is said."""

    on: Day | None = None


class FirmsIn(Strict):
    """Firms for a batch, by code."""

    parties: Codes
    kind: Literal["first", "renewed", "reviewed", "renamed", "moved_in"]
    on: Day | None = None


class AdvanceIn(Strict):
    """Firms of a batch to a stage (its code) on a day."""

    parties: Codes
    stage: Line
    on: Day
    reason: Line = ""
    cause: Line = ""
    document: Line = ""


class CertificateIn(Strict):
    """A certificate; without `expires_on` the last day is worked out."""

    party: Line
    number: Line = ""
    issued_on: Day
    expires_on: Day | None = None
    name: Line = ""


class CertificatesIn(Strict):
    """Certificates of a batch and the document by which they were issued."""

    document: Line
    certificates: Annotated[list[CertificateIn], Field(min_length=1, max_length=2_000)]


class StockOut(Schema):
    """The stock of a title in a region on two days and what changed in between, in firms."""

    title: str
    region: str
    since: date
    until: date
    before: int
    valid: int
    awaiting: int
    new: int
    regained: int
    moved_in: int
    lapsed: int
    cancelled: int
    moved_out: int
    net: int


class StockQuery(Schema):
    """Of which title, in which region (their codes), between which days."""

    title: Line
    region: Line
    since: Day
    until: Day


def show(batch: Batch) -> dict[str, Any]:
    """A batch in plain values."""
    same = (
        "name", "programme", "programme_name", "title", "level", "year", "notice_number",
        "notice_on", "deciding", "system", "county_due", "city_due", "province_due", "closed_on",
    )  # fmt: skip
    return {
        "key": batch.pk,
        "region": batch.region.code,
        "previous": batch.previous_id,  # type: ignore[attr-defined]
        **{name: getattr(batch, name) for name in same},
    }


def show_whole(batch: Batch) -> dict[str, Any]:
    """The same with stages and documents."""
    stage = ("code", "name", "order", "meaning", "due", "needs_reason", "is_end")
    paper = ("code", "name", "stage", "optional")
    return {
        **show(batch),
        "stages": [{n: getattr(row, n) for n in stage} for row in queries.stages_of(batch)],
        "documents": [{n: getattr(row, n) for n in paper} for row in queries.documents_of(batch)],
    }


@router.get("/filing-batches", response=answers(Page[BatchOut]), url_name="filing_batches")
def list_batches(request: HttpRequest, query: Query[BatchQuery]) -> Any:
    """The batches in reach."""
    rows = queries.visible(acting_in(request))
    if query.year:
        rows = rows.filter(year=query.year)
    if query.programme:
        rows = rows.filter(programme=query.programme)
    return page(rows, query, show)


@router.post(
    "/filing-batches", response=answers(WholeBatchOut, status=201), url_name="filing_batches"
)
def open_batch(request: HttpRequest, body: BatchIn) -> Any:
    """Open a batch with the stages and documents that its programme has by practice."""
    actor = acting_in(request)
    region = choices(actor, OPEN).filter(code=body.region).first()
    if region is None:
        raise invalid("region", services.NO_REGION)
    facts = BatchFacts(**body.model_dump(exclude={"programme", "region"}))
    return Status(201, show_whole(services.open_batch(actor, region, body.programme, facts)))


@router.get("/filing-batches/{key}", response=answers(WholeBatchOut), url_name="filing_batch")
def get_batch(request: HttpRequest, key: Key) -> Any:
    """One batch with its stages and documents."""
    return show_whole(_batch(request, key))


@router.get(
    "/filing-batches/{key}/figures", response=answers(FiguresOut), url_name="filing_batch_figures"
)
def get_figures(request: HttpRequest, key: Key, query: Query[FiguresQuery]) -> Any:
    """The figures of a batch as of a day."""
    day = query.on or timezone.localdate()
    found = figures.figures(acting_in(request), _batch(request, key), day)
    share = found.pass_rate
    return {
        "day": day,
        "total": found.total,
        "returns": found.returns,
        "causes": found.causes,
        "pass_rate": None if share is None else format(share, "f"),
        **found.counts,
    }


@router.post(
    "/filing-batches/{key}/firms", response=answers(DoneOut), url_name="filing_batch_firms"
)
def add_firms(request: HttpRequest, key: Key, body: FirmsIn) -> Any:
    """Put firms into a batch; who is in it stays as it is."""
    actor, batch = acting_in(request), _batch(request, key)
    return show_done(filings.add_firms(actor, batch, body.parties, body.kind, body.on))


@router.post(
    "/filing-batches/{key}/advance", response=answers(DoneOut), url_name="filing_batch_advance"
)
def advance(request: HttpRequest, key: Key, body: AdvanceIn) -> Any:
    """Bring firms of a batch to a stage; who cannot move is left, with the reason."""
    actor, batch = acting_in(request), _batch(request, key)
    done = filings.advance(
        actor, batch, body.parties, body.stage, body.on, body.reason, cause=body.cause,
        document=body.document,
    )  # fmt: skip
    return show_done(done)


@router.post(
    "/filing-batches/{key}/certificates",
    response=answers(DoneOut),
    url_name="filing_batch_certificates",
)
def issue(request: HttpRequest, key: Key, body: CertificatesIn) -> Any:
    """Keep certificates of a batch: the filings end, the titles are in the registry."""
    actor, batch = acting_in(request), _batch(request, key)
    given = [
        certificates.Certificate(
            each.party, each.number, each.issued_on, each.expires_on, each.name
        )
        for each in body.certificates
    ]
    return show_done(certificates.issue(actor, batch, given, body.document))


@router.get("/title-stock", response=answers(StockOut), url_name="title_stock")
def get_stock(request: HttpRequest, query: Query[StockQuery]) -> Any:
    """The stock of a title in a region on two days, and what changed after the first."""
    region = choices(acting_in(request), VIEW).filter(code=query.region).first()
    if region is None:
        raise invalid("region", services.NO_REGION)
    if query.title not in options("titles", "title"):
        raise invalid("title", services.NO_TITLE)
    if query.until < query.since:
        raise invalid("until", services.DAYS_IN_DISORDER)
    histories = stocks.histories(query.title)
    before = pure.stock(histories, region.path, query.since)
    after = pure.stock(histories, region.path, query.until)
    changed = pure.flow(histories, region.path, query.since, query.until)
    return {
        "title": query.title,
        "region": query.region,
        "since": query.since,
        "until": query.until,
        "before": len(before.held),
        "valid": len(after.valid),
        "awaiting": len(after.awaiting),
        "net": changed.net,
        **{str(each): changed.count(each) for each in pure.Change},
    }


def _batch(request: HttpRequest, key: int) -> Batch:
    return get_object_or_404(queries.visible(acting_in(request)), pk=key)
