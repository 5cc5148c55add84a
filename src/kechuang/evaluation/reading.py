"""Tables of indicators from files: csv, xlsx and parquet, as frames.

Cells of csv stay texts, those of xlsx what the workbook holds; `table.panel_of` makes numbers of
them and says which cell is none.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kechuang.evaluation.errors import EvaluationError
from kechuang.files import UndecodableError, decode
from kechuang.reference.words import plain_header

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of a file, and of a workbook after it is unpacked."""
FIRST_ROWS: Final = 10
"""Among these the row of headers is looked for; above it may stand a title."""
_SHEETS: Final = "xl/worksheets/"
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_DAMAGE: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
)
"""What reading a damaged workbook raises."""


def read_table(path: Path, unit_headers: Sequence[str]) -> pl.DataFrame:
    """The table of a file; its headers are the first row that holds one of `unit_headers`.

    Rows above the headers and empty rows are passed over. A workbook gives its first sheet with
    such headers.

    Raises:
        EvaluationError: the file is missing, damaged, too large, of another form, or holds no such
            table.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows}
    suffix = path.suffix.lower()
    if not path.is_file():
        why = f"“{path}”是文件夹" if path.is_dir() else f"没有“{path}”这个文件"
        raise EvaluationError("file", "数据文件打不开", why, "检查路径和文件名")
    if suffix not in {*readers, ".parquet"}:
        why = f"“{path.name}”不是 .csv、.xlsx 或 .parquet"
        raise EvaluationError("file", "不认识这种数据文件", why, "另存为其中一种")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path)
        if suffix == ".parquet":
            return _parquet(path)
        sheets = readers[suffix](path)
    except OSError as error:
        why = f"“{path}”：{error.strerror or error}"
        raise EvaluationError("file", "数据文件打不开", why, "检查读取权限") from error
    return _table(path, sheets, unit_headers)


def _too_large(path: Path) -> EvaluationError:
    why = f"“{path.name}”超过 {MOST_BYTES >> 20} MiB"
    return EvaluationError("file", "数据文件太大", why, "只留要测算的列，或导出为 parquet")


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.ComputeError, pl.exceptions.PanicException) as error:
        why = f"“{path.name}”不是完整的 parquet 文件"
        raise EvaluationError("file", "数据文件打不开", why, "重新导出") from error


def _csv_rows(path: Path) -> list[list[list[Any]]]:
    try:
        text, _ = decode(path.read_bytes())
        return [list(csv.reader(io.StringIO(text, newline=""), strict=True))]
    except UndecodableError as error:
        raise EvaluationError("file", "数据文件读不出文字", str(error), "另存为 UTF-8") from error
    except csv.Error as error:
        why = f"“{path.name}”的引号或换行不成对"
        raise EvaluationError("file", "表格读不下去", why, "用表格软件打开后重新另存") from error


def _xlsx_rows(path: Path) -> list[list[list[Any]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise _too_large(path)
            formulas = any(
                _FORMULA.search(archive.read(name))
                for name in archive.namelist()
                if name.startswith(_SHEETS)
            )
        with warnings.catch_warnings():
            # What the library drops (styles, checks of input) says nothing about the values.
            warnings.simplefilter("ignore")
            values = _cells(path, formulas=False)
            return _with_formulas(values, _cells(path, formulas=True)) if formulas else values
    except _DAMAGE as error:
        if isinstance(error, EvaluationError):
            raise
        why = f"“{path.name}”不是完整的 xlsx 文件，或设有打开密码"
        remedy = "用表格软件打开，另存为 .xlsx 后再读"
        raise EvaluationError("file", "数据文件打不开", why, remedy) from error


def _cells(path: Path, *, formulas: bool) -> list[list[list[Any]]]:
    """The cells of every sheet: their values, or their formulas where they have one."""
    book = load_workbook(path, read_only=True, data_only=not formulas)
    try:
        return [
            [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        ]
    finally:
        book.close()


def _with_formulas(
    values: list[list[list[Any]]], formulas: list[list[list[Any]]]
) -> list[list[list[Any]]]:
    """The values, and the formula itself where it has none: it was never calculated.

    Left empty, such a cell would pass for a missing value.
    """
    return [
        [
            [told if value is None else value for value, told in zip(row, other, strict=True)]
            for row, other in zip(sheet, others, strict=True)
        ]
        for sheet, others in zip(values, formulas, strict=True)
    ]


def _table(
    path: Path, sheets: Sequence[list[list[Any]]], unit_headers: Sequence[str]
) -> pl.DataFrame:
    wanted = {plain_header(name) for name in unit_headers}
    for rows in sheets:
        for at, row in enumerate(rows[:FIRST_ROWS]):
            if wanted & {plain_header(_text(cell)) for cell in row}:
                return _frame(path, rows[at], rows[at + 1 :])
    first = next((row for rows in sheets for row in rows if any(map(_text, row))), list[Any]())
    told = "、".join(filter(None, map(_text, first)))[:60] or "空"
    why = f"“{path.name}”前 {FIRST_ROWS} 行里没有“{'”“'.join(unit_headers)}”，第一行是：{told}"
    remedy = "给单位代码一列加上表头，或在方案的 columns 里写明它叫什么"
    raise EvaluationError("column", "找不到表头", why, remedy)


def _frame(path: Path, header: list[Any], rows: Sequence[list[Any]]) -> pl.DataFrame:
    names = [_text(cell) for cell in header]
    places = [at for at, name in enumerate(names) if name]
    twice = sorted({names[at] for at in places if names.count(names[at]) > 1})
    if twice:
        why = f"“{path.name}”里{'、'.join(f'“{each}”' for each in twice)}写了两次"
        raise EvaluationError("column", "有重复的列", why, "删去一列，或改表头")
    filled = [row for row in rows if any(_text(cell) for cell in row)]
    for row in filled:
        stray = [_text(cell) for cell in row[len(names) :] if _text(cell)]
        if stray:
            why = f"“{path.name}”里以“{_text(row[0])}”开头的一行多出“{stray[0]}”"
            remedy = "含逗号的格用双引号括起，或补上表头"
            raise EvaluationError("column", "有一行比表头长", why, remedy)
    columns = [
        pl.Series(names[at], [_cell(row[at]) if at < len(row) else None for row in filled])
        for at in places
    ]
    return pl.DataFrame(columns)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _cell(cell: Any) -> str | None:
    """A cell as a text that gives the same number again; a whole number without its point."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)
