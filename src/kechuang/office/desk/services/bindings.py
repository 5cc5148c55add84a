"""Putting a book of evidence together: pieces in and out, their order, and the binding itself."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.binding import book
from kechuang.office.desk.models import Binding, BoundPiece
from kechuang.office.desk.queries.bindings import MAKE, offered, pieces_of
from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.jobs import JobError, JobRun
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import MergeRule, SourceRef
from kechuang.office.ground.uploads import MIB, SCAN_KINDS, Incoming, received
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Document

JOB: Final = "binding.make"
KINDS: Final = (*SCAN_KINDS, "docx")
MOST_BYTES: Final = 50 * MIB
AT_ONCE: Final = 5 * MIB
"""Up to so many bytes, and without Word files, a book is bound while one waits."""
MOST_PIECES: Final = 300
WHY: Final = {
    book.LOCKED: gettext_lazy("有口令保护。请去掉口令后另存，再上传。"),
    book.BROKEN: gettext_lazy("文件已损坏或格式特殊。请打开后用“打印到PDF”重新生成，再上传。"),
    book.TABLE: gettext_lazy("表格不能直接装订。请在 Excel 里设好打印区域，另存为PDF再上传。"),
    book.NO_PROGRAM: gettext_lazy("本机没有安装 LibreOffice，不能转换 Word。请另存为PDF再上传。"),
    book.UNREADABLE: gettext_lazy("Word 文件无法转换。请用 Word 或 WPS 另存为PDF再上传。"),
    book.KIND: gettext_lazy("只能装订PDF、图片和 Word 文件。请另存为PDF再上传。"),
    book.LONG: gettext_lazy("总页数超过1500页。请分成几册。"),
}
"""Why a file cannot be bound, and what to do."""


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """What the cover says."""

    title: str
    unit: str
    dated_on: date


def create(actor: Actor, party: Party, facts: CoverFacts) -> Binding:
    """Begin a book about an organisation."""
    place = Place(party.region.path, party.code, actor.code)
    with acting(actor, MAKE, place):
        binding = Binding.objects.create(
            party=party,
            title=facts.title,
            unit=facts.unit,
            dated_on=facts.dated_on,
            owner=actor.code,
            owner_name=actor.name,
        )
        _tell(actor, binding, "create", {"title": (None, facts.title)})
    return binding


def change(actor: Actor, binding: Binding, facts: CoverFacts) -> audit.Changes:
    """Change what the cover says; gives what changed."""
    with _open(actor, binding) as kept:
        before = _plain(kept)
        kept.title, kept.unit, kept.dated_on = facts.title, facts.unit, facts.dated_on
        changes = audit.changes_between(before, _plain(kept))
        if changes:
            kept.save(update_fields=["title", "unit", "dated_on"])
            _touched(kept)
            _tell(actor, kept, "change", changes)
    return changes


def add_documents(actor: Actor, binding: Binding, keys: Iterable[int]) -> list[BoundPiece]:
    """Add documents of the dossier at the end, in the order in which they are offered there.

    What cannot be bound is added too, with why not, so that nobody believes it is in.
    """
    wanted = set(keys)
    found = [(each, _checked(each.file)) for each in offered(binding) if each.pk in wanted]
    if not found:
        return []
    with _open(actor, binding) as kept:
        documents: list[tuple[Document, tuple[int | None, str]]] = found
        added = [
            _add(kept, document.title, document.file, checked, document)
            for document, checked in documents
        ]
        _touched(kept)
        _tell(actor, kept, "add", {"pieces": (None, "、".join(each.title for each in added))})
    return added


def add_file(actor: Actor, binding: Binding, title: str, name: str, stream: BinaryIO) -> BoundPiece:
    """Add a file that is sent for this book.

    Raises `ValidationError` for the field `file` where it must not come in or cannot be bound;
    then nothing of it is kept.
    """
    place = place_of(binding)
    require(actor, MAKE, place)
    upload = received(actor, place, "file", Incoming(name, stream), KINDS, MOST_BYTES)
    pages, refusal = _check(upload.content, upload.media_type)
    if refusal:
        told = _("“%(name)s”不能装订：%(why)s")
        raise ValidationError({"file": told % {"name": upload.name, "why": WHY[refusal]}})
    with _open(actor, binding) as kept:
        stored = files.store(actor, upload.name, upload.stream(), upload.media_type, place)
        told = title.strip() or upload.name.rpartition(".")[0] or upload.name
        piece = _add(kept, told, stored, (pages, ""), None)
        _touched(kept)
        changes: audit.Changes = {"pieces": (None, piece.title), "sha256": (None, stored.digest)}
        _tell(actor, kept, "add", changes)
    return piece


def move(actor: Actor, piece: BoundPiece, *, up: bool) -> None:
    """Move a piece by one place; at the ends it stays."""
    with _open(actor, piece.binding) as kept:
        rows = pieces_of(kept)
        here = next((n for n, row in enumerate(rows) if row.pk == piece.pk), None)
        there = None if here is None else here + (-1 if up else 1)
        if here is None or there is None or not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for number, row in enumerate(rows, start=1):
            row.place = number
        BoundPiece.objects.bulk_update(rows, ["place"])
        _touched(kept)
        _tell(actor, kept, "move", {"place": (f"{piece.title} {here + 1}", str(there + 1))})


def remove(actor: Actor, piece: BoundPiece) -> None:
    """Take a piece out of the book; the document or file itself stays where it is kept."""
    with _open(actor, piece.binding) as kept:
        if BoundPiece.objects.filter(pk=piece.pk).delete()[0]:
            _touched(kept)
            _tell(actor, kept, "remove", {"pieces": (piece.title, None)})


def make(actor: Actor, binding: Binding) -> Binding:
    """Bind the book: at once where it is small, else by a job; then it is in state `making`.

    Raises `ValidationError` where it has no pieces, or some that cannot be bound.
    """
    with _open(actor, binding) as kept:
        rows = _ready(kept)
        size = sum(row.file.size for row in rows)
        later = size > AT_ONCE or any(row.file.media_type == book.WORD for row in rows)
        if later:
            kept.state = Binding.State.MAKING
            name = _("装订“%(title)s”") % {"title": kept.title}
            kept.job = jobs.submit(actor, JOB, name, {"binding": kept.pk}, place_of(kept))
            kept.save(update_fields=["state", "job"])
            _tell(actor, kept, "submit", {"pieces": (None, len(rows))})
            return kept
    made = _bound(kept, rows)
    with _open(actor, binding) as kept:
        _keep(actor, kept, rows, made)
    return kept


def run(run: JobRun) -> Mapping[str, Any]:
    """Bind a book as a job."""
    binding = _rows().get(pk=run.arguments["binding"])
    if binding.state != Binding.State.MAKING:
        return {"binding": binding.pk}
    run.begin(0, 1, done=0)
    rows = pieces_of(binding)
    try:
        made = _bound(binding, rows)
    except ValidationError as error:
        with run.unit():
            kept = _locked(binding)
            kept.state = Binding.State.OPEN
            kept.save(update_fields=["state"])
            _tell(run.actor, kept, "fail", {})
        raise JobError(" ".join(error.messages)) from error
    with run.unit():
        _keep(run.actor, _locked(binding), rows, made)
    return {"binding": binding.pk, "pages": sum(each for each in made[1])}


def place_of(binding: Binding) -> Place:
    """Where a book belongs; organisation and region must have been fetched with it."""
    return Place(binding.party.region.path, binding.party.code, binding.owner)


# --- steps


def _bound(binding: Binding, rows: list[BoundPiece]) -> tuple[bytes, list[int]]:
    """The PDF, and how many pages each piece has. Raises `ValidationError` naming the piece."""
    pieces = []
    for row in rows:
        with files.open_file(row.file) as stream:
            content = stream.read()
        try:
            pieces.append(book.Piece(row.title, book.sheets_of(content, row.file.media_type)))
        except book.NotBindable as error:
            told = _("“%(name)s”不能装订：%(why)s")
            wrong = told % {"name": row.title, "why": WHY[error.code]}
            raise ValidationError(wrong) from error
    cover = book.Cover(binding.title, binding.party.name, binding.unit, binding.dated_on)
    try:
        made = book.bind(cover, pieces)
    except book.NotBindable as error:
        raise ValidationError(str(WHY[error.code])) from error
    return made, [len(piece.sheets.wide) for piece in pieces]


def _keep(
    actor: Actor, binding: Binding, rows: list[BoundPiece], made: tuple[bytes, list[int]]
) -> None:
    content, pages = made
    day = f"{binding.dated_on:%Y%m%d}"
    name = f"{binding.party.name}-{binding.title}-{day}.pdf"
    stored = files.store(actor, name, io.BytesIO(content), book.PDF, place_of(binding))
    for row, count in zip(rows, pages, strict=True):
        row.pages = count
    BoundPiece.objects.bulk_update(rows, ["pages"])
    binding.file, binding.pages = stored, sum(pages)
    binding.state, binding.made_at, binding.is_stale = Binding.State.DONE, timezone.now(), False
    binding.save(update_fields=["file", "pages", "state", "made_at", "is_stale"])
    changes: audit.Changes = {"sha256": (None, stored.digest), "pages": (None, binding.pages)}
    _tell(actor, binding, "make", changes)


def _ready(binding: Binding) -> list[BoundPiece]:
    rows = pieces_of(binding)
    if not rows:
        raise ValidationError(_("还没有材料。请先选档案里的文件，或上传文件。"))
    wrong = [row.title for row in rows if row.refusal]
    if wrong:
        told = _("有%(count)d份材料不能装订：%(names)s。请移除，或换成PDF后重新加入。")
        raise ValidationError(told % {"count": len(wrong), "names": "、".join(wrong)})
    return rows


def _checked(stored: StoredFile) -> tuple[int | None, str]:
    with files.open_file(stored) as stream:
        return _check(stream.read(), stored.media_type)


def _check(content: bytes, media_type: str) -> tuple[int | None, str]:
    """How many pages a file has, None where only the binding tells; or why it cannot be bound."""
    if media_type == book.WORD:
        return None, "" if book.can_convert() else book.NO_PROGRAM
    try:
        return len(book.sheets_of(content, media_type).wide), ""
    except book.NotBindable as error:
        return None, error.code


def _add(
    binding: Binding,
    title: str,
    stored: StoredFile,
    checked: tuple[int | None, str],
    document: Document | None,
) -> BoundPiece:
    rows = BoundPiece.objects.filter(binding=binding)
    if rows.count() >= MOST_PIECES:
        told = _("一册最多%(most)d份材料。请分成几册。")
        raise ValidationError(told % {"most": MOST_PIECES})
    last = rows.aggregate(found=Max("place"))["found"] or 0
    pages, refusal = checked
    return BoundPiece.objects.create(
        binding=binding,
        place=last + 1,
        title=title[:200],
        file=stored,
        document=document,
        pages=pages,
        refusal=refusal,
    )


@contextmanager
def _open(actor: Actor, binding: Binding) -> Generator[Binding]:
    """A transaction in which the book, read anew, is locked and not being bound just now."""
    with acting(actor, MAKE, place_of(binding)):
        kept = _locked(binding)
        if kept.state == Binding.State.MAKING:
            raise ValidationError(_("正在装订，装订完再改。"))
        yield kept


def _locked(binding: Binding) -> Binding:
    return _rows().select_for_update(of=("self",)).get(pk=binding.pk)


def _rows() -> Any:
    return Binding.objects.select_related("party__region")


def _touched(binding: Binding) -> None:
    """What was bound before no longer says what the pieces are."""
    binding.state, binding.is_stale = Binding.State.OPEN, binding.file is not None
    binding.save(update_fields=["state", "is_stale"])


def _plain(binding: Binding) -> dict[str, audit.Plain]:
    return {
        "title": binding.title,
        "unit": binding.unit,
        "dated_on": binding.dated_on.isoformat(),
    }


def _tell(actor: Actor, binding: Binding, action: str, changes: audit.Changes) -> None:
    subject = SourceRef("binding", str(binding.pk))
    line = audit.Line(f"binding.{action}", subject, binding.title, place_of(binding), changes)
    audit.record(actor, line)


def _merge(actor: Actor, goes: str, stays: str) -> None:
    survivor = Party.objects.get(code=stays)
    Binding.objects.filter(party__code=goes).update(party=survivor)


RULE: Final = MergeRule("desk.bindings", 60, ("desk.Binding.party",), _merge)
"""Books about a record that goes are about the one that stays."""
