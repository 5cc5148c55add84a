"""The verbs of documents of a dossier: take one in, withdraw one. Nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import Incoming
from kechuang.office.registry.models import Document, Organisation
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.services.organisations import CHANGE, locked
from kechuang.office.registry.services.receiving import received


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document is: its kind, its title, the day that it bears."""

    kind: str
    title: str
    dated_on: date | None = None


def add_document(
    actor: Actor, code: str, facts: DocumentFacts, name: str, stream: BinaryIO
) -> Document:
    """Take a document into a dossier after the check of its content.

    Raises `ValidationError` for the field `file` where the file must not come in; a line in the
    trail says so.
    """
    found = Organisation.objects.select_related("party__region").get(party__code=code)
    place = place_of(found.party)
    require(actor, CHANGE, place)
    upload = received(actor, place, "file", Incoming(name, stream))
    with acting(actor, CHANGE):
        organisation = locked(actor, code)
        party = organisation.party
        belongs = Place(party.region.path, party.code, actor.code)
        stored = store(actor, upload.name, upload.stream(), upload.media_type, belongs)
        document = Document.objects.create(
            party=party,
            kind=facts.kind,
            title=facts.title.strip() or upload.name,
            file=stored,
            dated_on=facts.dated_on,
            added_by=actor.code,
            added_name=actor.name,
        )
        changes: audit.Changes = {
            "title": (None, document.title),
            "kind": (None, document.kind),
            "sha256": (None, stored.digest),
        }
        audit.record(actor, _line("document.add", document, place_of(party), changes))
    return document


def withdraw_document(actor: Actor, document: Document, reason: str) -> Document:
    """Withdraw a document: it stays with the bureau, marked and with the reason.

    Raises `ValidationError`.
    """
    why = reason.strip()
    if not why:
        raise ValidationError({"reason": _("请写明作废的理由。")})
    with acting(actor, CHANGE):
        organisation = locked(actor, document.party.code)
        kept = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if kept.withdrawn_at:
            raise ValidationError({"reason": _("这份文件已经作废。")})
        kept.withdrawn_at, kept.withdrawn_reason = timezone.now(), why
        kept.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        # It may be another firm's: the bureau keeps it, and this one can no longer fetch it.
        StoredFile.objects.filter(document=kept).update(party="")
        changes: audit.Changes = {"withdrawn_reason": (None, why)}
        audit.record(
            actor, _line("document.withdraw", kept, place_of(organisation.party), changes, why)
        )
    return kept


def _line(
    action: str, document: Document, place: Place, changes: audit.Changes, reason: str = ""
) -> audit.Line:
    subject = SourceRef("document", str(document.pk))
    return audit.Line(action, subject, document.title, place, changes, reason)
