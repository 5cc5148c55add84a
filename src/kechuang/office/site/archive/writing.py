"""Writing an archive: everything as it stood at one moment, whole or not at all."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kechuang import __version__
from kechuang.files.atomic import whole_path
from kechuang.office.ground.audit_seals import NAME as SEALS
from kechuang.office.ground.files import blob_path
from kechuang.office.ground.models import StoredFile
from kechuang.office.site.archive import rows
from kechuang.office.site.archive.members import (
    FORMAT,
    KEYS,
    MANIFEST,
    PIECE,
    VERSION,
    ArchiveError,
    contents,
    described,
    migrations_of_this_version,
)
from kechuang.office.site.archive.telling import WRITTEN, tell


@dataclass(frozen=True, slots=True)
class Written:
    """What an archive holds; `missing` are stored files whose bytes are no longer there."""

    rows: int
    files: int
    keys: bool
    missing: tuple[str, ...]


def write(target: Path, *, keys: bool = True) -> Written:
    """Write the archive. ArchiveError says why it cannot be; then nothing is written."""
    try:
        with (
            whole_path(target) as path,
            tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.DATA) as name,
        ):
            manifest, missing = _gather(Path(name), keys=keys)
            _pack(Path(name), manifest, path)
            path.chmod(0o600)  # it holds everything, the keys too
            # The line first: a backup that nobody was told of must not be left behind.
            _tell(target, path, manifest)
    except OSError as error:
        raise ArchiveError(
            _("备份没有写成（%(why)s）：请检查文件夹是否存在、可写、有足够的空间。")
            % {"why": error}
        ) from error
    target.chmod(0o600)
    return Written(*contents(manifest), missing)


def _tell(target: Path, path: Path, manifest: dict[str, Any]) -> None:
    rows_written, files, keys = contents(manifest)
    facts = {
        "rows": rows_written,
        "files": files,
        "keys": keys,
        "trail": manifest["head"]["count"],
        "trail_digest": manifest["head"]["digest"],
        "sha256": described(path).sha256,
    }
    tell(WRITTEN, target, facts)


def _gather(folder: Path, *, keys: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    # A seal made after the snapshot would speak of lines that the snapshot does not hold.
    _copy(settings.SEALS / SEALS, folder / "seals" / SEALS)
    if keys:
        for key in KEYS:
            _copy(settings.DATA / "keys" / f"{key}.key", folder / "keys" / f"{key}.key")
    with _snapshot():
        tables = {
            model._meta.label_lower: _table(folder, model) for model in rows.models_in_order()
        }
        head = rows.head()
        missing = tuple(_blobs(folder))
    members = {
        path.relative_to(folder).as_posix(): described(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "kechuang": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": migrations_of_this_version(),
        "left_out": rows.LEFT_OUT,
        "head": head,
        "tables": tables,
        "missing": missing,
        "members": {
            name: {"size": each.size, "sha256": each.sha256} for name, each in members.items()
        },
    }
    return manifest, missing


@contextmanager
def _snapshot() -> Generator[None]:
    """Reading at one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # Django would take the lock for writing; a reader of SQLite needs none.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _table(folder: Path, model: Any) -> dict[str, Any]:
    path = folder / "tables" / f"{model._meta.label_lower}.jsonl"
    path.parent.mkdir(exist_ok=True)
    digest = rows.Digest()
    with path.open("wb") as stream:
        for line in rows.lines(model):
            digest.add(line)
            stream.write(line + b"\n")
    return {"rows": digest.rows, "digest": digest.told()}


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())


def _blobs(folder: Path) -> Generator[str]:
    """Copy the bytes of every stored file; give the digests of those that are not there."""
    digests = StoredFile.objects.order_by("digest").values_list("digest", flat=True).distinct()
    for digest in digests.iterator(chunk_size=1000):
        if not default_storage.exists(blob_path(digest)):
            yield digest
            continue
        target = folder / "files" / blob_path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(blob_path(digest)) as source, target.open("wb") as stream:
            for piece in source.chunks(PIECE):
                stream.write(piece)


def _pack(folder: Path, manifest: dict[str, Any], path: Path) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    with tarfile.open(path, "w:gz", compresslevel=6) as tar:
        first = tarfile.TarInfo(MANIFEST)
        first.size, first.mode = len(text), 0o600
        tar.addfile(first, BytesIO(text))
        for name in manifest["members"]:
            info = tarfile.TarInfo(name)
            info.size, info.mode = (folder / name).stat().st_size, 0o600
            with (folder / name).open("rb") as stream:
                tar.addfile(info, stream)
