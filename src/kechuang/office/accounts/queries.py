"""Reading users and memberships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import Role, matrix
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import in_brackets
from kechuang.office.ground.slots import Hit, Item
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
    held = user.memberships  # type: ignore[attr-defined] - from its side each knows its user
    return held.filter(in_force(day)).select_related("region", "party")


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


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds among people."""
    found = visible_users(actor).filter(Q(name__icontains=text) | Q(username__icontains=text))
    for user in found[:most]:
        where = user.region.name if user.region else ""
        url = reverse("accounts:record", args=[user.username])
        yield Hit(user.name, _("账号"), url, f"{user.username} {where}")


def address(actor: Actor, username: str) -> str | None:
    """Where a user is seen, None where the actor may not."""
    if visible_users(actor).filter(username=username).exists():
        return reverse("accounts:record", args=[username])
    return None


def morning(actor: Actor) -> Iterator[Item]:
    """What waits for the administrators: people without a role, and locked names."""
    if actor.reach("membership.grant"):
        yield from _without_role(actor)
    if actor.reach("lockout.lift"):
        yield from _locked(actor)


def _without_role(actor: Actor) -> Iterator[Item]:
    reached = limit(User.objects.filter(is_active=True), actor, "membership.grant")
    held = Membership.objects.filter(in_force(timezone.localdate())).values("user")
    waiting = reached.exclude(pk__in=held).count()
    people = reverse("accounts:list")
    if waiting:
        text = gettext("%(count)d个账号还没有角色，等着授予") % {"count": waiting}
        yield Item(text, f"{people}?role=none", waiting)


def _locked(actor: Actor) -> Iterator[Item]:
    recent = timezone.now() - settings.AXES_COOLOFF_TIME
    counted = AccessAttempt.objects.filter(attempt_time__gte=recent).values("username")
    many = counted.annotate(
        most=Max("failures_since_start"), all=Sum("failures_since_start")
    ).filter(Q(most__gte=settings.AXES_FAILURE_LIMIT) | Q(all__gte=settings.LOCK_BY_NAME))
    liftable = limit(User.objects.all(), actor, "lockout.lift")
    for user in liftable.filter(username__in=many.values("username"))[:5]:
        text = gettext("%(name)s的账号因多次输错已锁定") % {"name": user.name}
        yield Item(text, reverse("accounts:record", args=[user.username]), state="late")


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
    near = holders(verb, path)
    return tuple(dict.fromkeys(row.user.name + in_brackets(row.region.name) for row in near))


def nearest(verb: str, path: str) -> tuple[str, ...]:
    """The user names of those who may do this in a region, of the nearest region that has any."""
    near = holders(verb, path)
    return tuple(dict.fromkeys(row.user.username for row in near if row.region == near[0].region))


def holders(verb: str, path: str) -> list[Membership]:
    """The roles in force that may do this in a region, those of the nearest region first."""
    roles = [role.code for role in matrix().holders(verb)]
    rows = (
        Membership.objects.filter(in_force(timezone.localdate()), role__in=roles)
        .filter(user__is_active=True)
        .select_related("user", "region")
    )
    near = [row for row in rows if path.startswith(row.region.path)]
    return sorted(near, key=lambda row: (-len(row.region.path), row.user.username))
