"""The lists of goals and of the enterprises that they propose."""

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
from kechuang.office.policies.ladder import rung_name
from kechuang.office.policies.models import Goal
from kechuang.office.policies.queries import goals
from kechuang.office.policies.telling import DIAGNOSE, EXPORT, GOAL, NOTIFY
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import party_column

NOTHING_LACKS: Final = _("没有不符合的条件")


def state_of(goal: Goal) -> State:
    """Whether a goal is worked out."""
    return State("done", _("已算成")) if goal.ended_at else State("todo", _("未算成"))


def _goals(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = goals.visible(actor).order_by("-pk")[:100]
    return [(str(row.pk), f"{rung_name(row.rung)} {row.number} #{row.pk}") for row in rows]


def _by_goal(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    return rows.filter(goal=int(key))


GOALS: Final = Listing(
    code="goals",
    name=_("达标路径"),
    verb=GOAL,
    queryset=goals.visible,
    columns=(
        Column("rung", _("台阶"), lambda row: rung_name(row.rung), sort="rung",
               link=lambda row: address("policies:goal", row.pk)),
        Column("kind", _("口径"), lambda row: row.get_kind_display()),
        Column("number", _("目标"), lambda row: row.number, sort="number", align="number",
               unit=_("家")),
        Column("needed", _("需要新认定"), lambda row: row.needed if row.ended_at else None,
               align="number", unit=_("家")),
        Column("until", _("到"), lambda row: row.until, sort="until", align="date"),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("state", _("状态"), state_of),
        Column("asked_name", _("提出人"), lambda row: row.asked_name),
        Column("asked_at", _("提出时间"), lambda row: row.asked_at, sort="asked_at",
               align="date"),
    ),
    sort="-pk",
    empty=_("还没有目标。点“谁能达标”，填台阶、家数和口径。"),
)  # fmt: skip

GOAL_FIRMS: Final = Listing(
    code="goal_firms",
    name=_("达标路径上的企业"),
    verb=GOAL,
    queryset=goals.firms,
    columns=(
        Column("order", _("次序"), lambda row: row.order, sort="order", align="number"),
        party_column(_("企业")),
        Column("region", _("区划"), lambda row: row.party.region.name,
               sort="party__region__path"),
        Column("lacks", _("还差什么"), lambda row: row.lacks or NOTHING_LACKS,
               link=lambda row: address("policies:diagnosis", row.party.code), verb=DIAGNOSE),
        Column("when", _("何时可达"),
               lambda row: _("本年度") if row.this_year else _("下一年度"), verb=DIAGNOSE),
        Column("changes", _("改变"), lambda row: row.changes, sort="changes", align="number",
               unit=_("项")),
        Column("missing", _("待归集事实"), lambda row: row.missing, sort="missing",
               align="number", unit=_("项")),
        Column("effort", _("难度"), lambda row: row.effort, sort="effort", align="number",
               digits=2, default=False, verb=DIAGNOSE),
        Column("goal", _("目标"), lambda row: f"{rung_name(row.goal.rung)} #{row.goal.pk}",
               link=lambda row: address("policies:goal", row.goal.pk), default=False),
    ),
    filters=(
        Filter("goal", _("目标"), "choice", _by_goal, _goals),
        by_region("party__region", GOAL),
    ),
    sort="order",
    empty=_("没有企业。"),
    bulk=(Bulk("notify", _("通知企业"), "policies:notify", NOTIFY, whole=True,
               arguments=("goal_firms",)),),
    export_verb=EXPORT,
)  # fmt: skip
