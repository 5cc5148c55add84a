"""Which facts each of many subjects lacks: what `Explainer.gaps` names, each like case once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.nearest_many import CONDITION, FACT, Frames


class GapsOfMany:
    """`Explainer.gaps` for the subjects of frames.

    What is lacking depends on what each condition says and on which facts are there, not on their
    values: subjects that are alike in these lack the same.
    """

    def __init__(self, explainer: Explainer, key: str) -> None:
        """`key` is the column that tells subjects apart."""
        self._explainer, self._key = explainer, key
        self._lowered = explainer.lowered
        self._found: dict[str, tuple[str, ...]] = {}

    def names(
        self, judged: pl.DataFrame, frames: Frames, rows: Sequence[int]
    ) -> dict[int, tuple[str, ...]]:
        """Which facts lack in these rows of what `nearest_many.judged` gave, by row."""
        keys = frames[self._lowered.rule.subject][self._key][rows]
        alike = self._alike(judged[rows], keys, frames).to_list()
        new = {each: row for each, row in zip(alike, rows, strict=True) if each not in self._found}
        self._look(list(new), list(new.values()), frames)
        return {row: self._found[each] for row, each in zip(rows, alike, strict=True)}

    def _look(self, alike: Sequence[str], rows: Sequence[int], frames: Frames) -> None:
        """Look at one subject of each kind."""
        subjects = frames[self._lowered.rule.subject][rows]
        related = {
            name: frame.join(subjects.select(self._key), on=self._key, how="semi").rows_by_key(
                self._key, named=True
            )
            for name, frame in frames.items()
            if name != self._lowered.rule.subject
        }
        for each, facts in zip(alike, subjects.iter_rows(named=True), strict=True):
            owned: dict[str, Any] = {name: of[facts[self._key]] for name, of in related.items()}
            self._found[each] = self._explainer.gaps(facts, owned)

    def _alike(self, judged: pl.DataFrame, keys: pl.Series, frames: Frames) -> pl.Series:
        """A text for each row; equal ones lack the same."""
        told = judged.select(
            *(pl.col(f"{CONDITION}{leaf.condition.id}") for leaf in self._lowered.leaves),
            *(pl.col(f"{FACT}{each.name}").is_null() for each in self._lowered.columns),
        ).with_columns(keys.alias(self._key))
        for name, columns in self._lowered.row_columns.items():
            if name not in frames:
                continue  # of nobody
            there = frames[name]
            gaps = [
                pl.col(each.name).is_null().any().alias(f"{name}.{each.name}")
                if each.name in there.columns
                else pl.lit(value=True).alias(f"{name}.{each.name}")
                for each in columns
            ]
            found = there.group_by(self._key).agg(gaps)
            told = told.join(found, on=self._key, how="left", maintain_order="left")
        flags = pl.col(pl.Boolean).cast(pl.Int8).cast(pl.String).fill_null("-")
        marked = told.drop(self._key).select(flags)
        return marked.select(pl.concat_str(pl.all()).alias("alike"))["alike"]
