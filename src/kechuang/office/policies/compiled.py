"""A rule compiled for many enterprises: for this year and, where that is known, for the next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.nearest import Distance, Nearest
from kechuang.office.policies.inputs import Facts
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

    @classmethod
    def of(cls, rule: Rule, book: Rulebook, day: date) -> Compiled:
        """A rule in force on a day."""
        later: Nearest | None = None
        with suppress(RuleError):
            later = Nearest(rule, book, day, next_year=True)
        return cls(
            rule, Explainer(rule, book, day), Nearest(rule, book, day, next_year=False), later
        )

    def missing(self, of: Facts) -> int:
        """How many facts an enterprise lacks."""
        return len(self.explainer.gaps(of.facts, of.rows))

    def open_behind(self, found: Distance, of: Facts) -> int:
        """How many facts are lacking where for want of them a distance is not sure."""
        return self.missing(of) if found.verdict is None else 0
