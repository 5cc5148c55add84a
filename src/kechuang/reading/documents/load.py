"""Opening one report, whatever its format, or saying why it cannot be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kechuang.files.decode import UndecodableError, decode
from kechuang.reading.documents.blocks import TooMuchTextError
from kechuang.reading.documents.docx_text import ArchiveError, docx_text
from kechuang.reading.documents.html_text import html_text
from kechuang.reading.documents.model import MIB, Document, DocumentError, settings, size
from kechuang.reading.documents.pdf_text import PdfError, pdf_text

LIMIT_BYTES = 64 * MIB


def load(path: Path, *, limit_bytes: int = LIMIT_BYTES) -> Document:
    """Read a report of one of the known formats.

    The format follows the extension, and the content must agree with it. Files larger than
    `limit_bytes` are refused before they are read.

    Raises:
        DocumentError: the file cannot be read; its `code` says why.
    """
    return document_of(path, _bytes(path, limit_bytes))


def document_of(path: Path, data: bytes) -> Document:
    """Read a report from its bytes; `path` says its name, and nothing is opened there.

    Raises:
        DocumentError: the content cannot be read; its `code` says why.
    """
    form = _format(path)
    if form is None:
        raise DocumentError("unsupported", path, path.suffix or "没有扩展名")
    _check_content(path, form, data)
    encoding: str | None = None
    try:
        if form == "docx":
            raw = docx_text(data)
        elif form == "pdf":
            raw = pdf_text(data)
        else:
            raw, encoding = decode(data)
            raw = html_text(raw) if form == "html" else raw
    except (ArchiveError, PdfError) as error:
        raise DocumentError(error.code, path, error.detail) from error
    except TooMuchTextError as error:
        limit = size(int(settings()["text_characters"]))
        raise DocumentError("too_large", path, f"文字超过 {limit}") from error
    except UndecodableError as error:
        raise DocumentError("not_text", path, str(error)) from error
    if not raw.strip():
        raise DocumentError("empty", path)
    return Document(doc=path.stem, path=path, raw=raw, format=form, encoding=encoding)


def decoded(path: Path, *, limit_bytes: int = LIMIT_BYTES) -> str:
    """The text of any plain text file, such as a CSV, with the same care as a report.

    Raises:
        DocumentError: the file cannot be read.
    """
    try:
        return decode(_bytes(path, limit_bytes))[0]
    except UndecodableError as error:
        raise DocumentError("not_text", path, str(error)) from error


def _format(path: Path) -> str | None:
    return settings()["extensions"].get(path.suffix.lower())


def _bytes(path: Path, limit: int) -> bytes:
    """The file's content, its kind and size checked before anything is read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DocumentError("directory", path)
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError("unsupported", path, "不是普通文件")
        if status.st_size > limit:
            raise _too_large(path, status.st_size, limit)
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentError("missing", path) from error
    except PermissionError as error:
        raise DocumentError("permission", path) from error
    except (OSError, ValueError) as error:
        reason = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "路径无效"
        )
        raise DocumentError("broken", path, reason) from error
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    if not data:
        raise DocumentError("empty", path)
    return data


def _too_large(path: Path, found: int, limit: int) -> DocumentError:
    return DocumentError("too_large", path, f"{size(found)}，上限 {size(limit)}")


def _check_content(path: Path, form: str, data: bytes) -> None:
    """Refuse a file whose first bytes tell of something other than its extension."""
    found = next(
        (entry for entry in settings()["magic"] if data.startswith(bytes.fromhex(entry["start"]))),
        None,
    )
    if form == "docx" and found is not None and found["format"] == "ole":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError("encrypted", path, "Word 打开密码")
        raise DocumentError("mismatch", path, "旧版 doc 文档")
    if found is not None and found["format"] != form:
        raise DocumentError("mismatch", path, str(found["name"]))
    if form == "docx" and found is None:
        raise DocumentError("broken", path, "不是 docx 的压缩结构")
    if form == "pdf" and found is None and b"%PDF-" not in data[:1024]:
        raise DocumentError("broken", path, "没有 PDF 文件头")
