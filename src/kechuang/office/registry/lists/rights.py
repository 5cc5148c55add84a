"""The list of intellectual property."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    by_day,
    by_party,
    by_source,
    choice,
    flag,
    on,
    party_column,
    region_column,
    source_columns,
)
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.queries.rights import (
    STANDINGS,
    search,
    standing,
    standing_is,
    visible,
)
from kechuang.office.registry.standing import options, with_day


def kind_word(row: IntellectualProperty) -> str:
    """The kind of a right in words."""
    return options("ip", "ip_kind").get(row.kind, row.kind)


def class_word(row: IntellectualProperty) -> str:
    """The class of a right in words."""
    return options("ip", "ip_class").get(row.ip_class, row.ip_class)


def way_word(row: IntellectualProperty) -> str:
    """How a right was got, in words."""
    return options("ip", "acquired_by").get(row.acquired_by, row.acquired_by)


def _first_owner(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(owner_rank=1) if value == "1" else rows.exclude(owner_rank=1)


PROPERTIES: Final = Listing(
    code="properties",
    name=_("知识产权"),
    verb="property.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda row: row.name or row.number,
            sort="name",
            link=lambda row: reverse("registry:property", args=[row.pk]),
        ),
        Column("number", _("编号"), lambda row: row.number, sort="number"),
        party_column(_("权利人")),
        Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False),
        region_column("party__region"),
        Column("kind", _("种类"), kind_word, sort="kind"),
        Column("ip_class", _("类别"), class_word, sort="ip_class"),
        Column(
            "applied_on",
            _("申请日期"),
            lambda row: row.applied_on,
            sort="applied_on",
            align="date",
            default=False,
        ),
        Column(
            "granted_on", _("授权日期"), lambda row: row.granted_on, sort="granted_on", align="date"
        ),
        Column(
            "expires_on", _("到期日期"), lambda row: row.expires_on, sort="expires_on", align="date"
        ),
        Column("standing", _("状态"), standing),
        Column(
            "acquired_on",
            _("受让日期"),
            lambda row: row.acquired_on,
            sort="acquired_on",
            align="date",
            default=False,
        ),
        Column(
            "transferred_on",
            _("转出日期"),
            lambda row: row.transferred_on,
            sort="transferred_on",
            align="date",
            default=False,
        ),
        Column("acquired_by", _("取得方式"), way_word, sort="acquired_by", default=False),
        Column(
            "owner_rank",
            _("权利人排名"),
            lambda row: row.owner_rank,
            sort="owner_rank",
            align="number",
            default=False,
        ),
        Column(
            "usable_for_hnte",
            _("可用于高企认定"),
            lambda row: row.usable_for_hnte,
            sort="usable_for_hnte",
            default=False,
        ),
        Column(
            "high_value",
            _("高价值"),
            lambda row: row.high_value,
            sort="high_value",
            default=False,
        ),
        *source_columns(),
    ),
    filters=(
        on(with_day),
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        choice("kind", _("种类"), lambda: options("ip", "ip_kind")),
        choice("ip_class", _("类别"), lambda: options("ip", "ip_class")),
        by_day("from", _("授权不早于"), "granted_on__gte"),
        by_day("to", _("授权不晚于"), "granted_on__lte"),
        by_day("until", _("到期不晚于"), "expires_on__lte"),
        by_region("party__region", "property.view"),
        choice("acquired_by", _("取得方式"), lambda: options("ip", "acquired_by")),
        flag("usable_for_hnte", _("可用于高企认定")),
        flag("high_value", _("高价值")),
        choice(
            "first_owner",
            _("第一权利人"),
            lambda: {"1": _("是"), "0": _("否或未填")},
            _first_owner,
        ),
        by_party(_("权利人")),
        by_source(),
    ),
    search=search,
    searched=_("名称、编号"),
    sort="-granted_on",
    empty=_("还没有知识产权。请点“登记知识产权”，或从清单导入。"),
    export_verb="registry.export",
)
