"""Deadlines that a letter states: 请于7月15日前报送. Found in its text, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

DAY: Final = re.compile(
    r"(?:(?P<year>20\d{2})年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日"
    r"(?:[（(][^（）()]{1,6}[）)])?"
    r"(?:上午|下午|中午)?(?:\d{1,2}[:：]\d{2}|\d{1,2}[时点])?"
    r"(?:下班)?(?:之?前|以前|止|截止|截至)"
)
SENTENCE: Final = re.compile(r"[^。；;\n]*")
LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which a letter asks for something, and the words that say so."""

    day: date
    words: str


def deadlines(text: str, written_on: date) -> list[Deadline]:
    """The deadlines of a letter in order of the day, each day once.

    A day without a year is the first one from the day of the letter on.

    >>> [str(each.day) for each in deadlines("请于1月9日前报送。", date(2026, 12, 30))]
    ['2027-01-09']
    """
    plain = re.sub(r"[ \t　]", "", text)
    found: dict[date, str] = {}
    for match in DAY.finditer(plain):
        day = _day(match, written_on)
        if day is not None and day >= written_on:
            found.setdefault(day, _around(plain, match.start()))
    return [Deadline(day, found[day]) for day in sorted(found)]


def _day(match: re.Match[str], written_on: date) -> date | None:
    month, day = int(match["month"]), int(match["day"])
    years = [int(match["year"])] if match["year"] else [written_on.year, written_on.year + 1]
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if match["year"] or found >= written_on:
            return found
    return None


def _around(text: str, place: int) -> str:
    """The sentence in which a place lies."""
    begin = max(text.rfind(mark, 0, place) for mark in "。；;\n") + 1
    found = SENTENCE.match(text, begin)
    return found.group()[:LONGEST] if found else ""
