"""A rule for every subject of a frame, by Polars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.nodes import Node
from kechuang.eligibility.polars_target import CHUNK, count_rows, with_nodes
from kechuang.eligibility.shape import Shape
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

QUALIFIED: Final = "qualified"
NOT_QUALIFIED: Final = "not_qualified"
UNKNOWN: Final = "unknown"
VERDICT: Final = "verdict"
CONDITION, LEAST, MOST, AMOUNT = "condition_", "least_", "most_", "amount"
"""Column names: a condition's truth, the ends of a score, the amount that is due."""


def shape_of(frames: Mapping[str, pl.DataFrame], subject: str) -> Shape:
    """What columns frames have, and which of them have gaps."""
    columns = {
        name: {column.name: column.null_count() > 0 for column in frame.get_columns()}
        for name, frame in frames.items()
    }
    columns.setdefault(subject, {})
    return Shape(columns)


def results_of(lowered: Lowered, *, trace: bool) -> dict[str, Node]:
    """The columns that a run gives: the verdict, with the trace every condition and score."""
    results = {VERDICT: lowered.verdict}
    if lowered.amount is not None:
        results[AMOUNT] = lowered.amount.low
    totals = list(lowered.scores.items())
    for code, (_, number) in totals if trace else totals[-1:]:
        results[f"{LEAST}{code}"] = number.low
        results[f"{MOST}{code}"] = number.high
    if trace:
        for leaf in lowered.leaves:
            results[f"{CONDITION}{leaf.condition.id}"] = leaf.node
    return results


def lazy_run(
    lowered: Lowered, frames: Mapping[str, pl.DataFrame], key: str, *, trace: bool
) -> pl.LazyFrame:
    """The run as a plan: the key, then the columns of `results_of`.

    With the trace follow the numbers of related rows of which a condition does not know.
    """
    frame = frames[lowered.rule.subject].lazy()
    by_frame: dict[str, list[str]] = {}
    for row in lowered.rows:
        by_frame.setdefault(row.frame, []).append(row.name)
    for name, figures in by_frame.items():
        wanted = [row for row in lowered.rows if row.frame == name]
        counted = count_rows(frames[name].lazy(), key, wanted)
        frame = frame.join(counted, on=key, how="left", maintain_order="left").with_columns(
            pl.col(figures).fill_null(0)
        )
    results = results_of(lowered, trace=trace)
    open_rows = [row.name for row in lowered.rows if row.op in {"open", "blank"}] if trace else []
    return with_nodes(frame, results).select(key, *results, *open_rows)


def run(
    rule: Rule,
    book: Rulebook,
    frames: Mapping[str, pl.DataFrame],
    as_of: date,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> pl.DataFrame:
    """One row for each subject in the order of its frame: key, verdict (true, false, null), scores.

    Frames have the canonical columns of docs/data.md: money in whole 分, null for what is missing.
    """
    shape = shape_of(frames, rule.subject)
    lowered = lower_rule(rule, book, as_of, shape, overrides)
    key = book.dictionary.frames[rule.subject].key
    return run_lowered(lowered, frames, key, trace=trace)


def run_lowered(
    lowered: Lowered, frames: Mapping[str, pl.DataFrame], key: str, *, trace: bool
) -> pl.DataFrame:
    """The same for a rule that was lowered for the shape of these frames."""
    with pl.Config() as config:
        config.set_streaming_chunk_size(CHUNK)
        plan = lazy_run(lowered, frames, key, trace=trace)
        return plan.collect(engine="streaming")


def verdict_words(verdict: pl.Expr) -> pl.Expr:
    """A verdict as the words of the `verdicts` frame."""
    return (
        pl.when(verdict)
        .then(pl.lit(QUALIFIED))
        .when(verdict.not_())
        .then(pl.lit(NOT_QUALIFIED))
        .otherwise(pl.lit(UNKNOWN))
    )
