"""Runs of all rules, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict

from kechuang.office.ground.api_support import (
    Day,
    Key,
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    page,
)
from kechuang.office.policies.models import RuleRun, VerdictChange
from kechuang.office.policies.queries import runs as queries
from kechuang.office.policies.services import runs as services
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class RunOut(Schema):
    """A run: `digest` is the SHA-256 of its file of verdicts, null until it has ended."""

    key: int
    as_of: date
    region: str
    enterprises: int
    digest: str | None
    job: int | None
    started_by: str
    started_at: Moment
    ended_at: Moment | None
    ladder_at: Moment | None


class RuleCountOut(Schema):
    """How many of each verdict a rule gave; `came` and `went` are null for a first run."""

    rule: str
    version: str
    name: str
    digest: str
    qualified: int
    not_qualified: int
    unknown: int
    came: int | None
    went: int | None


class WholeRunOut(RunOut):
    """A run with its counts by rule."""

    rules: list[RuleCountOut]


class RunIn(Schema):
    """The day for which all rules are judged."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day


class VerdictChangeOut(Schema):
    """A verdict that is another than in the run before; empty where there was none."""

    key: int
    run: int
    party: str
    rule: str
    before: str
    after: str


class ChangeQuery(PlaceQuery):
    """Which changes: of a run, of a rule."""

    run: Key | None = None
    rule: Line = ""


def show(row: RuleRun) -> dict[str, Any]:
    """A run in plain values."""
    same = ("as_of", "enterprises", "job", "started_at", "ended_at", "ladder_at")
    return {
        "key": row.pk,
        "region": row.region.code,
        "digest": row.verdicts.digest if row.verdicts else None,
        "started_by": row.started_name,
        **{name: getattr(row, name) for name in same},
    }


def show_whole(row: RuleRun) -> dict[str, Any]:
    """The same with the counts of rules."""
    same = ("rule", "version", "name", "digest", "qualified", "not_qualified", "unknown", "came",
            "went")  # fmt: skip
    counts = [{name: getattr(each, name) for name in same} for each in queries.counts_of(row)]
    return {**show(row), "rules": counts}


def show_change(row: VerdictChange) -> dict[str, Any]:
    """A change in plain values."""
    same = ("rule", "before", "after")
    return {
        "key": row.pk,
        "run": row.run.pk,
        "party": row.party.code,
        **{name: getattr(row, name) for name in same},
    }


@router.get("/rule-runs", response=answers(Page[RunOut]), url_name="rule_runs")
def list_runs(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """The runs of all rules."""
    return page(queries.visible(acting_in(request)), query, show)


@router.post("/rule-runs", response=answers(WholeRunOut, status=201), url_name="rule_runs")
def start_run(request: HttpRequest, body: RunIn) -> Any:
    """Have every rule in force on a day judged on every enterprise, as a job."""
    actor = acting_in(request)
    made = services.start(actor, body.as_of)
    return Status(201, show_whole(queries.visible(actor).get(pk=made.pk)))


@router.get("/rule-runs/{key}", response=answers(WholeRunOut), url_name="rule_run")
def get_run(request: HttpRequest, key: Key) -> Any:
    """One run with its counts by rule."""
    return show_whole(get_object_or_404(queries.visible(acting_in(request)), pk=key))


@router.get(
    "/verdict-changes", response=answers(Page[VerdictChangeOut]), url_name="verdict_changes"
)
def list_changes(request: HttpRequest, query: Query[ChangeQuery]) -> Any:
    """The changed verdicts of enterprises in reach."""
    rows = in_place(queries.changes(acting_in(request)), query, "party__region")
    if query.run:
        rows = rows.filter(run=query.run)
    if query.rule:
        rows = rows.filter(rule=query.rule)
    return page(rows, query, show_change)
