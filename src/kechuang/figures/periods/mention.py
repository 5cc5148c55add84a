"""What a period is: the value that `find_periods` returns, and arithmetic on written periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["in", "until", "since", "now", "span", "base", "last", "every"]
"""What an expression of time does in its sentence.

`in` holds in or at it · `until` holds at its end (到2025年, 7月底) · `since` from it to the year
spoken of · `now` 目前 · `span` over several years, or a length of time · `base` what is compared
with (比上年) · `last` the same months of an earlier year (去年同期) · `every` 每年, 年均: no place.
"""

_MOMENT = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """One expression of time in a text.

    `start` and `end` are offsets in the text that was searched. `first` and `last` are the first
    and last year (`2021`) or month (`2024-01`) that it covers, equal for one year or one month
    and None where that cannot be told.
    """

    start: int
    end: int
    first: str | None
    last: str | None
    role: Role

    @property
    def period(self) -> str | None:
        """The written period: `2021`, `2024-07`, `2024-01/2024-07`, `2021/2025` or None.

        >>> PeriodMention(0, 9, "2021", "2025", "span").period
        '2021/2025'
        """
        if self.first is None or self.last is None:
            return None
        return join_period(self.first, self.last)


def join_period(first: str, last: str) -> str:
    """Write the period from `first` to `last`; a year beside a month is widened to months.

    >>> join_period("2021", "2022-06")
    '2021-01/2022-06'
    """
    if first == last:
        return first
    if len(first) != len(last):
        first = first if "-" in first else f"{first}-01"
        last = last if "-" in last else f"{last}-12"
    return f"{first}/{last}"


def shift_year(period: str, years: int) -> str:
    """The same months of another year; ValueError if `period` is not a written period.

    >>> shift_year("2024-01/2024-07", -1)
    '2023-01/2023-07'
    """
    _months(period)
    return "/".join(f"{int(part[:4]) + years:04d}{part[4:]}" for part in period.split("/"))


def length_in_months(period: str) -> int:
    """How many months a period covers; ValueError if it is not a written period.

    >>> length_in_months("2021/2025"), length_in_months("2024-01/2024-07")
    (60, 7)
    """
    first, last = _months(period)
    return last - first + 1


def contains(outer: str, inner: str) -> bool:
    """Whether every month of `inner` lies in `outer`; ValueError if one is no written period.

    >>> contains("2024", "2024-01/2024-07"), contains("2024-07", "2024")
    (True, False)
    """
    outer_first, outer_last = _months(outer)
    inner_first, inner_last = _months(inner)
    return outer_first <= inner_first and inner_last <= outer_last


def _months(period: str) -> tuple[int, int]:
    """The first and last month of a period, counted from the year 0."""
    parts = period.split("/")
    moments = [_MOMENT.fullmatch(part) for part in parts]
    begin, end = moments[0], moments[-1]
    if len(parts) > 2 or begin is None or end is None:
        raise ValueError(
            f"时期“{period}”的写法不对：应为 2021、2024-07 或 2024-01/2024-07，请改写后再试。"
        )
    first = int(begin[1]) * _MONTHS_IN_YEAR + int(begin[2] or 1) - 1
    last = int(end[1]) * _MONTHS_IN_YEAR + int(end[2] or _MONTHS_IN_YEAR) - 1
    if last < first:
        raise ValueError(f"时期“{period}”的终点早于起点，请把两端调换后再试。")
    return first, last
