"""The lists of comparisons: all of them, and the groups of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.comparison_words import whys
from kechuang.office.desk.models import ComparedRow, Comparison
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.filings.models import Filing
from kechuang.office.filings.queries import batches
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.organisations import ORGANISATIONS

STATES: Final = {
    Comparison.State.SENT: "soon",
    Comparison.State.DONE: "done",
    Comparison.State.REFUSED: "late",
}
GROUPS: Final = {
    ComparedRow.Group.SAME: _("一致"),
    ComparedRow.Group.DOUBT: _("疑似"),
    ComparedRow.Group.UNKNOWN: _("库内无"),
}
ABSENT: Final = "absent"


def state_of(comparison: Comparison) -> State:
    """Where a comparison stands, as a badge."""
    found = Comparison.State(comparison.state)
    if found == Comparison.State.DONE and comparison.counts.get(ComparedRow.Group.DOUBT):
        return State("todo", _("有待认定"))
    return State(STATES[found], found.label)


def _count(code: str) -> Callable[[Comparison], int | None]:
    return lambda comparison: comparison.counts.get(code)


def _mine(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(actor.code, _("我比对的"))] if actor.code else []


COMPARISONS: Final = Listing(
    code="comparisons",
    name=_("名单比对"),
    verb=queries.RUN,
    queryset=lambda actor: queries.visible(actor).defer("reading"),
    columns=(
        Column(
            "name",
            _("名单"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("desk:comparison", args=[row.pk]),
        ),
        Column("state", _("状态"), state_of, sort="state"),
        *(
            Column(code.value, name, _count(code.value), align="number")
            for code, name in GROUPS.items()
        ),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("owner", _("比对人"), lambda row: row.owner_name, sort="owner_name"),
        Column("created", _("提交时间"), lambda row: row.created_at, sort="pk", align="date"),
    ),
    filters=(
        by_region("region", queries.RUN, _("区划")),
        Filter("owner", _("比对人"), "choice", lambda rows, code: rows.filter(owner=code), _mine),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="-created",
    empty=_("还没有比对过名单。点“比对名单”，粘贴或上传一份就行。"),
    searched=_("名单"),
)


def why_of(row: ComparedRow) -> str:
    """Why an entry is in its group, in words."""
    if row.decision is not None:
        told = _("%(name)s认定") if row.decision.party_id else _("%(name)s认定不是库内企业")  # type: ignore[attr-defined]
        return str(told) % {"name": row.decision.decided_name}
    return whys(row.candidates[0]["reasons"]) if row.candidates else ""


def _dossier(row: ComparedRow) -> str | None:
    if row.party is None:
        return None
    return reverse("registry:organisation", args=[row.party.code])


def _is_own(row: ComparedRow) -> bool:
    """Whether an entry is a firm's by itself, so that nobody decides it."""
    return row.group == ComparedRow.Group.SAME and row.decision is None


def _row(row: ComparedRow) -> str | None:
    return None if _is_own(row) else reverse("desk:comparison_row", args=[row.pk])


def _assign(row: ComparedRow) -> object:
    if _is_own(row):
        return "—"
    return _("改认定") if row.decision else _("指定企业")


def _repeats(rows: QuerySet[ComparedRow], answer: str) -> QuerySet[ComparedRow]:
    return rows.filter(repeats__isnull=answer != "yes")


def _decided(rows: QuerySet[ComparedRow], answer: str) -> QuerySet[ComparedRow]:
    return rows.filter(decision__isnull=answer != "yes")


def _yes_no(actor: Actor) -> Iterable[tuple[str, Any]]:
    return (("yes", _("是")), ("no", _("否")))


_NAME: Final = Column("name", _("名单上的名称"), str, sort="name")
_FIRST: Final = (
    _NAME,
    Column("position", _("序号"), lambda row: row.position, sort="position", align="number"),
)
_LAST: Final = (
    Column("code", _("名单上的代码"), lambda row: row.credit_code, default=False),
    Column("place", _("位置"), lambda row: row.place, default=False),
)
_FIRM: Final = (
    Column("firm", _("库内企业"), lambda row: row.party.name, sort="party__name", link=_dossier),
    Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
    Column("why", _("为什么"), why_of),
    Column(
        "repeats", _("与第几条重复"), lambda row: row.repeats or "—", sort="repeats", align="number"
    ),
)
_ASSIGN: Final = Column("act", _("办理"), _assign, link=_row)
_DECIDED: Final = Filter("decided", _("人工认定"), "choice", _decided, _yes_no)


def _in_batch(rows: QuerySet[Any], batch: str) -> QuerySet[Any]:
    filed = Filing.objects.filter(batch=int(batch), duplicate_of=None).order_by()
    return rows.filter(pk__in=filed.values("party_id"))


def _batches(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(str(each.pk), each.name) for each in batches.visible(actor)]


_IN_BATCH: Final = Filter("batch", _("申报批次"), "choice", _in_batch, _batches, verb="filing.view")


def group_of(comparison: Comparison, group: str) -> Listing:
    """The list of one group of a comparison."""
    if group == ABSENT:
        return replace(
            ORGANISATIONS,
            code="comparison_absent",
            verb=queries.RUN,
            queryset=lambda actor: queries.absent(actor, comparison),
            filters=(*ORGANISATIONS.filters, _IN_BATCH),
            bulk=(),
            export_verb="",
            empty=_("本区划的企业都在名单上。"),
        )
    is_same = group == ComparedRow.Group.SAME
    middle = _FIRM if is_same else (Column("why", _("为什么"), why_of),)

    def rows(actor: Actor) -> QuerySet[ComparedRow]:
        return queries.rows(actor).filter(comparison=comparison, group=group)

    def search(found: QuerySet[ComparedRow], text: str) -> QuerySet[ComparedRow]:
        named = found.filter(name__icontains=text)
        return named | found.filter(party__name__icontains=text) if is_same else named

    filters = (_DECIDED, Filter("repeats", _("重复"), "choice", _repeats, _yes_no))
    return Listing(
        code=f"comparison_{group}",
        name=GROUPS[ComparedRow.Group(group)],
        verb=queries.RUN,
        queryset=rows,
        columns=(*_FIRST, *middle, *_LAST, _ASSIGN),
        filters=filters if is_same else (_DECIDED,),
        search=search,
        sort="position",
        empty=_("这一组没有名称。"),
        searched=_("名称"),
    )
