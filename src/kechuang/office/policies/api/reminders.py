"""Reminders, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Day, Line, Page, acting_in, answers, page
from kechuang.office.policies.models import ReminderEvent
from kechuang.office.policies.queries import reminders as queries
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class DifferenceOut(Schema):
    """A fact that changed between two runs, in words; `decides`: it turned the verdict."""

    code: str
    name: str
    before: str
    after: str
    decides: bool


class ReminderOut(Schema):
    """Something that happened: a certificate near its end, a window, a verdict, a policy.

    `party` is null for windows and policies. `subject` is the code of a title or a rule, `due` the
    day that it is about, `told_on` the day of the digest, null before it. `before`, `after`,
    `cause` and `differences` are there for verdicts alone.
    """

    key: int
    kind: Literal["certificate", "opens", "closes", "came", "went", "superseded"]
    party: str | None
    region: str
    subject: str
    name: str
    what: str
    due: date | None
    found_on: date
    told_on: date | None
    batch: int | None
    document: int | None
    run: int | None
    before: str
    after: str
    cause: str
    differences: list[DifferenceOut]


class ReminderQuery(PlaceQuery):
    """Which reminders: of a kind, of a day of digests, of a rule or a title."""

    kind: Literal["", "certificate", "opens", "closes", "came", "went", "superseded"] = ""
    day: Day | None = None
    subject: Line = ""


def show(row: ReminderEvent) -> dict[str, Any]:
    """A reminder in plain values."""
    same = ("kind", "subject", "name", "due", "found_on", "told_on")
    keys = {name: getattr(row, f"{name}_id") for name in ("batch", "document", "run")}
    return {
        "key": row.pk,
        "party": row.party.code if row.party else None,
        "region": row.region.code,
        "what": queries.what_told(row),
        **{name: getattr(row, name) for name in same},
        **keys,
        **{name: row.facts.get(name, "") for name in ("before", "after", "cause")},
        "differences": row.facts.get("differences", []),
    }


@router.get("/reminders", response=answers(Page[ReminderOut]), url_name="reminders")
def list_reminders(request: HttpRequest, query: Query[ReminderQuery]) -> Any:
    """The reminders in reach, newest first."""
    rows = in_place(queries.visible(acting_in(request)), query, "region")
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.day:
        rows = rows.filter(told_on=query.day)
    if query.subject:
        rows = rows.filter(subject=query.subject)
    return page(rows, query, show)
