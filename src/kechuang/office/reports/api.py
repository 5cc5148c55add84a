"""Reports, their figures and findings, for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field, StringConstraints

from kechuang.office.ground.api_support import (
    Exact,
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
from kechuang.office.regions.queries import choices
from kechuang.office.reports import queries, services
from kechuang.office.reports.forms import MOST_FILES, CorrectionForm
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.reading.documents.about import FIRST_YEAR, LAST_YEAR

router = Router(tags=["reports"])

Version = Annotated[int, Field(ge=1, le=999_999_999)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Words = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\\u0000]*$")]


class Decision(StrEnum):
    """What was decided on a figure, as `ReportFigure.Decision` has it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class ReportOut(Schema):
    """A report; `state` is waiting, review, confirmed or failed."""

    id: int
    name: str
    region: str
    year: int | None
    genre: str
    state: str
    error: str
    file: int
    job: int | None
    owner: str
    owner_name: str
    created_at: Moment
    read_at: Moment | None
    confirmed_by: str
    confirmed_at: Moment | None


class ReportTextOut(ReportOut):
    """A report with its text: each figure is `text[start:end]`."""

    text: str


class ReportQuery(PageQuery):
    """Which reports: `q` in the name, a region's code, a year, a state."""

    q: Line = ""
    region: Line = ""
    year: Year | None = None
    state: Line = ""


class FigureOut(Schema):
    """A figure: where it stands in its report, what it says, and what was decided.

    Values are texts, so that no digit is lost.
    """

    id: int
    report: int
    position: int
    quote: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    section: str
    value: Exact | None
    value_max: Exact | None
    unit: str
    bound: str
    kind: str
    measure: str
    subject: str
    region: str | None
    period: str
    indicator: str
    confidence: Exact
    decision: str
    decided_by: str
    decided_at: Moment | None
    note: str
    version: int


class FigureQuery(PageQuery):
    """Which figures: of a report, a region below this path, an indicator, a measure, a period."""

    report: Key | None = None
    region: Line = ""
    indicator: Line = ""
    measure: Line = ""
    period: Line = ""
    decision: Decision | None = None


class FindingOut(Schema):
    """What a check found; `state` is open, confirmed or dismissed."""

    id: int
    report: int
    check: str
    figures: list[int]
    expected: str
    found: str
    confidence: Exact
    message: str
    state: str
    decided_by: str
    decided_at: Moment | None
    version: int


class FindingQuery(PageQuery):
    """Which findings: of a report, in a state."""

    report: Key | None = None
    state: Line = ""


class AcceptIn(Schema):
    """The version of the figure that was looked at."""

    model_config = ConfigDict(extra="forbid")

    version: Version


class RejectIn(AcceptIn):
    """Why the figure is left out."""

    reason: Words


class CorrectIn(AcceptIn):
    """What the figure says; `value` may be written as people do: 23.29亿."""

    value: Line
    value_max: Line = ""
    unit: Line = ""
    bound: Line
    kind: Line
    measure: Line
    subject: Line = ""
    period: Line = ""
    indicator: Line = ""
    note: Words = ""


class OutcomeOut(Schema):
    """What became of one file: `code` is taken, known, or why it was refused."""

    name: str
    code: str
    message: str
    report: int | None


class UploadOut(Schema):
    """One outcome for each file, and the job that reads those that were taken."""

    outcomes: list[OutcomeOut]
    job: int | None


REPORT_PLAIN = (
    "name", "year", "genre", "state", "error", "owner", "owner_name", "created_at", "read_at",
    "confirmed_by", "confirmed_at",
)  # fmt: skip
FIGURE_PLAIN = (
    "position", "quote", "start", "end", "sentence_start", "sentence_end", "section", "value",
    "value_max", "unit", "bound", "kind", "measure", "subject", "period", "indicator",
    "confidence", "decision", "decided_by", "decided_at", "note", "version",
)  # fmt: skip
FINDING_PLAIN = (
    "expected", "found", "confidence", "message", "state", "decided_by", "decided_at", "version",
)  # fmt: skip


