"""Rules of what is due, and the days on which they fall. Pure: no database, no clock."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from kechuang.reference.working_days import last_working_day, next_working_day

YEARLY: Final = "yearly"
MONTHLY: Final = "monthly"
NEXT: Final = "next"
PREVIOUS: Final = "previous"
STAYS: Final = "none"


@dataclass(frozen=True, slots=True)
class DueRule:
    """Something that is due each year or month.

    `due` is month and day, the month 0 where it is due every month; `opens` the same for the first
    day of a window. `moves` says what becomes of a last day that is not worked. `first_year` and
    `last_year` bound the years.
    """

    code: str
    name: str
    who: str
    repeats: str
    due: tuple[int, int]
    opens: tuple[int, int] | None = None
    moves: str = STAYS
    basis: str = ""
    is_unverified: bool = False
    first_year: int | None = None
    last_year: int | None = None

    def holds_in(self, year: int) -> bool:
        """Whether it is for a year."""
        since = self.first_year is None or year >= self.first_year
        return since and (self.last_year is None or year <= self.last_year)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that something is due: `nominal` by its rule, `due` where that day moved to."""

    rule: DueRule
    nominal: date
    due: date
    opens: date | None

    @property
    def is_moved(self) -> bool:
        """Whether the day was not worked."""
        return self.due != self.nominal


@dataclass(frozen=True, slots=True)
class Shipped:
    """The file: how many days ahead something is soon, and its rules by code."""

    soon_days: int
    rules: Mapping[str, DueRule]


@cache
def load_due() -> Shipped:
    """What ships with the program."""
    text = files("kechuang.office.desk.due").joinpath("due.yaml").read_text("utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    rules = {code: _rule(code, row) for code, row in raw["items"].items()}
    return Shipped(raw["soon_days"], MappingProxyType(rules))


def occurrences(rules: Iterable[DueRule], since: date, until: date) -> list[Occurrence]:
    """What of these rules falls due within some days, both included, in order of the day."""
    found = [each for rule in rules for each in _of_rule(rule, since, until)]
    return sorted(found, key=lambda each: (each.due, each.rule.name, each.rule.code))


def day_in(year: int, month: int, day: int) -> date:
    """A day of a month; one that the month lacks is its last.

    >>> day_in(2026, 2, 31)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _of_rule(rule: DueRule, since: date, until: date) -> Iterator[Occurrence]:
    # A last day may move over the turn of the year, so that the years beside count too.
    for year in range(max(since.year - 1, 1), min(until.year + 1, 9998) + 1):
        if not rule.holds_in(year):
            continue
        months = range(1, 13) if rule.repeats == MONTHLY else (rule.due[0],)
        for month in months:
            nominal = day_in(year, month, rule.due[1])
            due = _moved(nominal, rule.moves)
            if since <= due <= until:
                yield Occurrence(rule, nominal, due, _opens(rule, nominal))


def _opens(rule: DueRule, nominal: date) -> date | None:
    if rule.opens is None:
        return None
    month, day = rule.opens
    if rule.repeats == MONTHLY:
        return day_in(nominal.year, nominal.month, day)
    opens = day_in(nominal.year, month, day)
    return opens if opens <= nominal else day_in(nominal.year - 1, month, day)


def _moved(day: date, moves: str) -> date:
    if moves == NEXT:
        return next_working_day(day)
    return last_working_day(day) if moves == PREVIOUS else day


def _rule(code: str, row: Mapping[str, Any]) -> DueRule:
    years = row.get("years")
    return DueRule(
        code=code,
        name=row["name"],
        who=row["who"],
        repeats=row["repeats"],
        due=_month_day(row["due"]),
        opens=_month_day(row["opens"]) if "opens" in row else None,
        moves=row["moves"],
        basis=row["basis"],
        is_unverified=bool(row.get("unverified", False)),
        first_year=years[0] if years else None,
        last_year=years[-1] if years else None,
    )


def _month_day(value: str | int) -> tuple[int, int]:
    if isinstance(value, int):
        return 0, value
    month, _dash, day = value.partition("-")
    return int(month), int(day)
