"""The list of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import in_force, visible_users
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.showing import State, in_brackets
from kechuang.office.regions.filters import by_region

STATES = {
    "active": _("在用"),
    "first": _("待首次登录"),
    "stopped": _("已停用"),
    "unused": _("90天未登录"),
}


def _rows(actor: Actor) -> QuerySet[User]:
    held = Membership.objects.filter(in_force(timezone.localdate())).select_related("region")
    return visible_users(actor).prefetch_related(Prefetch("memberships", held, "held"))


def state_of(user: User) -> State:
    """Whether an account is in use, waits for its first sign-in, or is stopped."""
    if not user.is_active:
        return State("normal", STATES["stopped"])
    if user.last_login is None:
        return State("todo", STATES["first"])
    return State("done", STATES["active"])


def _roles(user: User) -> list[str]:
    roles = matrix().roles
    held = user.held  # type: ignore[attr-defined] - fetched beside
    return [
        gettext(roles[each.role].name) + in_brackets(each.region.short_name) for each in held
    ] or [gettext("没有角色")]


def _role_choices(actor: Actor) -> Iterable[tuple[str, str]]:
    return [
        *((each.code, gettext(each.name)) for each in matrix().roles.values()),
        ("none", gettext("没有角色")),
    ]


def _by_role(queryset: QuerySet[User], role: str) -> QuerySet[User]:
    held = Membership.objects.filter(in_force(timezone.localdate()))
    if role == "none":
        return queryset.exclude(pk__in=held.values("user"))
    return queryset.filter(pk__in=held.filter(role=role).values("user"))


def _state_choices(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(code, str(name)) for code, name in STATES.items()]


def _by_state(queryset: QuerySet[User], state: str) -> QuerySet[User]:
    long_ago = timezone.now() - timedelta(days=90)
    conditions = {
        "active": Q(is_active=True, last_login__isnull=False),
        "first": Q(is_active=True, last_login=None),
        "stopped": Q(is_active=False),
        "unused": Q(is_active=True, last_login__lt=long_ago)
        | Q(is_active=True, last_login=None, created_at__lt=long_ago),
    }
    return queryset.filter(conditions[state])


def _search(queryset: QuerySet[User], text: str) -> QuerySet[User]:
    return queryset.filter(Q(name__icontains=text) | Q(username__icontains=text))


USERS = Listing(
    code="users",
    name=_("账号"),
    verb="account.view",
    queryset=_rows,
    columns=(
        Column(
            "name",
            _("姓名"),
            lambda row: row.name,
            sort="name",
            link=lambda row: address("accounts:record", row.username),
        ),
        Column("username", _("账号"), lambda row: row.username, sort="username"),
        Column("roles", _("角色"), _roles),
        Column("region", _("管理区划"), lambda row: row.region and row.region.name, "region__path"),
        Column("state", _("状态"), state_of),
        Column(
            "seen",
            _("最近登录"),
            lambda row: row.last_login or gettext("从未登录"),
            "last_login",
            "date",
        ),
        Column(
            "made", _("建立时间"), lambda row: row.created_at, "created_at", "date", default=False
        ),
    ),
    filters=(
        Filter("role", _("角色"), "choice", apply=_by_role, choices=_role_choices),
        by_region("region", "account.view", _("区划")),
        Filter("state", _("状态"), "choice", apply=_by_state, choices=_state_choices),
    ),
    search=_search,
    sort="username",
    empty=_("还没有账号。请点“新增账号”，建好后由安全管理员授予角色。"),
    searched=_("姓名、账号"),
)
