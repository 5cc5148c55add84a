"""The work of `kechuang audit`: the trail verified and sealed."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django
from django.apps import apps
from django.db import DatabaseError, connection
from django.utils import translation

from kechuang.cli.console import Messages, Stop

BROKEN: Final = 1
NOT_FOUND: Final = 3
REFUSED: Final = 5
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}


def run_verify(seals: Path | None, language: str) -> int:
    """Verify the trail and say how it stands; the exit code is 1 where it is broken."""
    return in_office(language, lambda messages: _verify(messages, seals))


def run_seal(language: str) -> int:
    """Seal the trail and say what was sealed."""
    return in_office(language, _seal)


def run_encrypt_again(language: str) -> int:
    """Encrypt every secret with the newest key and say how many there were."""
    return in_office(language, _encrypt_again)


def in_office(language: str, work: Callable[[Messages], int], *, tables: bool = True) -> int:
    """Start the office for one piece of work; say why where it is not there.

    `tables` says that the work needs a database that is there already.
    """
    messages = Messages(language)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kechuang.office.site.settings")
    try:
        if not apps.ready:
            django.setup()
        with translation.override(LANGUAGES[language]):
            if tables:
                _require_tables(messages)
            return work(messages)
    except Stop as stop:
        return stop.code
    except DatabaseError as error:
        messages.tell("audit_no_database", detail=error, style="red")
        return NOT_FOUND


def _require_tables(messages: Messages) -> None:
    tables = set(connection.introspection.table_names())
    if not {"ground_auditevent", "ground_audithead"} <= tables:
        messages.tell("audit_not_founded", style="red")
        raise Stop(NOT_FOUND)


def _office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.ground.{name}")


def _verify(messages: Messages, seals: Path | None) -> int:
    if seals is not None and not (seals / _office("audit_seals").NAME).is_file():
        messages.tell("audit_no_seals", name=seals, style="red")
        return NOT_FOUND
    chain = _office("audit_chain")
    found = chain.verify(seals)
    broken = isinstance(found, chain.Broken)
    if broken:
        messages.tell("audit_broken", sequence=found.sequence, why=found.why, style="red")
    else:
        messages.tell("audit_whole", count=found.count, digest=found.digest or "—")
        if found.seals:
            values = {"seals": found.seals, "at": found.last_told, "sealed": found.sealed}
            messages.tell("audit_sealed_so_far", **values)
        else:
            messages.tell("audit_never_sealed")
    unguarded = _office("audit_triggers").missing(connection)
    if unguarded:
        messages.tell("audit_unguarded", names="、".join(unguarded), style="red")
    return BROKEN if broken or unguarded else 0


def _seal(messages: Messages) -> int:
    seals = _office("audit_seals")
    try:
        made = seals.seal()
    except OSError as error:
        messages.tell("audit_not_sealed", detail=error, style="red")
        return REFUSED
    values = {"at": made.told_at, "count": made.count, "digest": made.digest or "—"}
    messages.tell("audit_sealed", **values, name=seals.NAME)
    return 0


def _encrypt_again(messages: Messages) -> int:
    secrets = _office("secrets")
    try:
        count = secrets.encrypt_again(_office("actors").SYSTEM)
    except secrets.SecretError as error:
        messages.say(str(error), style="red")
        return REFUSED
    messages.tell("secrets_encrypted_again", count=count)
    return 0
