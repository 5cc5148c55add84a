"""A raw table to a frame of the dictionary's columns, with everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import polars as pl

from kechuang.eligibility.data.cells import Fault, failed_formula, is_code, lost_digits
from kechuang.eligibility.data.columns import TYPES, Converted, converted, nothing
from kechuang.eligibility.data.errors import KEPT, DataProblem, Note, Problems, quoted
from kechuang.eligibility.data.headers import NUMERIC, HeaderReader, Meaning, Misread, Unread
from kechuang.eligibility.data.raw import RawTable, letter
from kechuang.eligibility.data.typed_columns import WrongType, converted_typed
from kechuang.reference.fields import Dictionary, Field, Frame
from kechuang.rulebook.units import PLAIN, unit_of

LONG_NUMBER: Final = "^[0-9]{16,}$"
"""More digits than a spreadsheet keeps of a number."""
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
            self.dictionary, self.frame.code, self.last_year, is_typed=raw.is_typed
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
        cells = raw.cells[str(at)]
        if raw.is_typed:
            found = converted_typed(cells, meaning)
            if isinstance(found, WrongType):
                self._add(raw, found.fault, column=raw.column_name(at))
                return nothing(len(cells), TYPES[meaning.field.type])
        else:
            if raw.xml is not None:
                cells = self._looked_up(raw, at, meaning, cells)
            found = converted(cells, meaning, computed=raw.is_computed)
        self._failed(raw, at)
        if found.faults:
            self._told(raw, at, found)
        return found.values

    def _looked_up(self, raw: RawTable, at: int, meaning: Meaning, cells: pl.Series) -> pl.Series:
        """The cells with per cent as it is shown; long codes kept as numbers are problems."""
        assert raw.xml is not None  # noqa: S101 - the caller asked
        column, field = raw.letter_of(at), meaning.field
        if field.type in NUMERIC and field.unit and unit_of(field.unit).dimension == PLAIN:
            shown = raw.rows.is_in(raw.xml.percent_rows(column))
            if shown.any():
                return cells.zip_with(~shown, cells.map_elements(_percent, pl.String))
        if is_code(field) and cells.str.contains(LONG_NUMBER).any():
            lost = cells.str.contains(LONG_NUMBER) & raw.rows.is_in(raw.xml.numeric_rows(column))
            self._chosen(raw, at, lost.fill_null(value=False), cells, lost_digits(field))
        return cells

    def _failed(self, raw: RawTable, at: int) -> None:
        known = set(raw.rows.to_list()) if raw.failed.get(at) else set[int]()
        for row, text in raw.failed.get(at, {}).items():
            if row not in known:
                continue
            fault = failed_formula()
            if not text:
                why = "公式从没算过，格里没有值"
                fault = Fault("not_calculated", "公式没有值", why, "用表格软件打开，保存后再读")
            self._problem(raw, at, row, text, fault)

    def _told(self, raw: RawTable, at: int, found: Converted) -> None:
        for code in dict.fromkeys(fault.code for fault in found.faults.values()):
            faults = {text: each for text, each in found.faults.items() if each.code == code}
            chosen = found.texts.is_in(list(faults)).fill_null(value=False)
            self._chosen(raw, at, chosen, found.texts, faults)

    def _chosen(
        self,
        raw: RawTable,
        at: int,
        chosen: pl.Series,
        texts: pl.Series,
        faults: Mapping[str, Fault] | Fault,
    ) -> None:
        rows, values = raw.rows.filter(chosen), texts.filter(chosen)
        for row, text in zip(rows.head(KEPT), values.head(KEPT), strict=True):
            fault = faults if isinstance(faults, Fault) else faults[text]
            self._problem(raw, at, row, text, fault)
        self.problems.total += max(0, len(rows) - KEPT)

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


def _percent(text: str) -> str:
    """A number as the spreadsheet shows it: 0.285 is 28.5%."""
    try:
        return f"{Decimal(text) * 100:f}%"
    except InvalidOperation:
        return text
