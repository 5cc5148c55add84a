"""A blank form filled in: values into its cells, rows added where it has too few, gaps marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kechuang.sheets.choices import Choices
from kechuang.sheets.forms import RecordForm, TableForm
from kechuang.sheets.grids import Sheet, Value
from kechuang.sheets.insertion import insert_rows
from kechuang.sheets.packages import Package

MISSING: Final = "FFFFE699"
"""The colour of a cell that stays blank because nobody knows its value."""
NOTES: Final = "缺项说明"
UNKNOWN: Final = "库内没有"
STEP: Final = 200
HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into a cell; None stays blank, and `why` says why.

    `is_percent` says that the number counts hundredths: a cell that shows per cent takes a
    hundredth of it.
    """

    value: Value
    why: str = ""
    is_percent: bool = False


Record = Mapping[int, Entry]
"""What is asked of one: by the place of a column or a label in its form, from 0."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that was asked for and stays blank: of which record from 0, where, and why."""

    record: int
    place: int
    name: str
    row: int
    column: int
    why: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in; `row` of a record is `rows[record]`, `added` how many rows it took more."""

    content: bytes
    gaps: tuple[Gap, ...]
    rows: tuple[int, ...]
    added: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """Asks that gaps be coloured and told of on a sheet of their own; `names` are the records'."""

    names: Sequence[str]


def fill_table(
    package: Package,
    form: TableForm,
    records: Sequence[Record],
    marks: Marks | None = None,
    told: Callable[[int], None] | None = None,
) -> Filled:
    """The form with a row for each record; `told` hears how many are written.

    Columns that no record speaks of stay as they are; serial numbers count the rows.

    Raises:
        SheetError: rows are lacking and cannot be added.
        KeyError: a record speaks of a column that calculates or counts by itself.
    """
    sheet = package.sheet(form.sheet)
    added = _make_room(sheet, form, len(records))
    filler = _Filler(sheet, [(each.name, each.column) for each in form.columns])
    takes = {place for place, each in enumerate(form.columns) if each.takes_values}
    rows = tuple(range(form.first, form.first + len(records)))
    for number, (row, record) in enumerate(zip(rows, records, strict=True)):
        for place, entry in record.items():
            if place not in takes:
                raise KeyError(form.columns[place].name)
            filler.put(number, place, row, entry, is_marked=marks is not None)
        _count(sheet, form, row, number + 1, is_anew=bool(added))
        if told is not None and (number + 1) % STEP == 0:
            told(number + 1)
    if marks is not None:
        _add_notes(package, filler.gaps, marks)
    return Filled(package.save(), tuple(filler.gaps), rows, added)


def fill_record(
    package: Package, form: RecordForm, record: Record, marks: Marks | None = None
) -> Filled:
    """The form of one record with its values beside, or below, their labels."""
    sheet = package.sheet(form.sheet)
    filler = _Filler(sheet, [(each.name, each.column) for each in form.spots])
    for place, entry in record.items():
        filler.put(0, place, form.spots[place].row, entry, is_marked=marks is not None)
    if marks is not None:
        _add_notes(package, filler.gaps, marks)
    return Filled(package.save(), tuple(filler.gaps), (0,))


def _make_room(sheet: Sheet, form: TableForm, needed: int) -> int:
    """Add the rows that lack, before the last one where that is not the only one."""
    lacking = needed - form.room
    if lacking <= 0:
        return 0
    at = form.last if form.room > 1 and not form.is_open else form.last + 1
    insert_rows(sheet, at, lacking, like=form.last)
    return lacking


def _count(sheet: Sheet, form: TableForm, row: int, number: int, *, is_anew: bool) -> None:
    for each in form.columns:
        if each.is_serial and not each.has_formulas:
            said = sheet.text(row, each.column)
            if not said or (is_anew and said != str(number)):
                sheet.write(row, each.column, number)


class _Filler:
    """Writes into one sheet and remembers the gaps."""

    def __init__(self, sheet: Sheet, columns: Sequence[tuple[str, int]]) -> None:
        self.sheet, self.columns = sheet, columns
        self.choices = Choices(sheet)
        self.gaps: list[Gap] = []

    def put(self, record: int, place: int, row: int, entry: Entry, *, is_marked: bool) -> None:
        """One value into its cell, or one gap more."""
        name, column = self.columns[place]
        value, why = self._fitted(row, column, entry)
        if value is not None:
            self.sheet.write(row, column, value)
            return
        self.gaps.append(Gap(record, place, name, row, column, why))
        if is_marked:
            styles = self.sheet.package.styles
            style = styles.variant(self.sheet.style(row, column), fill=MISSING)
            self.sheet.set_style(row, column, style)

    def _fitted(self, row: int, column: int, entry: Entry) -> tuple[Value, str]:
        """The value as the cell takes it, or None with the reason."""
        value = entry.value
        if value is None or value == "":
            return None, entry.why or UNKNOWN
        styles, style = self.sheet.package.styles, self.sheet.style(row, column)
        if isinstance(value, bool):
            value = "是" if value else "否"
        if isinstance(value, str):
            fitting = self.choices.fitting(row, column, value)
            return fitting, "" if fitting else f"下拉选项里没有“{value}”"
        if isinstance(value, date) and styles.format_of(style) == "@":
            return value.isoformat(), ""
        if isinstance(value, Decimal) and entry.is_percent and styles.is_percent(style):
            return value / HUNDRED, ""
        return value, ""


def _add_notes(package: Package, gaps: Sequence[Gap], marks: Marks) -> None:
    """A sheet that says what is missing, of whom and why."""
    taken = {each.name for each in package.sheets}
    name = next(name for at in range(len(taken) + 1) if (name := f"{NOTES}{at or ''}") not in taken)
    head = ["行", "单位", "缺什么", "原因"]
    rows = [[str(each.row), marks.names[each.record], each.name, each.why] for each in gaps]
    package.add_sheet(name, [head, *(rows or [["", "", "没有缺项", ""]])], [8, 40, 40, 40])
