"""The list of the cultivation pool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.ladder import NAMES, Stand, rung_name, rungs
from kechuang.office.policies.lists.ladder import STATES
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.pool import end_stage, stages
from kechuang.office.policies.queries import pool
from kechuang.office.policies.telling import POOL, POOL_CHANGE, POOL_EXPORT
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import (
    choice,
    dossier,
    found_by_party,
    region_column,
)

DUE: Final = {"late": _("已过日期"), "soon": _("近日到期"), "none": _("没有下一步")}
OPEN: Final = {"open": _("在库"), "ended": _("已出库")}


def stage_of(row: PoolEntry) -> State:
    """The stage of an entry, as a badge."""
    name = stages().get(row.stage, row.stage)
    return State("done" if row.stage == end_stage() else "normal", name)


def stand_state(stand: str) -> State | str:
    """How a firm stands to its rung today, as a badge; empty where it does not."""
    return State(STATES[Stand(stand)], NAMES[Stand(stand)]) if stand else ""


def prepare(rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch how the firms stand to their rungs, by a query for each rung."""
    found = pool.stands(rows) if "stand" in columns else {}
    for row in rows:
        row.stand = found.get(row.pk, "")


def _next(row: PoolEntry) -> State | str:
    late = row.next_on is not None and row.next_on < timezone.localdate()
    return State("late", row.next_step) if late else row.next_step


def _mentors(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = pool.visible(actor).exclude(mentor="").order_by("mentor")
    return [
        (pool.NOBODY, _("没有辅导人")),
        *rows.values_list("mentor").annotate(name=Max("mentor_name")),
    ]


def _by_mentor(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(mentor="" if value == pool.NOBODY else value)


def _by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(ended_on__isnull=value == "open")


def _reached(rows: QuerySet[Any], _value: str) -> QuerySet[Any]:
    return pool.certified(rows)


POOL_LIST: Final = Listing(
    code="pool",
    name=_("培育库"),
    verb=POOL,
    queryset=pool.visible,
    prepare=prepare,
    columns=(
        Column("party", _("企业"), lambda row: row.party.name, sort="party__name",
               link=lambda row: address("policies:pool_entry", row.pk), placed=True),
        Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False,
               link=lambda row: dossier(row.party.code)),
        region_column("party__region"),
        Column("rung", _("培育到"), lambda row: rung_name(row.rung), sort="rung"),
        Column("stage", _("阶段"), stage_of, sort="stage"),
        Column("stand", _("现在的情况"), lambda row: stand_state(row.stand)),
        Column("mentor", _("辅导人"), lambda row: row.mentor_name, sort="mentor_name"),
        Column("next_step", _("下一步"), _next),
        Column("next_on", _("下一步日期"), lambda row: row.next_on, sort="next_on",
               align="date"),
        Column("admitted_on", _("入库日期"), lambda row: row.admitted_on, sort="admitted_on",
               align="date"),
        Column("basis", _("入库方式"), lambda row: row.get_basis_display(), default=False),
        Column("plan", _("培育计划"), lambda row: row.plan, default=False),
        Column("end", _("出库原因"), lambda row: row.get_end_display(), default=False),
        Column("ended_on", _("出库日期"), lambda row: row.ended_on, sort="ended_on",
               align="date", default=False),
    ),
    filters=(
        choice("state", _("状态"), lambda: OPEN, _by_state),
        choice("rung", _("培育到"), lambda: {code: each.name for code, each in rungs().items()}),
        choice("stage", _("阶段"), stages),
        Filter("mentor", _("辅导人"), "choice", _by_mentor, _mentors),
        choice("due", _("下一步"), lambda: DUE, pool.due_is),
        choice("reached", _("已获认定待出库"), lambda: {"1": _("是")}, _reached),
        choice("end", _("出库原因"), lambda: dict(PoolEntry.End.choices)),
        by_region("party__region", POOL),
    ),
    search=lambda rows, text: rows.filter(found_by_party(text)),
    searched=_("企业、拼音首字母"),
    empty=_("培育库里还没有企业。到“培育阶梯”里选达标未申报、差一项、初筛符合的企业列入，或点“手工入库”。"),
    bulk=(
        Bulk("file", _("列入申报批次"), "policies:pool_file", POOL_CHANGE),
        Bulk("mentors", _("指定辅导人"), "policies:pool_mentors", POOL_CHANGE),
    ),
    export_verb=POOL_EXPORT,
)  # fmt: skip
