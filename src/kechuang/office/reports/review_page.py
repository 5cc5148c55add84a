"""Answers with the page of a report, or the part of it that HTMX asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_htmx.http import HttpResponseClientRedirect, push_url

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import Step, history
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import SourceRef
from kechuang.office.reports.forms import CorrectionForm
from kechuang.office.reports.lists import (
    bound_word,
    decision_state,
    indicator_names,
    kind_word,
    report_state,
)
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.reports.queries import Said
from kechuang.office.reports.review import (
    MARKED,
    Looks,
    Part,
    address,
    asked_for,
    blocks,
    cut,
    neighbours,
    part_of,
    progress,
    show_of,
)
from kechuang.office.reports.services import place_of
from kechuang.reading.model import Figure
from kechuang.reading.outputs.labels import check_name, labels
from kechuang.reading.outputs.values import period_name, reading_of

PANEL: Final = "panel"
MOST_FINDINGS: Final = 50
SHOWN: Final = (("all", _("全部")), ("open", _("待核对")), ("findings", _("有疑点")))
REASONS: Final = (
    _("不是要采集的数字"),
    _("读错了，原文不是这个意思"),
    _("与另一处重复"),
    _("不是本地区的数字"),
    _("原文有误"),
)
FINDING_STATES: Final = {
    ReportFinding.State.OPEN: "late",
    ReportFinding.State.CONFIRMED: "soon",
    ReportFinding.State.DISMISSED: "normal",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a report somebody wants to see."""

    show: str = "all"
    figure: int | None = None
    part: int = 1
    edit: bool = False


def asked(request: HttpRequest) -> Asked:
    """What the address asks for; what it cannot mean is left out."""
    given = request.GET
    return Asked(
        show_of(given.get("show", "")),
        _number(given.get("figure", "")),
        _number(given.get("part", "")) or 1,
        given.get("edit") == "1",
    )


