"""Which rows of a list an act is for: those that were ticked, or all that the conditions leave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, QueryDict

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Listing, ask

SELECTED: Final = "selected"
EVERY: Final = "every"
CONDITIONS: Final = "conditions"


@dataclass(frozen=True, slots=True)
class Picked:
    """The keys of the rows in the order of the list; none where there are more than allowed.

    `told` are the conditions in words and `query` the same for the address of the list; both are
    empty where rows were ticked. `carried` are the inputs that a page sends again.
    """

    keys: tuple[int, ...]
    total: int
    told: str
    query: str
    carried: tuple[tuple[str, object], ...]


def picked(request: HttpRequest, listing: Listing, most: int) -> Picked:
    """What a bulk bar sent: at most so many rows of a list, within the reach of the list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if EVERY not in request.POST:
        given = ",".join(request.POST.getlist(SELECTED)).split(",")
        ticked = [int(key) for key in given if key.isdecimal()][:most]
        rows = listing.queryset(actor).filter(pk__in=ticked).order_by("pk")
        keys = tuple(rows.values_list("pk", flat=True))
        return Picked(keys, len(keys), "", "", ((SELECTED, joined(keys)),))
    asked = ask(listing, actor, QueryDict(request.POST.get(CONDITIONS, "")))
    query = asked.query.urlencode()
    found = tuple(asked.rows().values_list("pk", flat=True)[: most + 1])
    total = len(found) if len(found) <= most else asked.rows().order_by().count()
    keys = found if total <= most else ()
    return Picked(keys, total, asked.told(), query, ((EVERY, 1), (CONDITIONS, query)))


def joined(keys: Iterable[int]) -> str:
    """Keys as one input carries them: a request has room for no more than a thousand inputs."""
    return ",".join(map(str, keys))


def digest(shown: Iterable[int | str]) -> str:
    """What a page keeps of what it showed, to notice when it is something else by now.

    `shown` are the keys of the rows, or a text of each; their order does not matter.
    """
    return hashlib.sha256(",".join(sorted(map(str, shown))).encode()).hexdigest()[:32]
