"""Data in: a file, a folder or frames in memory become the frames that engines take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from kechuang.eligibility.data.errors import Note, Place, Problems
from kechuang.eligibility.data.headers import HeaderReader, Unread
from kechuang.eligibility.data.keys import check_keys, unmatched
from kechuang.eligibility.data.raw import RawTable, refused
from kechuang.eligibility.data.sources import Sources
from kechuang.eligibility.data.tables import Table, TableReader
from kechuang.reference.fields import Dictionary, Field, load_dictionary

Needed = Collection[tuple[str, str]]
"""Fields as (frame, code)."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Canonical frames by code, and what is worth knowing about where they came from.

    A frame that no table holds is not there: it is unknown. One that is there with no row for an
    enterprise says that the enterprise has none.
    """

    frames: Mapping[str, pl.DataFrame]
    notes: tuple[Note, ...]


def load_frames(
    path: Path,
    *,
    subject: str,
    as_of: date,
    needed: Needed | None = None,
    dictionary: Dictionary | None = None,
) -> Loaded:
    """The frames of one file (CSV, workbook, parquet) or of a folder of such files.

    `subject` is the frame that is judged; its yearly fields count back from the last full year
    before `as_of`. With `needed`, only these fields and the keys are read. See docs/data.md for
    headers, units and missing values.

    Raises:
        DataError: something is wrong; it says everything, and nothing is given.
    """
    reading = _Reading(dictionary or load_dictionary(), subject, as_of, needed)
    sources = Sources(
        reading.dictionary,
        subject,
        reading.wants_frame,
        reading.reads_header,
        reading.problems,
        reading.notes,
    )
    sources.read(path)
    return reading.loaded(sources.tables)


def prepare(
    frames: Mapping[str, pl.DataFrame],
    *,
    subject: str,
    as_of: date,
    needed: Needed | None = None,
    dictionary: Dictionary | None = None,
) -> Loaded:
    """The same for frames in memory, by code or Chinese name; their rows are counted from 1.

    Under a bare code (`revenue__y0`) a column must be canonical: whole 分, whole last decimal
    places. Under a header as in a file (营业收入（万元）) it may be any number or text.

    Raises:
        DataError: something is wrong; it says everything.
    """
    reading = _Reading(dictionary or load_dictionary(), subject, as_of, needed)
    raw: dict[str, RawTable] = {}
    for name, data in frames.items():
        frame, place = reading.dictionary.frame_named(name), Place("", name)
        if frame is None:
            reading.notes.append(Note("ignored_sheet", place, "没有用：名称不是表名"))
        elif frame.code in raw:
            problem = refused("frame_twice", place, "重复", "另有一张同名的表", "只留一张")
            reading.problems.add(problem.problem)
        elif reading.wants_frame(frame.code):
            cells = data.rename({column: str(at) for at, column in enumerate(data.columns)})
            rows = pl.int_range(1, data.height + 1, eager=True)
            raw[frame.code] = RawTable(place, tuple(data.columns), cells, rows, is_typed=True)
    if subject not in raw:
        place = Place("", reading.dictionary.frames[subject].name)
        why = "没有给出这张表"
        problem = refused("no_subject", place, "没有主表", why, f"以“{subject}”为名给出它")
        reading.problems.add(problem.problem)
    return reading.loaded(raw)


class _Reading:
    """One call: what is wanted, and what was found."""

    def __init__(
        self, dictionary: Dictionary, subject: str, as_of: date, needed: Needed | None
    ) -> None:
        self.dictionary, self.subject = dictionary, subject
        self.last_year = as_of.year - 1
        self.needed = None if needed is None else frozenset(needed)
        self.problems = Problems()
        self.notes: list[Note] = []

    def wants_frame(self, frame: str) -> bool:
        """Whether a frame is the subject or holds a needed field."""
        if self.needed is None or frame == self.subject:
            return True
        return any(each == frame for each, _ in self.needed)

    def wants_field(self, field: Field) -> bool:
        """Whether a field is needed."""
        return self.needed is None or (field.frame, field.code) in self.needed

    def reads_header(self, frame: str, header: str) -> bool:
        """Whether a column of a typed file is read at all."""
        reader = HeaderReader(self.dictionary, frame, self.last_year, is_typed=True)
        meaning = reader.read(header)
        if isinstance(meaning, Unread):
            return False
        return meaning.field.code in self._table_reader(frame).keys or self.wants_field(
            meaning.field
        )

    def loaded(self, raw: Mapping[str, RawTable]) -> Loaded:
        """The frames of the raw tables."""
        tables: dict[str, Table] = {}
        for frame, table in raw.items():
            reader = self._table_reader(frame)
            found = reader.read(table)
            if found is not None:
                check_keys(found, reader.keys, self.dictionary, self.problems)
                tables[frame] = found
        self.problems.check()
        self._absent(tables)
        self.notes += unmatched(tables, self.dictionary)
        frames = {frame: table.data for frame, table in tables.items()}
        return Loaded(frames, tuple(self.notes))

    def _table_reader(self, frame: str) -> TableReader:
        return TableReader(
            self.dictionary,
            self.dictionary.frames[frame],
            self.last_year,
            self.wants_field,
            self.problems,
            self.notes,
        )

    def _absent(self, tables: Mapping[str, Table]) -> None:
        for code, frame in self.dictionary.frames.items():
            wanted = [each for each in self.dictionary.of(code) if self._is_needed(each)]
            if not wanted:
                continue
            if code not in tables:
                place = Place("", frame.name)
                message = "没有这张表，表里的各项都当作不知道"
                self.notes.append(Note("absent_frame", place, message))
                continue
            columns = set(tables[code].data.columns)
            absent = [each.name for each in wanted if columns.isdisjoint(each.columns())]
            if absent:
                message = f"没有这些列，当作不知道：{'、'.join(absent)}"
                note = Note("absent_field", tables[code].raw.place, message, len(absent))
                self.notes.append(note)

    def _is_needed(self, field: Field) -> bool:
        return self.needed is not None and (field.frame, field.code) in self.needed
