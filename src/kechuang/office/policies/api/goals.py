"""Goals, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
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
    invalid,
    page,
)
from kechuang.office.policies.models import Goal, GoalFirm
from kechuang.office.policies.queries import goals as queries
from kechuang.office.policies.services import goals as services
from kechuang.office.policies.services.goals import MOST, GoalFacts
from kechuang.office.policies.telling import DIAGNOSE, GOAL
from kechuang.office.regions.queries import choices
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class GoalOut(Schema):
    """A goal; `kind` is new or net, and `needed` says how many have to be recognised."""

    key: int
    rung: str
    kind: str
    number: int
    until: date
    region: str
    run: int
    lapsing: int
    filing: int
    needed: int
    unsure: int
    job: int | None
    asked_at: Moment
    ended_at: Moment | None


class GoalIn(Schema):
    """How many of what until when, and where."""

    model_config = ConfigDict(extra="forbid")

    rung: Line
    kind: Line
    number: Annotated[int, Field(ge=1, le=MOST, strict=True)]
    until: Day
    region: Line


class GoalFirmOut(Schema):
    """A proposed enterprise; `lacks` is null for those who may not see facts of enterprises."""

    goal: int
    order: int
    party: str
    name: str
    region: str
    lacks: str | None
    this_year: bool
    changes: int
    missing: int
    effort: str


class GoalFirmQuery(PlaceQuery):
    """Which enterprises: of a goal."""

    goal: Key | None = None


def show(row: Goal) -> dict[str, Any]:
    """A goal in plain values."""
    same = ("rung", "kind", "number", "until", "lapsing", "filing", "needed", "unsure", "job",
            "asked_at", "ended_at")  # fmt: skip
    return {
        "key": row.pk,
        "region": row.region.code,
        "run": row.run.pk,
        **{name: getattr(row, name) for name in same},
    }


def show_firm(row: GoalFirm, *, facts: bool) -> dict[str, Any]:
    """A proposed enterprise in plain values."""
    return {
        "goal": row.goal.pk,
        "party": row.party.code,
        "name": row.party.name,
        "region": row.party.region.code,
        "lacks": row.lacks if facts else None,
        "effort": format(row.effort.normalize(), "f"),
        **{name: getattr(row, name) for name in ("order", "this_year", "changes", "missing")},
    }


@router.get("/goals", response=answers(Page[GoalOut]), url_name="goals")
def list_goals(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """The goals in reach."""
    return page(queries.visible(acting_in(request)), query, show)


@router.post("/goals", response=answers(GoalOut, status=201), url_name="goals")
def ask_goal(request: HttpRequest, body: GoalIn) -> Any:
    """Have the nearest enterprises looked for, as a job."""
    actor = acting_in(request)
    region = choices(actor, GOAL).filter(code=body.region).first()
    if region is None:
        raise invalid("region", _("没有这个区划，或不在您的范围里。"))
    facts = GoalFacts(body.rung, body.kind, body.number, body.until)
    made = services.ask(actor, region, facts)
    return Status(201, show(queries.visible(actor).get(pk=made.pk)))


@router.get("/goals/{key}", response=answers(GoalOut), url_name="goal")
def get_goal(request: HttpRequest, key: Key) -> Any:
    """One goal."""
    return show(get_object_or_404(queries.visible(acting_in(request)), pk=key))


@router.get("/goal-firms", response=answers(Page[GoalFirmOut]), url_name="goal_firms")
def list_firms(request: HttpRequest, query: Query[GoalFirmQuery]) -> Any:
    """The proposed enterprises in reach."""
    actor = acting_in(request)
    rows = in_place(queries.firms(actor), query, "party__region")
    if query.goal:
        rows = rows.filter(goal=query.goal)
    facts = actor.reach(DIAGNOSE) is not None
    return page(rows, query, lambda row: show_firm(row, facts=facts))