def answer(
    request: HttpRequest, report: Report, asked: Asked, form: CorrectionForm | None = None
) -> HttpResponse:
    """The page, or only the panel where HTMX asks for it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if _wants_panel(request):
        response = render(request, "reports/panel.html", _panel(actor, report, asked, form))
        # What was sent by a form has no address of its own.
        return push_url(response, False) if request.method == "POST" else response
    context = {**_frame(actor, report), **_panel(actor, report, asked, form)}
    if report.text:
        context |= _text(report, asked)
    return render(request, "reports/record.html", context)


def go(
    request: HttpRequest,
    report: Report,
    asked: Asked,
    figure: int | None,
    sentence: str,
    done: ReportFigure | None = None,
    level: str = "success",
) -> HttpResponse:
    """Go on to a figure after an act: the panel where the text stands, else the page."""
    more = {"figure": figure} if figure else {}
    url = address(report.pk, asked.show, **more)
    parts = _parts(report)
    here, there = (_part(report, parts, key) for key in (asked.figure, figure))
    if _wants_panel(request) and (figure is None or here == there):
        actor: Actor = request.actor  # type: ignore[attr-defined]
        context = {
            **_panel(actor, report, Asked(asked.show, figure), None),
            **_frame(actor, report),
            "words": sentence,
            "level": level,
            "changed": _changed(report, asked, done) if done else "",
        }
        return push_url(render(request, "reports/panel_after.html", context), url.split("#")[0])
    if sentence:
        (messages.error if level == "error" else messages.success)(request, sentence)
    return HttpResponseClientRedirect(url) if _wants_panel(request) else redirect(url)


def with_query(path: str, query: dict[str, str]) -> str:
    """An address with what it asks for."""
    return f"{path}?{urlencode(query)}"


def _wants_panel(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == PANEL


def _frame(actor: Actor, report: Report) -> dict[str, Any]:
    """What stands at the head of the page."""
    may = actor.reaches("report.review", place_of(report))
    return {
        "report": report,
        "state": report_state(report),
        "progress": progress(report),
        "may_review": may and report.state == Report.State.REVIEW,
        "may_reopen": may and report.state == Report.State.CONFIRMED,
        "may_download": "file.download" in actor.grants,
        "may_follow": "job.view" in actor.grants,
    }


def _panel(
    actor: Actor, report: Report, asked: Asked, form: CorrectionForm | None
) -> dict[str, Any]:
    """What stands beside the text: one figure, or an overview."""
    may = actor.reaches("report.review", place_of(report))
    shared = {
        "report": report,
        "show": asked.show,
        "may_review": may and report.state == Report.State.REVIEW,
        "form": form,
        "words": "",
        "level": "success",
        "figure": None,
    }
    if asked.figure is None:
        first = asked_for(report, asked.show).order_by("position").first()
        open_first = asked_for(report, "open").order_by("position").first()
        return {
            **shared,
            "history": _history("report", report.pk),
            "overview": _overview(report, asked.show),
            "first_url": first and address(report.pk, asked.show, figure=first.pk),
            "open_url": open_first and address(report.pk, "open", figure=open_first.pk),
        }
    rows = ReportFigure.objects.filter(report=report).select_related("place")
    figure = get_object_or_404(rows, pk=asked.figure)
    return {**shared, **_one(report, figure, asked)}


def _history(kind: str, key: int) -> list[Step]:
    """What happened to a report or a figure, codes told in words."""
    subject = SourceRef(kind, str(key))
    choices = Report.State.choices if kind == "report" else ReportFigure.Decision.choices
    told: dict[object, object] = {
        **dict(choices),
        **{code: kind_word(code) for code in labels()["kinds"]},
        **{code: bound_word(code) for code in labels()["bounds"]},
    }
    return [
        replace(
            step,
            changes=tuple(
                (name, told.get(before, before), told.get(after, after))
                for name, before, after in step.changes
            ),
        )
        for step in history(subject, *words.of(subject))
    ]


def _one(report: Report, figure: ReportFigure, asked: Asked) -> dict[str, Any]:
    beside = neighbours(report, figure, asked.show)
    parts = _parts(report)
    here = part_of(parts, figure.start)
    begin, end = figure.start - figure.sentence_start, figure.end - figure.sentence_start
    indicator = indicator_names().get(figure.indicator, figure.indicator)
    return {
        "figure": figure,
        "told": _told(figure),
        "decision": decision_state(figure),
        "facts": [
            (_("种类"), kind_word(figure.kind)),
            (_("界限"), bound_word(figure.bound)),
            (_("期间"), period_name(figure.period)),
            (pgettext_lazy("figure", "主体"), figure.subject),
            (_("所属地区"), figure.place.name if figure.place else None),
            (_("指标目录"), indicator),
            (_("把握"), f"{figure.confidence:.2f}"),
            (_("所在标题"), figure.section),
        ],
        "sentence": (figure.sentence[:begin], figure.quote, figure.sentence[end:]),
        "before": _proposal(figure) if figure.proposed else "",
        "findings": _findings(report, figure, asked.show),
        "history": _history("report_figure", figure.pk),
        "reasons": REASONS,
        "edit_url": address(report.pk, asked.show, figure=figure.pk, edit=1),
        "back_url": address(report.pk, asked.show, figure=figure.pk),
        "overview_url": address(report.pk, asked.show, part=here.number),
        "previous": _step(report, beside.previous, parts, here, asked.show),
        "next": _step(report, beside.next, parts, here, asked.show),
    }


def _step(
    report: Report, figure: ReportFigure | None, parts: list[Part], here: Part, show: str
) -> dict[str, Any] | None:
    """A link to a neighbour; one on another page of the text loads that page."""
    if figure is None:
        return None
    same = part_of(parts, figure.start) == here
    return {"url": address(report.pk, show, figure=figure.pk), "same": same}


def _told(figure: ReportFigure) -> str:
    """The value in words; the words of the report where it cannot be told."""
    if figure.value is None or figure.bound not in labels()["bounds"]:
        return figure.quote
    return told(figure)


def told(figure: ReportFigure | Said) -> str:
    """The value of a figure in words, as the engine tells its own."""
    return reading_of(cast(Figure, figure))


def _proposal(figure: ReportFigure) -> str:
    """What the engine had read, where a person corrected it."""
    read = ReportFigure(**{**figure.proposed, "value": None, "value_max": None})
    value = figure.proposed.get("value")
    number = f"{value} {read.unit}" if value is not None else figure.quote
    kind = kind_word(read.kind)
    parts = [number, kind, read.measure, read.subject, period_name(read.period)]
    return " · ".join(part for part in parts if part)


def _findings(report: Report, figure: ReportFigure, show: str) -> list[dict[str, Any]]:
    """The findings that concern a figure, with the other figures of each."""
    found = figure.findings.prefetch_related("figures").order_by("-confidence", "pk")  # type: ignore[attr-defined]
    return [
        {
            "finding": each,
            "name": check_name(each.check_name),
            "state": State(FINDING_STATES[each.state], ReportFinding.State(each.state).label),
            "others": [
                (other.quote, address(report.pk, show, figure=other.pk))
                for other in each.figures.all()
                if other.pk != figure.pk
            ],
        }
        for each in found
    ]


def _overview(report: Report, show: str) -> dict[str, Any]:
    """All findings of a report, each leading to its first figure."""
    rows = ReportFinding.objects.filter(report=report).order_by("-confidence", "pk")
    count = rows.count()
    shown = list(rows[:MOST_FINDINGS])
    first: dict[int, int] = {}
    through = ReportFinding.figures.through.objects.filter(
        reportfinding__in=[each.pk for each in shown]
    ).order_by("reportfigure__position")
    for finding, figure in through.values_list("reportfinding_id", "reportfigure_id"):
        first.setdefault(finding, figure)
    return {
        "findings": [
            {
                "message": each.message,
                "name": check_name(each.check_name),
                "state": State(FINDING_STATES[each.state], ReportFinding.State(each.state).label),  # type: ignore[index]
                "url": address(report.pk, show, figure=first[each.pk]) if each.pk in first else "",
            }
            for each in shown
        ],
        "more": count - len(shown),
    }


def _places(report: Report) -> list[tuple[int, int]]:
    rows = ReportFigure.objects.filter(report=report).order_by("start", "end")
    return list(rows.values_list("start", "end"))


def _parts(report: Report) -> list[Part]:
    return cut(report.text, _places(report))


def _part(report: Report, parts: list[Part], key: int | None) -> Part | None:
    if key is None:
        return None
    start = ReportFigure.objects.filter(report=report, pk=key).values_list("start", flat=True)
    found = start.first()
    return None if found is None else part_of(parts, found)


def _text(report: Report, asked: Asked) -> dict[str, Any]:
    """The stretch of the text that holds the figure, with every figure in it marked."""
    parts = _parts(report)
    part = _part(report, parts, asked.figure) or parts[min(asked.part, len(parts)) - 1]
    rows = list(
        ReportFigure.objects.filter(report=report, start__gte=part.start, start__lt=part.end)
        .only(*MARKED)
        .order_by("start", "-end")
    )
    looks = Looks(asked.figure, _with_findings(report, part), asked.show)
    return {
        "blocks": blocks(report.text, part, rows, looks),
        "part": part,
        "parts": len(parts),
        "pages": [
            (each, address(report.pk, asked.show, part=each)) if isinstance(each, int) else ("", "")
            for each in Paginator(parts, 1).get_elided_page_range(part.number, on_ends=1)
        ],
        "shown": [(code, name, address(report.pk, code)) for code, name in SHOWN],
    }


def _with_findings(report: Report, part: Part) -> frozenset[int]:
    rows = ReportFinding.figures.through.objects.filter(
        reportfinding__report=report,
        reportfinding__state=ReportFinding.State.OPEN,
        reportfigure__start__gte=part.start,
        reportfigure__start__lt=part.end,
    )
    return frozenset(rows.values_list("reportfigure_id", flat=True))


def _changed(report: Report, asked: Asked, figure: ReportFigure) -> SafeString:
    """The mark of the figure that was just decided on, to take the place of the old one."""
    found = ReportFinding.figures.through.objects.filter(
        reportfigure=figure, reportfinding__state=ReportFinding.State.OPEN
    )
    keys = frozenset(found.values_list("reportfigure_id", flat=True))
    mark = Looks(None, keys, asked.show).mark(figure, report.text[figure.start : figure.end])
    return mark.html(instead=True)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None
