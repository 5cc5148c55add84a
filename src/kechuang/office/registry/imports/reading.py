"""Opening a file: which table it holds, and what its headers mean for a purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.eligibility.data.csv_pieces import CsvPieces
from kechuang.eligibility.data.errors import DataProblem, Place
from kechuang.eligibility.data.header_rows import with_found_header
from kechuang.eligibility.data.headers import HeaderReader, Meaning, Misread
from kechuang.eligibility.data.opening import opened
from kechuang.eligibility.data.raw import RawTable, RefusedError
from kechuang.eligibility.data.xlsx_file import Workbook
from kechuang.office.registry.imports.cost_fields import sheet_dictionary
from kechuang.office.registry.imports.ours import stamp_in, why_not, without_ours
from kechuang.office.registry.imports.purposes import Purpose
from kechuang.reference import load_dictionary

MOST_CELLS: Final = 10_000_000
"""Cells of a workbook: up to here it is read within 1 GB of memory; a CSV has no such bound."""
SLICE: Final = 25_000
"""Rows that are checked, compared and written at a time."""
SAMPLES: Final = 3
_YEAR: Final = re.compile(r"(?:[(（,，]|^|__)(20\d\d)年?(?!\d)")
HIDDEN: Final = frozenset({"说明", "填表说明", "选项", "hidden", "_template", "_choices"})
"""Sheets of templates that hold no data."""


class FileRefused(Exception):  # noqa: N818 - an answer to whoever sent the file
    """A file that cannot be imported; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """A column of the file that is imported: where it stands, what it is, of which year.

    `year` is 0 where the field has none, or where a column of the file says it row by row.
    """

    at: int
    letter: str
    header: str
    column: str
    meaning: Meaning
    year: int = 0

    @property
    def name(self) -> str:
        """What the column is called in staged rows."""
        return f"{self.column}@{self.year}" if self.meaning.field.period == "year" else self.column


