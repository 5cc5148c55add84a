"""The page of one import: where it stands, what its headers mean, what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kechuang.office.ground import job_views, showing
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import Step, history
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry.imports.listing import COUNTS, state_of
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.queries.import_batches import RUN, UNDO, purpose_name
from kechuang.office.registry.services.imports import place_of, undo_until
from kechuang.office.registry.sourced import source_name

PART: Final = "import"
FIELD: Final = "header-"
IN_WORK: Final = frozenset(
    {ImportBatch.State.SENT, ImportBatch.State.WRITING, ImportBatch.State.UNDOING}
)
BEFORE_WRITING: Final = frozenset(
    {ImportBatch.State.SENT, ImportBatch.State.MAPPING, ImportBatch.State.CHECKED}
)
STAGES: Final = (gettext_lazy("检查"), gettext_lazy("预览"), gettext_lazy("确认"))
STAGE_OF: Final = {
    ImportBatch.State.SENT: 0,
    ImportBatch.State.MAPPING: 0,
    ImportBatch.State.REFUSED: 0,
    ImportBatch.State.CHECKED: 1,
    ImportBatch.State.WRITING: 2,
}
KEPT: Final = "kept"
BRACKETS: Final = "（([【"
UNITS: Final = ("万元", "元", "亿元")
CAUSES: Final = {
    "error": State("late", gettext_lazy("错误")),
    "conflict": State("soon", gettext_lazy("冲突")),
    "column": State("late", gettext_lazy("整列不能用")),
    KEPT: State("soon", gettext_lazy("没有撤销")),
}
"""What the causes of problems bring about."""
HOW: Final = {
    "known": State("done", gettext_lazy("已认出")),
    "remembered": State("done", gettext_lazy("按记住的对应")),
    "refused": State("late", gettext_lazy("不能用")),
    "unknown": State("todo", gettext_lazy("没有认出")),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three steps."""

    name: str
    state: State
    current: bool


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A header of the file, and the column that it means or may be chosen to mean."""

    name: str
    letter: str
    header: str
    samples: str
    year: str
    choices: list[tuple[str, str]]
    chosen: str
    how: State
    why: str
    mistake: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows came out so, and where they are shown."""

    code: str
    name: str
    count: int
    url: str
    current: bool


