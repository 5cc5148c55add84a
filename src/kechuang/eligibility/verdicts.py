"""The `verdicts` frame: one row a subject with verdict, score, amount, missing facts and trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from kechuang.eligibility.batch import (
    AMOUNT,
    CONDITION,
    LEAST,
    MOST,
    VERDICT,
    run_lowered,
    shape_of,
    verdict_words,
)
from kechuang.eligibility.explaining import blamed_leaves
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

SCORE: Final = "score"
MISSING: Final = "missing"
TRACE: Final = "trace"
POINTS: Final = pl.Decimal(18, 4)


def verdicts_of(
    rule: Rule,
    book: Rulebook,
    frames: Mapping[str, pl.DataFrame],
    as_of: date,
    *,
    trace: bool = False,
) -> pl.DataFrame:
    """The verdicts of a rule on every subject of its frame, in the order of the frame.

    Raises:
        RuleError: a rule that it refers to is not in force on that day.
    """
    lowered = lower_rule(rule, book, as_of, shape_of(frames, rule.subject))
    key = book.dictionary.frames[rule.subject].key
    results = run_lowered(lowered, frames, key, trace=True)
    return verdict_frame(results, lowered, frames, key, trace=trace)


def verdict_frame(
    results: pl.DataFrame,
    lowered: Lowered,
    frames: Mapping[str, pl.DataFrame],
    key: str,
    *,
    trace: bool,
) -> pl.DataFrame:
    """The frame of verdicts from the results of a traced run of any engine.

    Its columns are the key, rule_id, rule_version, as_of, verdict, score (null while it is open),
    amount in 分 for awards, missing (the columns and frames that leave a verdict unknown) and,
    where wanted, trace (the truth of each condition and the ends of each score).
    """
    rule = lowered.rule
    columns: list[pl.Expr] = [
        pl.col(key),
        pl.lit(rule.id).alias("rule_id"),
        pl.lit(rule.version).alias("rule_version"),
        pl.lit(lowered.as_of).alias("as_of"),
        verdict_words(pl.col(VERDICT)).alias("verdict"),
        _score(lowered).alias(SCORE),
        *([pl.col(AMOUNT)] if lowered.amount is not None else []),
        pl.col(MISSING),
    ]
    if trace:
        parts = [name for name in results.columns if name.startswith((CONDITION, LEAST, MOST))]
        columns.append(pl.struct(parts).alias(TRACE))
    missing = pl.Series(MISSING, missing_facts(results, lowered, frames), pl.List(pl.String))
    return results.with_columns(missing).select(columns)


def _score(lowered: Lowered) -> pl.Expr:
    """The total of points where it is known; null for rules without points."""
    if not lowered.scores:
        return pl.lit(None, dtype=POINTS)
    code, (_, number) = list(lowered.scores.items())[-1]
    least, most = pl.col(f"{LEAST}{code}"), pl.col(f"{MOST}{code}")
    points = least.cast(POINTS) * number.factor.numerator / number.factor.denominator
    return pl.when(least == most).then(points.cast(POINTS))


def missing_facts(
    results: pl.DataFrame, lowered: Lowered, frames: Mapping[str, pl.DataFrame]
) -> list[list[str]]:
    """For each row the columns and related frames that leave its verdict unknown."""
    found: list[list[str]] = [[] for _ in range(results.height)]
    unknown = results.with_row_index("row").filter(pl.col(VERDICT).is_null())
    leaves = list(blamed_leaves(lowered))
    columns = {column.name for column in lowered.columns}
    gaps = _gaps(unknown, lowered, frames[lowered.rule.subject])
    for missing, row in zip(gaps, unknown.iter_rows(named=True), strict=True):
        blamed = {
            name
            for leaf, way in leaves
            if all(row[f"{CONDITION}{code}"] is None for code in way)
            for name in lowered.uses[leaf]
            if name in missing or (name not in columns and _is_open(name, row, lowered, frames))
        }
        found[row["row"]] = sorted(blamed)
    return found


def _is_open(
    frame: str, row: Mapping[str, object], lowered: Lowered, frames: Mapping[str, pl.DataFrame]
) -> bool:
    """Whether something is not known of a subject's related rows."""
    if frame not in frames or f"{frame}_listed" in frames[lowered.rule.subject].columns:
        return True
    figures = [each.name for each in lowered.rows if each.frame == frame]
    return any(row[name] != 0 for name in figures if name in row)


def _gaps(
    unknown: pl.DataFrame, lowered: Lowered, subject: pl.DataFrame
) -> Iterator[frozenset[str]]:
    """For each unknown row the columns of the subject that are missing there."""
    names = [column.name for column in lowered.columns]
    held = [name for name in names if name in subject.columns]
    absent = frozenset(names) - frozenset(held)
    flags = subject.select(pl.col(held).is_null())[unknown["row"]] if held else pl.DataFrame()
    rows = flags.iter_rows() if held else iter([()] * unknown.height)
    for row in rows:
        yield absent | {name for name, null in zip(held, row, strict=True) if null}
