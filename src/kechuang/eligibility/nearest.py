"""How far subjects are from a rule: the least effort until nothing known stands against them.

Most facts of most firms are missing at first, so that few can be brought to 符合. What can be asked
of everybody is whether some condition is 不符合, and the least that would have to change so that
none is any more. Facts that are missing then still have to be collected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kechuang.eligibility.advising import Way, can_move, next_year_of, way_of, years_on
from kechuang.eligibility.levers import Lever, column_levers, row_levers
from kechuang.eligibility.searching import Found, Search
from kechuang.eligibility.single import Outcome, Rows, Single
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a subject is: the verdict after the way (None: facts are missing), and the way.

    `way` has no changes where nothing stands against the subject as it is.
    """

    year: int
    verdict: bool | None
    way: Way


class Nearest:
    """A rule compiled once for many subjects, for this year or for next year.

    This year changes nothing of a closed year; next year takes the last full year as a measure and
    the version of the rule that is in force then.
    """

    def __init__(self, rule: Rule, book: Rulebook, as_of: date, *, next_year: bool) -> None:
        """Compile.

        Raises:
            RuleError: no version of the rule is known to be in force next year.
        """
        self.as_of = next_year_of(as_of) if next_year else as_of
        self.rule = book.find(rule.id, self.as_of) if next_year else rule
        self.shifts = next_year
        self._single = Single(self.rule, book, self.as_of)
        self.lowered = self._single.lowered
        self._search = Search(self.lowered)
        self.levers = [
            *column_levers(self.lowered, {}, closed=next_year),
            *row_levers(self.lowered, self.as_of, {}),
        ]
        self._columns = {
            leaf.condition.id: frozenset(
                str(node.value) for node in leaf.node.walk() if node.kind == "column"
            )
            for leaf in self.lowered.leaves
            if leaf.parent == -1
        }

    @property
    def tops(self) -> tuple[str, ...]:
        """The conditions that must all hold."""
        return tuple(self._columns)

    def outcome(self, facts: Mapping[str, Fact], rows: Rows) -> Outcome:
        """What the rule says of a subject in that year."""
        return self._single.outcome_of(self._known(facts, rows))

    def by_one_change(self, facts: Mapping[str, Fact], rows: Rows) -> Distance | None:
        """The least single change after which nothing stands against the subject; None: none."""
        known = self._known(facts, rows)
        outcome = self._single.outcome_of(known)
        if outcome.verdict is not False:
            return self.reached(verdict=outcome.verdict)
        best: Distance | None = None
        for place in self.touching([top for top in self.tops if outcome.conditions[top] is False]):
            limit = None if best is None else best.way.effort
            found = self.with_lever(known, self.levers[place], limit)
            if found is not None and (best is None or found.way.effort < best.way.effort):
                best = found
        return best

    def touching(self, failing: Collection[str]) -> list[int]:
        """The places of the levers that move something of each failing top condition."""
        return [
            place
            for place, lever in enumerate(self.levers)
            if all({lever.column, *lever.effects} & self._columns[code] for code in failing)
        ]

    def with_lever(
        self, known: Mapping[str, Any], lever: Lever, limit: Fraction | None = None
    ) -> Distance | None:
        """How far a subject is by one lever, within an effort; `known` are facts and figures."""
        if not can_move(lever, known):
            return None
        found = self._search.cheapest(known, [lever], limit, open_counts=True)
        return None if found is None else self._distance(found, [lever], known)

    def least(
        self,
        facts: Mapping[str, Fact],
        rows: Rows,
        limit: Fraction | None = None,
        most: int | None = None,
    ) -> Distance | None:
        """The least effort by any changes; None where none suffice, or none within the limit.

        Raises:
            TooManyPoints: the search was given up, after `most` points where that is given, so
                that nothing is known.
        """
        known = self._known(facts, rows)
        outcome = self._single.outcome_of(known)
        if outcome.verdict is not False:
            return self.reached(verdict=outcome.verdict)
        failing = {code for code, holds in outcome.conditions.items() if holds is False}
        movable = [lever for lever in self.levers if can_move(lever, known)]
        levers = self._search.relevant(known, movable, failing)
        found = self._search.cheapest(known, levers, limit, open_counts=True, most=most)
        return None if found is None else self._distance(found, levers, known)

    def _known(self, facts: Mapping[str, Fact], rows: Rows) -> dict[str, Any]:
        return self._single.known(years_on(facts) if self.shifts else facts, rows)

    def reached(self, *, verdict: bool | None) -> Distance:
        """How far a subject is that nothing stands against."""
        return Distance(self.as_of.year, verdict, Way((), Fraction(0)))

    def _distance(
        self, found: Found, levers: Sequence[Lever], known: Mapping[str, Any]
    ) -> Distance:
        way = way_of(found, levers, known, self.as_of.year - 1)
        verdict = self._search.verdict(self._search.after(known, levers, found))
        return Distance(self.as_of.year, verdict, way)
