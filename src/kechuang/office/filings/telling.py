"""Where records of this room belong, and how the trail tells of them."""

from __future__ import annotations

from typing import Final

from kechuang.office.filings.models import Batch, Filing
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import SourceRef

VIEW: Final = "filing.view"
CHANGE: Final = "filing.change"
OPEN: Final = "filing.open"
ISSUE: Final = "filing.issue"
EXPORT: Final = "filing.export"


def place_of(filing: Filing) -> Place:
    """Where a filing belongs; its party must have been fetched with its region."""
    return Place(filing.party.region.path, filing.party.code)


def place_of_batch(batch: Batch) -> Place:
    """Where a batch belongs; its region must have been fetched with it."""
    return Place(batch.region.path)


def filing_line(
    action: str, filing: Filing, changes: audit.Changes, reason: str = ""
) -> audit.Line:
    """What happened to a filing."""
    name = f"{filing.party.name} {filing.batch.name}"
    subject = SourceRef("filing", str(filing.pk))
    return audit.Line(action, subject, name, place_of(filing), changes, reason)


def tell_batch(
    actor: Actor, action: str, batch: Batch, changes: audit.Changes, reason: str = ""
) -> None:
    """Write what happened to a batch into the trail."""
    subject = SourceRef("batch", str(batch.pk))
    place = place_of_batch(batch)
    audit.record(actor, audit.Line(action, subject, batch.name, place, changes, reason))
