"""Telling users something: a sentence and where to look."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import Notice

LONGEST = 300


def notify(to_code: str, text: str, url: str = "") -> Notice:
    """Tell a user something; the address lies on this site and begins with one stroke."""
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError(f"notice leads to {url!r}: give an address on this site")
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return Notice.objects.create(to=to_code, text=cut, url=url)


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """What the actor was told, newest first."""
    return Notice.objects.filter(to=actor.code) if actor.code else Notice.objects.none()


def unread_count(actor: Actor) -> int:
    """How many notices the actor has not opened."""
    return notices_of(actor).filter(read_at=None).count()


def mark_read(actor: Actor, pk: int | None = None) -> int:
    """Mark one notice of the actor as read, or all; gives how many were not read before."""
    found = notices_of(actor).filter(read_at=None)
    return (found if pk is None else found.filter(pk=pk)).update(read_at=timezone.now())
