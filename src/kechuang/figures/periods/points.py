"""Reading one point in time, a year or a part of one, before it is placed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kechuang.figures.periods import grammar
from kechuang.figures.periods.context import Context
from kechuang.figures.periods.words import RELATIVE_YEARS

_DIGITS = dict(zip("〇一二三四五六七八九", range(10), strict=True)) | {"零": 0, "○": 0, "两": 2}
_MONTHS_OF_QUARTER = 3
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A year, a part of a year, or both: 2021年, 去年上半年, 10月底, 年底.

    `months` are the first and last month, None for a whole year. `closes` says that the text names
    its end (底, 末).
    """

    start: int
    end: int
    year: int | None = None
    relative: str | None = None
    months: tuple[int, int] | None = None
    closes: bool = False

    @property
    def names_year(self) -> bool:
        """Whether the text itself says which year, if only by 去年."""
        return self.year is not None or self.relative is not None


def small_number(written: str) -> int | None:
    """The value of up to three digits or numerals, None if they are no number.

    >>> small_number("12"), small_number("十二"), small_number("三五")
    (12, 12, None)
    """
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return None
    if not ten:
        return _DIGITS.get(ones)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def read_point(text: str, start: int, *, after_range_mark: bool = False) -> Point | None:
    """Read the point that begins at `start`; after a range mark also 25年 for 2025年."""
    match = grammar.YEAR.match(text, start)
    if match is None and after_range_mark:
        match = grammar.SHORT_YEAR.match(text, start)
    if match is None:
        match = grammar.BARE_EDGE.match(text, start)
        if match is not None:
            return Point(start, match.end(), closes=match["bare_close"] is not None)
        return _with_part(text, Point(start, start))
    point = Point(start, match.end(), *_written_year(match))
    return _with_part(text, point) or _with_edge(text, point)


def covered(point: Point, year: int) -> tuple[str, str]:
    """The first and last year or month of a point in `year`."""
    if point.months is None:
        return str(year), str(year)
    first, last = point.months
    if point.closes:
        first = last
    return f"{year}-{first:02d}", f"{year}-{last:02d}"


def year_of(point: Point, context: Context, *, compared: bool = False) -> int | None:
    """The year of a point at its place in the text."""
    if point.year is not None:
        return point.year
    if point.relative is not None:
        return context.year_of(RELATIVE_YEARS[point.relative], compared=compared)
    single_month = point.months is not None and point.months[0] == point.months[1]
    return context.year_of_part(single_month=single_month)


def _written_year(match: re.Match[str]) -> tuple[int | None, str | None]:
    groups = match.groupdict()
    if relative := groups.get("relative"):
        return None, relative
    if written := groups.get("year") or groups.get("listed_year"):
        return int(written), None
    if short := groups.get("short_year") or groups.get("paired_year"):
        return 2000 + int(short), None
    digits = (str(_DIGITS.get(character, 0)) for character in groups["chinese_year"] or "")
    return int("".join(digits)), None


def _with_part(text: str, point: Point) -> Point | None:
    """The point with the part of a year that follows it, None if none follows."""
    match = grammar.PART.match(text, point.end)
    if match is None:
        return None
    months = _months(match)
    if months is None or months[0] > months[1]:
        return None
    whole = None if months == (1, _MONTHS_IN_YEAR) else months
    return _with_edge(text, Point(point.start, match.end(), point.year, point.relative, whole))


def _with_edge(text: str, point: Point) -> Point:
    match = grammar.EDGE.match(text, point.end)
    if match is None:
        return point
    closes = match["close"] is not None
    return Point(point.start, match.end(), point.year, point.relative, point.months, closes)


def _months(match: re.Match[str]) -> tuple[int, int] | None:
    """The first and last month that a part of a year covers."""
    if match["whole"]:
        return 1, _MONTHS_IN_YEAR
    if match["half"]:
        return (1, 6) if match["half"] == "上" else (7, _MONTHS_IN_YEAR)
    if match["first_quarter"]:
        return 1, _MONTHS_OF_QUARTER
    if quarters := match["first_quarters"]:
        return 1, (small_number(quarters) or 1) * _MONTHS_OF_QUARTER
    if months := match["first_months"]:
        return 1, small_number(months) or 1
    unit = "quarter" if match["quarter"] else "month"
    first = small_number(match[unit])
    last = small_number(match[f"{unit}_to"] or match[unit])
    if first is None or last is None:
        return None
    if unit == "month":
        return first, last
    return (first - 1) * _MONTHS_OF_QUARTER + 1, last * _MONTHS_OF_QUARTER
