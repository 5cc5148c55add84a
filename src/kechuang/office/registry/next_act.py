"""The one thing that somebody should do next with an organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import Item
from kechuang.office.registry.models import (
    Doubt,
    Organisation,
    Proposal,
    Qualification,
    YearlyFact,
)
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries.fact_lists import year_due
from kechuang.office.registry.queries.qualifications import on_day, standing_is

Act = Callable[[Organisation], Item | None]


def next_act(actor: Actor, organisation: Organisation) -> Item | None:
    """What is most urgent of what the actor may do here; None where nothing waits."""
    place = place_of(organisation.party)
    found = (act(organisation) for verb, act in ACTS if actor.reaches(verb, place))
    return next((item for item in found if item), None)


def _proposals(organisation: Organisation) -> Item | None:
    waiting = Proposal.objects.filter(party=organisation.pk, state=Proposal.State.PROPOSED)
    count = waiting.count()
    text = ngettext("受理%(count)d条更正申请", "受理%(count)d条更正申请", count) % {"count": count}
    return Item(text, "?tab=proposals", count) if count else None


def _doubts(organisation: Organisation) -> Item | None:
    count = Doubt.objects.filter(party=organisation.pk, state=Doubt.State.OPEN).count()
    text = ngettext("核实%(count)d个存疑的值", "核实%(count)d个存疑的值", count) % {"count": count}
    return Item(text, "?tab=doubts", count, state="late") if count else None


def _titles(organisation: Organisation) -> Item | None:
    titles = on_day(Qualification.objects.filter(party=organisation.pk), timezone.localdate())
    ending = standing_is(titles, "expiring").order_by("expires_on", "pk")
    first = ending.values_list("expires_on", flat=True).first()
    if first is None:
        return None
    text = _("有称号%(day)s到期，准备重新申报") % {"day": first.isoformat()}
    return Item(text, "?tab=titles", due=first, state="soon")


def _facts(organisation: Organisation) -> Item | None:
    works = organisation.status == Organisation.Status.ACTIVE
    if not works or organisation.kind != Organisation.Kind.ENTERPRISE:
        return None
    if YearlyFact.objects.filter(party=organisation.pk, year=year_due()).exists():
        return None
    return Item(_("补录%(year)d年数据") % {"year": year_due()}, "?tab=facts")


def _code(organisation: Organisation) -> Item | None:
    if organisation.credit_code or organisation.kind != Organisation.Kind.ENTERPRISE:
        return None
    url = reverse("registry:organisation_change", args=[organisation.party.code])
    return Item(_("补登统一社会信用代码"), url)


ACTS: Final[tuple[tuple[str, Act], ...]] = (
    ("proposal.decide", _proposals),
    ("fact.change", _doubts),
    ("organisation.change", _code),
    ("qualification.change", _titles),
    ("fact.change", _facts),
)
"""What may wait, the most urgent in front, and the verb of those whom it concerns."""
