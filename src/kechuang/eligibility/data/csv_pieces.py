"""A CSV file of any size as tables of text, piece by piece."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

import polars as pl

from kechuang.eligibility.data.csv_file import (
    BLOCK,
    arrow_options,
    cell_count,
    no_text,
    unguarded,
    unreadable,
)
from kechuang.eligibility.data.errors import DataProblem, Place
from kechuang.eligibility.data.raw import RawTable, refused, without_empty_rows
from kechuang.files import UndecodableError, decode

HEAD: Final = 4 << 20
"""Bytes from which the encoding is told."""
FIRST: Final = 20
"""Rows from which the number of columns is told."""
_MARKS: Final = {"utf-8-sig": 3, "utf-16-le": 2, "utf-16-be": 2}
_arrow: Final[Any] = import_module("pyarrow")
_arrow_csv: Final[Any] = import_module("pyarrow.csv")


class CsvPieces:
    """The rows of a CSV file in tables that fit memory, the first headed by its first row.

    `encoding` is the one it is in; `bad` are the rows so far whose cells are too few or too many.
    Iterating raises `RefusedError` where the file is no text or no table.
    """

    def __init__(self, path: Path, place: Place) -> None:
        self.path, self.place = path, place
        self.bad: list[DataProblem] = []
        self.encoding = _encoding(path, place)

    def __iter__(self) -> Iterator[RawTable]:
        width = self._width()
        bad: dict[int, Any] = {}
        number, headers = 0, None
        for batch in self._batches(width, bad):
            cells = pl.DataFrame(batch)
            numbers = _numbers(number, cells.height, bad)
            number = int(numbers[-1]) if len(numbers) else number
            cells = cells.select(unguarded(column) for column in cells)
            cells, rows = without_empty_rows(cells, numbers)
            self._take(bad, number, is_started=headers is not None or bool(cells.height))
            if headers is None:
                if not cells.height:
                    continue
                headers = tuple("" if cell is None else str(cell).strip() for cell in cells.row(0))
                cells, header_row, rows = cells[1:], int(rows[0]), rows[1:]
                yield RawTable(self.place, headers, cells, rows, header_row=header_row)
            else:
                yield RawTable(self.place, headers, cells, rows)
        if headers is None:
            why = "没有表头，也没有数据"
            raise refused("no_header", self.place, "是空的表", why, "换成有内容的文件")
        self._take(bad, number + len(bad) + 1, is_started=True)

    def _take(self, bad: dict[int, Any], until: int, *, is_started: bool) -> None:
        """Tell of the rows up to this one that do not fit; a title above the header may."""
        for number in [each for each in bad if each <= until]:
            row = bad.pop(number)
            if is_started:
                self.bad.append(cell_count(row, self.place))

    def _width(self) -> int:
        """How many columns most of the first rows have."""
        with self._opened() as stream:
            head = stream.read(HEAD).decode(errors="ignore")
        widths: Counter[int] = Counter()
        try:
            for at, cells in enumerate(csv.reader(io.StringIO(head, newline=""))):
                if any(cell.strip() for cell in cells):
                    widths[len(cells)] += 1
                if at >= FIRST:
                    break
        except csv.Error as error:
            why = f"开头几行：{error}"
            raise refused("broken", self.place, "读不下去", why, "检查引号和换行后再读") from error
        return max(widths, key=lambda width: (widths[width], width)) if widths else 1

    def _batches(self, width: int, bad: dict[int, Any]) -> Iterator[Any]:
        def keep(row: Any) -> str:
            bad[int(row.number or 0)] = row
            return "skip"

        try:
            with self._opened() as stream:
                yield from _arrow_csv.open_csv(
                    _arrow.PythonFile(stream, mode="r"),
                    **arrow_options(width, keep, use_threads=False),
                )
        except _arrow.ArrowInvalid as error:
            raise unreadable(self.place, error) from error

    def _opened(self) -> _Utf8:
        stream = self.path.open("rb")
        stream.seek(_MARKS.get(self.encoding, 0))
        return _Utf8(stream, self.encoding.removesuffix("-sig"))


class _Utf8(io.RawIOBase):
    """The bytes of a text file in another encoding as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._rest = b""

    def readable(self) -> bool:
        """It is read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        wanted = size if size > 0 else BLOCK
        while len(self._rest) < wanted:
            data = self._stream.read(wanted)
            self._rest += self._decoder.decode(data, final=not data).encode()
            if not data:
                break
        found, self._rest = self._rest[:wanted], self._rest[wanted:]
        return found

    def close(self) -> None:
        """Close the file below."""
        self._stream.close()
        super().close()


def _encoding(path: Path, place: Place) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        is_whole = not stream.read(1)
    if not is_whole:
        head = head[: max(head.rfind(b"\n"), 0) // 2 * 2] or head
    try:
        encoding = decode(head)[1]
    except UndecodableError as error:
        raise no_text(place, str(error)) from error
    found = next((each for each in (encoding, "gb18030") if _fits(path, each)), None)
    if found is None:
        raise no_text(place, f"开头是 {encoding.upper()}，后面却不是")
    return found


def _fits(path: Path, encoding: str) -> bool:
    """Whether a file is of an encoding to its last byte."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as stream:
            while data := stream.read(HEAD):
                decoder.decode(data)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _numbers(before: int, count: int, bad: dict[int, Any]) -> pl.Series:
    """The numbers of the next `count` good rows of a file whose rows are counted from 1."""
    if not bad:
        return pl.int_range(before + 1, before + count + 1, eager=True)
    numbers = pl.int_range(before + 1, before + count + len(bad) + 1, eager=True)
    return numbers.filter(~numbers.is_in(list(bad))).head(count)
