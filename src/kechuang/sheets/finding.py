"""Where the table of a form seems to stand: proposed to an officer, who may say otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kechuang.sheets.layouts import (
    SIGNERS,
    Layout,
    Way,
    data_rows,
    empty_columns,
    guessed_rules,
    row_kind,
)
from kechuang.sheets.packages import Package
from kechuang.sheets.snapshots import Snapshot, snapshot

LOOKED_AT: Final = 15
"""Rows in which the header is looked for."""
FEWEST: Final = 2
"""Columns below which nothing is a table."""
NOTES: Final = (
    "注",
    "说明",
    "备注：",
    "填表说明",
    "填报说明",
    "单位负责人",
    "审核：",
    "制表",
    "附",
)


def found_layout(package: Package, name: str) -> Layout | None:
    """The table of a sheet: header, rows, the columns to fill in; None where there is none.

    The header is the row with the most texts among the first; where cells of it are merged over
    several columns, the row below belongs to it. The table ends before notes and signatures. Blank
    columns are those to fill in; where none is blank, all that hold numbers.
    """
    sheet = snapshot(package, name)
    header = _header(sheet)
    if header is None:
        return None
    columns = _columns(sheet, header)
    last = _last(sheet, header[1], columns)
    if last <= header[1]:
        return None
    layout = Layout(name, header, header[1] + 1, last, columns, ())
    fill = empty_columns(sheet, layout)
    rows = data_rows(sheet, layout)
    written = any(
        not sheet.at(row, col).is_blank for row in rows for col in range(columns[0], columns[1] + 1)
    )
    if not written:
        fill = tuple(range(columns[0], columns[1] + 1))
    elif not fill:
        fill = _number_columns(sheet, layout)
    way = Way.ROWS if written else Way.STACK
    layout = replace(layout, fill=fill, way=way)
    dates = [column for column in fill if _is_date(package, sheet, layout, column)]
    return replace(layout, rules=guessed_rules(sheet, layout, dates))


def _header(sheet: Snapshot) -> tuple[int, int] | None:
    best, most = 0, FEWEST - 1
    for row in range(1, min(LOOKED_AT, sheet.last_row) + 1):
        count = sum(
            isinstance(cell.value, str) and bool(cell.text) and not cell.formula
            for (at, _column), cell in sheet.cells.items()
            if at == row
        )
        if count > most:
            best, most = row, count
    if not best:
        return None
    first = last = best
    spanned = [each for each in sheet.merged if each.top <= best <= each.bottom]
    for area in spanned:
        if area.bottom > area.top:
            first, last = min(first, area.top), max(last, area.bottom)
    if any(area.top == area.bottom == best and area.right > area.left for area in spanned):
        last = max(last, best + 1)
    above = [a for a in sheet.merged if a.top == a.bottom == best - 1 and a.right > a.left]
    if len(above) > 1 and first == best:
        first = best - 1
    return first, last


def _columns(sheet: Snapshot, header: tuple[int, int]) -> tuple[int, int]:
    used = [
        col
        for (row, col), cell in sheet.cells.items()
        if header[0] <= row <= header[1] and cell.text
    ]
    spans = [area.right for area in sheet.merged if header[0] <= area.top <= header[1]]
    return min(used), max((*used, *spans))


def _last(sheet: Snapshot, header: int, columns: tuple[int, int]) -> int:
    """The last row of the table: written, or drawn with as many cells as the header is wide."""
    width = columns[1] - columns[0] + 1
    last = header
    for row in range(header + 1, max(sheet.last_row, max(sheet.looks, default=0)) + 1):
        cells = {column: sheet.at(row, column) for column in range(columns[0], columns[1] + 1)}
        words = [cell.text for cell in cells.values() if cell.text]
        if words and (words[0].startswith(NOTES) or any(words[0].startswith(w) for w in SIGNERS)):
            break
        drawn = sum(columns[0] <= column <= columns[1] for column in sheet.looks.get(row, {}))
        merged = any(
            a.top == a.bottom == row and a.right - a.left + 1 >= width for a in sheet.merged
        )
        if merged and width > FEWEST:
            break
        if words or drawn >= width * 0.8:
            last = row
        elif row > last + 1:
            break
    return last


def _number_columns(sheet: Snapshot, layout: Layout) -> tuple[int, ...]:
    rows = [r for r in range(layout.first, layout.last + 1) if row_kind(sheet, layout, r) == "data"]
    first, last = layout.columns
    return tuple(
        column
        for column in range(first + 1, last + 1)
        if any(not isinstance(sheet.at(row, column).value, str | None) for row in rows)
        and not any(sheet.at(row, column).formula for row in rows)
    )


def _is_date(package: Package, sheet: Snapshot, layout: Layout, column: int) -> bool:
    style = sheet.looks.get(layout.first, {}).get(column)
    return style is not None and package.styles.is_date(style)
