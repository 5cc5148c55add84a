"""Agreements: put one in with its parties, correct it, add a party, prolong it, end it early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.uploads import Incoming
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Agreement, AgreementParty
from kechuang.office.registry.names import initials
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.records import Register, check_order, refuse
from kechuang.office.registry.services.receiving import received

AGREEMENTS: Final = Register(
    kind="agreement",
    model=Agreement,
    view="agreement.view",
    change="agreement.change",
    related=("region", "file"),
    place=lambda row: Place(row.region.path),
    name=lambda row: row.name,
    key=lambda row: str(row.pk),
    fields=(
        "number", "name", "kind", "region", "signed_on", "since", "until", "content", "ended_on",
        "ended_reason",
    ),
)  # fmt: skip


def create(
    actor: Actor,
    values: Mapping[str, Any],
    parties: Iterable[tuple[Party, str]],
    provenance: Provenance,
) -> Agreement:
    """Put an agreement in with its parties, each with what it signs as.

    Raises `ValidationError` by field.
    """
    row = Agreement(**values)
    _check(row)
    with acting(actor, AGREEMENTS.change, AGREEMENTS.place(row)):
        AGREEMENTS.create(actor, row, provenance)
        for party, role in parties:
            _join(actor, row, party, role)
    return row


def change(
    actor: Actor, row: Agreement, values: Mapping[str, Any], provenance: Provenance
) -> audit.Changes:
    """Correct what was typed; gives what changed. Raises `ValidationError` by field.

    The text goes along into another region.
    """
    with AGREEMENTS.within(actor, row):
        told = AGREEMENTS.update(actor, row, values, provenance, _check)
        if "region" in told:
            kept = Agreement.objects.select_related("region").get(pk=row.pk)
            StoredFile.objects.filter(agreement=kept).update(region=kept.region.path)
    return told


def add_party(actor: Actor, row: Agreement, party: Party, role: str) -> None:
    """Say that a party signed too, and as what."""
    with AGREEMENTS.within(actor, row) as kept:
        _join(actor, kept, party, role)


def remove_party(actor: Actor, signed: AgreementParty, reason: str) -> None:
    """Take out a party that was put in by mistake; the last one stays."""
    with AGREEMENTS.within(actor, signed.agreement) as kept:
        found = AgreementParty.objects.filter(agreement=kept)
        if not found.exclude(pk=signed.pk).exists():
            raise refuse("reason", _("协议至少要有一方。请先加上正确的一方。"))
        found.filter(pk=signed.pk).delete()
        AGREEMENTS.tell(actor, kept, "remove_party", {"party": (signed.party.name, None)}, reason)


def prolong(actor: Actor, row: Agreement, until: date, document: str) -> audit.Changes:
    """Let an agreement go on longer, by which document."""

    def alter(kept: Agreement) -> None:
        if kept.ended_on:
            raise refuse("until", _("协议已提前终止，不能延期。"))
        if kept.until and until <= kept.until:
            told = _("新的截止日期%(after)s不晚于原来的%(before)s。")
            raise refuse("until", told, after=until, before=kept.until)
        kept.until = until
        _check(kept)

    return AGREEMENTS.write(actor, row, "prolong", alter, document)


def attach(actor: Actor, row: Agreement, file: Incoming) -> StoredFile:
    """Keep the text of an agreement after the check of its content.

    A later one stands in front; the trail names both. Raises `ValidationError` for `file`.
    """
    place = AGREEMENTS.place(row)
    require(actor, AGREEMENTS.change, place)
    upload = received(actor, place, "file", file)
    with AGREEMENTS.within(actor, row) as kept:
        belongs = Place(kept.region.path, "", actor.code)
        stored = store(actor, upload.name, upload.stream(), upload.media_type, belongs)
        before = kept.file.name if kept.file else None
        kept.file, kept.changed_at = stored, timezone.now()
        kept.save(update_fields=["file", "changed_at"])
        changes = {"file": (before, stored.name), "sha256": (None, stored.digest)}
        AGREEMENTS.tell(actor, kept, "attach", changes)
    return stored


def end_early(actor: Actor, row: Agreement, on: date, reason: str) -> audit.Changes:
    """End an agreement before its last day."""

    def alter(kept: Agreement) -> None:
        if kept.ended_on:
            raise refuse("on", _("协议已于%(on)s终止。"), on=kept.ended_on)
        start = kept.since or kept.signed_on
        if start and on < start:
            raise refuse("on", _("终止日期%(on)s早于%(start)s。请核对。"), on=on, start=start)
        if kept.until and on > kept.until:
            told = _("协议到%(until)s已期满，不算提前终止。")
            raise refuse("on", told, until=kept.until)
        kept.ended_on, kept.ended_reason = on, reason

    return AGREEMENTS.write(actor, row, "end", alter, reason)


def _join(actor: Actor, row: Agreement, party: Party, role: str) -> None:
    if AgreementParty.objects.filter(agreement=row, party=party).exists():
        raise refuse("party", _("“%(name)s”已是协议的一方。"), name=party.name)
    AgreementParty.objects.create(agreement=row, party=party, role=role)
    AGREEMENTS.tell(actor, row, "add_party", {"party": (None, party.name), "role": (None, role)})


def _check(row: Agreement) -> None:
    if row.kind not in Agreement.Kind.values:
        raise refuse("kind", _("没有这种协议。请从列表中选择。"))
    check_order(row, "since", "until")
    row.initials = initials(row.name)
