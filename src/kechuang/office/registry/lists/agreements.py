"""The list of agreements."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    by_day,
    by_source,
    choice,
    on,
    region_column,
    source_columns,
)
from kechuang.office.registry.models import Agreement
from kechuang.office.registry.queries.agreements import (
    STANDINGS,
    parties_of,
    search,
    standing,
    standing_is,
    visible,
    with_party,
)
from kechuang.office.registry.standing import with_day

AGREEMENTS: Final = Listing(
    code="agreements",
    name=_("合作协议"),
    verb="agreement.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("协议名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("registry:agreement", args=[row.pk]),
        ),
        Column("number", _("协议编号"), lambda row: row.number, sort="number", default=False),
        Column("kind", _("种类"), lambda row: row.get_kind_display(), sort="kind"),
        Column("parties", _("各方"), parties_of),
        region_column("region"),
        Column(
            "signed_on", _("签订日期"), lambda row: row.signed_on, sort="signed_on", align="date"
        ),
        Column("since", _("自"), lambda row: row.since, sort="since", align="date"),
        Column("until", _("至"), lambda row: row.until, sort="until", align="date"),
        Column("standing", _("状态"), standing),
        Column("content", _("主要内容"), lambda row: row.content, default=False),
        Column(
            "ended_on", _("提前终止日期"), lambda row: row.ended_on, align="date", default=False
        ),
        Column("ended_reason", _("终止原因"), lambda row: row.ended_reason, default=False),
        *source_columns(),
    ),
    filters=(
        on(with_day),
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        choice("kind", _("种类"), lambda: dict(Agreement.Kind.choices)),
        by_region("region", "agreement.view"),
        Filter("party", _("其中一方"), "text", with_party),
        by_day("from", _("签订不早于"), "signed_on__gte"),
        by_day("to", _("签订不晚于"), "signed_on__lte"),
        by_day("ends_by", _("至不晚于"), "until__lte"),
        by_source(),
    ),
    search=search,
    searched=_("名称、编号、拼音首字母"),
    sort="-signed_on",
    empty=_("还没有协议。请点“登记协议”。"),
    export_verb="registry.export",
)
