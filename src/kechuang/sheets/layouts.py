"""How a workbook is to be collected: where its table stands, what is filled in, by whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kechuang.sheets.snapshots import Cell, Snapshot

TOTALS: Final = frozenset({"合计", "总计", "共计", "累计", "合计数", "总计数"})
SUBTOTALS: Final = frozenset({"小计", "小计数"})
SIGNERS: Final = ("填表人", "审核人", "负责人", "填报日期", "联系电话")
"""Who stands for a table: asked for below it where the form does not ask."""
_BLANKS: Final = re.compile(r"\s+")
_DATE: Final = re.compile(r"日期|时间$|(?<!至)年月日")
_UNIT: Final = re.compile(r"[（(\[【]([^（）()\[\]【】]{1,6})[)）\]】]")
_COUNTED: Final = frozenset(
    {"亿元", "万元", "千元", "元", "%", "％", "人", "个", "家", "项", "件", "台", "套", "次", "亩",
     "吨", "家次", "人次", "场次", "平方米", "公顷", "百分比"}
)  # fmt: skip


class Way(StrEnum):
    """How the returned workbooks become one."""

    ROWS = "rows"  # each part has rows of its own and fills some of their cells
    STACK = "stack"  # every part writes its own rows into the same blank table
    SUM = "sum"  # every part fills the same cells, and their numbers are added up


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be written into a column: `kind` is any, number, whole, date, list or text."""

    kind: str = "any"
    least: str = ""
    most: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a form stands; rows and columns count from 1, ends included.

    `fill` are the columns that are filled in, `by` the column whose values say to whom a row
    belongs (0 where everybody gets the whole table), `spare` how many blank rows each part gets
    below its own.
    """

    sheet: str
    header: tuple[int, int]
    first: int
    last: int
    columns: tuple[int, int]
    fill: tuple[int, ...]
    way: Way = Way.ROWS
    by: int = 0
    spare: int = 0
    rules: Mapping[int, Rule] = field(default_factory=dict[int, Rule])


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of the form that go to one part; `name` is what stands in the column."""

    name: str
    rows: tuple[int, ...]


def row_kind(sheet: Snapshot, layout: Layout, row: int) -> str:
    """What a row of the table is: `total`, `subtotal` or `data`."""
    first, last = layout.columns
    for column in range(first, min(last, first + 3) + 1):
        word = _BLANKS.sub("", sheet.at(row, column).text)
        if word in TOTALS:
            return "total"
        if word in SUBTOTALS:
            return "subtotal"
    return "data"


def data_rows(sheet: Snapshot, layout: Layout) -> list[int]:
    """The rows of the table that are no totals."""
    rows = range(layout.first, layout.last + 1)
    return [row for row in rows if row_kind(sheet, layout, row) == "data"]


def parts_of(sheet: Snapshot, layout: Layout) -> list[PartRows]:
    """Which rows go to whom, in the order of the form; the name is empty where nothing stands.

    A merged cell counts for all its rows; a subtotal goes with the rows above it, a total stays
    with everybody.
    """
    heads = {
        row: area.top
        for area in sheet.merged
        if area.left <= layout.by <= area.right
        for row in range(area.top, area.bottom + 1)
    }
    found: dict[str, list[int]] = {}
    owner = ""
    for row in range(layout.first, layout.last + 1):
        kind = row_kind(sheet, layout, row)
        if kind == "total":
            continue
        if kind == "data" or not found:
            owner = part_name(sheet.at(heads.get(row, row), layout.by))
        found.setdefault(owner, []).append(row)
    return [PartRows(name, tuple(rows)) for name, rows in found.items()]


def part_name(cell: Cell) -> str:
    """The value of a cell as the name of a part: blanks and widths do not matter.

    >>> part_name(Cell(" 甲 镇 "))
    '甲镇'
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", cell.text))


def headers_of(sheet: Snapshot, layout: Layout) -> dict[int, str]:
    """The header of each column; of two rows the lower one parts what the upper one joins."""
    first, last = layout.columns
    return {column: _header(sheet, layout, column) for column in range(first, last + 1)}


def _header(sheet: Snapshot, layout: Layout, column: int) -> str:
    words: list[str] = []
    for row in range(layout.header[0], layout.header[1] + 1):
        at = (row, column)
        head = next((area for area in sheet.merged if area.holds(*at)), None)
        word = _BLANKS.sub("", (sheet.at(head.top, head.left) if head else sheet.at(*at)).text)
        if word and word not in words:
            words.append(word)
    return "·".join(words)


def unit_of(header: str) -> str:
    """The unit in the brackets of a header, empty where there is none.

    >>> unit_of("营业收入（万元）"), unit_of("备注（选填）")
    ('万元', '')
    """
    return next((each for each in _UNIT.findall(header) if each in _COUNTED), "")


def guessed_rules(sheet: Snapshot, layout: Layout, dates: Sequence[int] = ()) -> dict[int, Rule]:
    """What the columns to fill in seem to hold, by header and by the cells that are filled.

    `dates` are the columns whose cells look like days.
    """
    headers = headers_of(sheet, layout)
    rules: dict[int, Rule] = {}
    for column in layout.fill:
        header = headers.get(column, "")
        values = [sheet.at(row, column).value for row in range(layout.first, layout.last + 1)]
        written = [each for each in values if each not in (None, "")]
        if column in dates or _DATE.search(header):
            rules[column] = Rule("date", "1949-10-01", "2099-12-31")
        elif unit_of(header) and not any(isinstance(each, str) for each in written):
            rules[column] = Rule("number")
    return rules


def empty_columns(sheet: Snapshot, layout: Layout) -> tuple[int, ...]:
    """The columns of the table in which no row of data has anything: those to fill in."""
    rows = data_rows(sheet, layout)
    first, last = layout.columns
    return tuple(
        column
        for column in range(first, last + 1)
        if all(sheet.at(row, column).is_blank for row in rows)
    )
