"""Reading intellectual property."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.services.rights import LAPSED, PENDING, PROPERTIES, VALID
from kechuang.office.registry.standing import options, until, with_day

STANDINGS: Final = {
    "valid": gettext_lazy("有效"),
    "expiring": gettext_lazy("临期"),
    "expired": gettext_lazy("已到期"),
    "pending": gettext_lazy("审中"),
    "lapsed": gettext_lazy("失效"),
    "transferred": gettext_lazy("已转出"),
    "future": gettext_lazy("未受让"),
}
_GONE: Final = Q(transferred_on__lte=F("day"))
_COMES: Final = Q(acquired_on__gt=F("day"))
_OWNS: Final = (Q(transferred_on=None) | Q(transferred_on__gt=F("day"))) & (
    Q(acquired_on=None) | Q(acquired_on__lte=F("day"))
)
_HOLDS: Final = (
    _OWNS
    & Q(status=VALID)
    & (Q(granted_on=None) | Q(granted_on__lte=F("day")))
    & (Q(expires_on=None) | Q(expires_on__gte=F("day")))
)


def visible(actor: Actor, day: date | None = None) -> QuerySet[IntellectualProperty]:
    """The rights that an actor may see, as they stand on a day: today where none is said."""
    return with_day(PROPERTIES.visible(actor), day or timezone.localdate())


def standing_is(rows: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Of rows of `with_day` those that stand so on their day."""
    conditions = {
        "valid": _HOLDS,
        "expiring": _HOLDS & Q(expires_on__lte=F("soon")),
        "expired": _OWNS & Q(status=VALID, expires_on__lt=F("day")),
        "pending": _OWNS & Q(status=PENDING),
        "lapsed": _OWNS & Q(status=LAPSED),
        "transferred": _GONE,
        "future": _COMES,
    }
    return rows.filter(conditions[standing])


def standing(row: Any) -> State:
    """How a row of `with_day` stands on its day, in words."""
    if row.transferred_on and row.transferred_on <= row.day:
        return State("normal", STANDINGS["transferred"])
    if row.acquired_on and row.acquired_on > row.day:
        return State("normal", STANDINGS["future"])
    if row.status == PENDING:
        return State("normal", STANDINGS["pending"])
    if row.status == LAPSED:
        return State("normal", STANDINGS["lapsed"])
    return until(row.expires_on, row.day)


def of_party(actor: Actor, code: str, most: int) -> tuple[list[IntellectualProperty], int]:
    """The newest rights of a party, and how many there are."""
    rows = visible(actor).filter(party__code=code)
    return list(rows.order_by("-granted_on", "-pk")[:most]), rows.count()


def counted(actor: Actor, code: str) -> list[tuple[str, int]]:
    """How many rights of each kind a party holds today, in the order of the dictionary."""
    rows = standing_is(visible(actor).filter(party__code=code), "valid").order_by()
    found = {
        each["kind"]: each["count"] for each in rows.values("kind").annotate(count=Count("pk"))
    }
    words = options("ip", "ip_kind")
    return [(words[kind], found[kind]) for kind in words if kind in found]


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here: numbers and names."""
    for row in search(PROPERTIES.visible(actor), text).order_by("-pk")[:most]:
        yield Hit(
            name=row.name or row.number,
            kind=gettext_lazy("知识产权"),
            url=reverse("registry:property", args=[row.pk]),
            detail=f"{row.party.name} {row.number}",
        )


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rights whose name holds a text or whose number begins with it."""
    return rows.filter(Q(name__icontains=text) | Q(number__istartswith=normalise_code(text)))


def address(actor: Actor, key: str) -> str | None:
    """Where a right is seen, None where the actor may not."""
    if key.isdecimal() and PROPERTIES.visible(actor).filter(pk=key).exists():
        return reverse("registry:property", args=[key])
    return None
