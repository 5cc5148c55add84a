"""Reading the calendar: what ships, what bureaus say about it, what is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.due.calendar import DueRule, Occurrence, load_due, occurrences
from kechuang.office.desk.models import DueItem, DueMark
from kechuang.office.desk.queries.incoming import VIEW
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Item

SHIPPED: Final = "shipped"
CHANGED: Final = "changed"
OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a region's calendar: its rule, whose it is, whether it is on, by whom changed."""

    rule: DueRule
    origin: str
    is_on: bool
    row: DueItem | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something is due: the item, how it stands, and the mark that it was done."""

    occurrence: Occurrence
    state: State
    mark: DueMark | None

    @property
    def key(self) -> str:
        """What it is marked by."""
        return f"{self.occurrence.rule.code}:{self.occurrence.nominal.isoformat()}"


def entries(region: str) -> list[Entry]:
    """The calendar of a region, by its path: the nearest region that says something counts."""
    codes = region.strip("/").split("/")
    rows = DueItem.objects.filter(region__code__in=codes).select_related("region")
    nearest: dict[str, DueItem] = {}
    for row in sorted(rows, key=lambda row: len(row.region.path)):
        nearest[row.code] = row
    shipped = load_due().rules
    found = [
        Entry(_rule(nearest[code]), CHANGED, nearest[code].is_on, nearest[code])
        if code in nearest
        else Entry(rule, SHIPPED, True)
        for code, rule in shipped.items()
    ]
    own = [row for code, row in nearest.items() if code not in shipped]
    return found + [Entry(_rule(row), OWN, row.is_on, row) for row in own]


def days(actor: Actor, since: date, until: date, today: date | None = None) -> list[Day]:
    """What is due for the actor's region within some days, with what was done."""
    now = today or timezone.localdate()
    rules = [entry.rule for entry in entries(actor.region) if entry.is_on]
    found = occurrences(rules, since, until)
    rows = DueMark.objects.filter(
        region__path=actor.region, day__in={each.nominal for each in found}
    )
    marks = {(row.code, row.day): row for row in rows}
    return [
        Day(each, _state(each, mark := marks.get((each.rule.code, each.nominal)), now), mark)
        for each in found
    ]


def find_entry(region: str, code: str) -> Entry | None:
    """The item of this code in a region's calendar."""
    return next((each for each in entries(region) if each.rule.code == code), None)


def morning(actor: Actor) -> Iterator[Item]:
    """What is due within `soon_days`, or overdue as long as that, and not marked as done."""
    if actor.reach(VIEW) is None or not actor.region:
        return
    today = timezone.localdate()
    ahead = timedelta(days=load_due().soon_days)
    for day in days(actor, today - ahead, today + ahead, today):
        if day.mark is None:
            due = day.occurrence.due
            url = f"{reverse('desk:incoming_calendar')}?month={due:%Y-%m}"
            yield Item(day.occurrence.rule.name, url, 1, due, day.state.code)


def _state(each: Occurrence, mark: DueMark | None, today: date) -> State:
    if mark is not None:
        return State("done", _("完成"))
    left = (each.due - today).days
    if left < 0:
        return State("late", _("已过%(days)d天") % {"days": -left})
    if left <= load_due().soon_days:
        return State("soon", _("还有%(days)d天") % {"days": left})
    return State("normal", _("未到期"))


def _rule(row: DueItem) -> DueRule:
    opens = (row.opens_month or 0, row.opens_day) if row.opens_day else None
    return DueRule(
        code=row.code,
        name=row.name,
        who=row.who,
        repeats=row.repeats,
        due=(row.due_month, row.due_day),
        opens=opens,
        moves=row.moves,
        basis=row.basis,
        is_unverified=row.is_unverified,
        first_year=row.first_year,
        last_year=row.last_year,
    )
