"""How a diagnosis is reached from the dossier."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.slots import PartyAct, party_acts
from kechuang.office.policies.telling import DIAGNOSE


def fill() -> None:
    """A button on the dossier; the first page of a role has its own way there."""
    party_acts.fill(PartyAct("diagnosis", _("政策诊断"), 30, DIAGNOSE, _address))


def _address(code: str) -> str:
    return reverse("policies:diagnosis", args=[code])
