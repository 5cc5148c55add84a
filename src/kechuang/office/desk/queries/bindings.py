"""Reading books of evidence."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from kechuang.office.desk.models import Binding, BoundPiece
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.models import Document

VIEW: Final = "binding.view"
MAKE: Final = "binding.make"


def visible(actor: Actor) -> QuerySet[Binding]:
    """The books that an actor may see, with the organisation and the file."""
    return limit(_rows(), actor, VIEW)


def changeable(actor: Actor) -> QuerySet[Binding]:
    """The books that an actor may put together, with the organisation and the file."""
    return limit(_rows(), actor, MAKE)


def pieces(actor: Actor, verb: str = MAKE) -> QuerySet[BoundPiece]:
    """The pieces of books that an actor may change, or see, with book and file."""
    return limit(BoundPiece.objects.select_related("binding__party__region", "file"), actor, verb)


def pieces_of(binding: Binding) -> list[BoundPiece]:
    """The pieces of a book in their order, with their files."""
    rows = BoundPiece.objects.filter(binding=binding).select_related("file")
    return list(rows.order_by("place", "pk"))


def offered(binding: Binding) -> QuerySet[Document]:
    """The documents of the dossier that could be added: not withdrawn, not in the book yet."""
    taken = BoundPiece.objects.filter(binding=binding).exclude(document=None)
    rows = Document.objects.filter(party=binding.party, withdrawn_at=None).select_related("file")
    return rows.exclude(pk__in=taken.values("document")).order_by("kind", "pk")


def address(actor: Actor, key: str) -> str | None:
    """Where a book is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("desk:binding", args=[key])
    return None


def _rows() -> QuerySet[Binding]:
    return Binding.objects.select_related("party__region", "file")
