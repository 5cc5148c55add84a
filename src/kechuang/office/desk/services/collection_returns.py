"""The verbs of what comes back: take workbooks in, attach a scan, take one back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.collecting import (
    CollectionRefused,
    key,
    layout_in,
    place_of,
    place_of_part,
    sent_of,
    told_finding,
)
from kechuang.office.desk.models import Collection, CollectionPart, CollectionReturn
from kechuang.office.desk.services.collections import RUN, line_of_part, locked
from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.uploads import MIB, CheckedUpload, UploadRefused, receive
from kechuang.sheets.errors import SheetError
from kechuang.sheets.marker import MarkerError
from kechuang.sheets.packages import Package
from kechuang.sheets.plain import plain_answer, plain_findings
from kechuang.sheets.returns import Answer, Finding, marker_of, read_return

ANSWER: Final = "collection.answer"
MOST_BYTES: Final = 20 * MIB
MOST_ARCHIVE: Final = 200 * MIB
MOST_FILES: Final = 1_000
AT_ONCE: Final = 12
"""As many files as are read while somebody waits; more are left to a job."""
UNDO_DAYS: Final = 30
SCANS: Final = ("pdf", "jpeg", "png")
OPEN: Final = (Collection.State.SENT, Collection.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it arrives: the name that it came with and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `code` is taken, known, received or refused."""

    name: str
    code: str
    sentences: tuple[str, ...]
    part: str = ""
    key: int = 0

    @property
    def taken(self) -> bool:
        """Whether it counts."""
        return self.code == "taken"


def receive_returns(
    actor: Actor, collection: Collection, incoming: Iterable[Incoming]
) -> tuple[list[Outcome], Job | None]:
    """Take returned workbooks in, one by one or in a .zip: an answer for each.

    A few are read at once; of many each is kept and a job reads them. Raises `CollectionRefused`
    where nothing was sent yet.
    """
    place = place_of(collection)
    require(actor, RUN, place)
    outcomes: list[Outcome] = []
    checked: list[CheckedUpload] = []
    for each in _unpacked(incoming, outcomes):
        try:
            upload = receive(actor, place, each.name, each.stream, ("xlsx",), MOST_BYTES)
        except UploadRefused as refused:
            outcomes.append(Outcome(each.name, "refused", (refused.sentence,)))
        else:
            checked.append(upload)
    if len(checked) <= AT_ONCE:
        return [*outcomes, *(take(actor, collection, each) for each in checked)], None
    with acting(actor, RUN, place):
        row = locked(collection, *OPEN)
        kept = [files.store(actor, c.name, c.stream(), c.media_type, place).pk for c in checked]
        job = jobs.submit(
            actor,
            "collection.take",
            _("核对“%(name)s”的回表") % {"name": row.name},
            {"collection": row.pk, "files": kept},
            replace(place, owner=actor.code),
        )
        row.job = job
        row.save(update_fields=["job"])
    received = (Outcome(each.name, "received", (_("已收下，正在核对。"),)) for each in checked)
    return [*outcomes, *received], job


def answer(actor: Actor, part: CollectionPart, name: str, stream: BinaryIO) -> Outcome:
    """What whoever fills in a part sends back for it. Raises `CollectionRefused`, `UploadRefused`.

    A workbook without the hidden sheet is taken in for that part, and that is told.
    """
    place = place_of_part(part)
    require(actor, ANSWER, place)
    upload = receive(actor, place, name, stream, ("xlsx",), MOST_BYTES)
    return take(actor, part.collection, upload, part)


def take(
    actor: Actor, collection: Collection, upload: CheckedUpload, part: CollectionPart | None = None
) -> Outcome:
    """Read one returned workbook and keep it with what it says; what is wrong is told by cell."""
    done = prepared(collection, upload, part)
    if isinstance(done, Outcome):
        return done
    verb, place = (ANSWER, place_of_part(done.part)) if part else (RUN, place_of(collection))
    with acting(actor, verb, place):
        return settle(actor, collection, done)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A returned workbook that was read: whose it is and what it says; nothing is written yet."""

    upload: CheckedUpload
    part: CollectionPart
    said: Answer


def prepared(
    collection: Collection, upload: CheckedUpload, part: CollectionPart | None = None
) -> Prepared | Outcome:
    """Read a workbook; an outcome where it is none of ours or was not sent."""
    try:
        package = Package.open(upload.content, upload.name)
        found, note = _part_of(collection, package, part)
        said = read_return(package, sent_of(found, layout_in(collection)))
    except SheetError as error:
        return Outcome(upload.name, "refused", (error.message,))
    except CollectionRefused as refused:
        return Outcome(upload.name, "refused", (str(refused),))
    return Prepared(upload, found, replace(said, findings=(*note, *said.findings)))


def settle(
    actor: Actor,
    collection: Collection,
    done: Prepared | Outcome,
    stored: StoredFile | None = None,
) -> Outcome:
    """Write down what a workbook says, once; within the caller's transaction."""
    if isinstance(done, Outcome):
        return done
    row = locked(collection, *OPEN)
    if known := _known(done.part, done.upload):
        return known
    upload = done.upload
    kept = stored or files.store(
        actor, upload.name, upload.stream(), upload.media_type, place_of_part(done.part)
    )
    return keep(actor, row, done.part, kept, done.said)


