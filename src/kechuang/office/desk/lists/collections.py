"""The lists of collections, and of those who were asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import Collection, CollectionPart, CollectionReturn
from kechuang.office.desk.queries import collections as queries
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region

STATES: Final = {
    Collection.State.DRAFT: "todo",
    Collection.State.SENDING: "soon",
    Collection.State.SENT: "soon",
    Collection.State.MERGING: "soon",
    Collection.State.CLOSED: "done",
}
MISSING: Final = State("todo", _("未报"))
LATE: Final = State("late", _("逾期未报"))
RETURNED: Final = State("done", _("已报"))


def state_of(row: Collection) -> State:
    """Where a collection stands, as a badge."""
    found = Collection.State(row.state)
    return State(STATES[found], found.label)


def state_of_part(row: CollectionPart) -> State:
    """Whether a part has returned something, as a badge."""
    if row.returned_at is not None:
        return RETURNED
    return LATE if queries.days_late(row) else MISSING


def _states(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(each.value, each.label) for each in Collection.State]


def _progress(row: Any) -> str:
    return f"{row.returned} / {row.asked}"


COLLECTIONS: Final = Listing(
    code="collections",
    name=_("下发汇总"),
    verb=queries.VIEW,
    queryset=queries.visible,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("desk:collection", args=[row.pk]),
        ),
        Column("state", _("状态"), state_of, sort="state"),
        Column("period", _("报告期"), lambda row: row.period, sort="period"),
        Column("progress", _("已报 / 应报"), _progress),
        Column("deadline", _("截止日期"), lambda row: row.deadline, sort="deadline", align="date"),
        Column("table_number", _("表号"), lambda row: row.table_number, default=False),
        Column("issued_by", _("制定机关"), lambda row: row.issued_by, default=False),
        Column("document", _("文号"), lambda row: row.document, default=False),
        Column("valid_until", _("有效期至"), lambda row: row.valid_until, align="date"),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("owner", _("经办人"), lambda row: row.owner_name, sort="owner_name"),
        Column("created", _("建立时间"), lambda row: row.created_at, sort="pk", align="date"),
    ),
    filters=(
        Filter("state", _("状态"), "choice", lambda rows, code: rows.filter(state=code), _states),
        by_region("region", queries.VIEW, _("区划")),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="-created",
    empty=_("还没有下发过表格。点“新建下发”，上传表样，设好拆分列就能发。"),
    searched=_("名称"),
)


def _by_collection(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    return rows.filter(collection=int(key)) if key.isdecimal() and len(key) < 18 else rows.none()


def _collections(actor: Actor) -> Iterable[tuple[str, Any]]:
    rows = queries.visible(actor).exclude(state=Collection.State.DRAFT).order_by("-pk")[:200]
    return [(str(row.pk), row.name) for row in rows]


def _by_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == "returned":
        return rows.filter(returned_at__isnull=False)
    missing = rows.filter(returned_at=None, collection__state__in=queries.OUT)
    if code == "late":
        return missing.filter(collection__deadline__lt=timezone.localdate())
    if code == "refused":
        refused = CollectionReturn.objects.filter(
            part=OuterRef("pk"), state=CollectionReturn.State.REFUSED
        )
        return missing.filter(Exists(refused))
    return missing


def _part_states(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [
        ("missing", MISSING.label),
        ("late", LATE.label),
        ("refused", _("退回后没有再报")),
        ("returned", RETURNED.label),
    ]


PARTS: Final = Listing(
    code="collection_parts",
    name=_("催报名单"),
    verb=queries.VIEW,
    queryset=queries.parts,
    columns=(
        Column(
            "name",
            _("填报单位"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("desk:collection_part", args=[row.pk]),
        ),
        Column(
            "collection",
            _("下发"),
            lambda row: row.collection.name,
            link=lambda row: reverse("desk:collection", args=[row.collection.pk]),
        ),
        Column("state", _("状态"), state_of_part, sort="returned_at"),
        Column(
            "deadline",
            _("截止日期"),
            lambda row: row.collection.deadline,
            sort="collection__deadline",
            align="date",
        ),
        Column("late", _("逾期天数"), queries.days_late, align="number"),
        Column("contact", _("联系人"), lambda row: row.contact_name),
        Column("phone", _("联系电话"), lambda row: masked("phone", row.contact_phone)),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("reminders", _("催报次数"), lambda row: row.reminders, align="number"),
        Column(
            "reminded",
            _("最近催报"),
            lambda row: row.reminded_at,
            align="date",
            default=False,
        ),
        Column("returned", _("收到时间"), lambda row: row.returned_at, align="date"),
    ),
    filters=(
        Filter("collection", _("下发"), "choice", _by_collection, _collections),
        Filter("state", _("状态"), "choice", _by_state, _part_states),
        by_region("region", queries.VIEW, _("区划")),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="pk",
    empty=_("还没有下发过表格，没有要催的单位。"),
    export_verb="collection.export",
    searched=_("填报单位"),
)
