"""Typical cases, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.desk.models import Case
from kechuang.office.desk.queries import cases as queries
from kechuang.office.ground.api_support import Exact, Key, Line, Page, acting_in, answers, page
from kechuang.office.registry.api.shared import PlaceQuery, in_place

router = Router()


class CaseOut(Schema):
    """A case: `state` is draft, usable or retired."""

    key: int
    title: str
    theme: str
    year: int
    region: str
    party: str
    state: str


class CaseFigureOut(Schema):
    """A figure with its source and day."""

    name: str
    value: Exact
    unit: str
    source: str
    as_of: date


class ClaimOut(Schema):
    """A claim such as 首家 with its clause; `proof` is the title of its proof, empty for none."""

    word: str
    scope: str
    clause: str
    proof: str


class CaseUseOut(Schema):
    """Where a case was used."""

    where: str
    on: date


class CaseWholeOut(CaseOut):
    """A case with its text, figures, claims and uses; `lacking` keeps it from being usable."""

    background: str
    practice: str
    effect: str
    figures: list[CaseFigureOut]
    claims: list[ClaimOut]
    uses: list[CaseUseOut]
    lacking: list[str]


class CaseQuery(PlaceQuery):
    """Which cases: of a theme, in a state."""

    theme: Line = ""
    state: Line = ""


def show(row: Case) -> dict[str, Any]:
    """A case in plain values."""
    return {
        "key": row.pk,
        "title": row.title,
        "theme": row.theme,
        "year": row.year,
        "region": row.region.code,
        "party": row.party.code if row.party else "",
        "state": row.state,
    }


@router.get("/cases", response=answers(Page[CaseOut]), url_name="cases")
def list_cases(request: HttpRequest, query: Query[CaseQuery]) -> Any:
    """The cases in reach."""
    rows = in_place(queries.visible(acting_in(request)), query, "region")
    if query.theme:
        rows = rows.filter(theme=query.theme)
    return page(rows.filter(state=query.state) if query.state else rows, query, show)


@router.get("/cases/{key}", response=answers(CaseWholeOut), url_name="case")
def get_case(request: HttpRequest, key: Key) -> Any:
    """One case with all that belongs to it, by its key."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    found = queries.whole(row)
    return {
        **show(row),
        "background": row.background,
        "practice": row.practice,
        "effect": row.effect,
        "figures": [
            {
                "name": each.name,
                "value": each.value,
                "unit": each.unit,
                "source": each.source,
                "as_of": each.as_of,
            }
            for each in found.figures
        ],
        "claims": [
            {
                "word": claim.word,
                "scope": claim.scope,
                "clause": claim.clause,
                "proof": proof.title if proof else "",
            }
            for claim, proof in found.claims
        ],
        "uses": [{"where": each.where, "on": each.used_on} for each in found.uses],
        "lacking": found.lacking,
    }
