"""The database itself keeps the audit trail append-only, whoever writes to it.

A line is added at the end only: with the next number and the digest of the line before. The head
follows by itself, one line at a time. Nothing is changed and nothing removed. The SQL below is what
docs/office/trust.md shows; `kechuang.office.ground.E001` tells when any of it is missing.
"""

# ruff: noqa: S608 - every name in the SQL is a constant of this file
from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.apps import apps as installed
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

EVENT: Final = "ground_auditevent"
HEAD: Final = "ground_audithead"
SAYS: Final = {
    "insert": "audit trail: a line is added at the end only, with the digest of the line before",
    "update": "audit trail: a line is never changed",
    "delete": "audit trail: a line is never removed",
    "head": "audit trail: the head follows the lines and goes forward only",
}

SQLITE: Final = {
    "audit_event_insert": f"""
        CREATE TRIGGER audit_event_insert BEFORE INSERT ON {EVENT}
        WHEN NOT EXISTS (
            SELECT 1 FROM {HEAD}
            WHERE NEW.sequence = count + 1 AND NEW.previous = digest
        )
        BEGIN SELECT RAISE(ABORT, '{SAYS["insert"]}'); END
    """,
    "audit_event_inserted": f"""
        CREATE TRIGGER audit_event_inserted AFTER INSERT ON {EVENT}
        BEGIN UPDATE {HEAD} SET count = NEW.sequence, digest = NEW.digest; END
    """,
    "audit_event_update": f"""
        CREATE TRIGGER audit_event_update BEFORE UPDATE ON {EVENT}
        BEGIN SELECT RAISE(ABORT, '{SAYS["update"]}'); END
    """,
    "audit_event_delete": f"""
        CREATE TRIGGER audit_event_delete BEFORE DELETE ON {EVENT}
        BEGIN SELECT RAISE(ABORT, '{SAYS["delete"]}'); END
    """,
    "audit_head_insert": f"""
        CREATE TRIGGER audit_head_insert BEFORE INSERT ON {HEAD}
        WHEN EXISTS (SELECT 1 FROM {HEAD}) OR EXISTS (SELECT 1 FROM {EVENT})
            OR NEW.count IS NOT 0 OR NEW.digest IS NOT ''
        BEGIN SELECT RAISE(ABORT, '{SAYS["head"]}'); END
    """,
    "audit_head_update": f"""
        CREATE TRIGGER audit_head_update BEFORE UPDATE ON {HEAD}
        WHEN NEW.id IS NOT OLD.id OR NEW.count IS NOT OLD.count + 1 OR NOT EXISTS (
            SELECT 1 FROM {EVENT} WHERE sequence = NEW.count AND digest = NEW.digest
        )
        BEGIN SELECT RAISE(ABORT, '{SAYS["head"]}'); END
    """,
    "audit_head_delete": f"""
        CREATE TRIGGER audit_head_delete BEFORE DELETE ON {HEAD}
        BEGIN SELECT RAISE(ABORT, '{SAYS["head"]}'); END
    """,
}
"""Name of the trigger → its SQL. A trigger of SQLite is a program of its own."""

