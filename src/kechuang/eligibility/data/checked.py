"""One column of a raw table to values, with every cell that is wrong and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import polars as pl

from kechuang.eligibility.data.cells import Fault, failed_formula, is_code, lost_digits
from kechuang.eligibility.data.columns import Converted, converted
from kechuang.eligibility.data.headers import NUMERIC, Meaning
from kechuang.eligibility.data.raw import RawTable
from kechuang.eligibility.data.typed_columns import WrongType, converted_typed
from kechuang.rulebook.units import PLAIN, unit_of

LONG_NUMBER: Final = "^[0-9]{16,}$"
"""More digits than a spreadsheet keeps of a number."""


@dataclass(frozen=True, slots=True)
class FaultyCells:
    """Cells of one column with faults of one code: their rows as the file counts, their texts."""

    code: str
    rows: pl.Series
    texts: pl.Series
    faults: Fault | Mapping[str, Fault]

    def fault_of(self, text: str) -> Fault:
        """What is wrong with a cell of this text."""
        return self.faults if isinstance(self.faults, Fault) else self.faults[text]


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """The values, null where missing or faulty, and the faulty cells by code."""

    values: pl.Series
    faulty: tuple[FaultyCells, ...]


def checked_column(raw: RawTable, at: int, meaning: Meaning) -> CheckedColumn | WrongType:
    """The values of the column at `at`, and everything that is wrong in it."""
    cells = raw.cells[str(at)]
    faulty: list[FaultyCells] = []
    if raw.is_typed:
        found = converted_typed(cells, meaning)
        if isinstance(found, WrongType):
            return found
    else:
        if raw.xml is not None:
            cells, lost = _looked_up(raw, at, meaning, cells)
            faulty += lost
        found = converted(cells, meaning, computed=raw.is_computed)
    faulty += _failed(raw, at)
    faulty += _told(raw, found)
    return CheckedColumn(found.values, tuple(faulty))


def _looked_up(
    raw: RawTable, at: int, meaning: Meaning, cells: pl.Series
) -> tuple[pl.Series, list[FaultyCells]]:
    """The cells with per cent as it is shown; long codes kept as numbers are faulty."""
    assert raw.xml is not None  # noqa: S101 - the caller asked
    column, field = raw.letter_of(at), meaning.field
    if field.type in NUMERIC and field.unit and unit_of(field.unit).dimension == PLAIN:
        shown = raw.rows.is_in(raw.xml.percent_rows(column))
        if shown.any():
            return cells.zip_with(~shown, cells.map_elements(_percent, pl.String)), []
    if is_code(field) and cells.str.contains(LONG_NUMBER).any():
        numeric = raw.rows.is_in(raw.xml.numeric_rows(column))
        lost = (cells.str.contains(LONG_NUMBER) & numeric).fill_null(value=False)
        if lost.any():
            fault = lost_digits(field)
            return cells, [
                FaultyCells(fault.code, raw.rows.filter(lost), cells.filter(lost), fault)
            ]
    return cells, []


def _failed(raw: RawTable, at: int) -> Iterator[FaultyCells]:
    """Cells whose formula failed, and those whose formula was never calculated."""
    known = set(raw.rows.to_list()) if raw.failed.get(at) else set[int]()
    spots = {row: text for row, text in raw.failed.get(at, {}).items() if row in known}
    why = "公式从没算过，格里没有值"
    uncalculated = Fault("not_calculated", "公式没有值", why, "用表格软件打开，保存后再读")
    for fault, has_text in ((failed_formula(), True), (uncalculated, False)):
        rows = [row for row, text in spots.items() if bool(text) == has_text]
        if rows:
            texts = pl.Series([spots[row] for row in rows], dtype=pl.String)
            yield FaultyCells(fault.code, pl.Series(rows), texts, fault)


def _told(raw: RawTable, found: Converted) -> Iterator[FaultyCells]:
    for code in dict.fromkeys(fault.code for fault in found.faults.values()):
        faults = {text: each for text, each in found.faults.items() if each.code == code}
        chosen = found.texts.is_in(list(faults)).fill_null(value=False)
        yield FaultyCells(code, raw.rows.filter(chosen), found.texts.filter(chosen), faults)


def _percent(text: str) -> str:
    """A number as the spreadsheet shows it: 0.285 is 28.5%."""
    try:
        return f"{Decimal(text) * 100:f}%"
    except InvalidOperation:
        return text
