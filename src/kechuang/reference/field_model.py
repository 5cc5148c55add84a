"""What a field and a frame are, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

FieldType = Literal["money", "count", "number", "boolean", "date", "code", "choice", "text"]
Period = Literal["year", "now", "event"]
Change = Literal["closed", "evidence", "addable", "fixed"]
Lever = Literal["up", "down", ""]

YEARS_KEPT: Final = 3
"""A yearly field is kept for the last full year and the two before it: `__y0`, `__y1`, `__y2`."""
MOST_PLACES: Final = 6
"""Decimals that a number may keep, so that its greatest values still fit 64 bits."""
MOST_MONEY: Final = 10**15
"""分 of a yuan that one fact can hold: ten trillion yuan."""
MOST_COUNT: Final = 10**9
"""What one count or number can hold, in its unit."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a frame.

    `unit` is the one people write in files; in a frame money is whole 分 and a number is an integer
    of its last decimal place (`places`). `change` says whether a fact can still change: closed
    (a closed accounting year), evidence (happened, proof is due), addable, fixed. `lever` is the
    direction that advice may propose, `effort` the cost of one unit of it.
    """

    code: str
    frame: str
    name: str
    name_en: str
    also: tuple[str, ...]
    type: FieldType
    unit: str
    places: int
    period: Period
    caliber: str
    change: Change
    lever: Lever
    effort: Mapping[str, int] | int
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    def column(self, years_back: int = 0) -> str:
        """The column of a frame that holds it, `years_back` years before the last full year.

        >>> from kechuang.reference import load_dictionary
        >>> load_dictionary().field("enterprises", "revenue").column(1)
        'revenue__y1'
        """
        return f"{self.code}__y{years_back}" if self.period == "year" else self.code

    @property
    def most(self) -> int:
        """The greatest whole number that its column may hold, as it stands in a frame."""
        return MOST_MONEY if self.type == "money" else MOST_COUNT * 10**self.places

    def columns(self) -> tuple[str, ...]:
        """All its columns: one, or one for each year that is kept.

        >>> from kechuang.reference import load_dictionary
        >>> load_dictionary().field("enterprises", "revenue").columns()
        ('revenue__y0', 'revenue__y1', 'revenue__y2')
        """
        kept = YEARS_KEPT if self.period == "year" else 1
        return tuple(self.column(years_back) for years_back in range(kept))


@dataclass(frozen=True, slots=True)
class Frame:
    """One table that engines pass: its key column, the frame whose rows it belongs to, its unit.

    `valid` is the condition under which a row counts as valid on the day of a verdict, or empty.
    """

    code: str
    name: str
    name_en: str
    key: str
    of: str
    unit: str
    valid: str
