"""The check of a file that somebody hands in, before anything of it is kept."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kechuang.files.decode import UndecodableError, decode
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads.archives import archive_text, broken, check_archive
from kechuang.office.ground.uploads.marks import find_mark, without_tags
from kechuang.office.ground.uploads.model import (
    MIB,
    OLE,
    OTHER_BEGINNINGS,
    CheckedUpload,
    Incoming,
    Kind,
    UploadRefused,
)
from kechuang.office.ground.uploads.names import kind_of, safe_name
from kechuang.office.ground.uploads.old_workbooks import check_old, is_locked, locked, old_text
from kechuang.reading.documents import DocumentError, document_of
from kechuang.reading.documents.pdf_text import PdfError, pdf_page_texts

REPORT_KINDS: Final = ("docx", "pdf", "txt", "md", "html")
TABLE_KINDS: Final = ("xlsx", "xls", "et", "csv")
SCAN_KINDS: Final = ("pdf", "png", "jpeg")
PDF_LEAD: Final = 1024  # a PDF may begin with some other bytes


def check_upload(
    name: str,
    stream: BinaryIO,
    accepted_kinds: tuple[str, ...],
    limit: int,
    *,
    with_text: bool = False,
) -> CheckedUpload:
    """The file if it may come in: right kind, sound, without macros and classification marks.

    `accepted_kinds` are codes of `KINDS`, `limit` the most bytes. `with_text` asks
    that the reading engine gets text out of it.

    Raises:
        UploadRefused: what is wrong with it and what to do, in one sentence or two.
    """
    name = safe_name(name)
    kind = kind_of(name, accepted_kinds)
    content = _content(name, stream, limit)
    _check_beginning(name, kind, content)
    if kind.archive:
        check_archive(name, kind, content)
    if OLE in kind.magic:
        check_old(name, content)
    text = _engine_text(name, kind, content, with_text) if kind.engine else ""
    if any(map(find_mark, (name, text, _other_text(name, kind, content)))):
        raise UploadRefused(
            "classified",
            _(
                "文件带有国家秘密标志（密级加★），没有收下，也没有留存任何内容。"
                "本系统不得处理涉密信息，请按保密规定处置，并告知本单位保密工作人员。"
            ),
            hashlib.sha256(content).hexdigest(),
        )
    return CheckedUpload(name, kind, content)


def receive(
    actor: Actor,
    place: Place,
    name: str,
    stream: BinaryIO,
    accepted_kinds: tuple[str, ...],
    limit: int,
    *,
    with_text: bool = False,
) -> CheckedUpload:
    """`check_upload`, with a line in the audit trail for each file that is refused."""
    try:
        return check_upload(name, stream, accepted_kinds, limit, with_text=with_text)
    except UploadRefused as refused:
        # The name of a classified document may be a secret itself: its digest stands for it.
        shown = "" if refused.code == "classified" else name
        audit.record(
            actor,
            audit.Line(
                "upload.refused",
                SourceRef("upload", refused.digest[:16] or refused.code),
                name=shown,
                place=place,
                reason=refused.code,
                outcome=AuditEvent.Outcome.REFUSED,
            ),
        )
        raise


def received(
    actor: Actor,
    place: Place,
    field: str,
    file: Incoming,
    accepted_kinds: tuple[str, ...],
    limit: int,
) -> CheckedUpload:
    """`receive` for a form: `ValidationError` for the field where the file must not come in."""
    try:
        return receive(actor, place, file.name, file.stream, accepted_kinds, limit)
    except UploadRefused as refused:
        raise ValidationError({field: refused.sentence}) from refused


def _content(name: str, stream: BinaryIO, limit: int) -> bytes:
    content = stream.read(limit + 1)
    if not content:
        raise UploadRefused(
            "empty", _("“%(name)s”是空的（0字节）。请换成有内容的文件。") % {"name": name}
        )
    if len(content) > limit:
        raise UploadRefused(
            "too_large",
            _("“%(name)s”超过%(limit)s MB。请拆成几份，或去掉图片后再上传。")
            % {"name": name, "limit": f"{limit / MIB:g}"},
        )
    return content


def _check_beginning(name: str, kind: Kind, content: bytes) -> None:
    """Refuse a file whose first bytes tell of something other than its ending."""
    if any(content.startswith(magic) for magic in kind.magic):
        return
    if kind.code == "pdf" and b"%PDF-" in content[:PDF_LEAD]:
        return
    if kind.archive and content.startswith(OLE) and is_locked(content):
        raise locked(name)
    found = next((words for start, words in OTHER_BEGINNINGS if content.startswith(start)), None)
    if found is not None:
        raise UploadRefused(
            "mismatch",
            _("“%(name)s”的扩展名与内容不符：内容是%(found)s。请用原软件另存后再上传。")
            % {"name": name, "found": found},
        )
    if kind.magic:
        raise broken(name)


def _engine_text(name: str, kind: Kind, content: bytes, needed: bool) -> str:
    """What the reading engine gets out of the file; nothing of a scan where no text is needed."""
    try:
        return document_of(Path(name), content).raw
    except DocumentError as error:
        if error.code == "scanned" and not needed:
            return ""
        language = "en" if get_language() == "en" else "zh"
        raise UploadRefused(error.code, error.sentence(language)) from error


def _other_text(name: str, kind: Kind, content: bytes) -> str:
    """What stands in the file beside its body: heads and feet, notes, what a page hides."""
    if kind.archive:
        return archive_text(name, content)
    try:
        if OLE in kind.magic:
            return old_text(content)
        if kind.code == "pdf":
            return "\n".join(pdf_page_texts(content))
        if kind.code == "html":
            return without_tags(decode(content)[0])
        if kind.code == "csv":
            return decode(content)[0]
    except PdfError as error:
        raise broken(name) from error
    except UndecodableError as error:
        raise UploadRefused(
            "not_text",
            _("“%(name)s”无法按文字解码。请用原来的软件打开，另存为 UTF-8 编码后再上传。")
            % {"name": name},
        ) from error
    return ""
