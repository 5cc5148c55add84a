"""Checks of what a report says against itself and against other reports.

Each check is one function in the file of its name. It takes a corpus of readings and yields
findings; none of them changes a reading. `support` holds what they share, `thresholds.toml` and
`words.toml` what a bureau may want to adjust.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kechuang.reading.checks.goal_called_reached import goal_called_reached
from kechuang.reading.checks.growth_against_levels import growth_against_levels
from kechuang.reading.checks.one_fact_two_values import one_fact_two_values
from kechuang.reading.checks.parts_against_total import parts_against_total
from kechuang.reading.checks.points_against_shares import points_against_shares
from kechuang.reading.checks.rank_beyond_units import rank_beyond_units
from kechuang.reading.checks.share_against_part_and_whole import share_against_part_and_whole
from kechuang.reading.checks.slip_of_ten_thousand import slip_of_ten_thousand
from kechuang.reading.checks.support.facts import Corpus, corpus_of
from kechuang.reading.model import Finding, Reading

__all__ = ["CHECKS", "check"]

CHECKS: Final[tuple[Callable[[Corpus], Iterator[Finding]], ...]] = (
    growth_against_levels,
    points_against_shares,
    parts_against_total,
    share_against_part_and_whole,
    one_fact_two_values,
    rank_beyond_units,
    slip_of_ten_thousand,
    goal_called_reached,
)
"""All checks, in the order in which their findings are told."""


def check(readings: Sequence[Reading]) -> list[Finding]:
    """Every finding of every check over readings that belong together.

    Several readings are also held against one another. The time is linear in the number of
    figures.

    >>> check([])
    []
    """
    corpus = corpus_of(readings)
    return [found for one_check in CHECKS for found in one_check(corpus)]
