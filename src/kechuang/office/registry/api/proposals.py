"""Proposals of enterprises, for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import ConfigDict, StringConstraints

from kechuang.office.ground.api_support import (
    Key,
    Line,
    Moment,
    Page,
    acting_in,
    answers,
    conflicts,
    page,
)
from kechuang.office.registry.api.shared import PlaceQuery, in_place
from kechuang.office.registry.lists.proposals import value_of
from kechuang.office.registry.models import Proposal
from kechuang.office.registry.queries import proposals as queries
from kechuang.office.registry.services import proposals as services

router = Router(tags=["registry"])
Words = Annotated[
    str, StringConstraints(max_length=300, pattern=r"^[^\u0000-\u0008\u000B-\u001F\u007F]*$")
]


class State(StrEnum):
    """Where a proposal stands, as `Proposal.State` has it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What to do with a proposal; `correct` lets the value count before every source."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REFUSE = "refuse"


class ProposalOut(Schema):
    """A proposal: the cell, the value when it was made, the one proposed, and what became of it.

    Values are texts in the field's unit; telephone numbers are masked. `year` is null where the
    fact has none, `evidence` the key of a file or null.
    """

    id: int
    party: str
    table: str
    field: str
    year: int | None
    before: str
    after: str
    reason: str
    evidence: int | None
    state: str
    proposed_name: str
    proposed_at: Moment
    decided_name: str
    decided_at: Moment | None
    answer: str


class ProposalTodayOut(ProposalOut):
    """The same with the value that counts now, which `decide` asks for as `seen`."""

    now: str


class ProposalQuery(PlaceQuery):
    """Which proposals: of a state too."""

    state: State | None = None


class DecideIn(Schema):
    """What to do and what to answer; `seen` is the value that counted when somebody looked."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    answer: Words = ""
    seen: Line


def show(row: Proposal) -> dict[str, Any]:
    """A proposal in plain values."""
    return {
        "id": row.pk,
        "party": row.party.code,
        "table": row.table,
        "field": row.field,
        "year": row.year or None,
        "before": value_of(row, row.before),
        "after": value_of(row, row.after),
        "reason": row.reason,
        "evidence": row.evidence.pk if row.evidence else None,
        "state": row.state,
        "proposed_name": row.proposed_name,
        "proposed_at": row.proposed_at,
        "decided_name": row.decided_name,
        "decided_at": row.decided_at,
        "answer": row.answer,
    }


def show_today(row: Proposal) -> dict[str, Any]:
    """The same with what counts now."""
    return {**show(row), "now": value_of(row, queries.current_of(row).text)}


@router.get("/proposals", response=answers(Page[ProposalOut]), url_name="proposals")
def list_proposals(request: HttpRequest, query: Query[ProposalQuery]) -> Any:
    """The proposals in reach."""
    rows = in_place(queries.visible(acting_in(request)), query, "party__region")
    if query.state:
        rows = rows.filter(state=query.state)
    return page(rows, query, show)


@router.get("/proposals/{key}", response=answers(ProposalTodayOut), url_name="proposal")
def get_proposal(request: HttpRequest, key: Key) -> Any:
    """One proposal, with what counts now."""
    return show_today(get_object_or_404(queries.visible(acting_in(request)), pk=key))


@router.post(
    "/proposals/{key}/decide", response=answers(ProposalTodayOut), url_name="proposal_decide"
)
def decide_proposal(request: HttpRequest, key: Key, body: DecideIn) -> Any:
    """Accept or refuse a proposal; a conflict where it was decided or the value changed."""
    actor = acting_in(request)
    row = get_object_or_404(queries.decidable(actor), pk=key)
    with conflicts(services.Late):
        services.decide(actor, row, body.verdict.value, body.answer, body.seen)
    return show_today(get_object_or_404(queries.visible(actor), pk=key))
