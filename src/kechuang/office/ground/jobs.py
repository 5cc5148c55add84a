"""Background jobs as other rooms see them: submit one, cancel it, run it again.

A room registers what it can do in `AppConfig.ready` with `kinds.fill(JobKind(...))`; see
docs/office/jobs.md.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.job_runs import Cancelled, JobError, JobKind, JobRun, kinds
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.worker import run_waiting_jobs

__all__ = [
    "Cancelled", "JobConflict", "JobError", "JobKind", "JobRun", "cancel", "kinds", "place_of",
    "rerun", "run_waiting_jobs", "submit",
]  # fmt: skip

ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


class JobConflict(Exception):  # noqa: N818 - the answer to an act that comes too late or too early
    """The job is in no state for this; the sentence says so."""


def submit(
    actor: Actor, kind: str, name: str, arguments: dict[str, Any], place: Place | None = None
) -> Job:
    """Put a job into the queue; whoever calls has checked that the actor may.

    The arguments are plain values for JSON. The job belongs to the place, or where the actor
    belongs.
    """
    found = kinds.find(kind)
    if found is None:
        raise ValueError(f"no job kind {kind!r}: register it in AppConfig.ready")
    belongs = place or actor.place
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            name=name[:200],
            arguments=arguments,
            steps=[str(step) for step in found.steps],
            owner=actor.code,
            owner_name=actor.name,
            owner_role=actor.role,
            owner_region=actor.region,
            owner_party=actor.party,
            region=belongs.region,
            party=belongs.party,
        )
        audit.record(
            actor, audit.Line("job.submit", SourceRef("job", str(job.pk)), job.name, belongs)
        )
    return job


def place_of(job: Job) -> Place:
    """Where a job belongs."""
    return Place(job.region, job.party, job.owner)


def cancel(actor: Actor, job: Job) -> bool:
    """Cancel a job that waits; ask one that runs to stop before its next unit.

    Gives whether it was cancelled at once.
    Raises `JobConflict` where the job has ended already.
    """
    place = place_of(job)
    with acting(actor, "job.cancel", place):
        # The line first: it locks the trail, which everybody locks before the row of a job.
        audit.record(
            actor, audit.Line("job.cancel", SourceRef("job", str(job.pk)), job.name, place)
        )
        waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        ended = {"state": Job.State.CANCELLED, "cancel_asked": True, "ended_at": timezone.now()}
        if waiting.update(**ended):
            return True
        if running.update(cancel_asked=True):
            return False
        raise JobConflict(_("任务已经结束，不能再取消。需要时可重新执行。"))


def rerun(actor: Actor, job: Job) -> Job:
    """Submit a job anew with the same arguments, in the actor's own name.

    Raises `JobConflict` where the job has not ended, or its kind runs once only.
    """
    with acting(actor, "job.rerun", place_of(job)):
        found = kinds.find(job.kind)
        if job.state not in ENDED:
            raise JobConflict(_("任务还没有结束。等它结束，或先取消，再重新执行。"))
        if found is None or not found.repeatable:
            raise JobConflict(_("这种任务不能重新执行。请回到原来的页面重新提交。"))
        again = submit(
            actor, job.kind, job.name, job.arguments, Place(job.region, job.party, actor.code)
        )
        audit.record(
            actor,
            audit.Line(
                "job.rerun",
                SourceRef("job", str(job.pk)),
                job.name,
                place_of(job),
                changes={"again": (None, again.pk)},
            ),
        )
    return again
