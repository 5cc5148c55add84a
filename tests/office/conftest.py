"""What every test of the office shares: a small city and people in its roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from office_writes import SEPARATELY, recorded
from pytest_django.fixtures import Settings

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground import audit_triggers
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditHead
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Installation, Region

DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True, scope="session")
def _flush_empties_the_trail() -> Iterator[None]:
    """A test with transactions of its own empties the tables after it.

    The database refuses that for the audit trail, as it should. Only tables that hold something are
    emptied, and nothing is written into those of Django's own permissions, which nobody asks.
    """
    handle = flush.Command.handle

    def quickly(self: flush.Command, **options: Any) -> None:
        connection = connections[options["database"]]
        more = {"inhibit_post_migrate": True, "allow_cascade": connection.vendor == "postgresql"}
        with pytest.MonkeyPatch.context() as patch, audit_triggers.removed(connection):
            full = tables_with_rows(connection)
            patch.setattr(connection.introspection, "django_table_names", lambda **_how: full)
            handle(self, **{**options, **more})
        AuditHead.objects.using(connection.alias).get_or_create(pk=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", quickly)
        yield


def tables_with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of the models in which at least one row stands."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found: list[str] = []
    with connection.cursor() as cursor:
        for start in range(0, len(tables), 100):
            asked = " UNION ALL ".join(
                f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(each)})"  # noqa: S608 - names of our tables
                for each in tables[start : start + 100]
            )
            cursor.execute(asked)
            found += [name for (name,) in cursor.fetchall()]
    return found


@pytest.fixture(autouse=True, scope="session")
def _no_order_is_any_order() -> Iterator[None]:
    """Rows that nobody ordered come in random order, so that no code leans on the usual one."""
    order = SQLCompiler._order_by_pairs

    def shuffled(self: SQLCompiler) -> Iterator[tuple[OrderBy, bool]]:
        pairs = list(order(self) or ())
        query = self.query
        one_row = query.group_by is not None or any(
            each.contains_aggregate for each in query.annotation_select.values()
        )
        if pairs or one_row or query.distinct or query.combinator or query.subquery:
            return iter(pairs)
        return iter([(OrderBy(Random()), False)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "_order_by_pairs", shuffled)
        yield


@pytest.fixture(autouse=True, scope="session")
def _locks_say_which_table() -> Iterator[None]:
    """A lock on rows that are read with others names its table: else all of them are locked."""
    written = SQLCompiler.as_sql

    def checked(self: SQLCompiler, *arguments: Any, **more: Any) -> Any:
        sql = written(self, *arguments, **more)
        query = self.query
        if query.select_for_update and " JOIN " in sql[0] and not query.select_for_update_of:
            raise AssertionError(f"select_for_update over several tables without of=: {sql[0]}")
        return sql

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "as_sql", checked)
        yield


@pytest.fixture(autouse=True)
def _seals(settings: Settings, tmp_path: Path) -> None:
    """Each test has its own trail, so each has its own seals."""
    settings.SEALS = tmp_path / "seals"


@pytest.fixture(autouse=True)
def _every_request_that_writes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request of the test client that wrote told of it, in the same transaction."""
    request = Client.request

    def watched(self: Client, **more: Any) -> Any:
        with recorded() as recorder:
            response = request(self, **more)
        address = str(more.get("PATH_INFO"))
        separately = recorder.told and address.startswith(tuple(SEPARATELY))
        untold = [] if separately else sorted(recorder.untold())
        assert untold == [], f"{address} wrote without a line of the audit trail: {untold}"
        return response

    monkeypatch.setattr(Client, "request", watched)


def region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    path = f"{parent.path if parent else '/'}{code}/"
    return Region.objects.create(
        code=code, name=name, short_name=name[:-1], level=level, parent=parent, path=path
    )


@pytest.fixture
def city(db: None) -> Region:
    """示例市 with two counties, a bureau each, and the installation rooted at it."""
    province = region("990000", "示例省", "province")
    city = region("990100", "示例市", "prefecture", province)
    for code, name in (("990101", "甲县"), ("990102", "乙区")):
        county = region(code, name, "county", city)
        Party.objects.create(
            code=f"bureau-{code}", name=f"{name}科技局", kind="bureau", region=county
        )
    Party.objects.create(code="bureau-990100", name="示例市科技局", kind="bureau", region=city)
    Installation.objects.create(
        pk=1, root=city, name="示例市科技局", second_factor="nobody", enterprise_pages=True
    )
    return city


@pytest.fixture
def person(city: Region) -> Callable[..., Membership]:
    """Make a person in a role: `person("officer", "990101")`."""

    def make(role: str, place: str = "990100", party: str = "", name: str = "") -> Membership:
        username = f"{role}-{place}-{User.objects.count()}".replace("_", "-")
        user = User(
            username=username,
            name=name or "张三",
            region=Region.objects.get(code=place),
            must_change_password=False,
        )
        user.set_unusable_password()
        user.save()
        found = Party.objects.get(code=party) if party else None
        return Membership.objects.create(
            user=user,
            role=role,
            region=Region.objects.get(code=place),
            party=found,
            since=DAY,
            granted_by="system",
        )

    return make


@pytest.fixture
def actor(person: Callable[..., Membership]) -> Callable[..., Actor]:
    """Make the actor of a new person in a role."""
    return lambda *arguments, **more: actor_of(person(*arguments, **more))


@pytest.fixture
def signed_in(person: Callable[..., Membership]) -> Callable[..., Client]:
    """A browser in which a new person in a role is signed in."""

    def make(*arguments: str, **more: str) -> Client:
        client = Client()
        client.force_login(
            person(*arguments, **more).user, backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return make
