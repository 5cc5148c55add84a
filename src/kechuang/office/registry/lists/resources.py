"""The list of instruments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    by_party,
    by_source,
    by_text,
    flag,
    party_column,
    region_column,
    source_columns,
)
from kechuang.office.registry.queries.resources import search, standing, visible
from kechuang.office.registry.standing import FEN_OF_WAN, in_wan


def _worth(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    fen = Decimal(text) * FEN_OF_WAN
    return rows.filter(original_value__gte=int(fen)) if abs(fen) < 2**63 else rows.none()


INSTRUMENTS: Final = Listing(
    code="instruments",
    name=_("科研仪器"),
    verb="instrument.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("仪器名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("registry:instrument", args=[row.code]),
        ),
        Column("code", _("仪器编号"), lambda row: row.code, sort="code"),
        Column("model", _("型号"), lambda row: row.model),
        Column("category", _("类别"), lambda row: row.category, sort="category"),
        party_column(_("所属单位")),
        region_column("party__region"),
        Column(
            "original_value",
            _("原值"),
            lambda row: in_wan(row.original_value),
            sort="original_value",
            align="number",
            unit=_("万元"),
        ),
        Column(
            "in_use_since",
            _("启用日期"),
            lambda row: row.in_use_since,
            sort="in_use_since",
            align="date",
        ),
        Column("place", _("放置地点"), lambda row: row.place, default=False),
        Column("fee", _("收费标准"), lambda row: row.fee, default=False),
        Column("uses", _("服务内容"), lambda row: row.uses, default=False),
        Column("contact_name", _("联系人"), lambda row: row.contact_name, default=False),
        Column("standing", _("状态"), standing, sort="is_active"),
        *source_columns(),
    ),
    filters=(
        flag("shareable", _("对外开放")),
        flag("is_active", _("在用")),
        by_text("category", _("类别含")),
        by_region("party__region", "instrument.view"),
        Filter("worth", _("原值不低于（万元）"), "number", _worth),
        by_party(_("所属单位")),
        by_source(),
    ),
    search=search,
    searched=_("名称、编号、拼音首字母"),
    sort="code",
    empty=_("还没有仪器。请点“登记仪器”。"),
    export_verb="registry.export",
)
