"""The verdicts of a run that became 符合 or ceased to be it, each with what did it.

The facts of both runs are read from their snapshots batch by batch, those of the firms alone whose
verdicts crossed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.db.models import Q, QuerySet

from kechuang.office.ground.files import open_file
from kechuang.office.policies.crossing import Cause, Side, Why, why
from kechuang.office.policies.inputs import KEY, SUBJECT, Facts, every
from kechuang.office.policies.keeping import Snapshot, SnapshotError
from kechuang.office.policies.models import (
    ReminderEvent,
    ReminderKind,
    RuleCount,
    RuleRun,
    VerdictChange,
)
from kechuang.office.policies.models.runs import Verdict
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError

AT_A_TIME: Final = 1_000
MOST_DIFFERENCES: Final = 12
"""How many changed facts are kept of a crossing; those that decide come first."""


def crossed(run: RuleRun) -> QuerySet[VerdictChange]:
    """The changes of a run to or from 符合, with their firms, in the order of the batches."""
    yes = Verdict.QUALIFIED
    rows = VerdictChange.objects.filter(Q(before=yes) | Q(after=yes), run=run)
    return rows.select_related("party").order_by("party_id", "pk")


def after(rows: QuerySet[VerdictChange], place: Sequence[int]) -> list[VerdictChange]:
    """The next rows of `crossed` after the party and the key of one; of none: the first."""
    if place:
        party, key = place
        rows = rows.filter(Q(party__gt=party) | Q(party=party, pk__gt=key))
    return list(rows[:AT_A_TIME])


@dataclass(frozen=True, slots=True)
class _Source:
    """What one run judged: its snapshot, its rules, and in which batch each enterprise is."""

    run: RuleRun
    snapshot: Snapshot
    book: Rulebook
    places: Mapping[str, str]

    @classmethod
    def opened(cls, run: RuleRun, stack: ExitStack) -> _Source:
        """The snapshot of a run.

        Raises:
            SnapshotError: there is none, or this version of the program cannot read its rules.
        """
        if run.snapshot is None:
            raise SnapshotError(f"运行 {run} 没有事实快照。")
        folder = Path(stack.enter_context(TemporaryDirectory()))
        snapshot = Snapshot(stack.enter_context(open_file(run.snapshot)))
        places = {
            code: number
            for number in snapshot.numbers()
            for code in snapshot.frames(number)[SUBJECT][KEY].to_list()
        }
        return cls(run, snapshot, snapshot.book(folder), places)

    def facts(self, number: str, codes: Sequence[str]) -> dict[str, Facts]:
        """The facts of enterprises of a batch."""
        wanted = pl.col(KEY).is_in(list(codes))
        frames = self.snapshot.frames(number)
        return every({name: frame.filter(wanted) for name, frame in frames.items()})

    def facts_of(self, codes: Sequence[str]) -> dict[str, Facts]:
        """The facts of enterprises wherever they are."""
        found: dict[str, Facts] = {}
        for number in sorted({self.places[code] for code in codes if code in self.places}):
            found |= self.facts(number, codes)
        return found

    def side(self, rule: str) -> Side | None:
        """A rule as it was judged; None where it was not."""
        manifest = self.snapshot.manifest
        for key, _digest, _regions in manifest.rules:
            found = self.book.find(key, manifest.as_of)
            if found.id == rule:
                return Side.of(found, self.book, manifest.as_of, manifest.held)
        return None


class Crossings:
    """What did it, for the changes of one run; to be used in a `with`."""

    def __init__(self, run: RuleRun) -> None:
        self.run = run
        counts = RuleCount.objects.filter(run__in=(run.pk, run.previous.pk if run.previous else 0))
        self._versions = {
            (row.run_id, row.rule): row.version  # type: ignore[attr-defined]
            for row in counts.order_by("pk")
        }
        self._names = dict(
            RuleCount.objects.filter(run=run).order_by("pk").values_list("rule", "name")
        )
        self._sides: dict[str, tuple[Side | None, Side | None]] = {}
        self._stack = ExitStack()
        self._now: _Source | None = None
        self._before: _Source | None = None

    def __enter__(self) -> Crossings:
        try:
            if self.run.previous is not None:
                self._now = _Source.opened(self.run, self._stack)
                self._before = _Source.opened(self.run.previous, self._stack)
        except (SnapshotError, RuleError):
            # What changed is told all the same; why, nobody can say any more.
            self._now = self._before = None
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def events(self, changes: Sequence[VerdictChange], day: date) -> Iterator[ReminderEvent]:
        """An event for each of some changes of this run."""
        judged = [each for each in changes if each.before and each.after]
        codes = sorted({each.party.code for each in judged})
        new = self._now.facts_of(codes) if self._now else {}
        old = self._before.facts_of(codes) if self._before else {}
        for each in changes:
            code = each.party.code
            yield self._event(each, self._why(each, old.get(code), new.get(code)), day)

    def _why(self, change: VerdictChange, old: Facts | None, new: Facts | None) -> Why:
        if not change.before:
            return Why(Cause.ENTERED)
        if not change.after:
            return Why(Cause.LEFT)
        before, now = self._of(change.rule)
        if now is None or old is None or new is None:
            return Why(Cause.UNREAD)
        return why(before, now, old, new)

    def _of(self, rule: str) -> tuple[Side | None, Side | None]:
        if rule not in self._sides:
            try:
                self._sides[rule] = (
                    self._before.side(rule) if self._before else None,
                    self._now.side(rule) if self._now else None,
                )
            except RuleError:
                self._sides[rule] = (None, None)
        return self._sides[rule]

    def _event(self, change: VerdictChange, found: Why, day: date) -> ReminderEvent:
        rule, party = change.rule, change.party
        came = change.after == Verdict.QUALIFIED
        earlier = self.run.previous.pk if self.run.previous else 0
        told: dict[str, Any] = {
            "before": change.before,
            "after": change.after,
            "cause": found.cause.value,
            "rule_too": found.rule_too,
            "versions": [
                self._versions.get((earlier, rule), ""),
                self._versions.get((self.run.pk, rule), ""),
            ],
            "differences": [each.plain() for each in found.differences[:MOST_DIFFERENCES]],
            "more": max(0, len(found.differences) - MOST_DIFFERENCES),
        }
        return ReminderEvent(
            kind=ReminderKind.CAME if came else ReminderKind.WENT,
            key=f"crossed:{self.run.pk}:{rule}:{party.pk}",
            region_id=party.region_id,  # type: ignore[attr-defined]
            party=party,
            subject=rule,
            name=self._names.get(rule, rule),
            due=self.run.as_of,
            run=self.run,
            facts=told,
            found_on=day,
        )
