"""What this part puts into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.comparison_merging import RULE
from kechuang.office.desk.lists.comparisons import COMPARISONS, GROUPS
from kechuang.office.desk.models import Comparison, ComparisonAct, NameDecision
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services import comparison_acts, comparisons
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.jobs import JobKind, kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.models import Job
from kechuang.office.ground.slots import (
    MorningItems,
    SearchSource,
    SourceOpener,
    merge_rules,
    morning_items,
    search_sources,
    source_openers,
)

COMPARISON_ACTIONS: Final = {
    "comparison.send": _("提交名单"),
    "comparison.again": _("重新比对"),
    "comparison.done": _("比对完毕"),
    "comparison.refuse": _("读不出名单"),
    "comparison.decide": _("认定名称"),
    "comparison.act": _("一次办理"),
    "comparison.undo": _("撤销办理"),
    "comparison.download": _("下载比对结果"),
}


def fill() -> None:
    """Comparisons are listed, found, opened, told in the trail; large ones are done by jobs."""
    listings.fill(COMPARISONS)
    search_sources.fill(SearchSource("comparisons", 95, queries.find))
    morning_items.fill(MorningItems("comparisons", _("名单比对"), 65, queries.morning))
    source_openers.fill(SourceOpener("comparison", 95, queries.address))
    merge_rules.fill(RULE)
    kinds.fill(
        JobKind(
            "comparison.run", _("比对名单"), 50, (_("读取、比对"),), comparisons.run_compare,
            _list, repeatable=False, partial=False,
        )
    )  # fmt: skip
    kinds.fill(
        JobKind(
            "comparison.act", _("为名单上的企业办理"), 51, (_("逐家办理"),),
            comparison_acts.run_act, _of_act, repeatable=False,
        )
    )  # fmt: skip
    kinds.fill(
        JobKind(
            "comparison.undo", _("撤销为名单办理的事项"), 52, (_("逐家撤销"),),
            comparison_acts.run_undo, _of_act, repeatable=False,
        )
    )  # fmt: skip
    words.fill(
        "comparison",
        _("名单比对"),
        COMPARISON_ACTIONS,
        {
            **fields_of(Comparison),
            **{code.value: name for code, name in GROUPS.items()},
            "kind": _("办理事项"),
            "firms": _("企业"),
            "act": _("办理"),
            "conditions": _("名单无的条件"),
        },
        Comparison,
    )
    words.fill(
        "name_decision",
        _("名称的认定"),
        {"name_decision.make": _("认定名称"), "name_decision.revoke": _("撤销认定")},
        fields_of(NameDecision),
    )


def _list(job: Job) -> str | None:
    return reverse("desk:comparison", args=[job.arguments["comparison"]])


def _of_act(job: Job) -> str | None:
    rows = ComparisonAct.objects.filter(pk=job.arguments["act"])
    key = rows.values_list("comparison_id", flat=True).first()
    return reverse("desk:comparison", args=[key]) if key else None
