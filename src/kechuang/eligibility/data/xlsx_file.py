"""The sheets of a workbook as tables of text."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import fastexcel
import polars as pl

from kechuang.eligibility.data.errors import Place, quoted
from kechuang.eligibility.data.raw import RawTable, letter, refused, without_empty_rows
from kechuang.eligibility.data.xlsx_cells import LARGEST, SheetXml, WorkbookXml

NAMES: Final = {
    "Null": "#NULL!",
    "Div0": "#DIV/0!",
    "Value": "#VALUE!",
    "Ref": "#REF!",
    "Name": "#NAME?",
    "Num": "#NUM!",
    "NA": "#N/A",
}
"""What the reader calls the errors of a spreadsheet, and what the spreadsheet itself shows."""
DAMAGE: Final = (
    fastexcel.FastExcelError,
    pl.exceptions.PanicException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # an entry with a password, or packed in a way that nobody knows
    ValueError,
)
"""What reading a damaged workbook raises."""
UNCALCULATED: Final = ""
"""Stands in `RawTable.failed` for a formula that was never calculated."""


@dataclass(frozen=True)
class Workbook:
    """An opened workbook."""

    path: Path
    reader: Any
    xml: WorkbookXml | None

    @classmethod
    def open(cls, path: Path) -> Workbook:
        """The workbook at `path`.

        Raises:
            RefusedError: it is damaged, no workbook, or unpacks to too much.
        """
        place, xml = Place(path.name), WorkbookXml(path)
        try:
            size, is_workbook = xml.unpacked_size(), xml.is_workbook()
        except DAMAGE as error:
            raise _broken(place) from error
        if not is_workbook:
            why = "压缩包里没有工作簿"
            raise refused("mismatch", place, "不是 xlsx 文件", why, "用原软件另存为 .xlsx 后再读")
        if size > LARGEST:
            why = f"解开后超过 {LARGEST >> 30} GiB"
            raise refused("too_large", place, "太大", why, "拆成几份，或导出为 parquet")
        try:
            return cls(path, fastexcel.read_excel(path), xml)
        except DAMAGE as error:
            raise _broken(place) from error

    @classmethod
    def open_old(cls, path: Path) -> Workbook:
        """The workbook at `path` in the form of before 2007, which WPS calls `.et`.

        Raises:
            RefusedError: it is damaged, asks for a password, or is no workbook.
        """
        place = Place(path.name)
        try:
            return cls(path, fastexcel.read_excel(path.read_bytes()), None)
        except DAMAGE as error:
            if "password" in str(error).lower():
                raise locked(place) from error
            why = "不是完整的 xls 文件，内容残缺或对不上"
            remedy = "重新下载或复制，或用原软件另存为 .xlsx"
            raise refused("broken", place, "打不开", why, remedy) from error

    @property
    def sheets(self) -> list[str]:
        """The names of its sheets, in its order."""
        return list(self.reader.sheet_names)

    def read(self, sheet: str) -> RawTable | None:
        """The table of a sheet, None where the sheet is empty.

        Raises:
            RefusedError: the sheet is damaged.
        """
        place = Place(self.path.name, sheet)
        try:
            xml = None if self.xml is None else SheetXml(self.xml, sheet)
            # Numbers go first: they take a tenth of what the reader holds to read them, and with
            # the texts in memory a large sheet would be there twice.
            exact = xml is None or xml.has_long_decimals()
            numbers = self._numbers(sheet) if exact else None
            cells, errors, columns = self._texts(sheet)
            failed = _failed(errors, xml, columns)
            if numbers is not None:
                cells = _exact(cells, numbers)
        except DAMAGE as error:
            raise _broken(place) from error
        return _table(place, cells, columns, failed, xml)

    def _texts(self, sheet: str) -> tuple[pl.DataFrame, Any, list[int]]:
        """The cells as texts, those that hold an error, and where the columns stand."""
        loaded = self.reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        batch, errors = loaded.to_arrow_with_errors()
        columns = [info.absolute_index for info in loaded.available_columns()]
        return pl.DataFrame(batch), errors, columns

    def _numbers(self, sheet: str) -> pl.DataFrame:
        """The cells as numbers, empty where they are none; the sheet itself is let go of."""
        options = {"header_row": None, "skip_rows": 0, "dtypes": "float"}
        return pl.DataFrame(self.reader.load_sheet_eager(sheet, **options))


def _table(
    place: Place,
    cells: pl.DataFrame,
    columns: list[int],
    failed: dict[int, dict[int, str]],
    xml: SheetXml | None,
) -> RawTable | None:
    cells.columns = [str(at) for at in range(cells.width)]
    rows = pl.int_range(1, cells.height + 1, eager=True)
    cells, rows = without_empty_rows(cells, rows)
    if not cells.height:
        return None
    header_row = int(rows[0])
    headers = tuple("" if cell is None else str(cell).strip() for cell in cells.row(0))
    return RawTable(
        place,
        headers,
        cells[1:],
        rows[1:],
        is_computed=True,
        failed=failed,
        xml=xml,
        first_column=columns[0] if columns else 0,
        header_row=header_row,
    )


def _exact(cells: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """The cells with each number in as many digits as tell it from every other."""
    exact: list[pl.Series] = []
    for texts, values in zip(cells, numbers, strict=True):
        differ = (texts.cast(pl.Float64, strict=False) != values).fill_null(value=False)
        # Most columns are right as they are: a copy of each would be the sheet once more.
        exact.append(values.cast(pl.String).zip_with(differ, texts) if differ.any() else texts)
    return pl.DataFrame(exact)


def _failed(errors: Any, xml: SheetXml | None, columns: list[int]) -> dict[int, dict[int, str]]:
    failed: dict[int, dict[int, str]] = {}
    for error in errors.errors if errors else ():
        row, at = error.position
        kind = str(error.detail).rpartition("Error(")[2].partition(")")[0]
        failed.setdefault(at, {})[row + 1] = NAMES.get(kind, quoted(kind))
    at_letter = {letter(column): at for at, column in enumerate(columns)}
    for row, name in xml.not_calculated() if xml is not None else ():
        if name in at_letter:
            failed.setdefault(at_letter[name], {})[row] = UNCALCULATED
    return failed


def locked(place: Place) -> Exception:
    """The error of a workbook that asks for a password."""
    remedy = "输入密码打开，另存一份不加密的副本"
    return refused("encrypted", place, "打不开", "设有打开密码", remedy)


def _broken(place: Place) -> Exception:
    why = "不是完整的 xlsx 文件，压缩包残缺或内容对不上"
    return refused("broken", place, "打不开", why, "重新下载或复制，或用原软件打开后另存")
