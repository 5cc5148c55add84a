"""Workbooks in the form of before 2007, as Excel 97 and WPS write them: one sheet of cells."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def old_workbook(rows: Iterable[Sequence[str | float | None]], sheet: str = "Sheet1") -> bytes:
    """The bytes of a workbook; up to 65,536 rows, as many as the form has."""
    name = sheet.encode("utf-16-le")
    bound = struct.pack("<IHBB", 0, 0, len(sheet), 1) + name
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 1996, 0, 6))
    ends = _record(0x000A, b"")
    place = len(start) + len(_record(0x0085, bound)) + len(ends)
    bound = struct.pack("<I", place) + bound[4:]
    body = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 1996, 0, 6))]
    for row, cells in enumerate(rows):
        body += [_cell(row, column, cell) for column, cell in enumerate(cells) if cell is not None]
    return _container(b"".join([start, _record(0x0085, bound), ends, *body, ends]))


def _record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def _cell(row: int, column: int, cell: str | float) -> bytes:
    where = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, where + struct.pack("<HB", len(text) // 2, 1) + text)
    return _record(0x0203, where + struct.pack("<d", cell))


def _container(stream: bytes) -> bytes:
    """The compound file that holds the stream of the workbook."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    tables = 1
    while tables * (SECTOR // 4) < count + tables + 1:
        tables += 1
    assert tables <= 109, "larger files need another table"
    fat = [FAT] * tables + [END] + [tables + 2 + at for at in range(count - 1)] + [END]
    fat += [FREE] * (tables * SECTOR // 4 - len(fat))
    root = _entry("Root Entry", 5, END, 0, child=1)
    book = _entry("Workbook", 2, tables + 1, len(stream))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, 9, 6, b"\0" * 6,
        0, tables, tables, 0, 4096, END, 0, END, 0,
    )  # fmt: skip
    places = [*range(tables), *[FREE] * (109 - tables)]
    return b"".join(
        [
            header,
            struct.pack("<109I", *places),
            struct.pack(f"<{len(fat)}I", *fat),
            root + book + _entry("", 0, 0, 0) * 2,
            stream,
        ]
    )


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, length, kind, 1, FREE, FREE, child, b"\0" * 16, 0, 0, 0, start,
        size,
    )  # fmt: skip
