"""What people write into cells, read as what the column asks for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from kechuang.sheets.layouts import Rule
from kechuang.sheets.snapshots import Value, number, told

EPOCH: Final = date(1899, 12, 30)
ERRORS: Final = frozenset(
    {"#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED: Final = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DAY: Final = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A value as its column asks for it; `fault` is the code of what is wrong, empty where fine."""

    value: Value
    fault: str = ""


def read_value(value: Value, rule: Rule) -> Read:
    """What was written, with harmless variants forgiven.

    >>> read_value("１,234.50", Rule("number")), read_value("约12", Rule("number")).fault
    (Read(value=Decimal('1234.5'), fault=''), 'not_number')
    >>> read_value("2026年1月5日", Rule("date")).value, read_value("-", Rule("date")).fault
    (Decimal('46027'), 'not_date')
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return Read(None)
    if isinstance(value, str) and value.strip() in ERRORS:
        return Read(value, "error_value")
    if rule.kind in ("number", "whole"):
        return _number(value, rule)
    if rule.kind == "date":
        return _date(value, rule)
    if rule.kind == "list":
        plain = _plain(told(value))
        found = next((each for each in rule.choices if _plain(each) == plain), None)
        return Read(value, "not_listed") if found is None else Read(found)
    if rule.kind == "text" and rule.most and len(told(value)) > int(rule.most):
        return Read(value, "too_long")
    return Read(value)


def day_of(serial: Decimal) -> date | None:
    """The day of a number of days as spreadsheets count them, None where there is none."""
    return EPOCH + timedelta(days=int(serial)) if 0 < serial < 2_958_466 else None


def _number(value: Value, rule: Rule) -> Read:
    if isinstance(value, str):
        text = _plain(value)
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not _NUMBER.fullmatch(text):
            return Read(value, "not_number")
        value = number(text)
    if isinstance(value, bool) or not isinstance(value, Decimal):
        return Read(value, "not_number")
    if rule.kind == "whole" and value != value.to_integral_value():
        return Read(value, "not_whole")
    if rule.least and value < Decimal(rule.least):
        return Read(value, "too_small")
    if rule.most and value > Decimal(rule.most):
        return Read(value, "too_large")
    return Read(value)


def _date(value: Value, rule: Rule) -> Read:
    found = day_of(value) if isinstance(value, Decimal) else _written_day(told(value))
    if found is None or isinstance(value, bool):
        return Read(value, "not_date")
    if rule.least and found < date.fromisoformat(rule.least):
        return Read(value, "too_early")
    if rule.most and found > date.fromisoformat(rule.most):
        return Read(value, "too_late")
    return Read(value if isinstance(value, Decimal) else Decimal((found - EPOCH).days))


def _written_day(text: str) -> date | None:
    found = _DAY.fullmatch(_plain(text))
    if found is None:
        return None
    year, month, day = (int(each) for each in found.groups() if each is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
