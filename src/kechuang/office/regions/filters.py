"""The condition on a region that the lists of all rooms share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import Filter
from kechuang.office.ground.slots import Text
from kechuang.office.regions.queries import below, choices

IN_REGION: Final = _("所在区划")


def by_region(path: str, verb: str, name: Text = IN_REGION) -> Filter:
    """The rows of a region and all below it; `path` is the look-up of the region of a row.

    Offered are the regions in which the actor has the verb.
    """

    def apply(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        return rows.filter(**{f"{path}__in": below(code)})

    def offered(actor: Actor) -> Iterable[tuple[str, Text]]:
        return [(region.code, region.name) for region in choices(actor, verb)]

    return Filter("region", name, "choice", apply, offered, place=True)
