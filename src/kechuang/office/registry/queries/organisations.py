"""Reading organisations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.searching import holds
from kechuang.office.ground.slots import Hit
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Document, FormerName, Organisation, Tag

SHORTEST_INITIALS: Final = 2
AT_WORK: Final = Q(kind="enterprise", status="active", merged_into=None)
"""Enterprises that are there: those that are counted, judged and helped."""


def visible(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that an actor may see, with party and region; merged ones left out."""
    return _reached(actor, "organisation.view")


def changeable(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that an actor may change, with party and region."""
    return _reached(actor, "organisation.change")


def _reached(actor: Actor, verb: str) -> QuerySet[Organisation]:
    rows = Organisation.objects.select_related("party__region").filter(merged_into=None)
    return limit(rows, actor, verb)


def documents(actor: Actor, party: int) -> QuerySet[Document]:
    """The documents of a dossier that the actor may open.

    An organisation is not shown what was withdrawn of its own dossier: it may have been put there
    by mistake and be somebody else's.
    """
    rows = Document.objects.filter(party=party)
    own = actor.reach("organisation.view") is Reach.PARTY
    return rows.filter(withdrawn_at=None) if own else rows


def tags(actor: Actor, verb: str = "organisation.view") -> QuerySet[Tag]:
    """The tags of the regions in which an actor may do this, with their region."""
    return limit(Tag.objects.select_related("region"), actor, verb)


def search(queryset: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """The organisations that a text finds.

    Letters and digits are looked for at the beginning of codes and of the pinyin initials, and
    anything within names and former names.
    """
    words, code = normalise(text), normalise_code(text)
    named = holds("name", words)
    former = FormerName.objects.filter(named).order_by().values("party_id")
    if not code.isascii():
        parties = Party.objects.filter(named).order_by().values("pk")
        return queryset.filter(pk__in=parties.union(former))
    coded = Q(credit_code__startswith=code)
    if len(code) >= SHORTEST_INITIALS and code.isalnum():
        coded |= Q(initials__startswith=code.lower())
    parties = Party.objects.filter(named | Q(code__istartswith=code)).order_by().values("pk")
    own = Organisation.objects.filter(coded).order_by().values("pk")
    # One set of keys is looked up; conditions joined by OR would be tried on each row.
    return queryset.filter(pk__in=parties.union(former, own))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for organisation in search(visible(actor), text).order_by("pk")[:most]:
        party = organisation.party
        yield Hit(
            name=party.name,
            kind=Organisation.Kind(organisation.kind).label,
            url=reverse("registry:organisation", args=[party.code]),
            detail=f"{party.region.name} {organisation.credit_code or party.code}",
        )


def addresses(actor: Actor, codes: Sequence[str]) -> dict[str, str]:
    """Where the dossiers of parties are, of those that have one that the actor may see."""
    seen = visible(actor).filter(party__code__in=codes).order_by()
    found = seen.values_list("party__code", flat=True)
    return {code: reverse("registry:organisation", args=[code]) for code in found}


def address(actor: Actor, code: str) -> str | None:
    """Where the dossier of a party is; None where it has none or the actor may not see it."""
    return addresses(actor, [code]).get(code)
