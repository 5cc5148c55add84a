"""The page of one form: where it stands, what its columns mean, for whom, what went out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.filling import writing
from kechuang.office.desk.filling.columns import Mapped, choices, lacks_unit
from kechuang.office.desk.forms.fillings import (
    LIST,
    ColumnsForm,
    FillForm,
    FilterForm,
    LinesForm,
)
from kechuang.office.desk.lists.fillings import state_of
from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.desk.services.fillings import has_secrets
from kechuang.office.ground import job_views, showing
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import Step, history
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.listings import PAGE
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef

PART: Final = "filling"
SAMPLE: Final = 10
"""Firms whose values the preview shows."""
LOOKED_AT: Final = 500
"""Firms of which the preview counts what is missing."""
PAGE_SIZE: Final = 50
STAGES: Final = (
    gettext_lazy("对应表头"),
    gettext_lazy("选单位"),
    gettext_lazy("预览"),
    gettext_lazy("填好"),
)
STAGE_OF: Final = {
    Filling.State.MAPPING: 0,
    Filling.State.CHOOSING: 1,
    Filling.State.READY: 2,
    Filling.State.FILLING: 2,
    Filling.State.DONE: 3,
}
HEAD: Final = ("number", "authority", "document", "valid_until")
OPEN: Final = frozenset({Filling.State.MAPPING, Filling.State.CHOOSING, Filling.State.READY})


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the steps."""

    name: str
    state: State
    current: bool


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the form and the boxes that say what it is filled with."""

    letter: str
    header: str
    note: str
    column: forms.BoundField | None = None
    back: forms.BoundField | None = None
    unit: forms.BoundField | None = None
    says_unit: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """A column and of how many firms its value is missing."""

    header: str
    count: int
    share: str


@dataclass(frozen=True, slots=True)
class Line:
    """A firm of the preview or of what went out, with its cells."""

    name: str
    code: str
    url: str
    cells: list[SafeString]
    gaps: int


def answer(
    request: HttpRequest,
    filling: Filling,
    *,
    columns_form: ColumnsForm | None = None,
    filter_form: FilterForm | None = None,
    lines_form: LinesForm | None = None,
    fill_form: FillForm | None = None,
) -> HttpResponse:
    """The page, or the part of it that HTMX asks for while a job works."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = Filling.State(filling.state)
    here = reverse("desk:filling", args=[filling.pk])
    job = filling.job if state is Filling.State.FILLING else None
    context: dict[str, Any] = {
        "filling": filling,
        "state": state_of(filling),
        "stages": _stages(state),
        "about": _about(filling),
        "part": PART,
        "path": here,
        "polls": job is not None and job.state not in ENDED,
        "shows_job": job is not None and "job.view" in actor.grants,
        "is_open": state in OPEN,
        "may_download": "file.download" in actor.grants,
        "history": _history(filling),
        "firms_told": _firms_told(filling),
        "unknown": filling.firms.get("unknown", []),
    }
    if context["shows_job"] and job is not None:
        shown = job_views.shown(request, job)
        context |= {**shown, "address": here, "result_url": None, "state": state_of(filling)}
    if state in OPEN:
        context |= _mapping(filling, columns_form)
    if state in (Filling.State.CHOOSING, Filling.State.READY):
        query = str(filling.firms.get("query", ""))
        pasted = "\n".join(filling.firms.get("lines", []))
        context["filter_form"] = filter_form or FilterForm(actor=actor, query=query)
        context["lines_form"] = lines_form or LinesForm(initial={"lines": pasted})
    if state is Filling.State.READY:
        context |= _preview(actor, filling)
        if has_secrets(filling):
            context["fill_form"] = fill_form or FillForm()
    if state is Filling.State.DONE:
        context |= _gone_out(request, actor, filling)
    htmx: Any = getattr(request, "htmx", None)
    is_part = htmx and htmx.target == PART
    template = "desk/filling_part.html" if is_part else "desk/filling.html"
    return render(request, template, context)


def _stages(state: Filling.State) -> list[Stage]:
    here = STAGE_OF[state]
    done = state is Filling.State.DONE
    stages: list[Stage] = []
    for number, name in enumerate(STAGES):
        if number < here or done:
            badge = State("done", _("完成"))
        elif number == here:
            badge = State("soon", _("进行中"))
        else:
            badge = State("normal", _("未开始"))
        stages.append(Stage(str(name), badge, number == here and not done))
    return stages


def _about(filling: Filling) -> list[tuple[Any, Any]]:
    kind = _("一行一家的表") if filling.form["kind"] == "table" else _("一家一份的表")
    return [
        (_("表名"), filling.title),
        (_("工作表"), filling.sheet),
        (_("表式"), kind),
        (_("数据年度"), str(filling.year)),
        (_("表号"), filling.number),
        (_("制定机关"), filling.authority),
        (_("文号"), filling.document),
        (_("有效期至"), filling.valid_until),
        (_("区划"), filling.region.name),
        (_("填表人"), filling.owner_name),
        (_("上传时间"), filling.created_at),
    ]


def _firms_told(filling: Filling) -> str:
    if "count" not in filling.firms:
        return ""
    count = f"{filling.firms['count']:,}"
    if "lines" in filling.firms:
        return _("粘贴的名单，认出%(count)s家") % {"count": count}
    said = {"told": filling.firms.get("told", ""), "count": count}
    return _("%(told)s，共%(count)s家") % said


