"""The list of reminders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.ladder import Stand, rungs
from kechuang.office.policies.lists.ladder import NOTHING
from kechuang.office.policies.lists.runs import rule_name
from kechuang.office.policies.models import ReminderEvent, ReminderKind
from kechuang.office.policies.queries import reminders as queries
from kechuang.office.policies.rules import shipped
from kechuang.office.policies.telling import DIAGNOSE, LADDER, POOL_CHANGE, REMIND, REMIND_EXPORT
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_day, choice, dossier
from kechuang.office.registry.standing import options

STATES: Final = {
    ReminderKind.CERTIFICATE: "soon",
    ReminderKind.OPENS: "todo",
    ReminderKind.CLOSES: "soon",
    ReminderKind.CAME: "done",
    ReminderKind.WENT: "late",
    ReminderKind.SUPERSEDED: "normal",
}


def kind_state(kind: str) -> State:
    """What happened, as a badge."""
    return State(STATES[ReminderKind(kind)], ReminderKind(kind).label)


def about(row: ReminderEvent) -> str:
    """What an event is about in the language of the page: a rule has a name of its own."""
    return rule_name(row.subject) if row.run_id else row.name  # type: ignore[attr-defined]


def firm_url(row: ReminderEvent) -> str | None:
    """The dossier of the firm."""
    return dossier(row.party.code) if row.party else None


def about_url(row: ReminderEvent) -> str | None:
    """The batch or the document."""
    if row.batch is not None:
        return address("filings:batch", row.batch.pk)
    if row.document is not None:
        return address("policies:document", row.document.pk)
    return None


def _next(row: ReminderEvent) -> Text:
    return NOTHING if next_url(row) is None else _NEXT[ReminderKind(row.kind)]


_NEXT: Final = {
    ReminderKind.CERTIFICATE: _("这个台阶临期的企业"),
    ReminderKind.OPENS: _("达标未申报的企业"),
    ReminderKind.CLOSES: _("达标未申报的企业"),
    ReminderKind.CAME: _("诊断"),
    ReminderKind.WENT: _("诊断"),
    ReminderKind.SUPERSEDED: _("新文件"),
}


def next_url(row: ReminderEvent) -> str | None:
    """Where one goes on from an event; None where there is nowhere."""
    if row.kind == ReminderKind.SUPERSEDED:
        return address("policies:document", row.facts["successor"])
    if row.run_id is not None:  # type: ignore[attr-defined]
        return address("policies:diagnosis", row.party.code) if row.party else None
    rung = next((each.code for each in rungs().values() if row.subject in each.titles), "")
    stand = Stand.EXPIRING if row.kind == ReminderKind.CERTIFICATE else Stand.QUALIFIED
    return f"{reverse('policies:rung', args=[rung])}?stand={stand.value}" if rung else None


def _rules(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(code, rule_name(code)) for code in shipped().ids()]


def _titles(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return list(options("titles", "title").items())


def _by_rule(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(subject=value, run__isnull=False)


def _by_title(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(subject=value, run=None)


def _mine(actor: Actor) -> Iterable[tuple[str, Text]]:
    # The value names who: a condition hears no actor, and an address may be sent to a colleague.
    return [(actor.code, _("我辅导的"))]


REMINDERS: Final = Listing(
    code="reminders",
    name=_("提醒"),
    verb=REMIND,
    queryset=queries.visible,
    columns=(
        Column("kind", _("事项"), lambda row: kind_state(row.kind), sort="kind"),
        Column("party", _("企业"), lambda row: row.party.name if row.party else NOTHING,
               sort="party__name", link=firm_url),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("name", _("内容"), about, sort="name", link=about_url),
        Column("what", _("情况"), queries.what_told, verb=DIAGNOSE),
        Column("due", _("日期"), lambda row: row.due, sort="due", align="date"),
        Column("next", _("去办"), _next, link=next_url, verb=LADDER),
        Column("found_on", _("发现日期"), lambda row: row.found_on, sort="found_on",
               align="date", default=False),
        Column("told_on", _("告知日期"), lambda row: row.told_on, sort="told_on", align="date"),
    ),
    filters=(
        choice("kind", _("事项"), lambda: dict(ReminderKind.choices)),
        by_day("day", _("告知日期"), "told_on"),
        by_day("since", _("发现不早于"), "found_on__gte"),
        Filter("rule", _("规则"), "choice", _by_rule, _rules),
        Filter("title", _("称号"), "choice", _by_title, _titles),
        Filter("mine", _("培育库"), "choice", queries.mentored, _mine,
               verb=POOL_CHANGE),
        by_region("region", REMIND),
    ),
    search=lambda rows, text: rows.filter(party__name__icontains=text)
    | rows.filter(name__icontains=text),
    searched=_("企业、内容"),
    empty=_("还没有提醒。每天早上自动查证书、申报截止、变化的结论和被取代的政策，有了就在这里。"),
    export_verb=REMIND_EXPORT,
)  # fmt: skip
