"""Which rules could apply to somebody who says a few facts and nothing else.

Nothing is asked of the registry and nothing is kept: the facts come in, the answers go out. What
nobody said is unknown, so that a rule may apply with what is missing named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from kechuang.eligibility.explaining import Explainer, Step
from kechuang.eligibility.lowered import Column
from kechuang.office.policies.inputs import (
    PLACE,
    REVENUE,
    REVENUE_CLASS,
    SUBJECT,
    with_what_follows,
)
from kechuang.office.policies.rules import holds_here, rulebook, rules_at, rules_on
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule

ASKED_FIRST: Final = 12
ASKED_MORE: Final = 12
"""How many facts are asked at first, and with each answer."""
TYPES: Final = frozenset({"boolean", "date", "choice", "money", "count", "number"})
"""What somebody can say off-hand; codes and names are not asked."""
NO: Final = "不符合"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of the facts that were given.

    `missing` are the names of what is still to be known, `lacking` the columns among them that can
    be asked, `failing` the conditions that are not met.
    """

    rule: Rule
    verdict: str
    missing: tuple[str, ...]
    lacking: tuple[str, ...]
    failing: tuple[Step, ...]


def askable(root: str, day: date) -> Mapping[str, Column]:
    """The facts that the rules in force below a path ask, by column, the most asked first."""
    return _askable(rulebook(), root, day)


@lru_cache(maxsize=8)
def _askable(book: Rulebook, root: str, day: date) -> Mapping[str, Column]:
    counts: Counter[str] = Counter()
    found: dict[str, Column] = {}
    for rule in holds_here(rules_on(day, book), root):
        for column in _explainer(book, rule.key, day).lowered.columns:
            asked = _asked(column, book)
            if asked.field.type in TYPES:
                found.setdefault(asked.name, asked)
                counts[asked.name] += 1
    order = sorted(found, key=lambda name: (-counts[name], name))
    return {name: found[name] for name in order}


def _asked(column: Column, book: Rulebook) -> Column:
    """What somebody is asked for a column: for the class of revenue the revenue itself."""
    if column.name != REVENUE_CLASS:
        return column
    return Column(SUBJECT, REVENUE, book.dictionary.field(SUBJECT, REVENUE.partition("__y")[0]))


def asked_first(root: str, day: date) -> list[str]:
    """The columns that the page asks before anything is known: of now and of the last year."""
    return [name for name, column in askable(root, day).items() if not column.back][:ASKED_FIRST]


def asked_more(answers: list[Answer], told: frozenset[str], root: str, day: date) -> list[str]:
    """The columns that would tell most about the rules that may apply and have not been asked."""
    counts = Counter(name for each in answers for name in each.lacking if name not in told)
    known = list(askable(root, day))
    wanted = [name for name in known if counts[name]]
    wanted.sort(key=lambda name: (-counts[name], known.index(name)))
    return wanted[:ASKED_MORE]


def answers(path: str, day: date, facts: Mapping[str, Fact]) -> list[Answer]:
    """What every rule in force at a path says of these facts, in the order of the rulebook."""
    known = _with_what_follows({**facts, PLACE: path.strip("/").rpartition("/")[2]})
    book = rulebook()
    return [_answer(book, rule, day, known) for rule in rules_at(path, day, book)]


@lru_cache(maxsize=512)
def _explainer(book: Rulebook, key: str, day: date) -> Explainer:
    return Explainer(book.find(key, day), book, day)


def _answer(book: Rulebook, rule: Rule, day: date, facts: Mapping[str, Fact]) -> Answer:
    explainer = _explainer(book, rule.key, day)
    decision = explainer.decide("", facts, {})
    columns = {column.name: column for column in explainer.lowered.columns}
    outcome = explainer.single.outcome({name: facts.get(name) for name in columns}, {})
    uses = explainer.lowered.uses
    open_ones = (
        columns[name]
        for leaf in explainer.blamed(outcome)
        for name in uses[leaf] & set(columns)
        if facts.get(name) is None and columns[name].field.type in TYPES
    )
    lacking = {_asked(column, explainer.book).name for column in open_ones}
    failing = tuple(step for step in decision.steps if not step.depth and step.verdict == NO)
    return Answer(rule, decision.verdict, decision.missing, tuple(sorted(lacking)), failing)


def _with_what_follows(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts with the class of revenue that follows from revenue."""
    schema = {REVENUE: pl.Int64, REVENUE_CLASS: pl.String}
    frame = pl.DataFrame({name: [facts.get(name)] for name in schema}, schema=schema)
    return {**facts, **with_what_follows(frame).row(0, named=True)}
