"""The database refuses whoever goes round the program, and the guard is back after a migration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from kechuang.office.ground import audit, audit_triggers
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.ground.slots import SourceRef

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

LINES = [audit.Line("thing.changed", SourceRef("thing", str(number))) for number in (1, 2, 3)]
COLUMNS = [field.column for field in AuditEvent._meta.concrete_fields]


def execute(sql: str, *values: str | int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def insert_a_copy(sequence: int, previous: str) -> None:
    """Add a line by SQL: the last one again, with another number and another predecessor."""
    taken = {"sequence": "%s", "previous": "%s"}
    picked = ", ".join(taken.get(column, f'"{column}"') for column in COLUMNS)
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    assert COLUMNS.index("sequence") < COLUMNS.index("previous")
    execute(
        f"INSERT INTO ground_auditevent ({names}) SELECT {picked} FROM ground_auditevent "  # noqa: S608
        "WHERE sequence = 3",
        sequence,
        previous,
    )


@pytest.fixture
def head() -> AuditHead:
    audit.record_all(SYSTEM, LINES)
    return AuditHead.objects.get()


def test_head_follows_the_lines(head: AuditHead) -> None:
    last = AuditEvent.objects.get(sequence=3)
    assert (head.count, head.digest) == (3, last.digest)


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_line_can_be_changed(head: AuditHead, column: str) -> None:
    with pytest.raises(DatabaseError, match="a line is never changed"):
        execute(f'UPDATE ground_auditevent SET "{column}" = "{column}" WHERE sequence = 2')  # noqa: S608


def test_a_line_cannot_be_changed_through_the_program(head: AuditHead) -> None:
    event = AuditEvent.objects.get(sequence=2)
    with pytest.raises(DatabaseError, match="a line is never changed"), transaction.atomic():
        event.save()


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_no_line_can_be_removed(head: AuditHead, sequence: int) -> None:
    with pytest.raises(DatabaseError, match="a line is never removed"):
        execute("DELETE FROM ground_auditevent WHERE sequence = %s", sequence)


def test_a_line_with_the_next_number_and_digest_is_taken(head: AuditHead) -> None:
    insert_a_copy(4, head.digest)
    assert AuditHead.objects.get().count == 4


@pytest.mark.parametrize(
    ("sequence", "right_digest"), [(3, True), (5, True), (0, True), (4, False)]
)
def test_no_line_can_be_added_elsewhere(head: AuditHead, sequence: int, right_digest: bool) -> None:
    with pytest.raises(DatabaseError, match="added at the end only"):
        insert_a_copy(sequence, head.digest if right_digest else "0" * 64)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ground_audithead SET count = 2",
        "UPDATE ground_audithead SET count = count",
        "UPDATE ground_audithead SET count = 4",
        "UPDATE ground_audithead SET digest = ''",
        "UPDATE ground_audithead SET id = 2",
        "DELETE FROM ground_audithead",
        "INSERT INTO ground_audithead (id, count, digest) VALUES (1, 0, '')",
    ],
)
def test_head_cannot_be_set(head: AuditHead, sql: str) -> None:
    with pytest.raises(DatabaseError, match="the head follows the lines"):
        execute(sql)


@pytest.mark.requires_sqlite
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR REPLACE INTO ground_audithead (id, count, digest) VALUES (1, 0, '')",
        "INSERT OR REPLACE INTO ground_auditevent SELECT * FROM ground_auditevent",
        "UPDATE OR REPLACE ground_auditevent SET sequence = 1 WHERE sequence = 2",
    ],
)
def test_nothing_can_be_replaced(head: AuditHead, sql: str) -> None:
    with pytest.raises(DatabaseError, match="audit trail"):
        execute(sql)


@pytest.mark.requires_postgres
@pytest.mark.parametrize("table", ["ground_auditevent", "ground_audithead"])
def test_tables_cannot_be_emptied(head: AuditHead, table: str) -> None:
    with pytest.raises(DatabaseError, match="audit trail"):
        execute(f"TRUNCATE {table}")


@pytest.mark.requires_postgres
def test_a_session_that_plays_a_replica_is_refused_too(head: AuditHead) -> None:
    with pytest.raises(DatabaseError, match="a line is never removed"):
        execute("SET LOCAL session_replication_role = replica; DELETE FROM ground_auditevent")


# --- the presence of the triggers


def names() -> list[str]:
    postgres = connection.vendor == "postgresql"
    return sorted(audit_triggers.POSTGRES if postgres else audit_triggers.SQLITE)


def told() -> list[str]:
    return [str(each.msg) for each in run_checks(databases=["default"]) if each.id == "ground.E001"]


def test_nothing_is_told_where_all_triggers_are_there() -> None:
    assert (audit_triggers.missing(connection), told()) == ([], [])


def test_each_missing_trigger_is_told() -> None:
    audit_triggers.remove(connection)
    assert audit_triggers.missing(connection) == names()
    assert told() == [f"审计记录没有受到数据库的保护：触发器 {'、'.join(names())} 缺失或被改动。"]


def weaken() -> None:
    """Put a trigger of the same name there that lets everything pass."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_update")
            cursor.execute(
                "CREATE TRIGGER audit_event_update BEFORE UPDATE ON ground_auditevent "
                "BEGIN SELECT 1; END"
            )
        else:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_event_update() RETURNS trigger "
                "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            )


def switch_off() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_update")
        else:
            cursor.execute("ALTER TABLE ground_auditevent DISABLE TRIGGER audit_event_update")


@pytest.mark.parametrize("harm", [weaken, switch_off])
def test_a_trigger_that_does_nothing_counts_as_missing(harm: Callable[[], None]) -> None:
    harm()
    assert audit_triggers.missing(connection) == ["audit_event_update"]


def test_migrate_makes_them_anew() -> None:
    audit_triggers.remove(connection)
    call_command("migrate", verbosity=0)
    assert audit_triggers.missing(connection) == []


def test_check_says_nothing_where_no_database_is_asked() -> None:
    audit_triggers.remove(connection)
    assert audit_triggers.check_triggers(None, databases=None) == []


@pytest.mark.django_db(transaction=True)
def test_emptying_the_tables_between_tests_leaves_the_guard(head: AuditHead) -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert (AuditHead.objects.get().count, audit_triggers.missing(connection)) == (0, [])
