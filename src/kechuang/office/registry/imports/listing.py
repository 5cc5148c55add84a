"""The list of imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.queries.import_batches import VIEW, purpose_name, visible
from kechuang.office.registry.sourced import source_name

STATES: Final = {
    ImportBatch.State.SENT: "soon",
    ImportBatch.State.MAPPING: "todo",
    ImportBatch.State.CHECKED: "todo",
    ImportBatch.State.WRITING: "soon",
    ImportBatch.State.DONE: "done",
    ImportBatch.State.UNDOING: "soon",
    ImportBatch.State.UNDONE: "normal",
    ImportBatch.State.REFUSED: "late",
    ImportBatch.State.DROPPED: "normal",
}
COUNTS: Final = {
    "new": _("新增"),
    "changed": _("更新"),
    "same": _("不变"),
    "conflict": _("冲突"),
    "error": _("错误"),
}
"""What became of the rows of a file, in the order of the preview."""


def state_of(batch: ImportBatch) -> State:
    """Where an import stands, as a badge."""
    found = ImportBatch.State(batch.state)
    return State(STATES[found], found.label)


def _count(code: str) -> Callable[[ImportBatch], int | None]:
    return lambda batch: batch.counts.get(code)


def _states(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(each.value, each.label) for each in ImportBatch.State]


def _purposes(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(code, each.name) for code, each in PURPOSES.items()]


def _mine(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(actor.code, _("我导入的"))] if actor.code else []


BATCHES: Final = Listing(
    code="imports",
    name=_("导入"),
    verb=VIEW,
    queryset=visible,
    columns=(
        Column(
            "name",
            _("文件名"),
            lambda row: row.name,
            sort="name",
            link=lambda row: reverse("registry:import", args=[row.pk]),
        ),
        Column("state", _("状态"), state_of, sort="state"),
        Column("purpose", _("内容"), lambda row: purpose_name(row.purpose), sort="purpose"),
        *(Column(code, name, _count(code), align="number") for code, name in COUNTS.items()),
        Column(
            "source",
            _("来源"),
            lambda row: source_name(row.source),
            sort="source",
            default=False,
        ),
        Column("document", _("文号"), lambda row: row.document, default=False),
        Column(
            "as_of",
            _("截至日期"),
            lambda row: row.as_of,
            sort="as_of",
            align="date",
            default=False,
        ),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("owner", _("导入人"), lambda row: row.owner_name, sort="owner_name"),
        Column("created", _("上传时间"), lambda row: row.created_at, sort="pk", align="date"),
        Column(
            "written",
            _("导入时间"),
            lambda row: row.written_at,
            sort="written_at",
            align="date",
            default=False,
        ),
    ),
    filters=(
        Filter(
            "purpose", _("内容"), "choice", lambda rows, code: rows.filter(purpose=code), _purposes
        ),
        Filter("state", _("状态"), "choice", lambda rows, code: rows.filter(state=code), _states),
        by_region("region", VIEW, _("区划")),
        Filter("owner", _("导入人"), "choice", lambda rows, code: rows.filter(owner=code), _mine),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="-created",
    empty=_("还没有导入过表格。点“导入表格”，先下载模板填好，再上传。"),
    searched=_("文件名"),
)
