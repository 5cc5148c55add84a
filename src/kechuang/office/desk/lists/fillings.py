"""The list of forms that were filled in, or wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries.fillings import RUN, visible
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region

STATES: Final = {
    Filling.State.MAPPING: "todo",
    Filling.State.CHOOSING: "todo",
    Filling.State.READY: "todo",
    Filling.State.FILLING: "soon",
    Filling.State.DONE: "done",
}


def state_of(filling: Filling) -> State:
    """Where a filling stands, as a badge."""
    found = Filling.State(filling.state)
    return State(STATES[found], found.label)


def _count(code: str) -> Callable[[Filling], int | None]:
    return lambda filling: filling.counts.get(code)


def _states(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(each.value, each.label) for each in Filling.State]


def _mine(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(actor.code, _("我填的"))] if actor.code else []


FILLINGS: Final = Listing(
    code="fillings",
    name=_("来表套填"),
    verb=RUN,
    queryset=visible,
    columns=(
        Column(
            "name",
            _("文件名"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("desk:filling", args=[row.pk]),
        ),
        Column("title", _("表名"), lambda row: row.title),
        Column("state", _("状态"), state_of, sort="state"),
        Column("year", _("数据年度"), lambda row: str(row.year), sort="year"),
        Column("firms", _("单位数"), _count("firms"), align="number"),
        Column("gaps", _("缺项"), _count("gaps"), align="number"),
        Column("number", _("表号"), lambda row: row.number, default=False),
        Column("document", _("文号"), lambda row: row.document, default=False),
        Column(
            "valid_until",
            _("有效期至"),
            lambda row: row.valid_until,
            sort="valid_until",
            align="date",
            default=False,
        ),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("owner", _("填表人"), lambda row: row.owner_name, sort="owner_name"),
        Column("created", _("上传时间"), lambda row: row.created_at, sort="pk", align="date"),
        Column(
            "filled",
            _("填好时间"),
            lambda row: row.filled_at,
            sort="filled_at",
            align="date",
            default=False,
        ),
    ),
    filters=(
        Filter("state", _("状态"), "choice", lambda rows, code: rows.filter(state=code), _states),
        by_region("region", RUN, _("区划")),
        Filter("owner", _("填表人"), "choice", lambda rows, code: rows.filter(owner=code), _mine),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="-created",
    empty=_("还没有填过表。收到上面发来的空白表，点“上传空白表”。"),
    searched=_("文件名"),
)
