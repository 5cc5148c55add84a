"""What a workbook says of its cells beyond their values: looked up in its XML, and only if need be.

The reader of values gives a number that is shown as 28.5% as 0.285, a code that was kept as a
number as its digits, and a formula that was never calculated as an empty cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, Final

_etree: Final[Any] = import_module("lxml.etree")
LARGEST: Final = 4 << 30
"""Bytes to which a workbook may unpack."""
PERCENT_FORMATS: Final = frozenset({9, 10})
_MAIN: Final = "{*}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_P: Final = rb"(?:\w+:)?"
_CELL: Final = rb"<" + _P + rb"c\b(?=[^>]*?\br=\"([A-Z]{1,3})([0-9]+)\")"
_NOT_CALCULATED: Final = re.compile(
    _CELL + rb"(?![^>]*?\bt=\"str\")[^>]*>\s*<" + _P + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _P
    + rb"f>)\s*</" + _P + rb"c>"
)  # fmt: skip
_NUMERIC: Final = re.compile(_CELL + rb"(?![^>]*?\bt=\"(?!n\"))[^>]*>")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
_LONG_DECIMALS: Final = re.compile(rb"<" + _P + rb"v>[^<]*?(?:\.[0-9]{10}|[0-9]E-)", re.IGNORECASE)
_TAG: Final = re.compile(rb"<" + _P + rb"f\b")

Spot = tuple[int, str]
"""A row as the spreadsheet counts it, and the letters of a column."""


@dataclass(frozen=True)
class WorkbookXml:
    """The parts of one workbook."""

    path: Path

    def unpacked_size(self) -> int:
        """How many bytes it unpacks to, as it says itself.

        Raises:
            zipfile.BadZipFile: it is no archive.
        """
        with zipfile.ZipFile(self.path) as archive:
            return sum(entry.file_size for entry in archive.infolist())

    def is_workbook(self) -> bool:
        """Whether the archive holds a workbook and not, say, a text document."""
        with zipfile.ZipFile(self.path) as archive:
            return any(PurePosixPath(name).name == "workbook.xml" for name in archive.namelist())

    def sheet(self, name: str) -> bytes:
        """The XML of a sheet, or nothing where it cannot be found."""
        with zipfile.ZipFile(self.path) as archive:
            target = self._sheets.get(name, "")
            return archive.read(target) if target in archive.namelist() else b""

    @cached_property
    def _sheets(self) -> dict[str, str]:
        book, relations = self._part("xl/workbook.xml"), self._part("xl/_rels/workbook.xml.rels")
        if book is None or relations is None:
            return {}
        targets = {each.get("Id"): str(each.get("Target", "")) for each in relations}
        return {
            str(each.get("name")): _member(targets.get(each.get(_RELATION), ""))
            for each in book.iterfind(f".//{_MAIN}sheet")
        }

    @cached_property
    def percent_styles(self) -> frozenset[int]:
        """The numbers of the cell styles that show a number as per cent."""
        styles = self._part("xl/styles.xml")
        if styles is None:
            return frozenset()
        formats = {
            int(each.get("numFmtId", 0))
            for each in styles.iterfind(f".//{_MAIN}numFmt")
            if "%" in _QUOTED.sub("", str(each.get("formatCode", "")))
        }
        formats |= PERCENT_FORMATS
        return frozenset(
            at
            for at, each in enumerate(styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"))
            if int(each.get("numFmtId", 0)) in formats
        )

    def _part(self, name: str) -> Any:
        parser = _etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        with zipfile.ZipFile(self.path) as archive:
            if name not in archive.namelist():
                return None
            try:
                return _etree.fromstring(archive.read(name), parser)
            except _etree.XMLSyntaxError:
                return None


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@dataclass(frozen=True)
class SheetXml:
    """What one sheet says of its cells; looked up when it is first asked."""

    book: WorkbookXml
    name: str

    @cached_property
    def source(self) -> bytes:
        """Its XML."""
        return self.book.sheet(self.name)

    def has_long_decimals(self) -> bool:
        """Whether a number has more decimals than the reader's text of it keeps, which is nine."""
        return _LONG_DECIMALS.search(self.source) is not None

    def numeric_rows(self, column: str) -> list[int]:
        """The rows in which a column, called by its letters, is kept as a number."""
        return self._numeric.get(column, [])

    def percent_rows(self, column: str) -> list[int]:
        """The rows in which a column is a number that is shown as per cent."""
        return self._percent.get(column, [])

    @cached_property
    def _numeric(self) -> dict[str, list[int]]:
        return _by_column(_spots(_NUMERIC, self.source))

    @cached_property
    def _percent(self) -> dict[str, list[int]]:
        return _by_column(styled(self.source, self.book.percent_styles))


def _by_column(spots: Iterator[Spot]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, column in spots:
        rows.setdefault(column, []).append(row)
    return rows


def not_calculated(sheet: bytes) -> Iterator[Spot]:
    """The cells with a formula and no value: never calculated since a program wrote them."""
    return _spots(_NOT_CALCULATED, sheet) if _TAG.search(sheet) else iter(())


def styled(sheet: bytes, styles: frozenset[int]) -> Iterator[Spot]:
    """The numeric cells of some styles."""
    if not styles:
        return iter(())
    wanted = b"|".join(str(style).encode() for style in sorted(styles))
    number = rb"(?![^>]*?\bt=\"(?!n\"))"
    return _spots(re.compile(_CELL + number + rb"(?=[^>]*?\bs=\"(?:" + wanted + rb")\")"), sheet)


def _spots(pattern: re.Pattern[bytes], sheet: bytes) -> Iterator[Spot]:
    for found in pattern.finditer(sheet):
        yield int(found.group(2)), found.group(1).decode()
