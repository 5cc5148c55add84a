"""The audit trail, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import (
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    page,
)
from kechuang.office.ground.models import AuditEvent
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
    return page(request, rows, query, show_event)
