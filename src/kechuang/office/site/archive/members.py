"""What an archive is made of: the manifest first, then tables, files, seals and keys."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

FORMAT: Final = "kechuang-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 64 << 20
PIECE: Final = 1 << 20
KEYS: Final = ("secret", "field")
NAME: Final = re.compile(
    r"tables/[a-z0-9_]+\.[a-z0-9_]+\.jsonl"
    r"|files/sha256/[0-9a-f]{2}/[0-9a-f]{64}"
    r"|seals/audit-seals\.jsonl"
    r"|keys/(?:secret|field)\.key"
)
"""The only names that a member can have: none of them leaves the folder."""


class ArchiveError(Exception):
    """An archive cannot be written or used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the manifest describes it."""

    size: int
    sha256: str


def migrations_of_this_version() -> list[str]:
    """The names of all migrations that this version knows: which tables it has."""
    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def described(path: Path) -> Member:
    """Size and digest of a file."""
    with path.open("rb") as stream:
        return Member(path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def contents(manifest: dict[str, Any]) -> tuple[int, int, bool]:
    """How many rows and files an archive holds, and whether the keys."""
    members = list(manifest["members"])
    return (
        sum(each["rows"] for each in manifest["tables"].values()),
        sum(name.startswith("files/") for name in members),
        any(name.startswith("keys/") for name in members),
    )


@contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ArchiveError(
            _("备份文件不完整或已损坏（%(why)s）：请换一份完好的备份。") % {"why": error}
        ) from error


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Write every member into an empty folder, each compared with the manifest; give the manifest.

    ArchiveError where the archive is broken, altered, or not of this version.
    """
    with (
        _broken(),
        gzip.open(archive) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        rest = iter(tar)
        manifest = _manifest(tar, next(rest, None))
        expected = _expected(manifest)
        for info in rest:
            member = expected.pop(info.name, None)
            if member is None or not info.isreg() or info.size != member.size:
                raise ArchiveError(
                    _("备份里的“%(name)s”与清单不符，可能被改动过：请换一份完好的备份。")
                    % {"name": info.name}
                )
            _take(tar, info, member, folder / info.name)
        while stream.read(PIECE):
            pass  # what is cut off at the end shows only there
    if expected:
        raise ArchiveError(
            _("备份里缺少“%(name)s”等%(count)s项：请换一份完好的备份。")
            % {"name": next(iter(expected)), "count": len(expected)}
        )
    return manifest


def _take(tar: tarfile.TarFile, info: tarfile.TarInfo, member: Member, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    source = tar.extractfile(info)
    assert source is not None  # noqa: S101 - it is a regular file
    with target.open("xb") as stream:
        while piece := source.read(PIECE):
            digest.update(piece)
            stream.write(piece)
    target.chmod(0o600)
    if digest.hexdigest() != member.sha256:
        raise ArchiveError(
            _("备份里的“%(name)s”内容与清单的摘要不符，已被改动：请换一份完好的备份。")
            % {"name": info.name}
        )


def _manifest(tar: tarfile.TarFile, info: tarfile.TarInfo | None) -> dict[str, Any]:
    strange = ArchiveError(_("这不是 kechuang backup 写出的备份文件：请检查文件名。"))
    if info is None or info.name != MANIFEST or not info.isreg() or info.size > LARGEST_MANIFEST:
        raise strange
    source = tar.extractfile(info)
    try:
        manifest = json.loads(source.read()) if source else None
    except ValueError as error:
        raise strange from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise strange
    found = cast("dict[str, Any]", manifest)
    if found.get("version") != VERSION or found.get("migrations") != migrations_of_this_version():
        raise ArchiveError(
            _("备份是另一个版本的（kechuang %(version)s）：请用那个版本恢复，再升级到本版本。")
            % {"version": found.get("kechuang", "?")}
        )
    return found


def _expected(manifest: dict[str, Any]) -> dict[str, Member]:
    try:
        expected = {
            str(name): Member(int(each["size"]), str(each["sha256"]))
            for name, each in manifest["members"].items()
        }
        well = all(
            isinstance(each["rows"], int) and isinstance(each["digest"], str)
            for each in manifest["tables"].values()
        ) and {"count", "digest"} == set(manifest["head"])
    except (AttributeError, KeyError, TypeError, ValueError):
        well, expected = False, {}
    if not well or not all(NAME.fullmatch(name) for name in expected):
        raise ArchiveError(_("备份的清单不合格式，可能被改动过：请换一份完好的备份。"))
    return expected
