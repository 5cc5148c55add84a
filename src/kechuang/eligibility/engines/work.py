"""What every database engine does before and after its query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from kechuang.eligibility.batch import results_of, shape_of
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.nodes import Node
from kechuang.eligibility.polars_target import type_of
from kechuang.eligibility.shape import Shape
from kechuang.eligibility.sql_target import Dialect, query
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

OPEN: Final = frozenset({"open", "blank"})
"""Figures that tell how many related rows are not known well enough."""


@dataclass(frozen=True, slots=True)
class Work:
    """A rule lowered for the columns that some data has, and the results that are wanted.

    `figures` are those about related rows that stand beside the results, as in `batch.lazy_run`.
    """

    lowered: Lowered
    results: Mapping[str, Node]
    figures: tuple[str, ...]
    key: str

    @classmethod
    def of(
        cls,
        rule: Rule,
        book: Rulebook,
        as_of: date,
        shape: Shape,
        *,
        trace: bool,
        overrides: Mapping[str, Fraction] | None,
    ) -> Work:
        """The work for a rule on a day."""
        lowered = lower_rule(rule, book, as_of, shape, overrides)
        key = book.dictionary.frames[rule.subject].key
        figures = tuple(row.name for row in lowered.rows if trace and row.op in OPEN)
        return cls(lowered, results_of(lowered, trace=trace), figures, key)

    @property
    def types(self) -> dict[str, pl.DataType]:
        """The types of the results and figures."""
        results = {name: type_of(node) for name, node in self.results.items()}
        return results | dict.fromkeys(self.figures, pl.Int64())

    def query(self, dialect: Dialect, tables: Mapping[str, str] | None = None) -> str:
        """The query; see `sql_target.query`."""
        return query(
            self.lowered, self.results, dialect, self.key, figures=self.figures, tables=tables
        )

    def finished(self, found: pl.DataFrame, subjects: pl.DataFrame | None = None) -> pl.DataFrame:
        """What a query found, in the types of `batch.run`.

        The rows stand in the order of `subjects`, or by key where that is not known.
        """
        typed = found.select(
            pl.col(self.key),
            *(pl.col(name).cast(kind) for name, kind in self.types.items()),
        )
        if subjects is None:
            return typed.sort(self.key)
        keys = subjects.select(self.key)
        return keys.join(typed, on=self.key, how="left", maintain_order="left")


def shape_of_sources(
    frames: Mapping[str, pl.DataFrame], tables: Mapping[str, Iterable[str]], subject: str
) -> Shape:
    """The shape of frames, which are looked through for gaps, and of tables, which are not.

    `tables` are columns by frame.
    """
    gaps = {frame: dict.fromkeys(names, True) for frame, names in tables.items()}
    if not frames:
        return Shape({subject: {}, **gaps})
    return Shape({**(shape_of(frames, subject).columns or {}), **gaps})
