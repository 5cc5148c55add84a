"""The lists of runs and of verdicts that changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.models import RuleRun, VerdictChange
from kechuang.office.policies.models.runs import Verdict
from kechuang.office.policies.queries import runs
from kechuang.office.policies.rules import shipped
from kechuang.office.policies.telling import DIAGNOSE, EXPORT, NOTIFY, VIEW
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import party_column

VERDICT_STATES: Final = {
    "qualified": "done", "not_qualified": "normal", "unknown": "soon", "": "normal",
}  # fmt: skip


def state_of(run: RuleRun) -> State:
    """How far a run is."""
    if run.ended_at is None:
        return State("todo", _("未完成"))
    if run.ladder_at is None:
        return State("soon", _("已完成，阶梯待算"))
    return State("done", _("已完成"))


def verdict_state(value: str) -> State:
    """A verdict as a badge."""
    told = Verdict(value).label if value else _("没有判断")
    return State(VERDICT_STATES[value], told)


def rule_name(code: str) -> str:
    """What a rule is called; a code that is gone stays as it is."""
    versions = shipped().versions(code)
    return versions[-1].name if versions else code


def _rules(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(code, rule_name(code)) for code in shipped().ids()]


def _verdicts(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(each.value, each.label) for each in Verdict]


def _runs(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = runs.visible(actor).exclude(ended_at=None).order_by("-pk")[:100]
    return [(str(row.pk), str(row)) for row in rows]


def _by_run(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    return rows.filter(run=int(key))


def _firm(row: VerdictChange) -> str | None:
    return address("policies:diagnosis", row.party.code)


RUNS: Final = Listing(
    code="rule_runs",
    name=_("规则运行"),
    verb=VIEW,
    queryset=runs.visible,
    columns=(
        Column("as_of", _("判断日"), lambda row: row.as_of, sort="as_of", align="date",
               link=lambda row: address("policies:run", row.pk)),
        Column("region", _("区划"), lambda row: row.region.name),
        Column("enterprises", _("企业"), lambda row: row.enterprises or None, sort="enterprises",
               align="number", unit=_("家")),
        Column("state", _("状态"), state_of),
        Column("started_at", _("发起时间"), lambda row: row.started_at, sort="started_at",
               align="date"),
        Column("started_name", _("发起人"), lambda row: row.started_name),
        Column("ended_at", _("完成时间"), lambda row: row.ended_at, align="date"),
    ),
    sort="-pk",
    empty=_("还没有运行过。点“运行全部规则”，对全部企业判断一次。"),
)  # fmt: skip

CHANGES: Final = Listing(
    code="verdict_changes",
    name=_("变化的结论"),
    verb=VIEW,
    queryset=runs.changes,
    columns=(
        party_column(_("企业")),
        Column("region", _("区划"), lambda row: row.party.region.name,
               sort="party__region__path"),
        Column("rule", _("规则"), lambda row: rule_name(row.rule), sort="rule"),
        Column("before", _("上次"), lambda row: verdict_state(row.before), sort="before"),
        Column("after", _("这次"), lambda row: verdict_state(row.after), sort="after"),
        Column("why", _("诊断"), lambda row: row.party.code, link=_firm, default=False,
               verb=DIAGNOSE),
        Column("run", _("运行"), lambda row: str(row.run), sort="run__pk",
               link=lambda row: address("policies:run", row.run.pk)),
    ),
    filters=(
        Filter("run", _("运行"), "choice", _by_run, _runs),
        Filter("rule", _("规则"), "choice",
               lambda rows, value: rows.filter(rule=value), _rules),
        Filter("before", _("上次"), "choice",
               lambda rows, value: rows.filter(before=value), _verdicts),
        Filter("after", _("这次"), "choice",
               lambda rows, value: rows.filter(after=value), _verdicts),
        by_region("party__region", VIEW),
    ),
    sort="-pk",
    empty=_("没有变化的结论。两次运行之后才有比较。"),
    bulk=(Bulk("notify", _("通知企业"), "policies:notify", NOTIFY, whole=True,
               arguments=("verdict_changes",)),),
    export_verb=EXPORT,
)  # fmt: skip
