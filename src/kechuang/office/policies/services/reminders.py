"""Reminders: the work of a day is submitted once; people say what they want to hear."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit, jobs
from kechuang.office.ground.actors import SYSTEM, Actor, Place
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.policies.models import ReminderChoice, ReminderKind
from kechuang.office.policies.queries.reminders import OF_FIRMS, choices_of
from kechuang.office.policies.queries.runs import root_place
from kechuang.office.policies.telling import REMIND

KIND: Final = "reminders.day"
Wanted = ReminderChoice.Wanted


def submit_today() -> None:
    """Put the reminders of this day into the queue, unless that was done."""
    submit(timezone.localdate())


def submit(day: date) -> None:
    """The same of a day. Before the office has been founded there is nobody to tell."""
    place = root_place()
    if not place.region:
        return
    key = f"{KIND}:{day.isoformat()}"
    # Another worker may be quicker: what it submitted stays, and this is taken back.
    with suppress(IntegrityError), transaction.atomic():
        if Job.objects.filter(key=key).exists():
            return
        name = _("提醒（%(day)s）") % {"day": day.isoformat()}
        job = jobs.submit(SYSTEM, KIND, name, {"day": day.isoformat()}, Place(place.region))
        Job.objects.filter(pk=job.pk).update(key=key)


def choose(actor: Actor, chosen: Mapping[str, str]) -> audit.Changes:
    """Say of each kind what one wants to hear; what is left out stays as it was.

    Raises `ValidationError` for a kind or an answer that is not there.
    """
    with acting(actor, REMIND):
        for kind, each in chosen.items():
            _check(kind, each)
        before = choices_of(actor.code)
        after = {**before, **chosen}
        for kind in (kind for kind in after if after[kind] != before[kind]):
            ReminderChoice.objects.update_or_create(
                to=actor.code, kind=kind, defaults={"wanted": after[kind]}
            )
        changes = audit.changes_between(_told(before), _told(after))
        if changes:
            subject = SourceRef("reminders", actor.code)
            line = audit.Line("reminder.choose", subject, actor.name, actor.place, changes)
            audit.record(actor, line)
    return changes


def _told(chosen: Mapping[str, str]) -> dict[str, str]:
    return {kind: str(Wanted(each).label) for kind, each in chosen.items()}


def _check(kind: str, each: str) -> None:
    if kind not in ReminderKind.values:
        raise ValidationError(_("没有“%(kind)s”这种提醒。") % {"kind": kind})
    if each not in Wanted.values or (each == Wanted.MINE and kind not in OF_FIRMS):
        raise ValidationError({kind: _("没有这种选择。请从列表中选择。")})
