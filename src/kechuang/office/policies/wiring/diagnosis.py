"""How a diagnosis is reached: from the dossier, and from the first page of an enterprise."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.slots import Item, MorningItems, PartyAct, morning_items, party_acts
from kechuang.office.policies.queries import diagnosis
from kechuang.office.policies.telling import DIAGNOSE


def fill() -> None:
    """A button on the dossier, a line on the first page of an enterprise."""
    party_acts.fill(PartyAct("diagnosis", _("政策诊断"), 30, DIAGNOSE, _address))
    morning_items.fill(MorningItems("policies", _("政策"), 60, items))


def _address(code: str) -> str:
    return reverse("policies:diagnosis", args=[code])


def items(actor: Actor) -> Iterator[Item]:
    """The way of an enterprise to its own diagnosis."""
    if actor.reach(DIAGNOSE) is not Reach.PARTY:
        return
    if diagnosis.visible(actor).exists():
        yield Item(_now("看看本企业现在符合哪些政策、还差什么"), _address(actor.party))
