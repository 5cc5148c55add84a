"""Pages of this room: lists, taking reports in, the review of one report, the matrix."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import in_brackets
from kechuang.office.reports import queries, review_page, services
from kechuang.office.reports.forms import GENRES, CorrectionForm, UploadForm
from kechuang.office.reports.lists import FIGURES, REPORTS, indicator_names, kind_word, shown_period
from kechuang.office.reports.models import ReportFigure, ReportFinding
from kechuang.office.reports.review import address, next_open, show_of

PROVENANCE = (
    "quote", "measure", "value", "value_max", "unit", "kind", "bound", "period", "subject",
    "place", "place_code", "indicator", "indicator_code", "confidence", "report", "region", "year",
    "decision",
    "decided", "decided_at", "note", "section", "sentence", "span", "file",
)  # fmt: skip


def report_list(request: HttpRequest) -> HttpResponseBase:
    """All reports in reach."""
    return list_page(request, REPORTS, template="reports/list.html")


def figures(request: HttpRequest) -> HttpResponseBase:
    """Figures across reports. What is exported always says where each figure came from."""
    if "export" in request.GET:
        query = request.GET.copy()
        query.setlist("column", list(PROVENANCE))
        request.GET = query  # type: ignore[assignment]
    return list_page(request, FIGURES, template="reports/figures.html")


def upload(request: HttpRequest) -> HttpResponse:
    """Take reports in; what is refused is told file by file."""
    actor = request.actor  # type: ignore[attr-defined]
    form = UploadForm(request.POST or None, request.FILES or None, actor=actor)
    outcomes: list[services.Outcome] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        files = [services.Incoming(each.name, each) for each in given["documents"]]
        outcomes, job = services.upload_reports(
            actor, files, given["region"], given["year"], given["genre"]
        )
        taken = sum(outcome.taken for outcome in outcomes)
        if taken:
            words = ngettext(
                "已收下%(count)d份报告，正在识读。读完会通知您，可以离开本页。",
                "已收下%(count)d份报告，正在识读。读完会通知您，可以离开本页。",
                taken,
            )
            messages.success(request, words % {"count": taken})
        if taken == len(outcomes) and job is not None:
            return redirect(f"{reverse('reports:list')}?batch={job.pk}")
    context = {"form": form, "outcomes": outcomes, "genres": GENRES}
    return render(request, "reports/upload.html", context)


def record(request: HttpRequest, key: int) -> HttpResponse:
    """A report: its text with every figure marked, one figure beside it."""
    report = get_object_or_404(queries.visible(request.actor).defer(None), pk=key)  # type: ignore[attr-defined]
    asked = review_page.asked(request)
    form = None
    if asked.edit and asked.figure:
        figure = get_object_or_404(ReportFigure, report=report, pk=asked.figure)
        form = CorrectionForm.of(figure)
    return review_page.answer(request, report, asked, form)


def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Accept, correct, reject a figure, or take the decision back; then go on to the next."""
    actor = request.actor  # type: ignore[attr-defined]
    figure = get_object_or_404(queries.visible_figures(actor), pk=key)
    report = queries.visible(actor).defer(None).get(pk=figure.report.pk)
    asked = review_page.Asked(show=show_of(request.POST.get("show", "")), figure=figure.pk)
    form = CorrectionForm(request.POST) if request.POST.get("act") == "correct" else None
    if form is not None and not form.is_valid():
        return review_page.answer(request, report, asked, form)
    version = _number(request, "version")
    try:
        done = _decide(actor, figure, version, request.POST, form)
    except services.Conflict as conflict:
        return review_page.go(request, report, asked, asked.figure, str(conflict), level="error")
    if done is None:
        return review_page.go(request, report, asked, asked.figure, "")
    words = _("“%(quote)s”%(state)s。") % {
        "quote": figure.quote,
        "state": ReportFigure.Decision(done.decision).label,
    }
    if done.decision == ReportFigure.Decision.PROPOSED:
        return review_page.go(request, report, asked, figure.pk, words, done)
    following = next_open(report, figure.position, asked.show)
    if following is None and asked.show != "findings":
        words += _("这份报告已没有待核对的数字，可以确认报告。")
    return review_page.go(request, report, asked, following and following.pk, words, done)


