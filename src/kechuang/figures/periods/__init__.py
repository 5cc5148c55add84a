"""Expressions of time in report text: where they stand, what they cover, what they do."""

from __future__ import annotations

from kechuang.figures.periods.finding import find_periods
from kechuang.figures.periods.mention import (
    PeriodMention,
    Role,
    contains,
    join_period,
    length_in_months,
    shift_year,
)

__all__ = [
    "PeriodMention",
    "Role",
    "contains",
    "find_periods",
    "join_period",
    "length_in_months",
    "shift_year",
]
