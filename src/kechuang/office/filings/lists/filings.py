"""The lists of filings: all of a batch, and those to chase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Cause, Kind, StageEntry
from kechuang.office.filings.queries import batches, filings
from kechuang.office.filings.queries.figures import NAMES
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.slots import Text
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import by_party, by_text, choice, dossier, on

BULK: Final = (
    Bulk("advance", _("推进阶段"), "filings:advance", "filing.change"),
    Bulk("look_after", _("指定跟进人"), "filings:look_after", "filing.change"),
)


def prepare(rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch how often each was returned and why last, by one query each."""
    by_key: dict[int, Any] = {row.pk: row for row in rows}
    for row in rows:
        row.returns, row.last_return = 0, ""
    if not columns & {"returns", "last_return"}:
        return
    returned = StageEntry.objects.filter(
        filing__in=list(by_key), stage__meaning="returned", taken_back_at=None
    )
    for key, reason in returned.order_by("on", "pk").values_list("filing_id", "reason"):
        row = by_key[key]
        row.returns, row.last_return = row.returns + 1, reason


def _batches(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = batches.visible(actor).order_by("-year", "-pk").values_list("pk", "name")
    return [(str(key), name) for key, name in rows[:200]]


def _officers(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = filings.visible(actor).exclude(officer="").order_by("officer")
    found = rows.values_list("officer").annotate(name=Max("officer_name"))
    return [("-", _("无人跟进")), *found]


def _by_officer(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(officer="" if value == "-" else value)


def _by_stage(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    return rows.filter(stage__name=name)


def _by_batch(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    return rows.filter(batch=int(key))


COLUMNS: Final = (
    Column(
        "party", _("企业"), lambda row: row.party.name, sort="party__name",
        link=lambda row: address("filings:filing", row.pk),
    ),
    Column(
        "code", _("统一社会信用代码"), lambda row: row.party.code, sort="party__code",
        link=lambda row: dossier(row.party.code), default=False,
    ),
    Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
    Column("batch_name", _("批次"), lambda row: row.batch.name, sort="batch__name"),
    Column("kind", _("申报类别"), lambda row: row.get_kind_display(), sort="kind"),
    Column("stage", _("阶段"), lambda row: row.stage.name, sort="stage__order"),
    Column("stage_on", _("日期"), lambda row: row.stage_on, sort="stage_on", align="date"),
    Column("next_due", _("下一个截止"), lambda row: row.next_due, sort="next_due", align="date"),
    Column("standing", _("状态"), filings.standing),
    Column("returns", _("退回"), lambda row: row.returns, align="number", unit=_("次")),
    Column("officer", _("跟进人"), lambda row: row.officer_name, sort="officer_name"),
    Column("next_act", _("下一步"), filings.next_act, default=False),
    Column("last_return", _("最近退回原因"), lambda row: row.last_return, default=False),
    Column("number", _("受理编号"), lambda row: row.number, default=False),
    Column("note", _("备注"), lambda row: row.note, default=False),
)  # fmt: skip
FILTERS: Final = (
    on(filings.on_day),
    Filter("batch", _("批次"), "choice", _by_batch, _batches),
    Filter("stage", _("所处阶段"), "text", _by_stage),
    Filter(
        "reached", _("到过"), "choice", filings.reached, lambda _actor: NAMES.items()
    ),
    choice("standing", _("状态"), lambda: filings.STANDINGS, filings.standing_is),
    choice("kind", _("申报类别"), lambda: dict(Kind.choices)),
    choice("cause", _("退回类型"), lambda: dict(Cause.choices), filings.returned_for),
    Filter("officer", _("跟进人"), "choice", _by_officer, _officers),
    by_region("party__region", "filing.view"),
    by_party(_("企业")),
    by_text("number", _("受理编号含")),
)  # fmt: skip
SEARCHED: Final = _("企业、拼音首字母、受理编号")

FILINGS: Final = Listing(
    code="filings",
    name=_("申报"),
    verb="filing.view",
    queryset=filings.visible,
    prepare=prepare,
    columns=COLUMNS,
    filters=FILTERS,
    search=filings.search,
    searched=SEARCHED,
    sort="stage",
    empty=_("还没有申报。请打开一个批次，点“加入企业”。"),
    bulk=BULK,
    export_verb="filing.export",
)


def _shown_when_chasing(column: Column) -> Column:
    """The same column; what is to be done is shown at once."""
    shown = {"party", "region", "batch_name", "stage", "next_due", "standing", "next_act",
             "last_return", "officer"}  # fmt: skip
    return Column(
        column.code, column.name, column.value, column.sort, column.align, column.unit, column.link,
        column.code in shown, column.digits, column.verb,
    )  # fmt: skip


CHASE: Final = Listing(
    code="filings_chase",
    name=_("催办"),
    verb="filing.change",
    queryset=filings.to_chase,
    prepare=prepare,
    columns=tuple(map(_shown_when_chasing, COLUMNS)),
    filters=tuple(
        each for each in FILTERS if each.code in {"batch", "stage", "standing", "officer", "region"}
    ),
    search=filings.search,
    searched=SEARCHED,
    sort="next_due",
    empty=_("没有要催的：没有逾期、临近截止或退回未重交的申报。"),
    bulk=BULK,
    export_verb="filing.export",
)
