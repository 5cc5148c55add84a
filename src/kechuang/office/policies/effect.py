"""What a new version of a rule would do: the same enterprises judged by both, on the same day.

The facts are those of the newest run, as its snapshot holds them, so that what comes out is the
effect of the text alone; where that run did not judge by the version in force, they are read from
the registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import polars as pl
from django.utils import timezone

from kechuang.office.ground.files import open_file
from kechuang.office.policies import inputs, revising
from kechuang.office.policies.inputs import KEY, Frames
from kechuang.office.policies.judging import Judged, Judging, shape_of
from kechuang.office.policies.keeping import Snapshot
from kechuang.office.policies.models import RuleRevision, RuleRun
from kechuang.office.policies.queries.runs import regions_of
from kechuang.office.policies.rules import holds_here, rulebook, rules_on
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.frames import held_frames
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

BATCH: Final = 5_000
VERDICTS: Final = ("qualified", "not_qualified", "unknown")


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of some enterprises: those that change, the counts by rule, where it left off.

    `changes` has the columns enterprise_code, rule_id, before, after; a verdict is empty where a
    version does not judge.
    """

    mark: Mapping[str, Any]
    enterprises: int
    changes: pl.DataFrame
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass
class Effect:
    """A revision beside what is in force, on the first day on which all of it counts."""

    row: RuleRevision
    book: Rulebook = field(default_factory=rulebook)

    @cached_property
    def after(self) -> Rulebook:
        """The rulebook with the revision.

        Raises:
            RuleError, RulebookError: what is wrong with it.
        """
        return revising.book_with(self.book, self.row)

    @cached_property
    def run(self) -> RuleRun | None:
        """The newest run whose facts can be used."""
        runs = RuleRun.objects.select_related("snapshot", "region").exclude(ended_at=None)
        newest = runs.filter(region=self.row.region).exclude(snapshot=None).order_by("-pk").first()
        if newest is None or newest.snapshot is None:
            return None
        with open_file(newest.snapshot) as file:
            judged = {key for key, _digest, _regions in Snapshot(file).manifest.rules}
        day = self._day(newest.as_of)
        touched = self._touched(self.book, day)
        return newest if touched and {each.key for each in touched} <= judged else None

    @cached_property
    def day(self) -> date:
        """The day on which both are judged."""
        return self._day(self.run.as_of if self.run else timezone.localdate())

    def _day(self, facts: date) -> date:
        first = [date.fromisoformat(each["since"]) for each in self.row.values]
        day = max([self.row.since, facts, *first])
        return min(day, self.row.until) if self.row.until else day

    def _touched(self, book: Rulebook, day: date) -> list[Rule]:
        here = holds_here(rules_on(day, book), self.row.region.path)
        return revising.referring(book, self.row.rule, here)

    @cached_property
    def rules(self) -> tuple[list[Rule], list[Rule]]:
        """The rule, and those that refer to it, as they are judged before and after."""
        return self._touched(self.book, self.day), self._touched(self.after, self.day)

    def total(self) -> int:
        """How many enterprises there are to judge."""
        return self.run.enterprises if self.run else self._firms().count()

    def batches(self, mark: Mapping[str, Any]) -> Iterator[Batch]:
        """Batch by batch, going on behind a mark."""
        judging: list[Judging] | None = None
        for told, frames in self._from_run(mark) if self.run else self._from_registry(mark):
            if judging is None:
                judging = self._judging(frames)
            yield self._batch(told, frames, judging)

    def _judging(self, frames: Frames) -> list[Judging]:
        books = (self.book, self.after)
        shape = shape_of(frames)
        return [
            Judging(
                [Judged(rule, regions_of(rule, self.row.region)) for rule in rules],
                book, self.day, shape,
            )
            for book, rules in zip(books, self.rules, strict=True)
        ]  # fmt: skip

    def _from_run(self, mark: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Frames]]:
        assert self.run is not None  # noqa: S101 - the caller asked
        assert self.run.snapshot is not None  # noqa: S101 - the query asked
        with open_file(self.run.snapshot) as file:
            snapshot = Snapshot(file)
            for number in snapshot.numbers():
                if number > mark.get("number", ""):
                    yield {"number": number}, snapshot.frames(number)

    def _from_registry(self, mark: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Frames]]:
        day = timezone.localdate()
        before, after = self.rules
        fields = inputs.needed(before, self.book, self.day) | inputs.needed(
            after, self.after, self.day
        )
        held, last = held_frames(), mark.get("last", 0)
        keys = self._firms().values_list("party_id", flat=True)
        while some := list(keys.filter(party__gt=last)[:BATCH]):
            last = some[-1]
            yield {"last": last}, inputs.frames_between(some[0], last, day, fields, held)

    def _firms(self) -> Any:
        rows = Organisation.objects.filter(AT_WORK)
        return rows.filter(party__region__path__startswith=self.row.region.path).order_by(
            "party_id"
        )

    def _batch(self, mark: dict[str, Any], frames: Frames, judging: list[Judging]) -> Batch:
        before, after = (
            each.verdicts(frames).select(KEY, "rule_id", pl.col("verdict").alias(name))
            for each, name in zip(judging, ("before", "after"), strict=True)
        )
        both = before.join(after, on=[KEY, "rule_id"], how="full", coalesce=True)
        both = both.with_columns(pl.col("before", "after").fill_null(""))
        changed = both.filter(pl.col("before") != pl.col("after")).sort("rule_id", KEY)
        counts: dict[str, dict[str, dict[str, int]]] = {}
        for name in ("before", "after"):
            for rule, verdict, count in both.group_by("rule_id", name).len().iter_rows():
                counts.setdefault(rule, {"before": {}, "after": {}})[name][verdict] = count
        return Batch(mark, frames[inputs.SUBJECT].height, changed, counts)


def added(
    before: Mapping[str, Any], more: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> dict[str, Any]:
    """Counts with those of another batch."""
    found: dict[str, Any] = {
        rule: {name: dict(counts) for name, counts in both.items()} for rule, both in before.items()
    }
    for rule, both in more.items():
        mine = found.setdefault(rule, {"before": {}, "after": {}})
        for name, counts in both.items():
            for verdict, count in counts.items():
                mine[name][verdict] = mine[name].get(verdict, 0) + count
    return found
