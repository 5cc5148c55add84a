"""Reading rules in use and their revisions: which there are, and what each would do."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.models import Job
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.models import PolicyDocument, PreviewChange, RulePreview, RuleRevision
from kechuang.office.policies.queries.runs import root
from kechuang.office.policies.rules import SUBJECT, holds_here, rulebook
from kechuang.office.policies.telling import VIEW_RULE
from kechuang.rulebook.book import Rulebook, in_force
from kechuang.rulebook.model import Rule


def visible(actor: Actor) -> QuerySet[RuleRevision]:
    """The revisions that an actor sees, with region and document.

    A revision is of the whole installation; whoever works in a part of it sees it too.
    """
    rows = RuleRevision.objects.select_related("region", "document")
    if actor.reach(VIEW_RULE) is not Reach.REGION or not actor.region:
        return limit(rows, actor, VIEW_RULE)
    codes = actor.region.strip("/").split("/")
    return rows.filter(Q(region__path__startswith=actor.region) | Q(region__code__in=codes[:-1]))


def rules_here(book: Rulebook | None = None) -> list[Rule]:
    """The versions of the rules about enterprises that hold for all or some of those here."""
    rules = [rule for rule in book or rulebook() if rule.subject == SUBJECT]
    return holds_here(rules, root().path)


def holds(rule: Rule) -> bool:
    """Whether a version is one that this installation may revise."""
    return rule.subject == SUBJECT and bool(holds_here([rule], root().path))


def is_now(rule: Rule, day: date) -> str:
    """Whether a version is in force on a day, or when: `now`, `later` or `over`."""
    if in_force(rule, day):
        return "now"
    return "later" if rule.since > day else "over"


def revisions_of(actor: Actor, code: str) -> QuerySet[RuleRevision]:
    """The revisions of a rule, newest first."""
    return visible(actor).filter(rule=code)


def preview_of(row: RuleRevision) -> RulePreview | None:
    """The newest finished preview of exactly the text that a revision has now."""
    made = RulePreview.objects.select_related("run").filter(revision=row, digest=row.digest)
    return made.exclude(ended_at=None).order_by("-pk").first()


def open_preview(row: RuleRevision) -> RulePreview | None:
    """A preview of the present text that a job is still working on."""
    made = RulePreview.objects.filter(revision=row, digest=row.digest, ended_at=None)
    return made.exclude(job=None).order_by("-pk").first()


def preview_changes(actor: Actor) -> QuerySet[PreviewChange]:
    """The enterprises in reach whose verdict would be another, of all previews."""
    rows = PreviewChange.objects.select_related("party__region", "preview__revision")
    return limit(rows, actor, VIEW_RULE)


def documents(actor: Actor) -> QuerySet[PolicyDocument]:
    """The documents that a revision can stand on."""
    del actor  # documents are public: who may see any may see all
    return PolicyDocument.objects.order_by("-issued_on", "-pk")


def address_of(row: RuleRevision) -> str:
    """Where a revision is seen."""
    return reverse("policies:revision", args=[row.pk])


def address(actor: Actor, key: str) -> str | None:
    """Where a revision is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("policies:revision", args=[key])
    return None


def address_of_job(job: Job) -> str | None:
    """Where the preview that a job worked out is seen."""
    key = job.arguments.get("revision")
    return reverse("policies:revision", args=[key]) if key else None
