"""Pages of the calendar: a month, a year as a list, the items and their changes."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kechuang.office.desk.due.calendar import MONTHLY, DueRule
from kechuang.office.desk.forms.incoming import DueForm
from kechuang.office.desk.queries import calendar as queries
from kechuang.office.desk.queries.calendar import Day, Entry
from kechuang.office.desk.queries.due_elsewhere import Elsewhere, due_elsewhere
from kechuang.office.desk.queries.incoming import MANAGE
from kechuang.office.desk.services import calendar as services
from kechuang.office.ground.showing import State
from kechuang.office.registry import pages
from kechuang.reference.working_days import is_known, is_working_day

WEEK: Final = timedelta(days=7)
FIRST, LAST = 2000, 2099


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month's sheet and what is due on it."""

    day: date
    is_inside: bool
    is_today: bool
    is_worked: bool
    due: list[Day]
    elsewhere: list[Elsewhere]


def calendar(request: HttpRequest) -> HttpResponse:
    """What is due in a month, as a sheet; or in the twelve months from it on, as a list."""
    actor = pages.actor_of(request)
    first = _month(request)
    as_list = request.GET.get("view") == "list"
    last = _next(first, 12 if as_list else 1) - timedelta(days=1)
    found = queries.days(actor, first, last)
    elsewhere = due_elsewhere(actor, first, last)
    context = {
        "month": first,
        "as_list": as_list,
        "days": found,
        "elsewhere": elsewhere,
        "weeks": [] if as_list else _sheet(first, found, elsewhere),
        "weekdays": _weekdays(),
        "previous": f"?month={_next(first, -1):%Y-%m}",
        "next": f"?month={_next(first, 1):%Y-%m}",
        "sheet": f"?month={first:%Y-%m}",
        "list": f"?month={first:%Y-%m}&view=list",
        "unknown": [year for year in sorted({first.year, last.year}) if not is_known(year)],
        "may_change": bool(actor.reach(MANAGE)) and bool(actor.region),
    }
    return render(request, "desk/calendar.html", context)


