"""A table as its file holds it: headers, cells, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from kechuang.eligibility.data.errors import DataProblem, Place, quoted
from kechuang.eligibility.data.xlsx_cells import SheetXml

LETTERS: Final = 26
EMPTY_HEADER: Final = "没有表头"


class RefusedError(Exception):
    """A file or table that cannot be read at all, with the problem that says so."""

    def __init__(self, problem: DataProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def refused(
    code: str, place: Place, what: str, why: str, remedy: str, *, row: int = 0, value: str = ""
) -> RefusedError:
    """The error of a problem that stands in no column."""
    return RefusedError(DataProblem(code, place, row, "", quoted(value), what, why, remedy))


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table before its cells mean anything.

    The columns of `cells` are called `0`, `1` … and stand under `headers`; those of a text file or
    a workbook are all text, null where empty. `rows` is the row of each as the spreadsheet counts
    it. `failed` holds, by column, the row and text of cells whose formula failed. `is_typed` says
    that cells have types of their own; `is_computed` that numbers may come from formulas. `xml` is
    where more can be looked up about the cells of a workbook. `header_row` is the row of the
    header, 0 where that is not known; `unit` is a unit of money above it, for the whole table.
    """

    place: Place
    headers: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series
    is_typed: bool = False
    is_computed: bool = False
    failed: Mapping[int, Mapping[int, str]] = field(default_factory=dict[int, dict[int, str]])
    xml: SheetXml | None = None
    first_column: int = 0
    header_row: int = 0
    unit: str = ""

    def letter_of(self, at: int) -> str:
        """The letters of a column."""
        return letter(at + self.first_column)

    def column_name(self, at: int) -> str:
        """A column as messages call it: by its letter where the file has letters, and its header.

        >>> table = RawTable(Place("a.csv"), ("企业名称",), pl.DataFrame({"0": []}), pl.Series([1]))
        >>> table.column_name(0)
        'A 列“企业名称”'
        """
        header = quoted(self.headers[at]) or EMPTY_HEADER
        if self.is_typed:
            return f"“{header}”列"
        return f"{self.letter_of(at)} 列“{header}”"


def letter(at: int) -> str:
    """The letter of a column that is counted from 0, as spreadsheets write it.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def without_empty_rows(cells: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The rows in which something stands."""
    if not cells.width:
        return cells, rows
    filled = cells.select(
        pl.any_horizontal(pl.all().is_not_null() & (pl.all().str.strip_chars() != ""))
    ).to_series()
    return (cells, rows) if filled.all() else (cells.filter(filled), rows.filter(filled))
