"""What is said while facts are missing holds whatever they turn out to be, in every shipped rule.

Facts of worked cases are taken away, and put back in many ways: as they were, at every constant
that they are compared with and right beside it, where two sides of a comparison meet, and drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Final, TypeAlias

import pytest

from kechuang.eligibility.generated import POOL, Generator
from kechuang.eligibility.single import Outcome, Single
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Case, Fact, Rule

BOOK: Final = load_rulebook()
RULES: Final = {rule.key: rule for rule in BOOK}
SEED: Final = 20261122
TRIES, COMPLETIONS = 3, 8
"""For each case: how often facts are taken away, and how often they are put back each time."""
Facts: TypeAlias = dict[str, Fact]
Rows: TypeAlias = dict[str, list[Facts]]
Gap: TypeAlias = tuple[str, ...]
"""A column; or a frame and nothing, the place of a row and a column."""


@dataclass(frozen=True)
class Subject:
    """Facts and related rows that can be changed."""

    facts: Facts
    rows: Rows

    def copy(self) -> Subject:
        rows = {frame: [dict(row) for row in rows] for frame, rows in self.rows.items()}
        return Subject(dict(self.facts), rows)


class Completer:
    """Takes facts of the cases of a rule on one day away and puts others in their place."""

    def __init__(self, rule: Rule, as_of: date) -> None:
        self.random = Random(f"{rule.key} {SEED}")  # noqa: S311 - nothing secret
        self.single = Single(rule, BOOK, as_of)
        self.made = Generator(rule, BOOK, as_of, SEED)
        self.fields = {column.name: column.field for column in self.single.lowered.columns}

    def subject(self, case: Case) -> Subject:
        facts = {name: case.given.get(name) for name in self.fields}
        frames = self.single.lowered.row_columns
        rows = {
            frame: list(map(dict, each)) for frame, each in case.rows.items() if frame in frames
        }
        return Subject(facts, rows)

    def outcome(self, subject: Subject) -> Outcome:
        return self.single.outcome(subject.facts, subject.rows)

    # --- taking away

    def known(self, subject: Subject) -> list[Gap]:
        """What is known of a subject and can be taken away."""
        found: list[Gap] = [(name,) for name, fact in subject.facts.items() if fact is not None]
        for frame, rows in subject.rows.items():
            found.append((frame, ""))
            found += [(frame, "0", column) for row in rows[:1] for column in row]
        return found

    def without(self, subject: Subject, gaps: Sequence[Gap]) -> Subject:
        left = subject.copy()
        for gap in gaps:
            if len(gap) == 1:
                left.facts[gap[0]] = None
            elif len(gap) == 3 and gap[0] in left.rows:
                left.rows[gap[0]][int(gap[1])][gap[2]] = None
        for gap in gaps:
            if len(gap) == 2:
                left.rows.pop(gap[0], None)
        return left

    # --- putting back

    def values(self, name: str, facts: Facts) -> list[Fact]:
        """What a fact is tried with: thresholds, both sides of them, and a few drawn values."""
        pool = self.made.pools[name]
        found = [*dict.fromkeys(pool[POOL:]), *self._edges(name, facts)]
        found += self.random.sample(pool[:POOL], 4)
        field = self.fields[name]
        if field.type in {"money", "count", "number"}:
            found += [0, 1, field.most]
        found += [True, False] if field.type == "boolean" else field.options
        return [
            value
            for value in found
            if field.type not in {"count", "number"} or (isinstance(value, int) and value >= 0)
        ]

    def _edges(self, name: str, facts: Facts) -> Iterator[int]:
        """Where the two sides of each comparison of a column meet, and right beside it."""
        here = facts[name]
        if not isinstance(here, int) or isinstance(here, bool):
            return
        for edge in self.made.edges:
            if name in edge.names:
                gap, after = edge.gap(facts), edge.gap({**facts, name: here + 1})
                if gap is not None and after is not None and gap != after:
                    there = here - gap // (after - gap)
                    yield from (there - 1, there, there + 1)

    def rows_of(self, frame: str) -> list[Facts]:
        drawn = self.random.sample(self.made.banks[frame], self.random.choice((0, 1, 2, 5)))
        return [row for row in drawn if None not in row.values()]

    def completed(self, left: Subject, whole: Subject, gaps: Sequence[Gap]) -> Subject:
        """A subject with something in each gap, half of it what stood there."""
        random = self.random
        found = left.copy()
        for gap in gaps:
            as_it_was = random.random() < 0.5
            if len(gap) == 1:
                found.facts[gap[0]] = whole.facts[gap[0]]
                if not as_it_was:
                    found.facts[gap[0]] = random.choice(self.values(gap[0], found.facts))
            elif len(gap) == 2:
                rows = whole.rows[gap[0]] if as_it_was else self.rows_of(gap[0])
                found.rows[gap[0]] = [dict(row) for row in rows]
            elif (gap[0], "") not in gaps:
                row = random.choice(self.made.banks[gap[0]])
                fact = whole.rows[gap[0]][0][gap[2]]
                drawn = row.get(gap[2])
                found.rows[gap[0]][0][gap[2]] = fact if as_it_was or drawn is None else drawn
        return found


@cache
def completer(key: str, as_of: date) -> Completer:
    return Completer(RULES[key], as_of)


def broken(said: Outcome, then: Outcome) -> list[str]:
    """What was said of a subject and no longer holds with more facts."""
    found: list[str] = []
    if said.verdict is not None and said.verdict is not then.verdict:
        found.append("verdict")
    found += [
        code
        for code, holds in said.conditions.items()
        if holds is not None and holds is not then.conditions[code]
    ]
    for code, span in said.scores.items():
        after = then.scores[code]
        if span is not None and (after is None or after[0] < span[0] or span[1] < after[1]):
            found.append(code)
    if said.amount is not None and said.amount != then.amount:
        found.append("amount")
    return found


@pytest.mark.parametrize("key", RULES)
def test_what_is_said_holds_whatever_is_missing(key: str) -> None:
    for case in RULES[key].cases:
        made = completer(key, case.as_of)
        whole = made.subject(case)
        known = made.known(whole)
        for _ in range(TRIES if known else 0):
            gaps = made.random.sample(known, min(made.random.choice((1, 1, 2, 3)), len(known)))
            left = made.without(whole, gaps)
            said = made.outcome(left)
            for _ in range(COMPLETIONS):
                found = made.completed(left, whole, gaps)
                assert broken(said, made.outcome(found)) == [], (case.name, gaps, found)


def single_gaps(made: Completer, whole: Subject) -> Iterator[tuple[Gap, Subject]]:
    """Each fact and each frame that leaves the verdict open when it alone is missing."""
    for gap in made.known(whole):
        left = made.without(whole, [gap])
        if len(gap) < 3 and made.outcome(left).verdict is None:
            yield gap, left


def verdicts_of(
    made: Completer, gap: Gap, left: Subject, whole: Subject
) -> Mapping[bool | None, Subject]:
    """The verdicts that can come out once a gap is filled, each with one way of filling it."""
    found: dict[bool | None, Subject] = {}
    if len(gap) == 1:
        subjects = [
            Subject({**left.facts, gap[0]: value}, left.rows)
            for value in made.values(gap[0], whole.facts)
        ]
    else:
        banks = [[], *([row] * count for row in made.made.banks[gap[0]] for count in (1, 4))]
        subjects = [Subject(left.facts, {**left.rows, gap[0]: rows}) for rows in banks]
    for subject in subjects:
        found.setdefault(made.outcome(subject).verdict, subject)
        if {True, False} <= found.keys():
            break
    return found


def test_verdict_is_open_only_where_the_missing_fact_decides_it() -> None:
    key, gaps_seen = "tech_sme_national@2022", set[Gap]()
    for case in RULES[key].cases:
        made = completer(key, case.as_of)
        whole = made.subject(case)
        if None in whole.facts.values():
            continue
        for gap, left in single_gaps(made, whole):
            found = verdicts_of(made, gap, left, whole)
            gaps_seen.add(gap)
            assert {True, False} <= found.keys(), (case.name, gap)

    made = completer(key, RULES[key].cases[0].as_of)
    frames = {(frame, "") for frame in made.single.lowered.row_columns}
    assert gaps_seen == {(name,) for name in made.fields} | frames
