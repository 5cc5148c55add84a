"""Periods of figures as spans of months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SIDE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """From the month `start` to the month `end` (both included), months counted from year 0."""

    start: int
    end: int

    @property
    def year(self) -> int:
        """The year in which the span ends."""
        return (self.end - 1) // 12

    def earlier(self, months: int = 12) -> Span:
        """The same span so many months before."""
        return Span(self.start - months, self.end - months)

    def within(self, other: Span) -> bool:
        """Whether this span lies in the other."""
        return other.start <= self.start and self.end <= other.end


@lru_cache(maxsize=4096)
def span_of(period: str | None) -> Span | None:
    """The months of a period such as 2021, 2024-07, 2024-01/2024-07; None where there is none.

    >>> span_of("2024-01/2024-07").earlier() == span_of("2023-01/2023-07")
    True
    >>> span_of("去年") is None
    True
    """
    if not period:
        return None
    sides = [_SIDE.fullmatch(side) for side in period.split("/")]
    if len(sides) > 2 or not all(sides):
        return None
    first, last = sides[0], sides[-1]
    if first is None or last is None:
        return None
    start = int(first[1]) * 12 + int(first[2] or 1)
    end = int(last[1]) * 12 + int(last[2] or 12)
    return Span(start, end) if start <= end else None


def two_ends(period: str | None) -> tuple[Span, Span] | None:
    """The first and the last of a change between two years (2018/2021), else None.

    >>> two_ends("2018/2021") == (span_of("2018"), span_of("2021"))
    True
    """
    if not period or "/" not in period:
        return None
    before, after = (span_of(side) for side in period.split("/", 1))
    return (before, after) if before and after else None
