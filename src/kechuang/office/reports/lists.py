"""The lists of this room: reports, and figures across reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.regions.queries import choices
from kechuang.office.reports.models import Report, ReportFigure
from kechuang.office.reports.queries import VIEW, counted, figure_url, visible, visible_figures
from kechuang.office.reports.readings import kept_value
from kechuang.reading.outputs.labels import labels
from kechuang.reading.outputs.values import period_name
from kechuang.reference import load_catalogue

REPORT_STATES: Final = {
    Report.State.WAITING: "soon",
    Report.State.REVIEW: "todo",
    Report.State.CONFIRMED: "done",
    Report.State.FAILED: "late",
}
DECISION_STATES: Final = {
    ReportFigure.Decision.PROPOSED: "todo",
    ReportFigure.Decision.ACCEPTED: "done",
    ReportFigure.Decision.CORRECTED: "done",
    ReportFigure.Decision.REJECTED: "normal",
}


def report_state(report: Report) -> State:
    """Where a report stands, as a badge."""
    return State(REPORT_STATES[Report.State(report.state)], Report.State(report.state).label)


def decision_state(figure: ReportFigure) -> State:
    """What was decided on a figure, as a badge."""
    decision = ReportFigure.Decision(figure.decision)
    return State(DECISION_STATES[decision], decision.label)


@cache
def indicator_names() -> Mapping[str, str]:
    """The name of each indicator of the catalogue."""
    return {each.code: each.name for each in load_catalogue()}


def kind_word(code: str) -> str:
    """A kind in words; one that this version does not know keeps its code."""
    return str(labels()["kinds"].get(code, {}).get("name", code))


def bound_word(code: str) -> str:
    """How a number is meant, in words; one that this version does not know keeps its code."""
    return str(labels()["bounds"].get(code, {}).get("name", code))


def _kinds(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(code, kind_word(code)) for code in labels()["kinds"]]


def _report_states(actor: Actor) -> Iterable[tuple[str, Any]]:
    return [(state.value, state.label) for state in Report.State]


def _decisions(actor: Actor) -> Iterable[tuple[str, Any]]:
    taken = ("taken", _("已采纳或已更正"))
    return [*((each.value, each.label) for each in ReportFigure.Decision), taken]


def _regions(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(region.code, region.name) for region in choices(actor, VIEW)]


def _years(actor: Actor) -> Iterable[tuple[str, str]]:
    years = limit(Report.objects.exclude(year=None), actor, VIEW).order_by("-year")
    found = years.values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def _indicators(actor: Actor) -> Iterable[tuple[str, str]]:
    rows = limit(ReportFigure.objects.exclude(indicator=""), actor, VIEW).order_by("indicator")
    names = indicator_names()
    return [
        (code, names.get(code, code))
        for code in rows.values_list("indicator", flat=True).distinct()
    ]


def _mine(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(actor.code, _("我上传的"))] if actor.code else []


def _by_place(rows: QuerySet[ReportFigure], code: str) -> QuerySet[ReportFigure]:
    return rows.filter(
        Q(place__path__contains=f"/{code}/")
        | Q(place=None, report__region__path__contains=f"/{code}/")
    )


def _by_decision(rows: QuerySet[ReportFigure], decision: str) -> QuerySet[ReportFigure]:
    if decision == "taken":
        return rows.filter(
            decision__in=(ReportFigure.Decision.ACCEPTED, ReportFigure.Decision.CORRECTED)
        )
    return rows.filter(decision=decision)


def _by_number(field: str) -> Any:
    def apply(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        number = Decimal(value)
        whole = number == number.to_integral_value() and 0 <= number < 2**31
        return rows.filter(**{field: int(number)}) if whole else rows.none()

    return apply


REPORTS: Final = Listing(
    code="reports",
    name=gettext_lazy("报告"),
    verb=VIEW,
    queryset=lambda actor: counted(visible(actor)),
    columns=(
        Column(
            "name",
            gettext_lazy("名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: address("reports:record", row.pk),
        ),
        Column("region", gettext_lazy("地区"), lambda row: row.region.name, sort="region__path"),
        Column(
            "year",
            gettext_lazy("年度"),
            lambda row: str(row.year or ""),
            sort="year",
            align="date",
        ),
        Column("genre", gettext_lazy("体裁"), lambda row: row.genre, sort="genre"),
        Column("state", gettext_lazy("状态"), report_state, sort="state"),
        Column(
            "figures",
            gettext_lazy("数字"),
            lambda row: row.figures_count,
            sort="figures_count",
            align="number",
            unit=gettext_lazy("个"),
        ),
        Column(
            "left",
            gettext_lazy("待核对"),
            lambda row: row.left_count,
            sort="left_count",
            align="number",
            unit=gettext_lazy("个"),
        ),
        Column(
            "findings",
            gettext_lazy("疑点"),
            lambda row: row.findings_count,
            sort="findings_count",
            align="number",
            unit=gettext_lazy("条"),
        ),
        Column("owner", gettext_lazy("上传人"), lambda row: row.owner_name, sort="owner_name"),
        Column(
            "created",
            gettext_lazy("上传时间"),
            lambda row: row.created_at,
            sort="created_at",
            align="date",
        ),
        Column("confirmed", gettext_lazy("确认人"), lambda row: row.confirmed_name, default=False),
        Column(
            "confirmed_at",
            gettext_lazy("确认时间"),
            lambda row: row.confirmed_at,
            sort="confirmed_at",
            align="date",
            default=False,
        ),
        Column("error", gettext_lazy("原因"), lambda row: row.error, default=False),
    ),
    filters=(
        by_region("region", VIEW, gettext_lazy("地区")),
        Filter(
            "year",
            gettext_lazy("年度"),
            "choice",
            lambda rows, value: rows.filter(year=int(value)),
            _years,
        ),
        Filter(
            "state",
            gettext_lazy("状态"),
            "choice",
            lambda rows, value: rows.filter(state=value),
            _report_states,
        ),
        Filter(
            "mine",
            gettext_lazy("谁上传"),
            "choice",
            lambda rows, value: rows.filter(owner=value),
            _mine,
        ),
        Filter("batch", gettext_lazy("上传批次"), "number", _by_number("job_id")),
    ),
    search=lambda rows, words: rows.filter(Q(name__icontains=words) | Q(genre__icontains=words)),
    searched=gettext_lazy("名称、体裁"),
    empty=gettext_lazy("还没有报告。请点“上传报告”，把 Word、PDF、网页或文本文件读进来。"),
    export_verb="report.export",
)


def _indicator(row: ReportFigure) -> str:
    return indicator_names().get(row.indicator, row.indicator)


def _address(row: ReportFigure) -> str:
    return figure_url(row.report.pk, row.pk)


def shown_period(text: str) -> str:
    """A period in the words of the page."""
    return period_name(text)


FIGURES: Final = Listing(
    code="report_figures",
    name=gettext_lazy("报告中的数字"),
    verb=VIEW,
    queryset=visible_figures,
    columns=(
        Column("quote", gettext_lazy("原文"), lambda row: row.quote, align="date", link=_address),
        Column("measure", gettext_lazy("指标名称"), lambda row: row.measure, sort="measure"),
        Column(
            "value",
            gettext_lazy("数值"),
            lambda row: kept_value(row.value),
            sort="value",
            align="number",
        ),
        Column(
            "value_max",
            gettext_lazy("上限"),
            lambda row: kept_value(row.value_max),
            align="number",
            default=False,
        ),
        Column(
            "unit", pgettext_lazy("figure", "单位"), lambda row: row.unit, sort="unit", align="date"
        ),
        Column(
            "kind",
            gettext_lazy("种类"),
            lambda row: kind_word(row.kind),
            sort="kind",
            align="date",
        ),
        Column("bound", gettext_lazy("界限"), lambda row: bound_word(row.bound), default=False),
        Column(
            "period",
            gettext_lazy("期间"),
            lambda row: shown_period(row.period),
            sort="period",
            align="date",
        ),
        Column("subject", pgettext_lazy("figure", "主体"), lambda row: row.subject, sort="subject"),
        Column(
            "place",
            gettext_lazy("所属地区"),
            lambda row: row.place.name if row.place else "",
            sort="place__path",
            default=False,
        ),
        Column(
            "place_code",
            gettext_lazy("区划代码"),
            lambda row: row.place.code if row.place else "",
            default=False,
        ),
        Column(
            "report", pgettext_lazy("one", "报告"), lambda row: row.report.name, sort="report__name"
        ),
        Column(
            "region",
            gettext_lazy("报告地区"),
            lambda row: row.report.region.name,
            sort="report__region__path",
            default=False,
        ),
        Column(
            "year",
            gettext_lazy("报告年度"),
            lambda row: str(row.report.year or ""),
            sort="report__year",
            default=False,
        ),
        Column("decision", gettext_lazy("核对"), decision_state, sort="decision"),
        Column("indicator", gettext_lazy("指标目录"), _indicator, sort="indicator"),
        Column(
            "indicator_code", gettext_lazy("指标代码"), lambda row: row.indicator, default=False
        ),
        Column(
            "confidence",
            gettext_lazy("把握"),
            lambda row: row.confidence,
            sort="confidence",
            align="number",
            default=False,
        ),
        Column("decided", gettext_lazy("核对人"), lambda row: row.decided_name, default=False),
        Column(
            "decided_at",
            gettext_lazy("核对时间"),
            lambda row: row.decided_at,
            sort="decided_at",
            align="date",
            default=False,
        ),
        Column("note", gettext_lazy("说明"), lambda row: row.note, default=False),
        Column("section", gettext_lazy("所在标题"), lambda row: row.section, default=False),
        Column("sentence", gettext_lazy("原句"), lambda row: row.sentence, default=False),
        Column(
            "span",
            gettext_lazy("原文位置"),
            lambda row: f"{row.start}-{row.end}",
            default=False,
        ),
        Column("file", gettext_lazy("文件摘要"), lambda row: row.report.digest, default=False),
    ),
    filters=(
        Filter("region", gettext_lazy("地区"), "choice", _by_place, _regions),
        Filter(
            "indicator",
            gettext_lazy("指标"),
            "choice",
            lambda rows, value: rows.filter(indicator=value),
            _indicators,
        ),
        Filter(
            "measure",
            gettext_lazy("指标名称含"),
            "text",
            lambda rows, value: rows.filter(measure__icontains=value),
        ),
        Filter(
            "period",
            gettext_lazy("期间（如 2024、2024-06）"),
            "text",
            lambda rows, value: rows.filter(
                Q(period__startswith=value) | Q(period__contains=f"/{value}")
            ),
        ),
        Filter(
            "kind",
            gettext_lazy("种类"),
            "choice",
            lambda rows, value: rows.filter(kind=value),
            _kinds,
        ),
        Filter("decision", gettext_lazy("核对"), "choice", _by_decision, _decisions),
        Filter("in", gettext_lazy("报告编号"), "number", _by_number("report_id")),
    ),
    search=lambda rows, words: rows.filter(
        Q(measure__icontains=words) | Q(quote__icontains=words) | Q(report__name__icontains=words)
    ),
    searched=gettext_lazy("指标、原文、报告"),
    sort="pk",
    empty=gettext_lazy("还没有读出数字。请先上传报告，识读完成后这里会列出每一个数字。"),
    export_verb="report.export",
)
