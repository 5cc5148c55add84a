"""The ladder, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Line, Page, acting_in, answers, invalid, page
from kechuang.office.policies.ladder import Stand, rungs
from kechuang.office.policies.lists.ladder import lacks, prepare
from kechuang.office.policies.queries import ladder as queries
from kechuang.office.policies.telling import DIAGNOSE
from kechuang.office.registry.api.shared import PlaceQuery, in_place
from kechuang.office.registry.models import Organisation

router = Router()
FIRM_COLUMNS = frozenset({"lacks", "number", "stage"})


class PlaceCountOut(Schema):
    """How many of a place stand to a rung, by stand; stands without anybody are left out."""

    region: str
    counts: dict[str, int]


class RungOut(Schema):
    """How many stand to a rung, by stand, together and by place."""

    rung: str
    name: str
    counts: dict[str, int]
    places: list[PlaceCountOut]


class LadderOut(Schema):
    """All rungs, the lowest first."""

    rungs: list[RungOut]


class FirmOut(Schema):
    """An enterprise that stands to a rung.

    `lacks`, `this_year`, `missing` and `effort` are null for whom they do not concern, and for
    those who may not see the facts of single enterprises.
    """

    party: str
    name: str
    region: str
    stand: str
    lacks: str | None
    this_year: bool | None
    missing: int | None
    effort: str | None
    stage: str
    certificate: str
    expires_on: date | None


class FirmQuery(PlaceQuery):
    """Which enterprises: of a stand, of a region."""

    stand: Line = ""


def show(row: Any, *, facts: bool) -> dict[str, Any]:
    """An enterprise of the ladder in plain values."""
    prospect = row.prospect if facts else None
    near = prospect if prospect and row.stand == Stand.NEAR else None
    return {
        "party": row.party.code,
        "name": row.party.name,
        "region": row.party.region.code,
        "stand": row.stand,
        "lacks": (prospect and lacks(row)) or None,
        "this_year": near and near.this_year,
        "missing": prospect and prospect.missing,
        "effort": near and format(near.effort.normalize(), "f"),
        "stage": row.stage_name,
        "certificate": row.certificate.number if row.certificate else "",
        "expires_on": row.certificate and row.certificate.expires_on,
    }


def _counts(counted: Mapping[Stand, int]) -> dict[str, int]:
    return {stand.value: counted[stand] for stand in Stand if counted.get(stand)}


@router.get("/ladder", response=answers(LadderOut), url_name="ladder")
def get_ladder(request: HttpRequest) -> Any:
    """How many enterprises in reach stand to each rung today, by place."""
    return {
        "rungs": [
            {
                "rung": each.rung.code,
                "name": each.rung.name,
                "counts": _counts(each.total),
                "places": [
                    {"region": code, "counts": _counts(counted)}
                    for code, counted in sorted(each.places.items())
                ],
            }
            for each in queries.counts(acting_in(request))
        ]
    }


@router.get("/ladder/{rung}", response=answers(Page[FirmOut]), url_name="ladder_firms")
def list_firms(request: HttpRequest, rung: Line, query: Query[FirmQuery]) -> Any:
    """The enterprises in reach that stand to a rung."""
    if rung not in rungs():
        raise Http404
    actor = acting_in(request)
    rows = in_place(queries.listed(actor, rung), query, "party__region")
    if query.stand:
        if query.stand not in set(Stand):
            raise invalid("stand", "、".join(Stand))
        rows = rows.filter(stand=query.stand)

    def fetch(found: Sequence[Organisation]) -> None:
        prepare(rungs()[rung], found, FIRM_COLUMNS)

    facts = actor.reach(DIAGNOSE) is not None
    return page(rows, query, partial(show, facts=facts), fetch)