def _plain(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def show_report(report: Report) -> dict[str, Any]:
    """A report in plain values, without its text."""
    keys = {"file": report.file_id, "job": report.job_id}  # type: ignore[attr-defined]
    return {**_plain(report, REPORT_PLAIN), "region": report.region.code, **keys}


def show_figure(figure: ReportFigure) -> dict[str, Any]:
    """A figure in plain values."""
    place = figure.place.code if figure.place else None
    return {**_plain(figure, FIGURE_PLAIN), "report": figure.report.pk, "region": place}


def show_finding(finding: ReportFinding) -> dict[str, Any]:
    """A finding in plain values."""
    about = sorted(figure.pk for figure in finding.figures.all())
    own = {"report": finding.report.pk, "check": finding.check_name, "figures": about}
    return {**_plain(finding, FINDING_PLAIN), **own}


@router.get("/reports", response=answers(Page[ReportOut]), url_name="reports")
def list_reports(request: HttpRequest, query: Query[ReportQuery]) -> Any:
    """The reports in reach, without their texts."""
    rows = queries.visible(acting_in(request))
    wanted = {
        "name__icontains": query.q,
        "region__code": query.region,
        "year": query.year,
        "state": query.state,
    }
    return page(_filtered(rows, wanted), query, show_report)


@router.post("/reports", response=answers(UploadOut, status=201), url_name="reports")
def upload_reports(
    request: HttpRequest,
    documents: File[list[UploadedFile]],
    region: Form[Line],
    year: Form[Year | None] = None,
    genre: Form[Line | None] = None,
) -> Any:
    """Take reports in for one region; each file has its own outcome."""
    actor = acting_in(request)
    if len(documents) > MOST_FILES:
        words = _("一次最多%(limit)d个文件。请分几批上传。")
        raise invalid("documents", words % {"limit": MOST_FILES})
    place = choices(actor, "report.upload").filter(code=region).first()
    if place is None:
        raise invalid("region", _("没有这个区划，或令牌不能在那里上传。"))
    files = [services.Incoming(each.name or "", each) for each in documents]  # type: ignore[arg-type]
    outcomes, job = services.upload_reports(actor, files, place, year, (genre or "")[:60])
    told = [
        {
            "name": outcome.name,
            "code": outcome.code,
            "message": outcome.sentence,
            "report": outcome.report.pk if outcome.report else None,
        }
        for outcome in outcomes
    ]
    return Status(201, {"outcomes": told, "job": job.pk if job else None})


@router.get("/reports/{key}", response=answers(ReportTextOut), url_name="report")
def get_report(request: HttpRequest, key: Key) -> Any:
    """One report with its text."""
    report = get_object_or_404(queries.visible(acting_in(request)).defer(None), pk=key)
    return {**show_report(report), "text": report.text}


@router.post("/reports/{key}/confirm", response=answers(ReportOut), url_name="report_confirm")
def confirm_report(request: HttpRequest, key: Key) -> Any:
    """Close the review of a report whose figures have all been decided on."""
    actor = acting_in(request)
    report = get_object_or_404(queries.visible(actor), pk=key)
    with conflicts(services.Conflict):
        services.confirm_report(actor, report)
    return show_report(queries.visible(actor).get(pk=key))


@router.get("/figures", response=answers(Page[FigureOut]), url_name="figures")
def list_figures(request: HttpRequest, query: Query[FigureQuery]) -> Any:
    """The figures in reach, across reports."""
    rows = queries.visible_figures(acting_in(request))
    wanted = {
        "report": query.report,
        "place__code": query.region,
        "indicator": query.indicator,
        "measure__icontains": query.measure,
        "period": query.period,
        "decision": query.decision,
    }
    return page(_filtered(rows, wanted), query, show_figure)


def _filtered(rows: Any, wanted: dict[str, Any]) -> Any:
    return rows.filter(**{column: value for column, value in wanted.items() if value})


@router.get("/figures/{key}", response=answers(FigureOut), url_name="figure")
def get_figure(request: HttpRequest, key: Key) -> Any:
    """One figure."""
    return show_figure(_figure(request, key))


def _figure(request: HttpRequest, key: int) -> ReportFigure:
    return get_object_or_404(queries.visible_figures(acting_in(request)), pk=key)


@router.post("/figures/{key}/accept", response=answers(FigureOut), url_name="figure_accept")
def accept_figure(request: HttpRequest, key: Key, body: AcceptIn) -> Any:
    """Take a figure over as it was read; a conflict where somebody decided meanwhile."""
    figure = _figure(request, key)
    with conflicts(services.Conflict):
        services.accept_figure(acting_in(request), figure, body.version)
    return show_figure(_figure(request, key))


@router.post("/figures/{key}/reject", response=answers(FigureOut), url_name="figure_reject")
def reject_figure(request: HttpRequest, key: Key, body: RejectIn) -> Any:
    """Leave a figure out; a conflict where somebody decided meanwhile."""
    figure = _figure(request, key)
    with conflicts(services.Conflict):
        services.reject_figure(acting_in(request), figure, body.version, body.reason)
    return show_figure(_figure(request, key))


@router.post("/figures/{key}/correct", response=answers(FigureOut), url_name="figure_correct")
def correct_figure(request: HttpRequest, key: Key, body: CorrectIn) -> Any:
    """Take a figure over with another meaning; a conflict where somebody decided meanwhile."""
    figure = _figure(request, key)
    form = CorrectionForm(body.model_dump())
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    with conflicts(services.Conflict):
        note = form.cleaned_data["note"]
        services.correct_figure(acting_in(request), figure, body.version, form.meaning(), note)
    return show_figure(_figure(request, key))


@router.get("/findings", response=answers(Page[FindingOut]), url_name="findings")
def list_findings(request: HttpRequest, query: Query[FindingQuery]) -> Any:
    """What the checks found in the reports in reach."""
    rows = queries.visible_findings(acting_in(request)).prefetch_related("figures")
    wanted = {"report": query.report, "state": query.state}
    return page(_filtered(rows, wanted), query, show_finding)
