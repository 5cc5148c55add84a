"""Verifying the trail from a page, by somebody who may; that it was verified is written down."""

from __future__ import annotations

from typing import Final

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_chain import Broken, Verified, verify
from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef

VERIFY: Final = "audit.verify"
MOST_AT_ONCE: Final = 100_000
"""Lines that are verified while somebody waits: some seconds."""


def lines_so_far(actor: Actor) -> int:
    """How many lines there are to verify."""
    require(actor, VERIFY)
    head = AuditHead.objects.filter(pk=1).first()
    return head.count if head else 0


def verify_now(actor: Actor) -> Verified | Broken:
    """Verify the whole trail and write down what came out."""
    require(actor, VERIFY)
    found = verify()
    with acting(actor, VERIFY):
        audit.record(actor, _line(found))
    return found


def _line(found: Verified | Broken) -> audit.Line:
    subject = SourceRef("audit", "trail")
    if isinstance(found, Verified):
        return audit.Line(VERIFY, subject, changes={"lines": (None, found.count)})
    return audit.Line(
        VERIFY,
        subject,
        changes={"broken": (None, found.sequence)},
        reason=found.why,
        outcome=AuditEvent.Outcome.FAILED,
    )
