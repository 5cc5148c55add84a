"""Office archives looked through before anything of them is unpacked."""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Final

from django.utils.translation import gettext as _

from kechuang.office.ground.uploads.marks import STARS
from kechuang.office.ground.uploads.model import MIB, Kind, UploadRefused
from kechuang.office.ground.uploads.names import macro
from kechuang.reading.documents.markup import MarkupError, parse_xml

DIRECTORY_END: Final = b"PK\x05\x06"
DIRECTORY_TAIL: Final = 65_557
MOST_MEMBERS: Final = 5_000
MOST_DIRECTORY: Final = 4 * MIB
MOST_TEXT: Final = 64 * MIB
LONG_PART: Final = MIB  # of a longer part only the pieces are read that might hold a mark
SWELLING: Final = 200  # a part of a document unpacks to some 10 times its size, a bomb to 1,000
MACRO_PARTS: Final = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|macrosheets/)", re.IGNORECASE)
DRIVE: Final = re.compile("^[A-Za-z]:")
TEXT_PARTS: Final = re.compile(
    r"^(word|xl|docProps|customXml)/(?!.*(theme|fontTable|_rels)).*\.xml$"
)
SECRET: Final = "密".encode()
STAR: Final = re.compile("|".join((*STARS, "﹡", "∗", "＊")).encode())
NUMBERED: Final = re.compile(rb"&#[xX]?[0-9a-fA-F]{2,7};")
CELL_ENDS: Final = re.compile(rb"</(?:\w+:)?(?:c|si|p|row)>")
ANY_TAG: Final = re.compile("<[^<>]*>")
PIECES: Final = frozenset({"p", "si", "c", "tr", "br", "cr"})


def check_archive(name: str, kind: Kind, content: bytes) -> None:
    """Refuse a bomb, a locked archive, names that climb out, macros, or another kind of document.

    Only the archive's directory is read, not its members.
    """
    _check_directory(name, content)
    with _opened(name, content) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise UploadRefused(
                "encrypted",
                _("“%(name)s”设有密码。请输入密码打开，另存一份不加密的再上传。") % {"name": name},
            )
        for member in members:
            _check_member(name, member)
        names = [member.filename for member in members]
        if len({each.lower() for each in names}) != len(names):
            raise broken(name)
        if sum(member.file_size for member in members) > kind.most_unpacked:
            raise _bomb(name)
        if any(MACRO_PARTS.search(each) for each in names) or _declares_macros(archive):
            raise macro(name)
        if not any(each.startswith(kind.archive) for each in names):
            raise UploadRefused(
                "mismatch",
                _("“%(name)s”的扩展名与内容不符：里面不是%(kind)s文档。请用原软件另存后再上传。")
                % {"name": name, "kind": kind.code},
            )


def archive_text(name: str, content: bytes) -> str:
    """All text of an Office archive: body, heads and feet, boxes, notes, comments, properties."""
    room = MOST_TEXT
    texts: list[str] = []
    with _opened(name, content) as archive:
        for member in archive.infolist():
            if not TEXT_PARTS.match(member.filename):
                continue
            if member.file_size > LONG_PART:
                with archive.open(member) as stream:
                    texts += _telling(stream)
                continue
            room -= member.file_size
            if room < 0:
                raise _bomb(name)
            gathered = _Gathering(loose=member.filename.startswith("docProps/"))
            try:
                parse_xml(archive.read(member), gathered)
            except MarkupError as error:
                raise broken(name) from error
            texts.append(gathered.text())
    return "\n".join(texts)


def _telling(stream: IO[bytes]) -> Iterator[str]:
    """The text of those pieces of a long part in which a classification mark might stand.

    A mark holds 密 and a star; a piece without both, written out or as a number, tells nothing.
    """
    rest = b""
    while read := stream.read(MIB):
        end = read.rfind(b"</")
        piece, rest = (rest + read[:end], read[end:]) if end >= 0 else (rest + read, b"")
        if _might_tell(piece):
            yield _text_of(piece)
    if _might_tell(rest):
        yield _text_of(rest)


def _might_tell(piece: bytes) -> bool:
    if NUMBERED.search(piece):
        return True
    return SECRET in piece and (b"*" in piece or STAR.search(piece) is not None)


def _text_of(piece: bytes) -> str:
    lines = CELL_ENDS.sub(b"\n", piece).decode(errors="ignore")
    return html.unescape(ANY_TAG.sub("", lines))


def broken(name: str) -> UploadRefused:
    """The refusal of a file that cannot be opened."""
    return UploadRefused(
        "broken",
        _("“%(name)s”已损坏，打不开。请重新下载或复制，或用原软件打开后另存再上传。")
        % {"name": name},
    )


@contextmanager
def _opened(name: str, content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error) as error:
        raise broken(name) from error
    except (RuntimeError, NotImplementedError, ValueError) as error:
        # what zipfile raises for a method of packing that it does not know
        raise broken(name) from error


def _check_directory(name: str, content: bytes) -> None:
    """Refuse an archive of very many members before its directory is read into memory."""
    place = content.rfind(DIRECTORY_END, max(0, len(content) - DIRECTORY_TAIL))
    if place < 0 or len(content) < place + 22:
        raise broken(name)
    count, length = struct.unpack("<HL", content[place + 10 : place + 16])
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise UploadRefused(
            "members",
            _("“%(name)s”里有%(count)d个以上部件，不像正常的文档，没有收下。请另存为新文件再上传。")
            % {"name": name, "count": min(count, MOST_MEMBERS)},
        )


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    """Refuse a member whose name climbs out of the archive, or that swells beyond reason."""
    # What stands in the archive: zipfile itself cuts a name at its first zero.
    inner = member.orig_filename.replace("\\", "/")
    if (
        inner.startswith("/")
        or DRIVE.match(inner)
        or ".." in inner.split("/")
        or not inner.isprintable()
    ):
        raise UploadRefused(
            "archive_name",
            _("“%(name)s”的压缩包里有指向别处的路径，没有收下。请用原软件另存后再上传。")
            % {"name": name},
        )
    if member.file_size > MIB and member.file_size > SWELLING * max(1, member.compress_size):
        raise _bomb(name)


def _bomb(name: str) -> UploadRefused:
    return UploadRefused(
        "swollen",
        _("“%(name)s”解开后大得不像正常的文档，没有收下。请另存为新文件，或拆成几份再上传。")
        % {"name": name},
    )


def _declares_macros(archive: zipfile.ZipFile) -> bool:
    """Whether the archive says of itself that it holds macros, whatever its ending."""
    found = archive.NameToInfo.get("[Content_Types].xml")
    if found is None or found.file_size > MIB:
        return False
    return b"macroenabled" in archive.read(found).lower()


class _Gathering:
    """Listens to a part of an Office document and keeps its text, a paragraph or cell a line.

    What is struck out or hidden is kept as well: the text is searched, not shown.
    """

    def __init__(self, *, loose: bool) -> None:
        self._pieces: list[str] = []
        self._loose = loose

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}tab"):
            self._pieces.append(" ")

    def end(self, tag: str) -> None:
        if self._loose or tag.rpartition("}")[2] in PIECES:
            self._pieces.append("\n")

    def data(self, text: str) -> None:
        self._pieces.append(text)

    def close(self) -> None:
        """Nothing is left to do."""

    def text(self) -> str:
        return "".join(self._pieces)
