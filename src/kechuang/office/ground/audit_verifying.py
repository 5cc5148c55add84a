"""Verifying the trail from a page, by somebody who may; that it was verified is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_chain import TOLD_EVERY, Broken, Verified, verify
from kechuang.office.ground.job_runs import JobKind, JobRun
from kechuang.office.ground.jobs import submit
from kechuang.office.ground.models import AuditEvent, AuditHead, Job
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef

VERIFY: Final = "audit.verify"
MOST_AT_ONCE: Final = 20_000
"""Lines that are verified while somebody waits: about two seconds."""


def lines_so_far(actor: Actor) -> int:
    """How many lines there are to verify."""
    require(actor, VERIFY)
    head = AuditHead.objects.filter(pk=1).first()
    return head.count if head else 0


def verify_now(actor: Actor, told: Callable[[int], None] | None = None) -> Verified | Broken:
    """Verify the whole trail and write down what came out."""
    require(actor, VERIFY)
    found = verify(told=told)
    with acting(actor, VERIFY):
        audit.record(actor, _line(found))
    return found


def verify_later(actor: Actor) -> Job:
    """Have the trail verified by a job, because it is long."""
    with acting(actor, VERIFY):
        return submit(actor, VERIFY, _("核对审计记录"), {})


def found_by(actor: Actor, key: str) -> Verified | Broken | None:
    """What a job of the actor found; None where there is no such job or it has not ended well."""
    jobs = Job.objects.filter(kind=VERIFY, owner=actor.code, state=Job.State.DONE)
    job = jobs.filter(pk=key).first() if key.isdecimal() else None
    return _from_plain(job.result) if job else None


def _run(run: JobRun) -> Mapping[str, Any]:
    total = lines_so_far(run.actor)
    run.begin(0, total, done=0)
    return _to_plain(verify_now(run.actor, told=partial(_go_on, run)))


def _go_on(run: JobRun, count: int) -> None:
    with run.unit(done=TOLD_EVERY):
        pass  # nothing is kept but how far it got


VERIFYING: Final = JobKind(
    VERIFY,
    gettext_lazy("核对审计记录"),
    90,
    (gettext_lazy("逐条查验，与封存比对"),),
    _run,
    url=lambda job: f"{reverse('ground:audit_verify')}?job={job.pk}",
    partial=False,
)


def _to_plain(found: Verified | Broken) -> dict[str, Any]:
    if isinstance(found, Broken):
        return {"sequence": found.sequence, "why": found.why}
    return {
        "count": found.count,
        "digest": found.digest,
        "seals": found.seals,
        "sealed": found.sealed,
        "sealed_at": found.sealed_at.isoformat() if found.sealed_at else "",
    }


def _from_plain(values: Mapping[str, Any]) -> Verified | Broken:
    if "why" in values:
        return Broken(values["sequence"], values["why"])
    at = values["sealed_at"]
    return Verified(
        values["count"],
        values["digest"],
        values["seals"],
        values["sealed"],
        datetime.fromisoformat(at) if at else None,
    )


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
