"""Rules on frames: the same verdicts for the same frames, however they are cut into batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from kechuang.eligibility.batch import run_lowered
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.shape import Shape
from kechuang.eligibility.verdicts import MISSING, POINTS, SCORE, verdict_frame
from kechuang.office.policies.inputs import KEY, PLACE, SUBJECT, Frames
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

SCHEMA: Final = {
    KEY: pl.String(),
    "rule_id": pl.String(),
    "rule_version": pl.String(),
    "as_of": pl.Date(),
    "verdict": pl.String(),
    SCORE: POINTS,
    "amount": pl.Int64(),
    MISSING: pl.List(pl.String()),
}
"""The columns of a file of verdicts; `amount` in 分, null for what pays nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule that is judged, and the regions whose enterprises it is for; None: all of them."""

    rule: Rule
    regions: frozenset[str] | None


class Judging:
    """Rules compiled for frames of one shape."""

    def __init__(self, judged: Sequence[Judged], book: Rulebook, day: date, shape: Shape) -> None:
        """Compile.

        Raises:
            RuleError: a rule refers to another that is not in force on that day.
        """
        self._lowered: list[tuple[Lowered, frozenset[str] | None]] = [
            (lower_rule(each.rule, book, day, shape), each.regions) for each in judged
        ]

    def verdicts(self, frames: Frames) -> pl.DataFrame:
        """Rule by rule the verdict on every enterprise that it is for, in the order of frames."""
        found = [self._of(lowered, regions, frames) for lowered, regions in self._lowered]
        return pl.concat([pl.DataFrame(schema=SCHEMA), *found])

    def _of(self, lowered: Lowered, regions: frozenset[str] | None, frames: Frames) -> pl.DataFrame:
        if regions is not None:
            mine = frames[SUBJECT].filter(pl.col(PLACE).is_in(sorted(regions)))
            frames = {**frames, SUBJECT: mine}
        results = run_lowered(lowered, frames, KEY, trace=True)
        told = verdict_frame(results, lowered, frames, KEY, trace=False)
        if lowered.amount is None:
            told = told.with_columns(pl.lit(None, pl.Int64).alias("amount"))
        return told.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def shape_of(frames: Mapping[str, pl.DataFrame]) -> Shape:
    """The shape of frames of which any column may have gaps: it does not depend on the rows."""
    return Shape({name: dict.fromkeys(frame.columns, True) for name, frame in frames.items()})
