"""How many hold a title in a region on a day, and what changed between two days.

Plain values in, plain values out. A certificate holds from its first to its last day, or until the
day before it is cancelled. Over it is lost, unless the renewal was published by then: it waits for
its certificate (到期待发证) until that is issued or refused. A party counts where it is registered
on the day; once it is gone (deregistered, revoked, moved out of reach) it counts nowhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Final

ONE_DAY: Final = timedelta(days=1)
Party = int
"""The key of a party."""


class Standing(StrEnum):
    """How a party stands with a title on a day."""

    VALID = "valid"
    AWAITING = "awaiting"


class Change(StrEnum):
    """What happened to the stock of a title: firms that came and firms that went."""

    NEW = "new"
    REGAINED = "regained"  # held it before, lost it, was recognised again
    MOVED_IN = "moved_in"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    MOVED_OUT = "moved_out"


ADDED: Final = (Change.NEW, Change.REGAINED, Change.MOVED_IN)
LOST: Final = (Change.LAPSED, Change.CANCELLED, Change.MOVED_OUT)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: `begins` None is since ever, `ends` None is until it is cancelled.

    `awaits` says that its renewal is published, where no `Publication` tells the day.
    """

    begins: date | None
    ends: date | None
    cancelled_on: date | None = None
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """That a renewal was published on a day, and refused, given up or certified on another."""

    on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The day from which a party is nowhere; `moved` where it went away, else it ceased to be."""

    on: date
    moved: bool


@dataclass(frozen=True, slots=True)
class History:
    """All that decides where and how one party holds one title.

    `places` are the paths of the regions where it was before, in their order, each with the day it
    left it; `place` is where it is since.
    """

    place: str
    certificates: Sequence[Certificate] = ()
    publications: Sequence[Publication] = ()
    places: Sequence[tuple[date, str]] = ()
    gone: Gone | None = None

    def place_on(self, day: date) -> str:
        """The region of a day: on the day that it leaves one it is in the next."""
        stays = sorted(self.places, key=itemgetter(0))  # two of one day stay in their order
        at = bisect_right([until for until, _place in stays], day)
        return stays[at][1] if at < len(stays) else self.place

    def standing(self, day: date) -> Standing | None:
        """How the party stands on a day, wherever it is."""
        if self.gone and self.gone.on <= day:
            return None
        if any(_holds(each, day) for each in self.certificates):
            return Standing.VALID
        return Standing.AWAITING if self._awaits(day) else None

    def _awaits(self, day: date) -> bool:
        """Whether the last certificate is over, not cancelled, and its renewal is published."""
        begun = [each for each in self.certificates if each.begins is None or each.begins <= day]
        if not begun:
            return False
        last = max(begun, key=lambda each: (each.begins or date.min, each.ends or date.max))
        if _cancelled(last, day) or last.ends is None:
            return False
        told = [each for each in self.publications if each.on >= (last.begins or date.min)]
        if any(each.on <= day and not (each.ended_on and each.ended_on <= day) for each in told):
            return True
        # What was published and ended while the certificate ran was about the one before it.
        over = all(each.ended_on and each.ended_on <= last.ends for each in told)
        return last.awaits and over

    def held_before(self, day: date) -> bool:
        """Whether it held the title on any earlier day, anywhere."""
        return any(
            (each.begins or date.min) < day
            and not (each.cancelled_on and each.cancelled_on <= (each.begins or date.min))
            for each in self.certificates
        )

    def cancelled(self, day: date) -> bool:
        """Whether a certificate that would hold on this day was cancelled on it."""
        return any(
            each.cancelled_on == day and (each.ends is None or each.ends >= day)
            for each in self.certificates
        )

    def turns(self) -> set[date]:
        """The days on which anything may change."""
        days: set[date | None] = {until for until, _place in self.places}
        for each in self.certificates:
            days |= {each.begins, each.cancelled_on}
            if each.ends is not None and each.ends < date.max:
                days.add(each.ends + ONE_DAY)
        for told in self.publications:
            days |= {told.on, told.ended_on}
        if self.gone:
            days.add(self.gone.on)
        return {day for day in days if day is not None}


@dataclass(frozen=True, slots=True)
class Stock:
    """Who holds a title in a region on a day."""

    valid: frozenset[Party] = frozenset()
    awaiting: frozenset[Party] = frozenset()

    @property
    def held(self) -> frozenset[Party]:
        """Who counts: whoever waits for the certificate is not lost."""
        return self.valid | self.awaiting


@dataclass(frozen=True, slots=True)
class Flow:
    """What changed after one day until another: by change the parties with the day of each."""

    changes: Mapping[Change, tuple[tuple[Party, date], ...]] = field(
        default_factory=dict[Change, tuple[tuple[Party, date], ...]]
    )

    def count(self, change: Change) -> int:
        """How often it happened; one party may come and go more than once."""
        return len(self.changes.get(change, ()))

    @property
    def net(self) -> int:
        """New and regained − lapsed − cancelled − moved out + moved in."""
        return sum(map(self.count, ADDED)) - sum(map(self.count, LOST))


def stock(histories: Mapping[Party, History], region: str, day: date) -> Stock:
    """Who holds the title in a region (the beginning of paths) on a day."""
    found: dict[Standing, set[Party]] = {each: set() for each in Standing}
    for party, history in histories.items():
        standing = _here(history, region, day)
        if standing:
            found[standing].add(party)
    return Stock(frozenset(found[Standing.VALID]), frozenset(found[Standing.AWAITING]))


def flow(histories: Mapping[Party, History], region: str, since: date, until: date) -> Flow:
    """What changed after `since` until the end of `until`.

    The difference of the two stocks is `net`, whatever happened in between. Who lapsed and was
    recognised or published again within the time was not lost.
    """
    found: dict[Change, list[tuple[Party, date]]] = {each: [] for each in Change}
    for party, history in histories.items():
        for day, change in _changes(history, region, since, until):
            found[change].append((party, day))
    return Flow({change: tuple(sorted(rows)) for change, rows in found.items()})


def _changes(
    history: History, region: str, since: date, until: date
) -> Sequence[tuple[date, Change]]:
    """What happened to one party. A gap that closes again within the time is no change."""
    found: list[tuple[date, Change]] = []
    was = _here(history, region, since)
    for day in sorted(day for day in history.turns() if since < day <= until):
        now = _here(history, region, day)
        if bool(now) != bool(was):
            change = _gained(history, region, day) if now else _lost(history, region, day)
            if change is Change.REGAINED and found and found[-1][1] is Change.LAPSED:
                found.pop()
            else:
                found.append((day, change))
        was = now
    return found


def _gained(history: History, region: str, day: date) -> Change:
    before = day - ONE_DAY
    if history.standing(before) and not history.place_on(before).startswith(region):
        return Change.MOVED_IN
    return Change.REGAINED if history.held_before(day) else Change.NEW


def _lost(history: History, region: str, day: date) -> Change:
    if history.gone and history.gone.on == day:
        return Change.MOVED_OUT if history.gone.moved else Change.CANCELLED
    if history.standing(day) and not history.place_on(day).startswith(region):
        return Change.MOVED_OUT
    return Change.CANCELLED if history.cancelled(day) else Change.LAPSED


def _here(history: History, region: str, day: date) -> Standing | None:
    return history.standing(day) if history.place_on(day).startswith(region) else None


def _cancelled(each: Certificate, day: date) -> bool:
    return each.cancelled_on is not None and each.cancelled_on <= day


def _holds(each: Certificate, day: date) -> bool:
    begun = each.begins is None or each.begins <= day
    return begun and (each.ends is None or each.ends >= day) and not _cancelled(each, day)
