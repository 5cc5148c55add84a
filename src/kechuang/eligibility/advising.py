"""What is missing: whether this year can still do, and what next year lacks at the least effort.

A closed accounting year is never advised on. This year asks only what can still be obtained or
proven; next year takes the last full year as a measure and asks what would have to be reached.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kechuang.eligibility.explaining import WORDS
from kechuang.eligibility.levers import Lever, column_levers, row_levers
from kechuang.eligibility.obstacles import Obstacles
from kechuang.eligibility.searching import Found, Search, TooManyPoints, moved
from kechuang.eligibility.single import Rows, Single
from kechuang.reference.fields import YEARS_KEPT
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule
from kechuang.rulebook.values import fact_text

MOST_WAYS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what, from which value to which, and the sentence for the applicant.

    `share` is the change as a share of what there is; None where there is nothing yet, for rows to
    be added and for yes-or-no facts. `pieces` is how many rows are added, or by how much a count
    that is zero grows; 0 for all else.
    """

    name: str
    before: str
    after: str
    sentence: str
    share: Fraction | None = None
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together make the rule pass, none of them to spare, with their total effort."""

    changes: tuple[Change, ...]
    effort: Fraction

    @property
    def sentence(self) -> str:
        """The way in Chinese."""
        return "，并且".join(change.sentence for change in self.changes)


@dataclass(frozen=True, slots=True)
class Advice:
    """What can be done for one year.

    `ways` are the smallest sets of changes, the cheapest first and each at the least effort; where
    there are none, `obstacles` say which conditions no change meets, or not all of them together.
    `complete` is False where the search was given up, so that there can be further ways.
    """

    year: int
    verdict: str
    ways: tuple[Way, ...]
    obstacles: tuple[str, ...]
    complete: bool = True


class Adviser:
    """Advice by one rule."""

    def __init__(self, rule: Rule, book: Rulebook, as_of: date) -> None:
        self.rule, self.book, self.as_of = rule, book, as_of

    def this_year(
        self, facts: Mapping[str, Fact], rows: Rows, effort: Mapping[str, Fraction] | None = None
    ) -> Advice:
        """Whether the rule can still be met this year, closed years being as they are."""
        return _advice(self.rule, self.book, self.as_of, facts, rows, effort or {}, closed=False)

    def next_year(
        self, facts: Mapping[str, Fact], rows: Rows, effort: Mapping[str, Fraction] | None = None
    ) -> Advice:
        """What next year lacks, if the year under way came out as the last full one.

        Raises:
            RuleError: no version of the rule is known to be in force then.
        """
        day = next_year_of(self.as_of)
        rule = self.book.find(self.rule.id, day)
        shifted = years_on(facts)
        return _advice(rule, self.book, day, shifted, rows, effort or {}, closed=True)


def next_year_of(day: date) -> date:
    """The same day a year on."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def years_on(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts a year on, the new last full year being as the one before it."""
    found: dict[str, Fact] = {}
    for column, value in facts.items():
        code, mark, years = column.partition("__y")
        if not mark:
            found[column] = value
        elif int(years) + 1 < YEARS_KEPT:
            found[f"{code}__y{int(years) + 1}"] = value
        if mark and years == "0":
            found[column] = value
    return found


def _advice(
    rule: Rule,
    book: Rulebook,
    as_of: date,
    facts: Mapping[str, Fact],
    rows: Rows,
    effort: Mapping[str, Fraction],
    *,
    closed: bool,
) -> Advice:
    single = Single(rule, book, as_of)
    lowered = single.lowered
    known: dict[str, Any] = {**facts, **Single.counted(lowered, rows)}
    search = Search(lowered)
    verdict = search.verdict(known)
    if verdict is not False:
        return Advice(as_of.year, WORDS[verdict], (), ())
    levers = [
        lever
        for lever in (
            *column_levers(lowered, effort, closed=closed),
            *row_levers(lowered, as_of, effort),
        )
        if can_move(lever, known)
    ]
    outcome = single.outcome(facts, rows)
    failing = {code for code, holds in outcome.conditions.items() if holds is False}
    ways: list[Way] = []
    complete = True
    try:
        for found, used in smallest(search, known, search.relevant(known, levers, failing)):
            ways.append(way_of(found, used, known, as_of.year - 1))
    except TooManyPoints:
        complete = False
    obstacles: list[str] = []
    if complete and not ways:
        obstacles = Obstacles(lowered, outcome, known, levers).texts()
    return Advice(as_of.year, WORDS[verdict], tuple(ways), tuple(obstacles), complete)


def can_move(lever: Lever, known: Mapping[str, Any]) -> bool:
    """Whether a lever can change anything of what is known."""
    if not lever.effects:
        return known.get(lever.column) is not True
    return all(known.get(name) is not None for name in lever.effects)


def smallest(
    search: Search, facts: Mapping[str, Any], levers: Sequence[Lever]
) -> Iterator[tuple[Found, Sequence[Lever]]]:
    """The cheapest way, then the next ones that do without a part of each earlier one."""
    heap: list[tuple[Fraction, int, frozenset[str], Found, Sequence[Lever]]] = []
    tried: set[frozenset[str]] = set()

    def look(without: frozenset[str]) -> None:
        if without not in tried:
            tried.add(without)
            allowed = [lever for lever in levers if lever.key not in without]
            found = search.cheapest(facts, allowed)
            if found is not None:
                heapq.heappush(heap, (found.cost, len(tried), without, found, allowed))

    look(frozenset())
    met: list[frozenset[str]] = []
    while heap and len(met) < MOST_WAYS:
        _, _, without, found, allowed = heapq.heappop(heap)
        used = frozenset(
            lever.key for lever, steps in zip(allowed, found.steps, strict=True) if steps
        )
        if not any(other <= used for other in met):
            met.append(used)
            yield found, allowed
        for key in sorted(used):
            look(without | {key})


def way_of(found: Found, levers: Sequence[Lever], facts: Mapping[str, Any], year: int) -> Way:
    """What was found in words; `year` is the last full year of the day of the verdict."""
    after = moved(facts, levers, found.steps)
    changes = [
        _change(lever, steps, facts, after, year)
        for lever, steps in zip(levers, found.steps, strict=True)
        if steps
    ]
    return Way(tuple(changes), found.cost)


def _change(
    lever: Lever, steps: int, facts: Mapping[str, Any], after: Mapping[str, Any], year: int
) -> Change:
    if lever.field is None:
        sentence = f"再取得 {steps} {lever.unit}{lever.name}"
        return Change(lever.name, "", f"{steps} {lever.unit}", sentence, pieces=steps)
    field = lever.field
    before, reached = (fact_text(field, values.get(lever.column)) for values in (facts, after))
    if not lever.effects:
        return Change(lever.name, before, reached, f"“{lever.name}”需落实并提供证明")
    way = "达到" if next(iter(lever.effects.values())) > 0 else "降到"
    name = f"{year}年{lever.name}" if field.period == "year" else lever.name
    sentence = f"{name}需{way} {reached}（按现有水平为 {before}，如实归集）"
    now, then = facts[lever.column], after[lever.column]
    share = Fraction(abs(then - now), abs(now)) if now else None
    pieces = abs(then - now) if share is None and field.type == "count" else 0
    return Change(lever.name, before, reached, sentence, share, pieces)
