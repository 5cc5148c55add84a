"""A rule for one subject: its verdict, and each condition and score behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.lowering import Lowering
from kechuang.eligibility.nodes import Node
from kechuang.eligibility.python_target import compile_nodes, compile_rows
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Fact, Rule

Rows: TypeAlias = Mapping[str, Sequence[Mapping[str, Fact]]]
"""Related rows by frame; a frame that is not given is not known."""
Span: TypeAlias = tuple[Fraction, Fraction] | None
"""The least and the most that a score can be; None where that is open."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of one subject: True 符合, False 不符合, None 缺数据.

    `conditions` are in the order of `Lowered.leaves`; scores are in points or in 分 of a yuan;
    `amount` is what is due in 分, None where that is not known.
    """

    verdict: bool | None
    conditions: Mapping[str, bool | None]
    scores: Mapping[str, Span]
    amount: int | None


class Single:
    """A rule compiled for one subject at a time, for one day."""

    def __init__(
        self,
        rule: Rule,
        book: Rulebook,
        as_of: date,
        overrides: Mapping[str, Fraction] | None = None,
    ) -> None:
        self.lowered: Lowered = lower_rule(rule, book, as_of, overrides=overrides)
        scores = [number for _, number in self.lowered.scores.values()]
        self._codes = list(self.lowered.scores)
        self._factors = [number.factor for number in scores]
        roots: list[Node] = [self.lowered.verdict]
        roots += [leaf.node for leaf in self.lowered.leaves]
        for number in scores:
            roots += [number.low, number.high]
        if self.lowered.amount is not None:
            roots.append(self.lowered.amount.low)
        self._ids = [leaf.condition.id for leaf in self.lowered.leaves]
        self._evaluate = compile_nodes(roots)
        self._count = compile_rows(self.lowered.rows)

    @staticmethod
    def counter(lowering: Lowering) -> Callable[[Rows], dict[str, int]]:
        """What counts the related rows that a lowering came upon."""
        return compile_rows(list(lowering.rows.values()))

    @staticmethod
    def counted(lowered: Lowered, rows: Rows) -> dict[str, int]:
        """The figures about related rows that a lowered rule reads."""
        return compile_rows(lowered.rows)(rows)

    def values(self, facts: Mapping[str, Fact], rows: Rows) -> tuple[Any, ...]:
        """The verdict, then each condition, the ends of each score and the amount, as they come.

        This is the trace as references: `outcome` gives them their names.
        """
        return self._evaluate(self.known(facts, rows))

    def known(self, facts: Mapping[str, Fact], rows: Rows) -> dict[str, Any]:
        """The facts with the figures about related rows beside them."""
        return {**facts, **self._count(rows)}

    def outcome(self, facts: Mapping[str, Fact], rows: Rows) -> Outcome:
        """What the rule says of a subject with these facts and related rows."""
        return self.outcome_of(self.known(facts, rows))

    def outcome_of(self, known: Mapping[str, Any]) -> Outcome:
        """The same of facts with the figures about related rows beside them."""
        values = self._evaluate(known)
        after = 1 + len(self._ids)
        spans: dict[str, Span] = {}
        for position, (code, factor) in enumerate(zip(self._codes, self._factors, strict=True)):
            low, high = values[after + 2 * position : after + 2 * position + 2]
            spans[code] = None if low is None or high is None else (low * factor, high * factor)
        amount = values[-1] if self.lowered.amount is not None else None
        return Outcome(values[0], dict(zip(self._ids, values[1:after], strict=True)), spans, amount)
