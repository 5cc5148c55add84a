"""What the calendar shows from elsewhere: letters, batches and collections by their last days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.models import Collection
from kechuang.office.desk.queries import collections, incoming
from kechuang.office.filings.models import Batch
from kechuang.office.filings.queries import batches
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State

DEADLINES: Final = ("county_due", "city_due", "province_due")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something with a last day that is handled on a page of its own."""

    due: date
    name: str
    kind: str
    url: str
    state: State


def due_elsewhere(
    actor: Actor, since: date, until: date, today: date | None = None
) -> list[Elsewhere]:
    """What is open and due within some days, both included, and the actor may see; by the day."""
    now = today or timezone.localdate()
    found = [
        *_letters(actor, since, until, now),
        *_batches(actor, since, until, now),
        *_collections(actor, since, until, now),
    ]
    return sorted(found, key=lambda each: (each.due, each.kind, each.name, each.url))


def _letters(actor: Actor, since: date, until: date, today: date) -> Iterator[Elsewhere]:
    rows = incoming.visible(actor).filter(done_on=None, due_on__range=(since, until))
    for row in rows:
        url = reverse("desk:incoming_letter", args=[row.pk])
        state = incoming.standing(row.due_on, False, today)
        yield Elsewhere(row.due_on, row.title, _("来文"), url, state)


def _batches(actor: Actor, since: date, until: date, today: date) -> Iterator[Elsewhere]:
    within = Q()
    for name in DEADLINES:
        within |= Q(**{f"{name}__range": (since, until)})
    for row in batches.visible(actor).filter(within, closed_on=None):
        url = reverse("filings:batch", args=[row.pk])
        for name in DEADLINES:
            due = getattr(row, name)
            if due is not None and since <= due <= until:
                kind = str(Batch._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                # That the day has passed does not say that a filing is late: its own page does.
                passed = State("normal", _("已截止"))
                state = passed if due < today else incoming.standing(due, False, today)
                yield Elsewhere(due, row.name, kind, url, state)


def _collections(actor: Actor, since: date, until: date, today: date) -> Iterator[Elsewhere]:
    rows: QuerySet[Any] = collections.visible(actor).filter(deadline__range=(since, until))
    seen: set[int] = set()
    for row in rows.exclude(state=Collection.State.CLOSED):
        seen.add(row.pk)
        done = row.asked > 0 and row.asked == row.returned
        state = incoming.standing(row.deadline, done, today)
        url = reverse("desk:collection", args=[row.pk])
        yield Elsewhere(row.deadline, row.name, _("下发汇总"), url, state)
    own = collections.own_parts(actor).filter(
        returned_at=None,
        collection__state=Collection.State.SENT,
        collection__deadline__range=(since, until),
    )
    for part in own:
        if part.collection.pk not in seen:
            due = part.collection.deadline
            url = reverse("desk:collection_own_part", args=[part.pk])
            state = incoming.standing(due, False, today)
            yield Elsewhere(due, part.collection.name, _("填报"), url, state)
