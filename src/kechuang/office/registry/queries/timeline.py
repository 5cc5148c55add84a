"""All that happened to an organisation, newest first; each part asks the database once or twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import in_brackets
from kechuang.office.registry.models import (
    Agreement,
    FormerName,
    ImportBatch,
    Incubation,
    IntellectualProperty,
    Organisation,
    Platform,
    PlatformPartner,
    Proposal,
    Qualification,
    RegionStay,
    YearlyFact,
)
from kechuang.office.registry.queries.organisations import documents
from kechuang.office.registry.queries.proposals import cell_of
from kechuang.reference import load_dictionary

MOST: Final = 200
AUDITED: Final = {
    "party.change": "organisation.view",
    "organisation.change": "organisation.view",
    "organisation.create": "organisation.view",
    "organisation.merge": "organisation.view",
    "organisation.tag": "organisation.view",
}
"""Acts of the trail that no record of their own tells, and who may see them."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: what it is about, what happened, where it is seen."""

    day: date
    kind: str
    text: str
    url: str
    detail: str = ""


Part = Callable[[Actor, Organisation], Iterator[Event]]


def timeline(actor: Actor, organisation: Organisation) -> list[Event]:
    """The newest events that the actor may see."""
    found = [event for part in PARTS for event in part(actor, organisation)]
    return sorted(found, key=lambda event: event.day, reverse=True)[:MOST]


def _tab(code: str) -> str:
    return f"?tab={code}"


