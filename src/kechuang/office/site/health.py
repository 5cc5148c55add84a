"""How an installation stands: settings, tables, triggers, audit trail, files, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.checks import run_checks
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kechuang.office.accounts import guards
from kechuang.office.ground import audit_triggers
from kechuang.office.ground.audit_chain import Broken, verify
from kechuang.office.ground.files import blob_path
from kechuang.office.ground.models import StoredFile

LEAST_ROOM: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what is wrong with it: nothing where all is well."""

    subject: str
    faults: tuple[str, ...]


def findings() -> Iterator[Finding]:
    """Look at everything; where tables are missing, nothing more is asked of the database."""
    behind = tuple(_migrations())
    yield Finding("migrations", behind)
    looks = ONLY_OUTSIDE if behind else {**OF_DATABASE, **ONLY_OUTSIDE}
    for subject, look in looks.items():
        yield Finding(subject, tuple(look()))


def _migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for migration, _backwards in plan:
        yield f"{migration.app_label}.{migration.name}"


def _settings() -> Iterator[str]:
    found = run_checks(include_deployment_checks=True, databases=["default"])
    for message in found:
        if not message.is_silenced():
            yield f"{message.id} {message.msg}"


def _triggers() -> Iterator[str]:
    yield from audit_triggers.missing(connection)
    yield from guards.missing()


def _trail() -> Iterator[str]:
    found = verify()
    if isinstance(found, Broken):
        yield f"#{found.sequence} {found.why}"


def _files() -> Iterator[str]:
    digests = StoredFile.objects.order_by("digest").values_list("digest", flat=True).distinct()
    for digest in digests.iterator(chunk_size=1000):
        if not default_storage.exists(blob_path(digest)):
            yield blob_path(digest)


def _keys() -> Iterator[str]:
    for path in sorted((settings.DATA / "keys").glob("*.key")):
        if path.stat().st_mode & 0o077:
            yield f"{path.name} {path.stat().st_mode & 0o777:o}"


def _room() -> Iterator[str]:
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_ROOM:
        yield f"{free >> 20} MB"


Look = Callable[[], Iterator[str]]
OF_DATABASE: Final[dict[str, Look]] = {
    "settings": _settings,
    "triggers": _triggers,
    "trail": _trail,
    "files": _files,
}
ONLY_OUTSIDE: Final[dict[str, Look]] = {"keys": _keys, "room": _room}
