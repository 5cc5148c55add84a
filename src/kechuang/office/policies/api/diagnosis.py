"""The diagnosis of one enterprise, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import Day, acting_in, answers
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries import diagnosis as queries
from kechuang.office.policies.queries import documents as document_queries
from kechuang.office.policies.queries.diagnosis import Diagnosis, Entry, Outlook, Reason
from kechuang.office.registry.api.shared import Code

router = Router()


class UsedOut(Schema):
    """A fact behind a condition; an empty value is missing."""

    name: str
    value: str
    source: str


class ReasonOut(Schema):
    """A condition with its value, what is asked, and where that stands."""

    condition: str
    name: str
    depth: int
    verdict: str
    value: str
    threshold: str
    article: str
    unverified: bool
    facts: list[UsedOut]


class OutlookOut(Schema):
    """What one year says; `near` that one change at most stands in the way."""

    year: int
    text: str
    near: bool


class BehindOut(Schema):
    """A kept policy document behind a rule; `standing` as of today."""

    key: int
    title: str
    number: str
    standing: str


class VerdictOut(Schema):
    """What one rule says of the enterprise.

    `group` is qualified, near, unknown or far; `held` and `filing` are words, empty where it holds
    no such title or has not filed.
    """

    rule: str
    version: str
    name: str
    kind: str
    group: str
    verdict: str
    amount: str
    scores: dict[str, str]
    missing: list[str]
    this_year: OutlookOut
    next_year: OutlookOut
    held: str
    filing: str
    documents: list[str]
    policy_documents: list[BehindOut]
    reasons: list[ReasonOut]


class DiagnosisOut(Schema):
    """All rules in force for an enterprise on a day."""

    party: str
    name: str
    region: str
    as_of: date
    verdicts: list[VerdictOut]


class DiagnosisQuery(Schema):
    """The day; today where none is said."""

    on: Day | None = None


def show(found: Diagnosis) -> dict[str, Any]:
    """A diagnosis in plain values."""
    party = found.organisation.party
    ids = [each.rule.id for each in found.entries]
    behind = document_queries.of_rules(ids, party.region.path)
    return {
        "party": party.code,
        "name": party.name,
        "region": party.region.code,
        "as_of": found.as_of,
        "verdicts": [_verdict(each, behind.get(each.rule.id, [])) for each in found.entries],
    }


def _verdict(entry: Entry, behind: list[PolicyDocument]) -> dict[str, Any]:
    decision = entry.decision
    return {
        "rule": entry.rule.id,
        "version": entry.rule.version,
        "name": entry.rule.name,
        "kind": str(entry.rule.kind),
        "group": entry.group.value,
        "verdict": decision.verdict,
        "amount": decision.amount,
        "scores": dict(decision.scores),
        "missing": list(decision.missing),
        "this_year": _outlook(entry.this_year),
        "next_year": _outlook(entry.next_year),
        "held": entry.held,
        "filing": entry.filing,
        "documents": entry.documents,
        "policy_documents": [
            {
                "key": each.pk,
                "title": each.title,
                "number": each.number,
                "standing": document_queries.standing(each),
            }
            for each in behind
        ],
        "reasons": [_reason(each) for each in entry.reasons],
    }


def _outlook(outlook: Outlook) -> dict[str, Any]:
    return {"year": outlook.year, "text": outlook.text, "near": outlook.near}


def _reason(reason: Reason) -> dict[str, Any]:
    step = reason.step
    same = ("name", "depth", "verdict", "value", "threshold", "article", "unverified")
    return {
        "condition": step.id,
        **{name: getattr(step, name) for name in same},
        "facts": [
            {"name": each.name, "value": each.value, "source": each.source} for each in reason.used
        ],
    }


@router.get("/diagnoses/{code}", response=answers(DiagnosisOut), url_name="diagnosis")
def get_diagnosis(request: HttpRequest, code: Code, query: Query[DiagnosisQuery]) -> Any:
    """What an enterprise is due, is close to, and could not be judged for."""
    actor = acting_in(request)
    organisation = get_object_or_404(queries.visible(actor), party__code=code)
    return show(queries.diagnosis(organisation, query.on or timezone.localdate(), actor))