def _life(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    kind, url = _("企业"), _tab("basic")
    if organisation.founded_on:
        yield Event(organisation.founded_on, kind, _("成立"), url)
    if organisation.status_since:
        status = Organisation.Status(organisation.status).label
        yield Event(
            organisation.status_since, kind, _("状态变为%(status)s") % {"status": status}, url
        )
    for former in FormerName.objects.filter(party=organisation.pk).exclude(until=None):
        text = _("不再用原名“%(name)s”") % {"name": former.name}
        yield Event(_day(former.until), kind, text, url, former.document)
    stays = RegionStay.objects.filter(party=organisation.pk).select_related("region")
    for stay in stays:
        text = _("由“%(region)s”迁出") % {"region": stay.region.name}
        yield Event(stay.until, kind, text, url, stay.reason)


def _titles(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    names = load_dictionary().field("titles", "title").options
    today = timezone.localdate()
    for row in _of(actor, organisation, Qualification.objects.all(), "qualification.view"):
        said = {"title": names.get(row.title, row.title)}
        url = reverse("registry:qualification", args=[row.pk])
        kind = _("资格称号")
        if row.issued_on:
            yield Event(row.issued_on, kind, _("取得%(title)s") % said, url, row.number)
        if row.expires_on and row.expires_on <= today:
            yield Event(row.expires_on, kind, _("%(title)s到期") % said, url, row.number)
        if row.cancelled_on:
            text = _("%(title)s被撤销") % said
            yield Event(row.cancelled_on, kind, text, url, row.cancelled_reason)


def _rights(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    rows = _of(actor, organisation, IntellectualProperty.objects.all(), "property.view")
    days = rows.exclude(granted_on=None).order_by().values("granted_on")
    for row in days.annotate(count=Count("pk")).order_by("-granted_on")[:MOST]:
        text = ngettext("授权%(count)d项知识产权", "授权%(count)d项知识产权", row["count"])
        yield Event(
            row["granted_on"], _("知识产权"), text % {"count": row["count"]}, _tab("rights")
        )


def _transfers(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    """Rights that went to somebody else, and that came from somebody."""
    rows = _of(actor, organisation, IntellectualProperty.objects.all(), "property.view")
    moved = rows.exclude(transferred_on=None, acquired_on=None).order_by("-pk")
    others = {
        row.came_from_id: row.party.name  # type: ignore[attr-defined]
        for row in IntellectualProperty.objects.filter(came_from__party=organisation.pk)
        .select_related("party")
        .order_by()
    }
    for row in moved.select_related("came_from__party")[:MOST]:
        kind, url = _("知识产权"), reverse("registry:property", args=[row.pk])
        if row.transferred_on:
            said = {"name": row.name or row.number, "party": others.get(row.pk, "")}
            text = _("“%(name)s”转让给%(party)s") % said
            yield Event(row.transferred_on, kind, text, url, row.number)
        if row.acquired_on:
            giver = row.came_from.party.name if row.came_from else ""
            text = _("受让%(party)s的“%(name)s”") % {"name": row.name or row.number, "party": giver}
            yield Event(row.acquired_on, kind, text, url, row.document)


def _platforms(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    kind = _("平台")
    rows = limit(Platform.objects.all(), actor, "platform.view")
    partners = PlatformPartner.objects.filter(party=organisation.pk).exclude(since=None)
    stays = Incubation.objects.filter(party=organisation.pk)
    hosted = rows.filter(host=organisation.pk).exclude(recognised_on=None)
    for row in hosted:
        text = _("“%(name)s”获认定") % {"name": row.name}
        yield Event(_day(row.recognised_on), kind, text, _platform(row))
    for partner in partners.filter(platform__in=rows).select_related("platform"):
        text = _("参与共建“%(name)s”") % {"name": partner.platform.name}
        yield Event(_day(partner.since), kind, text, _platform(partner.platform), partner.role)
    for stay in stays.filter(platform__in=rows).select_related("platform"):
        said = {"name": stay.platform.name}
        url = _platform(stay.platform)
        yield Event(stay.entered_on, kind, _("入驻“%(name)s”") % said, url)
        if stay.left_on:
            text = _("离开“%(name)s”") % said
            detail = Incubation.Outcome(stay.outcome).label
            yield Event(stay.left_on, kind, text, url, f"{detail} {stay.reason}".strip())


def _platform(row: Platform) -> str:
    return reverse("registry:platform", args=[row.code])


def _agreements(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    rows = limit(Agreement.objects.all(), actor, "agreement.view")
    for row in rows.filter(agreementparty__party=organisation.pk).order_by("pk"):
        kind, url = _("协议"), reverse("registry:agreement", args=[row.pk])
        said = {"name": row.name}
        if row.signed_on:
            yield Event(row.signed_on, kind, _("签订“%(name)s”") % said, url, row.number)
        if row.ended_on:
            text = _("“%(name)s”提前终止") % said
            yield Event(row.ended_on, kind, text, url, row.ended_reason)


def _documents(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    for row in documents(actor, organisation.pk):
        kind, url = _("文件"), _tab("documents")
        said = {"title": row.title}
        yield Event(_day(row.added_at), kind, _("加入“%(title)s”") % said, url, row.added_name)
        if row.withdrawn_at:
            text = _("作废“%(title)s”") % said
            yield Event(_day(row.withdrawn_at), kind, text, url, row.withdrawn_reason)


def _proposals(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    for row in _of(actor, organisation, Proposal.objects.all(), "proposal.view"):
        kind, url = _("更正申请"), reverse("registry:proposal", args=[row.pk])
        day = row.decided_at or row.proposed_at
        state = Proposal.State(row.state).label
        text = _("申请更正“%(field)s”") % {"field": _field_name(row)}
        yield Event(_day(day), kind, f"{text}{in_brackets(state)}", url, row.reason)


def _field_name(row: Proposal) -> str:
    cell = cell_of(row)
    name = cell.plain_name if cell else row.field
    return _("%(year)d年%(name)s") % {"year": row.year, "name": name} if row.year else name


def _imports(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    written = Q(pk=organisation.batch_id)  # type: ignore[attr-defined]
    for model in (YearlyFact, Qualification, IntellectualProperty):
        rows = model.objects.filter(party=organisation.pk).exclude(batch=None).order_by()
        written |= Q(pk__in=rows.values("batch"))
    batches = limit(ImportBatch.objects.all(), actor, "import.view").exclude(written_at=None)
    for row in batches.filter(written).order_by("-pk")[:MOST]:
        url = reverse("registry:import", args=[row.pk])
        yield Event(_day(row.written_at), _("导入"), _("由导入写入"), url, row.name)


def _trail(actor: Actor, organisation: Organisation) -> Iterator[Event]:
    code = organisation.party.code
    mine = Q(subject_kind__in=("organisation", "party"), subject_key=code)
    actions = [action for action, verb in AUDITED.items() if actor.reach(verb) is not None]
    rows = AuditEvent.objects.filter(
        mine, action__in=actions, outcome=AuditEvent.Outcome.DONE
    ).order_by("-sequence")
    for row in rows[:MOST]:
        text, url = words.action(row.action), _tab("history")
        yield Event(_day(row.at), _("档案"), text, url, row.actor_name or row.actor_code)


def _of(actor: Actor, organisation: Organisation, rows: QuerySet, verb: str) -> QuerySet:
    return limit(rows, actor, verb).filter(party=organisation.pk)


def _day(moment: date | datetime | None) -> date:
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date()
    if moment is None:
        raise ValueError("an event without a day")
    return moment


PARTS: Final[tuple[Part, ...]] = (
    _life, _titles, _rights, _transfers, _platforms, _agreements, _documents, _proposals,
    _imports, _trail,
)  # fmt: skip
