"""Reading batches and programmes."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from kechuang.office.filings.models import Batch, BatchDocument, BatchStage, Filing, Programme
from kechuang.office.filings.telling import OPEN, VIEW
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.scopes import limit


def visible(actor: Actor) -> QuerySet[Batch]:
    """The batches that an actor sees, with their region.

    Whoever works in a county also sees what its city and province opened: its own firms are in
    there. Of such a batch only the filings in reach are shown.
    """
    rows = Batch.objects.select_related("region")
    if actor.reach(VIEW) is not Reach.REGION or not actor.region:
        return limit(rows, actor, VIEW)
    codes = actor.region.strip("/").split("/")
    return rows.filter(Q(region__path__startswith=actor.region) | Q(region__code__in=codes[:-1]))


def changeable(actor: Actor) -> QuerySet[Batch]:
    """The batches that an actor may change, with their region."""
    return limit(Batch.objects.select_related("region"), actor, OPEN)


def programmes(actor: Actor, verb: str = VIEW) -> QuerySet[Programme]:
    """The programmes that bureaus in reach added, with their region."""
    return limit(Programme.objects.select_related("region"), actor, verb)


def stages_of(batch: Batch) -> list[BatchStage]:
    """The stages of a batch in their order."""
    return list(BatchStage.objects.filter(batch=batch).order_by("order", "pk"))


def documents_of(batch: Batch) -> list[BatchDocument]:
    """The documents of a batch in their order."""
    return list(BatchDocument.objects.filter(batch=batch).order_by("order", "pk"))


def with_counts(rows: QuerySet[Batch], filings: QuerySet[Filing]) -> QuerySet[Batch]:
    """The batches with how many of these filings each has, and how many of them are over."""
    keys = filings.order_by().values("pk")
    counted = Q(filing__in=keys)
    return rows.annotate(
        total=Count("filing", filter=counted, distinct=True),
        over=Count("filing", filter=counted & Q(filing__stage__is_end=True), distinct=True),
    ).annotate(open=F("total") - F("over"))


def address(actor: Actor, key: str) -> str | None:
    """Where a batch is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("filings:batch", args=[key])
    return None
