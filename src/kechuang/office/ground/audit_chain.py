"""Whether the audit trail is whole: every line follows from the one before, up to the head.

The lines are read one by one in their order, beside the seals that were written outside the
database, so that a trail of any length needs the same memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from kechuang.office.ground.audit import digest_of
from kechuang.office.ground.audit_seals import Seal, SealError, Seals, told_at
from kechuang.office.ground.models import AuditEvent, AuditHead

AT_A_TIME = 1000
TOLD_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Verified:
    """The trail is whole: how many lines and seals, the last line's digest, the last seal's time.

    `sealed` is the number of lines that the last seal covers.
    """

    count: int
    digest: str
    seals: int
    sealed: int
    sealed_at: datetime | None

    @property
    def last_told(self) -> str:
        """When the last seal was made, on the clock of the installation."""
        return told_at(self.sealed_at) if self.sealed_at else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken link: the number of the line, and what is wrong with it in words."""

    sequence: int
    why: str


class _Break(Exception):  # noqa: N818 - a finding, told by `verify`
    def __init__(self, sequence: int, why: str) -> None:
        self.found = Broken(sequence, why)
        super().__init__(why)


def verify(
    folder: Path | None = None, told: Callable[[int], None] | None = None
) -> Verified | Broken:
    """Read the whole trail and its seals; name the first broken link.

    Writers go on meanwhile. `folder` is where the seals lie, or a copy of them kept elsewhere;
    `told` hears how many lines were good so far.
    """
    seals = Seals(folder or settings.SEALS)
    before = AuditHead.objects.filter(pk=1).first()
    walk = _Walk(seals.read())
    try:
        walk.begin()
        for event in _events():
            walk.step(event)
            if told and walk.count % TOLD_EVERY == 0:
                told(walk.count)
        _compare_with_head(walk, before)
        walk.end()
    except _Break as stop:
        return stop.found
    except SealError as error:
        return Broken(walk.count, str(error))
    last = walk.last_seal
    return Verified(
        walk.count,
        walk.digest,
        walk.seals,
        last.count if last else 0,
        last.at if last else None,
    )


def _events() -> Iterator[AuditEvent]:
    """The lines in order; one that cannot even be read is the broken link."""
    last = None
    rows = AuditEvent.objects.order_by("sequence").iterator(chunk_size=AT_A_TIME)
    while True:
        try:
            event = next(rows, None)
        except (DatabaseError, TypeError, ValueError) as error:
            raise _Break(_next_after(last), _("这一条的内容无法读出，已被改写。")) from error
        if event is None:
            return
        last = event.sequence
        yield event


def _next_after(last: int | None) -> int:
    found = AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    rest = found if last is None else found.filter(sequence__gt=last)
    return rest.first() or 0


class _Walk:
    """Where a verification stands: the last good line, and the next seal."""

    def __init__(self, seals: Iterator[Seal]) -> None:
        self.count = 0
        self.digest = ""
        self.seals = 0
        self.last_seal: Seal | None = None
        self._rest = seals
        self._next: Seal | None = None

    def begin(self) -> None:
        """Take the first seal; it may have been made before the first line."""
        self._take()
        self._compare_with_seals()

    def step(self, event: AuditEvent) -> None:
        """Check one line, then every seal that was made at it."""
        expected = self.count + 1
        if event.sequence != expected:
            self._out_of_order(event, expected)
        if not _says_what_it_said(event):
            raise _Break(expected, _("这一条的内容与它的摘要不符，已被改写。"))
        if event.previous != self.digest:
            raise _Break(
                expected,
                _("这一条所记的前一条摘要，与前一条不符：前一条已被改写或换掉。"),
            )
        self.count, self.digest = expected, event.digest
        self._compare_with_seals()

    def end(self) -> None:
        """The lines are at their end; no seal may speak of more."""
        if self._next:
            raise _Break(
                self.count + 1,
                _("第%(from)s条起已被删去：%(at)s 的封存写明当时有%(count)s条。")
                % {
                    "from": self.count + 1,
                    "at": self._next.told_at,
                    "count": self._next.count,
                },
            )

    def _out_of_order(self, event: AuditEvent, expected: int) -> None:
        if isinstance(event.sequence, int) and event.sequence > expected:
            raise _Break(expected, _("这一条已被删去。"))
        found = event.sequence if isinstance(event.sequence, int) else expected
        raise _Break(found, _("这一条是插进来的：它的序号不在应有的位置。"))

    def _take(self) -> None:
        self._next = next(self._rest, None)

    def _compare_with_seals(self) -> None:
        while (seal := self._next) and seal.count <= self.count:
            if seal.count < self.count:
                raise _Break(
                    seal.count + 1,
                    _("%(at)s 封存时的条数比上一次封存还少：当时已有记录被删去。")
                    % {"at": seal.told_at},
                )
            if seal.digest != self.digest:
                raise _Break(
                    self.count,
                    _("这一条的摘要与 %(at)s 的封存不符：它或它之前的记录已被整段重写。")
                    % {"at": seal.told_at},
                )
            self.seals += 1
            self.last_seal = seal
            self._take()


def _says_what_it_said(event: AuditEvent) -> bool:
    try:
        return digest_of(event) == event.digest
    except (AttributeError, TypeError, ValueError):  # a value of a kind that was never written
        return False


def _compare_with_head(walk: _Walk, before: AuditHead | None) -> None:
    after = AuditHead.objects.filter(pk=1).first()
    if before is None or after is None:
        raise _Break(walk.count + 1, _("审计的末尾记录（条数与摘要）已被删去。"))
    if walk.count < before.count:
        raise _Break(
            walk.count + 1,
            _("第%(from)s条起已被删去：末尾记录写明有%(count)s条。")
            % {"from": walk.count + 1, "count": before.count},
        )
    if walk.count > after.count:
        raise _Break(
            after.count + 1,
            _("这一条不在末尾记录所写的%(count)s条之内：它是插进来的，或末尾记录被改小。")
            % {"count": after.count},
        )
    # Lines that were written while this one read are left to the next verification.
    if walk.count == after.count and walk.digest != after.digest:
        raise _Break(walk.count, _("末尾记录的摘要与最后一条不符：末尾记录已被改写。"))
