"""The list of policy documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.lists import Column, Listing
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries.documents import (
    STANDINGS,
    document_address,
    for_rule,
    offered_rules,
    rule_names,
    rules_of,
    search,
    standing_is,
    state_of,
    visible,
)
from kechuang.office.policies.telling import EXPORT_POLICY, VIEW_POLICY
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_day, by_text, choice, region_column


def prepare(rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch which rules stand on each document, for all rows at once."""
    linked = rules_of(rows) if "rules" in columns else {}
    names = rule_names() if linked else {}
    for row in rows:
        row.rule_names = [names.get(rule, rule) for rule in linked.get(row.pk, ())]


DOCUMENTS: Final = Listing(
    code="policy_documents",
    name=_("政策文件"),
    verb=VIEW_POLICY,
    queryset=visible,
    columns=(
        Column("title", _("标题"), lambda row: row.title, sort="title", link=document_address),
        Column("number", _("文号"), lambda row: row.number, sort="number"),
        Column("issuer", _("发文机关"), lambda row: row.issuer, sort="issuer"),
        Column("level", _("级别"), lambda row: row.get_level_display(), sort="level"),
        region_column("region"),
        Column(
            "issued_on", _("发布日期"), lambda row: row.issued_on, sort="issued_on", align="date"
        ),
        Column(
            "expires_on", _("有效期至"), lambda row: row.expires_on, sort="expires_on",
            align="date",
        ),
        Column("standing", _("状态"), state_of),
        Column("successor", _("被取代为"), lambda row: row.superseded_by, default=False),
        Column("rules", _("关联的规则"), lambda row: row.rule_names, default=False),
        Column(
            "in_force_on", _("施行日期"), lambda row: row.in_force_on, sort="in_force_on",
            align="date", default=False,
        ),
        Column(
            "fair_competition", _("公平竞争审查结论"),
            lambda row: row.get_fair_competition_display(), default=False,
        ),
        Column(
            "legality", _("合法性审核结论"), lambda row: row.get_legality_display(), default=False
        ),
    ),
    filters=(
        choice("standing", _("状态"), lambda: STANDINGS, standing_is),
        choice("level", _("级别"), lambda: dict(PolicyDocument.Level.choices)),
        by_region("region", VIEW_POLICY),
        choice("rule", _("规则"), offered_rules, for_rule),
        by_text("issuer", _("发文机关")),
        by_day("issued_from", _("发布不早于"), "issued_on__gte"),
        by_day("expires_by", _("有效期止于"), "expires_on__lte"),
    ),
    search=search,
    searched=_("标题、文号、发文机关、正文"),
    sort="-issued_on",
    empty=_("还没有登记政策文件。"),
    export_verb=EXPORT_POLICY,
    prepare=prepare,
)  # fmt: skip
