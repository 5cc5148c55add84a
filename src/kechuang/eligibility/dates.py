"""Days before the day of a verdict, in whole calendar units."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def before(as_of: date, count: int, unit: str) -> date:
    """The day `count` days, months or years before a day; the end of a shorter month counts.

    >>> before(date(2026, 3, 31), 1, "月"), before(date(2024, 2, 29), 1, "年")
    (datetime.date(2026, 2, 28), datetime.date(2023, 2, 28))
    """
    if unit == "天":
        return as_of - timedelta(days=count)
    months = count if unit in {"月", "个月"} else 12 * count
    total = as_of.year * 12 + as_of.month - 1 - months
    year, month = divmod(total, 12)
    day = min(as_of.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def last_day_of(as_of: date, years_back: int) -> date:
    """The last day of the full year that lies so many years before the last full one.

    >>> last_day_of(date(2026, 7, 1), 0)
    datetime.date(2025, 12, 31)
    """
    return date(as_of.year - 1 - years_back, 12, 31)
