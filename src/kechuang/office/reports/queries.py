"""Reading reports, their figures and findings, within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Hit, Item
from kechuang.office.regions.models import Region
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.reading.outputs.labels import labels

VIEW: Final = "report.view"
SURE: Final = Decimal(str(labels()["sure"]))
Decision = ReportFigure.Decision
TAKEN: Final = (Decision.ACCEPTED, Decision.CORRECTED)


def visible(actor: Actor) -> QuerySet[Report]:
    """The reports that an actor may see, without their long texts."""
    return limit(Report.objects.select_related("region").defer("text"), actor, VIEW)


def counted(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with the number of their figures, of those left to check, and of open findings."""
    figures = ReportFigure.objects.filter(report=OuterRef("pk"))
    findings = ReportFinding.objects.filter(report=OuterRef("pk"), state=ReportFinding.State.OPEN)
    return reports.annotate(
        figures_count=_count(figures),
        left_count=_count(figures.filter(decision=Decision.PROPOSED)),
        findings_count=_count(findings),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    number = rows.order_by().values("report").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def visible_figures(actor: Actor) -> QuerySet[ReportFigure]:
    """The figures that an actor may see, with their reports."""
    rows = ReportFigure.objects.select_related("report__region", "place").defer("report__text")
    return limit(rows, actor, VIEW)


def visible_findings(actor: Actor) -> QuerySet[ReportFinding]:
    """The findings that an actor may see."""
    rows = ReportFinding.objects.select_related("report__region").defer("report__text")
    return limit(rows, actor, VIEW)


def open_figures(report: Report) -> QuerySet[ReportFigure]:
    """What of a report waits for a decision."""
    return ReportFigure.objects.filter(report=report, decision=Decision.PROPOSED)


def sure_figures(report: Report) -> QuerySet[ReportFigure]:
    """What waits, that the engine is sure of, and no open finding speaks against."""
    doubted = ReportFinding.figures.through.objects.filter(
        reportfinding__report=report, reportfinding__state=ReportFinding.State.OPEN
    ).values("reportfigure_id")
    rows = open_figures(report).filter(confidence__gte=SURE, value__isnull=False)
    return rows.exclude(pk__in=doubted)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many reports, figures and findings there are."""

    reports: int
    figures: int
    findings: int


def totals(actor: Actor) -> Totals:
    """What an actor may see, counted."""
    return Totals(
        limit(Report.objects.all(), actor, VIEW).count(),
        limit(ReportFigure.objects.all(), actor, VIEW).count(),
        limit(ReportFinding.objects.all(), actor, VIEW).count(),
    )


# --- the matrix


@dataclass(frozen=True, slots=True)
class Said:
    """One value as reports say it."""

    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What reports say of one region in one period: the values that differ, how many sources."""

    values: tuple[Said, ...]
    sources: int

    @property
    def agree(self) -> bool:
        """Whether all say the same."""
        return len(self.values) == 1


@dataclass(frozen=True, slots=True)
class Matrix:
    """One indicator: a row a region, a column a period, None where nothing was taken over."""

    periods: tuple[str, ...]
    rows: tuple[tuple[Region, tuple[Cell | None, ...]], ...]


def matrix(actor: Actor, indicator: str, kind: str) -> Matrix:
    """What was taken over of one indicator and kind, by region and period."""
    found = (
        limit(ReportFigure.objects.all(), actor, VIEW)
        .filter(indicator=indicator, kind=kind, decision__in=TAKEN, place__isnull=False)
        .exclude(period="")
        .order_by("place__path", "period", "value", "unit", "pk")
        .values_list(
            "place_id", "period", "report_id", "value", "value_max", "unit", "bound", "kind"
        )
    )
    values: dict[tuple[int, str], dict[Said, None]] = {}
    sources: dict[tuple[int, str], set[int]] = {}
    for place, period, report, *said in found:
        values.setdefault((place, period), {})[Said(*said)] = None
        sources.setdefault((place, period), set()).add(report)
    periods = tuple(sorted({period for _place, period in values}))
    places = Region.objects.filter(pk__in={place for place, _period in values}).order_by("path")
    return Matrix(periods, tuple(_row(place, periods, values, sources) for place in places))


def _row(
    place: Region,
    periods: Iterable[str],
    values: Mapping[tuple[int, str], Mapping[Said, None]],
    sources: Mapping[tuple[int, str], set[int]],
) -> tuple[Region, tuple[Cell | None, ...]]:
    cells = [
        Cell(tuple(values[place.pk, period]), len(sources[place.pk, period]))
        if (place.pk, period) in values
        else None
        for period in periods
    ]
    return place, tuple(cells)


def taken_indicators(actor: Actor) -> list[tuple[str, str, int]]:
    """Indicator and kind of what was taken over, with how many figures, most first."""
    rows = (
        limit(ReportFigure.objects.all(), actor, VIEW)
        .filter(decision__in=TAKEN, place__isnull=False)
        .exclude(indicator="")
        .exclude(period="")
        .order_by()
        .values("indicator", "kind")
        .annotate(number=Count("pk"))
        .order_by(F("number").desc(), "indicator", "kind")
    )
    return [(row["indicator"], row["kind"], row["number"]) for row in rows]


# --- what other rooms show of this one


def morning(actor: Actor) -> Iterable[Item]:
    """Reports that wait to be checked, and those that could not be read."""
    rows = limit(Report.objects.all(), actor, "report.review")
    by_state = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    address = reverse("reports:list")
    waiting = by_state.get(Report.State.REVIEW, 0)
    failed = by_state.get(Report.State.FAILED, 0)
    if waiting:
        yield Item(_("报告待核对"), f"{address}?state={Report.State.REVIEW}", waiting)
    if failed:
        words = _("报告未能识读，请看原因")
        yield Item(words, f"{address}?state={Report.State.FAILED}", failed, state="late")


def find(actor: Actor, words: str, most: int) -> Iterable[Hit]:
    """Reports whose name holds the words."""
    for report in visible(actor).filter(name__icontains=words)[:most]:
        year = _("%(year)d年") % {"year": report.year} if report.year else ""
        detail = " · ".join(filter(None, [report.region.name, year, report.genre]))
        yield Hit(report.name, _("报告"), reverse("reports:record", args=[report.pk]), detail)


def source_url(actor: Actor, key: str) -> str | None:
    """Where a figure stands in its report; None where the actor may not see it."""
    if not key.isdecimal():
        return None
    figure = limit(ReportFigure.objects.all(), actor, VIEW).filter(pk=int(key)).first()
    return figure_url(figure.report_id, figure.pk) if figure else None  # type: ignore[attr-defined]


def figure_url(report: int, figure: int) -> str:
    """The address of a figure in its report."""
    return f"{reverse('reports:record', args=[report])}?figure={figure}#figure-{figure}"
