"""The database itself refuses two roles in one hand that must be apart.

The services check first and say why; this holds where somebody goes round them, and where two
grants come at the same moment. The triggers are made of the matrix after every migration.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from kechuang.office.accounts.separation import pairs

NAMES: Final = ("membership_apart_insert", "membership_apart_update")
MESSAGE: Final = "roles must be apart"


def _where() -> str:
    """The condition under which another row of the same user stands in the way."""
    small = "EXISTS (SELECT 1 FROM regions_installation WHERE size = 'small')"
    divided = " OR ".join(
        f"(NEW.role IN ('{first}', '{second}') AND other.role IN ('{first}', '{second}') "
        f"AND NEW.role <> other.role{'' if always else f' AND NOT {small}'})"
        for (first, second), always in sorted(pairs().items())
    )
    last = "'9999-12-31'"
    return (
        "other.user_id = NEW.user_id AND other.id <> NEW.id AND other.revoked_at IS NULL "
        f"AND NEW.since <= COALESCE(other.until, {last}) "
        f"AND other.since <= COALESCE(NEW.until, {last}) AND ({divided})"
    )


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the triggers anew; called after each migration."""
    connection = connections[using]
    if "accounts_membership" not in connection.introspection.table_names():
        return
    make = _postgres if connection.vendor == "postgresql" else _sqlite
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in make():
            cursor.execute(statement)


def check(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The triggers must be there wherever there are memberships."""
    found: list[CheckMessage] = []
    for using in databases or ():
        if "accounts_membership" in connections[using].introspection.table_names():
            found += [
                Error(
                    f"数据库里缺少触发器 {name}：不相容的角色没有最后一道防线。",
                    hint="请运行 kechuang up 或 python -m django migrate，触发器会重新建立。",
                    id="kechuang.accounts.E001",
                )
                for name in missing(using)
            ]
    return found


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The triggers that are not there."""
    table = (
        "SELECT tgname FROM pg_trigger"
        if connections[using].vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(table)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in NAMES if name not in there]


def _sqlite() -> list[str]:
    statements = []
    for name, event in zip(NAMES, ("INSERT", "UPDATE"), strict=True):
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} AFTER {event} ON accounts_membership "  # noqa: S608 - our words
            f"WHEN NEW.revoked_at IS NULL AND EXISTS (SELECT 1 FROM accounts_membership other "
            f"WHERE {_where()}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        ]
    return statements


def _postgres() -> list[str]:
    body = (
        "IF NEW.revoked_at IS NOT NULL THEN RETURN NEW; END IF; "  # noqa: S608 - our words
        # Whoever grants a role to the same person at the same moment waits here.
        "PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE; "
        f"IF EXISTS (SELECT 1 FROM accounts_membership other WHERE {_where()}) "
        f"THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23514'; END IF; RETURN NEW;"
    )
    statements = [
        "CREATE OR REPLACE FUNCTION membership_apart() RETURNS trigger AS "
        f"$$ BEGIN {body} END $$ LANGUAGE plpgsql"
    ]
    for name, event in zip(NAMES, ("INSERT", "UPDATE"), strict=True):
        statements += [
            f"DROP TRIGGER IF EXISTS {name} ON accounts_membership",
            f"CREATE TRIGGER {name} BEFORE {event} ON accounts_membership "
            "FOR EACH ROW EXECUTE FUNCTION membership_apart()",
        ]
    return statements
