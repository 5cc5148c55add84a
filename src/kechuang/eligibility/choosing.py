"""Whom to help so that so many more pass a rule with the least effort in all.

Each subject passes by itself, so the least total is the sum of the least efforts: the nearest
subjects are wanted, each with its own least way. A search for one of them never looks beyond the
effort of the last one that would still be taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from kechuang.eligibility.advising import Change, Way
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.eligibility.searching import TooManyPoints
from kechuang.eligibility.single import Rows
from kechuang.rulebook.model import Fact

Ways: TypeAlias = Sequence[tuple[Nearest, bool]]
"""The rule for this year and for next year, each with whether it is this year."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject with the least that it needs; `this_year` says that it can still be this year."""

    key: str
    distance: Distance
    this_year: bool
    missing: int

    @property
    def order(self) -> tuple[Fraction, int, str]:
        """The nearer first; among equals who lacks fewer facts, then by key."""
        return (self.distance.way.effort, self.missing, self.key)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The nearest subjects in their order, and those of whom the search could not tell."""

    candidates: tuple[Candidate, ...]
    unsure: tuple[str, ...]


class Choosing:
    """Keeps the nearest of the subjects that it is shown, each of them twice.

    `glance` at all of them first: whoever passes by one change bounds the effort of those that are
    taken. Then `look` at each for its least way within that bound.
    """

    def __init__(self, count: int, most: int | None = None) -> None:
        """At most `count` are kept; a search is given up after `most` points."""
        self._count, self._most = count, most
        self._bounds: list[Fraction] = []
        self._kept: list[Candidate] = []
        self._unsure: list[str] = []

    @property
    def limit(self) -> Fraction | None:
        """The effort beyond which nobody is taken; None as long as that is not known."""
        ends: list[Fraction] = []
        if len(self._bounds) >= self._count:
            ends.append(-self._bounds[0])
        if len(self._kept) >= self._count:
            ends.append(self._kept[-1].distance.way.effort)
        return min(ends, default=None)

    def glance(self, ones: Sequence[Distance | None]) -> None:
        """See whether one change is enough: what `by_one_change` gives, for each way."""
        efforts = [each.way.effort for each in ones if each is not None]
        if efforts:
            heapq.heappush(self._bounds, -min(efforts))
            if len(self._bounds) > self._count:
                heapq.heappop(self._bounds)

    def look(
        self,
        key: str,
        facts: Mapping[str, Fact],
        rows: Rows,
        ways: Ways,
        missing: Callable[[], int] = int,
        ones: Sequence[Distance | None] | None = None,
    ) -> None:
        """See how far a subject is; `missing` tells how many facts it lacks, where it is taken.

        `ones` is what `by_one_change` gives for each way, where that is known already.
        """
        if ones is None:
            ones = [nearest.by_one_change(facts, rows) for nearest, _this_year in ways]
        best: tuple[Distance, bool] | None = None
        for (nearest, this_year), one in zip(ways, ones, strict=True):
            limit = self.limit
            for each in (best[0] if best else None, one):
                if each is not None and (limit is None or each.way.effort < limit):
                    limit = each.way.effort
            try:
                # A change costs something: within no effort at all there is nothing to look for.
                found = one if limit == 0 else nearest.least(facts, rows, limit, self._most)
            except TooManyPoints:
                self._unsure.append(key)
                return
            if found is not None and limit is not None and found.way.effort > limit:
                found = None
            if found is not None and (best is None or found.way.effort < best[0].way.effort):
                best = found, this_year
            if best is not None and not best[0].way.effort:
                break
        if best is not None:
            self._kept.append(Candidate(key, best[0], best[1], missing()))
            self._kept.sort(key=lambda each: each.order)
            del self._kept[self._count :]

    # --- cut off and taken up again

    def state(self) -> dict[str, Any]:
        """What was seen so far as plain values, so that `resume` can go on from there."""
        return {
            "bounds": [str(each) for each in self._bounds],
            "kept": [_plain(each) for each in self._kept],
            "unsure": self._unsure,
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        """Be where `state` was told."""
        self._bounds = [Fraction(each) for each in state["bounds"]]
        self._kept = [_restored(each) for each in state["kept"]]
        self._unsure = list(state["unsure"])

    def chosen(self) -> Chosen:
        """The nearest of all that were looked at."""
        return Chosen(tuple(self._kept), tuple(self._unsure))


def nearest_of(
    subjects: Sequence[tuple[str, Mapping[str, Fact], Rows]], ways: Ways, count: int
) -> Chosen:
    """The nearest of some subjects, whose missing facts are not counted."""
    choosing = Choosing(count)
    for _key, facts, rows in subjects:
        choosing.glance([nearest.by_one_change(facts, rows) for nearest, _this_year in ways])
    for key, facts, rows in subjects:
        choosing.look(key, facts, rows, ways)
    return choosing.chosen()


def _plain(candidate: Candidate) -> dict[str, Any]:
    distance = candidate.distance
    changes = [
        {**asdict(each), "share": None if each.share is None else str(each.share)}
        for each in distance.way.changes
    ]
    return {
        "key": candidate.key,
        "year": distance.year,
        "verdict": distance.verdict,
        "effort": str(distance.way.effort),
        "changes": changes,
        "this_year": candidate.this_year,
        "missing": candidate.missing,
    }


def _restored(plain: Mapping[str, Any]) -> Candidate:
    changes = tuple(_change(each) for each in plain["changes"])
    way = Way(changes, Fraction(plain["effort"]))
    distance = Distance(plain["year"], plain["verdict"], way)
    return Candidate(plain["key"], distance, plain["this_year"], plain["missing"])


def _change(plain: Mapping[str, Any]) -> Change:
    share = plain["share"]
    values: dict[str, Any] = {**plain, "share": None if share is None else Fraction(share)}
    return Change(**values)
