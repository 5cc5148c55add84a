"""The ladder: how the enterprises in reach stand to each rung today, counted and listed.

What an enterprise holds and has filed is asked when the ladder is shown, and what its facts say
is taken from the newest run. `standing` is the one place that decides; counts, lists, exports and
the API all read it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from kechuang.office.filings.queries import filings
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.policies.ladder import Rung, Stand, rungs
from kechuang.office.policies.models import Climber, Prospect
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
    """The counts of these rungs, of all where none are named. Six queries, however many rungs.

    `places` are by the code of the region one step below the actor's; who belongs to the actor's
    region itself stands under that. What `standing` says of each enterprise is counted here for
    all of them at once: first as the newest run left them, by place and all their prospects, then
    those are moved who hold a title of a rung or have filed for it.
    """
    wanted = set(codes)
    asked = [rung for code, rung in rungs().items() if not wanted or code in wanted]
    counted: dict[str, dict[int, Counter[str]]] = {
        rung.code: defaultdict(Counter) for rung in asked
    }
    firms, run = enterprises(actor).select_related(None).order_by(), _run_key()
    kept = firms.filter(party__climber__run=run).values_list(
        "party__region", "party__climber__stands"
    )
    for region, stands, many in kept.annotate(Count("pk")):
        for rung, state in _prospects(stands).items():
            if rung in counted:
                counted[rung][region][state] += many
    for party in _holders(firms, asked, day or timezone.localdate(), run):
        for rung, stand in party.stands.items():
            here = counted[rung][party.region]
            here[stand.value] += 1
            if rung in party.prospects:
                here[party.prospects[rung]] -= 1
    return _by_place(asked, counted, len(codes_of(top_of(actor))))


@lru_cache(maxsize=4096)
def _prospects(stands: str | None) -> dict[str, str]:
    """Rung and state of a `Climber`."""
    pairs = (each.partition("=") for each in (stands or "").split())
    return {rung: state for rung, _sign, state in pairs}


@dataclass(slots=True)
class _Holder:
    """An enterprise that holds titles or has filed: how it stands by them, and what a run said."""

    region: int
    prospects: Mapping[str, str]
    stands: dict[str, Stand]


HELD_BY: Final = {
    "expiring": Stand.EXPIRING, "valid": Stand.CERTIFIED, "awaiting": Stand.AWAITING,
}  # fmt: skip
ORDER: Final = {stand: place for place, stand in enumerate(Stand)}


def _holders(
    firms: QuerySet[Any], asked: Sequence[Rung], day: date, run: int | None
) -> Iterable[_Holder]:
    """Those of some enterprises that stand to a rung by a title or by a filing."""
    # Looked up for each row: a list of all enterprises would be made anew for each query.
    reached = Exists(firms.filter(pk=OuterRef("party")))
    of_title: dict[str, list[str]] = {}
    for rung in asked:
        for title in rung.titles:
            of_title.setdefault(title, []).append(rung.code)
    climbers = Climber.objects.filter(run=run, party=OuterRef("party")).order_by()
    titles = Qualification.objects.filter(reached, title__in=of_title)
    held = qualifications.with_stand(qualifications.on_day(titles.order_by(), day), *HELD_BY)
    filed = filings.visible(SYSTEM, day).select_related(None).order_by()
    filed = filed.filter(reached, batch__title__in=of_title)
    applied = filings.reached(filings.standing_is(filed, "open"), "applied")
    found: dict[int, _Holder] = {}
    for rows, title, stand in (
        (held, F("title"), F("stand")),
        (applied, F("batch__title"), Value("applied", output_field=CharField())),
    ):
        told = rows.annotate(told=title, how=stand, climb=Subquery(climbers.values("stands")[:1]))
        columns = ("party", "party__region", "climb", "told", "how")
        for party, region, climb, code, how in told.values_list(*columns):
            holder = found.get(party)
            if holder is None:
                holder = found[party] = _Holder(region, _prospects(climb), {})
            stands = HELD_BY.get(how, Stand.FILING)
            for rung in of_title[code]:
                before = holder.stands.get(rung)
                if before is None or ORDER[stands] < ORDER[before]:
                    holder.stands[rung] = stands
    return found.values()


def _by_place(
    asked: Sequence[Rung], counted: Mapping[str, Mapping[int, Counter[str]]], depth: int
) -> list[RungCount]:
    """The counts by region put together below the region one step down."""
    paths = dict(Region.objects.values_list("pk", "path"))
    found: list[RungCount] = []
    for rung in asked:
        total: Counter[Stand] = Counter()
        places: dict[str, Counter[Stand]] = {}
        for region, stands in counted[rung.code].items():
            place = codes_of(paths[region])[: depth + 1][-1]
            for stand, many in stands.items():
                if many:
                    total[Stand(stand)] += many
                    places.setdefault(place, Counter())[Stand(stand)] += many
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
