"""Revisions of rules, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Key, Line, Page, PageQuery, acting_in, answers, page
from kechuang.office.policies.models import RuleRevision
from kechuang.office.policies.queries import editor as queries

router = Router()


class RuleRevisionOut(Schema):
    """A new version of a rule: which version it changes, from when, how far it is.

    `digest` is the SHA-256 of the rule file; `published_at` is null until somebody else than the
    author has published it.
    """

    key: int
    rule: str
    name: str
    base: str
    version: str
    since: date
    until: date | None
    state: str
    document_title: str
    document_number: str
    article: str
    reason: str
    digest: str
    author_name: str
    published_by: str
    published_at: datetime | None


class NewValueOut(Schema):
    """Another value of a parameter, by its place in the rule, from a day."""

    place: str
    value: str
    since: date


class RuleRevisionWholeOut(RuleRevisionOut):
    """A revision with its parameters, the whole rule file, and the effect of exactly this file.

    `effect` maps rules to the number of each verdict before and after; empty without a preview.
    """

    values: list[NewValueOut]
    text: str
    effect: dict[str, dict[str, dict[str, int]]]


class RuleRevisionQuery(PageQuery):
    """Which revisions: of a rule, in a state."""

    rule: Line = ""
    state: Literal["", "draft", "submitted", "returned", "published", "withdrawn"] = ""


def show(row: RuleRevision) -> dict[str, Any]:
    """A revision in plain values."""
    same = (
        "rule", "name", "base", "version", "since", "until", "state", "document_title",
        "document_number", "article", "reason", "digest", "author_name",
    )  # fmt: skip
    published = row.state == RuleRevision.State.PUBLISHED
    return {
        "key": row.pk,
        **{name: getattr(row, name) for name in same},
        "published_by": row.decided_name if published else "",
        "published_at": row.decided_at if published else None,
    }


@router.get("/rule-revisions", response=answers(Page[RuleRevisionOut]), url_name="rule_revisions")
def list_revisions(request: HttpRequest, query: Query[RuleRevisionQuery]) -> Any:
    """The revisions of rules."""
    rows = queries.visible(acting_in(request))
    if query.rule:
        rows = rows.filter(rule=query.rule)
    if query.state:
        rows = rows.filter(state=query.state)
    return page(rows, query, show)


@router.get(
    "/rule-revisions/{key}", response=answers(RuleRevisionWholeOut), url_name="rule_revision"
)
def get_revision(request: HttpRequest, key: Key) -> Any:
    """One revision with its parameters, its rule file and its effect, by its key."""
    row = get_object_or_404(queries.visible(acting_in(request)), pk=key)
    made = queries.preview_of(row)
    return {
        **show(row),
        "values": row.values,
        "text": row.text,
        "effect": made.counts if made else {},
    }
