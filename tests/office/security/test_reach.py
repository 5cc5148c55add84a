"""What lies outside a role's reach is neither read nor written, by no route and no query.

The roles are held in 甲县. Every model has a record in 乙区, and one in 甲县 of another
organisation and another person. Their texts hold a canary: an answer that shows it shows
the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from office_world import SHARED, Route, World, fresh, office_models, routes

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of, matrix
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.scopes import limit
from kechuang.office.site.access import PUBLIC, SIGNED_IN, access_table

ROLES = tuple(matrix().roles)
# One role of each kind of reach is asked in the quick pass; `make test-all` asks them all.
QUICK = {"officer", "area_liaison", "enterprise_user", "system_administrator"}
SOME_ROLES = [pytest.param(role, marks=() if role in QUICK else pytest.mark.slow) for role in ROLES]
# Plain letters: JSON writes Chinese ones as escapes.
FAR, NEAR, OWN = "ZQXJ", "WKVB", "HVGT"
FORM = "application/x-www-form-urlencoded"
OWN_ONLY = {Reach.PARTY, Reach.SELF}
# Their arguments name a thing that everybody shares, or no record of the office at all.
OF_NO_RECORD = {
    "api:ladder_firms",
    "api:region",
    "openid_connect_callback",
    "openid_connect_login",
    "policies:notify",
    "policies:pool_admit_by_rule",
    "policies:revision_start",
    "policies:rule",
    "policies:rung",
    "regions:record",
    "regions:rename",
}
Named = dict[str, Any]


@pytest.fixture
def far(world: Callable[..., World]) -> World:
    """Records of 乙区."""
    return world("officer", "990102", FAR)


@pytest.fixture
def near(world: Callable[..., World]) -> World:
    """Records of 甲县 that belong to another organisation and another person."""
    return world("officer", "990101", NEAR)


@pytest.fixture
def clients(
    browser: Callable[[Membership], Client], program: Callable[[Membership], Client]
) -> Callable[[Membership], Callable[[Route], Client]]:
    """The browser of somebody, or their program where a route is of the API."""

    def make(held: Membership) -> Callable[[Route], Client]:
        page, call = browser(held), program(held)
        return lambda route: call if route.of_api else page

    return make


def out_of_reach(actor: Actor, record: Any, verb: str, reaches: set[Reach]) -> bool:
    """Whether a verb that reaches only so far nevertheless gives a record."""
    if actor.reach(verb) not in reaches:
        return False
    model = type(record)
    return limit(model._default_manager.all(), actor, verb).filter(pk=record.pk).exists()


@pytest.mark.parametrize("role", ROLES)
def test_no_query_gives_what_is_out_of_reach(
    role: str, person: Callable[..., Membership], far: World, near: World
) -> None:
    actor = actor_of(person(role, "990101"))
    # What is given follows from how far a verb reaches, so one verb of each reach is enough.
    verbs = {actor.reach(verb): verb for verb in actor.grants}.values()
    given = [
        (verb, model.__name__, where)
        for model in office_models()
        if model not in SHARED
        for verb in verbs
        for where, world, reaches in (
            ("乙区", far, {Reach.REGION, *OWN_ONLY}),
            ("甲县", near, OWN_ONLY),
        )
        if out_of_reach(actor, world.of(model), verb, reaches)
    ]
    assert given == []


def test_every_record_is_given_to_its_own_region(
    world: Callable[..., World],
) -> None:
    """The canaries are where they should be: else the tests here would pass on anything."""
    here = world("officer", "990101", OWN)
    actor = actor_of(here.owner)
    found = {
        model.__name__
        for model in office_models()
        if model not in SHARED
        for reach in (Reach.REGION, Reach.PARTY, Reach.SELF)
        if limit(
            model._default_manager.all(),
            Actor(actor.code, "", "", actor.region, actor.party, {"verb": reach}),
            "verb",
        )
        .filter(pk=here.of(model).pk)
        .exists()
    }
    assert found == {model.__name__ for model in office_models() if model not in SHARED}


def asked(client: Client, route: Route, method: str, world: World, query: str = "") -> Any:
    """Ask, and undo what was done."""
    with transaction.atomic():
        response = route.send(client, method, world, query)
        transaction.set_rollback(True)
    return response


def shows(response: Any, canary: str) -> bool:
    """Whether a word stands in an answer or in its headers."""
    return canary.encode() in response.whole or canary in str(response.headers)


def reach_of(actor: Actor, route: Route, method: str) -> Reach | None:
    """How far the actor may go with what a route needs."""
    need = access_table()[route.name].get(method)
    if need is None:
        return None
    return Reach.SELF if need in {PUBLIC, SIGNED_IN} else actor.reach(need)


@pytest.mark.parametrize("role", ["officer", "system_administrator", "audit_administrator"])
def test_records_are_shown_to_who_reaches_them(
    role: str,
    world: Callable[..., World],
    clients: Callable[[Membership], Callable[[Route], Client]],
) -> None:
    """The canary is there to be seen: else the tests below would pass on anything."""
    here = world(role, "990101", OWN)
    client = clients(here.owner)
    pages = {
        route.name
        for route in routes()
        if route.parameters
        and route.name not in OF_NO_RECORD
        and reach_of(actor_of(here.owner), route, "GET")
        and shows(asked(client(route), route, "GET", here), OWN)
    }
    assert pages >= SHOWN[role]


# Where a record of one's own region is told by name.
SHOWN = {
    "officer": {"reports:record", "api:report", "ground:job", "api:job", "registry:organisation"},
    "system_administrator": {"accounts:record", "accounts:change", "api:user", "ground:job"},
    "audit_administrator": {"ground:audit_event", "accounts:record"},
}


@pytest.mark.parametrize("role", SOME_ROLES)
@pytest.mark.parametrize("whose", ["another region", "another organisation"])
def test_no_route_shows_or_changes_a_record_out_of_reach(
    role: str,
    whose: str,
    person: Callable[..., Membership],
    clients: Callable[[Membership], Callable[[Route], Client]],
    far: World,
    near: World,
) -> None:
    held = person(role, "990101")
    actor, client = actor_of(held), clients(held)
    there, canary, reaches = {
        "another region": (far, FAR, {Reach.REGION, *OWN_ONLY}),
        "another organisation": (near, NEAR, OWN_ONLY),
    }[whose]
    leaks = []
    for route in routes():
        if not route.parameters or route.name in OF_NO_RECORD:
            continue
        for method in access_table()[route.name]:
            # Where the role may do no such thing, the table refuses; another test asks that.
            if reach_of(actor, route, method) not in reaches:
                continue
            response = asked(client(route), route, method, there)
            shown = shows(response, canary)
            if shown or response.status_code not in {401, 403, 404}:
                leaks.append(f"{method} {route.name}: {response.status_code}, shown: {shown}")
    assert leaks == []


@pytest.mark.parametrize("role", SOME_ROLES)
def test_no_list_or_form_shows_another_region(
    role: str,
    person: Callable[..., Membership],
    clients: Callable[[Membership], Callable[[Route], Client]],
    far: World,
) -> None:
    """Neither plain nor when somebody looks for the hidden word: the answer repeats only "ZQ"."""
    held = person(role, "990101")
    client = clients(held)
    shown = [
        f"{route.name}?{query}"
        for route in routes()
        if not route.parameters and reach_of(actor_of(held), route, "GET")
        for query in (("", "q=ZQ") if route.of_api else ("", "q=ZQ", "export=csv"))
        if shows(asked(client(route), route, "GET", far, query), FAR)
    ]
    assert shown == []


@pytest.mark.parametrize("role", SOME_ROLES)
def test_no_form_changes_a_row_of_another_region(
    role: str,
    person: Callable[..., Membership],
    clients: Callable[[Membership], Callable[[Route], Client]],
    far: World,
) -> None:
    """What a form names may lie elsewhere: every record's key is sent under every usual name."""
    held = person(role, "990101")
    client = clients(held)
    before, changed, keys = far.kept(), [], named_keys(far)
    for route in routes():
        for method in set(access_table()[route.name]) - {"GET"}:
            if not reach_of(actor_of(held), route, method):
                continue
            address = reverse(route.name, kwargs=route.arguments(far))
            with transaction.atomic(), Writes(connection) as writes:
                fresh(client(route)).generic(method, address, keys, FORM)
                if writes.tables and far.kept() != before:
                    changed.append(f"{method} {route.name}")
                transaction.set_rollback(True)
    assert changed == []


class Writes:
    """Hears which tables are written, but for the trail and the sessions, which always are."""

    ALWAYS = frozenset({"ground_auditevent", "ground_audithead", "django_session"})

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.tables: set[str] = set()
        self.wrapper = connection.execute_wrapper(self.hear)

    def __enter__(self) -> Writes:
        self.wrapper.__enter__()
        return self

    def __exit__(self, *failure: Any) -> None:
        self.wrapper.__exit__(*failure)

    def hear(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        written = re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', sql)
        self.tables |= {written[1]} - self.ALWAYS if written else set()
        return execute(sql, *rest)


def named_keys(world: World) -> str:
    """A form that names the records of a world."""
    keys = sorted({str(record.pk) for record in world.made.values()})
    names = ("pk", "key", "keys", "id", "ids", "selected", "rows", "membership", "report", "party")
    everywhere = "&".join(f"{name}={key}" for name in names for key in keys)
    place = f"region={world.place.code}&region={world.place.pk}&code={world.party.code}"
    return f"{everywhere}&{place}&name=x&reason=xxxxxxxxxx"
