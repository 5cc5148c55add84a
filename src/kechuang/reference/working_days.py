"""Which days are worked in China: weekends, holidays, and weekends that are worked instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's arrangement: the days off, the weekend days that are worked, the notice."""

    off: frozenset[date]
    worked: frozenset[date]
    source: str


@cache
def load_holidays() -> Mapping[int, HolidayYear]:
    """The arrangements by year."""
    text = files("kechuang.reference").joinpath("holidays.yaml").read_text("utf-8")
    rows: Mapping[int, Any] = yaml.safe_load(text)["years"]
    return MappingProxyType({year: _year(year, row) for year, row in rows.items()})


def is_known(year: int) -> bool:
    """Whether the arrangement of a year is there; else only weekends are off.

    >>> is_known(2026), is_known(2035)
    (True, False)
    """
    return year in load_holidays()


def is_working_day(day: date) -> bool:
    """Whether a day is worked.

    >>> is_working_day(date(2026, 2, 14)), is_working_day(date(2026, 10, 7))
    (True, False)
    """
    year = load_holidays().get(day.year)
    if year is not None and day in year.worked:
        return True
    return day.weekday() < 5 and (year is None or day not in year.off)


def next_working_day(day: date) -> date:
    """The day itself where it is worked, else the first one after it that is.

    >>> next_working_day(date(2026, 5, 31))
    datetime.date(2026, 6, 1)
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def last_working_day(day: date) -> date:
    """The day itself where it is worked, else the last one before it that was.

    >>> last_working_day(date(2026, 10, 7))
    datetime.date(2026, 9, 30)
    """
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_days_after(day: date, count: int) -> date:
    """The last of so many working days after a day, which itself does not count.

    >>> working_days_after(date(2026, 9, 30), 2)
    datetime.date(2026, 10, 9)
    """
    for _each in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def _year(year: int, row: Mapping[str, Any]) -> HolidayYear:
    off: set[date] = set()
    for span in row["days_off"]:
        day, last = _day(year, span["from"]), _day(year, span["to"])
        while day <= last:
            off.add(day)
            day += timedelta(days=1)
    worked = frozenset(_day(year, each) for each in row["days_worked"])
    return HolidayYear(frozenset(off), worked, row["source"])


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year:04d}-{text}")
