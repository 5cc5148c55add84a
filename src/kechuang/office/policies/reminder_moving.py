"""Reminders and messages of a firm go along when it moves or turns out to be another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.policies.models import FirmMessage, ReminderEvent

COVERS: Final = ("policies.ReminderEvent.party", "policies.FirmMessage.party")


def move(_actor: Actor, goes: str, stays: str) -> None:
    """Let what was told of `goes` be told of `stays`. The caller has asked for permission.

    Where one sending told both of one cause, the message to `stays` counts.
    """
    survivor = Party.objects.select_related("region").get(code=stays)
    events = ReminderEvent.objects.filter(party__code=goes)
    events.update(party=survivor, region=survivor.region)
    theirs = set(
        FirmMessage.objects.filter(party=survivor).order_by().values_list("sending_id", "cause")
    )
    for row in FirmMessage.objects.filter(party__code=goes).order_by("pk"):
        if (row.sending.pk, row.cause) in theirs:
            row.delete()
        else:
            row.party = survivor
            row.save(update_fields=["party"])


def follow(_actor: Actor, code: str, changes: Mapping[str, tuple[object, object]]) -> None:
    """The events of a firm that moved belong where it is now."""
    if "region" in changes:
        party = Party.objects.select_related("region").get(code=code)
        ReminderEvent.objects.filter(party=party).update(region=party.region)
