"""Deadlines that a letter states: 请于7月15日前报送. Found in its text, never guessed."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kechuang.figures.numerals import parse_numeral
from kechuang.reference.working_days import working_days_after

YEAR: Final = r"(?:(?P<year>20\d{2}|二[〇○零][〇○零一二三四五六七八九]{2})年)?"
MONTH: Final = (
    r"(?<![\d一二三四五六七八九十])(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
)
DAY: Final = (
    r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
HOUR: Final = (
    r"(?:[（(][^（）()]{1,6}[）)])?"
    r"(?:上午|下午|中午|晚上?)?(?:\d{1,2}[:：]\d{2}|\d{1,2}[时点](?:整|\d{1,2}分)?)?(?:下班)?"
)
BEFORE: Final = r"(?:之?前|以前|止|截止|截至)"
LABEL: Final = r"(?P<label>截止(?:时间|日期|期限)(?:[:：]|[为是]|定为)?|截止[:：]|时限[:：])?"
STATED: Final = re.compile(rf"{LABEL}{YEAR}{MONTH}(?:{DAY}{HOUR}|[底末])(?P<before>{BEFORE})?")
WITHIN: Final = re.compile(
    r"(?:收到|接到|收文)[^，,。；;\n]{0,12}?(?:之?日起|后)(?:的)?"
    r"(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3})个?(?P<unit>工作日|日|天)(?:之内|以内|内)"
)
ASKS: Final = re.compile(r"报|提交|反馈|送达|请于|[请须应]|于$|截止")
EXPIRES: Final = re.compile(
    r"有效期(?!内)(?!.*(?:请|须|应|务必|报|提交|反馈))(?:[^，,]*|.*[至到])$", re.DOTALL
)
SENTENCE: Final = re.compile(r"[^。；;\n]*")
LONGEST: Final = 120
LAIN: Final = timedelta(days=180)
"""So long a letter without a date may have lain before it was taken in."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which a letter asks for something, and the words that say so.

    `asks` says that the clause around the day asks for something; else it may bound anything.
    """

    day: date
    words: str
    asks: bool = True


def deadlines(text: str, received_on: date, dated_on: date | None = None) -> list[Deadline]:
    """The deadlines of a letter in order of the day, each day once.

    A day without a year is the first one from the day of the letter on, where that is not known
    from the day of receipt on. A deadline may have passed when the letter came.

    >>> [str(each.day) for each in deadlines("请于1月9日前报送。", date(2026, 12, 30))]
    ['2027-01-09']
    """
    plain = re.sub(r"[ \t　]", "", text)
    written_on = min(dated_on or received_on, received_on)
    earliest = dated_on or received_on - LAIN
    found: dict[date, Deadline] = {}
    for day, place, end in _days(plain, received_on, written_on):
        lead, tail = _clause(plain, place, end)
        asks = ASKS.search(lead) is not None or ASKS.search(tail) is not None
        has_passed = day < written_on
        if day < earliest or EXPIRES.search(_lead(plain, place)) or (has_passed and not asks):
            continue
        known = found.get(day)
        if known is None or (asks and not known.asks):
            found[day] = Deadline(day, _around(plain, place), asks)
    return [found[day] for day in sorted(found)]


def chosen(found: Sequence[Deadline]) -> Deadline | None:
    """The one by which a letter is to be answered: the first that asks, else the first of all.

    >>> text = "7月1日前成立的企业，请于7月15日前报送。"
    >>> str(chosen(deadlines(text, date(2026, 6, 20))).day)
    '2026-07-15'
    """
    return next((each for each in found if each.asks), found[0] if found else None)


def _days(text: str, received_on: date, written_on: date) -> list[tuple[date, int, int]]:
    """The days with the places where they stand."""
    found: list[tuple[date, int, int]] = []
    for match in STATED.finditer(text):
        day = _day(match, written_on) if match["label"] or match["before"] else None
        if day is not None:
            found.append((day, match.start(), match.end()))
    for match in WITHIN.finditer(text):
        count = _number(match["count"])
        worked = match["unit"] == "工作日"
        day = (
            working_days_after(received_on, count)
            if worked
            else received_on + timedelta(days=count)
        )
        found.append((day, match.start(), match.end()))
    return found


def _day(match: re.Match[str], written_on: date) -> date | None:
    month = _number(match["month"])
    year = _number(match["year"]) if match["year"] else None
    for each in [year] if year else [written_on.year, written_on.year + 1]:
        last = calendar.monthrange(each, month)[1]
        day = _number(match["day"]) if match["day"] else last
        if day <= last and (year or date(each, month, day) >= written_on):
            return date(each, month, day)
    return None


def _number(text: str) -> int:
    value = parse_numeral(re.sub("[○零]", "〇", text))
    return int(value) if value is not None else 0


def _lead(text: str, place: int) -> str:
    """What a sentence says before a place."""
    return text[max(text.rfind(mark, 0, place) for mark in "。；;\n") + 1 : place]


def _clause(text: str, place: int, end: int) -> tuple[str, str]:
    """What stands around a day without a comma in between, and the clause after one right behind.

    Another day in there ends it: what is asked by that day is not asked by this one.
    """
    lead = re.split(r"[，,、]|[日底末](?:之?前|以前|止)", _lead(text, place))[-1]
    found = SENTENCE.match(text, end)
    rest = (found.group() if found else "").lstrip("，,")
    tail = re.split(r"[，,]", rest)[0]
    return lead, "" if STATED.search(tail) else tail


def _around(text: str, place: int) -> str:
    """The sentence in which a place lies."""
    begin = place - len(_lead(text, place))
    found = SENTENCE.match(text, begin)
    return found.group()[:LONGEST] if found else ""
