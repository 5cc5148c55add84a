"""Frames out: a file appears whole or not at all, and no cell of it runs as a formula."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

import polars as pl
import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from kechuang.files import whole_path
from kechuang.files.safe import FORMULA, guarded, printable

OutForm = Literal["parquet", "csv", "xlsx", "jsonl", "json"]
OUT_FORMS: Final[tuple[OutForm, ...]] = ("parquet", "csv", "xlsx", "jsonl", "json")
SHEET_ROWS: Final = 1_048_575
"""Rows of a sheet below its header."""
CELL_LETTERS: Final = 32_767
"""Characters that a cell of a workbook holds."""
EXACT: Final = 10**15
"""Whole numbers of a workbook are exact up to here; beyond, they are written as text."""
_SLICE: Final = 50_000
_ZEROS: Final = r"\.?0+$"
_WIDTH: Final = 18
_LINE_ENDS: Final = ((b"\xe2\x80\xa8", rb"\u2028"), (b"\xe2\x80\xa9", rb"\u2029"))
"""JSON lets these two pass, but much software takes them for line ends."""


class WriteError(ValueError):
    """A frame that the asked format cannot hold; the message says what to do."""


def write_frame(frame: pl.DataFrame, path: Path, form: OutForm) -> None:
    """Write a frame as parquet, csv, xlsx, jsonl (a row a line) or json (a list of rows).

    CSV is UTF-8 with a mark, as Excel expects it. In csv and xlsx a list of texts is joined with
    、 and any other nested value is JSON. Numbers with decimals are texts in json and jsonl, so
    that no reader takes money for a binary fraction. An old file at `path` is replaced only by a
    whole new one.

    Raises:
        WriteError: xlsx, and the frame has more rows than a sheet.
        OSError: the folder does not exist, or may not be written to.
    """
    if form == "xlsx" and frame.height > SHEET_ROWS:
        message = (
            f"工作表最多 {SHEET_ROWS:,} 行，数据有 {frame.height:,} 行：请改用 csv 或 parquet。"
        )
        raise WriteError(message)
    with whole_path(path) as temporary:
        WRITERS[form](frame, temporary)


def _parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path)


def _csv(frame: pl.DataFrame, path: Path) -> None:
    flat = pl.DataFrame([_guarded(column) for column in _plain(frame)])
    flat.columns = [guarded(name) for name in frame.columns]
    flat.write_csv(path, include_bom=True, line_terminator="\r\n")


def _guarded(column: pl.Series) -> pl.Series:
    """Texts of which none runs as a formula; those that would get an apostrophe before them."""
    if column.dtype != pl.String:
        return column
    runs = column.str.contains(f"^(?:{FORMULA.pattern})").fill_null(value=False)
    return column.zip_with(~runs, "'" + column)


def _plain(frame: pl.DataFrame) -> Iterator[pl.Series]:
    """The columns as texts, numbers and dates: decimals without needless zeros, nothing nested."""
    for column in frame:
        yield _without_zeros(column) if column.dtype.is_decimal() else _flat(column)


def _without_zeros(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String)
    has_point = text.str.contains(".", literal=True).fill_null(value=False)
    return text.zip_with(~has_point, text.str.replace(_ZEROS, ""))


def _flat(column: pl.Series) -> pl.Series:
    if not column.dtype.is_nested():
        return column
    texts = [None if value is None else _joined(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def _joined(value: Any) -> str:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) == len(items):
        return "、".join(texts)
    return json.dumps(value, ensure_ascii=False, default=str)


# --- JSON


def _json_rows(frame: pl.DataFrame) -> Iterator[bytes]:
    """The rows as lines, many at a time."""
    ready = frame.with_columns(
        _without_zeros(column) for column in frame if column.dtype.is_decimal()
    )
    for part in ready.iter_slices(_SLICE):
        buffer = io.BytesIO()
        part.write_ndjson(buffer)
        lines = buffer.getvalue()
        for old, new in _LINE_ENDS:
            lines = lines.replace(old, new)
        yield lines


def _jsonl(frame: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as stream:
        for lines in _json_rows(frame):
            stream.write(lines)


def _json(frame: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"[")
        _json_list(frame, stream)
        stream.write(b"\n]\n")


def _json_list(frame: pl.DataFrame, stream: BinaryIO) -> None:
    before = b"\n"
    for lines in _json_rows(frame):
        if lines.strip():
            stream.write(before + lines.strip().replace(b"\n", b",\n"))
            before = b",\n"


# --- workbook


def _xlsx(frame: pl.DataFrame, path: Path) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook: Any = xlsxwriter.Workbook
    with workbook(path, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"})}
        formats[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, frame.width - 1), _WIDTH)
        for at, name in enumerate(frame.columns):
            sheet.write_string(0, at, name, bold)
        flat = pl.DataFrame([_flat(column) for column in frame])
        for row, cells in enumerate(flat.iter_rows(), 1):
            for at, value in enumerate(cells):
                if value is not None:
                    _cell(sheet, row, at, value, formats)


def _cell(sheet: Any, row: int, at: int, value: Any, formats: dict[type, Any]) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, int | float | Decimal):
        if _is_exact(value):
            sheet.write_number(row, at, value)
        else:
            sheet.write_string(row, at, str(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, formats[type(value)])
    else:
        sheet.write_string(row, at, printable(str(value))[:CELL_LETTERS])


def _is_exact(value: float | Decimal) -> bool:
    """Whether a workbook keeps a number as it is: it has 15 digits, and no infinity."""
    if isinstance(value, int):
        return abs(value) <= EXACT
    if isinstance(value, Decimal):
        return len(value.normalize().as_tuple().digits) <= len(str(EXACT)) - 1
    return math.isfinite(value)


WRITERS: Final[dict[OutForm, Callable[[pl.DataFrame, Path], None]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "xlsx": _xlsx,
    "jsonl": _jsonl,
    "json": _json,
}