def _mapping(filling: Filling, form: ColumnsForm | None) -> dict[str, Any]:
    form = form or ColumnsForm(filling=filling)
    rows: list[ColumnRow] = []
    found = filling.form
    kept = writing.columns_of(filling)
    for place, header in enumerate(found["names"]):
        letter = found["letters"][place]
        if not found["takes"][place]:
            rows.append(ColumnRow(letter, header, _("公式或序号，自己算")))
            continue
        mapped = kept.get(place)
        note = _("隐藏列") if found["hidden"][place] else ""
        # What the header says is asked only once something is wrong with it: an empty box would
        # take its place.
        unit = form[f"unit-{place}"]
        asks_unit = mapped is None or lacks_unit(mapped) or unit.name in form.data or unit.errors
        rows.append(
            ColumnRow(
                letter,
                header,
                note,
                form[f"column-{place}"],
                form[f"back-{place}"] if _asks_year(form, place, mapped) else None,
                unit if asks_unit else None,
                mapped.unit if mapped else "",
            )
        )
    asks = filling.state == Filling.State.MAPPING
    names = [str(each.name) for each in choices().values()]
    return {
        "columns_form": form,
        "head_fields": [form[name] for name in HEAD],
        "head_open": any(getattr(filling, name) or form[name].errors for name in HEAD),
        "column_rows": rows,
        "asks_columns": asks or form.is_bound,
        "choices_id": LIST,
        "choice_names": names,
        "unmapped": sum(1 for each in rows if each.column is not None) - len(kept),
        "sheets": [(name, name) for name in filling.sheets] if len(filling.sheets) > 1 else [],
    }


def _asks_year(form: ColumnsForm, place: int, mapped: Mapped | None) -> bool:
    return mapped is None or mapped.choice.is_yearly or f"back-{place}" in form.data


def _preview(actor: Actor, filling: Filling) -> dict[str, Any]:
    """What would go into the form: the first firms, and what is missing of the first hundreds."""
    keys = queries.chosen(actor, filling).keys
    looked = keys[:LOOKED_AT]
    every = [firm for page in writing.pages(actor, filling, looked) for firm in page]
    names = writing.names_of(filling)
    columns = writing.columns_of(filling)
    lacks: list[Lack] = []
    for place in sorted(columns):
        count = sum(1 for firm in every if firm.said[place].value is None)
        if count:
            share = f"{100 * count / len(every):.0f}%"
            lacks.append(Lack(names[place], count, share))
    lines = [
        _line(
            firm.name,
            firm.code,
            {str(place): said.kept() for place, said in firm.said.items()},
            _told(filling),
        )
        for firm in every[:SAMPLE]
    ]
    return {
        "headers": [names[place] for place in _told(filling)],
        "lines": lines,
        "lacks": lacks,
        "looked": len(every),
        "firm_count": len(keys),
        "fill_word": _("填这%(count)s家") % {"count": f"{len(keys):,}"},
    }


def _gone_out(request: HttpRequest, actor: Actor, filling: Filling) -> dict[str, Any]:
    """What went out, firm by firm, a page at a time."""
    rows = queries.rows_of(actor, filling)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get(PAGE))
    columns = _told(filling)
    names = writing.names_of(filling)
    lines = [_line(row.name, row.code, row.values, columns) for row in page.object_list]
    return {
        "headers": [names[place] for place in columns],
        "lines": lines,
        "page": page,
        "outcome": _outcome(filling),
    }


def _told(filling: Filling) -> list[int]:
    """The places that pages show; the name of a firm begins its line anyway."""
    columns = writing.columns_of(filling)
    return sorted(place for place, each in columns.items() if each.code != "enterprise_name")


def _outcome(filling: Filling) -> str:
    said = {name: f"{count:,}" for name, count in filling.counts.items()}
    parts = [_("填了%(firms)s家") % said]
    if filling.counts.get("added"):
        parts.append(_("空行不够，加了%(added)s行") % said)
    parts.append(_("缺%(gaps)s项") % said if filling.counts.get("gaps") else _("没有缺项"))
    if filling.counts.get("unknown"):
        parts.append(_("名单里有%(unknown)s行认不出，没有填") % said)
    return _("，").join(parts) + _("。")


def _line(
    name: str, code: str, values: Mapping[str, Mapping[str, str]], columns: Sequence[int]
) -> Line:
    cells = [_cell(values.get(str(place), {})) for place in columns]
    gaps = sum(1 for place in columns if not values.get(str(place), {}).get("said"))
    return Line(name, code, reverse("registry:organisation", args=[code]), cells, gaps)


def _cell(said: Mapping[str, str]) -> SafeString:
    """A value with the line of its source, or why it is missing."""
    if not said.get("said"):
        return format_html('<span class="quiet">{}</span>', showing.data(said.get("why", "")))
    shown = showing.data(said["said"])
    parts = [_("来源 %(source)s") % said] if said.get("source") else []
    if said.get("as_of"):
        parts.append(_("截至 %(as_of)s") % said)
    if not parts:
        return shown
    return format_html(
        '<span class="sourced" tabindex="0">{}<span class="source"><span class="unseen">{}</span>{}'
        "</span></span>",
        shown,
        _("："),
        showing.data(" · ".join(parts)),
    )


def _history(filling: Filling) -> list[Step]:
    subject = SourceRef("filling", str(filling.pk))
    return history(subject, *words.of(subject))
