"""Made-up data files, and reading them the way every test does."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from kechuang.eligibility.data import DataError, Loaded, load_frames, prepare
from kechuang.reference import load_dictionary

AS_OF = date(2025, 6, 1)
SUBJECT = "enterprises"
CODE = "统一社会信用代码"
Rows = Sequence[Sequence[Any]]


def csv_text(rows: Rows) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def csv_file(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def xlsx_file(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook; a value that is a pair is written with that number format."""
    workbook: Any = xlsxwriter.Workbook
    with workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for at, value in enumerate(cells):
                    if isinstance(value, tuple):
                        shown = book.add_format({"num_format": value[1]})
                        sheet.write(row, at, value[0], shown)
                    elif isinstance(value, Failed):
                        sheet.write_formula(row, at, "=1/0", None, value)
                    elif isinstance(value, str):
                        sheet.write_string(row, at, value)
                    elif value is not None:
                        sheet.write(row, at, value)
    return path


class Failed(str):
    """A formula whose result is this error."""


def one_sheet(path: Path, rows: Rows) -> Path:
    return xlsx_file(path, {"Sheet1": rows})


def loaded(path: Path, **options: Any) -> Loaded:
    return load_frames(path, subject=SUBJECT, as_of=AS_OF, **options)


def prepared(frames: Mapping[str, pl.DataFrame], **options: Any) -> Loaded:
    return prepare(frames, subject=SUBJECT, as_of=AS_OF, **options)


def problems_of(path: Path, **options: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        loaded(path, **options)
    return caught.value


def codes_of(path: Path, **options: Any) -> list[str]:
    return [problem.code for problem in problems_of(path, **options).problems]


def column(path: Path, name: str) -> list[Any]:
    return loaded(path).frames[SUBJECT][name].to_list()


def field(code: str, frame: str = SUBJECT):
    return load_dictionary().field(frame, code)
