"""The list of batches."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Batch
from kechuang.office.filings.practice import setting
from kechuang.office.filings.queries import batches, filings
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_text

DEADLINES: Final = ("county_due", "city_due", "province_due")
STATES: Final = {"open": _("在办"), "closed": _("已办结")}


def rows_of(actor: Actor) -> QuerySet[Any]:
    """The batches in reach with how many firms of the actor's reach are in each."""
    return batches.with_counts(batches.visible(actor), filings.visible(actor))


def next_due(row: Batch) -> Any:
    """The next deadline of a batch, the last one where all are over."""
    today = timezone.localdate()
    days = [day for name in DEADLINES if (day := getattr(row, name))]
    return next((day for day in days if day >= today), days[-1] if days else None)


def standing(row: Batch) -> State:
    """How a batch stands today: days to the next deadline, or closed."""
    if row.closed_on:
        return State("done", STATES["closed"])
    due = next_due(row)
    if due is None:
        return State("normal", STATES["open"])
    days = (due - timezone.localdate()).days
    if days < 0:
        return State("normal", _now("各级截止已过"))
    code = "soon" if days <= setting("soon_days") else "normal"
    return State(code, _now("还有%(days)s天") % {"days": f"{days:,}"})


def _years(actor: Actor) -> list[tuple[str, str]]:
    years = batches.visible(actor).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in years]


def _by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(closed_on=None) if value == "open" else rows.exclude(closed_on=None)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(name__icontains=text)
        | Q(programme_name__icontains=text)
        | Q(notice_number__icontains=text)
    )


BATCHES: Final = Listing(
    code="filing_batches",
    name=_("申报批次"),
    verb="filing.view",
    queryset=rows_of,
    columns=(
        Column(
            "name", _("批次"), lambda row: row.name, sort="name",
            link=lambda row: address("filings:batch", row.pk),
        ),
        Column("programme", _("项目"), lambda row: row.programme_name, sort="programme_name"),
        Column("year", _("年度"), lambda row: str(row.year), sort="year"),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("total", _("企业"), lambda row: row.total, sort="total", align="number",
               unit=_("家")),
        Column("open", _("在办"), lambda row: row.open, sort="open", align="number", unit=_("家")),
        Column("due", _("下一个截止"), next_due, align="date"),
        Column("standing", _("状态"), standing),
        Column("notice_number", _("通知文号"), lambda row: row.notice_number, default=False),
        Column("deciding", _("认定机关"), lambda row: row.deciding, default=False),
        Column("system", _("申报系统"), lambda row: row.system, default=False),
        Column("county_due", _("县级截止"), lambda row: row.county_due, sort="county_due",
               align="date", default=False),
        Column("city_due", _("市级截止"), lambda row: row.city_due, align="date", default=False),
        Column("province_due", _("省级截止"), lambda row: row.province_due, align="date",
               default=False),
    ),
    filters=(
        Filter("year", _("年度"), "choice", lambda rows, value: rows.filter(year=int(value)),
               _years),
        Filter("state", _("状态"), "choice", _by_state, lambda _actor: STATES.items()),
        by_text("programme_name", _("项目含")),
        by_region("region", "filing.view"),
    ),
    search=_search,
    searched=_("批次、项目、通知文号"),
    sort="-year",
    empty=_("还没有批次。请点“开批次”，选项目、填通知文号和截止日期。"),
    export_verb="filing.export",
)  # fmt: skip
