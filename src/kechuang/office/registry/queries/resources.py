"""Reading instruments."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit
from kechuang.office.registry.models import Instrument
from kechuang.office.registry.queries.searching import search
from kechuang.office.registry.services.resources import INSTRUMENTS


def visible(actor: Actor) -> QuerySet[Instrument]:
    """The instruments that an actor may see, with party and region."""
    return INSTRUMENTS.visible(actor)


def standing(row: Instrument) -> State:
    """Whether an instrument is in use and others may use it, in words."""
    if not row.is_active:
        return State("normal", gettext_lazy("停用"))
    if row.shareable:
        return State("done", gettext_lazy("对外开放"))
    return State("normal", gettext_lazy("仅本单位使用"))


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(visible(actor), text).order_by("pk")[:most]:
        yield Hit(
            name=row.name,
            kind=gettext_lazy("科研仪器"),
            url=reverse("registry:instrument", args=[row.code]),
            detail=f"{row.party.name} {row.code}",
        )


def address(actor: Actor, code: str) -> str | None:
    """Where an instrument is seen, None where the actor may not."""
    if visible(actor).filter(code=code).exists():
        return reverse("registry:instrument", args=[code])
    return None
