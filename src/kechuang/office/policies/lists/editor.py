"""The lists of revisions, and of enterprises whose verdict one of them would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.lists.runs import rule_name, verdict_state
from kechuang.office.policies.models import PreviewChange, RulePreview, RuleRevision
from kechuang.office.policies.models.runs import Verdict
from kechuang.office.policies.queries import editor
from kechuang.office.policies.queries.documents import offered_rules
from kechuang.office.policies.telling import DIAGNOSE, EXPORT_RULE, VIEW_RULE
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_day, choice, party_column

STATES: Final = {
    "draft": "todo", "submitted": "soon", "returned": "late", "published": "done",
    "withdrawn": "normal",
}  # fmt: skip


def state_of(row: RuleRevision) -> State:
    """How far a revision is, as a badge."""
    return State(STATES[row.state], row.get_state_display())  # type: ignore[attr-defined]


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The revisions whose rule, document or reason holds a text."""
    names = ("name", "rule", "version", "document_title", "document_number", "reason")
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": text})
    return rows.filter(found)


def _previews(actor: Actor) -> Iterable[tuple[str, Text]]:
    mine = editor.visible(actor).values("pk")
    rows = RulePreview.objects.select_related("revision").exclude(ended_at=None)
    rows = rows.filter(revision__in=mine).order_by("-pk")[:100]
    return [(str(row.pk), f"{row.revision} {row}") for row in rows]


def _verdicts(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(each.value, each.label) for each in Verdict]


def _rules(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return list(offered_rules().items())


def _firm(row: PreviewChange) -> str | None:
    return address("policies:diagnosis", row.party.code)


REVISIONS: Final = Listing(
    code="rule_revisions",
    name=_("规则修订"),
    verb=VIEW_RULE,
    queryset=editor.visible,
    columns=(
        Column("name", _("规则"), lambda row: row.name, sort="name", link=editor.address_of),
        Column("base", _("所改的版本"), lambda row: row.base),
        Column("version", _("新版本号"), lambda row: row.version, sort="version"),
        Column("since", _("生效日期"), lambda row: row.since, sort="since", align="date"),
        Column("state", _("状态"), state_of, sort="state"),
        Column("author", _("起草人"), lambda row: row.author_name, sort="author_name"),
        Column("decided", _("发布或退回人"), lambda row: row.decided_name),
        Column("decided_at", _("发布或退回时间"), lambda row: row.decided_at, sort="decided_at",
               align="date"),
        Column("document", _("依据文件"), lambda row: row.document_title, default=False),
        Column("article", _("条款"), lambda row: row.article, default=False),
        Column("reason", _("修订原因"), lambda row: row.reason, default=False),
        Column("until", _("失效日期"), lambda row: row.until, align="date", default=False),
        Column("created_at", _("起草时间"), lambda row: row.created_at, sort="created_at",
               align="date", default=False),
        Column("digest", _("文件摘要"), lambda row: row.digest, default=False),
    ),
    filters=(
        choice("state", _("状态"), lambda: dict(RuleRevision.State.choices)),
        choice("rule", _("规则"), offered_rules),
        by_day("since_from", _("生效不早于"), "since__gte"),
    ),
    search=search,
    searched=_("规则、版本、依据文件、修订原因"),
    sort="-created_at",
    empty=_("还没有修订过规则。在“规则”里选一条，点“修订参数和日期”。"),
    export_verb=EXPORT_RULE,
)  # fmt: skip

PREVIEW_CHANGES: Final = Listing(
    code="rule_preview_changes",
    name=_("修订会改变的结论"),
    verb=VIEW_RULE,
    queryset=editor.preview_changes,
    columns=(
        party_column(_("企业")),
        Column("region", _("区划"), lambda row: row.party.region.name,
               sort="party__region__path"),
        Column("rule", _("规则"), lambda row: rule_name(row.rule), sort="rule"),
        Column("before", _("现行版本"), lambda row: verdict_state(row.before), sort="before"),
        Column("after", _("新版本"), lambda row: verdict_state(row.after), sort="after"),
        Column("why", _("诊断"), lambda row: row.party.code, link=_firm, default=False,
               verb=DIAGNOSE),
        Column("revision", _("修订"), lambda row: str(row.preview.revision),
               link=lambda row: editor.address_of(row.preview.revision)),
    ),
    filters=(
        Filter("preview", _("预览"), "choice",
               lambda rows, value: rows.filter(preview=int(value)), _previews),
        Filter("rule", _("规则"), "choice",
               lambda rows, value: rows.filter(rule=value), _rules),
        Filter("before", _("现行版本"), "choice",
               lambda rows, value: rows.filter(before=value), _verdicts),
        Filter("after", _("新版本"), "choice",
               lambda rows, value: rows.filter(after=value), _verdicts),
        by_region("party__region", VIEW_RULE),
    ),
    sort="-pk",
    empty=_("没有结论变化的企业。"),
    export_verb=EXPORT_RULE,
)  # fmt: skip