def items(request: HttpRequest) -> HttpResponse:
    """What the calendar is made of: what ships, what was changed, what the bureau added."""
    actor = pages.actor_of(request)
    rows = [_told(entry) for entry in queries.entries(actor.region)]
    context = {"rows": rows, "may_change": bool(actor.reach(MANAGE))}
    return render(request, "desk/due_items.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """Add an item of one's own."""
    actor = pages.actor_of(request)
    form = DueForm(pages.given(request), initial={"repeats": "yearly", "moves": "next"})

    def act(form: DueForm) -> tuple[str, str]:
        row = services.set_item(actor, "", form.values())
        return _("已加入“%(name)s”。") % {"name": row.name}, reverse("desk:incoming_due_items")

    return pages.task_page(request, _("增加事项"), form, act, reverse("desk:incoming_due_items"))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change an item for one's own region and all below it."""
    actor, entry = pages.actor_of(request), _entry(request, code)
    form = DueForm(pages.given(request), initial=_initial(entry.rule))

    def act(form: DueForm) -> tuple[str, str]:
        services.set_item(actor, code, form.values())
        return _("已保存，本级及以下按新的日期提醒。"), reverse("desk:incoming_due_items")

    back = reverse("desk:incoming_due_items")
    lead = _("只改本级及以下的日历；上级和其他地区不变。")
    return pages.task_page(request, _("修改事项"), form, act, back, lead=lead)


def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch an item off or on for one's own region and all below it."""
    actor, entry = pages.actor_of(request), _entry(request, code)
    row = services.switch(actor, code, on=not entry.is_on)
    told = _("已启用“%(name)s”。") if row.is_on else _("已停用“%(name)s”，不再提醒。")
    messages.success(request, told % {"name": row.name})
    return redirect("desk:incoming_due_items")


def mark(request: HttpRequest) -> HttpResponse:
    """Say that an item was done for one of its days, or take that back."""
    actor = pages.actor_of(request)
    code, _colon, text = request.POST.get("key", "").rpartition(":")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Http404
    try:
        if request.POST.get("act") == "undo":
            services.unmark(actor, code, day)
            messages.success(request, _("已撤销完成。"))
        else:
            services.mark(actor, code, day)
            messages.success(request, _("已标为完成。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    back = f"{reverse('desk:incoming_calendar')}?month={day:%Y-%m}"
    return redirect(back + ("&view=list" if request.POST.get("view") == "list" else ""))


def _weekdays() -> list[str]:
    """The heads of the month's sheet, Monday in front."""
    return [
        pgettext("weekday", "一"),
        pgettext("weekday", "二"),
        pgettext("weekday", "三"),
        pgettext("weekday", "四"),
        pgettext("weekday", "五"),
        pgettext("weekday", "六"),
        pgettext("weekday", "日"),
    ]


def _sheet(first: date, found: list[Day], elsewhere: list[Elsewhere]) -> list[list[Cell]]:
    today = timezone.localdate()
    due: dict[date, list[Day]] = {}
    for each in found:
        due.setdefault(each.occurrence.due, []).append(each)
    others: dict[date, list[Elsewhere]] = {}
    for other in elsewhere:
        others.setdefault(other.due, []).append(other)
    return [
        [
            Cell(
                day,
                day.month == first.month,
                day == today,
                is_working_day(day),
                due.get(day, []),
                others.get(day, []),
            )
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]


def _month(request: HttpRequest) -> date:
    """The first day of the month that is asked for; this one where none can be read."""
    text = request.GET.get("month", "")
    year, _dash, month = text.partition("-")
    is_month = len(text) == 7 and year.isdecimal() and month.isdecimal()
    if is_month and FIRST <= int(year) <= LAST and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return timezone.localdate().replace(day=1)


def _next(first: date, by: int) -> date:
    """The first day of a month so many months later."""
    number = first.year * 12 + first.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def _entry(request: HttpRequest, code: str) -> Entry:
    found = queries.find_entry(pages.actor_of(request).region, code)
    if found is None:
        raise Http404
    return found


def _initial(rule: DueRule) -> dict[str, object]:
    opens = rule.opens or (None, None)
    return {
        "name": rule.name,
        "who": rule.who,
        "repeats": rule.repeats,
        "due_month": rule.due[0] or None,
        "due_day": rule.due[1],
        "opens_month": opens[0] or None,
        "opens_day": opens[1],
        "moves": rule.moves,
        "first_year": rule.first_year,
        "last_year": rule.last_year,
        "basis": rule.basis,
        "is_unverified": rule.is_unverified,
    }


def _told(entry: Entry) -> dict[str, object]:
    rule = entry.rule
    origin = {
        queries.SHIPPED: _("随系统提供"),
        queries.CHANGED: _("随系统提供，已改"),
        queries.OWN: _("自设"),
    }[entry.origin]
    if entry.row is not None:
        origin = f"{origin} · {entry.row.region.name}"
    return {
        "code": rule.code,
        "name": rule.name,
        "who": rule.who,
        "when": _when(rule),
        "basis": rule.basis,
        "is_unverified": rule.is_unverified,
        "origin": origin,
        "is_on": entry.is_on,
        "state": State("done", _("启用")) if entry.is_on else State("normal", _("停用")),
    }


def _when(rule: DueRule) -> str:
    if rule.repeats == MONTHLY:
        return _("每月%(day)d日") % {"day": rule.due[1]}
    told = _("%(month)d月%(day)d日") % {"month": rule.due[0], "day": rule.due[1]}
    if rule.opens:
        opens = _("%(month)d月%(day)d日") % {"month": rule.opens[0], "day": rule.opens[1]}
        told = f"{opens}–{told}"
    if rule.first_year and rule.first_year == rule.last_year:
        return _("%(year)d年%(days)s") % {"year": rule.first_year, "days": told}
    return _("每年%(days)s") % {"days": told}
