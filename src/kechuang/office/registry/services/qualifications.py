"""Titles: put one in, correct it, renew it, say that its certificate is to come, cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.provenance import Provenance, place_of
from kechuang.office.registry.records import Register, check_option, check_order, refuse
from kechuang.office.registry.standing import options

Status = Qualification.Status

OWN_LEVELS: Final = {
    "hnte": "national",
    "tech_sme_national": "national",
    "tech_sme_provincial": "provincial",
    "srdi_little_giant": "national",
    "key_little_giant": "national",
    "technology_demonstration": "national",
}
"""Titles that exist at one level only, so that a national one is never kept as provincial."""


def _name(row: Qualification) -> str:
    return f"{row.party.name} {options('titles', 'title').get(row.title, row.title)}"


QUALIFICATIONS: Final = Register(
    kind="qualification",
    model=Qualification,
    view="qualification.view",
    change="qualification.change",
    related=("party__region",),
    place=lambda row: place_of(row.party),
    name=_name,
    key=lambda row: str(row.pk),
    fields=(
        "title", "level", "number", "batch_name", "recognition", "issuer", "issued_on",
        "expires_on", "status", "awaiting_document", "cancelled_on", "cancelled_reason", "note",
    ),
    options={"title": ("titles", "title"), "level": ("titles", "level")},
)  # fmt: skip


def create(
    actor: Actor, party: Party, values: Mapping[str, Any], provenance: Provenance
) -> Qualification:
    """Put a title of a party in; its region must have been fetched with it.

    Raises `ValidationError` by field.
    """
    row = Qualification(party=party, **values)
    check(row)
    return QUALIFICATIONS.create(actor, row, provenance)


def change(
    actor: Actor, row: Qualification, values: Mapping[str, Any], provenance: Provenance
) -> audit.Changes:
    """Correct what was typed, or replace an official row by a newer list; gives what changed."""
    return QUALIFICATIONS.update(actor, row, values, provenance, check)


def renew(
    actor: Actor, before: Qualification, values: Mapping[str, Any], provenance: Provenance
) -> Qualification:
    """Put in the certificate that follows one; the row before it stays as it was.

    Party, title and level are those of the row before. Raises `ValidationError` where it was
    cancelled, where another row follows it already, or where the new one begins earlier.
    """
    with QUALIFICATIONS.within(actor, before) as kept:
        if kept.status == Status.CANCELLED:
            raise refuse("issued_on", _("这一项已撤销，不能续。重新认定请另行登记。"))
        if Qualification.objects.filter(previous=kept).exists():
            raise refuse("issued_on", _("这一项已经续过。请打开最近的一项再续。"))
        row = Qualification(
            **{**values, "party": kept.party, "title": kept.title, "level": kept.level},
            previous=kept,
        )
        check(row)
        if kept.issued_on and row.issued_on and row.issued_on <= kept.issued_on:
            told = _("新的发证日期%(after)s不晚于上一次的%(before)s。请核对。")
            raise refuse("issued_on", told, after=row.issued_on, before=kept.issued_on)
        return QUALIFICATIONS.create(actor, row, provenance)


def await_certificate(actor: Actor, row: Qualification, document: str) -> audit.Changes:
    """Say that the renewal is published and the certificate still to come, by which document.

    Such a title does not count as lost when its last day is over.
    """

    def alter(kept: Qualification) -> None:
        _refuse_cancelled(kept)
        if Qualification.objects.filter(previous=kept).exists():
            raise refuse("document", _("这一项已经续过，不再待发证。"))
        if not document:
            raise refuse("document", _("请填拟认定公示的文号：没有公示的，到期就是到期。"))
        kept.status, kept.awaiting_document = Status.AWAITING, document

    return QUALIFICATIONS.write(actor, row, "await", alter)


def stop_awaiting(actor: Actor, row: Qualification, reason: str) -> audit.Changes:
    """Say that the published renewal came to nothing: over, the title is lost again."""

    def alter(kept: Qualification) -> None:
        if kept.status != Status.AWAITING:
            raise refuse("reason", _("这一项没有待发证，不用改回。"))
        kept.status, kept.awaiting_document = Status.VALID, ""

    return QUALIFICATIONS.write(actor, row, "stop_awaiting", alter, reason)


def cancel(actor: Actor, row: Qualification, on: date, reason: str) -> audit.Changes:
    """Say that the issuer took the title away, when and why."""

    def alter(kept: Qualification) -> None:
        _refuse_cancelled(kept)
        if kept.issued_on and on < kept.issued_on:
            told = _("撤销日期%(on)s早于发证日期%(issued)s。请核对。")
            raise refuse("on", told, on=on, issued=kept.issued_on)
        kept.status, kept.cancelled_on, kept.cancelled_reason = Status.CANCELLED, on, reason

    return QUALIFICATIONS.write(actor, row, "cancel", alter, reason)


def withdraw(actor: Actor, row: Qualification, stamp: datetime, reason: str) -> None:
    """Take a title out again that was put in by mistake; the trail keeps what it said.

    `stamp` is when it was written. Raises `ValidationError` where somebody changed it since, or
    something else stands on it.
    """
    try:
        with QUALIFICATIONS.within(actor, row) as kept:
            if kept.changed_at != stamp:
                raise refuse("__all__", _("登记后又有改动"))
            said = QUALIFICATIONS.plain(kept)
            changes = audit.changes_between(said, dict.fromkeys(said))
            QUALIFICATIONS.tell(actor, kept, "withdraw", changes, reason)
            kept.delete()
    except ProtectedError as error:
        raise refuse("__all__", _("已被其他记录引用")) from error


def reinstate(actor: Actor, row: Qualification, reason: str) -> audit.Changes:
    """Take a cancellation back that was wrong or was lifted."""

    def alter(kept: Qualification) -> None:
        if kept.status != Status.CANCELLED:
            raise refuse("reason", _("这一项没有撤销，不用恢复。"))
        kept.status = Status.AWAITING if kept.awaiting_document else Status.VALID
        kept.cancelled_on, kept.cancelled_reason = None, ""

    return QUALIFICATIONS.write(actor, row, "reinstate", alter, reason)


def _refuse_cancelled(row: Qualification) -> None:
    if row.status == Status.CANCELLED:
        told = _("这一项已于%(on)s撤销。撤销有误的，请先恢复。")
        raise refuse("__all__", told, on=row.cancelled_on or _("某日"))


def check(row: Qualification) -> None:
    """Refuse what cannot be: unknown codes, a wrong level, a number twice, dates in disorder."""
    check_option(row, "title", options("titles", "title"))
    check_option(row, "level", options("titles", "level"))
    check_order(row, "issued_on", "expires_on")
    own = OWN_LEVELS.get(row.title, "")
    if own and row.level not in ("", own):
        levels = options("titles", "level")
        told = _("“%(title)s”是%(own)s称号，不能登记为%(level)s。国家级与省级是两项称号。")
        raise refuse(
            "level",
            told,
            title=options("titles", "title")[row.title],
            own=levels[own],
            level=levels[row.level],
        )
    row.level = row.level or own
    if row.number:
        same = Qualification.objects.filter(title=row.title, number=row.number)
        if same.exclude(pk=row.pk).exists():
            told = _("证书编号%(number)s在这项称号里已有。同一张证书不用再登记。")
            raise refuse("number", told, number=row.number)
