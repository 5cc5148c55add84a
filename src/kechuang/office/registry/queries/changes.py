"""What was changed of an organisation and all its records, as the trail holds it."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import MOST, Step
from kechuang.office.ground.models import AuditEvent
from kechuang.office.registry.queries.merging import merged_codes

SEEN: Final = {
    "party": "organisation.view",
    "organisation": "organisation.view",
    "document": "organisation.view",
    "fact": "fact.view",
    "doubt": "fact.view",
    "qualification": "qualification.view",
    "property": "property.view",
    "platform": "platform.view",
    "person": "person.view",
    "instrument": "instrument.view",
    "agreement": "agreement.view",
    "proposal": "proposal.view",
}
"""How the actions begin that a dossier tells, and the verb of those who may see them."""


def changes(actor: Actor, code: str) -> list[Step]:
    """The latest changes of a party's records that the actor may see, newest first.

    What happened to records that were merged into it is told too.
    """
    seen = [prefix for prefix, verb in SEEN.items() if actor.reach(verb) is not None]
    if not seen:
        return []
    told = reduce(or_, (Q(action__startswith=f"{prefix}.") for prefix in seen))
    codes = [code, *merged_codes(code)]
    events = AuditEvent.objects.filter(told, party__in=codes, outcome=AuditEvent.Outcome.DONE)
    events = events.exclude(action__endswith=".export")
    return [_step(event) for event in events.order_by("-sequence")[:MOST]]


def _step(event: AuditEvent) -> Step:
    kind = event.subject_kind
    action = words.action(event.action)
    if kind not in ("party", "organisation"):
        named = event.subject_name or event.subject_key
        action = _("%(action)s“%(name)s”") % {"action": action, "name": named}
    return Step(
        event.at,
        event.actor_name or event.actor_code,
        action,
        tuple(
            (words.field(kind, name), words.value(kind, name, old), words.value(kind, name, new))
            for name, (old, new) in sorted(event.changes.items())
        ),
    )
