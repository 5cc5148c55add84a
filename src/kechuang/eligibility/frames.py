"""Single subjects, with their related rows, put together as frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kechuang.eligibility.data.columns import TYPES
from kechuang.eligibility.lowered import Column, Lowered
from kechuang.rulebook.model import Case, Fact


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of one subject: its facts by column, its related rows by frame.

    A frame that is not given is not known; one without rows is known to have none.
    """

    facts: Mapping[str, Fact]
    rows: Mapping[str, Sequence[Mapping[str, Fact]]]

    @classmethod
    def of_case(cls, case: Case) -> Subject:
        """The subject of a worked case."""
        return cls(case.given, case.rows)


def frames_of(lowered: Lowered, key: str, subjects: Sequence[Subject]) -> dict[str, pl.DataFrame]:
    """The frames that a rule reads, numbered in the order of the subjects.

    `lowered` is the rule lowered for any data. Where only some subjects have a related frame, a
    column `<frame>_listed` says which.
    """
    digits = len(str(len(subjects)))
    keys = [str(number).zfill(digits) for number in range(1, len(subjects) + 1)]
    own = [
        pl.Series(key, keys, pl.String),
        *_series(lowered.columns, key, [subject.facts for subject in subjects]),
    ]
    frames: dict[str, pl.DataFrame] = {}
    for frame, columns in lowered.row_columns.items():
        listed = [frame in subject.rows for subject in subjects]
        if not any(listed):
            continue
        if not all(listed):
            own.append(pl.Series(f"{frame}_listed", listed, pl.Boolean))
        pairs = [
            (owner, row)
            for owner, subject in zip(keys, subjects, strict=True)
            for row in subject.rows.get(frame, ())
        ]
        owners = pl.Series(key, [owner for owner, _ in pairs], pl.String)
        frames[frame] = pl.DataFrame([owners, *_series(columns, key, [row for _, row in pairs])])
    return {lowered.rule.subject: pl.DataFrame(own), **frames}


def _series(
    columns: Sequence[Column], key: str, rows: Sequence[Mapping[str, Fact]]
) -> list[pl.Series]:
    return [
        pl.Series(column.name, [row.get(column.name) for row in rows], TYPES[column.field.type])
        for column in columns
        if column.name != key
    ]
