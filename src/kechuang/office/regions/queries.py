"""Reading regions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db.models import Q, QuerySet

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.regions.models import Installation, Region

_read: Final[ContextVar[list[Installation | None] | None]] = ContextVar("_read", default=None)


@contextmanager
def installation_read_once() -> Generator[None]:
    """Within, what this installation is is asked of the database once.

    For requests that only read: what they change, they would not see.
    """
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


def installation() -> Installation | None:
    """What this installation is; None before it has been founded."""
    read = _read.get()
    if read:
        return read[0]
    found = Installation.objects.select_related("root").filter(pk=1).first()
    if read is not None:
        read.append(found)
    return found


def within(path: str) -> QuerySet[Region]:
    """A region and all below it."""
    return Region.objects.filter(path__startswith=path)


def below(code: str) -> QuerySet[Region]:
    """A region and all below it, by its code: to be asked for inside another query."""
    return Region.objects.filter(path__contains=f"/{code}/").order_by()


def visible(actor: Actor) -> QuerySet[Region]:
    """The regions that an actor may see, with the one above."""
    return limit(Region.objects.select_related("parent"), actor, "region.view")


def choices(actor: Actor, verb: str) -> QuerySet[Region]:
    """The regions in which an actor may do something, in the order of the tree.

    Above the root there is nothing to choose: those regions only say where the root lies.
    """
    here = installation()
    reached = limit(Region.objects.all(), actor, verb)
    return (reached.filter(path__startswith=here.root.path) if here else reached).order_by("path")


def search(queryset: QuerySet[Region], text: str) -> QuerySet[Region]:
    """The regions whose name or code holds a text; a former name must be given whole."""
    found = Q(name__icontains=text) | Q(code__startswith=text)
    former = [
        region.pk
        for region in queryset.exclude(former_names=[]).select_related(None).only("former_names")
        if text in region.former_names
    ]
    return queryset.filter(found | Q(pk__in=former))


def line_above(region: Region) -> list[Region]:
    """The regions above one, from the top down."""
    codes = region.path.strip("/").split("/")[:-1]
    return list(Region.objects.filter(code__in=codes).order_by("path"))
