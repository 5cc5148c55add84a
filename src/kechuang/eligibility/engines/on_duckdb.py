"""A rule for every subject of frames or parquet files, by DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from kechuang.eligibility.engines.work import Work, shape_of_sources
from kechuang.eligibility.sql_target import DUCKDB
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""DuckDB otherwise fetches what a query asks for and it does not have."""


def run_on_duckdb(
    rule: Rule,
    book: Rulebook,
    sources: Mapping[str, pl.DataFrame | Path],
    as_of: date,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> pl.DataFrame:
    """What `batch.run` gives, for frames or parquet files by frame.

    The rows stand in the order of the subjects' frame; those of a file by key. A path may hold the
    wildcards `*` and `**`, for a frame in many files.
    """
    with duckdb.connect(config=OFFLINE) as connection:
        for name, source in sources.items():
            if isinstance(source, Path):
                connection.read_parquet(str(source)).create_view(name)
            else:
                connection.register(name, source)
        frames = {name: each for name, each in sources.items() if isinstance(each, pl.DataFrame)}
        files = {name: connection.table(name).columns for name in sources if name not in frames}
        shape = shape_of_sources(frames, files, rule.subject)
        work = Work.of(rule, book, as_of, shape, trace=trace, overrides=overrides)
        found = connection.sql(work.query(DUCKDB)).pl()
    return work.finished(found, frames.get(rule.subject))
