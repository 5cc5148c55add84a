"""What watches over the audit trail in every test notices a write that nobody tells of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from office_writes import EXEMPT, EXEMPT_COLUMNS, assert_audited, recorded
from pytest_django.fixtures import Settings

from kechuang.office.accounts.models import User
from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import Notice
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.both_databases

LINE = audit.Line("party.change", SourceRef("party", "bureau-990100"))


def rename() -> None:
    Party.objects.filter(code="bureau-990100").update(name="新名")


def tell() -> None:
    audit.record(SYSTEM, LINE)


def told_in_the_same_transaction() -> None:
    with transaction.atomic():
        rename()
        tell()


def told_deep_inside() -> None:
    with transaction.atomic(), transaction.atomic():
        rename()
        with transaction.atomic():
            tell()


def undone() -> None:
    with transaction.atomic():
        tell()
        with transaction.atomic():
            rename()
            transaction.set_rollback(True)


def exempt() -> None:
    Notice.objects.create(to="zhang", text="看")


def not_told() -> None:
    with transaction.atomic():
        rename()


def told_afterwards() -> None:
    not_told()
    with transaction.atomic():
        tell()


def told_without_a_transaction() -> None:
    rename()
    tell()


def line_undone() -> None:
    with transaction.atomic():
        rename()
        with transaction.atomic():
            tell()
            transaction.set_rollback(True)


@pytest.mark.parametrize("work", [told_in_the_same_transaction, told_deep_inside, undone, exempt])
def test_what_is_told_passes(city: Region, work: Callable[[], None]) -> None:
    assert_audited(work)


@pytest.mark.parametrize(
    "work", [not_told, told_afterwards, told_without_a_transaction, line_undone]
)
def test_what_is_not_told_is_noticed(city: Region, work: Callable[[], None]) -> None:
    with pytest.raises(AssertionError, match="parties_party"):
        assert_audited(work)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('UPDATE accounts_user SET "last_login" = NULL WHERE 1 = 0', set()),
        (
            'UPDATE accounts_user SET "last_login" = NULL, "name" = \'x\' WHERE 1 = 0',
            {"accounts_user"},
        ),
        ("DELETE FROM accounts_user WHERE 1 = 0", {"accounts_user"}),
        ("INSERT INTO parties_party SELECT * FROM parties_party WHERE 1 = 0", {"parties_party"}),
        ("SELECT 1", set()),
    ],
)
def test_each_statement_is_read(db: None, sql: str, tables: set[str]) -> None:
    with recorded() as recorder, connection.cursor() as cursor:
        cursor.execute(sql)
    assert recorder.tables == tables


def test_every_exemption_names_a_table_and_a_column_that_exist(db: None) -> None:
    assert set(EXEMPT) | set(EXEMPT_COLUMNS) <= set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, columns in EXEMPT_COLUMNS.items():
            there = connection.introspection.get_table_description(cursor, table)
            assert columns <= {each.name for each in there}


# --- a page that writes in silence


def silent(request: HttpRequest) -> HttpResponse:
    User.objects.filter(pk=1).update(name="x")
    return HttpResponse()


urlpatterns = [path("", silent, name="portal:home")]


def test_a_page_that_writes_in_silence_fails_its_test(
    db: None, settings: Settings, client: Client
) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    with pytest.raises(AssertionError, match=r"/ wrote without a line of the audit trail"):
        client.post("/")
