"""Reading users and memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import Role, matrix
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.regions.models import Installation
from kechuang.office.regions.queries import installation

ENTERPRISE = "enterprise_user"
FACTOR_GROUPS = {
    Installation.SecondFactor.ADMINISTRATORS: {"administration"},
    Installation.SecondFactor.BUREAU: {"administration", "bureau"},
    Installation.SecondFactor.EVERYBODY: {"administration", "bureau", "partner", "outside"},
    Installation.SecondFactor.NOBODY: set(),
}


def in_force(day: date) -> Q:
    """The memberships that hold on a day."""
    return Q(revoked_at=None, since__lte=day) & (Q(until=None) | Q(until__gte=day))


def memberships_in_force(user: User, day: date) -> QuerySet[Membership]:
    """The memberships that a user holds on a day."""
    return (
        Membership.objects.filter(user=user)
        .filter(in_force(day))
        .select_related("user", "region", "party")
    )


def visible_users(actor: Actor) -> QuerySet[User]:
    """The users whose accounts an actor may see."""
    return limit(User.objects.select_related("region"), actor, "account.view")


def memberships_of(actor: Actor, user: User) -> QuerySet[Membership]:
    """All that a user holds or held, as far as the actor reaches; those in force first."""
    rows = Membership.objects.filter(user=user).select_related("user", "region", "party")
    return limit(rows, actor, "account.view").order_by("-revoked_at", "until", "pk")


def visible_sessions(actor: Actor, user: User) -> QuerySet[UserSession]:
    """The sign-ins of a user whose account an actor reaches with the right to see them."""
    reached = limit(User.objects.filter(pk=user.pk), actor, "session.view")
    return UserSession.objects.filter(user__in=reached).select_related("user__region")


def switched_off(membership: Membership | None) -> bool:
    """Whether this installation has no pages for such a role."""
    if membership is None or membership.role != ENTERPRISE:
        return False
    here = installation()
    return here is None or not here.enterprise_pages


def factor_needed(memberships: list[Membership], here: Installation | None) -> bool:
    """Whether the installation asks one of these roles for a second factor."""
    if here is None:
        return False
    groups = FACTOR_GROUPS[Installation.SecondFactor(here.second_factor)]
    return any(matrix().roles[each.role].group in groups for each in memberships)


def failures(username: str) -> int:
    """How many wrong passwords are counted against a user now."""
    recent = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(username=username, attempt_time__gte=recent)
    return rows.aggregate(found=Sum("failures_since_start"))["found"] or 0


@dataclass(frozen=True, slots=True)
class Help:
    """Who can help somebody who was refused: the roles that may, and who grants them."""

    roles: tuple[Role, ...]
    granters: tuple[str, ...]


def who_can_help(actor: Actor, verb: str) -> Help:
    """The roles that have a verb, and the names of those who could grant one to this actor."""
    return Help(matrix().holders(verb), granters("membership.grant", actor.region))


def granters(verb: str, path: str) -> tuple[str, ...]:
    """The active people who may do this in a region, those of the nearest region first."""
    roles = [role.code for role in matrix().holders(verb)]
    rows = (
        Membership.objects.filter(in_force(timezone.localdate()), role__in=roles)
        .filter(user__is_active=True)
        .select_related("user", "region")
    )
    near = [row for row in rows if path.startswith(row.region.path)]
    near.sort(key=lambda row: (-len(row.region.path), row.user.username))
    return tuple(dict.fromkeys(f"{row.user.name}（{row.region.name}）" for row in near))
