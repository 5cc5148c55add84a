"""The looks of cells: what a style shows as a date, and styles that differ in one thing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any, Final

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_OWN_FORMAT: Final = 164
DATE_FORMATS: Final = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)))
"""Built-in formats that show a day, those of Chinese programs too."""
TEXT_FORMAT: Final = 49
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DAY: Final = re.compile("[yd]|m(?!.*[hs0])", re.IGNORECASE)
BUILT_IN: Final = {9: "0%", 10: "0.00%", TEXT_FORMAT: "@"}


class Styles:
    """The styles of a workbook; a new one is appended, none is changed."""

    def __init__(self, root: Element, touch: Callable[[], None]) -> None:
        self.root, self._touch = root, touch
        self._made: dict[tuple[int, str, str, str], int] = {}
        self._bordered: dict[int, bool] = {}

    @cached_property
    def _cells(self) -> Element:
        found = self.root.find(f"{MAIN}cellXfs")
        if found is None:
            found = _etree.SubElement(self.root, f"{MAIN}cellXfs")
            _etree.SubElement(found, f"{MAIN}xf")
        return found

    @cached_property
    def _formats(self) -> dict[int, str]:
        return {
            int(each.get("numFmtId")): str(each.get("formatCode"))
            for each in self.root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
        }

    def format_of(self, style: int) -> str:
        """The number format of a style where it is written out or well known, else empty."""
        number = self._format_number(style)
        return self._formats.get(number) or BUILT_IN.get(number, "")

    def is_date(self, style: int) -> bool:
        """Whether a style shows a number as a day."""
        number = self._format_number(style)
        own = self._formats.get(number)
        if own is None:
            return number in DATE_FORMATS
        return _DAY.search(_QUOTED.sub("", own)) is not None

    def is_percent(self, style: int) -> bool:
        """Whether a style shows a number as per cent."""
        return "%" in _QUOTED.sub("", self.format_of(style))

    def has_border(self, style: int) -> bool:
        """Whether a style draws a line at any side of its cell."""
        if style not in self._bordered:
            borders: list[Element] = list(self.root.iterfind(f"{MAIN}borders/{MAIN}border"))
            number = int(self._style(style).get("borderId", 0))
            sides: list[Element] = list(borders[number]) if number < len(borders) else []
            self._bordered[style] = any(each.get("style") for each in sides)
        return self._bordered[style]

    def variant(self, style: int, *, fill: str = "", number_format: str = "", ink: str = "") -> int:
        """The number of a style like `style` but with another fill (ARGB), format or ink (ARGB)."""
        key = (style, fill, number_format, ink)
        if key not in self._made:
            made = copy.deepcopy(self._style(style))
            if fill:
                made.set("fillId", str(self._fill(fill)))
                made.set("applyFill", "1")
            if number_format:
                made.set("numFmtId", str(self._number_format(number_format)))
                made.set("applyNumberFormat", "1")
            if ink:
                made.set("fontId", str(self._ink(int(made.get("fontId", 0)), ink)))
                made.set("applyFont", "1")
            self._made[key] = _appended(self._cells, made)
            self._touch()
        return self._made[key]

    def _style(self, style: int) -> Element:
        return self._cells[style if style < len(self._cells) else 0]

    def _format_number(self, style: int) -> int:
        return int(self._style(style).get("numFmtId", 0))

    def _fill(self, colour: str) -> int:
        fill = _etree.Element(f"{MAIN}fill")
        pattern = _etree.SubElement(fill, f"{MAIN}patternFill", {"patternType": "solid"})
        _etree.SubElement(pattern, f"{MAIN}fgColor", {"rgb": colour})
        _etree.SubElement(pattern, f"{MAIN}bgColor", {"indexed": "64"})
        return _appended(self.root.find(f"{MAIN}fills"), fill)

    def _ink(self, font: int, colour: str) -> int:
        fonts = self.root.find(f"{MAIN}fonts")
        made = copy.deepcopy(fonts[font])
        for each in made.findall(f"{MAIN}color"):
            made.remove(each)
        sized = made.find(f"{MAIN}sz")
        told = _etree.Element(f"{MAIN}color", {"rgb": colour})
        if sized is None:
            made.insert(0, told)
        else:
            sized.addnext(told)
        return _appended(fonts, made)

    def _number_format(self, code: str) -> int:
        for number, written in self._formats.items():
            if written == code:
                return number
        known = next((number for number, written in BUILT_IN.items() if written == code), None)
        if known is not None:
            return known
        formats = self.root.find(f"{MAIN}numFmts")
        if formats is None:
            formats = _etree.Element(f"{MAIN}numFmts", {"count": "0"})
            self.root.insert(0, formats)
        number = max((FIRST_OWN_FORMAT - 1, *self._formats)) + 1
        self._formats[number] = code
        told = {"numFmtId": str(number), "formatCode": code}
        _appended(formats, _etree.Element(f"{MAIN}numFmt", told))
        return number


def _appended(parent: Element, child: Element) -> int:
    """Where a child stands among its kind once it is appended."""
    parent.append(child)
    parent.set("count", str(len(parent)))
    return len(parent) - 1
