"""A workbook opened as the archive that it is, so that what nobody edits stays byte for byte.

Interface for whoever fills, splits or merges workbooks:

- `Package.open(content, name)` raises `SheetError` with a sentence for what is no .xlsx.
- `package.sheets` are its worksheets in order, hidden ones too; `package.sheet(name)` is one.
- A `Sheet` (see `grids.py`) reads and writes cells: `value(row, column)`, `formula(…)`,
  `style(…)`, `write(row, column, value, style=None)`, `clear(…)`, `merged`, `last_row`,
  `last_column`, `is_hidden_column(…)`. Rows and columns count from 1. Values are `str`, `Decimal`,
  `bool`, `date`, `datetime` or None.
- `package.styles.variant(style, fill="FFFFE699", number_format="yyyy-mm-dd")` is the number of a
  style that differs from `style` only so; it is appended, none of the old ones is touched.
- `package.add_sheet(name, rows)` appends a plain sheet of texts, `insertion.insert_rows` adds rows.
- `package.tree(part)` is the parsed XML of any part for edits of one's own, `package.touch(part)`
  says that it was edited, `package.remove(part)` drops one with what refers to it.
- `package.save()` gives the bytes. Only touched parts are written anew. Where a touched workbook
  has formulas their kept results are dropped from the touched sheets and the workbook asks
  whoever opens it to calculate.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, Final

from kechuang.sheets.errors import SheetError
from kechuang.sheets.grids import Sheet
from kechuang.sheets.strings import SharedStrings
from kechuang.sheets.styles import Styles

_etree: Final[Any] = import_module("lxml.etree")
Element = Any

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"  # of a part
)
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MOST_UNPACKED: Final = 1 << 30
"""Bytes to which a workbook may unpack."""
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
_AFTER_CALC: Final = (
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
DAMAGE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, KeyError)


def q(name: str, namespace: str = MAIN) -> str:
    """A name in the namespace of workbooks, as lxml writes it."""
    return f"{{{namespace}}}{name}"


def ask_for_calculation(book: Element) -> None:
    """Let whoever opens the workbook calculate its formulas anew."""
    found = book.find(q("calcPr"))
    if found is None:
        found = _etree.Element(q("calcPr"), {"calcId": "0"})
        later = next((each for each in book if each.tag in map(q, _AFTER_CALC)), None)
        if later is None:
            book.append(found)
        else:
            later.addprevious(found)
    found.set("fullCalcOnLoad", "1")


class Package:
    """One workbook in memory; see the module for what can be done with it."""

    def __init__(self, content: bytes, name: str, archive: zipfile.ZipFile) -> None:
        self.content, self.name = content, name
        self._archive = archive
        self._trees: dict[str, Element] = {}
        self._touched: set[str] = set()
        self._removed: set[str] = set()
        self._added: dict[str, bytes] = {}

    @classmethod
    def open(cls, content: bytes, name: str = "") -> Package:
        """The workbook of these bytes.

        Raises:
            SheetError: it is no workbook of today's form, is locked, damaged or too large.
        """
        if content.startswith(OLE):
            raise SheetError("encrypted" if ENCRYPTED in content else "old_workbook", name)
        if not content.startswith(b"PK\x03\x04"):
            raise SheetError("not_a_workbook", name)
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGE as error:
            raise SheetError("broken", name, "压缩包残缺") from error
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise SheetError("broken", name, f"解开后超过 {MOST_UNPACKED >> 20} MB")
        if any(each.flag_bits & 1 for each in archive.infolist()):
            raise SheetError("encrypted", name)
        package = cls(content, name, archive)
        package._check()
        return package

    def _check(self) -> None:
        if not self.has("xl/workbook.xml") or not self.has("[Content_Types].xml"):
            raise SheetError("not_a_workbook", self.name)
        namespace = _etree.QName(self.tree("xl/workbook.xml")).namespace
        if namespace == STRICT:
            raise SheetError("strict", self.name)
        if namespace != MAIN:
            raise SheetError("not_a_workbook", self.name)
        if not self.sheets:
            raise SheetError("broken", self.name, "里面没有工作表")

    # --- parts

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._archive.namelist())

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return (part in self._names or part in self._added) and part not in self._removed

    def parts(self) -> list[str]:
        """The names of its parts in the order of the archive, those added at the end."""
        return [
            each for each in (*self._archive.namelist(), *self._added) if each not in self._removed
        ]

    def part(self, part: str) -> bytes:
        """The bytes of a part as they came in, or as they were added."""
        if part in self._added:
            return self._added[part]
        try:
            return self._archive.read(part)
        except DAMAGE as error:
            raise SheetError("broken", self.name, f"部件 {part} 残缺") from error

    def tree(self, part: str) -> Element:
        """The root of the XML of a part; say `touch` after editing it."""
        if part not in self._trees:
            data = self.part(part)
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise SheetError("broken", self.name, "含文档类型声明")
            parser = _etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            try:
                self._trees[part] = _etree.fromstring(data, parser)
            except _etree.XMLSyntaxError as error:
                raise SheetError("broken", self.name, f"部件 {part} 残缺") from error
        return self._trees[part]

    def touch(self, part: str) -> None:
        """Say that the tree of a part was edited and is to be written anew."""
        self._touched.add(part)

    def add(self, part: str, content: bytes, media_type: str) -> None:
        """A new part of a media type; whoever refers to it adds the relation."""
        self._added[part] = content
        self._removed.discard(part)
        types = self.tree("[Content_Types].xml")
        override = _etree.SubElement(types, q("Override", TYPES))
        override.set("PartName", f"/{part}")
        override.set("ContentType", media_type)
        self.touch("[Content_Types].xml")

    def remove(self, part: str) -> None:
        """Drop a part, its entry among the content types and the workbook's relation to it."""
        self._removed.add(part)
        self._added.pop(part, None)
        for each in list(self.tree("[Content_Types].xml")):
            if each.get("PartName") == f"/{part}":
                each.getparent().remove(each)
                self.touch("[Content_Types].xml")
        relations = "xl/_rels/workbook.xml.rels"
        for each in list(self.tree(relations)):
            if _member(str(each.get("Target"))) == part:
                each.getparent().remove(each)
                self.touch(relations)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: by id, the last word of the relation's type and the other part."""
        folder, _slash, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        if not self.has(relations):
            return {}
        return {
            str(each.get("Id")): (
                str(each.get("Type")).rpartition("/")[2],
                _member(str(each.get("Target")), folder),
            )
            for each in self.tree(relations).iterfind(q("Relationship", RELATIONS))
            if each.get("TargetMode") != "External"
        }

    # --- what the workbook holds

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its worksheets in order, hidden ones too; sheets that are one chart are left out."""
        relations = self.relations("xl/workbook.xml")
        found: list[Sheet] = []
        for each in self.tree("xl/workbook.xml").iterfind(f"{q('sheets')}/{q('sheet')}"):
            kind, part = relations.get(str(each.get(q("id", OFFICE))), ("", ""))
            if kind == "worksheet" and self.has(part):
                found.append(Sheet(self, str(each.get("name")), part, each.get("state", "visible")))
        return tuple(found)

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises `SheetError` where there is none."""
        found = next((each for each in self.sheets if each.name == name), None)
        if found is None:
            raise SheetError("no_sheet", self.name, name)
        return found

    @cached_property
    def styles(self) -> Styles:
        """The looks of its cells."""
        part = next(
            (to for kind, to in self.relations("xl/workbook.xml").values() if kind == "styles"), ""
        )
        if not part or not self.has(part):
            raise SheetError("broken", self.name, "缺少样式部件")
        return Styles(self.tree(part), lambda: self.touch(part))

    @cached_property
    def strings(self) -> SharedStrings:
        """The texts that its cells share."""
        parts = self.relations("xl/workbook.xml").values()
        part = next((to for kind, to in parts if kind == "sharedStrings"), "")
        return SharedStrings(self.tree(part) if part and self.has(part) else None)

    @cached_property
    def counts_from_1904(self) -> bool:
        """Whether its days count from 1904, as old Macs had it."""
        found = self.tree("xl/workbook.xml").find(q("workbookPr"))
        return found is not None and found.get("date1904") in ("1", "true")

    @property
    def has_formulas(self) -> bool:
        """Whether any cell is calculated."""
        return any(
            _FORMULA.search(self.part(sheet.part)) is not None
            or (sheet.part in self._touched and next(sheet.root.iter(q("f")), None) is not None)
            for sheet in self.sheets
        )

    def drop_calculation_chain(self) -> None:
        """Drop the list of the cells to calculate: needed where formulas were moved or added."""
        for kind, part in self.relations("xl/workbook.xml").values():
            if kind == "calcChain" and self.has(part):
                self.remove(part)

    def add_sheet(
        self, name: str, rows: Sequence[Sequence[str]], widths: Sequence[float] = ()
    ) -> None:
        """A plain sheet of texts behind the others."""
        book, relations = self.tree("xl/workbook.xml"), self.tree("xl/_rels/workbook.xml.rels")
        taken = {each.get("Id") for each in relations}
        key = next(key for at in range(1, len(taken) + 2) if (key := f"rIdK{at}") not in taken)
        part = next(
            part
            for at in range(1, len(self.parts()) + 2)
            if not self.has(part := f"xl/worksheets/sheet{at}.xml")
        )
        root = _etree.Element(q("worksheet"), nsmap={None: MAIN})
        if widths:
            columns = _etree.SubElement(root, q("cols"))
            for at, width in enumerate(widths, start=1):
                attributes = {"min": str(at), "max": str(at), "width": f"{width:g}"}
                _etree.SubElement(columns, q("col"), {**attributes, "customWidth": "1"})
        _etree.SubElement(root, q("sheetData"))
        self.add(part, HEAD + _etree.tostring(root, encoding="UTF-8"), SHEET_TYPE)
        relation = {"Id": key, "Type": f"{OFFICE}/worksheet", "Target": part.removeprefix("xl/")}
        _etree.SubElement(relations, q("Relationship", RELATIONS), relation)
        listed = book.find(q("sheets"))
        numbers = [int(each.get("sheetId")) for each in listed]
        entry = _etree.SubElement(listed, q("sheet"), {"name": name})
        entry.set("sheetId", str(max(numbers) + 1))
        entry.set(q("id", OFFICE), key)
        self.touch("xl/workbook.xml")
        self.touch("xl/_rels/workbook.xml.rels")
        sheet = Sheet(self, name, part, "visible")
        for row, texts in enumerate(rows, start=1):
            for column, text in enumerate(texts, start=1):
                sheet.write(row, column, text)
        self.__dict__["sheets"] = (*self.sheets, sheet)

    # --- writing

    def save(self) -> bytes:
        """The workbook as it now is; the bytes that came in where nothing was edited."""
        if not self._touched and not self._removed and not self._added:
            return self.content
        if any(sheet.part in self._touched for sheet in self.sheets) and self.has_formulas:
            self._ask_for_calculation()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for entry in self._archive.infolist():
                if entry.filename not in self._removed:
                    data = self._written(entry.filename)
                    kept = zipfile.ZipInfo(entry.filename, entry.date_time)
                    kept.compress_type = zipfile.ZIP_DEFLATED
                    kept.external_attr = entry.external_attr
                    archive.writestr(kept, data)
            for part in self._added:
                entry = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, self._written(part))
        return out.getvalue()

    def _written(self, part: str) -> bytes:
        if part not in self._touched:
            return self.part(part)
        return HEAD + _etree.tostring(self.tree(part), encoding="UTF-8", xml_declaration=False)

    def _ask_for_calculation(self) -> None:
        for sheet in self.sheets:
            if sheet.part in self._touched:
                sheet.drop_results()
        ask_for_calculation(self.tree("xl/workbook.xml"))
        self.touch("xl/workbook.xml")


def _member(target: str, folder: str = "xl") -> str:
    """The name of the part that a relation of `folder` points at."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))
