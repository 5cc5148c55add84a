"""Filings: firms into a batch, to a stage, back from a mistake; who looks after them; documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import User
from kechuang.office.filings.milestones import KEEPING, RENEWALS, WAITING, waits
from kechuang.office.filings.models import (
    Batch,
    BatchDocument,
    BatchStage,
    Cause,
    Filing,
    FilingDocument,
    Kind,
    Meaning,
    StageEntry,
)
from kechuang.office.filings.queries.advancing import plan
from kechuang.office.filings.queries.entering import cautions
from kechuang.office.filings.telling import CHANGE, filing_line, place_of
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import enumerated
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.records import refuse
from kechuang.office.registry.services import qualifications

MOST_TOLD: Final = 5
"""Firms that a refusal names at most."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act on many: the codes that it was done for, and why not for the others."""

    done: tuple[str, ...]
    left: Mapping[str, str]


class FilingsMoved(ValidationError):  # noqa: N818 - the answer to an act that comes too late
    """Filings are not at the stage at which a page showed them; nothing was done."""


def add_firms(
    actor: Actor, batch: Batch, party_codes: Sequence[str], kind: str, on: date | None = None
) -> Done:
    """Put parties into a batch, at its first stage; who is in it already stays as it is.

    `kind` is a code of `Kind`. A code that the actor does not reach is left, and so is a firm that
    may not file, with the reason; what only speaks against a firm is for the caller to tell.
    Raises `ValidationError` where the batch is closed or the kind unknown.
    """
    day = on or timezone.localdate()
    if kind not in Kind.values:
        raise refuse("kind", _("没有这种申报类别。请从列表中选择。"))
    _check_day(day)
    wanted = list(dict.fromkeys(party_codes))
    with acting(actor, CHANGE):
        kept = Batch.objects.select_for_update().get(pk=batch.pk)
        _check_open(kept)
        first = BatchStage.objects.filter(batch=kept).order_by("order", "pk").first()
        if first is None:
            raise ValidationError(_("这个批次还没有阶段。请先在“阶段”里加一个。"))
        rows = limit(Party.objects.select_related("region"), actor, CHANGE)
        found = {each.code: each for each in rows.filter(code__in=wanted)}
        present = _present(kept, wanted)
        against = cautions(kept, found, kind, day)
        refused = {code: each.why for code, each in against.items() if each.refused}
        new = [
            Filing(
                batch=kept, party=found[code], kind=kind, stage=first, stage_on=day,
                added_by=actor.code, added_name=actor.name,
            )
            for code in wanted
            if code in found and code not in present and code not in refused
        ]  # fmt: skip
        Filing.objects.bulk_create(new)
        StageEntry.objects.bulk_create([_entry(actor, each, first, day) for each in new])
        lines = [
            filing_line("filing.add", each, {"kind": (None, kind), "stage": (None, first.name)})
            for each in new
        ]
        if lines:
            audit.record_all(actor, lines)
    left = {
        code: _("已在本批次")
        if code in present
        else refused.get(code, _("没有这家，或不在您的范围内"))
        for code in wanted
        if code in present or code in refused or code not in found
    }
    return Done(tuple(each.party.code for each in new), left)


def advance(
    actor: Actor, batch: Batch, party_codes: Sequence[str], stage: str, on: date, reason: str = "",
    *, cause: str = "", document: str = "", shown: Mapping[int, int] | None = None,
) -> Done:  # fmt: skip
    """Bring filings of a batch to a stage (its code) on a day.

    `shown` is by filing the stage at which a page showed it (their keys); None where there was no
    page. What cannot move is left, with the reason. Raises `FilingsMoved` where a filing is not
    where it was shown, `ValidationError` where the stage is unknown, the reason is missing that it
    takes, or the day lies ahead.
    """
    with acting(actor, CHANGE):
        rows = locked(actor, batch, party_codes)
        if shown is not None:
            _check_shown(rows, shown)
        target = checked_stage(batch, stage, on, reason)
        found = plan(rows, target, on)
        _move(actor, found.moves, target, on, _Said(reason.strip(), cause, document))
    codes = {each.party.code for each in rows}
    missing = {code: _("不在本批次，或不在您的范围内") for code in party_codes if code not in codes}
    return Done(tuple(each.party.code for each in found.moves), {**missing, **found.stays})


