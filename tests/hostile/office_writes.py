"""What a piece of code wrote, seen at the database itself, and whether the trail tells of it.

`assert_audited(work)` is for services: each transaction that kept something must hold a line of
the audit trail. The fixture in `conftest.py` asks it of every request of the test client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")

TRAIL = "ground_auditevent"
WRITE = re.compile(
    r"""\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+["`]?(\w+)["`]?""",
    re.IGNORECASE,
)
SET = re.compile(r"\sSET\s(.*?)(?:\sWHERE\s|$)", re.IGNORECASE | re.DOTALL)
COLUMN = re.compile(r'"(\w+)"\s*=')
UNDONE = re.compile(r'\s*ROLLBACK TO SAVEPOINT "?(\w+)"?', re.IGNORECASE)

EXEMPT = {
    "django_session": "the session itself; signing in and out is told by the session's lines",
    "django_migrations": "what was migrated is told by the migrations",
    "axes_accessattempt": "counts wrong passwords; the sign-in that failed is told",
    "axes_accessattemptexpiration": "counts wrong passwords; the sign-in that failed is told",
    "axes_accessfailurelog": "counts wrong passwords; the sign-in that failed is told",
    "axes_accesslog": "counts wrong passwords; the sign-in that failed is told",
    "usersessions_usersession": "where somebody is signed in; signing in is told",
    "ground_audithead": "the trail itself",
    "ground_notice": "a notice follows what is told; reading one changes no record",
    "ground_savedview": "how one person likes to see a list",
}
"""Tables that may be written without a line, each with its reason."""

EXEMPT_COLUMNS = {
    "accounts_user": {"last_login"},
    "accounts_apitoken": {"last_used_at"},
    "mfa_authenticator": {"last_used_at"},
    "ground_job": {
        "lease_until", "worker", "attempts", "step", "done", "total", "checkpoint", "pace_from",
        "pace_since",
    },
}  # fmt: skip
"""Columns that keep pace and change nothing that anybody decided."""


SEPARATELY = {
    "/account/identity/": "an identity server is asked in between; a transaction would hold the "
    "database meanwhile",
}
"""Beginnings of addresses whose requests tell what they wrote, but not in the same transaction."""


@dataclass(frozen=True, slots=True)
class Write:
    """One statement that wrote: its table, its columns where it is an UPDATE, its transaction."""

    table: str
    columns: frozenset[str]
    block: object
    savepoints: tuple[str, ...]

    @property
    def matters(self) -> bool:
        """Whether it must be told."""
        if self.table in EXEMPT or self.table == TRAIL:
            return False
        return not (self.columns and self.columns <= EXEMPT_COLUMNS.get(self.table, set()))


class Recorder:
    """Hears every statement; what was rolled back to a savepoint is forgotten."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._depth = len(connection.atomic_blocks)
        self._outside = object()

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Run a statement and note what it wrote."""
        result = execute(sql, params, many, context)
        if undone := UNDONE.match(sql):
            gone = undone[1]
            self.writes = [each for each in self.writes if gone not in each.savepoints]
        elif found := WRITE.match(sql):
            self.writes.append(self._write(found[1], sql))
        return result

    def _write(self, table: str, sql: str) -> Write:
        assigned = SET.search(sql) if sql.lstrip()[:6].upper() == "UPDATE" else None
        columns = frozenset(COLUMN.findall(assigned[1])) if assigned else frozenset()
        inside = connection.atomic_blocks[self._depth :]
        block = inside[0] if inside else self._outside
        return Write(table, columns, block, tuple(filter(None, connection.savepoint_ids)))

    @property
    def tables(self) -> set[str]:
        """The tables that were written and must be told."""
        return {each.table for each in self.writes if each.matters}

    @property
    def told(self) -> bool:
        """Whether the trail got a line."""
        return any(each.table == TRAIL for each in self.writes)

    def untold(self) -> set[str]:
        """The tables that were written in a transaction without a line."""
        telling = {
            id(each.block)
            for each in self.writes
            if each.table == TRAIL and each.block is not self._outside
        }
        return {
            each.table for each in self.writes if each.matters and id(each.block) not in telling
        }


@contextmanager
def recorded() -> Generator[Recorder]:
    """Note what is written meanwhile."""
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        yield recorder


def assert_audited(work: Callable[[], T]) -> T:
    """Run a service: whatever it kept must have its line in the same transaction."""
    with recorded() as recorder:
        result = work()
    untold = sorted(recorder.untold())
    assert untold == [], f"{untold}: written in a transaction without a line of the audit trail"
    return result
