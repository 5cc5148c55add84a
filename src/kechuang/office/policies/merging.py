"""When two organisations turn out to be one: what was worked out of the one that goes."""

from __future__ import annotations

from typing import Final

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import MergeRule
from kechuang.office.parties.models import Party
from kechuang.office.policies.models import GoalFirm, Prospect, VerdictChange


def move(_actor: Actor, goes: str, stays: str) -> None:
    """Let the changed verdicts of `goes` be told of `stays`; its distances no longer hold.

    Where both changed in one run, that of `stays` counts. The caller has asked for permission.
    """
    survivor = Party.objects.get(code=stays)
    theirs = VerdictChange.objects.filter(party=survivor).order_by()
    for row in VerdictChange.objects.filter(party__code=goes).order_by("pk"):
        if theirs.filter(run=row.run, rule=row.rule).exists():
            row.delete()
        else:
            row.party = survivor
            row.save(update_fields=["party"])
    Prospect.objects.filter(party__code=goes).delete()
    GoalFirm.objects.filter(party__code=goes).delete()


RULE: Final = MergeRule(
    "policies",
    45,
    ("policies.VerdictChange.party", "policies.Prospect.party", "policies.GoalFirm.party"),
    move,
)