@dataclass(frozen=True, slots=True)
class Headers:
    """What the headers of a file mean: the columns that are imported, and all of them in words."""

    known: tuple[Known, ...]
    told: tuple[dict[str, Any], ...]
    refused: tuple[DataProblem, ...] = ()

    def has(self, code: str) -> bool:
        """Whether a column of this code is imported."""
        return any(each.column == code for each in self.known)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file ready to be read: its first rows say what its headers are.

    `bad` grows while a CSV is read: rows whose cells are too few or too many.
    """

    form: str
    purpose: Purpose
    first: RawTable
    rest: Iterator[RawTable]
    encoding: str = ""
    bad: list[DataProblem] = field(default_factory=list[DataProblem])

    def slices(self) -> Iterator[RawTable]:
        """All its rows, at most `SLICE` at a time."""
        yield from _sliced(self.first)
        for piece in self.rest:
            same = replace(
                piece,
                headers=self.first.headers,
                header_row=self.first.header_row,
                unit=self.first.unit,
            )
            yield from _sliced(without_ours(same, self.purpose))


def open_table(path: Path, purpose: Purpose) -> OpenedFile:
    """The table of a file; its header is found, also under a title or two rows deep.

    Raises `FileRefused`.
    """

    def reads(header: str) -> bool:
        last = _newest_year((header,)) or 2000
        found = HeaderReader(sheet_dictionary(), purpose.frame, last).read(header)
        if isinstance(found, Misread) and found.code != "no_unit":
            return False
        return isinstance(found, Meaning | Misread) and found.field.code in purpose.columns

    try:
        form = opened(path)
        if form == "csv":
            pieces = CsvPieces(path, Place(path.name))
            rows = iter(pieces)
            first = without_ours(with_found_header(next(rows), reads), purpose)
            return OpenedFile(form, purpose, first, rows, pieces.encoding, pieces.bad)
        if form == "parquet":
            raise FileRefused(_("不能导入 parquet 文件。请另存为 .xlsx 或 .csv。"))
        book = Workbook.open_old(path) if form == "xls" else Workbook.open(path)
        _check_size(book, form)
        if why := why_not(stamp_in(book), purpose):
            raise FileRefused(why)
        first = without_ours(with_found_header(_sheet(book, purpose), reads), purpose)
        return OpenedFile(form, purpose, first, iter(()))
    except RefusedError as error:
        raise FileRefused(str(error.problem)) from error


def _sliced(table: RawTable) -> Iterator[RawTable]:
    for start in range(0, max(1, table.cells.height), SLICE):
        yield replace(
            table, cells=table.cells[start : start + SLICE], rows=table.rows[start : start + SLICE]
        )


def _check_size(book: Workbook, form: str) -> None:
    if form == "xlsx" and book.xml is not None and book.xml.filled_cells(MOST_CELLS) > MOST_CELLS:
        told = _(
            "工作簿超过 %(most)d 万个单元格，读进来要占太多内存。"
            "请另存为 CSV UTF-8 再上传，或拆成几份。"
        )
        raise FileRefused(told % {"most": MOST_CELLS // 10_000})


def _sheet(book: Workbook, purpose: Purpose) -> RawTable:
    """The sheet called as the purpose or as in a template, else the first that is filled."""
    wanted = {str(purpose.name), purpose.code, "填报"}
    for sheet in sorted(book.sheets, key=lambda name: name not in wanted):
        if sheet in HIDDEN:
            continue
        table = book.read(sheet)
        if table is not None:
            return table
    raise FileRefused(_("工作簿里没有内容。请换成有表头和数据的文件。"))


# --- headers


def read_headers(
    table: RawTable, purpose: Purpose, year: int | None, remembered: Mapping[str, str]
) -> Headers:
    """What each header means; `remembered` are choices that officers made, by header.

    A choice is the code of a column, with its unit in brackets where the header says none.
    """
    last = year or _newest_year(table.headers)
    reader = HeaderReader(sheet_dictionary(), purpose.frame, last or 2000, unit=table.unit)
    found: dict[str, Known] = {}
    told: list[dict[str, Any]] = []
    refused: list[DataProblem] = []
    for at, header in enumerate(table.headers):
        samples = _samples(table, at)
        if not header and not samples:
            continue
        choice = remembered.get(header[:120]) if header else None
        row = {"letter": table.letter_of(at), "header": header, "samples": samples}
        meaning = reader.read(_chosen(header, choice, reader)) if choice != "" else None
        if not isinstance(meaning, Meaning) or meaning.field.code not in purpose.columns:
            told.append(row | _unknown(purpose, meaning, choice))
            if isinstance(meaning, Misread) and meaning.field.code in purpose.columns:
                refused.append(_refusal(table, at, meaning.what, meaning.why, meaning.remedy))
            continue
        known = _known(table, at, meaning, last)
        if known is None:
            why = _("没有说明是哪一年的数")
            remedy = _("上传时选年度，或在表头写年份，或加一列“年度”")
            refused.append(_refusal(table, at, _("不知道年度"), why, remedy))
            told.append(row | {"column": meaning.field.code, "how": "refused", "why": why})
        elif known.name in found:
            why = _("%(letter)s 列已经是“%(name)s”") % {
                "letter": found[known.name].letter,
                "name": meaning.field.name,
            }
            remedy = _("只留一列，或在表头里写明年份")
            refused.append(_refusal(table, at, _("与另一列重复"), why, remedy))
            told.append(row | {"column": meaning.field.code, "how": "refused", "why": why})
        else:
            found[known.name] = known
            how = "known" if choice is None else "remembered"
            told.append(
                row | {"column": known.column, "year": known.year or None, "how": how, "why": ""}
            )
    return Headers(tuple(found.values()), tuple(told), tuple(refused))


def _chosen(header: str, choice: str | None, reader: HeaderReader) -> str:
    """What is read for a header: itself, or the chosen field with the header's own brackets."""
    if not choice:
        return header
    brackets = header[min((header.find(each) for each in "(（[【" if each in header), default=0) :]
    if brackets != header and isinstance(reader.read(f"{choice}{brackets}"), Meaning):
        return f"{choice}{brackets}"
    return choice


def _known(table: RawTable, at: int, meaning: Meaning, last: int) -> Known | None:
    is_yearly = meaning.field.period == "year"
    by_row = any(_is_year(header) for header in table.headers)
    if is_yearly and not last and not by_row:
        return None
    year = 0 if by_row or not is_yearly else last - meaning.years_back
    code = meaning.field.code
    return Known(at, table.letter_of(at), table.headers[at], code, meaning, year)


def _is_year(header: str) -> bool:
    field = load_dictionary().named("enterprises", header)
    return field is not None and field.code == "facts_year"


def _newest_year(headers: tuple[str, ...]) -> int:
    """The newest year that stands in brackets in a header, 0 where there is none."""
    years = (int(each) for header in headers for each in _YEAR.findall(header))
    return max(years, default=0)


def _unknown(purpose: Purpose, meaning: object, choice: str | None) -> dict[str, Any]:
    if choice == "":
        return {"column": "", "how": "remembered", "why": ""}
    if isinstance(meaning, Misread):
        return {
            "column": meaning.field.code,
            "how": "refused",
            "why": f"{meaning.what}：{meaning.why}",
        }
    if isinstance(meaning, Meaning):
        why = _("“%(field)s”不属于“%(purpose)s”") % {
            "field": meaning.field.name,
            "purpose": str(purpose.name),
        }
        return {"column": "", "how": "unknown", "why": why}
    return {"column": "", "how": "unknown", "why": getattr(meaning, "why", "")}


def _samples(table: RawTable, at: int) -> list[str]:
    cells: pl.Series = table.cells[str(at)].head(200).drop_nulls()
    return [str(each)[:40] for each in cells.head(SAMPLES)]


def _refusal(table: RawTable, at: int, what: str, why: str, remedy: str) -> DataProblem:
    return DataProblem(
        "column", table.place, table.header_row, table.column_name(at), "", what, why, remedy
    )
