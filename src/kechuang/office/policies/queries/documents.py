"""Reading policy documents. They are public: whoever may see any may see all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.searching import holds
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit, Text
from kechuang.office.policies.models import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.rules import codes_of, holds_here, rulebook, shipped
from kechuang.office.policies.telling import MANAGE_POLICY, VIEW_POLICY
from kechuang.office.regions.queries import installation

STANDINGS: Final[Mapping[str, Text]] = {
    "in_force": _("现行有效"),
    "pending": _("尚未施行"),
    "expired": _("已过有效期"),
    "superseded": _("已被取代"),
}
COLOURS: Final = {"in_force": "done", "pending": "soon", "expired": "late", "superseded": "late"}


def visible(actor: Actor) -> QuerySet[PolicyDocument]:
    """The documents that an actor may see, with region and successor."""
    return limit(_whole(), actor, VIEW_POLICY)


def changeable(actor: Actor) -> QuerySet[PolicyDocument]:
    """The documents that an actor keeps."""
    return limit(_whole(), actor, MANAGE_POLICY)


def _whole() -> QuerySet[PolicyDocument]:
    return PolicyDocument.objects.select_related("region", "file", "superseded_by")


def clauses_of(document: PolicyDocument) -> list[PolicyClause]:
    """The clauses of a document in their order."""
    return list(PolicyClause.objects.filter(document=document).order_by("order"))


def rules_of(documents: Iterable[PolicyDocument]) -> dict[int, list[str]]:
    """The ids of the rules that stand on each document, by its key. One query."""
    found: dict[int, list[str]] = {each.pk: [] for each in documents}
    rows = PolicyRule.objects.filter(document__in=found).order_by("rule")
    for key, rule in rows.values_list("document", "rule"):
        found[key].append(rule)
    return found


def rule_names() -> dict[str, str]:
    """The name of every rule of the rulebook by its id, that of the newest version."""
    return {rule.id: rule.name for rule in shipped()}


def offered_rules() -> dict[str, str]:
    """The names of the rules that can hold in this installation, of any version, by id."""
    here = installation()
    rules = list(shipped())
    found = holds_here(rules, here.root.path) if here else rules
    return {rule.id: rule.name for rule in found}


def of_rules(ids: Iterable[str], path: str) -> dict[str, list[PolicyDocument]]:
    """The documents behind rules that hold in the region of a path, by the id of the rule.

    Those that still stand come first. Everybody may be told: it is asked for pages of the public
    too. One query.
    """
    rows = (
        PolicyRule.objects.filter(rule__in=list(ids), document__region__code__in=codes_of(path))
        .select_related("document__superseded_by")
        .order_by("-document__issued_on", "-document__pk")
    )
    today = timezone.localdate()
    found: dict[str, list[PolicyDocument]] = {}
    for row in sorted(rows, key=lambda each: standing(each.document, today) != "in_force"):
        found.setdefault(row.rule, []).append(row.document)
    return found


def standing(document: PolicyDocument, day: date | None = None) -> str:
    """How a document stands on a day, today where none is said: what `standing_is` finds."""
    on = day or timezone.localdate()
    if document.superseded_on is not None and document.superseded_on <= on:
        return "superseded"
    if document.expires_on is not None and document.expires_on < on:
        return "expired"
    return "pending" if document.in_force_on > on else "in_force"


def state_of(document: PolicyDocument) -> State:
    """How a document stands today, as a badge."""
    found = standing(document)
    return State(COLOURS[found], STANDINGS[found])


def standing_is(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """The documents that stand so today."""
    today = timezone.localdate()
    superseded = Q(superseded_on__lte=today, superseded_on__isnull=False)
    expired = Q(expires_on__lt=today, expires_on__isnull=False)
    pending = Q(in_force_on__gt=today)
    conditions = {
        "superseded": superseded,
        "expired": expired & ~superseded,
        "pending": pending & ~superseded & ~expired,
        "in_force": ~pending & ~superseded & ~expired,
    }
    return rows.filter(conditions[wanted])


def for_rule(rows: QuerySet[Any], rule: str) -> QuerySet[Any]:
    """The documents that a rule stands on."""
    return rows.filter(Exists(PolicyRule.objects.filter(document=OuterRef("pk"), rule=rule)))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The documents by a part of title, number, issuer or text."""
    found = holds("title", text) | holds("number", text) | holds("issuer", text)
    return rows.filter(found | holds("text", text))


def successors(actor: Actor, document: PolicyDocument) -> QuerySet[PolicyDocument]:
    """What may stand in the place of a document: not itself, nor what it took the place of."""
    before = [document.pk]
    waiting = [document.pk]
    while waiting:
        rows = PolicyDocument.objects.filter(superseded_by__in=waiting).exclude(pk__in=before)
        waiting = list(rows.order_by().values_list("pk", flat=True))
        before += waiting
    return visible(actor).exclude(pk__in=before).order_by("-issued_on", "-pk")


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(visible(actor), text).order_by("-issued_on", "-pk")[:most]:
        told = f"{row.number or row.issuer} {state_of(row)}"
        yield Hit(row.title, _("政策文件"), document_address(row), told)


def address(actor: Actor, key: str) -> str | None:
    """Where a document is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("policies:document", args=[key])
    return None


def document_address(document: PolicyDocument) -> str:
    """Where a document is seen."""
    return reverse("policies:document", args=[document.pk])


def quoting(number: str) -> Sequence[str]:
    """The ids of the rules whose files quote a document of this number."""
    if not number:
        return []
    found = (rule.id for rule in rulebook() for each in rule.documents if each.number == number)
    return sorted(set(found))
