"""A CSV file as a table of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import polars as pl

from kechuang.eligibility.data.errors import KEPT, DataProblem, Place, Problems, quoted
from kechuang.eligibility.data.raw import RawTable, refused, without_empty_rows
from kechuang.files import UndecodableError, decode
from kechuang.files.safe import FORMULA

BLOCK: Final = 1 << 24
"""Bytes that are parsed at once; a row is never longer."""
_Row = Any
_arrow: Final[Any] = import_module("pyarrow")
_arrow_csv: Final[Any] = import_module("pyarrow.csv")


def read_csv(path: Path, place: Place, problems: Problems) -> tuple[RawTable, str]:
    """The table of a file, and the name of its encoding.

    Rows with too many or too few cells go into `problems`.

    Raises:
        RefusedError: the file is no text, or no table.
    """
    data = path.read_bytes()
    try:
        text, encoding = decode(data)
    except UndecodableError as error:
        raise no_text(place, str(error)) from error
    if encoding == "utf-8-sig":
        data = data[3:]
    elif encoding != "utf-8":
        data = text.encode()
    header, before = _header(text, place)
    del text
    table, bad = _parsed(data, len(header), place)
    problems.extend((cell_count(row, place) for row in bad[:KEPT]), len(bad))
    cells = pl.DataFrame(table)
    rows = pl.int_range(1, cells.height + len(bad) + 1, eager=True)
    rows = rows.filter(~rows.is_in([int(row.number or 0) for row in bad]))
    cells, rows = without_empty_rows(cells[before:], rows[before:])
    cells = cells.select(unguarded(column) for column in cells)
    return RawTable(place, tuple(header), cells, rows, header_row=before), encoding


def unguarded(column: pl.Series) -> pl.Series:
    """The texts without the apostrophe that keeps a spreadsheet from running one."""
    if not column.str.starts_with("'").any():
        return column
    return column.str.replace(f"^'((?s:{FORMULA.pattern}.*))$", "${1}")


def _header(text: str, place: Place) -> tuple[list[str], int]:
    """The first row that is not empty, and how many rows there are up to its end."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for at, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                return [cell.strip() for cell in cells], at
    except csv.Error as error:
        why = f"第 {reader.line_num} 行附近：{error}"
        raise refused("broken", place, "读不下去", why, "检查引号和换行，或另存后再读") from error
    raise refused("no_header", place, "是空的表", "没有表头，也没有数据", "换成有内容的文件")


def _parsed(data: bytes, width: int, place: Place) -> tuple[Any, list[_Row]]:
    """The rows as wide as the header, and the others, which only one thread can count."""
    bad: list[_Row] = []
    table = _parse(data, width, place, bad, use_threads=True)
    if bad:
        bad = []
        table = _parse(data, width, place, bad, use_threads=False)
    return table, bad


def _parse(data: bytes, width: int, place: Place, bad: list[_Row], *, use_threads: bool) -> Any:
    def keep(row: _Row) -> str:
        bad.append(row)
        return "skip"

    try:
        return _arrow_csv.read_csv(
            io.BytesIO(data), **arrow_options(width, keep, use_threads=use_threads)
        )
    except _arrow.ArrowInvalid as error:
        raise unreadable(place, error) from error


def arrow_options(width: int, keep: Callable[[_Row], str], *, use_threads: bool) -> dict[str, Any]:
    """How a table of texts is read, its columns named by their place; `keep` hears of misfits."""
    names = [str(at) for at in range(width)]
    return {
        "read_options": _arrow_csv.ReadOptions(
            column_names=names, use_threads=use_threads, block_size=BLOCK
        ),
        "parse_options": _arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
        ),
        "convert_options": _arrow_csv.ConvertOptions(
            column_types={name: _arrow.string() for name in names},
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    }


def no_text(place: Place, why: str) -> Exception:
    """The refusal of a file that is no text."""
    remedy = "用原来的软件打开，另存为 CSV UTF-8"
    return refused("not_text", place, "无法按文字解码", why, remedy)


def unreadable(place: Place, error: Exception) -> Exception:
    """The refusal of a table that cannot be read to its end."""
    why = quoted(str(error).splitlines()[0])
    remedy = "检查引号是否成对，或用表格软件另存后再读"
    return refused("broken", place, "读不下去", why, remedy)


def cell_count(row: _Row, place: Place) -> DataProblem:
    """The problem of a row whose cells do not fit the header."""
    why = f"表头有 {row.expected_columns} 格，这一行有 {row.actual_columns} 格"
    remedy = "补齐或删去多余的逗号；含逗号的格用双引号括起"
    number = int(row.number or 0)
    return DataProblem("cell_count", place, number, "", quoted(row.text), "格数不对", why, remedy)
