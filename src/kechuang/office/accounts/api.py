"""Users, and who a token speaks for, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.queries import visible_users
from kechuang.office.ground.api_support import (
    Line,
    Moment,
    Page,
    PageQuery,
    acting_in,
    answers,
    page,
)
from kechuang.office.ground.scopes import limit

router = Router(tags=["accounts"])


class GrantOut(Schema):
    """Something that the token may do, and how far: all, region, party or self."""

    verb: str
    reach: str


class MeOut(Schema):
    """Whom the token speaks for and what it may do."""

    username: str
    name: str
    role: str
    region: str
    party: str
    grants: list[GrantOut]


class MembershipOut(Schema):
    """A role that a user holds or held, in the regions that the token reaches."""

    role: str
    region: str
    party: str | None
    since: str
    until: str | None
    revoked: bool


class UserOut(Schema):
    """A user: no password, no telephone."""

    username: str
    name: str
    region: str | None
    active: bool
    created_at: Moment
    memberships: list[MembershipOut]


class UserQuery(PageQuery):
    """Which users: `q` in the user name or the name."""

    q: Line = ""
    active: bool | None = None


def show(user: User) -> dict[str, Any]:
    """A user in plain values."""
    held = sorted(user.memberships.all(), key=lambda each: each.pk)  # type: ignore[attr-defined]
    return {
        "username": user.username,
        "name": user.name,
        "region": user.region.code if user.region else None,
        "active": user.is_active,
        "created_at": user.created_at,
        "memberships": [_membership(each) for each in held],
    }


def _membership(held: Membership) -> dict[str, Any]:
    return {
        "role": held.role,
        "region": held.region.code,
        "party": held.party.code if held.party else None,
        "since": held.since.isoformat(),
        "until": held.until.isoformat() if held.until else None,
        "revoked": held.revoked_at is not None,
    }


def _visible(request: HttpRequest) -> Any:
    actor = acting_in(request)
    held = limit(Membership.objects.select_related("region", "party"), actor, "account.view")
    return visible_users(actor).prefetch_related(Prefetch("memberships", held))


@router.get("/me", response=answers(MeOut), url_name="me")
def get_me(request: HttpRequest) -> Any:
    """Whom the token speaks for, and what it may do today."""
    actor = acting_in(request)
    return {
        "username": actor.code,
        "name": actor.name,
        "role": actor.role,
        "region": actor.region,
        "party": actor.party,
        "grants": [{"verb": verb, "reach": str(far)} for verb, far in sorted(actor.grants.items())],
    }


@router.get("/users", response=answers(Page[UserOut]), url_name="users")
def list_users(request: HttpRequest, query: Query[UserQuery]) -> Any:
    """The users in reach."""
    rows = _visible(request)
    if query.q:
        rows = rows.filter(Q(username__icontains=query.q) | Q(name__icontains=query.q))
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    return page(rows, query, show)


@router.get("/users/{username}", response=answers(UserOut), url_name="user")
def get_user(
    request: HttpRequest, username: Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+$")]
) -> Any:
    """One user, by user name."""
    return show(get_object_or_404(_visible(request), username=username))