POSTGRES_FUNCTIONS: Final = {
    "audit_event_insert": f"""
DECLARE
    last_sequence bigint := 0;
    last_digest text := '';
BEGIN
    PERFORM 1 FROM {HEAD} FOR UPDATE;
    SELECT sequence, digest INTO last_sequence, last_digest
        FROM {EVENT} ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence IS DISTINCT FROM coalesce(last_sequence, 0) + 1
        OR NEW.previous IS DISTINCT FROM coalesce(last_digest, '')
    THEN RAISE EXCEPTION '{SAYS["insert"]}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
    "audit_event_inserted": f"""
BEGIN
    UPDATE {HEAD} SET count = NEW.sequence, digest = NEW.digest;
    RETURN NULL;
END""",
    "audit_event_update": f"""
BEGIN
    RAISE EXCEPTION '{SAYS["update"]}' USING ERRCODE = 'integrity_constraint_violation';
END""",
    "audit_event_delete": f"""
BEGIN
    RAISE EXCEPTION '{SAYS["delete"]}' USING ERRCODE = 'integrity_constraint_violation';
END""",
    "audit_head_insert": f"""
BEGIN
    IF EXISTS (SELECT 1 FROM {HEAD}) OR EXISTS (SELECT 1 FROM {EVENT})
        OR NEW.count IS DISTINCT FROM 0 OR NEW.digest IS DISTINCT FROM ''
    THEN RAISE EXCEPTION '{SAYS["head"]}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
    "audit_head_update": f"""
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.count IS DISTINCT FROM OLD.count + 1 OR NOT EXISTS (
        SELECT 1 FROM {EVENT} WHERE sequence = NEW.count AND digest = NEW.digest
    )
    THEN RAISE EXCEPTION '{SAYS["head"]}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
    "audit_head_delete": f"""
BEGIN
    RAISE EXCEPTION '{SAYS["head"]}' USING ERRCODE = 'integrity_constraint_violation';
END""",
}
"""Name of the function → its body in PL/pgSQL.

Where one statement adds several lines, the head follows after the last of them; a line is therefore
compared with the line before it, and the head's own trigger refuses to leave any out.
"""

POSTGRES: Final = {
    "audit_event_insert": ("audit_event_insert", f"BEFORE INSERT ON {EVENT} FOR EACH ROW"),
    "audit_event_inserted": ("audit_event_inserted", f"AFTER INSERT ON {EVENT} FOR EACH ROW"),
    "audit_event_update": ("audit_event_update", f"BEFORE UPDATE ON {EVENT} FOR EACH ROW"),
    "audit_event_delete": ("audit_event_delete", f"BEFORE DELETE ON {EVENT} FOR EACH ROW"),
    "audit_event_truncate": (
        "audit_event_delete",
        f"BEFORE TRUNCATE ON {EVENT} FOR EACH STATEMENT",
    ),
    "audit_head_insert": ("audit_head_insert", f"BEFORE INSERT ON {HEAD} FOR EACH ROW"),
    "audit_head_update": ("audit_head_update", f"BEFORE UPDATE ON {HEAD} FOR EACH ROW"),
    "audit_head_delete": ("audit_head_delete", f"BEFORE DELETE ON {HEAD} FOR EACH ROW"),
    "audit_head_truncate": ("audit_head_delete", f"BEFORE TRUNCATE ON {HEAD} FOR EACH STATEMENT"),
}
"""Name of the trigger → the function that it calls, and when. They fire always, also in a session
that plays a replica."""


def _table_of(trigger: str) -> str:
    return EVENT if trigger.startswith("audit_event") else HEAD


def create(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger anew."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for sql in SQLITE.values():
                cursor.execute(sql)
            return
        for name, body in POSTGRES_FUNCTIONS.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $body${body}$body$"
            )
        for name, (function, when) in POSTGRES.items():
            cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
            cursor.execute(f"ALTER TABLE {_table_of(name)} ENABLE ALWAYS TRIGGER {name}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: before their tables are altered, and where a test empties tables."""
    with connection.cursor() as cursor:
        for name in SQLITE if connection.vendor == "sqlite" else POSTGRES:
            table = "" if connection.vendor == "sqlite" else f" ON {_table_of(name)}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


@contextmanager
def removed(connection: BaseDatabaseWrapper) -> Generator[None]:
    """Without triggers for a while: where a whole trail is brought back from a backup."""
    remove(connection)
    try:
        yield
    finally:
        create(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are not there, are switched off, or do something else than they should."""
    found = _sqlite_found(connection) if connection.vendor == "sqlite" else _pg_found(connection)
    wanted = SQLITE if connection.vendor == "sqlite" else POSTGRES
    return sorted(name for name in wanted if not found.get(name))


def _words(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def _sqlite_found(connection: BaseDatabaseWrapper) -> Mapping[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {
            name: name in SQLITE and _words(sql) == _words(SQLITE[name])
            for name, sql in cursor.fetchall()
        }


def _pg_found(connection: BaseDatabaseWrapper) -> Mapping[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled, pg_get_triggerdef(pg_trigger.oid), proname, prosrc "
            "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid IN (to_regclass(%s), to_regclass(%s)) AND NOT tgisinternal",
            [EVENT, HEAD],
        )
        return {row[0]: _pg_right(*row) for row in cursor.fetchall()}


def _pg_right(name: str, enabled: str | bytes, definition: str, function: str, body: str) -> bool:
    if name not in POSTGRES:
        return False
    wanted, when = POSTGRES[name]
    # The definition names the schema before the table; everything else stands as it was written.
    written = re.sub(r" ON \S+\.(\w+) ", r" ON \1 ", definition)
    return (
        (enabled.decode() if isinstance(enabled, bytes) else enabled) == "A"
        and written == f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()"
        and function == wanted
        and body == POSTGRES_FUNCTIONS[wanted]
    )


def _has_tables(connection: BaseDatabaseWrapper) -> bool:
    return {EVENT, HEAD} <= set(connection.introspection.table_names())


# --- around migrations and at the start


def before_migration(sender: Any, using: str, plan: Any = (), **_more: Any) -> None:
    """Take the triggers away where tables of this room change.

    SQLite changes a table by making it anew, and refuses while a trigger names the old one.
    """
    connection = connections[using]
    if any(migration.app_label == "ground" for migration, _ in plan) and _has_tables(connection):
        remove(connection)


def after_migration(sender: Any, using: str, **_more: Any) -> None:
    """Make the triggers anew: changing a table may have dropped them silently."""
    connection = connections[using]
    if _has_tables(connection):
        create(connection)


def check_triggers(
    app_configs: Any, databases: Sequence[str] | None = None, **_more: Any
) -> list[CheckMessage]:
    """Tell when the database does not guard the trail; `migrate` makes the triggers anew."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    connection = connections[DEFAULT_DB_ALIAS]
    if not _has_tables(connection):
        return []
    gone = missing(connection)
    if not gone:
        return []
    return [
        Error(
            f"审计记录没有受到数据库的保护：触发器 {'、'.join(gone)} 缺失或被改动。",
            hint=(
                "运行 kechuang up（或 python -m django migrate --skip-checks）重新建立触发器，"
                "再运行 kechuang audit verify 核对这段时间的记录。"
            ),
            obj=installed.get_model("ground", "AuditEvent"),
            id="ground.E001",
        )
    ]
