"""Reading people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, Found
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import Affiliation, Person
from kechuang.office.registry.services.people import PEOPLE

KINDS: Final = {
    "expert": gettext_lazy("专家"),
    "commissioner": gettext_lazy("科技特派员"),
    "academician": gettext_lazy("院士"),
    "academician_full_time": gettext_lazy("院士（全职引进）"),
    "academician_flexible": gettext_lazy("院士（柔性引进）"),
    "contact": gettext_lazy("联系人"),
}
_KIND_IS: Final = {
    "expert": Q(is_expert=True),
    "commissioner": Q(is_commissioner=True),
    "academician": Q(is_academician=True),
    "academician_full_time": Q(is_academician=True, full_time=True),
    "academician_flexible": Q(is_academician=True, full_time=False),
    "contact": Q(is_contact=True),
}


def visible(actor: Actor) -> QuerySet[Person]:
    """The people that an actor may see, with their organisations and fields.

    Telephones and identity numbers are left in the database: no list, search or export has them.
    """
    here = Affiliation.objects.filter(until=None).select_related("party").order_by("pk")
    return (
        known(actor)
        .defer("phone", "identity_number")
        .prefetch_related(Prefetch("affiliation_set", here, to_attr="places"), "personfield_set")
    )


def known(actor: Actor) -> QuerySet[Person]:
    """The people that an actor may see; merged ones left out."""
    return PEOPLE.visible(actor).filter(merged_into=None)


def kind_is(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """The people of a kind; full-time and flexible academicians are told apart."""
    return rows.filter(_KIND_IS[kind])


def kinds_of(row: Person) -> list[str]:
    """What somebody is, in words."""
    found = []
    if row.is_academician:
        kind = {None: "academician", True: "academician_full_time", False: "academician_flexible"}
        found.append(kind[row.full_time])
    found += [
        kind
        for kind, holds in (
            ("expert", row.is_expert),
            ("commissioner", row.is_commissioner),
            ("contact", row.is_contact),
        )
        if holds
    ]
    return [str(KINDS[kind]) for kind in found]


def places_of(row: Any) -> list[str]:
    """Where somebody works now: organisation and post."""
    return [f"{each.party.name} {each.post}".strip() for each in row.places]


def fields_of(row: Any) -> list[str]:
    """The fields of knowledge of somebody."""
    return [each.name for each in row.personfield_set.all()]


def at(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The people who work now for an organisation whose name holds a text or whose code it is."""
    held = Affiliation.objects.filter(until=None)
    held = held.filter(Q(party__name__icontains=text) | Q(party__code=text))
    return rows.filter(pk__in=held.values("person"))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The people by a part of the name, the start of the code, or pinyin initials."""
    return rows.filter(
        Q(party__name__icontains=text)
        | Q(party__code__istartswith=normalise_code(text))
        | Q(initials__startswith=text.lower())
    )


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(visible(actor), text).order_by("pk")[:most]:
        yield Hit(
            name=row.party.name,
            kind=_("人才"),
            url=reverse("registry:person", args=[row.party.code]),
            detail=" ".join([*kinds_of(row), *places_of(row)]),
        )


def address(actor: Actor, code: str) -> str | None:
    """Where somebody is seen, None where the actor may not."""
    if known(actor).filter(party__code=code).exists():
        return reverse("registry:person", args=[code])
    return None


def in_organisation(actor: Actor, code: str, most: int) -> list[Affiliation]:
    """Who works now for an organisation, those that speak for it in front."""
    rows = Affiliation.objects.select_related("person__party").defer(
        "person__phone", "person__identity_number"
    )
    rows = rows.filter(party__code=code, until=None, person__in=known(actor))
    return list(rows.order_by("-is_contact", "pk")[:most])


def phone(actor: Actor, code: str) -> Found | None:
    """The telephone of a person, for whoever may see secrets there."""
    return _secret(actor, code, "phone")


def identity(actor: Actor, code: str) -> Found | None:
    """The identity number of a person, for whoever may see secrets there."""
    return _secret(actor, code, "identity_number")


def _secret(actor: Actor, code: str, field: str) -> Found | None:
    row = limit(known(actor), actor, REVEAL).filter(party__code=code).first()
    value = getattr(row, field) if row else ""
    if row is None or not value:
        return None
    back = reverse("registry:person", args=[code])
    return Found(PEOPLE.place(row), value, row.party.name, back)
