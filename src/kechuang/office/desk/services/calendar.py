"""Changing a bureau's calendar: an item added, changed, switched off or on, a day marked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.desk.due.calendar import MONTHLY, DueRule, day_in, occurrences
from kechuang.office.desk.models import DueItem, DueMark
from kechuang.office.desk.queries.calendar import find_entry
from kechuang.office.desk.queries.incoming import MANAGE
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions.models import Region

FIELDS: Final = (
    "name", "who", "repeats", "opens_month", "opens_day", "due_month", "due_day", "moves",
    "first_year", "last_year", "basis", "is_unverified", "is_on",
)  # fmt: skip
LEAP: Final = 2024
FARTHEST: Final = 15
"""No holiday moves a last day by more days."""


def set_item(actor: Actor, code: str, values: Mapping[str, Any]) -> DueItem:
    """Write an item of the actor's region: a new one where `code` is empty, else it is changed.

    What ships or stands for a region above stays there as it is. Raises `ValidationError` by field.
    """
    region = _region(actor)
    with acting(actor, MANAGE, Place(region.path)):
        entry = find_entry(region.path, code) if code else None
        if code and entry is None:
            raise ValidationError(_("日历里没有这一项。请刷新页面。"))
        rows = DueItem.objects.select_for_update(of=("self",))
        row = rows.filter(region=region, code=code).first() if code else None
        before = _plain(row) if row else {}
        if row is None:
            row = DueItem(region=region, code=code or f"own-{secrets.token_hex(6)}")
            if entry:
                _copy(row, entry.rule, is_on=entry.is_on)
                before = _plain(row)
        for name in FIELDS:
            if name in values:
                setattr(row, name, values[name])
        _check(row)
        row.changed_by, row.changed_name = actor.code, actor.name
        changes = audit.changes_between(before, _plain(row))
        if changes:
            row.save()
            _tell(actor, region, row.code, row.name, "set", changes)
    return row


def switch(actor: Actor, code: str, *, on: bool) -> DueItem:
    """Switch an item off, or on again, for the actor's region and all below it."""
    return set_item(actor, code, {"is_on": on})


def mark(actor: Actor, code: str, day: date, note: str = "") -> DueMark:
    """Say that an item was done for one of its days."""
    region = _region(actor)
    with acting(actor, MANAGE, Place(region.path)):
        entry = find_entry(region.path, code)
        if entry is None or not _falls_on(entry.rule, day):
            raise ValidationError(_("日历里没有这一项。请刷新页面。"))
        who = {"done_by": actor.code, "done_name": actor.name, "note": note}
        row, new = DueMark.objects.get_or_create(region=region, code=code, day=day, defaults=who)
        if new:
            changes: audit.Changes = {"day": (None, day.isoformat()), "note": (None, note or None)}
            _tell(actor, region, code, entry.rule.name, "mark", changes)
    return row


def unmark(actor: Actor, code: str, day: date) -> None:
    """Take back that an item was done for a day."""
    region = _region(actor)
    with acting(actor, MANAGE, Place(region.path)):
        if DueMark.objects.filter(region=region, code=code, day=day).delete()[0]:
            entry = find_entry(region.path, code)
            name = entry.rule.name if entry else code
            _tell(actor, region, code, name, "unmark", {"day": (day.isoformat(), None)})


def _falls_on(rule: DueRule, day: date) -> bool:
    """Whether an item's rule names this day."""
    near = timedelta(days=FARTHEST)
    return any(each.nominal == day for each in occurrences([rule], day - near, day + near))


def _region(actor: Actor) -> Region:
    return Region.objects.get(path=actor.region)


def _copy(row: DueItem, rule: DueRule, *, is_on: bool) -> None:
    """Begin with what ships or what a region above says."""
    row.name, row.who, row.repeats, row.moves = rule.name, rule.who, rule.repeats, rule.moves
    row.due_month, row.due_day = rule.due
    if rule.opens:
        row.opens_month, row.opens_day = rule.opens
    row.first_year, row.last_year = rule.first_year, rule.last_year
    row.basis, row.is_unverified, row.is_on = rule.basis, rule.is_unverified, is_on


def _check(row: DueItem) -> None:
    wrong: dict[str, str] = {}
    if row.repeats == MONTHLY:
        row.due_month = 0
        row.opens_month = 0 if row.opens_day else None
    elif not 1 <= row.due_month <= 12:
        wrong["due_month"] = _("每年的事项要填截止月（1至12）。")
    elif row.due_day > day_in(LEAP, row.due_month, 31).day:
        wrong["due_day"] = _("%(month)d月没有%(day)d日。") % {
            "month": row.due_month,
            "day": row.due_day,
        }
    if row.opens_day and row.repeats != MONTHLY and not row.opens_month:
        wrong["opens_month"] = _("填了开始日，也要填开始月。")
    if row.first_year and row.last_year and row.last_year < row.first_year:
        wrong["last_year"] = _("截止年度早于起始年度。")
    if wrong:
        raise ValidationError(wrong)


def _plain(row: DueItem) -> dict[str, audit.Plain]:
    return {name: getattr(row, name) for name in FIELDS}


def _tell(
    actor: Actor, region: Region, code: str, name: str, action: str, changes: audit.Changes
) -> None:
    subject = SourceRef("due", code)
    line = audit.Line(f"due.{action}", subject, name, Place(region.path), changes)
    audit.record(actor, line)