def keep(
    actor: Actor,
    collection: Collection,
    part: CollectionPart,
    stored: StoredFile,
    said: Answer,
) -> Outcome:
    """Write down what a stored workbook says; within the caller's transaction."""
    refused = said.refused
    closed = collection.state == Collection.State.CLOSED
    state = CollectionReturn.State.REFUSED if refused else CollectionReturn.State.TAKEN
    row = CollectionReturn.objects.create(
        part=part,
        state=state,
        name=stored.name,
        file=stored,
        content=plain_answer(said),
        findings=plain_findings(said),
        after_close=closed and not refused,
        owner=actor.code,
        owner_name=actor.name,
    )
    changes = {"part": (None, part.name), "return": (None, stored.name)}
    act = "collection.refuse" if refused else "collection.take"
    audit.record(actor, line_of_part(act, part, changes))
    if refused:
        return Outcome(stored.name, "refused", tuple(map(told_finding, refused)), part.name, row.pk)
    if part.returned_at is None:
        part.returned_at = row.received_at
        part.save(update_fields=["returned_at"])
    if closed:
        words = _("“%(name)s”定稿后又收到%(part)s的表。需要并入时请重开后重新汇总。")
        notify(
            collection.owner,
            words % {"name": collection.name, "part": part.name},
            reverse("desk:collection", args=[collection.pk]),
        )
    return Outcome(stored.name, "taken", tuple(map(told_finding, said.findings)), part.name, row.pk)


def attach_scan(
    actor: Actor, row: CollectionReturn, name: str, stream: BinaryIO
) -> CollectionReturn:
    """Keep the scan of the sealed page with a returned workbook. Raises `UploadRefused`."""
    verb, place = reach_of(actor, row)
    require(actor, verb, place)
    upload = receive(actor, place, name, stream, SCANS, MOST_BYTES)
    with acting(actor, verb, place):
        scan = files.store(
            actor, upload.name, upload.stream(), upload.media_type, place_of_part(row.part)
        )
        row.scan = scan
        row.save(update_fields=["scan"])
        changes = {"part": (None, row.part.name), "scan": (None, scan.name)}
        audit.record(actor, line_of_part("collection.scan", row.part, changes))
    return row


def withdraw(actor: Actor, row: CollectionReturn) -> CollectionReturn:
    """Take a returned workbook back: it no longer counts. Raises `CollectionRefused`."""
    verb, place = reach_of(actor, row)
    with acting(actor, verb, place):
        locked(row.part.collection, Collection.State.SENT)
        held = CollectionReturn.objects.select_for_update().get(pk=row.pk)
        if held.state != CollectionReturn.State.TAKEN:
            raise CollectionRefused(_("这份表已经不在汇总里。请刷新页面查看。"))
        if timezone.now() > undo_until(held):
            told_days = _("收下已超过%(days)d天，不能撤销。")
            raise CollectionRefused(told_days % {"days": UNDO_DAYS})
        held.state, held.withdrawn_at = CollectionReturn.State.WITHDRAWN, timezone.now()
        held.save(update_fields=["state", "withdrawn_at"])
        part = row.part
        left = part.returns.filter(  # type: ignore[attr-defined]
            state=CollectionReturn.State.TAKEN
        ).order_by("pk")
        first = left.first()
        part.returned_at = first.received_at if first else None
        part.save(update_fields=["returned_at"])
        changes = {"part": (None, part.name), "return": (None, row.name)}
        audit.record(actor, line_of_part("collection.withdraw", part, changes))
    return held


def undo_until(row: CollectionReturn) -> datetime:
    """Until when a returned workbook can be taken back."""
    return row.received_at + timedelta(days=UNDO_DAYS)