def take_back(actor: Actor, entry: StageEntry, reason: str) -> Filing:
    """Take the newest entry of a filing back that was made by mistake; it stays with the reason.

    The first entry, by which a firm is in the batch, can only be ended with 放弃.
    """
    told = reason.strip()
    with acting(actor, CHANGE, place_of(entry.filing)):
        filing = _lock(entry.filing)
        rows = list(
            StageEntry.objects.select_related("stage")
            .filter(filing=filing, taken_back_at=None)
            .order_by("on", "pk")
        )
        if not told:
            raise refuse("reason", _("请写明为什么收回，例如“选错了企业”。"))
        if not rows or rows[-1].pk != entry.pk:
            raise ValidationError(_("只能收回最近的一步。请从最后一步开始逐步收回。"))
        if len(rows) == 1:
            raise ValidationError(_("这是加入批次的一步，不能收回。不再申报的请登记“放弃”。"))
        held = filing.qualification
        if rows[-1].stage.meaning == Meaning.CERTIFIED and held is not None:
            if held.status != Qualification.Status.CANCELLED and filing.kind not in KEEPING:
                raise ValidationError(_("证书已登记为称号。请先在称号记录里撤销，再收回这一步。"))
            filing.qualification = None
        last, before = rows[-1], rows[-2]
        last.taken_back_at = timezone.now()
        last.taken_back_by, last.taken_back_name = actor.code, actor.name
        last.taken_back_reason = told
        last.save()
        filing.stage, filing.stage_on = before.stage, before.on
        filing.changed_at = timezone.now()
        filing.save()
        changes = {"stage": (last.stage.name, before.stage.name)}
        audit.record(actor, filing_line("filing.take_back", filing, changes, told))
        _keep_waiting(actor, filing, before.document or told)
    return filing


def withdraw(actor: Actor, filing: Filing, stamp: datetime, reason: str) -> None:
    """Take a firm out of a batch again into which it came by mistake; the trail keeps what it said.

    `stamp` is when it was put in. Raises `ValidationError` where anything happened to it since.
    """
    with acting(actor, CHANGE, place_of(filing)):
        kept = _lock(filing)
        moved = StageEntry.objects.filter(filing=kept).count() > 1
        if kept.changed_at != stamp or moved or kept.qualification is not None:
            raise ValidationError(_("列入后又有办理，请逐家登记“放弃”"))
        pair = {"stage": (kept.stage.name, None)}
        audit.record(actor, filing_line("filing.withdraw", kept, pair, reason))
        try:
            kept.delete()
        except ProtectedError as error:
            raise ValidationError(_("已被其他记录引用")) from error


def look_after(actor: Actor, filings: Iterable[Filing], officer: str) -> int:
    """Say who follows filings up, by user name; empty for nobody. Gives how many changed."""
    with acting(actor, CHANGE):
        user = User.objects.filter(username=officer, is_active=True).first() if officer else None
        if officer and user is None:
            raise refuse("officer", _("没有这个账号，或已停用。请从列表中选择。"))
        name = user.name if user else ""
        keys = [each.pk for each in filings]
        rows = limit(_rows().filter(pk__in=keys), actor, CHANGE).exclude(officer=officer)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        lines = [
            filing_line("filing.look_after", each, {"officer_name": (each.officer_name, name)})
            for each in found
        ]
        Filing.objects.filter(pk__in=[each.pk for each in found]).update(
            officer=officer, officer_name=name, changed_at=timezone.now()
        )
        if lines:
            audit.record_all(actor, lines)
    return len(found)


