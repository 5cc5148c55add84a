"""When two organisations turn out to be one, what lists said of the one is said of the other."""

from __future__ import annotations

from typing import Final

from kechuang.office.desk.models import ActChange, ComparedRow, NameDecision
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import MergeRule
from kechuang.office.parties.models import Party


def move(actor: Actor, goes: str, stays: str) -> None:
    """Let entries, decisions and changes of `goes` be those of `stays`; the merge itself is told.

    Where an act treated both, the survivor's change counts for an undo.
    """
    survivor = Party.objects.get(code=stays)
    for model in (ComparedRow, NameDecision):
        model.objects.filter(party__code=goes).update(party=survivor)
    treated = ActChange.objects.filter(party=survivor).values("act")
    moving = ActChange.objects.filter(party__code=goes)
    moving.filter(act__in=treated).delete()
    moving.update(party=survivor)


RULE: Final = MergeRule(
    "comparisons",
    50,
    (
        "desk.ComparedRow.party", "desk.NameDecision.party", "desk.ActChange.party",
    ),
    move,
)  # fmt: skip
