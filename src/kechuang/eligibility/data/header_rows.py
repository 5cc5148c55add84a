"""Which rows of a table are its header: below a title, two rows deep, with a unit above it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kechuang.eligibility.data.raw import RawTable
from kechuang.eligibility.data.words import words

LOOKED_AT: Final = 10
"""Rows in which the header is looked for."""
_UNIT: Final = re.compile(r"单位[:：]?\s*([^\s,，;；)）]+)")

Reads = Callable[[str], bool]
"""Whether a header is that of a known field."""


def with_found_header(raw: RawTable, reads: Reads) -> RawTable:
    """The table under the rows that hold the most headers known.

    A title above them is passed over; of 单位：万元 there the unit is kept. Two rows are one header
    where the lower one parts merged cells of the upper one: 2024 below 营业收入（万元） becomes
    营业收入（万元）（2024）. Where no row holds a header that is known the table stays as it is.
    """
    if raw.is_typed:
        return raw
    lines = [raw.headers, *_lines(raw)]
    best, depth, headers = _best(lines, reads)
    if headers is None:
        return raw
    taken = best + depth - 1
    rows = [raw.header_row, *raw.rows.head(taken).to_list()]
    return replace(
        raw,
        headers=headers,
        cells=raw.cells[taken:],
        rows=raw.rows[taken:],
        header_row=int(rows[taken]),
        unit=_unit_above(lines[:best]),
    )


def _lines(raw: RawTable) -> list[tuple[str, ...]]:
    rows = raw.cells.head(LOOKED_AT).iter_rows()
    return [tuple("" if cell is None else str(cell).strip() for cell in cells) for cells in rows]


def _best(
    lines: Sequence[tuple[str, ...]], reads: Reads
) -> tuple[int, int, tuple[str, ...] | None]:
    """Where the header begins, how many rows it has, and its texts; None where there is none."""
    found, best, depth, most = None, 0, 1, 0
    for at, line in enumerate(lines):
        score = _score(line, reads)
        if score > most:
            found, best, depth, most = line, at, 1, score
        if at + 1 < len(lines):
            joined = _joined(line, lines[at + 1], reads)
            score = _score(joined, reads)
            if score > most and score > _score(lines[at + 1], reads):
                found, best, depth, most = joined, at, 2, score
    return best, depth, found


def _score(line: Sequence[str], reads: Reads) -> int:
    return sum(1 for cell in line if cell and reads(cell))


def _joined(upper: Sequence[str], lower: Sequence[str], reads: Reads) -> tuple[str, ...]:
    joined: list[str] = []
    above = ""
    for top, bottom in zip(upper, lower, strict=True):
        above = top or above
        if not bottom:
            joined.append(top)
            continue
        both = f"{above}（{bottom}）" if above else bottom
        joined.append(next((each for each in (both, bottom) if reads(each)), both))
    return tuple(joined)


def _unit_above(lines: Sequence[tuple[str, ...]]) -> str:
    for cell in (cell for line in lines for cell in line if cell):
        found = _UNIT.search(unicodedata.normalize("NFKC", cell))
        if found and found.group(1) in words().money_units:
            return found.group(1)
    return ""
