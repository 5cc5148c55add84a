"""Reading regions."""

from __future__ import annotations

from django.db.models import QuerySet

from kechuang.office.regions.models import Installation, Region


def installation() -> Installation | None:
    """What this installation is; None before it has been founded."""
    return Installation.objects.select_related("root").filter(pk=1).first()


def within(path: str) -> QuerySet[Region]:
    """A region and all below it."""
    return Region.objects.filter(path__startswith=path)
