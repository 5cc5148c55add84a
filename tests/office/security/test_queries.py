"""No page asks the database more often when there is more to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_world import Route, World, routes

from kechuang.office.accounts import sessions
from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.site.access import access_table

MOST = 25
FEW, MANY = 2, 12
# Files of all rows, written in pieces, and the schema of the API are no pages.
NO_PAGES = {"api:openapi-json", "policies:diagnosis_export"}


def queries_of(client: Client, route: Route, world: World) -> int:
    """How many statements a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = route.send(client, "GET", world)
    assert response.status_code < 500
    return len(caught)


def opened(world: World) -> list[Route]:
    """The pages that the person of a world may open."""
    grants = {"public", "signed_in", *actor_of(world.owner).grants}
    return [
        route
        for route in routes()
        if route.name not in NO_PAGES and access_table()[route.name].get("GET") in grants
    ]


@pytest.mark.parametrize(
    "role",
    [
        "officer",
        "system_administrator",
        pytest.param("audit_administrator", marks=pytest.mark.slow),
        pytest.param("enterprise_user", marks=pytest.mark.slow),
        pytest.param("leader", marks=pytest.mark.slow),
        pytest.param("security_administrator", marks=pytest.mark.slow),
    ],
)
def test_pages_take_as_few_queries_for_many_rows_as_for_few(
    role: str,
    world: Callable[..., World],
    browser: Callable[[Membership], Client],
    program: Callable[[Membership], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # That a session was used is written once a minute: not in the middle of what is counted here.
    monkeypatch.setattr(sessions, "WRITTEN_EVERY", 10**9)
    here = world(role, "990101", "QRTS")
    page, call = browser(here.owner), program(here.owner)
    rows = [here]

    def fill(count: int) -> None:
        while len(rows) < count:
            rows.append(rows[-1].another())

    def counted() -> dict[str, int]:
        return {
            route.name: queries_of(call if route.of_api else page, route, here)
            for route in opened(here)
        }

    fill(FEW)
    few = counted()
    fill(MANY)
    many = counted()
    growing = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    too_many = {name: count for name, count in many.items() if count > MOST}
    assert (growing, too_many) == ({}, {})
