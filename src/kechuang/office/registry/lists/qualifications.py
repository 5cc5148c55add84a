"""The list of titles."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Listing
from kechuang.office.ground.normalise import normalise_code
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
from kechuang.office.registry.models.qualifications import RecognitionKind
from kechuang.office.registry.queries.qualifications import (
    STANDINGS,
    level_word,
    on_day,
    standing,
    standing_is,
    title_word,
    visible,
)
from kechuang.office.registry.standing import options


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(found_by_party(text) | Q(number__istartswith=normalise_code(text)))


QUALIFICATIONS: Final = Listing(
    code="qualifications",
    name=_("资格称号"),
    verb="qualification.view",
    queryset=visible,
    columns=(
        Column(
            "title",
            _("称号"),
            lambda row: title_word(row.title),
            sort="title",
            link=lambda row: reverse("registry:qualification", args=[row.pk]),
        ),
        party_column(_("单位")),
        Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False),
        region_column("party__region"),
        Column("level", _("级别"), lambda row: level_word(row.level), sort="level"),
        Column("number", _("证书编号"), lambda row: row.number, sort="number"),
        Column("batch_name", _("批次"), lambda row: row.batch_name, sort="batch_name"),
        Column(
            "recognition",
            _("认定方式"),
            lambda row: row.get_recognition_display(),
            sort="recognition",
            default=False,
        ),
        Column("issuer", _("发证机关"), lambda row: row.issuer, default=False),
        Column(
            "issued_on", _("发证日期"), lambda row: row.issued_on, sort="issued_on", align="date"
        ),
        Column(
            "expires_on",
            _("有效期至"),
            lambda row: row.expires_on,
            sort="expires_on",
            align="date",
        ),
        Column("standing", _("状态"), standing),
        Column(
            "awaiting_document",
            _("拟认定公示文号"),
            lambda row: row.awaiting_document,
            default=False,
        ),
        Column(
            "cancelled_on", _("撤销日期"), lambda row: row.cancelled_on, align="date", default=False
        ),
        Column("cancelled_reason", _("撤销原因"), lambda row: row.cancelled_reason, default=False),
        *source_columns(),
    ),
    filters=(
        on(on_day),
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        choice("title", _("称号"), lambda: options("titles", "title")),
        choice("level", _("级别"), lambda: options("titles", "level")),
        by_day("until", _("有效期至不晚于"), "expires_on__lte"),
        by_region("party__region", "qualification.view"),
        by_text("batch_name", _("批次含")),
        choice("recognition", _("认定方式"), lambda: dict(RecognitionKind.choices)),
        by_party(_("单位")),
        by_source(),
    ),
    search=_search,
    searched=_("单位、证书编号、拼音首字母"),
    sort="-issued_on",
    empty=_("还没有称号。请点“登记称号”，或从名单导入。"),
    export_verb="registry.export",
)
