"""A rule compiled for many enterprises: for this year and, where that is known, for the next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.office.policies.inputs import Facts
from kechuang.office.policies.ladder import experts
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Rule


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready for many enterprises; `later` None where next year's version is not known."""

    rule: Rule
    explainer: Explainer
    now: Nearest
    later: Nearest | None
    given_later: frozenset[str]

    @classmethod
    def of(cls, rule: Rule, book: Rulebook, day: date) -> Compiled:
        """A rule in force on a day."""
        later: Nearest | None = None
        with suppress(RuleError):
            later = Nearest(rule, book, day, next_year=True)
        sources = experts()
        return cls(
            rule, Explainer(rule, book, day), Nearest(rule, book, day, next_year=False), later,
            frozenset(
                book.dictionary.field(rule.subject, each.code).name
                for each in rule.facts
                if each.source in sources
            ),
        )  # fmt: skip

    def gaps(self, of: Facts) -> tuple[str, ...]:
        """The names of the facts that are still to be collected of an enterprise.

        The points that experts give when a filing is judged are not among them.
        """
        return self.collected(self.explainer.gaps(of.facts, of.rows))

    def collected(self, gaps: Sequence[str]) -> tuple[str, ...]:
        """Of facts that are lacking those that somebody can collect."""
        return tuple(name for name in gaps if name not in self.given_later)

    def open_behind(self, found: Distance, of: Facts) -> tuple[str, ...]:
        """The facts to be collected where for want of some a distance is not sure."""
        return self.gaps(of) if found.verdict is None else ()
