"""Reading collections, within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk.collecting import place_of
from kechuang.office.desk.models import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.desk.services.collection_returns import ANSWER
from kechuang.office.desk.services.collections import RUN
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, Found
from kechuang.office.ground.slots import Hit, Item

VIEW: Final = "collection.view"
OUT: Final = (Collection.State.SENT, Collection.State.MERGING, Collection.State.CLOSED)
"""The states in which forms are with those who fill them in."""


def visible(actor: Actor) -> QuerySet[Collection]:
    """The collections that an actor may see, with how many were asked and came back."""
    rows = Collection.objects.select_related("region").defer("summary", "layout")
    return limit(rows, actor, VIEW).annotate(
        asked=Count("parts"), returned=Count("parts", filter=Q(parts__returned_at__isnull=False))
    )


def changeable(actor: Actor) -> QuerySet[Collection]:
    """The collections with which an actor may go on."""
    rows = Collection.objects.select_related("region", "form", "archive", "result", "previous")
    return limit(rows, actor, RUN)


def earlier(actor: Actor) -> QuerySet[Collection]:
    """The collections that may be the last period of another."""
    return changeable(actor).exclude(state=Collection.State.DRAFT)


def _parts() -> QuerySet[CollectionPart]:
    return CollectionPart.objects.select_related(
        "collection__region", "region", "party", "file"
    ).order_by("collection", "pk")


def parts(actor: Actor) -> QuerySet[CollectionPart]:
    """Who was asked, of the collections in reach."""
    return limit(_parts(), actor, VIEW)


def changeable_parts(actor: Actor) -> QuerySet[CollectionPart]:
    """The parts of the collections with which an actor may go on."""
    return _parts().filter(collection__in=changeable(actor).order_by().values("pk"))


def own_parts(actor: Actor) -> QuerySet[CollectionPart]:
    """What an actor is to fill in."""
    return limit(_parts().filter(collection__state__in=OUT, file__isnull=False), actor, ANSWER)


def _returns() -> QuerySet[CollectionReturn]:
    return CollectionReturn.objects.select_related(
        "part__collection__region", "part__region", "part__party", "file", "scan"
    )


def returns(actor: Actor) -> QuerySet[CollectionReturn]:
    """What came back, as whoever collects may see it or whoever filled it in."""
    rows = limit(_returns(), actor, VIEW)
    own = limit(_returns(), actor, ANSWER)
    return _returns().filter(Q(pk__in=rows.values("pk")) | Q(pk__in=own.values("pk")))


def conflicts(actor: Actor) -> QuerySet[CollectionConflict]:
    """What disagrees, in collections with which an actor may go on."""
    rows = CollectionConflict.objects.select_related("part__collection__region", "chosen")
    return limit(rows, actor, RUN).order_by("part", "row", "column")


def days_late(part: CollectionPart) -> int:
    """How many days a part is late today, 0 where it is not or has returned."""
    if part.returned_at is not None or part.collection.state == Collection.State.DRAFT:
        return 0
    return max(0, (timezone.localdate() - part.collection.deadline).days)


def find(actor: Actor, words: str, most: int) -> Iterable[Hit]:
    """Collections called so, for the search box."""
    for row in visible(actor).filter(name__icontains=words)[:most]:
        state = str(Collection.State(row.state).label)
        yield Hit(row.name, _("下发汇总"), reverse("desk:collection", args=[row.pk]), state)


def address(actor: Actor, key: str) -> str | None:
    """Where a collection is seen; None where the actor may not see it."""
    if key.isdecimal() and visible(actor).filter(pk=int(key)).exists():
        return reverse("desk:collection", args=[int(key)])
    return None


def morning(actor: Actor) -> Iterable[Item]:
    """Collections that are late, and forms that wait to be filled in, for the first page."""
    today = timezone.localdate()
    if actor.reach(RUN) is not None:
        yield from _late(actor, today)
    if actor.reach(ANSWER) is not None and actor.reach(VIEW) is None:
        waiting = own_parts(actor).filter(returned_at=None, collection__state=Collection.State.SENT)
        for part in waiting.order_by("collection__deadline", "pk")[:5]:
            url = reverse("desk:collection_own_part", args=[part.pk])
            due = part.collection.deadline
            state = "late" if due < today else "todo"
            yield Item(_("填报：%(name)s") % {"name": part.collection.name}, url, 1, due, state)


def _late(actor: Actor, today: date) -> Iterable[Item]:
    rows = limit(Collection.objects.filter(state=Collection.State.SENT), actor, RUN)
    mine = rows.filter(owner=actor.code, deadline__lt=today).order_by("deadline", "pk")
    late = mine.annotate(left=Count("parts", filter=Q(parts__returned_at=None))).filter(left__gt=0)
    for pk, name, due, left in late.values_list("pk", "name", "deadline", "left")[:5]:
        words = ngettext("%(name)s：%(count)d个单位未报", "%(name)s：%(count)d个单位未报", left)
        url = reverse("desk:collection_missing", args=[pk])
        yield Item(words % {"name": name, "count": left}, url, left, due, "late")


def phone(actor: Actor, key: str) -> Found | None:
    """The telephone of whom to ask, for whoever may see secrets there."""
    rows = _parts().filter(pk=int(key)) if key.isdecimal() else _parts().none()
    row = limit(rows, actor, VIEW).first()
    if row is None or not row.contact_phone:
        return None
    place = place_of(row.collection)
    if not actor.reaches(REVEAL, place):
        return None
    back = reverse("desk:collection", args=[row.collection.pk])
    return Found(place, row.contact_phone, row.name, back)
