"""From filings to titles: what was certified is kept in the registry with number and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.filings.milestones import KEEPING, same_day
from kechuang.office.filings.models import Batch, BatchStage, Filing, Kind, Meaning
from kechuang.office.filings.queries.advancing import why_not
from kechuang.office.filings.services.filings import (
    Done,
    checked_stage,
    held_title,
    locked,
    move_on,
)
from kechuang.office.filings.telling import ISSUE, filing_line
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import acting
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.records import refuse
from kechuang.office.registry.services import organisations, qualifications

SOURCE: Final = "official_list"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. `expires_on` is worked out where it is not given.

    `name` is the firm's name on it, where it has another one since.
    """

    party_code: str
    number: str
    issued_on: date
    expires_on: date | None = None
    name: str = ""


def last_day(batch: Batch, issued_on: date) -> date | None:
    """The last day of a certificate of a batch, None where only the certificate says it.

    It is the day as many years later, or the day of the year that the batch names.
    """
    if batch.until:
        month, day = (int(part) for part in batch.until.split("-"))
        return date(issued_on.year, month, day)
    return same_day(issued_on, -batch.years) if batch.years else None


def issue(actor: Actor, batch: Batch, certificates: Sequence[Certificate], document: str) -> Done:
    """Keep certificates of a batch: each filing ends in 发证, and the title is in the registry.

    A renewal follows the certificate before it; 更名 and 迁入 keep the one that the firm holds.
    What cannot be kept is left, with the reason; the others are kept all the same.
    """
    if not document.strip():
        raise refuse("document", _("请填发证或公告的文号：称号要有出处。"))
    with acting(actor, ISSUE):
        stage = _last_stage(batch)
        by_code = {each.party_code: each for each in certificates}
        rows = {each.party.code: each for each in locked(actor, batch, list(by_code))}
        done: list[str] = []
        left: dict[str, str] = {}
        for code, certificate in by_code.items():
            filing = rows.get(code)
            why = _("不在本批次，或不在您的范围内") if filing is None else ""
            if filing is not None:
                why = _issue(actor, filing, stage, certificate, document.strip())
            if why:
                left[code] = why
            else:
                done.append(code)
    return Done(tuple(done), left)


def _issue(
    actor: Actor, filing: Filing, stage: BatchStage, certificate: Certificate, document: str
) -> str:
    """Keep one certificate; gives why it cannot be, empty where it is kept."""
    if certificate.issued_on > timezone.localdate():
        return _("发证日期在今天之后")
    on = max(certificate.issued_on, filing.stage_on)
    if why := why_not(filing, stage, on, issuing=True):
        return why
    try:
        with acting(actor, ISSUE):
            row = _title(actor, filing, certificate, document)
            if certificate.name and certificate.name != filing.party.name:
                until = certificate.issued_on - timedelta(days=1)
                organisations.rename(actor, filing.party.code, certificate.name, until, document)
                filing.party.refresh_from_db()
            filing.qualification, filing.changed_at = row, timezone.now()
            filing.save(update_fields=["qualification", "changed_at"])
            number = certificate.number or (row.number if row else "")
            changes: dict[str, tuple[audit.Plain, audit.Plain]] = {"number": (None, number)}
            audit.record(actor, filing_line("filing.issue", filing, changes))
            move_on(actor, [filing], stage, on, document)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _title(
    actor: Actor, filing: Filing, certificate: Certificate, document: str
) -> Qualification | None:
    """The row of the registry that a filing ends in: new, renewed, or the one that it keeps."""
    batch = filing.batch
    if not batch.title:
        return None
    held = held_title(filing)
    if filing.kind in KEEPING:
        if held is not None:
            return held
        if filing.kind == Kind.RENAMED:
            raise ValidationError(_("档案里没有这项称号，无从更名。请先登记原证书。"))
    if not certificate.number:
        raise ValidationError(_("请填证书编号"))
    values = {
        "number": certificate.number,
        "batch_name": batch.name[:60],
        "recognition": batch.recognition,
        "issuer": batch.deciding,
        "issued_on": certificate.issued_on,
        "expires_on": certificate.expires_on or last_day(batch, certificate.issued_on),
    }
    origin = Provenance(SOURCE, certificate.issued_on, document)
    if held is not None and _follows(held, certificate):
        return qualifications.renew(actor, held, values, origin)
    whole = {**values, "title": batch.title, "level": batch.level}
    return qualifications.create(actor, filing.party, whole, origin)


def _follows(held: Qualification, certificate: Certificate) -> bool:
    """Whether a certificate is the one after the one that is held."""
    earlier = held.issued_on is None or held.issued_on < certificate.issued_on
    return earlier and not held.renewals.exists()  # type: ignore[attr-defined]


def _last_stage(batch: Batch) -> BatchStage:
    row = BatchStage.objects.filter(batch=batch, meaning=Meaning.CERTIFIED).first()
    if row is None:
        raise ValidationError(_("本批次没有“发证”阶段，不能登记证书。"))
    return checked_stage(batch, row.code, timezone.localdate(), "")
