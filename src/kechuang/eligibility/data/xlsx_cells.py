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
PIECE: Final = 8 << 20
"""Bytes of a sheet that are held at once, more only where a row is longer."""
ROW_ENDS: Final = b"row>"
PERCENT_FORMATS: Final = frozenset({9, 10})
_MAIN: Final = "{*}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_P: Final = rb"(?:\w+:)?"
_CELL: Final = rb"<" + _P + rb"c\b(?=[^>]*?\br=\"([A-Z]{1,3})([0-9]+)\")"
_NOT_CALCULATED: Final = re.compile(
    _CELL + rb"(?![^>]*?\bt=\"str\")[^>]*>\s*<" + _P + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _P
    + rb"f>)\s*(?:<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>)?\s*</" + _P + rb"c>"
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

    def pieces(self, name: str) -> Iterator[bytes]:
        """The XML of a sheet in pieces of whole rows; nothing where it cannot be found."""
        with zipfile.ZipFile(self.path) as archive:
            target = self._sheets.get(name, "")
            if target not in archive.namelist():
                return
            rest = b""
            with archive.open(target) as stream:
                while read := stream.read(PIECE):
                    rest += read
                    end = rest.rfind(ROW_ENDS) + len(ROW_ENDS)
                    if end >= len(ROW_ENDS):
                        yield rest[:end]
                        rest = rest[end:]
            yield rest

    def filled_cells(self, most: int) -> int:
        """How many cells of its sheets hold something, counted until there are more than `most`."""
        count = 0
        for name in self._sheets:
            for piece in self.pieces(name):
                count += piece.count(b"<v>") + piece.count(b"<is>") + piece.count(b":v>") // 2
                if count > most:
                    return count
        return count

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
    """What one sheet says of its cells; looked up when it is first asked, piece by piece."""

    book: WorkbookXml
    name: str

    def has_long_decimals(self) -> bool:
        """Whether a number has more decimals than the reader's text of it keeps, which is nine."""
        return self._first_look[0]

    def not_calculated(self) -> list[Spot]:
        """The cells with a formula and no value: never calculated since a program wrote them."""
        return self._first_look[1]

    def numeric_rows(self, column: str) -> list[int]:
        """The rows in which a column, called by its letters, is kept as a number."""
        return self._numeric.get(column, [])

    def percent_rows(self, column: str) -> list[int]:
        """The rows in which a column is a number that is shown as per cent."""
        return self._percent.get(column, [])

    @cached_property
    def _first_look(self) -> tuple[bool, list[Spot]]:
        long, spots = False, list[Spot]()
        for piece in self.book.pieces(self.name):
            long = long or _LONG_DECIMALS.search(piece) is not None
            if _TAG.search(piece):
                spots += _spots(_NOT_CALCULATED, piece)
        return long, spots

    @cached_property
    def _numeric(self) -> dict[str, list[int]]:
        return self._by_column(_NUMERIC)

    @cached_property
    def _percent(self) -> dict[str, list[int]]:
        styles = self.book.percent_styles
        return self._by_column(_styled(styles)) if styles else {}

    def _by_column(self, pattern: re.Pattern[bytes]) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for piece in self.book.pieces(self.name):
            for row, column in _spots(pattern, piece):
                rows.setdefault(column, []).append(row)
        return rows


def _styled(styles: frozenset[int]) -> re.Pattern[bytes]:
    """The numeric cells of some styles."""
    wanted = b"|".join(str(style).encode() for style in sorted(styles))
    number = rb"(?![^>]*?\bt=\"(?!n\"))"
    return re.compile(_CELL + number + rb"(?=[^>]*?\bs=\"(?:" + wanted + rb")\")")


def _spots(pattern: re.Pattern[bytes], sheet: bytes) -> Iterator[Spot]:
    for found in pattern.finditer(sheet):
        yield int(found.group(2)), found.group(1).decode()
