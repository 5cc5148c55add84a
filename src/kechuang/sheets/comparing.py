"""This period beside the last: changes by part and column, and amounts in a slipped unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kechuang.sheets.layouts import Layout, data_rows, headers_of, unit_of
from kechuang.sheets.snapshots import Snapshot, told

SLIP: Final = Decimal(10_000)
NEAR: Final = Decimal(4)
"""How far from ten thousand times a ratio may be and still look like 元 in the place of 万元."""
SMALL: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Change:
    """One number of two periods: of a part, of one column; None where nothing was said."""

    part: str
    header: str
    now: Decimal | None
    before: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """By how much it changed; None where either is unknown."""
        if self.now is None or self.before is None:
            return None
        return self.now - self.before

    @property
    def growth(self) -> Decimal | None:
        """By how many per cent it changed; None from nothing or from below nothing."""
        if self.difference is None or self.before is None or self.before <= 0:
            return None
        return (self.difference * 100 / self.before).quantize(Decimal("0.1"))

    @property
    def slipped(self) -> bool:
        """Whether one seems to be in 元 and the other in 万元.

        >>> Change("甲镇", "收入", Decimal(1230000), Decimal(120)).slipped
        True
        >>> Change("甲镇", "收入", Decimal(240), Decimal(120)).slipped
        False
        """
        return self.now is not None and self.before is not None and is_slip(self.now, self.before)


def is_slip(now: Decimal, before: Decimal) -> bool:
    """Whether two amounts differ about ten-thousandfold."""
    small, large = sorted((abs(now), abs(before)))
    if small < SMALL:
        return False
    return SLIP / NEAR <= large / small <= SLIP * NEAR


Numbers = Mapping[tuple[str, str], Decimal]
"""Numbers by the name of a part and a header."""


def changes(now: Numbers, before: Numbers) -> list[Change]:
    """Every number of either period beside the other's, in the order of this period's."""
    keys = list(dict.fromkeys((*now, *before)))
    return [
        Change(part, header, now.get((part, header)), before.get((part, header)))
        for part, header in keys
    ]


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell whose amount is about ten thousand times that of the last period, or the inverse."""

    row: int
    column: int
    label: str
    now: Decimal
    before: Decimal


def keyed_numbers(
    sheet: Snapshot, layout: Layout, columns: Sequence[int]
) -> dict[tuple[str, str], tuple[int, int, Decimal]]:
    """The numbers of a table by what its rows are called and by header, with their places.

    A row is called by the words in its closed cells, running numbers left out.
    """
    headers = headers_of(sheet, layout)
    first, last = layout.columns
    closed = [column for column in range(first, last + 1) if column not in layout.fill]
    found: dict[tuple[str, str], tuple[int, int, Decimal]] = {}
    for row in data_rows(sheet, layout):
        words = [sheet.at(row, column) for column in closed]
        label = "·".join(
            each.text for each in words if isinstance(each.value, str) and not each.formula
        )
        for column in columns:
            value = sheet.at(row, column).value
            if label and isinstance(value, Decimal):
                found.setdefault((label, headers.get(column, "")), (row, column, value))
    return found


def slips(now: Snapshot, before: Snapshot, layout: Layout, old: Layout) -> list[Slip]:
    """The amounts of this period that seem to be in another unit than the last period's.

    Only columns of money, and those whose unit nobody wrote.
    """
    old_numbers = keyed_numbers(before, old, old.fill)
    found: list[Slip] = []
    for (label, header), (row, column, value) in keyed_numbers(now, layout, layout.fill).items():
        unit = unit_of(header)
        if unit and not unit.endswith("元"):
            continue
        last = old_numbers.get((label, header))
        if last is not None and is_slip(value, last[2]):
            found.append(Slip(row, column, label, value, last[2]))
    return found


def told_growth(change: Change) -> str:
    """A growth in words.

    >>> told_growth(Change("甲", "收入", Decimal(12), Decimal(10)))
    '增长20%'
    >>> told_growth(Change("甲", "收入", Decimal(10), None))
    ''
    """
    growth = change.growth
    if growth is None:
        return ""
    if growth == 0:
        return "持平"
    return f"{'增长' if growth > 0 else '下降'}{told(abs(growth))}%"
