"""Reading parties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import Hit, addresses_of_parties
from kechuang.office.parties.models import Party

AT_A_TIME: Final = 2_000
"""Codes in one statement: a database takes no more than so many parameters."""


def visible(actor: Actor) -> QuerySet[Party]:
    """The parties that an actor may see, with their regions."""
    return limit(Party.objects.select_related("region"), actor, "party.view")


def changeable(actor: Actor) -> QuerySet[Party]:
    """The parties that an actor may change, with their regions."""
    return limit(Party.objects.select_related("region"), actor, "party.change")


def keys_of(codes: Sequence[str]) -> dict[str, int]:
    """The keys of parties by their codes, however many; codes that nobody has are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(codes), AT_A_TIME):
        some = codes[start : start + AT_A_TIME]
        found |= dict(Party.objects.filter(code__in=some).values_list("code", "pk").order_by())
    return found


def search(queryset: QuerySet[Party], text: str) -> QuerySet[Party]:
    """The parties whose name holds a text or whose code begins with it."""
    return queryset.filter(Q(name__icontains=text) | Q(code__istartswith=normalise_code(text)))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    found = list(search(visible(actor), text)[:most])
    elsewhere = addresses_of_parties(actor, [party.code for party in found])
    for party in found:
        yield Hit(
            name=party.name,
            kind=Party.Kind(party.kind).label,
            url=elsewhere.get(party.code) or reverse("parties:record", args=[party.code]),
            detail=f"{party.region.name} {party.code}",
        )


def address(actor: Actor, code: str) -> str | None:
    """Where a party is seen, None where the actor may not."""
    if visible(actor).filter(code=code).exists():
        return reverse("parties:record", args=[code])
    return None
