"""A rule for every subject of frames, one after another: for comparison, not for speed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from kechuang.eligibility.batch import shape_of
from kechuang.eligibility.engines.work import Work
from kechuang.eligibility.python_target import compile_nodes, compile_rows
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule


def run_on_python(
    rule: Rule,
    book: Rulebook,
    frames: Mapping[str, pl.DataFrame],
    as_of: date,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> pl.DataFrame:
    """What `batch.run` gives, in the order of the subjects' frame."""
    work = Work.of(
        rule, book, as_of, shape_of(frames, rule.subject), trace=trace, overrides=overrides
    )
    evaluate = compile_nodes(list(work.results.values()))
    count = compile_rows(work.lowered.rows)
    related = {
        frame: frames[frame].rows_by_key(work.key, named=True)
        for frame in work.lowered.row_columns
        if frame in frames
    }
    found: list[dict[str, Any]] = []
    for facts in frames[rule.subject].iter_rows(named=True):
        key = facts[work.key]
        figures = count({frame: rows.get(key, []) for frame, rows in related.items()})
        values = evaluate({**facts, **figures})
        named = dict(zip(work.results, values, strict=True))
        found.append({work.key: key, **named, **{name: figures[name] for name in work.figures}})
    return pl.DataFrame(found, schema={work.key: pl.String(), **work.types})
