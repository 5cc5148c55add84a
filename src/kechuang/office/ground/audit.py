"""Writing the audit trail: a line for each thing done, refused or seen, chained to the one before.

A line is written in the transaction of what it tells of, so that neither can stay without the
other.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import CharField
from django.utils import timezone

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.ground.slots import SourceRef

Plain = str | int | bool | None
Changes = Mapping[str, tuple[Plain, Plain]]

CHAINED = (
    "sequence", "at", "actor_code", "actor_name", "actor_role", "action", "outcome",
    "subject_kind", "subject_key", "subject_name", "region", "party", "changes", "reason",
    "address", "previous",
)  # fmt: skip
UNSEEN: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
LONGEST_VALUE: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """What an audit line says; who and when are added as it is written."""

    action: str
    subject: SourceRef
    name: str = ""
    place: Place = field(default_factory=Place)
    changes: Changes = field(default_factory=dict)
    reason: str = ""
    outcome: str = AuditEvent.Outcome.DONE


def record(actor: Actor, line: Line) -> AuditEvent:
    """Write one line."""
    return record_all(actor, [line])[0]


def record_all(actor: Actor, lines: list[Line]) -> list[AuditEvent]:
    """Write lines in order; whoever writes at the same time waits until this transaction ends.

    The head is moved by the database itself, line by line (`audit_triggers`). Lock what else you
    change before you record it, so that two transactions never wait for each other.
    """
    with transaction.atomic(savepoint=False):
        head = AuditHead.objects.select_for_update().get(pk=1)
        events = []
        for line in lines:
            event = _event(actor, line, head)
            head.count, head.digest = event.sequence, event.digest
            events.append(event)
        AuditEvent.objects.bulk_create(events)
    return events


def _event(actor: Actor, line: Line, head: AuditHead) -> AuditEvent:
    texts = {
        "actor_code": actor.code,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "action": line.action,
        "outcome": str(line.outcome),
        "subject_kind": line.subject.kind,
        "subject_key": line.subject.key,
        "subject_name": line.name,
        "region": line.place.region or actor.region,
        "party": line.place.party or actor.party,
        "reason": line.reason,
        "address": actor.address,
    }
    event = AuditEvent(
        sequence=head.count + 1,
        at=timezone.now(),
        changes={
            _clean(name): [_told(before), _told(after)]
            for name, (before, after) in line.changes.items()
        },
        previous=head.digest,
        **{name: _cut(name, text) for name, text in texts.items()},
    )
    event.digest = digest_of(event)
    return event


def _cut(name: str, text: str) -> str:
    """A text as long as its column."""
    length = cast(CharField, AuditEvent._meta.get_field(name)).max_length
    return _clean(text)[:length]


def _clean(text: str, kept: str = "") -> str:
    """A text without what would let one line look like two, or like another.

    Rare characters stay, also those that this version of Python does not know yet.
    """
    return "".join(
        "�" if unicodedata.category(each) in UNSEEN and each not in kept else each for each in text
    )


def _told(value: Plain) -> Plain:
    """A value in a change; of a very long text its beginning, its length and its digest."""
    if not isinstance(value, str):
        return value
    text = _clean(value, kept="\n\t")
    if len(text) <= LONGEST_VALUE:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[:LONGEST_VALUE]}…（共{len(text)}字，SHA-256 {digest}）"


def digest_of(event: AuditEvent) -> str:
    """The SHA-256 of everything that a line says, the digest of the line before included."""
    values: dict[str, Any] = {name: getattr(event, name) for name in CHAINED}
    at: datetime = values["at"]
    values["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changes_between(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> Changes:
    """What differs, as pairs from → to."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }
