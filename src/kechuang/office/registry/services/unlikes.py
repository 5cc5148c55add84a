"""Saying of two records that look like one that they are not, and taking that back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Person, Unlike
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.services.merging import LEAST_REASON

LONGEST = 200


def verb_of(party: Party) -> str:
    """What whoever holds two records apart must be allowed: the same as for merging them."""
    is_person = Person.objects.filter(party=party).exists()
    return "person.change" if is_person else "organisation.merge"


def mark_unlike(actor: Actor, one: Party, other: Party, reason: str) -> Unlike:
    """Keep that two parties are not the same, so that the pair does not come up again.

    The actor must reach both. Raises `ValidationError` without a reason, or of one party alone.
    """
    first, second = sorted((one, other), key=lambda each: each.pk)
    why = reason.strip()[:LONGEST]
    if first == second:
        raise ValidationError(_("请选择两份不同的档案。"))
    if len(why) < LEAST_REASON:
        words = _("请写明为什么不是同一家（至少%(least)s个字），以后的人会看到。")
        raise ValidationError({"reason": words % {"least": LEAST_REASON}})
    verb = verb_of(first)
    with acting(actor, verb, place_of(first)):
        require(actor, verb, place_of(second))
        row, made = Unlike.objects.get_or_create(
            party=first, other=second, defaults={"reason": why, "decided_by": actor.code}
        )
        if made:
            _record(actor, "unlike.mark", row, {"reason": (None, why)}, why)
    return row


def lift_unlike(actor: Actor, row: Unlike) -> None:
    """Take it back: the pair may come up again."""
    verb = verb_of(row.party)
    with acting(actor, verb, place_of(row.party)):
        require(actor, verb, place_of(row.other))
        _record(actor, "unlike.lift", row, {"reason": (row.reason, None)}, "")
        row.delete()


def _record(actor: Actor, action: str, row: Unlike, changes: audit.Changes, reason: str) -> None:
    name = f"{row.party.name} ≠ {row.other.name}"
    subject = SourceRef("unlike", f"{row.party.code} {row.other.code}")
    audit.record(actor, audit.Line(action, subject, name, place_of(row.party), changes, reason))
