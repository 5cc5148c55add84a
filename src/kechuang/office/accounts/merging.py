"""When two organisations turn out to be one, the roles held for the one go on for the other."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from kechuang.office.accounts.models import ApiToken, Membership
from kechuang.office.accounts.queries import in_force
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import MergeRule, SourceRef
from kechuang.office.parties.models import Party


def move(actor: Actor, goes: str, stays: str) -> None:
    """Let the roles held for `goes` be held for `stays`, by the codes of the parties.

    Where somebody holds the same role for both, the one for `goes` ends, with its tokens. The
    caller has asked for permission; each user's record tells of it.
    """
    survivor = Party.objects.get(code=stays)
    rows = list(
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "region", "party")
        .filter(party__code=goes)
        .order_by("pk")
    )
    theirs = Membership.objects.filter(party=survivor)
    held = {_key(row) for row in theirs.filter(in_force(timezone.localdate()))}
    given = {(*_key(row), row.since) for row in theirs.filter(revoked_at=None)}
    now = timezone.now()
    lines = []
    for row in rows:
        changes: dict[str, tuple[audit.Plain, audit.Plain]] = {
            "party": (row.party.name if row.party else None, survivor.name)
        }
        twice = _key(row) in held or (*_key(row), row.since) in given
        if row.revoked_at is None and twice:
            row.revoked_at, row.revoked_by = now, actor.code
            ApiToken.objects.filter(membership=row, revoked_at=None).update(revoked_at=now)
            changes["role"] = (row.role, None)
        row.party = survivor
        row.save(update_fields=["party", "revoked_at", "revoked_by"])
        lines.append(
            audit.Line(
                "membership.moved",
                SourceRef("user", row.user.username),
                row.user.name,
                Place(row.region.path, stays, row.user.username),
                changes,
            )
        )
    if lines:
        audit.record_all(actor, lines)


def _key(row: Membership) -> tuple[object, ...]:
    return (row.user_id, row.role, row.region_id)  # type: ignore[attr-defined]


RULE: Final = MergeRule("accounts", 30, ("accounts.Membership.party",), move)
