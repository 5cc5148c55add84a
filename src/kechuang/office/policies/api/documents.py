"""Policy documents, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Key, Line, Page, PageQuery, acting_in, answers, page
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries import documents as queries
from kechuang.office.regions.queries import below

router = Router()


class PolicyDocumentOut(Schema):
    """A policy document.

    `standing` is in_force, pending, expired or superseded as of today; `superseded_by` the key of
    what stands in its place; a conclusion is empty where none is recorded.
    """

    key: int
    title: str
    number: str
    issuer: str
    level: str
    region: str
    issued_on: date
    in_force_on: date
    expires_on: date | None
    standing: str
    superseded_by: int | None
    superseded_on: date | None
    fair_competition: str
    legality: str
    reviews: str
    contact: str


class ClauseOut(Schema):
    """A clause by the number under which it is quoted."""

    number: str
    text: str


class PolicyDocumentWholeOut(PolicyDocumentOut):
    """A document with its text, its clauses and the ids of the rules that stand on it."""

    text: str
    clauses: list[ClauseOut]
    rules: list[str]
    file_name: str


class PolicyDocumentQuery(PageQuery):
    """Which documents: with these words, of a region and below it, behind a rule, standing so."""

    q: Line = ""
    region: Line = ""
    rule: Line = ""
    standing: Literal["", "in_force", "pending", "expired", "superseded"] = ""


def show(row: PolicyDocument) -> dict[str, Any]:
    """A document in plain values."""
    same = (
        "title", "number", "issuer", "level", "issued_on", "in_force_on", "expires_on",
        "superseded_on", "fair_competition", "legality", "reviews", "contact",
    )  # fmt: skip
    return {
        "key": row.pk,
        "region": row.region.code,
        "standing": queries.standing(row),
        "superseded_by": row.superseded_by.pk if row.superseded_by else None,
        **{name: getattr(row, name) for name in same},
    }


@router.get(
    "/policy-documents", response=answers(Page[PolicyDocumentOut]), url_name="policy_documents"
)
def list_documents(request: HttpRequest, query: Query[PolicyDocumentQuery]) -> Any:
    """The policy documents."""
    rows = queries.visible(acting_in(request))
    if query.q:
        rows = queries.search(rows, query.q)
    if query.region:
        rows = rows.filter(region__in=below(query.region))
    if query.rule:
        rows = queries.for_rule(rows, query.rule)
    if query.standing:
        rows = queries.standing_is(rows, query.standing)
    return page(rows, query, show)


@router.get(
    "/policy-documents/{key}", response=answers(PolicyDocumentWholeOut), url_name="policy_document"
)
def get_document(request: HttpRequest, key: Key) -> Any:
    """One policy document with its text, its clauses and its rules, by its key."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    return {
        **show(row),
        "text": row.text,
        "clauses": [{"number": each.number, "text": each.text} for each in queries.clauses_of(row)],
        "rules": queries.rules_of([row])[row.pk],
        "file_name": row.file.name if row.file else "",
    }
