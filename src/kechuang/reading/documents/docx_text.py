"""The text of a Word document: paragraphs, tables and text boxes in document order."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from posixpath import dirname, join, normpath
from typing import Final

from kechuang.reading.documents.blocks import Blocks
from kechuang.reading.documents.markup import MarkupError, parse_xml
from kechuang.reading.documents.model import MIB, settings, size

DIRECTORY_END: Final = b"PK\x05\x06"
DIRECTORY_TAIL: Final = 65_557
NOTES: Final = ("footnotes.xml", "endnotes.xml")
FALSE: Final = frozenset({"0", "false", "off"})
DELETED: Final = frozenset({"del", "moveFrom"})
DROPPED: Final = frozenset({"Fallback", "delText", "instrText", "delInstrText", "rt"})
TEXT_SPACE: Final = re.compile("/wordprocessingml/|/math$")
WORD_SPACE: Final = "/wordprocessingml/"
OTHER_OFFICE: Final = {"xl/": "Excel 工作簿", "ppt/": "演示文稿"}


class ArchiveError(ValueError):
    """A docx that must not or cannot be unpacked: an error code and particulars in Chinese."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)


def docx_text(data: bytes) -> str:
    """The text of a docx, one paragraph or table row a line; foot- and endnotes come last.

    Text boxes, links and inserted text are kept; deleted, moved away and hidden text is not.

    Raises:
        ArchiveError: the archive is broken, encrypted, no docx, or too large once unpacked.
        TooMuchTextError: it holds more text than any report.
    """
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive)
            main = _main_part(archive)
            names = [main, *(join(dirname(main), name) for name in NOTES)]
            parts = [_part(archive, name) for name in names if name in archive.NameToInfo]
        lines = [line for part in parts for line in _lines(part)]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error) as error:
        raise ArchiveError("broken", "压缩结构不完整") from error
    except RuntimeError as error:  # also what zipfile raises for a method it does not know
        raise ArchiveError("broken", "压缩方式不认识") from error
    except MarkupError as error:
        raise ArchiveError("broken", "正文的 XML 不完整") from error
    return "\n".join(lines)


def _check_directory(data: bytes) -> None:
    """Refuse an archive of very many members before its directory is read into memory."""
    place = data.rfind(DIRECTORY_END, max(0, len(data) - DIRECTORY_TAIL))
    if place < 0 or len(data) < place + 22:
        raise ArchiveError("broken", "压缩结构不完整")
    count, length = struct.unpack("<HL", data[place + 10 : place + 16])
    if count > settings()["unpacked_members"] or length > 4 * MIB:
        raise ArchiveError("too_large", f"内含 {count} 个以上部件")


def _check_members(archive: zipfile.ZipFile) -> None:
    """Refuse a docx that is locked or would unpack to far more than a report."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise ArchiveError("encrypted", "压缩包带密码")
    total = sum(member.file_size for member in members)
    if total > settings()["unpacked_bytes"]:
        raise ArchiveError("too_large", f"解开后有 {size(total)}")


def _main_part(archive: zipfile.ZipFile) -> str:
    """The name of the part that holds the body, as the archive's own relations state it."""
    finder = _Relations()
    if "_rels/.rels" in archive.NameToInfo:
        parse_xml(_part(archive, "_rels/.rels"), finder)
    name = normpath(finder.target.lstrip("/")) if finder.target else "word/document.xml"
    for start, kind in OTHER_OFFICE.items():
        if name.startswith(start):
            raise ArchiveError("mismatch", kind)
    if name not in archive.NameToInfo:
        raise ArchiveError("mismatch", "普通压缩包，不是 Word 文档")
    return name


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member unpacked, never beyond its limit whatever its header claims."""
    member = archive.getinfo(name)
    limit = int(settings()["text_characters"])
    swollen = member.file_size > MIB and (
        member.file_size > settings()["zip_ratio"] * max(1, member.compress_size)
    )
    if member.file_size > limit or swollen:
        raise ArchiveError("too_large", f"正文解开后有 {size(member.file_size)}")
    with archive.open(member) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise ArchiveError("too_large", f"正文解开后超过 {size(limit)}")
    return content


def _lines(part: bytes) -> list[str]:
    reader = _Body()
    parse_xml(part, reader)
    return reader.layers[0].finish()


class _Relations:
    """Finds where the relations of a docx say that its body is."""

    def __init__(self) -> None:
        self.target = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}Relationship") and attributes.get("Type", "").endswith("/officeDocument"):
            self.target = attributes.get("Target", "")

    def end(self, tag: str) -> None:
        """Relations hold nothing."""

    def data(self, text: str) -> None:
        """Relations hold no text."""

    def close(self) -> None:
        """Nothing is left to do."""


class _Body:
    """Listens to WordprocessingML and gathers what the finished document shows.

    `layers` holds the body and, above it, the text boxes that are open; `_boxes` the lines of boxes
    that are closed and wait for the end of the paragraph that they hang on.
    """

    def __init__(self) -> None:
        self.layers = [Blocks(str.strip)]
        self._boxes: list[list[str]] = [[]]
        self._path: list[str] = []
        self._skipped = 0
        self._reads = 0
        self._hidden = False
        self._merges = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition("}")
        inside_properties = self._path[-1:] == ["rPr"]
        self._path.append(name)
        if self._skipped or name in DROPPED or (name in DELETED and not inside_properties):
            self._skipped += 1
        elif inside_properties:
            self._property(name, attributes)
        elif name == "t" and TEXT_SPACE.search(space):
            self._reads += 1
        else:
            self._structure(name, attributes)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._reads = max(0, self._reads - 1)
        elif name == "r":
            self._hidden = False
        elif name == "p" and WORD_SPACE in tag:
            self._end_paragraph()
        elif name == "tr":
            self.layers[-1].end_row()
        elif name == "txbxContent":
            lines = self.layers.pop().finish()
            self._boxes.pop()
            self._boxes[-1].extend(lines)

    def data(self, text: str) -> None:
        if self._reads and not self._skipped and not self._hidden:
            self.layers[-1].text(text)

    def close(self) -> None:
        """Nothing is left to do: `finish` closes what is open."""

    def _structure(self, name: str, attributes: Mapping[str, str]) -> None:
        blocks = self.layers[-1]
        kind = next((value for key, value in attributes.items() if key.endswith("}type")), "")
        if name == "tr":
            blocks.start_row()
        elif name == "tc":
            blocks.start_cell()
        elif name == "txbxContent":
            self.layers.append(Blocks(str.strip))
            self._boxes.append([])
        elif name == "cr" or (name == "br" and kind in {"", "textWrapping"}):
            blocks.end_paragraph()
        elif name in {"tab", "ptab"} and self._path[-2:-1] == ["r"]:
            blocks.text(" ")
        elif name == "noBreakHyphen":
            blocks.text("-")

    def _property(self, name: str, attributes: Mapping[str, str]) -> None:
        """A run that is hidden, or a paragraph mark that is deleted (so that two become one)."""
        value = next((value for key, value in attributes.items() if key.endswith("}val")), "1")
        owner = self._path[-3] if len(self._path) > 2 else ""
        if name == "vanish" and owner == "r":
            self._hidden = value not in FALSE
        elif name in DELETED and owner == "pPr":
            self._merges = True

    def _end_paragraph(self) -> None:
        if self._merges:
            self._merges = False
            return
        self.layers[-1].end_paragraph()
        for line in self._boxes[-1]:
            self.layers[-1].add(line)
        self._boxes[-1].clear()
