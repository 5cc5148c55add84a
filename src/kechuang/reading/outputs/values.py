"""Values and periods as a reader expects to see them."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from typing import Final

from kechuang.reading.model import Figure
from kechuang.reading.outputs.labels import labels

SCALES: Final = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
MOST_DECIMALS: Final = 4
LONGEST: Final = 30
POINT: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def plain(value: Decimal) -> str:
    """A number without exponent and without idle zeros.

    >>> plain(Decimal("2.50")), plain(Decimal("1E+3"))
    ('2.5', '1000')
    """
    if abs(value.adjusted()) > LONGEST:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spoken(value: Decimal, unit: str) -> str:
    """A number with thousands separators and its unit; money in 亿 or 万 where that is exact.

    >>> spoken(Decimal("2329000000"), "元"), spoken(Decimal("12000"), "人")
    ('23.29 亿元', '12,000 人')
    >>> spoken(Decimal("-24.2"), "%")
    '−24.2%'
    """
    word = ""
    if unit.endswith("元"):
        for scale, name in SCALES:
            scaled = value / scale
            if abs(scaled) >= 1 and -_exponent(scaled) <= MOST_DECIMALS:
                value, word = scaled, name
                break
    number = f"{value:,f}" if abs(value.adjusted()) <= LONGEST else str(value)
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    space = "" if unit in {"%", ""} and not word else " "
    return f"{number.replace('-', '−')}{space}{word}{unit}"


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def reading_of(figure: Figure) -> str:
    """A figure's value as one short text: bound, number or range, unit."""
    is_place = figure.unit == "位" and figure.kind in {"rank", "target"}
    if is_place and figure.value_max is None:
        before = "前" if figure.bound == "max" else "第"
        return f"{before} {plain(figure.value)} 位"
    before = str(labels()["bounds"][figure.bound]["before"])
    if figure.value_max is None:
        return before + spoken(figure.value, figure.unit)
    low, high = spoken(figure.value, figure.unit), spoken(figure.value_max, figure.unit)
    return f"{before}{low} 至 {high}"


def period_days(period: str | None) -> tuple[date | None, date | None]:
    """The first and the last day of a period; None where it is not known or not a date.

    >>> period_days("2024-01/2024-07")
    (datetime.date(2024, 1, 1), datetime.date(2024, 7, 31))
    """
    if period is None:
        return None, None
    first, _, last = period.partition("/")
    return _day(first, end=False), _day(last or first, end=True)


def _day(text: str, *, end: bool) -> date | None:
    found = POINT.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    month = int(found[2] or (12 if end else 1))
    if not 1 <= year <= 9999 or not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(found[3] or (last if end else 1))
    return date(year, month, day) if 1 <= day <= last else None


def period_name(period: str | None) -> str:
    """A period in Chinese.

    >>> period_name("2024-01/2024-07"), period_name("2018/2021"), period_name(None)
    ('2024年1月—7月', '2018年—2021年', '')
    """
    if not period:
        return ""
    first, _, last = period.partition("/")
    start = _point_name(first)
    if not last or last == first:
        return start
    end = _point_name(last)
    if first[:4] == last[:4] and len(first) > 4 and len(last) > 4:
        end = end.partition("年")[2]
    return f"{start}—{end}"


def _point_name(text: str) -> str:
    found = POINT.fullmatch(text)
    if found is None:
        return text
    month = f"{int(found[2])}月" if found[2] else ""
    day = f"{int(found[3])}日" if found[3] else ""
    return f"{found[1]}年{month}{day}"
