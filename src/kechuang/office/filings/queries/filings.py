"""Reading filings: where each stands, which deadline is next, who is late, whom to chase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.filings.milestones import MILESTONES
from kechuang.office.filings.models import BatchStage, Filing, Meaning, StageEntry
from kechuang.office.filings.practice import setting
from kechuang.office.filings.telling import CHANGE, VIEW
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.lists.shared import found_by_party

RELATED = ("batch__region", "party__region", "stage")


def visible(actor: Actor, day: date | None = None) -> QuerySet[Any]:
    """The filings that an actor may see that count, as of a day: today where none is said.

    Each row has `day` and `next_due`, the deadline that comes next for it.
    """
    return on_day(_reached(actor, VIEW), day or timezone.localdate())


def changeable(actor: Actor) -> QuerySet[Any]:
    """The filings that an actor may change."""
    return on_day(_reached(actor, CHANGE), timezone.localdate())


def _reached(actor: Actor, verb: str) -> QuerySet[Filing]:
    rows = Filing.objects.select_related(*RELATED).filter(duplicate_of=None)
    return limit(rows, actor, verb)


def on_day(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """The rows with the day for which they are asked and the next deadline of each."""
    later = BatchStage.objects.filter(
        batch=OuterRef("batch"), order__gt=OuterRef("stage__order"), due__isnull=False, is_end=False
    )
    due = Subquery(later.order_by("due", "order").values("due")[:1])
    return rows.annotate(day=Value(day, output_field=DateField()), next_due=due)


def reached(rows: QuerySet[Any], milestone: str) -> QuerySet[Any]:
    """Of rows of `on_day` those that had got to a milestone by their day."""
    entries = StageEntry.objects.filter(
        filing=OuterRef("pk"),
        taken_back_at=None,
        on__lte=OuterRef("day"),
        stage__meaning__in=MILESTONES[milestone],
    )
    return rows.filter(Exists(entries.order_by()))


def returned_for(rows: QuerySet[Any], cause: str) -> QuerySet[Any]:
    """Of rows of `on_day` those that were returned for a cause by their day."""
    entries = StageEntry.objects.filter(
        filing=OuterRef("pk"), taken_back_at=None, on__lte=OuterRef("day"), cause=cause
    )
    return rows.filter(Exists(entries.order_by()))


_OPEN = Q(stage__is_end=False, batch__closed_on=None)


def standing_is(rows: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Of rows of `on_day` those that stand so."""
    return rows.filter(standing_of(standing))


def standing_of(standing: str) -> Q:
    """The condition under which a row of `on_day` stands so."""
    soon = F("day") + timedelta(days=setting("soon_days"))
    return {
        "late": _OPEN & Q(next_due__lt=F("day")),
        "soon": _OPEN & Q(next_due__gte=F("day"), next_due__lte=soon),
        "unanswered": _OPEN & Q(stage__meaning=Meaning.RETURNED),
        "open": _OPEN,
        "over": ~_OPEN,
    }[standing]


STANDINGS = {
    "late": gettext_lazy("逾期"),
    "soon": gettext_lazy("临近截止"),
    "unanswered": gettext_lazy("退回未重交"),
    "open": gettext_lazy("在办"),
    "over": gettext_lazy("已结束"),
}


def standing(row: Any) -> State:
    """How a row of `on_day` stands on its day, in words: what `standing_is` finds."""
    if row.stage.is_end or row.batch.closed_on:
        good = row.stage.meaning not in {Meaning.FAILED, Meaning.ABANDONED}
        return State("done" if good else "normal", STANDINGS["over"])
    if row.next_due is None:
        return State("todo" if _returned(row) else "normal", STANDINGS["open"])
    days = (row.next_due - row.day).days
    if days < 0:
        return State("late", _("逾期%(days)s天") % {"days": f"{-days:,}"})
    told = _("还有%(days)s天") % {"days": f"{days:,}"}
    return State("soon" if days <= setting("soon_days") else "normal", told)


def _returned(row: Any) -> bool:
    return row.stage.meaning == Meaning.RETURNED


def to_chase(actor: Actor, day: date | None = None) -> QuerySet[Any]:
    """What an officer must follow up: late, due before long, or returned and not answered."""
    rows = on_day(_reached(actor, CHANGE), day or timezone.localdate())
    soon = F("day") + timedelta(days=setting("soon_days"))
    urgent = Q(next_due__lte=soon) | Q(stage__meaning=Meaning.RETURNED)
    return rows.filter(_OPEN & urgent)


def changeable_entries(actor: Actor) -> QuerySet[StageEntry]:
    """The entries that count of filings that an actor may change, each with its filing."""
    reached = _reached(actor, CHANGE).order_by().values("pk")
    related = ("stage", "filing__party__region", "filing__batch", "filing__stage")
    rows = StageEntry.objects.select_related(*related).filter(taken_back_at=None)
    return rows.filter(filing__in=reached)


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The filings whose firm or number a text finds."""
    return rows.filter(found_by_party(text) | Q(number__istartswith=text))


def next_act(row: Any) -> str:
    """The one thing that somebody should do next with a filing, in words."""
    after = row.stage.meaning
    if row.stage.is_end or row.batch.closed_on:
        return ""
    acts = {
        Meaning.SURVEYED: _("问清是否申报，登记意向"),
        Meaning.INTENDED: _("安排辅导，催齐材料"),
        Meaning.COACHED: _("催企业在申报系统提交"),
        Meaning.SUBMITTED: _("审核材料，推荐或退回"),
        Meaning.RETURNED: _("催企业修改后重交"),
        Meaning.RECOMMENDED: _("跟踪市级审核"),
        Meaning.CITY_REVIEWED: _("跟踪省级评审"),
        Meaning.PROVINCE_REVIEWED: _("核对公示名单"),
        Meaning.PUBLISHED: _("核对备案公告，登记证书"),
        Meaning.FILED: _("领取证书，登记编号"),
    }
    return str(acts.get(Meaning(after), "")) if after else _("推进到下一阶段")


def entries_of(filing: Filing) -> list[StageEntry]:
    """All entries of a filing in the order in which they happened, taken back ones too."""
    rows = StageEntry.objects.filter(filing=filing).select_related("stage")
    return list(rows.order_by("on", "pk"))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here: filings by firm or number, the newest first."""
    for row in search(visible(actor), text).order_by("-pk")[:most]:
        yield Hit(
            name=row.party.name,
            kind=gettext_lazy("申报"),
            url=reverse("filings:filing", args=[row.pk]),
            detail=f"{row.batch.name} {row.stage.name}",
        )


def address(actor: Actor, key: str) -> str | None:
    """Where a filing is seen, None where the actor may not."""
    if key.isdecimal() and _reached(actor, VIEW).filter(pk=key).exists():
        return reverse("filings:filing", args=[key])
    return None
