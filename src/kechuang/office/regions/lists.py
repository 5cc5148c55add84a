"""The list of regions: the tree, in its order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import search, visible


def _levels(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in Region.Level]


def _parents(actor: Actor) -> Iterable[tuple[str, str]]:
    above = visible(actor).exclude(children=None).order_by("path").distinct()
    return above.values_list("code", "name")


def _by_level(queryset: QuerySet[Region], level: str) -> QuerySet[Region]:
    return queryset.filter(level=level)


def _by_parent(queryset: QuerySet[Region], code: str) -> QuerySet[Region]:
    return queryset.filter(path__contains=f"/{code}/")


REGIONS = Listing(
    code="regions",
    name=_("行政区划"),
    verb="region.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda row: row.name,
            sort="path",
            link=lambda row: address("regions:record", row.code),
        ),
        Column("code", _("区划代码"), lambda row: row.code, sort="code"),
        Column("level", _("层级"), lambda row: Region.Level(row.level).label, sort="level"),
        Column("parent", _("上级"), lambda row: row.parent.name if row.parent else None),
        Column("former", _("曾用名"), lambda row: "、".join(row.former_names), default=False),
    ),
    filters=(
        Filter("level", _("层级"), "choice", apply=_by_level, choices=_levels),
        Filter("within", _("所在区划"), "choice", apply=_by_parent, choices=_parents),
    ),
    search=search,
    sort="name",
    empty=_("没有符合条件的区划。请放宽条件，或由系统管理员新增。"),
    searched=_("名称、代码、曾用名"),
)