def change(actor: Actor, filing: Filing, kind: str, number: str, note: str) -> audit.Changes:
    """Correct the kind, the number or the note of a filing; gives what changed."""
    if kind not in Kind.values:
        raise refuse("kind", _("没有这种申报类别。请从列表中选择。"))
    with acting(actor, CHANGE, place_of(filing)):
        kept = _lock(filing)
        names = ("kind", "number", "note")
        before = {name: getattr(kept, name) for name in names}
        if kept.qualification is not None and kind != kept.kind:
            raise refuse("kind", _("已登记证书，类别不能再改。"))
        kept.kind, kept.number, kept.note = kind, number, note
        changes = audit.changes_between(before, {name: getattr(kept, name) for name in names})
        if changes:
            kept.changed_at = timezone.now()
            kept.save()
            audit.record(actor, filing_line("filing.change", kept, changes))
    return changes


def receive(
    actor: Actor, filing: Filing, states: Mapping[str, str], on: date, note: str = ""
) -> int:
    """Say which documents of a filing are there: by code a state, empty for missing.

    Gives how many changed. Raises `ValidationError` for a document that the batch does not ask for.
    """
    _check_day(on)
    with acting(actor, CHANGE, place_of(filing)):
        kept = _lock(filing)
        asked = {each.code: each for each in BatchDocument.objects.filter(batch=kept.batch)}
        known = {
            each.document.code: each
            for each in FilingDocument.objects.filter(filing=kept).select_related("document")
        }
        changes: dict[str, tuple[audit.Plain, audit.Plain]] = {}
        for code, state in states.items():
            if code not in asked or (state and state not in FilingDocument.State.values):
                raise ValidationError(_("批次里没有这份材料，或没有这种状态。请刷新页面重试。"))
            row = known.get(code)
            before = row.state if row else ""
            if state == before:
                continue
            changes[asked[code].name] = (_state(before), _state(state))
            if not state and row:
                row.delete()
                continue
            FilingDocument.objects.update_or_create(
                filing=kept,
                document=asked[code],
                defaults={
                    "state": state, "on": on, "note": note, "by": actor.code, "by_name": actor.name,
                },
            )  # fmt: skip
        if changes:
            audit.record(actor, filing_line("filing.documents", kept, changes))
    return len(changes)


# --- what the services of this room share


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of an advance: why, of which cause, by which document."""

    reason: str = ""
    cause: str = ""
    document: str = ""


def checked_stage(batch: Batch, code: str, on: date, reason: str) -> BatchStage:
    """The stage of a batch that filings are to go to. Raises `ValidationError` by field."""
    stage = BatchStage.objects.filter(batch=batch, code=code).first()
    if stage is None:
        raise refuse("stage", _("本批次没有这个阶段。请从列表中选择。"))
    _check_day(on)
    if stage.needs_reason and not reason.strip():
        raise refuse("reason", _("“%(stage)s”要写原因：以后要按原因统计。"), stage=stage.name)
    return stage


def locked(actor: Actor, batch: Batch, party_codes: Sequence[str]) -> list[Filing]:
    """The filings of these parties in a batch that the actor may change, locked."""
    rows = limit(_rows().filter(batch=batch, party__code__in=list(party_codes)), actor, CHANGE)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _check_shown(rows: Sequence[Filing], shown: Mapping[int, int]) -> None:
    """Refuse what was asked for on a page that is older than what somebody did since."""
    moved = [each for each in rows if shown.get(each.pk) != each.stage.pk]
    gone = len(shown.keys() - {each.pk for each in rows})
    told = [f"{each.party.name}（{each.stage.name}）" for each in moved[:MOST_TOLD]]
    if more := len(moved) - len(told):
        told.append(_("另有%(count)d家") % {"count": more})
    if gone:
        told.append(_("%(count)d家已不在名单里") % {"count": gone})
    if told:
        sentence = _("页面打开后有人办理过，这次没有推进：%(firms)s。请核对现在的阶段再办。")
        raise FilingsMoved(sentence % {"firms": enumerated(told)})


def move_on(
    actor: Actor, filings: Sequence[Filing], stage: BatchStage, on: date, document: str
) -> None:
    """Bring locked filings to a stage; the caller has checked that they may go there."""
    require(actor, CHANGE)
    _move(actor, filings, stage, on, _Said(document=document))


def held_title(filing: Filing) -> Qualification | None:
    """The newest certificate of the batch's title that a firm has and that was not cancelled."""
    if not filing.batch.title:
        return None
    rows = Qualification.objects.select_related("party__region").filter(
        party=filing.party, title=filing.batch.title
    )
    if filing.batch.level:
        rows = rows.filter(level=filing.batch.level)
    rows = rows.exclude(status=Qualification.Status.CANCELLED)
    return rows.order_by("-issued_on", "-pk").first()