def _decide(
    actor: Any, figure: ReportFigure, version: int, given: Any, form: CorrectionForm | None
) -> ReportFigure | None:
    """Do what the button says; None for a button that there is not."""
    if form is not None:
        note = form.cleaned_data["note"]
        return services.correct_figure(actor, figure, version, form.meaning(), note)
    match given.get("act"):
        case "accept":
            return services.accept_figure(actor, figure, version)
        case "reject":
            return services.reject_figure(actor, figure, version, given.get("reason", ""))
        case "reopen":
            return services.reopen_figure(actor, figure, version)
    return None


def finding(request: HttpRequest, key: int) -> HttpResponse:
    """Say of a finding whether it holds."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(queries.visible_findings(actor), pk=key)
    report = queries.visible(actor).defer(None).get(pk=found.report.pk)
    show = show_of(request.POST.get("show", ""))
    asked = review_page.Asked(show=show, figure=_number(request, "figure") or None)
    state = request.POST.get("state", "")
    if state not in ReportFinding.State.values:
        return redirect(address(report.pk, show))
    try:
        services.decide_finding(actor, found, _number(request, "version"), state)
    except services.Conflict as conflict:
        return review_page.go(request, report, asked, asked.figure, str(conflict), level="error")
    words = _("疑点已记为“%(state)s”。") % {"state": ReportFinding.State(state).label}
    return review_page.go(request, report, asked, asked.figure, words)


def accept_sure(request: HttpRequest, key: int) -> HttpResponse:
    """Take over at once what the engine is sure of and no check doubts."""
    actor = request.actor  # type: ignore[attr-defined]
    report = get_object_or_404(queries.visible(actor), pk=key)
    try:
        count = services.accept_sure(actor, report)
    except services.Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        left = queries.open_figures(report).count()
        words = _("已采纳%(count)d个有把握且没有疑点的数字，还有%(left)d个待核对。")
        messages.success(request, words % {"count": count, "left": left})
    return redirect(address(key, "open"))


def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Close the review of a report."""
    actor = request.actor  # type: ignore[attr-defined]
    report = get_object_or_404(queries.visible(actor), pk=key)
    try:
        services.confirm_report(actor, report)
    except services.Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect(address(key, "open"))
    words = _("“%(name)s”已确认，采纳和更正的数字可以汇总、导出。")
    messages.success(request, words % {"name": report.name})
    return redirect(address(key))


def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Open a confirmed report again."""
    actor = request.actor  # type: ignore[attr-defined]
    report = get_object_or_404(queries.visible(actor), pk=key)
    try:
        services.reopen_report(actor, report, request.POST.get("reason", "")[:300])
    except services.Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("报告已重开，数字可以再改。改完请重新确认。"))
    return redirect(address(key))


def matrix(request: HttpRequest) -> HttpResponse:
    """One indicator by region and period: what was taken over, each cell opens its figures."""
    actor = request.actor  # type: ignore[attr-defined]
    offered = queries.taken_indicators(actor)
    names = indicator_names()
    options = [
        (f"{code}:{kind}", f"{names.get(code, code)} · {kind_word(kind)}{in_brackets(number)}")
        for code, kind, number in offered
    ]
    wanted = request.GET.get("indicator", "")
    chosen = wanted if wanted in dict(options) else (options[0][0] if options else "")
    code, _stroke, kind = chosen.partition(":")
    table = queries.matrix(actor, code, kind) if chosen else None
    context = {
        "options": options,
        "chosen": chosen,
        "name": names.get(code, code),
        "periods": [shown_period(each) for each in table.periods] if table else [],
        "rows": _matrix_rows(table, code, kind) if table else [],
    }
    return render(request, "reports/matrix.html", context)


def _matrix_rows(table: queries.Matrix, code: str, kind: str) -> list[tuple[str, list[Any]]]:
    rows: list[tuple[str, list[Any]]] = []
    for region, cells in table.rows:
        told: list[Any] = []
        for period, cell in zip(table.periods, cells, strict=True):
            query = {"region": region.code, "indicator": code, "period": period, "kind": kind}
            told.append(cell and _told_cell(cell, query))
        rows.append((region.name, told))
    return rows


def _told_cell(cell: queries.Cell, query: dict[str, str]) -> dict[str, Any]:
    return {
        "values": [review_page.told(each) for each in cell.values],
        "agree": cell.agree,
        "sources": cell.sources,
        "url": review_page.with_query(reverse("reports:figures"), {**query, "decision": "taken"}),
    }


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