def answer(
    request: HttpRequest,
    batch: ImportBatch,
    wrong: ValidationError | None = None,
    chosen: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page, or the part of it that HTMX asks for while a job works."""
    context = _context(request, batch, _mistakes(wrong), chosen or {})
    htmx: Any = getattr(request, "htmx", None)
    template = (
        "registry/import_part.html" if htmx and htmx.target == PART else "registry/import.html"
    )
    return render(request, template, context)


def choices_in(batch: ImportBatch, given: Mapping[str, str]) -> dict[str, str]:
    """What was chosen for the headers, where it is not what was understood anyway."""
    chosen: dict[str, str] = {}
    for place, row in enumerate(batch.reading.get("headers", [])):
        value = given.get(f"{FIELD}{place}")
        if value is None or not row["header"]:
            continue
        if row["how"] in {"unknown", "refused"} or value != row["column"]:
            chosen[row["header"]] = value
    return chosen


def _context(
    request: HttpRequest,
    batch: ImportBatch,
    wrong: Mapping[str, str],
    chosen: Mapping[str, str],
) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    here = reverse("registry:import", args=[batch.pk])
    state = ImportBatch.State(batch.state)
    may_run = actor.reaches(RUN, place_of(batch))
    is_checked = state is ImportBatch.State.CHECKED
    job = batch.job if state in IN_WORK else None
    context = {
        "batch": batch,
        "batch_state": state_of(batch),
        "about": _about(batch),
        "outcome": _outcome(batch),
        "stages": _stages(state),
        "part": PART,
        "path": here,
        "polls": job is not None and job.state not in ENDED,
        "shows_job": job is not None and "job.view" in actor.grants,
        "purpose": PURPOSES.get(batch.purpose),
        "headers": _headers(batch, wrong, chosen),
        "asks_headers": state is ImportBatch.State.MAPPING,
        "may_map": may_run and state in {ImportBatch.State.MAPPING, ImportBatch.State.CHECKED},
        "mistakes": list(wrong.values()),
        "may_confirm": may_run and is_checked and _to_write(batch) > 0,
        "confirm_word": _confirm_word(batch),
        "left_out": _left_out(batch),
        "kept": batch.counts.get(KEPT, 0),
        "may_drop": may_run and state in {*BEFORE_WRITING, ImportBatch.State.REFUSED},
        "may_download": "file.download" in actor.grants,
        "history": _history(batch),
        "consequence": _consequence(batch),
        "undo_words": _undo_words(batch),
        "told": _told(batch),
        **_rows(request, batch, here),
        **_undoing(actor, batch),
    }
    return {**context, **(_progress(request, batch, here) if context["shows_job"] else {})}


def _progress(request: HttpRequest, batch: ImportBatch, here: str) -> dict[str, Any]:
    assert batch.job is not None  # noqa: S101 - asked before
    return {**job_views.shown(request, batch.job), "address": here, "result_url": None}


def _about(batch: ImportBatch) -> list[tuple[Any, Any]]:
    reading = batch.reading
    return [
        (_("内容"), purpose_name(batch.purpose)),
        (_("年度"), str(batch.year) if batch.year else None),
        (_("来源"), source_name(batch.source)),
        (_("文号"), batch.document),
        (_("截至日期"), batch.as_of),
        (_("区划"), batch.region.name),
        (_("导入人"), batch.owner_name),
        (_("上传时间"), batch.created_at),
        *((name, reading[key]) for key, name in _READ.items() if reading.get(key)),
    ]


_READ: Final = {
    "sheet": gettext_lazy("工作表"),
    "header_row": gettext_lazy("表头所在行"),
    "encoding": gettext_lazy("编码"),
}


def _stages(state: ImportBatch.State) -> list[Stage]:
    """The three steps; an import that ended has them behind it, or stopped where it was."""
    here = STAGE_OF.get(state)
    done = state in {
        ImportBatch.State.DONE,
        ImportBatch.State.UNDOING,
        ImportBatch.State.UNDONE,
    }
    shown: list[Stage] = []
    for number, name in enumerate(STAGES):
        if done or (here is not None and number < here):
            badge = State("done", _("完成"))
        elif number == here and state is ImportBatch.State.REFUSED:
            badge = State("late", _("没有通过"))
        elif number == here:
            badge = State("soon" if state in IN_WORK else "todo", _("进行中"))
        else:
            badge = State("normal", _("未开始"))
        shown.append(Stage(str(name), badge, number == here))
    return [] if state is ImportBatch.State.DROPPED else shown


# --- headers


def _headers(
    batch: ImportBatch, wrong: Mapping[str, str], chosen: Mapping[str, str]
) -> list[HeaderRow]:
    rows: list[HeaderRow] = []
    for place, row in enumerate(batch.reading.get("headers", [])):
        column = "" if row["how"] in {"unknown", "refused"} else row["column"]
        rows.append(
            HeaderRow(
                f"{FIELD}{place}",
                row["letter"],
                row["header"],
                showing.enumerated(row.get("samples", [])),
                str(row.get("year") or ""),
                _column_choices(batch, row["header"], column),
                chosen.get(row["header"], column),
                _how(row),
                row.get("why", ""),
                wrong.get(row["header"], ""),
            )
        )
    return rows


def _how(row: Mapping[str, Any]) -> State:
    if row["how"] == "remembered" and not row["column"]:
        return State("normal", _("不导入"))
    return HOW[row["how"]]


def _column_choices(batch: ImportBatch, header: str, known: str) -> list[tuple[str, str]]:
    """The columns that a header may mean; of money the unit is chosen where the header lacks it."""
    purpose = PURPOSES.get(batch.purpose)
    says_unit = any(each in header for each in BRACKETS)
    found: list[tuple[str, str]] = []
    for column in purpose.listed if purpose else ():
        if column.field.type == "money" and not says_unit and column.code != known:
            named = ((f"（{unit}）", column.field.name) for unit in UNITS)
            found += [(f"{column.code}{unit}", f"{name}{unit}") for unit, name in named]
        else:
            found.append((column.code, column.header()))
    return found


def _mistakes(wrong: ValidationError | None) -> dict[str, str]:
    if wrong is None:
        return {}
    if hasattr(wrong, "error_dict"):
        return {name: " ".join(told) for name, told in wrong.message_dict.items()}
    return {"": " ".join(wrong.messages)}


# --- what it would change


def _to_write(batch: ImportBatch) -> int:
    return batch.counts.get("new", 0) + batch.counts.get("changed", 0)


def _confirm_word(batch: ImportBatch) -> str:
    """What the button says: the act and how many rows it writes."""
    count = _to_write(batch)
    return ngettext("导入%(count)s行", "导入%(count)s行", count) % {"count": f"{count:,}"}


def _outcome(batch: ImportBatch) -> str:
    """What was done in the end, in a sentence."""
    counts = {name: f"{batch.counts.get(name, 0):,}" for name in (*COUNTS, "undone", KEPT)}
    match ImportBatch.State(batch.state):
        case ImportBatch.State.DONE:
            words = _("已导入：新增%(new)s行，更新%(changed)s行，不变%(same)s行。")
        case ImportBatch.State.UNDONE if batch.counts.get(KEPT):
            words = _("已撤销%(undone)s条；%(kept)s条没有撤销，原因见下。")
        case ImportBatch.State.UNDONE:
            words = _("已撤销%(undone)s条，数据回到导入之前。")
        case ImportBatch.State.DROPPED:
            words = _("已放弃。这份文件什么也没有写入。")
        case _:
            return ""
    return words % counts


def _consequence(batch: ImportBatch) -> str:
    """What confirming would do, in numbers."""
    if not _to_write(batch):
        return _("没有要新增或更新的行。")
    counts = {code: f"{batch.counts.get(code, 0):,}" for code in COUNTS}
    told = _("确认后新增%(new)s行、更新%(changed)s行；不变的%(same)s行不动。") % counts
    left = _left_out(batch)
    if not left:
        return told
    more = _("冲突和错误的%(count)s行不导入，改好后可以再传一次。")
    return told + more % {"count": f"{left:,}"}


def _undo_words(batch: ImportBatch) -> str:
    """What undoing would do, in numbers."""
    until = undo_until(batch)
    if until is None:
        return ""
    told = _(
        "%(until)s前可以撤销：新增的%(new)s行删除，更新过的%(changed)s行改回原值。"
        "导入之后又有人改过的，保持现在的样子，并会列出来。"
    )
    counts = {code: f"{batch.counts.get(code, 0):,}" for code in ("new", "changed")}
    return told % {"until": until.isoformat(), **counts}


def _history(batch: ImportBatch) -> list[Step]:
    """What happened to the import, without what did not change."""
    subject = SourceRef("import", str(batch.pk))
    names = {code: purpose_name(code) for code in PURPOSES}
    return [
        replace(
            step,
            changes=tuple(
                (name, before, names.get(str(after), after))
                for name, before, after in step.changes
                if (before or 0) != (after or 0)
            ),
        )
        for step in history(subject, *words.of(subject))
    ]


def _left_out(batch: ImportBatch) -> int:
    return batch.counts.get("conflict", 0) + batch.counts.get("error", 0)


def _told(batch: ImportBatch) -> str:
    """What became of the rows, in one sentence for whoever listens."""
    if not any(batch.counts.values()):
        return str(ImportBatch.State(batch.state).label)
    parts = [f"{name} {batch.counts.get(code, 0):,}" for code, name in COUNTS.items()]
    return showing.enumerated(parts)


def _rows(request: HttpRequest, batch: ImportBatch, here: str) -> dict[str, Any]:
    """The counts, each opening its rows, and the causes of what is wrong."""
    if not any(batch.counts.values()):
        return {"counts": [], "sample": [], "causes": _causes(batch)}
    wanted = request.GET.get("show", "")
    show = wanted if wanted in COUNTS else _first_of_interest(batch)
    sample = _sample(batch, show)
    counts = [
        Count(code, str(name), batch.counts.get(code, 0), f"{here}?show={code}", code == show)
        for code, name in COUNTS.items()
    ]
    return {
        "counts": counts,
        "show": show,
        "show_name": COUNTS[show],
        "is_wrong": show in {"error", "conflict"},
        "sample": sample,
        "sample_words": _sample_words(len(sample), batch.counts.get(show, 0)),
        "causes": _causes(batch),
    }


def _first_of_interest(batch: ImportBatch) -> str:
    """Mistakes first, then what would be written."""
    order = ("error", "conflict", "changed", "new", "same")
    return next((code for code in order if batch.counts.get(code)), "new")


def _sample(batch: ImportBatch, show: str) -> list[dict[str, Any]]:
    """The first rows that came out so: whom they are about, what would change, why not."""
    return [
        {
            "number": str(row["row"]),
            "key": row["key"],
            "name": row["name"],
            "changes": [
                (head, showing.shown(before), showing.shown(after))
                for head, before, after in row["changes"]
            ],
            "why": row["why"],
        }
        for row in batch.samples.get(show, [])
    ]


def _sample_words(shown: int, count: int) -> str:
    """How many of the rows are shown."""
    if not count:
        return _("没有")
    if shown < count:
        return _("前%(shown)s行，共%(count)s行") % {"shown": shown, "count": f"{count:,}"}
    return ngettext("共%(count)s行", "共%(count)s行", count) % {"count": f"{count:,}"}


def _causes(batch: ImportBatch) -> list[dict[str, Any]]:
    """What is wrong, by cause, most frequent first; what an undo left standing comes before."""
    shown = sorted(batch.problems, key=lambda each: (each["state"] != KEPT, -each["count"]))
    return [
        {
            "title": each["title"],
            "badge": CAUSES.get(each["state"]),
            "count": each["count"],
            "cells": [cell["text"] for cell in each["cells"]],
            "more": each["count"] - len(each["cells"]),
        }
        for each in shown
    ]


# --- undoing


def _undoing(actor: Actor, batch: ImportBatch) -> dict[str, Any]:
    until = undo_until(batch)
    return {
        "may_undo": until is not None and actor.reaches(UNDO, place_of(batch)),
    }
