"""The cultivation pool, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import (
    Key,
    Line,
    Moment,
    Page,
    acting_in,
    answers,
    page,
)
from kechuang.office.policies.lists.pool import prepare
from kechuang.office.policies.queries import pool as queries
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()
COLUMNS = frozenset({"stand"})
SAME = (
    "rung", "stage", "stage_on", "basis", "stand", "mentor_name", "plan", "next_step", "next_on",
    "admitted_on", "ended_on", "end", "end_note", "changed_at",
)  # fmt: skip


class PoolEntryOut(Schema):
    """A firm in the pool for a rung; `stand` is how it stands to the rung today, as the ladder has.

    `ended_on` is null and `end` empty as long as it is in the pool.
    """

    key: int
    party: str
    name: str
    region: str
    rung: str
    stage: str
    stage_on: date
    basis: str
    stand: str
    mentor_name: str
    plan: str
    next_step: str
    next_on: date | None
    admitted_on: date
    ended_on: date | None
    end: str
    end_note: str
    changed_at: Moment


class PoolQuery(PlaceQuery):
    """Which entries: of a rung, a stage, open or ended, of a region, of a firm."""

    rung: Line = ""
    stage: Line = ""
    state: Literal["", "open", "ended"] = ""


def show(row: Any) -> dict[str, Any]:
    """An entry in plain values."""
    return {
        "key": row.pk,
        "party": row.party.code,
        "name": row.party.name,
        "region": row.party.region.code,
        **{name: getattr(row, name) for name in SAME},
    }


def _fetch(rows: Sequence[Any]) -> None:
    prepare(rows, COLUMNS)


@router.get("/pool", response=answers(Page[PoolEntryOut]), url_name="pool")
def list_pool(request: HttpRequest, query: Query[PoolQuery]) -> Any:
    """The entries in reach, with those that ended."""
    rows = in_place(queries.visible(acting_in(request)), query, "party__region")
    if query.rung:
        rows = rows.filter(rung=query.rung)
    if query.stage:
        rows = rows.filter(stage=query.stage)
    if query.state:
        rows = rows.filter(ended_on__isnull=query.state == "open")
    return page(rows, query, show, _fetch)


@router.get("/pool/{key}", response=answers(PoolEntryOut), url_name="pool_entry")
def get_entry(request: HttpRequest, key: Key) -> Any:
    """One entry."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    _fetch([row])
    return show(row)
