"""What comes out of checking a file that somebody hands in."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MIB: Final = 1024 * 1024
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a document of the Office of before 2007 begins, and an encrypted one of today."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it arrives: the name that it came with and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that rooms accept: its endings, how it begins, and whether it is an archive.

    `engine` says that the reading engine opens it, `most_unpacked` to how many bytes an archive may
    unpack.
    """

    code: str
    extensions: tuple[str, ...]
    media_type: str
    magic: tuple[bytes, ...] = ()
    archive: str = ""  # the folder that holds the content of an Office archive
    engine: bool = False
    most_unpacked: int = 256 * MIB


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind(
            "docx",
            (".docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (b"PK\x03\x04",),
            archive="word/",
            engine=True,
        ),
        Kind(
            "xlsx",
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            (b"PK\x03\x04",),
            archive="xl/",
            most_unpacked=1024 * MIB,
        ),
        Kind("xls", (".xls",), "application/vnd.ms-excel", (OLE,)),
        Kind("et", (".et",), "application/vnd.ms-excel", (OLE,)),
        Kind("pdf", (".pdf",), "application/pdf", (b"%PDF-",), engine=True),
        Kind("txt", (".txt",), "text/plain", engine=True),
        Kind("md", (".md",), "text/markdown", engine=True),
        Kind("html", (".html", ".htm"), "text/html", engine=True),
        Kind("csv", (".csv",), "text/csv"),
        Kind("png", (".png",), "image/png", (b"\x89PNG\r\n\x1a\n",)),
        Kind("jpeg", (".jpg", ".jpeg"), "image/jpeg", (b"\xff\xd8\xff",)),
    )
}
"""Every kind that a room may accept, by code."""

OTHER_BEGINNINGS: Final = (
    (b"PK\x03\x04", _("压缩包或 Office 文档")),
    (b"PK\x05\x06", _("空的压缩包")),
    (b"%PDF-", _("PDF")),
    (OLE, _("旧版 Office 文档")),
    (b"\x89PNG\r\n\x1a\n", _("PNG 图片")),
    (b"\xff\xd8\xff", _("JPEG 图片")),
    (b"GIF8", _("GIF 图片")),
    (b"Rar!\x1a\x07", _("RAR 压缩包")),
    (b"7z\xbc\xaf\x27\x1c", _("7z 压缩包")),
    (b"\x1f\x8b\x08", _("GZIP 压缩包")),
    (b"{\\rtf", _("RTF 文档")),
    (b"\x7fELF", _("可执行程序")),
)
"""What a file is that begins so, in words."""


class UploadRefused(Exception):  # noqa: N818 - a refusal is an answer, not a mistake of the program
    """A file that is not taken in: `code` is stable, `sentence` says what is wrong and the mend."""

    def __init__(self, code: str, sentence: str | Promise, digest: str = "") -> None:
        self.code = code
        self.sentence = str(sentence)
        self.digest = digest
        super().__init__(code, self.sentence)


@dataclass(frozen=True)
class CheckedUpload:
    """A file that passed: its harmless name, its kind and its content."""

    name: str
    kind: Kind
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type of its kind; what the browser said does not count."""
        return self.kind.media_type

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.content)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def stream(self) -> BinaryIO:
        """The content from its beginning."""
        return io.BytesIO(self.content)
