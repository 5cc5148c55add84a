"""What happened to one record, as its own page shows it: the lines of the trail that changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.functional import Promise

from kechuang.office.ground.audit_words import told
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef

MOST = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One change: when, by whom, and for each field its name, from what, to what."""

    at: datetime
    by: str
    action: str
    changes: tuple[tuple[str | Promise, object, object], ...]


def history(
    subject: SourceRef,
    actions: Mapping[str, str | Promise],
    fields: Mapping[str, str | Promise],
    models: Sequence[type[Model]] = (),
) -> list[Step]:
    """The latest changes of a record of those models, newest first.

    `actions` and `fields` name in words what the trail holds as codes; the models name their
    choices.
    """
    events = AuditEvent.objects.filter(
        subject_kind=subject.kind,
        subject_key=subject.key,
        outcome=AuditEvent.Outcome.DONE,
        action__in=list(actions),
    )[:MOST]
    return [
        Step(
            event.at,
            event.actor_name or event.actor_code,
            str(actions[event.action]),
            tuple(
                (fields.get(name, name), told(models, name, before), told(models, name, after))
                for name, (before, after) in sorted(event.changes.items())
            ),
        )
        for event in events
    ]
