"""When two organisations turn out to be one: what was worked out of the one that goes."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import MergeRule
from kechuang.office.parties.models import Party
from kechuang.office.policies.models import (
    Climber,
    GoalFirm,
    PoolEntry,
    PreviewChange,
    Prospect,
    VerdictChange,
)
from kechuang.office.policies.services.pool import end_entry
from kechuang.office.policies.telling import pool_line


def move(actor: Actor, goes: str, stays: str) -> None:
    """Let the changed verdicts of `goes` be told of `stays`; its distances no longer hold.

    Where both changed in one run, that of `stays` counts. Its entries of the pool go along. The
    caller has asked for permission.
    """
    survivor = Party.objects.select_related("region").get(code=stays)
    theirs = VerdictChange.objects.filter(party=survivor).order_by()
    for row in VerdictChange.objects.filter(party__code=goes).order_by("pk"):
        if theirs.filter(run=row.run, rule=row.rule).exists():
            row.delete()
        else:
            row.party = survivor
            row.save(update_fields=["party"])
    Prospect.objects.filter(party__code=goes).delete()
    Climber.objects.filter(party__code=goes).delete()
    GoalFirm.objects.filter(party__code=goes).delete()
    PreviewChange.objects.filter(party__code=goes).delete()
    _move_pool(actor, goes, survivor)


def _move_pool(actor: Actor, goes: str, survivor: Party) -> None:
    """Let entries of the pool be those of the survivor; of two open ones for a rung its own stays.

    The other one ends on this day, and says so.
    """
    theirs = PoolEntry.objects.filter(party=survivor, ended_on=None)
    kept = set(theirs.order_by().values_list("rung", flat=True))
    lines: list[audit.Line] = []
    rows = PoolEntry.objects.select_for_update(of=("self",)).filter(party__code=goes).order_by("pk")
    for row in rows:
        changes: dict[str, Any] = {"party": (goes, survivor.code)}
        row.party = survivor
        if row.ended_on is None and row.rung in kept:
            changes |= end_entry(row, PoolEntry.End.MERGED, timezone.localdate(), "")
        else:
            row.save(update_fields=["party"])
        lines.append(pool_line("pool.moved", row, changes))
    if lines:
        audit.record_all(actor, lines)


RULE: Final = MergeRule(
    "policies",
    45,
    (
        "policies.VerdictChange.party",
        "policies.Prospect.party",
        "policies.Climber.party",
        "policies.GoalFirm.party",
        "policies.PreviewChange.party",
        "policies.PoolEntry.party",
    ),
    move,
)
