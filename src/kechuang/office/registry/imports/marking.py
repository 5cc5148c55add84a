"""Which cells of an import's file are marked, and the marked workbook itself."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
from openpyxl.utils import column_index_from_string

from kechuang.office.ground.uploads import MIB
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.layout import Stamp
from kechuang.office.registry.imports.marks import (
    EXACT_DIGITS,
    MOST_CELLS,
    Fault,
    Sheet,
    mark,
    rewrite,
)
from kechuang.office.registry.imports.purposes import Purpose
from kechuang.office.registry.imports.reading import open_table
from kechuang.office.registry.imports.staging import CONFLICT, ERROR, FAULTS, STATE, WHY

SHEET: Final = "填报"
LETTERS: Final = 3
MOST_BYTES: Final = 20 * MIB
NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
log = logging.getLogger(__name__)


def marked(path: Path, purpose: Purpose, reading: dict[str, Any], rows: Path) -> bytes | None:
    """The workbook with what is wrong in it marked; None where nothing is.

    `reading` is what the preview says of the file, `rows` the staged rows with their faults. A
    workbook that cannot be opened whole is written anew, without its looks.
    """
    faults = list(faults_of(rows))
    if not faults:
        return None
    sheet = Sheet(reading["sheet"] or SHEET, max(1, reading["header_row"]))
    if reading["form"] == "xlsx" and reading["cells"] <= MOST_CELLS and _is_light(path):
        try:
            return mark(path.read_bytes(), sheet, faults)
        except Exception as error:  # noqa: BLE001 - openpyxl stumbles over looks that we need not keep
            log.info("%s is marked in a copy: %s", path.name, error)
    return rewrite(_lines(path, purpose), sheet, faults, Stamp(purpose.code, "").lines())


def _is_light(path: Path) -> bool:
    return path.stat().st_size <= MOST_BYTES


def faults_of(rows: Path) -> Iterator[Fault]:
    """Every fault of the staged rows: of a cell, or of a row as a whole."""
    wrong = pl.scan_parquet(rows).filter(pl.col(STATE).is_in([ERROR, CONFLICT]))
    found = wrong.select(ROW, FAULTS, WHY).collect()
    for row, cells, why in found.iter_rows():
        for cell in json.loads(cells or "[]"):
            yield Fault(row, _column(cell["letter"]), cell["text"])
        if why:
            yield Fault(row, 0, why)


def _column(letters: str) -> int:
    """The number of a column from 1; 0 where a fault stands in none."""
    is_column = letters.isascii() and letters.isalpha() and len(letters) <= LETTERS
    return column_index_from_string(letters.upper()) if is_column else 0


def _lines(path: Path, purpose: Purpose) -> Iterator[list[object]]:
    """The rows of a file, each where it stood; what was above the header is left empty."""
    opened = open_table(path, purpose)
    first = opened.first
    before: list[object] = [None] * first.first_column
    yield from ([] for _row in range(1, first.header_row))
    yield [*before, *first.headers]
    number = max(1, first.header_row)
    for table in opened.slices():
        for row, cells in zip(table.rows, table.cells.iter_rows(), strict=True):
            yield from ([] for _gap in range(number + 1, row))
            yield [*before, *map(_value, cells)]
            number = row


def _value(text: object) -> object:
    """A cell as it stood: a number where a spreadsheet would keep the same digits."""
    if not isinstance(text, str):
        return text
    if NUMBER.fullmatch(text) is None or len(text) > EXACT_DIGITS:
        return text
    return float(text) if "." in text else int(text)
