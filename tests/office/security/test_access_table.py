"""Every route × method × role: what the access table and the matrix say is what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from office_world import FACTORIES, World, fresh, office_models, routes

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.models import AuditEvent
from kechuang.office.site.access import PUBLIC, SIGNED_IN, access_table

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# One role of each kind is asked in the quick pass; `make test-all` asks them all.
QUICK = {"officer", "enterprise_user", "expert", "system_administrator"}
SOME_ROLES = [
    pytest.param(role, marks=() if role in QUICK else pytest.mark.slow) for role in matrix().roles
]
BY_THE_TABLE = {"role", "signed_out", "undeclared"}
# What anonymous visitors may open. A new line here is a decision of its own.
PUBLIC_ROUTES = {
    "account_inactive",
    "account_login",
    "account_logout",
    "api:api-root",
    "api:openapi-json",
    "mfa_authenticate",
    "openid_connect_callback",
    "openid_connect_login",
    "policies:self_check",
    "portal:colours",
    "set_language",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}

Answers = dict[tuple[str, str], Any]
Wanted = Callable[[str], Iterable[str]]
"""The methods by which a route is to be asked."""


@pytest.fixture
def ask_as(
    browser: Callable[[Membership], Client], program: Callable[[Membership], Client]
) -> Callable[[World, Wanted], Answers]:
    """Ask as the person of a world, by a browser, or by a program where a route is of the API."""

    def ask(here: World, wanted: Wanted) -> Answers:
        page, call = browser(here.owner), program(here.owner)
        return asked(lambda route: call if route.of_api else page, here, wanted)

    return ask


def expected(role: str, route: str, method: str) -> str:
    """What the table and the matrix say: served, refused, or no such method."""
    need = access_table()[route].get(method)
    if need is None:
        return "no such method"
    if need == PUBLIC or (role and need == SIGNED_IN):
        return "served"
    return "served" if role and role in matrix().verbs[need].who else "refused"


def told(response: Any, route: str) -> str:
    """What happened."""
    status = response.status_code
    if status == 405:
        return "no such method"
    last = AuditEvent.objects.order_by("-sequence").first()
    by_table = last is not None and last.outcome == "refused" and last.reason in BY_THE_TABLE
    signing_in = status == 302 and response["Location"].startswith(f"{reverse('account_login')}?")
    if "WWW-Authenticate" in response or (status == 403 and by_table) or signing_in:
        return "refused"
    if status == 404 and route not in NOTHING_THERE:
        return "not found"
    return "served" if status < 500 else f"failed with {status}"


# Not found by anybody here: no identity server is configured, nobody has a second factor yet, and
# the root of the API has nothing to show.
NOTHING_THERE = {
    "api:api-root",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "openid_connect_login",
}


def asked(client: Callable[[Any], Client], world: World, wanted: Wanted) -> Answers:
    """Ask what is wanted of every route; what one request did is undone before the next."""
    found: Answers = {}
    for route in routes():
        for method in wanted(route.name):
            with transaction.atomic():
                response = route.send(fresh(client(route)), method, world)
                found[route.name, method] = told(response, route.name)
                transaction.set_rollback(True)
    return found


def unexpected(role: str, answers: Answers) -> list[str]:
    """What differs, in words."""
    return [
        f"{method} {route}: {answer}, not {expected(role, route, method)}"
        for (route, method), answer in answers.items()
        if answer != expected(role, route, method)
    ]


@pytest.mark.parametrize("role", SOME_ROLES)
def test_role_is_refused_what_the_matrix_does_not_give_it(
    role: str, world: Callable[..., World], ask_as: Callable[[World, Wanted], Answers]
) -> None:
    answers = ask_as(
        world(role, "990101", "甲密"),
        lambda route: [
            method for method in access_table()[route] if expected(role, route, method) == "refused"
        ],
    )
    assert unexpected(role, answers) == []


@pytest.mark.parametrize("role", SOME_ROLES)
def test_role_is_served_what_the_matrix_gives_it(
    role: str, world: Callable[..., World], ask_as: Callable[[World, Wanted], Answers]
) -> None:
    answers = ask_as(
        world(role, "990101", "甲密"),
        lambda route: [
            method for method in access_table()[route] if expected(role, route, method) == "served"
        ],
    )
    assert unexpected(role, answers) == []


def test_visitor_is_served_only_what_is_public(world: Callable[..., World]) -> None:
    here = world("officer", "990101", "甲密")
    answers = asked(
        lambda _route: Client(raise_request_exception=False), here, access_table().__getitem__
    )
    served = {route for (route, _method), answer in answers.items() if answer == "served"}
    assert (unexpected("", answers), served) == ([], PUBLIC_ROUTES)


def test_every_table_has_a_factory() -> None:
    assert set(office_models()) == set(FACTORIES)


def test_arguments_of_every_route_can_be_built(world: Callable[..., World]) -> None:
    here = world("officer", "990101", "甲密")
    for route in routes():
        assert list(route.arguments(here)) == list(route.parameters)
