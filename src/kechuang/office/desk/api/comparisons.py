"""Comparisons, for programs: send a list of names, read what each is, decide what is in doubt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kechuang.office.desk.models import ComparedRow, Comparison
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services import comparison_decisions, comparisons
from kechuang.office.ground.api_support import (
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
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.regions.queries import choices

router = Router()


class ComparisonOut(Schema):
    """One comparison: `state` is sent, done or refused, `counts` the entries by group."""

    id: int
    name: str
    state: str
    region: str
    refusal: str
    counts: dict[str, int]
    job: int | None
    owner: str
    owner_name: str
    created_at: Moment
    compared_at: Moment | None


class ComparisonIn(Schema):
    """A list of names and the code of the region that it is compared in."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    region: Line
    names: Annotated[list[Line], Field(min_length=1, max_length=comparisons.MOST_NAMES)]


class CandidateOut(Schema):
    """A firm that may be meant: how sure (0–100), and why, in codes with what they tell."""

    code: str
    name: str
    sure: int
    reasons: list[list[str]]


class ComparedOut(Schema):
    """One entry: `group` is same, doubt or unknown; `party` the code of the firm that counts."""

    id: int
    comparison: int
    position: int
    name: str
    credit_code: str
    group: str
    party: str | None
    decided: bool
    repeats: int | None
    candidates: list[CandidateOut]


class ComparedQuery(PageQuery):
    """Which entries: of a comparison, of a group."""

    comparison: Key | None = None
    group: Literal["", "same", "doubt", "unknown"] = ""


class DecisionIn(Schema):
    """The code of the firm that a name means; empty for none of ours."""

    model_config = ConfigDict(extra="forbid")

    party: Line


def show(comparison: Comparison) -> dict[str, Any]:
    """A comparison in plain values."""
    names = (
        "name", "state", "refusal", "counts", "owner", "owner_name", "created_at", "compared_at",
    )  # fmt: skip
    plain = {name: getattr(comparison, name) for name in names}
    job: int | None = comparison.job_id  # type: ignore[attr-defined]
    return {"id": comparison.pk, **plain, "region": comparison.region.code, "job": job}


def show_row(row: ComparedRow) -> dict[str, Any]:
    """An entry in plain values."""
    return {
        "id": row.pk,
        "comparison": row.comparison.pk,
        "position": row.position,
        "name": row.name,
        "credit_code": row.credit_code,
        "group": row.group,
        "party": row.party.code if row.party else None,
        "decided": row.decision is not None,
        "repeats": row.repeats,
        "candidates": row.candidates,
    }


@router.get("/comparisons", response=answers(Page[ComparisonOut]), url_name="comparisons")
def list_comparisons(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """The comparisons in reach."""
    return page(queries.visible(acting_in(request)), query, show)


@router.post("/comparisons", response=answers(ComparisonOut, status=201), url_name="comparisons")
def send_comparison(request: HttpRequest, body: ComparisonIn) -> Any:
    """Compare a list of names with the organisations of a region and all below it."""
    actor = acting_in(request)
    region = choices(actor, queries.RUN).filter(code=body.region).first()
    if region is None:
        raise invalid("region", _("没有这个区划，或令牌不能在那里比对。"))
    try:
        file = comparisons.take_text(actor, region, "\n".join(body.names))
    except UploadRefused as refused:
        raise invalid("names", refused.sentence) from refused
    return Status(201, show(comparisons.send(actor, region, body.name, file)))


@router.get("/comparisons/{key}", response=answers(ComparisonOut), url_name="comparison")
def get_comparison(request: HttpRequest, key: Key) -> Any:
    """One comparison."""
    return show(get_object_or_404(queries.visible(acting_in(request)), pk=key))


@router.get("/compared-names", response=answers(Page[ComparedOut]), url_name="compared_names")
def list_compared(request: HttpRequest, query: Query[ComparedQuery]) -> Any:
    """The entries of comparisons in reach, each with the firm that it is or may be."""
    rows = queries.rows(acting_in(request)).order_by("pk")
    if query.comparison:
        rows = rows.filter(comparison=query.comparison)
    return page(rows.filter(group=query.group) if query.group else rows, query, show_row)


@router.post(
    "/compared-names/{key}/decide", response=answers(ComparedOut), url_name="compared_name_decide"
)
def decide_name(request: HttpRequest, key: Key, body: DecisionIn) -> Any:
    """Say which firm a name means; it is remembered for the region of the list."""
    actor = acting_in(request)
    row = get_object_or_404(queries.rows(actor, queries.DECIDE), pk=key)
    with conflicts(comparisons.ComparisonConflict):
        comparison_decisions.decide(actor, row.comparison, {row.pk: body.party})
    return show_row(queries.rows(actor, queries.DECIDE).get(pk=key))
