"""A raw table to a frame of the dictionary's columns, with everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from kechuang.eligibility.data.cells import Fault
from kechuang.eligibility.data.checked import checked_column
from kechuang.eligibility.data.columns import TYPES, nothing
from kechuang.eligibility.data.errors import KEPT, DataProblem, Note, Problems, quoted
from kechuang.eligibility.data.headers import HeaderReader, Meaning, Misread, Unread
from kechuang.eligibility.data.raw import RawTable, letter
from kechuang.eligibility.data.typed_columns import WrongType
from kechuang.reference.fields import Dictionary, Field, Frame

ROWS_LOOKED_AT: Final = 10
"""Rows in which a header that does not stand first is looked for."""

IsWanted = Callable[[Field], bool]


@dataclass(frozen=True, slots=True)
class Table:
    """A frame of the dictionary's columns.

    `rows` are the rows of the file, `names` the columns there; `faulty` are the columns in which
    something is wrong.
    """

    raw: RawTable
    frame: Frame
    data: pl.DataFrame
    rows: pl.Series
    names: Mapping[str, str]
    faulty: frozenset[str]


class TableReader:
    """Turns the raw tables of one frame into frames; what is wrong goes into `problems`."""

    def __init__(
        self,
        dictionary: Dictionary,
        frame: Frame,
        last_year: int,
        is_wanted: IsWanted,
        problems: Problems,
        notes: list[Note],
    ) -> None:
        self.dictionary, self.frame, self.last_year = dictionary, frame, last_year
        self.is_wanted, self.problems, self.notes = is_wanted, problems, notes
        above = dictionary.frames.get(frame.of)
        self.keys = ([above.key] if above is not None else []) + [frame.key]

    def read(self, raw: RawTable) -> Table | None:
        """The frame of a raw table, or None where its header is of no use."""
        columns = self._columns(raw)
        missing = [key for key in self.keys if key not in columns]
        if missing:
            self._no_key(raw, missing[0])
            return None
        if not len(raw.rows) and not self.frame.of:
            why = "表头下面没有一行数据"
            self._add(raw, Fault("no_rows", "没有数据", why, "填入数据，或换成有数据的文件"))
            return None
        values: dict[str, pl.Series] = {}
        faulty: set[str] = set()
        for name, (at, meaning) in columns.items():
            before = self.problems.total
            values[name] = self._converted(raw, at, meaning)
            if self.problems.total > before:
                faulty.add(name)
        ordered = [name for each in self.dictionary.of(self.frame.code) for name in each.columns()]
        data = pl.DataFrame({name: values[name] for name in ordered if name in values})
        names = {name: raw.column_name(at) for name, (at, _) in columns.items()}
        return Table(raw, self.frame, data, raw.rows, names, frozenset(faulty))

    # --- headers

    def _columns(self, raw: RawTable) -> dict[str, tuple[int, Meaning]]:
        reader = HeaderReader(
            self.dictionary,
            self.frame.code,
            self.last_year,
            is_typed=raw.is_typed,
            unit=raw.unit,
        )
        columns: dict[str, tuple[int, Meaning]] = {}
        ignored: list[str] = []
        for at, header in enumerate(raw.headers):
            meaning = reader.read(header)
            if isinstance(meaning, Unread):
                ignored += _ignored(raw, at, meaning)
            elif not self._wants(meaning.field):
                continue
            elif isinstance(meaning, Misread):
                fault = Fault(meaning.code, meaning.what, meaning.why, meaning.remedy)
                self._add(raw, fault, column=raw.column_name(at))
            elif meaning.column in columns:
                self._twice(raw, columns[meaning.column][0], at, meaning)
            else:
                columns[meaning.column] = (at, meaning)
        if ignored:
            message = f"没有用到的列：{'、'.join(ignored)}"
            self.notes.append(Note("ignored_column", raw.place, message, len(ignored)))
        return columns

    def _wants(self, field: Field) -> bool:
        return field.code in self.keys or self.is_wanted(field)

    def _twice(self, raw: RawTable, first: int, second: int, meaning: Meaning) -> None:
        why = f"{raw.column_name(first)}也是“{meaning.field.name}”"
        if meaning.field.period == "year":
            why += f"（{self.last_year - meaning.years_back} 年）"
        fault = Fault("column_twice", "与另一列重复", why, "只留一列，或在表头里写明年份")
        self._add(raw, fault, column=raw.column_name(second))

    def _no_key(self, raw: RawTable, key: str) -> None:
        field = self.dictionary.field(self.frame.code, key)
        told = "、".join(quoted(header) for header in raw.headers if header) or "空"
        remedy = f"加上“{field.name}”一列；没有编号的明细可填序号"
        row = self._later_header(raw, field)
        if row:
            remedy = f"第 {row} 行像是表头：删去它上面的行"
        fault = Fault("no_key", f"没有“{field.name}”一列", f"表头是 {quoted(told)}", remedy)
        self._add(raw, fault)

    def _later_header(self, raw: RawTable, field: Field) -> int:
        if raw.is_typed:
            return 0
        for row, cells in zip(raw.rows, raw.cells.head(ROWS_LOOKED_AT).iter_rows(), strict=False):
            found = (self.dictionary.named(self.frame.code, cell) for cell in cells if cell)
            if field in found:
                return int(row)
        return 0

    def _add(self, raw: RawTable, fault: Fault, *, column: str = "") -> None:
        self.problems.add(
            DataProblem(fault.code, raw.place, 0, column, "", fault.what, fault.why, fault.remedy)
        )

    # --- cells

    def _converted(self, raw: RawTable, at: int, meaning: Meaning) -> pl.Series:
        found = checked_column(raw, at, meaning)
        if isinstance(found, WrongType):
            self._add(raw, found.fault, column=raw.column_name(at))
            return nothing(len(raw.rows), TYPES[meaning.field.type])
        for group in found.faulty:
            for row, text in zip(group.rows.head(KEPT), group.texts.head(KEPT), strict=True):
                self._problem(raw, at, row, text, group.fault_of(text))
            self.problems.total += max(0, len(group.rows) - KEPT)
        return found.values

    def _problem(self, raw: RawTable, at: int, row: int, text: str, fault: Fault) -> None:
        self.problems.add(
            DataProblem(
                fault.code,
                raw.place,
                row,
                raw.column_name(at),
                quoted(text),
                fault.what,
                fault.why,
                fault.remedy,
            )
        )


def _ignored(raw: RawTable, at: int, unread: Unread) -> Iterator[str]:
    header = raw.headers[at]
    if header:
        yield f"{quoted(header)}（{unread.why}）" if unread.why else quoted(header)
    elif str(at) in raw.cells.columns and raw.cells[str(at)].is_not_null().any():
        yield f"{letter(at + raw.first_column)} 列（没有表头）"
