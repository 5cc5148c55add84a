"""The thresholds and weights of `care.yaml`, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from kechuang.office.ground.showing import in_chinese


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value that counts from a day on, and why it is that one."""

    since: date
    value: Any
    why: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """A reason why two records look like one, and how much it weighs."""

    code: str
    points: int
    zh: str
    en: str
    why: str

    @property
    def name(self) -> str:
        """The reason in the language of the page."""
        return self.zh if in_chinese() else self.en


@cache
def _read() -> Mapping[str, Any]:
    return yaml.safe_load(
        files("kechuang.office.registry").joinpath("care.yaml").read_text("utf-8")
    )


@cache
def _thresholds(code: str) -> tuple[Threshold, ...]:
    rows = [Threshold(row["since"], row["value"], row["why"]) for row in _read()["due"][code]]
    return tuple(sorted(rows, key=lambda row: row.since))


@cache
def likenesses() -> Mapping[str, Likeness]:
    """Every reason of likeness by its code."""
    rows = _read()["likeness"].items()
    return MappingProxyType(
        {
            code: Likeness(code, row["points"], row["name"], row["en"], row["why"])
            for code, row in rows
        }
    )


def threshold(code: str, day: date) -> Threshold:
    """The threshold that counts on a day; before the first one, the first."""
    rows = _thresholds(code)
    return next((row for row in reversed(rows) if row.since <= day), rows[0])


def expiry_days(day: date) -> int:
    """Within how many days an expiry is told on this day."""
    return int(threshold("expiry_days", day).value)


def last_year_due(day: date) -> int:
    """The last year whose facts should be there on this day.

    >>> last_year_due(date(2026, 3, 31)), last_year_due(date(2026, 4, 1))
    (2024, 2025)
    """
    month, first = (int(part) for part in str(threshold("facts_due", day).value).split("-"))
    return day.year - 1 if (day.month, day.day) >= (month, first) else day.year - 2
