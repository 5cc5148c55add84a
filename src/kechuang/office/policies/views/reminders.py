"""Pages of reminders: the list, the digest of a day, what one wants to hear, a firm's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import BooleanField, Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.lists import list_page
from kechuang.office.policies.forms.reminders import ReminderForm
from kechuang.office.policies.lists.reminders import (
    REMINDERS,
    about,
    about_url,
    firm_url,
    kind_state,
)
from kechuang.office.policies.queries import reminders as queries
from kechuang.office.policies.services import reminders as services
from kechuang.office.policies.telling import NOTIFY_VIEW
from kechuang.office.registry import pages

SHOWN: Final = 5
"""How many events of a kind the digest names; the link leads to all."""
OF_FIRM: Final = 20


def reminder_list(request: HttpRequest) -> HttpResponseBase:
    """All events in reach."""
    actor = pages.actor_of(request)
    acts = [pages.Act(_("提醒设置"), reverse("policies:reminder_settings"))]
    newest = queries.digests(actor).first()
    if newest is not None:
        acts.insert(0, pages.Act(_("最近一次摘要"), queries.digest_address(newest.day)))
    if actor.reach(NOTIFY_VIEW) is not None:
        acts.append(pages.Act(_("已发的通知"), reverse("policies:sendings")))
    return list_page(request, REMINDERS, "registry/records.html", acts=acts)


def digest(request: HttpRequest, day: str) -> HttpResponse:
    """What a person was told on a day, by kind: some of it, and the list of all."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.digests(actor), day=_day(day))
    rows = queries.digest_rows([actor], found.day)
    counts = queries.counted(rows)
    context = {
        "day": found.day,
        "groups": list(_groups(actor.code, rows, counts, found.day)),
        "elsewhere": max(0, sum(found.counts.values()) - sum(counts.values())),
        "mine": queries.mentored(rows, actor.code).count() if found.mine else 0,
        "mine_url": queries.list_address(day=found.day.isoformat(), mine=actor.code),
        "all_url": queries.list_address(day=found.day.isoformat()),
        "settings_url": reverse("policies:reminder_settings"),
    }
    return render(request, "policies/reminder_digest.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _groups(user: str, rows: Any, counts: dict[str, int], day: date) -> Iterator[dict[str, Any]]:
    chosen = queries.choices_of(user)
    for kind, count in counts.items():
        conditions = {"day": day.isoformat(), "kind": kind}
        if chosen[kind] == queries.Wanted.MINE:
            conditions["mine"] = user
        # What is over already comes after what can still be done.
        over = Case(When(due__lt=day, then=True), default=False, output_field=BooleanField())
        some = rows.filter(kind=kind).select_related("party", "region", "batch", "document")
        yield {
            "state": kind_state(kind),
            "count": count,
            "url": queries.list_address(**conditions),
            "rows": [
                {
                    "url": firm_url(each) or about_url(each),
                    "name": each.party.name if each.party else about(each),
                    "about": about(each) if each.party else each.region.name,
                    "told": queries.what_told(each),
                    "due": each.due,
                }
                for each in some.order_by(over, "due", "pk")[:SHOWN]
            ],
            "more": max(0, count - SHOWN),
        }


def settings(request: HttpRequest) -> HttpResponse:
    """What one wants to hear of each kind."""
    actor = pages.actor_of(request)
    form = ReminderForm(
        pages.given(request), actor=actor, initial=queries.choices_of(actor.code)
    )  # fmt: skip

    def act(form: ReminderForm) -> tuple[str, str]:
        return pages.changed(services.choose(actor, form.chosen())), reverse("policies:reminders")

    lead = _("每天最多一条摘要，没有事就不发。关掉的事项不进摘要，仍在提醒列表里。")
    back = reverse("policies:reminders")
    return pages.task_page(
        request, _("提醒设置"), form, act, back, lead=lead, button=_("保存")
    )  # fmt: skip


def dossier_tab(request: HttpRequest, code: str) -> str:
    """What there was to tell of one firm, newest first; nothing hides the tab."""
    actor = pages.actor_of(request)
    rows = list(queries.events_of(actor, code)[:OF_FIRM])
    if not rows:
        return ""
    cells = [
        (kind_state(each.kind), about(each), queries.what_told(each), each.due, each.found_on)
        for each in rows
    ]
    headers = (_("事项"), _("内容"), _("情况"), _("日期"), _("发现日期"))
    return pages.tab([pages.Section("reminders", _("提醒"), headers, cells)])