def reach_of(actor: Actor, row: CollectionReturn) -> tuple[str, Place]:
    """As whom an actor handles a returned workbook: who collects, or who fills in."""
    collects = place_of(row.part.collection)
    if actor.reaches(RUN, collects):
        return RUN, collects
    return ANSWER, place_of_part(row.part)


def _part_of(
    collection: Collection, package: Package, chosen: CollectionPart | None
) -> tuple[CollectionPart, tuple[Finding, ...]]:
    """The part that a workbook says it is of. Raises `CollectionRefused`."""
    try:
        marker = marker_of(package, key())
    except MarkerError as error:
        if error.code == "missing" and chosen is not None:
            return chosen, (Finding("unmarked"),)
        raise CollectionRefused(_NO_MARK[error.code]()) from error
    if marker.collection != str(collection.pk):
        raise CollectionRefused(_("这是另一次下发的表。请到那次下发的页面上传。"))
    found = (
        collection.parts.filter(name=marker.part)  # type: ignore[attr-defined]
        .select_related("region", "party", "file", "collection__region")
        .first()
    )
    if found is None:
        raise CollectionRefused(_("填报单位“%(part)s”已不在这次下发里。") % {"part": marker.part})
    if marker.version != collection.version:
        words = _("这是第%(old)d版的表，现在是第%(new)d版。请用重新下发的表填报。")
        raise CollectionRefused(words % {"old": marker.version, "new": collection.version})
    if chosen is not None and found.pk != chosen.pk:
        raise CollectionRefused(_("这是“%(part)s”的表，不是您单位的。") % {"part": marker.part})
    return found, ()


_NO_MARK: Final = {
    "missing": lambda: _(
        "表里没有识别标记，不是下发的原表。请把内容填到下发的表里；确实要收的，请在填报单位那一行上传。"
    ),
    "altered": lambda: _("表里的识别标记被改过，不能确定是哪个单位的。请用下发的原表填报。"),
}


def _known(part: CollectionPart, upload: CheckedUpload) -> Outcome | None:
    """The same bytes twice are one return."""
    same = part.returns.filter(  # type: ignore[attr-defined]
        file__digest=upload.digest, state=CollectionReturn.State.TAKEN
    ).first()
    if same is None:
        return None
    words = _("与已收下的“%(name)s”完全相同，没有重复收。") % {"name": same.name}
    return Outcome(upload.name, "known", (words,), part.name, same.pk)


def _unpacked(incoming: Iterable[Incoming], outcomes: list[Outcome]) -> Iterator[Incoming]:
    """The workbooks as they came or out of a .zip; what is neither is told."""
    for each in incoming:
        if not each.name.lower().endswith(".zip"):
            yield each
            continue
        try:
            yield from _members(each)
        except (zipfile.BadZipFile, ValueError) as error:
            words = str(error) if isinstance(error, ValueError) else _("压缩包打不开，请重新压缩。")
            outcomes.append(Outcome(each.name, "refused", (words,)))


def _members(packed: Incoming) -> Sequence[Incoming]:
    """The workbooks in a .zip. Raises `ValueError` with a sentence, `BadZipFile`."""
    with zipfile.ZipFile(packed.stream) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) > MOST_FILES:
            raise ValueError(_("压缩包里超过%(most)d个文件，请分几次上传。") % {"most": MOST_FILES})
        if sum(each.file_size for each in members) > MOST_ARCHIVE:
            raise ValueError(_("压缩包解开后太大，请分几次上传。"))
        if any(each.flag_bits & 1 for each in members):
            raise ValueError(_("压缩包设有密码。请解压后上传。"))
        found: list[Incoming] = []
        for each in members:
            name = PurePosixPath(_named(each)).name
            if name.startswith((".", "~$")) or "__MACOSX" in each.filename:
                continue
            found.append(Incoming(name, io.BytesIO(archive.read(each))))
        return found


def _named(member: zipfile.ZipInfo) -> str:
    """The name of a member; Chinese programs write it in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def fetched(actor: Actor, part: CollectionPart) -> tuple[str, Any]:
    """The workbook of a part for whoever fills it in; leaves a line.

    Raises `CollectionRefused` where it was not sent.
    """
    place = place_of_part(part)
    with acting(actor, ANSWER, place):
        if part.file is None:
            raise CollectionRefused(_("“%(name)s”的表还没有下发。") % {"name": part.name})
        content = files.open_file(part.file)
        audit.record(actor, line_of_part("collection.fetch", part, {"part": (None, part.name)}))
    return part.file.name, content
