"""The audit trail, jobs and files, for programs."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from kechuang.office.ground import jobs
from kechuang.office.ground.api_support import (
    ApiError,
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
from kechuang.office.ground.files import FileMissing, held, taken
from kechuang.office.ground.job_lists import visible as visible_jobs
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.scopes import limit

router = Router(tags=["ground"])


class ChangeOut(Schema):
    """What one field was and became."""

    field: str
    before: str | int | bool | None
    after: str | int | bool | None


class AuditEventOut(Schema):
    """One line of the audit trail; `digest` chains it to the line before."""

    sequence: int
    at: Moment
    actor: str
    actor_name: str
    role: str
    action: str
    outcome: str
    kind: str
    key: str
    name: str
    region: str
    party: str
    changes: list[ChangeOut]
    reason: str
    address: str
    previous: str
    digest: str


class AuditQuery(PageQuery):
    """Which lines: of a user, an action, an outcome, or about one thing by its kind and key."""

    actor: Line = ""
    action: Line = ""
    outcome: Line = ""
    kind: Line = ""
    key: Line = ""


def show_event(event: AuditEvent) -> dict[str, Any]:
    """A line of the trail in plain values."""
    return {
        "sequence": event.sequence,
        "at": event.at,
        "actor": event.actor_code,
        "actor_name": event.actor_name,
        "role": event.actor_role,
        "action": event.action,
        "outcome": event.outcome,
        "kind": event.subject_kind,
        "key": event.subject_key,
        "name": event.subject_name,
        "region": event.region,
        "party": event.party,
        "changes": [
            {"field": field, "before": pair[0], "after": pair[1]}
            for field, pair in event.changes.items()
        ],
        "reason": event.reason,
        "address": event.address,
        "previous": event.previous,
        "digest": event.digest,
    }


@router.get("/audit-events", response=answers(Page[AuditEventOut]), url_name="audit_events")
def list_audit_events(request: HttpRequest, query: Query[AuditQuery]) -> Any:
    """The audit trail in reach, oldest first."""
    columns = {
        "actor_code": query.actor,
        "action": query.action,
        "outcome": query.outcome,
        "subject_kind": query.kind,
        "subject_key": query.key,
    }
    wanted = {column: value for column, value in columns.items() if value}
    rows = limit(AuditEvent.objects.filter(**wanted), acting_in(request), "audit.view")
    return page(rows, query, show_event)


class JobOut(Schema):
    """Work in the background: `step` counts from 0 in `steps`, `done` of `total` within it."""

    id: int
    kind: str
    name: str
    state: str
    steps: list[str]
    step: int
    done: int
    total: int
    error: str
    owner: str
    owner_name: str
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class JobQuery(PageQuery):
    """Which jobs: in a state (waiting, running, done, failed, cancelled), of a kind."""

    state: Line = ""
    kind: Line = ""


def show_job(job: Job) -> dict[str, Any]:
    """A job in plain values."""
    return {
        "id": job.pk,
        **{name: getattr(job, name) for name in JobOut.model_fields if name != "id"},
    }


@router.get("/jobs", response=answers(Page[JobOut]), url_name="jobs")
def list_jobs(request: HttpRequest, query: Query[JobQuery]) -> Any:
    """The jobs in reach."""
    rows = visible_jobs(acting_in(request))
    if query.state:
        rows = rows.filter(state=query.state)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return page(rows, query, show_job)


@router.get("/jobs/{key}", response=answers(JobOut), url_name="job")
def get_job(request: HttpRequest, key: Key) -> Any:
    """How far one job is."""
    return show_job(get_object_or_404(visible_jobs(acting_in(request)), pk=key))


@router.post("/jobs/{key}/cancel", response=answers(JobOut), url_name="job_cancel")
def cancel_job(request: HttpRequest, key: Key) -> Any:
    """Cancel a job that waits, or ask one that runs to stop after its present unit."""
    actor = acting_in(request)
    job = get_object_or_404(limit(Job.objects.all(), actor, "job.cancel"), pk=key)
    with conflicts(jobs.JobConflict):
        jobs.cancel(actor, job)
    job.refresh_from_db()
    return show_job(job)


@router.post("/jobs/{key}/rerun", response=answers(JobOut, status=201), url_name="job_rerun")
def rerun_job(request: HttpRequest, key: Key) -> Any:
    """Submit a job that has ended once more, in the name of whoever calls."""
    actor = acting_in(request)
    job = get_object_or_404(limit(Job.objects.all(), actor, "job.rerun"), pk=key)
    with conflicts(jobs.JobConflict):
        return Status(201, show_job(jobs.rerun(actor, job)))


BYTES = {
    "responses": {
        200: {
            "description": "The bytes of the file",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    }
}


@router.get("/files/{key}", response=answers(None), url_name="file", openapi_extra=BYTES)
def get_file(request: HttpRequest, key: Key) -> Any:
    """The bytes of a file."""
    actor = acting_in(request)
    stored = get_object_or_404(limit(held(), actor, "file.download"), pk=key)
    try:
        content = taken(actor, stored)
    except FileMissing as missing:
        raise ApiError("not_found", message=str(missing)) from missing
    return FileResponse(
        content,
        as_attachment=True,
        filename=stored.name,
        content_type="application/octet-stream",
    )
