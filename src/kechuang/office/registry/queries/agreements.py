"""Reading agreements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import Agreement, AgreementParty
from kechuang.office.registry.services.agreements import AGREEMENTS
from kechuang.office.registry.standing import until, with_day

STANDINGS: Final = {
    "valid": gettext_lazy("履行中"),
    "expiring": gettext_lazy("临期"),
    "expired": gettext_lazy("期满"),
    "ended": gettext_lazy("提前终止"),
    "future": gettext_lazy("未开始"),
}
_ENDED: Final = Q(ended_on__lte=F("day"))
_NOT_ENDED: Final = Q(ended_on=None) | Q(ended_on__gt=F("day"))
_BEGUN: Final = Q(since=None) | Q(since__lte=F("day"))
_HOLDS: Final = _NOT_ENDED & _BEGUN & (Q(until=None) | Q(until__gte=F("day")))


def visible(actor: Actor, day: date | None = None) -> QuerySet[Agreement]:
    """The agreements that an actor may see, with their parties, as they stand on a day."""
    signed = AgreementParty.objects.select_related("party").order_by("pk")
    rows = AGREEMENTS.visible(actor).prefetch_related(Prefetch("agreementparty_set", signed))
    return with_day(rows, day or timezone.localdate())


def standing_is(rows: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Of rows of `with_day` those that stand so on their day."""
    conditions = {
        "valid": _HOLDS,
        "expiring": _HOLDS & Q(until__lte=F("soon")),
        "expired": _NOT_ENDED & Q(until__lt=F("day")),
        "ended": _ENDED,
        "future": _NOT_ENDED & Q(since__gt=F("day")),
    }
    return rows.filter(conditions[standing])


def standing(row: Any) -> State:
    """How a row of `with_day` stands on its day, in words."""
    if row.ended_on and row.ended_on <= row.day:
        return State("normal", STANDINGS["ended"])
    if row.since and row.since > row.day:
        return State("normal", STANDINGS["future"])
    if row.until and row.until < row.day:
        return State("normal", STANDINGS["expired"])
    found = until(row.until, row.day)
    return found if found.code == "soon" else State("done", STANDINGS["valid"])


def parties_of(row: Agreement) -> list[str]:
    """The names of who signed."""
    return [each.party.name for each in row.agreementparty_set.all()]  # type: ignore[attr-defined]


def signed_by(row: Agreement) -> list[AgreementParty]:
    """Who signed, and as what."""
    return list(row.agreementparty_set.all())  # type: ignore[attr-defined]


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The agreements by a part of the name, the start of the number, or pinyin initials."""
    return rows.filter(
        Q(name__icontains=text) | Q(number__istartswith=text) | Q(initials__startswith=text.lower())
    )


def with_party(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The agreements that a party signed whose name holds a text or whose code it is."""
    signed = AgreementParty.objects.filter(Q(party__name__icontains=text) | Q(party__code=text))
    return rows.filter(pk__in=signed.values("agreement"))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(AGREEMENTS.visible(actor), text).order_by("-pk")[:most]:
        yield Hit(
            name=row.name,
            kind=gettext_lazy("合作协议"),
            url=reverse("registry:agreement", args=[row.pk]),
            detail=row.number or _("无编号"),
        )


def address(actor: Actor, key: str) -> str | None:
    """Where an agreement is seen, None where the actor may not."""
    if key.isdecimal() and AGREEMENTS.visible(actor).filter(pk=key).exists():
        return reverse("registry:agreement", args=[key])
    return None
