"""How long ahead what is told of, as data; and which kinds of reminders there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Timing:
    """What counts from a day on: marks in days, the longest first."""

    since: date
    certificates: Mapping[str, tuple[int, ...]]
    window_days: tuple[int, ...]
    look_back: int
    again_days: int
    never: tuple[str, ...]

    def marks_of(self, title: str) -> tuple[int, ...]:
        """How many days before its end a certificate of a title is told of."""
        return self.certificates.get(title, self.certificates[OTHER])

    @property
    def longest(self) -> int:
        """The most days that any certificate is told of ahead."""
        return max(max(marks) for marks in self.certificates.values())


@cache
def _versions() -> tuple[Timing, ...]:
    text = files("kechuang.office.policies").joinpath("reminders.yaml").read_text("utf-8")
    rows: Sequence[Mapping[str, Any]] = yaml.safe_load(text)["versions"]
    return tuple(
        Timing(
            row["since"],
            {code: _falling(each["days"]) for code, each in row["certificates"].items()},
            _falling(row["window_days"]),
            row["look_back"],
            row["again_days"],
            tuple(row["never"]),
        )
        for row in sorted(rows, key=lambda row: row["since"])
    )


def _falling(days: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(days, reverse=True))


def timing(day: date) -> Timing:
    """What counts on a day; before the first version that one counts too.

    >>> timing(date(2026, 7, 1)).marks_of("hnte")
    (365, 180, 60, 0)
    """
    begun = [each for each in _versions() if each.since <= day]
    return (begun or _versions()[:1])[-1]


def mark(days_left: int, marks: Sequence[int], *, ended: bool = True) -> int | None:
    """The nearest mark that is reached with so many days left; None where it is too early.

    A day that is over reaches the mark 0, where there is one and `ended` days are told of.

    >>> [mark(left, (180, 60, 0)) for left in (200, 180, 61, 60, 1, 0, -3)]
    [None, 180, 180, 60, 60, 0, 0]
    >>> mark(-1, (14, 3))
    """
    if days_left < 0:
        return 0 if ended and 0 in marks else None
    reached = [each for each in marks if days_left <= each]
    return min(reached, default=None)
