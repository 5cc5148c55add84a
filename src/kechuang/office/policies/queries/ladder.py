"""The ladder: how the enterprises in reach stand to each rung today, counted and listed.

What an enterprise holds and has filed is asked when the ladder is shown, and what its facts say
is taken from the newest run. `standing` is the one place that decides; counts, lists, exports and
the API all read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from kechuang.office.filings.queries import filings
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.ladder import Rung, Stand, rungs
from kechuang.office.policies.models import Prospect
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.policies.rules import codes_of
from kechuang.office.policies.telling import LADDER
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import installation
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries import qualifications
from kechuang.office.registry.queries.organisations import AT_WORK

LAST: Final = 999


def enterprises(actor: Actor) -> QuerySet[Organisation]:
    """The enterprises at work whose stand an actor may see, with party and region."""
    rows = Organisation.objects.select_related("party__region")
    at_work = rows.filter(AT_WORK)
    return limit(at_work, actor, LADDER)


def parties_of(rung: Rung, day: date, run: int | None) -> dict[Stand, QuerySet[Any]]:
    """For each stand the keys of the parties that fulfil it, whatever else they fulfil."""
    titles = Qualification.objects.filter(title__in=rung.titles).order_by()
    titles = qualifications.on_day(titles, day)
    expiring = qualifications.standing_is(titles, "expiring")
    valid = qualifications.standing_is(titles, "valid")
    certified = valid.exclude(pk__in=expiring.values("pk"))
    filed = filings.visible(SYSTEM, day).select_related(None).order_by()
    filed = filings.standing_is(filed.filter(batch__title__in=rung.titles), "open")
    prospects = Prospect.objects.filter(run=run, rung=rung.code).order_by()
    found: dict[Stand, QuerySet[Any]] = {
        Stand.CERTIFIED: certified,
        Stand.EXPIRING: expiring,
        Stand.AWAITING: qualifications.standing_is(titles, "awaiting"),
        Stand.FILING: filings.reached(filed, "applied"),
        Stand.QUALIFIED: prospects.filter(state=Prospect.State.QUALIFIED),
        Stand.NEAR: prospects.filter(state=Prospect.State.NEAR),
        Stand.SCREENED: prospects.filter(state=Prospect.State.OPEN, to_screen=0),
        Stand.OPEN: prospects.filter(state=Prospect.State.OPEN),
    }
    return {stand: rows.values("party_id") for stand, rows in found.items()}


def standing(
    rows: QuerySet[Any],
    rung: Rung,
    day: date | None = None,
    run: int | None = None,
    among: QuerySet[Any] | None = None,
) -> QuerySet[Any]:
    """Of these organisations those that stand to a rung in any way, with `stand`.

    Of several stands the first in the order of `Stand` counts. `among` are the keys of few parties
    in which all rows lie: the database then looks through theirs alone.
    """
    parties = parties_of(rung, day or timezone.localdate(), run or _run_key())
    if among is not None:
        parties = {stand: keys.filter(party__in=among) for stand, keys in parties.items()}
    whens = [When(pk__in=keys, then=Value(stand.value)) for stand, keys in parties.items()]
    any_of = Q()
    for keys in parties.values():
        any_of |= Q(pk__in=keys)
    return rows.filter(any_of).annotate(stand=Case(*whens, output_field=CharField()))


def _run_key() -> int | None:
    run = ladder_run()
    return None if run is None else run.pk


def with_distance(rows: QuerySet[Any], rung: Rung, run: int | None = None) -> QuerySet[Any]:
    """Rows of `standing` with what the newest run says of each: effort, what is lacking.

    `to_screen` is `LAST` where the first look is not met: such firms are not called on first.
    """
    mine = Prospect.objects.filter(
        run=run or _run_key(), rung=rung.code, party=OuterRef("party_id")
    ).order_by()
    return rows.annotate(
        effort=Subquery(mine.values("effort")[:1]),
        missing=Subquery(mine.values("missing")[:1]),
        to_screen=Coalesce(Subquery(mine.values("to_screen")[:1]), Value(LAST)),
    )


def listed(actor: Actor, rung: str) -> QuerySet[Any]:
    """The enterprises in reach that stand to a rung, with what the list of them shows."""
    found, run = rungs()[rung], _run_key()
    return with_distance(standing(enterprises(actor), found, run=run), found, run)


@dataclass(frozen=True, slots=True)
class RungCount:
    """How many stand to a rung in which way, together and below the actor by place."""

    rung: Rung
    total: Counter[Stand]
    places: Mapping[str, Counter[Stand]]


def counts(actor: Actor, codes: Iterable[str] = (), day: date | None = None) -> list[RungCount]:
    """The counts of these rungs, of all where none are named. A query a rung.

    `places` are by the code of the region one step below the actor's; who belongs to the actor's
    region itself stands under that.
    """
    wanted = set(codes)
    depth = len(codes_of(top_of(actor)))
    run = _run_key()
    found: list[RungCount] = []
    for code, rung in rungs().items():
        if wanted and code not in wanted:
            continue
        rows = standing(enterprises(actor).select_related(None), rung, day, run).order_by()
        total: Counter[Stand] = Counter()
        places: dict[str, Counter[Stand]] = {}
        for path, stand, count in rows.values_list("party__region__path", "stand").annotate(
            Count("pk")
        ):
            place = codes_of(path)[: depth + 1][-1]
            total[Stand(stand)] += count
            places.setdefault(place, Counter())[Stand(stand)] += count
        found.append(RungCount(rung, total, places))
    return found


def top_of(actor: Actor) -> str:
    """The path of the region below which the ladder of an actor is counted."""
    here = installation()
    root = here.root.path if here else "/"
    return actor.region if actor.region.startswith(root) else root


def places_below(actor: Actor) -> list[Region]:
    """The regions by which the ladder of an actor is counted, its own one last."""
    top = top_of(actor)
    rows = list(Region.objects.filter(path__startswith=top).order_by("path"))
    depth = len(codes_of(top))
    below = [each for each in rows if len(codes_of(each.path)) == depth + 1]
    return below + [each for each in rows if each.path == top]


def prospects_of(rung: str, parties: Sequence[int], run: int | None = None) -> dict[int, Prospect]:
    """What the newest run says of these parties on a rung. One query."""
    rows = Prospect.objects.filter(run=run or _run_key(), rung=rung, party__in=parties)
    return {row.party_id: row for row in rows}  # type: ignore[attr-defined]
