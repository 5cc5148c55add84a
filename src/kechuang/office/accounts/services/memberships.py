"""Roles: granted and revoked, with the rules about who may not hold what together."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import ApiToken, Membership, User
from kechuang.office.accounts.permissions import Role, matrix
from kechuang.office.accounts.separation import Held, conflict
from kechuang.office.accounts.services.people import place_of
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import Reason, Refusal, acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.queries import installation

GRANT = "membership.grant"
REVOKE = "membership.revoke"


def grant_membership(
    actor: Actor,
    user: User,
    role: str,
    region: Region,
    *,
    party: Party | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Membership:
    """Give a user a role in a region. Raises `Refusal` with the rule that stands against it.

    Raises `ValidationError` where the party does not fit the role or the dates do not fit.
    """
    place = Place(region.path, party.code if party else "", user.username)
    membership = Membership(
        user=user,
        role=role,
        region=region,
        party=party,
        since=since or timezone.localdate(),
        until=until,
        granted_by=actor.code,
    )
    with acting(actor, GRANT, place):
        require(actor, GRANT, place_of(user))
        if actor.code == user.username:
            raise Refusal(
                GRANT, Reason.SEPARATION, _("任何人不能给自己授予角色，请另一位安全管理员办理。")
            )
        _fits(membership)
        # Two grants to one person wait for each other here, so that neither misses the other.
        User.objects.select_for_update().get(pk=user.pk)
        _keeps_apart(membership)
        _not_twice(membership)
        membership.save()
        audit.record(actor, _line("membership.granted", membership, _granted(membership)))
    return membership


def _fits(membership: Membership) -> None:
    role = matrix().roles.get(membership.role)
    if role is None:
        raise ValidationError({"role": _("没有“%(role)s”这个角色。") % {"role": membership.role}})
    if membership.until and membership.until < membership.since:
        raise ValidationError(
            {"until": _("止日 %(until)s 早于起日 %(since)s，请改止日。")
             % {"until": membership.until, "since": membership.since}}
        )  # fmt: skip
    problem = _party_problem(role, membership.party, membership.region)
    if problem:
        raise ValidationError({"party": problem})


def _party_problem(role: Role, party: Party | None, region: Region) -> str:
    kinds = "、".join(str(Party.Kind(kind).label) for kind in role.speaks_for)
    if party is None:
        # In the bureau the region says which bureau; anybody else speaks for a named one.
        needs = role.speaks_for and role.group != "administration" and role.group != "bureau"
        return (
            _("“%(role)s”代表一个单位，请选择%(kinds)s。") % {"role": role.name, "kinds": kinds}
            if needs
            else ""
        )
    if party.kind not in role.speaks_for:
        if not role.speaks_for:
            return _("“%(role)s”不代表单位，请把单位留空。") % {"role": role.name}
        return _("“%(role)s”代表%(kinds)s，“%(party)s”是%(kind)s。请另选单位。") % {
            "role": role.name,
            "kinds": kinds,
            "party": party.name,
            "kind": party.get_kind_display(),  # type: ignore[attr-defined]
        }
    if not party.region.path.startswith(region.path):
        return _("“%(party)s”不在%(region)s内。请另选单位或区划。") % {
            "party": party.name,
            "region": region.name,
        }
    return ""


def is_small() -> bool:
    """Whether this is a bureau of three to five people."""
    here = installation()
    return here is not None and here.size == Installation.Size.SMALL


def _held(user: User) -> list[Held]:
    rows = Membership.objects.filter(user=user, revoked_at=None)
    return [Held(row.role, row.since, row.until) for row in rows]


def _keeps_apart(membership: Membership) -> None:
    new = Held(membership.role, membership.since, membership.until)
    found = conflict(new, _held(membership.user), small=is_small())
    if found is None:
        return
    rule, other = found
    roles = matrix().roles
    held = _("%(name)s已是“%(held)s”，同一时期不能再任“%(new)s”：%(why)s。")
    text = held % {
        "name": membership.user.name,
        "held": roles[other.role].name,
        "new": roles[membership.role].name,
        "why": rule.why,
    }
    mend = (
        _("这一条在小型局也不放宽。请授予另一个人。")
        if rule.always
        else _("请先收回原角色，或授予另一个人；人手确实不足时，系统设置可改为“小型局”。")
    )
    raise Refusal(GRANT, Reason.SEPARATION, text + mend)


def _not_twice(membership: Membership) -> None:
    same = Membership.objects.filter(
        user=membership.user,
        role=membership.role,
        region=membership.region,
        party=membership.party,
        revoked_at=None,
    )
    new = Held(membership.role, membership.since, membership.until)
    for row in same:
        if new.overlaps(Held(row.role, row.since, row.until)):
            raise ValidationError(
                _("%(name)s在%(region)s已有这个角色（自 %(since)s 起），不用再授予。")
                % {
                    "name": membership.user.name,
                    "region": membership.region.name,
                    "since": row.since,
                }
            )


def revoke_membership(actor: Actor, membership: Membership, reason: str = "") -> None:
    """Take a role back at once, with the tokens that act in it."""
    place = Place(
        membership.region.path,
        membership.party.code if membership.party else "",
        membership.user.username,
    )
    with acting(actor, REVOKE, place):
        if actor.code == membership.user.username:
            raise Refusal(
                REVOKE, Reason.SEPARATION, _("不能收回自己的角色，请另一位安全管理员办理。")
            )
        row = Membership.objects.select_for_update().get(pk=membership.pk)
        if row.revoked_at is not None:
            raise ValidationError(_("这个角色已在 %(when)s 收回。") % {
                "when": timezone.localtime(row.revoked_at).strftime("%Y-%m-%d %H:%M")
            })  # fmt: skip
        membership.revoked_at = timezone.now()
        membership.revoked_by = actor.code
        membership.save(update_fields=["revoked_at", "revoked_by"])
        ApiToken.objects.filter(membership=membership, revoked_at=None).update(
            revoked_at=membership.revoked_at
        )
        changes = {name: (old, None) for name, (_none, old) in _granted(membership).items()}
        audit.record(actor, _line("membership.revoked", membership, changes, reason))


def _granted(membership: Membership) -> dict[str, tuple[str | None, str | None]]:
    values = {
        "role": matrix().roles[membership.role].name,
        "region": membership.region.name,
        "party": membership.party.name if membership.party else None,
        "since": membership.since.isoformat(),
        "until": membership.until.isoformat() if membership.until else None,
    }
    return {name: (None, value) for name, value in values.items() if value is not None}


def _line(
    action: str,
    membership: Membership,
    changes: audit.Changes,
    reason: str = "",
) -> audit.Line:
    user = membership.user
    place = Place(
        membership.region.path, membership.party.code if membership.party else "", user.username
    )
    # The subject is the user, so that the record of the user tells of their roles too.
    source = SourceRef("user", user.username)
    return audit.Line(action, source, name=user.name, place=place, changes=changes, reason=reason)
