"""What stands above a form: its number, who made it, under which document, until when it holds."""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kechuang.sheets.grids import Sheet

_DAY: Final = re.compile(r"(20\d\d)(?:年|[-./])(?:(\d{1,2})(?:月|[-./])?(?:(\d{1,2})日?)?|底)?")
_ATTACHED: Final = re.compile(r"附[件表录]?\d*:?$")
LOOKED_AT: Final = 12
"""Rows at the top, and columns to the right of a label, in which a heading is looked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The marks of a recurring form; empty or None where it has none. `unit` is of its money."""

    title: str = ""
    number: str = ""
    authority: str = ""
    document: str = ""
    until: date | None = None
    unit: str = ""


@cache
def words() -> dict[str, Any]:
    """The words by which forms are read."""
    return tomllib.loads(files("kechuang.sheets").joinpath("forms.toml").read_text("utf-8"))


def plain(text: str) -> str:
    """A text in half width without blanks.

    >>> plain("表　　号： ＺＪ01")
    '表号:ZJ01'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def heading_of(sheet: Sheet, top: int) -> Heading:
    """The heading of a form whose first header or label stands in row `top`."""
    said: dict[str, str] = {}
    title = ""
    for row in range(1, min(top, LOOKED_AT + 1)):
        for column in sorted(sheet.cells(row)):
            text = sheet.text(row, column)
            if not text:
                continue
            marks = _marks(text) or _beside(sheet, row, column)
            for name, value in marks.items():
                said.setdefault(name, value)
            if not marks and not title and not _ATTACHED.match(plain(text)):
                title = " ".join(text.split())
    return Heading(
        title,
        said.get("number", ""),
        said.get("authority", ""),
        said.get("document", ""),
        day_until(said.get("until", "")),
        said.get("unit", ""),
    )


def day_until(text: str) -> date | None:
    """The last day that a text names: the end of the month or the year where it says no day.

    >>> day_until("2025年1月至2026年6月"), day_until("2027年底"), day_until("长期")
    (datetime.date(2026, 6, 30), datetime.date(2027, 12, 31), None)
    """
    found = list(_DAY.finditer(plain(text)))
    if not found:
        return None
    year, month, day = (int(each) if each else 0 for each in found[-1].groups())
    month = month or 12
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or last, last))


def _marks(text: str) -> dict[str, str]:
    """The marks of a text: each label with what follows its colon, in the text's own lines."""
    found: dict[str, str] = {}
    for line in re.split(r"[\n;；]| {3,}|　{3,}", text):
        label, colon, value = plain(line).strip("()").partition(":")
        name = _name_of(label)
        if colon and name and value:
            found.setdefault(name, value)
    return found


def _beside(sheet: Sheet, row: int, column: int) -> dict[str, str]:
    """The mark whose label is a cell of its own, with the value in the next one."""
    name = _name_of(plain(sheet.text(row, column)).rstrip(":"))
    if not name:
        return {}
    area = sheet.merged_at(row, column)
    value = sheet.text(row, (area.right if area else column) + 1)
    return {name: plain(value)} if value else {}


def _name_of(label: str) -> str:
    return next((name for name, labels in words()["head"].items() if label in labels), "")
