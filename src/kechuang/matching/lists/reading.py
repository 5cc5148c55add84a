"""Reading a list from a file or from pasted text.

A table gives the column that holds names; running text gives the lines that are names, and the
names of a line that counts them up.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from kechuang.eligibility.data.opening import opened
from kechuang.eligibility.data.raw import RawTable, RefusedError
from kechuang.eligibility.data.xlsx_file import Workbook
from kechuang.matching.lists.looks import (
    LONGEST,
    SHORTEST,
    counted_up,
    is_ditto,
    is_head,
    is_name,
    is_short_line,
)
from kechuang.matching.lists.model import Left, ListError, NameList, Taken
from kechuang.matching.lists.pdf_boxes import names_of_pdf
from kechuang.matching.lists.tables import SHOWN, Row, names_of_table
from kechuang.matching.names import Listed
from kechuang.reading.documents import DocumentError, decoded, load
from kechuang.reading.documents.blocks import CELL_MARK

DOCUMENTS: Final = frozenset({".docx", ".pdf", ".txt", ".md", ".html", ".htm"})
MOST: Final = 200_000
"""Rows of a file at most: more is no list for somebody to look through."""


def read_names(path: Path) -> NameList:
    """The names of a file: docx, pdf with text, xlsx, xls, et, csv, txt.

    Raises `ListError` with a sentence.
    """
    try:
        ending = path.suffix.lower()
        if ending in DOCUMENTS:
            text = load(path).raw
            if ending == ".pdf":
                return _of_pdf(path, text)
            return read_text(text) if ending == ".txt" else _of_lines(text, typed=False)
        return _joined(list(_of_workbook(path)))
    except DocumentError as error:
        raise ListError(error.message) from error
    except RefusedError as error:
        raise ListError(str(error.problem)) from error


def read_text(text: str) -> NameList:
    """The names of pasted text: a name a line, or rows of a spreadsheet with tabs.

    Short lines that do not look like a firm's full name are taken too: somebody typed them.
    """
    return _of_lines(text.replace("\t", CELL_MARK), typed=True)


def _of_pdf(path: Path, text: str) -> NameList:
    """The names by their places on the pages, and those that a sentence counts up."""
    found = names_of_pdf(path)
    known = {"".join(each.listed.name.split()) for each in found.taken}
    running = _of_lines(text, typed=False)
    counted = [
        each
        for each in running.taken
        if each.place in _counting(running) and "".join(each.listed.name.split()) not in known
    ]
    left = [each for each in running.left if each.reason == "text" and len(each.text) > SHORTEST]
    return NameList((*found.taken, *counted), (*found.left, *left), found.sources)


def _counting(found: NameList) -> set[str]:
    """The lines that hold more than one name."""
    places = Counter(each.place for each in found.taken)
    return {place for place, count in places.items() if count > 1}


def _of_workbook(path: Path) -> Iterator[NameList]:
    form = opened(path)
    if form == "csv":
        yield names_of_table(_rows_of_csv(path), path.name)
        return
    if form == "parquet":
        raise ListError("不能读 parquet 文件。请另存为 .xlsx 或 .csv。")
    book = Workbook.open_old(path) if form == "xls" else Workbook.open(path)
    for sheet in book.sheets:
        table = book.read(sheet)
        if table is not None:
            yield names_of_table(_rows(table, sheet), f"工作表“{sheet}”")


def _rows_of_csv(path: Path) -> list[Row]:
    reader = csv.reader(io.StringIO(decoded(path), newline=""))
    rows: list[Row] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(tuple(cells), f"第{reader.line_num}行"))
            _check_length(len(rows))
    except csv.Error as error:
        told = f"第{reader.line_num}行附近读不下去：{error}。请检查引号和换行，或另存后再读。"
        raise ListError(told) from error
    return rows


def _check_length(rows: int) -> None:
    if rows > MOST:
        raise ListError(f"超过{MOST:,}行，不像一份名单。请只留要比对的行，再读一次。")


def _rows(table: RawTable, sheet: str) -> list[Row]:
    _check_length(table.cells.height)
    rows = [Row(table.headers, f"{sheet} 第{table.header_row}行")]
    for number, cells in zip(table.rows, table.cells.iter_rows(), strict=True):
        texts = tuple("" if each is None else str(each) for each in cells)
        rows.append(Row(texts, f"{sheet} 第{number}行"))
    return rows


def _of_lines(text: str, *, typed: bool) -> NameList:
    """Names of running text; lines with cells that follow each other are a table."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    _check_length(len(lines))
    filled = [each for each in lines if each[1]]
    parts: list[NameList] = []
    for width, group in groupby(filled, key=lambda each: each[1].count(CELL_MARK.strip())):
        if width:
            rows = [
                Row(tuple(line.split(CELL_MARK.strip())), f"第{number}行") for number, line in group
            ]
            title = f"第{rows[0].place.removeprefix('第').removesuffix('行')}行起的表格"
            parts.append(names_of_table(rows, title))
        else:
            parts.append(_of_paragraphs(group, typed=typed))
    return _joined(parts)


def _of_paragraphs(lines: Iterable[tuple[int, str]], *, typed: bool) -> NameList:
    taken: list[Taken] = []
    left: list[Left] = []
    for number, line in lines:
        place = f"第{number}行"
        if is_ditto(line) and taken:
            taken.append(Taken(Listed(taken[-1].listed.name), place, is_ditto=True))
        elif is_head(line):
            continue
        elif names := _names_in(line, typed=typed):
            taken += [Taken(Listed(name), place) for name in names]
        else:
            left.append(Left("text", place, line[:SHOWN]))
    sources = (f"{taken[0].place}起的文字",) if taken else ()
    return NameList(tuple(taken), tuple(left), sources)


def _names_in(line: str, *, typed: bool) -> list[str]:
    """The names of a line: the line itself, or those that it counts up."""
    if names := counted_up(line):
        return names
    if is_name(line):
        return [line]
    return [line] if typed and len(line) <= LONGEST and is_short_line(line) else []


def _joined(parts: Iterable[NameList]) -> NameList:
    found = list(parts)
    return NameList(
        tuple(each for part in found for each in part.taken),
        tuple(each for part in found for each in part.left),
        tuple(each for part in found for each in part.sources),
    )
