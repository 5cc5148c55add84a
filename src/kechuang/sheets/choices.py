"""The lists from which a cell may take its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from kechuang.reference.words import plain_header
from kechuang.sheets.areas import Area
from kechuang.sheets.grids import Sheet
from kechuang.sheets.references import sheet_of
from kechuang.sheets.strings import MAIN

Element = Any
_X14: Final = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM: Final = "{http://schemas.microsoft.com/office/excel/2006/main}"
_AREA: Final = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(:\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
MOST: Final = 2_000
"""Cells of a list that are looked at."""


class Choices:
    """The drop-down lists of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def at(self, row: int, column: int) -> tuple[str, ...] | None:
        """What a cell may hold; None where it may hold anything or the list cannot be told."""
        for areas, choices in self._lists:
            if any(each.holds(row, column) for each in areas):
                return choices
        return None

    def fitting(self, row: int, column: int, text: str) -> str | None:
        """The text as the cell's list writes it; None where the list has no such text."""
        choices = self.at(row, column)
        if choices is None:
            return text
        wanted = plain_header(text)
        return next((each for each in choices if plain_header(each) == wanted), None)

    @cached_property
    def _lists(self) -> list[tuple[tuple[Area, ...], tuple[str, ...]]]:
        found: list[tuple[tuple[Area, ...], tuple[str, ...]]] = []
        for sqref, formula in self._validations():
            choices = self._choices(formula)
            if choices is not None:
                found.append((tuple(map(Area.of, sqref.split())), choices))
        return found

    def _validations(self) -> Iterator[tuple[str, str]]:
        for each in self.sheet.root.iter(f"{MAIN}dataValidation"):
            if each.get("type") == "list":
                yield each.get("sqref", ""), each.findtext(f"{MAIN}formula1") or ""
        for each in self.sheet.root.iter(f"{_X14}dataValidation"):
            if each.get("type") == "list":
                formula = each.findtext(f"{_X14}formula1/{_XM}f") or ""
                yield each.findtext(f"{_XM}sqref") or "", formula

    def _choices(self, formula: str) -> tuple[str, ...] | None:
        if formula.startswith('"'):
            return tuple(each.strip() for each in formula.strip('"').split(","))
        name, mark, said = formula.lstrip("=").rpartition("!")
        if not mark and _AREA.fullmatch(said) is None:
            name, mark, said = self._named(said)
        if _AREA.fullmatch(said) is None:
            return None
        package = self.sheet.package
        sheets = {each.name: each for each in package.sheets}
        sheet = sheets.get(sheet_of(name)) if mark else self.sheet
        area = Area.of(said)
        if sheet is None or (area.bottom - area.top + 1) * (area.right - area.left + 1) > MOST:
            return None
        texts = (
            sheet.text(row, column)
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        )
        return tuple(each for each in texts if each)

    def _named(self, name: str) -> tuple[str, str, str]:
        book = self.sheet.package.tree("xl/workbook.xml")
        for each in book.iter(f"{MAIN}definedName"):
            if each.get("name") == name:
                return (each.text or "").rpartition("!")
        return "", "", name
