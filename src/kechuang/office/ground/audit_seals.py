"""Seals: how long the audit trail was and what its last digest was, written outside the database.

Each is one line of a file that only grows. A seal carries the digest of the seal before it, so that
a line taken out of the file is found as well. A copy of the file on another machine is worth more
than the file itself: whoever rules this machine can rewrite both.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.models import AuditHead

log = logging.getLogger(__name__)

NAME: Final = "audit-seals.jsonl"
DAILY: Final = timedelta(hours=24)
LONGEST_LINE: Final = 4096


class SealError(ValueError):
    """A line of the seal file is not what was written; says which and why."""


def told_at(moment: datetime) -> str:
    """A moment in words."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Seal:
    """The trail at one moment; `previous` and `seal` are the digests of the seal before and of
    this one."""

    at: datetime
    count: int
    digest: str
    previous: str
    seal: str

    @property
    def told_at(self) -> str:
        """The moment on the clock of the installation."""
        return told_at(self.at)

    def line(self) -> str:
        """The seal as it stands in the file."""
        return json.dumps({**_parts(self), "seal": self.seal}) + "\n"


def _parts(seal: Seal) -> dict[str, Any]:
    at = seal.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": at, "count": seal.count, "digest": seal.digest, "previous": seal.previous}


def _digest(seal: Seal) -> str:
    return hashlib.sha256(json.dumps(_parts(seal), sort_keys=True).encode()).hexdigest()


def _made(at: datetime, count: int, digest: str, previous: str) -> Seal:
    bare = Seal(at, count, digest, previous, "")
    return Seal(at, count, digest, previous, _digest(bare))


class Seals:
    """The file of seals in its folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        # What is added while somebody reads belongs to lines that this reader may not have seen.
        self._end = self.path.stat().st_size if self.path.exists() else 0

    @classmethod
    def of_installation(cls) -> Seals:
        """The seals of this installation."""
        return cls(settings.SEALS)

    def read(self) -> Iterator[Seal]:
        """The seals in order.

        Raises `SealError` at the first line that was altered, cut off, or does not follow.
        """
        previous, read, number = "", 0, 0
        if not self._end:
            return
        with self.path.open("rb") as file:
            while read < self._end:
                line = file.readline(LONGEST_LINE)
                read, number = read + len(line), number + 1
                seal = _parsed(line, number)
                if seal.previous != previous:
                    raise SealError(_between(number))
                previous = seal.seal
                yield seal

    def last(self) -> Seal | None:
        """The last seal; None where there is none, or where its line cannot be read."""
        if not self._end:
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, self._end - LONGEST_LINE))
            line = file.read(LONGEST_LINE).rstrip(b"\n").rsplit(b"\n", 1)[-1]
        try:
            return _parsed(line + b"\n", 0)
        except SealError:
            return None

    def add(self, at: datetime, count: int, digest: str) -> Seal:
        """Write one seal: the whole line, on the disk, or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._end = _drop_half_a_line(descriptor)
            last = self.last()
            seal = _made(at, count, digest, last.seal if last else "")
            self._end = _append(descriptor, seal.line().encode(), self._end)
        finally:
            os.close(descriptor)
        return seal


def _drop_half_a_line(descriptor: int) -> int:
    """Cut off what a power cut left of a line; gives where the file ends then."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - LONGEST_LINE)
    tail = os.pread(descriptor, size - start, start)
    end = start + tail.rfind(b"\n") + 1 if b"\n" in tail or not start else size
    if end < size:
        os.ftruncate(descriptor, end)
    return end


def _append(descriptor: int, line: bytes, end: int) -> int:
    try:
        written = os.write(descriptor, line)
        if written != len(line):
            raise OSError(f"only {written} of {len(line)} bytes of a seal were written")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, end)
        raise
    return end + written


def _between(number: int) -> str:
    return _(
        "封存文件第%(number)s行与前一行接不上：中间的封存被删去或改动。请与存放在别处的副本比对。"
    ) % {"number": number}


def _parsed(line: bytes, number: int) -> Seal:
    """The seal of a line; the line must be exactly as it was written."""
    try:
        values = json.loads(line)
        at, count = datetime.fromisoformat(values["at"]), int(values["count"])
        found = _made(at, count, str(values["digest"]), str(values["previous"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        found = None
    if found is None or found.line().encode() != line:
        raise SealError(
            _("封存文件第%(number)s行已被改动或残缺。请与存放在别处的副本比对。")
            % {"number": number}
        )
    return found


def seal(folder: Path | None = None) -> Seal:
    """Seal what is written so far. Never inside a transaction: what it says must have come true.

    Raises `OSError` where the line cannot be written whole.
    """
    with transaction.atomic(durable=True):
        # The lock on the head also keeps two processes from sealing at once.
        head = AuditHead.objects.select_for_update().get(pk=1)
        return Seals(folder or settings.SEALS).add(timezone.now(), head.count, head.digest)


def seal_if_due(now: datetime, folder: Path | None = None) -> Seal | None:
    """Seal where the last seal is a day old or there is none; for the worker's loop."""
    last = Seals(folder or settings.SEALS).last()
    return seal(folder) if last is None or now - last.at >= DAILY else None


class QuietSeals:
    """Seals for a worker: where one fails, the log says so once, and work goes on.

    A worker tries again at every look for work; the next seal covers what this one could not.
    """

    def __init__(self) -> None:
        self._failing = False

    def seal(self, *, only_if_due: bool = False) -> None:
        """Seal what is written so far, or only where a seal is due."""
        try:
            sealed = seal_if_due(timezone.now()) if only_if_due else seal()
        except (OSError, AnyDatabaseError):
            if not self._failing:
                told = "the audit trail could not be sealed: look at the folder %s"
                log.exception(told, settings.SEALS)
            self._failing = True
            return
        if self._failing and sealed is not None:
            log.warning("the audit trail is sealed again")
            self._failing = False
