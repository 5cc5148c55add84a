"""The figures of a batch on a day, each with the list of the firms behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.milestones import MILESTONES, rate, same_day
from kechuang.office.filings.models import Batch, BatchStage, Cause, Filing, StageEntry
from kechuang.office.filings.queries import filings
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import Text

NAMES: Final[dict[str, Text]] = {
    "applied": _("申报"),
    "recommended": _("推荐"),
    "published": _("公示"),
    "certified": _("发证"),
    "returned": _("退回过"),
    "failed": _("未通过"),
    "abandoned": _("放弃"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a batch on a day. `returns` counts returns, `counts` firms (家)."""

    batch: int
    day: date
    total: int
    counts: dict[str, int]
    returns: int
    causes: dict[str, int]

    @property
    def pass_rate(self) -> Decimal | None:
        """通过率: of those that applied, how many per cent were published or certified."""
        return rate(self.counts["published"], self.counts["applied"])


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the board: how many firms are there now, and how many of them are late."""

    stage: BatchStage
    count: int
    late: int
    url: str


def figures(actor: Actor, batch: Batch, day: date) -> Figures:
    """What of a batch is in reach, as of the end of a day. Three queries."""
    rows = filings.visible(actor, day).filter(batch=batch)
    total = rows.filter(added_before(day)).order_by().count()
    entries = StageEntry.objects.filter(
        filing__in=rows.order_by().values("pk"), taken_back_at=None, on__lte=day
    ).order_by()
    counted = {
        code: Count("filing", distinct=True, filter=Q(stage__meaning__in=meanings))
        for code, meanings in MILESTONES.items()
    }
    returned = Count("pk", filter=Q(stage__meaning="returned"))
    found = entries.aggregate(**counted, returns=returned)
    causes = entries.exclude(cause="").values_list("cause").annotate(Count("filing", distinct=True))
    returns = found.pop("returns")
    by_cause = dict(causes)
    ordered = {code: by_cause[code] for code in Cause.values if code in by_cause}
    return Figures(batch.pk, day, total, found, returns, ordered)


def added_before(day: date) -> Q:
    """The filings that were in their batch by a day."""
    first = StageEntry.objects.filter(on__lte=day, taken_back_at=None).order_by()
    return Q(pk__in=first.values("filing"))


def board(actor: Actor, batch: Batch, stages: Iterable[BatchStage], day: date) -> list[Column]:
    """The stages of a batch with how many are at each. One query."""
    rows = filings.visible(actor, day).filter(batch=batch).order_by()
    late = filings.standing_is(rows, "late").values("pk")
    counts = {
        stage: (count, overdue)
        for stage, count, overdue in rows.values("stage").annotate(
            count=Count("pk"), overdue=Count("pk", filter=Q(pk__in=late))
        ).values_list("stage", "count", "overdue")
    }  # fmt: skip
    return [
        Column(each, *counts.get(each.pk, (0, 0)), url=list_address(batch, stage=each.name))
        for each in stages
    ]


def comparison(actor: Actor, batch: Batch, day: date) -> tuple[Figures, Figures] | None:
    """This batch on a day and last year's on the same day of its year; None without such a one."""
    previous = batch.previous
    if previous is None:
        return None
    years = max(batch.year - previous.year, 1)
    return figures(actor, batch, day), figures(actor, previous, same_day(day, years))


def list_address(batch: Batch | int, **conditions: str) -> str:
    """The list of a batch's filings under conditions."""
    key = batch if isinstance(batch, int) else batch.pk
    return f"{reverse('filings:filings')}?{urlencode({'batch': key, **conditions})}"


def waiting(actor: Actor, batch: Batch) -> list[Any]:
    """The filings of a batch whose certificate may be issued: published, filed, or reviewed."""
    rows = filings.changeable(actor).filter(batch=batch, stage__is_end=False)
    return list(rows.filter(stage__meaning__in=("published", "filed")).order_by("party__name"))


def to_recommend(actor: Actor, batch: Batch) -> list[Filing]:
    """The filings that the county's letter speaks of: handed in, not yet recommended."""
    rows = filings.visible(actor).filter(batch=batch, stage__meaning="submitted")
    return list(rows.order_by("party__region__path", "party__name", "pk"))


def recommended_by(actor: Actor, batch: Batch, document: str) -> list[Filing]:
    """The filings that were recommended by a letter."""
    entries = StageEntry.objects.filter(
        stage__meaning="recommended", document=document, taken_back_at=None
    )
    rows = filings.visible(actor).filter(batch=batch, pk__in=entries.order_by().values("filing"))
    return list(rows.order_by("party__region__path", "party__name", "pk"))
