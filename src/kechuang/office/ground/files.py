"""Files: bytes under their digest in the store, and a row that says whose they are.

The store is Django's default storage: a folder, or an S3-compatible one by the setting STORAGES.
A file is written whole or not at all, and the same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef

BLOBS = "sha256"
INCOMING = "incoming"
PIECE = 1 << 20
IN_MEMORY = 4 << 20


class Readable(Protocol):
    """Anything that gives bytes piece by piece."""

    def read(self, size: int = ..., /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class FileError(Exception):
    """A file cannot be kept or opened; the sentence says why and what to do."""


class FileTooLarge(FileError):  # noqa: N818 - an answer to whoever sends it
    """More bytes than the limit."""


class FileMissing(FileError):  # noqa: N818 - said of the file
    """The store has lost the bytes of a file."""


@dataclass(frozen=True, slots=True)
class _Received:
    """Bytes that were taken in: where they lie now, their digest, how many."""

    file: IO[bytes]
    digest: str
    size: int


def store(
    actor: Actor,
    name: str,
    stream: Readable,
    media_type: str,
    place: Place | None = None,
    *,
    limit: int | None = None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keep a file; whoever calls has checked that the actor may.

    Raises `FileTooLarge` where it has more than `limit` bytes; then nothing is kept. The row and
    its audit line belong to the transaction of the caller.
    """
    belongs = place or actor.place
    clean = clean_name(name)
    with _received(stream, clean, limit) as received, transaction.atomic():
        stored = StoredFile.objects.create(
            digest=received.digest,
            name=clean,
            size=received.size,
            media_type=media_type[:120],
            expires_at=expires_at,
            owner=belongs.owner or actor.code,
            region=belongs.region,
            party=belongs.party,
        )
        # The line locks the trail until this transaction ends. `file_sweeping.sweep` locks it
        # too, so that it never removes bytes that a row is just being written for.
        audit.record(
            actor,
            audit.Line(
                "file.store",
                SourceRef("file", str(stored.pk)),
                clean,
                belongs,
                changes={"sha256": (None, received.digest), "size": (None, received.size)},
            ),
        )
        _keep(received)
    return stored


def open_file(stored: StoredFile) -> File[bytes]:
    """The bytes of a file, open for reading. Raises `FileMissing` where the store lost them."""
    try:
        return cast("File[bytes]", default_storage.open(blob_path(stored.digest), "rb"))
    except FileNotFoundError as error:
        raise FileMissing(
            _("“%(name)s”在文件库中找不到。请联系系统管理员从备份恢复。") % {"name": stored.name}
        ) from error


def taken(actor: Actor, stored: StoredFile) -> File[bytes]:
    """The bytes of a file for somebody who takes it away; leaves a line."""
    place = Place(stored.region, stored.party, stored.owner)
    with acting(actor, "file.download", place):
        content = open_file(stored)
        subject = SourceRef("file", str(stored.pk))
        audit.record(actor, audit.Line("file.download", subject, stored.name, place))
    return content


def held(now: datetime | None = None) -> QuerySet[StoredFile]:
    """The files whose time is not over."""
    return StoredFile.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now or timezone.now()))


def blob_path(digest: str) -> str:
    """Where the bytes of a digest lie in the store."""
    return f"{BLOBS}/{digest[:2]}/{digest}"


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, at most 255 characters.

    >>> clean_name("C:\\\\报表\\\\甲县.docx"), clean_name("../../甲县.docx"), clean_name("")
    ('甲县.docx', '甲县.docx', '未命名')
    """
    last = PureWindowsPath(PurePosixPath(name).name).name
    plain = "".join(character for character in last if character.isprintable()).strip()
    if len(plain) > 255:
        suffix = Path(plain).suffix[:20]
        plain = plain[: 255 - len(suffix)] + suffix
    return plain if plain.strip(". ") else _("未命名")


@contextmanager
def _received(stream: Readable, name: str, limit: int | None) -> Iterator[_Received]:
    """Take the bytes in, outside every transaction, counting and digesting them on the way."""
    digest = hashlib.sha256()
    size = 0
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        while piece := stream.read(PIECE):
            size += len(piece)
            if limit is not None and size > limit:
                raise FileTooLarge(
                    _("“%(name)s”超过%(limit)s MB的限制，没有保存。请压缩或拆分后再上传。")
                    % {"name": name, "limit": limit // (1 << 20) or 1}
                )
            digest.update(piece)
            spool.write(piece)
        spool.seek(0)
        yield _Received(cast("IO[bytes]", spool), digest.hexdigest(), size)


def _keep(received: _Received) -> None:
    """Put the bytes under their digest.

    In a folder they are written beside and moved into place at once, which also mends bytes that
    were damaged; a store without paths writes an object whole by itself.
    """
    final = blob_path(received.digest)
    storage: Any = default_storage
    if not isinstance(storage, FileSystemStorage):
        if not storage.exists(final):
            storage.save(final, File(received.file))
        return
    target = Path(storage.path(final))
    draft = storage.save(f"{INCOMING}/{secrets.token_hex(8)}", File(received.file))
    source = Path(storage.path(draft))
    with source.open("rb") as written:
        os.fsync(written.fileno())
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.replace(target)