def _move(
    actor: Actor, filings: Sequence[Filing], stage: BatchStage, on: date, said: _Said
) -> None:
    returned = stage.meaning == Meaning.RETURNED
    cause = (said.cause or Cause.OTHER) if returned else ""
    lines: list[audit.Line] = []
    entries: list[StageEntry] = []
    for each in filings:
        changes: dict[str, tuple[audit.Plain, audit.Plain]] = {
            "stage": (each.stage.name, stage.name),
            "stage_on": (each.stage_on.isoformat(), on.isoformat()),
        }
        if said.document:
            changes["document"] = (None, said.document)
        if cause:
            changes["cause"] = (None, cause)
        lines.append(filing_line("filing.advance", each, changes, said.reason))
        entries.append(_entry(actor, each, stage, on, _Said(said.reason, cause, said.document)))
        each.stage, each.stage_on, each.changed_at = stage, on, timezone.now()
    StageEntry.objects.bulk_create(entries)
    Filing.objects.bulk_update(filings, ["stage", "stage_on", "changed_at"])
    if lines:
        audit.record_all(actor, lines)
    for each in filings:
        _keep_waiting(actor, each, said.document or said.reason)


def _keep_waiting(actor: Actor, filing: Filing, said: str) -> None:
    """Let the certificate that a renewal follows wait for the next one, or no longer."""
    if filing.kind not in RENEWALS or not filing.batch.title:
        return
    held = held_title(filing)
    if held is None or held.renewals.exists():  # type: ignore[attr-defined]
        return
    rows = StageEntry.objects.filter(filing=filing, taken_back_at=None).order_by("on", "pk")
    published = waits(rows.values_list("stage__meaning", flat=True))
    waiting = held.status == Qualification.Status.AWAITING
    if published and not waiting:
        told = said or filing.batch.notice_number or filing.batch.name
        qualifications.await_certificate(actor, held, told[:120])
    elif waiting and not published and _published_before(filing):
        qualifications.stop_awaiting(actor, held, said)


def _published_before(filing: Filing) -> bool:
    """Whether this filing is why the certificate waits; a list from above may have said so too."""
    rows = StageEntry.objects.filter(filing=filing, stage__meaning__in=WAITING)
    return rows.exists()


def _entry(
    actor: Actor, filing: Filing, stage: BatchStage, on: date, said: _Said | None = None
) -> StageEntry:
    words = said or _Said()
    return StageEntry(
        filing=filing, stage=stage, on=on, reason=words.reason, cause=words.cause,
        document=words.document, by=actor.code, by_name=actor.name,
    )  # fmt: skip


def _present(batch: Batch, codes: Sequence[str]) -> set[str]:
    rows = Filing.objects.filter(batch=batch, party__code__in=codes, duplicate_of=None)
    return set(rows.order_by().values_list("party__code", flat=True))


def _rows() -> QuerySet[Filing]:
    related = ("batch__region", "party__region", "stage")
    return Filing.objects.select_related(*related).filter(duplicate_of=None)


def _lock(filing: Filing) -> Filing:
    return _rows().select_related("qualification").select_for_update(of=("self",)).get(pk=filing.pk)


def _state(code: str) -> str:
    return str(FilingDocument.State(code).label) if code else ""


def _check_open(batch: Batch) -> None:
    if batch.closed_on:
        told = _("批次“%(name)s”已于%(day)s办结。要继续办的请先重新打开。")
        raise ValidationError(told % {"name": batch.name, "day": batch.closed_on.isoformat()})


def _check_day(day: date) -> None:
    if day > timezone.localdate():
        raise refuse("on", _("日期%(day)s在今天之后。请填已经发生的日期。"), day=day.isoformat())
