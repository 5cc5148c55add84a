"""Reading reminders: what of them somebody sees, counts of a day, who is told of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of, matrix
from kechuang.office.accounts.queries import ENTERPRISE, in_force
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.crossing import Cause
from kechuang.office.policies.models import (
    PoolEntry,
    ReminderChoice,
    ReminderDigest,
    ReminderEvent,
    ReminderKind,
)
from kechuang.office.policies.rules import rulebook
from kechuang.office.policies.telling import REMIND
from kechuang.office.regions.queries import installation

OF_FIRMS: Final = (ReminderKind.CERTIFICATE, ReminderKind.CAME, ReminderKind.WENT)
"""The kinds of events that are about one firm."""
Wanted = ReminderChoice.Wanted


def visible(actor: Actor) -> QuerySet[ReminderEvent]:
    """The events that an actor sees, with what a list of them shows.

    Whoever works in a county also sees the windows and the policies of its city and province. A
    firm is not told of a first look: that is the bureau's own.
    """
    rows = ReminderEvent.objects.select_related("region", "party", "batch", "document")
    if actor.reach(REMIND) is Reach.PARTY:
        rows = rows.exclude(run__isnull=False, subject__in=_screening())
    if actor.reach(REMIND) is not Reach.REGION or not actor.region:
        return limit(rows, actor, REMIND)
    codes = actor.region.strip("/").split("/")
    mine = Q(region__path__startswith=actor.region)
    return rows.filter(mine | Q(party=None, region__code__in=codes[:-1]))


def _screening() -> list[str]:
    """The rules of a first look."""
    return [rule.id for rule in rulebook() if rule.kind == "screening"]


def mentored(rows: QuerySet[Any], user: str) -> QuerySet[Any]:
    """The events about firms of the pool that a user looks after."""
    own = PoolEntry.objects.filter(mentor=user, ended_on=None).order_by().values("party_id")
    return rows.filter(party__in=own)


def choices_of(user: str) -> dict[str, str]:
    """What a user wants of each kind."""
    chosen = dict(ReminderChoice.objects.filter(to=user).values_list("kind", "wanted"))
    return {kind: chosen.get(kind, Wanted.EVERY) for kind in ReminderKind.values}


def wanted(rows: QuerySet[Any], user: str, chosen: Mapping[str, str]) -> QuerySet[Any]:
    """The events of which a user wants to hear."""
    every = [kind for kind, each in chosen.items() if each == Wanted.EVERY]
    mine = [kind for kind, each in chosen.items() if each == Wanted.MINE]
    condition = Q(kind__in=every)
    if mine:
        own = mentored(ReminderEvent.objects.order_by(), user).values("pk")
        condition |= Q(kind__in=mine, pk__in=own)
    return rows.filter(condition)


def digest_rows(actors: Sequence[Actor], day: date) -> QuerySet[ReminderEvent]:
    """What the digest of a person in these roles tells of on a day, each once."""
    condition = Q(pk__in=())
    for actor in actors:
        told = visible(actor).select_related(None).filter(told_on=day).order_by()
        condition |= Q(pk__in=told.values("pk"))
    rows = ReminderEvent.objects.filter(condition, told_on=day).order_by()
    user = actors[0].code
    return wanted(rows, user, choices_of(user))


def counted(rows: QuerySet[Any]) -> dict[str, int]:
    """How many events of each kind, in the order of the kinds; none that is not there."""
    found = Counter(dict(rows.order_by().values_list("kind").annotate(Count("pk"))))
    return {kind: found[kind] for kind in ReminderKind.values if found[kind]}


# --- who is told


def people(day: date, last: str, most: int) -> list[list[Actor]]:
    """The next people after a user name who may have something of a day, each in all their roles.

    Enterprises only where they have pages, and only those of which there is something.
    """
    here = installation()
    roles = {role.code for role in matrix().holders(REMIND)}
    condition = Q(role__in=roles - {ENTERPRISE})
    if here is not None and here.enterprise_pages:
        firms = ReminderEvent.objects.filter(told_on=day).exclude(party=None).order_by()
        condition |= Q(role=ENTERPRISE, party__in=firms.values("party_id"))
    rows = Membership.objects.filter(in_force(timezone.localdate()), user__is_active=True)
    rows = rows.filter(condition, user__username__gt=last)
    names = rows.order_by("user__username").values_list("user__username", flat=True).distinct()
    found: dict[str, list[Actor]] = {name: [] for name in names[:most]}
    held = rows.filter(user__username__in=found).select_related("user", "region", "party")
    for each in held.order_by("pk"):
        found[each.user.username].append(actor_of(each))
    return list(found.values())


# --- words and addresses


def told(counts: Mapping[str, int], mine: int, day: date) -> str:
    """A digest in one sentence."""
    parts = "、".join(
        _("%(kind)s%(count)s件") % {"kind": ReminderKind(kind).label, "count": f"{count:,}"}
        for kind, count in counts.items()
    )
    text = _("今日提醒（%(day)s）：%(parts)s") % {"day": day.isoformat(), "parts": parts}
    if mine:
        text += ngettext(
            "；其中您辅导的企业%(count)d件", "；其中您辅导的企业%(count)d件", mine
        ) % {"count": mine}  # fmt: skip
    return f"{text}。"


def list_address(**conditions: str) -> str:
    """The address of the list under conditions."""
    query = f"?{urlencode(conditions)}" if conditions else ""
    return f"{reverse('policies:reminders')}{query}"


def digest_address(day: date) -> str:
    """The address of the digest of a day."""
    return reverse("policies:reminder_digest", args=[day.isoformat()])


def digests(actor: Actor) -> QuerySet[ReminderDigest]:
    """The digests that an actor got, newest first."""
    return ReminderDigest.objects.filter(to=actor.code).order_by("-day", "-pk")


def events_of(actor: Actor, code: str) -> QuerySet[ReminderEvent]:
    """What there was to tell of one firm, newest first."""
    return visible(actor).filter(party__code=code).order_by("-found_on", "-pk")


_CAUSES: Final = {
    Cause.RULE: lambda: _("规则换了版本：%(before)s → %(after)s，企业的事实没有使结论改变"),
    Cause.DAY: lambda: _("事实和规则没有变，到了日期：判断日改变使年限、有效期等条件的结果不同"),
    Cause.ENTERED: lambda: _("上次没有判断这家企业（新入库，或规则当时不适用于它）"),
    Cause.LEFT: lambda: _("这次没有判断这家企业（不再在营，或规则不再适用于它）"),
    Cause.UNREAD: lambda: _("两次运行的事实快照不能比较，说不出原因"),
}


def deciding(event: ReminderEvent) -> list[Mapping[str, Any]]:
    """The changed facts that turned the verdict."""
    return [each for each in event.facts.get("differences", ()) if each["decides"]]


def pairs(event: ReminderEvent) -> Iterator[str]:
    """The same in words, each."""
    for each in deciding(event):
        yield _("“%(name)s”%(before)s → %(after)s") % each


def why_told(event: ReminderEvent) -> str:
    """What turned a verdict, in words; empty for other events."""
    cause = event.facts.get("cause")
    if not cause:
        return ""
    versions = event.facts.get("versions", ("", ""))
    words = {"before": versions[0] or "—", "after": versions[1] or "—"}
    if cause != Cause.FACTS:
        return _CAUSES[Cause(cause)]() % words
    text = "；".join(pairs(event))
    count = len(event.facts["differences"]) + event.facts.get("more", 0)
    others = count - len(deciding(event))
    if others:
        text += _("（另有%(count)s项变化不起决定作用）") % {"count": others}
    if event.facts.get("rule_too"):
        text += _("；规则也换了版本：%(before)s → %(after)s") % words
    return text


def what_told(event: ReminderEvent) -> str:
    """What happened, in words."""
    facts = event.facts
    match event.kind:
        case ReminderKind.CERTIFICATE:
            days = facts["days"]
            if days < 0:
                return _("已于%(days)s天前到期，没有续") % {"days": -days}
            if not days:
                return _("发现当天到期")
            return _("发现时距到期%(days)s天") % {"days": days}
        case ReminderKind.OPENS:
            notice = facts["notice"]
            return _("依据%(notice)s") % {"notice": notice} if notice else _("申报批次已开")
        case ReminderKind.CLOSES:
            return _("%(level)s截止，发现时还有%(days)s天") % {
                "level": _LEVELS[facts["by"]](), "days": facts["days"],
            }  # fmt: skip
        case ReminderKind.SUPERSEDED:
            text = _("由“%(successor)s”取代") % {"successor": facts["successor_name"]}
            if "firms" in facts:
                text += _("；按%(day)s的运行，相关规则现有%(count)s家符合") % {
                    "day": facts["as_of"], "count": f"{facts['firms']:,}",
                }  # fmt: skip
            return text
        case _:
            return why_told(event)


_LEVELS: Final = {
    "county": lambda: _("县级"), "city": lambda: _("市级"), "province": lambda: _("省级"),
}  # fmt: skip
