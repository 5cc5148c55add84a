"""The lists of the ladder: for each rung who stands to it, in which way, and what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.queries import filings
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.ladder import HELD, LACKING, NAMES, Rung, Stand, rung_name, rungs
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.telling import DIAGNOSE, EXPORT, LADDER, NOTIFY, POOL_CHANGE
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import dossier
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.queries import qualifications
from kechuang.office.registry.queries.organisations import search

NOTHING: Final = "—"
"""What stands where a column does not concern a row."""
STATES: Final = {
    Stand.CERTIFIED: "done", Stand.EXPIRING: "soon", Stand.AWAITING: "todo", Stand.FILING: "normal",
    Stand.QUALIFIED: "todo", Stand.NEAR: "todo", Stand.SCREENED: "todo",
    Stand.OPEN: "normal",
}  # fmt: skip


def state_of(row: Any) -> State:
    """How a row stands, as a badge."""
    stand = Stand(row.stand)
    return State(STATES[stand], NAMES[stand])


def prepare(rung: Rung, rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch for all rows what is lacking, the last certificate and the open filing."""
    keys = [row.pk for row in rows]
    prospects = (
        ladder.prospects_of(rung.code, keys)
        if columns & {"lacks", "when", "screened", "missing"}
        else {}
    )
    certificates = _certificates(rung, keys) if columns & {"number", "expires_on"} else {}
    stages = _stages(rung, keys) if "stage" in columns else {}
    for row in rows:
        row.prospect = None if row.stand in set(HELD) else prospects.get(row.pk)
        row.certificate = certificates.get(row.pk) if row.stand in set(HELD) else None
        row.stage_name = stages.get(row.pk, "")


def _certificates(rung: Rung, keys: Sequence[int]) -> dict[int, Qualification]:
    day = timezone.localdate()
    rows = qualifications.on_day(
        Qualification.objects.filter(party__in=keys, title__in=rung.titles), day
    )
    found: dict[int, Qualification] = {}
    for row in rows.order_by("expires_on", "pk"):
        if row.issued_on is None or row.issued_on <= day:
            found[row.party_id] = row
    return found


def _stages(rung: Rung, keys: Sequence[int]) -> dict[int, str]:
    rows = filings.standing_is(
        filings.visible(SYSTEM).filter(party__in=keys, batch__title__in=rung.titles), "open"
    )
    return {row.party_id: row.stage.name for row in rows.order_by("stage_on", "pk")}


def lacks(row: Any) -> str:
    """What a row of a list lacks, in words; empty where that does not concern it."""
    return row.prospect.lacks if row.prospect and row.stand in set(LACKING) else ""


def _of_certificate(row: Any, name: str) -> object:
    return getattr(row.certificate, name) if row.certificate else NOTHING


def _when(row: Any) -> Text:
    if row.prospect is None or row.stand != Stand.NEAR:
        return NOTHING
    return gettext("本年度") if row.prospect.this_year else gettext("下一年度")


def _stands(_actor: Actor) -> Iterable[tuple[str, Text]]:
    return [(stand.value, name) for stand, name in NAMES.items()]


def _by_stand(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(stand=value)


def _is_near(row: Any) -> bool:
    return row.stand == Stand.NEAR


def _acts(rung: Rung) -> tuple[Bulk, ...]:
    return (
        Bulk(
            "pool", _("列入培育库"), "policies:pool_admit_by_rule", POOL_CHANGE,
            whole=True, arguments=(rung.code,),
        ),
        Bulk(
            "notify", _("通知企业"), "policies:notify", NOTIFY,
            whole=True, arguments=(f"ladder_{rung.code}",),
        ),
    )  # fmt: skip


def _listing(rung: Rung) -> Listing:
    return Listing(
        code=f"ladder_{rung.code}",
        name=lazy(lambda: gettext("培育阶梯：%(rung)s") % {"rung": rung_name(rung.code)}, str)(),
        verb=LADDER,
        queryset=partial(ladder.listed, rung=rung.code),
        prepare=partial(prepare, rung),
        columns=(
            Column(
                "party", _("企业"), lambda row: row.party.name, sort="party__name",
                link=lambda row: dossier(row.party.code), placed=True,
            ),
            Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False),
            Column("region", _("区划"), lambda row: row.party.region.name,
                   sort="party__region__path"),
            Column("stand", _("状态"), state_of, sort="stand"),
            Column(
                "lacks", _("还差什么"), lambda row: lacks(row) or NOTHING,
                link=lambda row: address("policies:diagnosis", row.party.code)
                if lacks(row) else None,
                verb=DIAGNOSE,
            ),
            Column("when", _("何时可达"), _when, verb=DIAGNOSE),
            Column(
                "missing", _("待归集事实"),
                lambda row: row.missing if row.prospect else None,
                sort="missing", align="number", unit=_("项"), verb=DIAGNOSE,
            ),
            Column(
                "effort", _("难度"), lambda row: row.effort if _is_near(row) else None,
                sort="effort", align="number", digits=2, default=False, verb=DIAGNOSE,
            ),
            Column("stage", _("申报阶段"), lambda row: row.stage_name or NOTHING),
            Column("number", _("证书编号"), lambda row: _of_certificate(row, "number"),
                   default=False),
            Column("expires_on", _("有效期至"),
                   lambda row: _of_certificate(row, "expires_on"), align="date"),
            Column("screened", _("初筛符合"),
                   lambda row: row.prospect.to_screen == 0 if row.prospect else None, default=False,
                   verb=DIAGNOSE),
        ),
        filters=(
            Filter("stand", _("状态"), "choice", _by_stand, _stands),
            by_region("party__region", LADDER),
        ),
        search=search,
        searched=_("企业、代码、拼音首字母"),
        sort="effort",
        then=("to_screen", "missing"),
        empty=_("没有企业。还没有运行过全部规则的，请到“规则运行”发起一次。"),
        bulk=_acts(rung),
        export_verb=EXPORT,
    )  # fmt: skip


LISTINGS: Final = {code: _listing(rung) for code, rung in rungs().items()}
