"""The lists of platforms and of firms in carriers."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    by_day,
    by_party,
    by_source,
    by_text,
    choice,
    found_by_party,
    on,
    party_column,
    region_column,
    source_columns,
)
from kechuang.office.registry.models import Incubation
from kechuang.office.registry.models.qualifications import RecognitionKind
from kechuang.office.registry.queries.platforms import (
    STANDINGS,
    kind_word,
    level_word,
    months,
    outcome_state,
    search,
    standing,
    standing_is,
    stays,
    visible,
)
from kechuang.office.registry.services.platforms import CARRIERS
from kechuang.office.registry.standing import options, with_day

PLATFORMS: Final = Listing(
    code="platforms",
    name=_("创新平台"),
    verb="platform.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("平台名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("registry:platform", args=[row.code]),
        ),
        Column("code", _("平台编号"), lambda row: row.code, sort="code", default=False),
        Column("kind", _("类别"), lambda row: kind_word(row.kind), sort="kind"),
        Column("level", _("级别"), lambda row: level_word(row.level), sort="level"),
        party_column(_("依托单位"), "host"),
        region_column("region"),
        Column("field_name", _("领域"), lambda row: row.field_name, sort="field_name"),
        Column(
            "head",
            _("负责人"),
            lambda row: row.head.party.name if row.head else "",
            default=False,
        ),
        Column(
            "recognition",
            _("认定方式"),
            lambda row: row.get_recognition_display(),
            sort="recognition",
            default=False,
        ),
        Column(
            "founded_on",
            _("成立日期"),
            lambda row: row.founded_on,
            sort="founded_on",
            align="date",
            default=False,
        ),
        Column(
            "recognised_on",
            _("认定日期"),
            lambda row: row.recognised_on,
            sort="recognised_on",
            align="date",
        ),
        Column(
            "expires_on",
            _("有效期至"),
            lambda row: row.expires_on,
            sort="expires_on",
            align="date",
            default=False,
        ),
        Column("issuer", _("认定机关"), lambda row: row.issuer, default=False),
        Column("standing", _("状态"), standing, sort="status"),
        Column(
            "assessed",
            _("最近考核"),
            lambda row: f"{row.assessed_year} {row.assessed_grade}" if row.assessed_year else "",
            sort="assessed_year",
        ),
        *source_columns(),
    ),
    filters=(
        on(with_day),
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        choice("kind", _("类别"), lambda: options("platforms", "platform_kind")),
        choice("level", _("级别"), lambda: options("platforms", "platform_level")),
        by_region("region", "platform.view"),
        by_party(_("依托单位"), "host"),
        by_text("field_name", _("领域含")),
        by_day("from", _("认定不早于"), "recognised_on__gte"),
        by_day("to", _("认定不晚于"), "recognised_on__lte"),
        by_day("until", _("有效期至不晚于"), "expires_on__lte"),
        by_text("assessed_grade", _("最近考核等次含")),
        choice("recognition", _("认定方式"), lambda: dict(RecognitionKind.choices)),
        by_source(),
    ),
    search=search,
    searched=_("名称、编号、拼音首字母"),
    sort="code",
    empty=_("还没有平台。请点“登记平台”，或从名单导入。"),
    export_verb="registry.export",
)


def _stayed_on(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    day = date.fromisoformat(text)
    return rows.filter(Q(left_on=None) | Q(left_on__gt=day), entered_on__lte=day)


def _in_platform(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(platform__name__icontains=text) | Q(platform__code=text))


def _find(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(found_by_party(text) | Q(platform__name__icontains=text))


STAYS: Final = Listing(
    code="incubations",
    name=_("在孵与毕业企业"),
    verb="platform.view",
    queryset=stays,
    columns=(
        party_column(_("企业")),
        Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False),
        Column(
            "platform",
            _("载体"),
            lambda row: row.platform.name,
            sort="platform__name",
            link=lambda row: reverse("registry:platform", args=[row.platform.code]),
        ),
        Column("kind", _("类别"), lambda row: kind_word(row.platform.kind), sort="platform__kind"),
        region_column("platform__region"),
        Column("room", _("房间"), lambda row: row.room.number if row.room else ""),
        Column(
            "entered_on",
            _("入驻日期"),
            lambda row: row.entered_on,
            sort="entered_on",
            align="date",
        ),
        Column("left_on", _("离开日期"), lambda row: row.left_on, sort="left_on", align="date"),
        Column(
            "months",
            _("已在孵"),
            lambda row: months(row, timezone.localdate()),
            align="number",
            unit=_("月"),
        ),
        Column("outcome", _("去向"), outcome_state, sort="outcome"),
        Column("reason", _("毕业条件或退出原因"), lambda row: row.reason),
    ),
    filters=(
        choice("outcome", _("去向"), lambda: dict(Incubation.Outcome.choices)),
        Filter("in", _("载体"), "text", _in_platform),
        choice(
            "kind",
            _("载体类别"),
            lambda: {code: kind_word(code) for code in CARRIERS},
            lambda rows, kind: rows.filter(platform__kind=kind),
        ),
        by_region("platform__region", "platform.view"),
        Filter("on", _("这一天在孵"), "date", _stayed_on),
        by_day("entered_until", _("入驻不晚于"), "entered_on__lte"),
        by_day("from", _("离开不早于"), "left_on__gte"),
        by_day("to", _("离开不晚于"), "left_on__lte"),
        by_party(_("企业")),
    ),
    search=_find,
    searched=_("企业、载体、拼音首字母"),
    sort="-entered_on",
    empty=_("还没有入驻企业。请打开一个众创空间、孵化器或加速器，点“企业入驻”。"),
    export_verb="registry.export",
)
