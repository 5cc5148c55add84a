"""Doing jobs: taking one, holding it by a lease, ending it clearly.

A worker takes a job with one conditional update and writes its own mark into the row. Whatever it
keeps later is kept only while that mark stands there, so that a worker that was taken for dead
and comes back keeps nothing more. Leases run by the clock of the database.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error as AnyDatabaseError
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.audit_seals import QuietSeals
from kechuang.office.ground.daily import submit_todays_work
from kechuang.office.ground.job_runs import (
    Cancelled,
    Interruption,
    JobError,
    JobRun,
    LeaseLost,
    Stopped,
    kinds,
    lease_end,
)
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.slots import SourceRef

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker holds a job: the length of its lease, whether a thread renews it, and how
    often a job may be cut off without a single unit kept."""

    lease: timedelta = timedelta(seconds=60)
    heartbeat: bool = True
    attempts: int = 3


ORDINARY = Pace()
IN_PROCESS = Pace(lease=timedelta(minutes=10), heartbeat=False)


def _mark() -> str:
    """Who takes a job: machine, process, and a word of chance that is never used again."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"


def claim(pace: Pace = ORDINARY) -> Job | None:
    """Take the oldest job that waits or whose lease ran out; None where there is none."""
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    for pk in Job.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:20]:
        mark = _mark()
        taken = Job.objects.filter(free, pk=pk).update(
            state=Job.State.RUNNING,
            worker=mark,
            lease_until=lease_end(pace.lease),
            attempts=F("attempts") + 1,
            started_at=Coalesce(F("started_at"), Now()),
        )
        if taken:
            return Job.objects.get(pk=pk)
    return None


def renew(run: JobRun) -> bool:
    """Lengthen the lease; False where the job is no longer this worker's."""
    return bool(run.held().update(lease_until=lease_end(run.lease)))


@contextmanager
def _heartbeat(run: JobRun) -> Generator[None]:
    """Renew the lease from a thread with its own connection for as long as the job runs."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(run.lease.total_seconds() / 4):
                try:
                    if not renew(run):
                        return
                except AnyDatabaseError:
                    log.warning("lease of job %s not renewed, trying again", run.job.pk)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease of job {run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _no_heartbeat() -> Generator[None]:
    yield


def work_on(
    job: Job,
    pace: Pace = ORDINARY,
    stop: threading.Event | None = None,
    seals: QuietSeals | None = None,
) -> None:
    """Run a job that was claimed, to its end or to where it must be left to another worker."""
    run = JobRun(job, lease=pace.lease, stop=stop)
    try:
        try:
            with _heartbeat(run) if pace.heartbeat else _no_heartbeat():
                _run_to_end(run, pace)
        except Stopped:
            _release(run)
        else:
            (seals or QuietSeals()).seal()
    except LeaseLost:
        log.warning("job %s was taken over by another worker", job.pk)
    except Exception:
        # Nothing can be written now, as where the database went away. The lease runs out and a
        # worker goes on from the checkpoint.
        log.exception("job %s is left to its lease", job.pk)
        connection.close()


def _run_to_end(run: JobRun, pace: Pace) -> None:
    kind = kinds.find(run.job.kind)
    if run.job.cancel_asked:
        _end(run, Job.State.CANCELLED)
    elif kind is None:
        _end(run, Job.State.FAILED, error=_("本版本没有这种任务。请升级系统，或取消后重新提交。"))
    elif run.job.attempts > pace.attempts:
        _end(run, Job.State.FAILED, error=_worn_out(pace))
    else:
        try:
            _end(run, Job.State.DONE, result=dict(kind.run(run) or {}))
        except Cancelled:
            _end(run, Job.State.CANCELLED)
        except (Interruption, OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - a job may fail in any way, and its owner is told
            _end(run, Job.State.FAILED, error=_sentence(error, kind.errors, run.job))


def _worn_out(pace: Pace) -> str:
    return _(
        "执行这项任务的程序连续%(count)d次中途停止，一步也没有做成，所以不再尝试。"
        "可能是内存不足或文件有问题。请联系系统管理员查看日志，再重新执行。"
    ) % {"count": pace.attempts}


def _sentence(error: Exception, known: tuple[type[Exception], ...], job: Job) -> str:
    """What the owner reads: the words of an error meant for people, or where to ask."""
    if isinstance(error, ValidationError):
        return _printable(" ".join(error.messages))
    if isinstance(error, (JobError, *known)):
        return _printable(str(error))
    if isinstance(error, Refusal):
        return _(
            "提交任务的角色没有这项权限（%(verb)s），所以没有办成。请换用有权限的角色重新提交。"
        ) % {"verb": error.why.verb}
    reference = secrets.token_hex(4)
    log.error("job %s failed, reference %s", job.pk, reference, exc_info=error)
    return _(
        "程序出错，任务没有完成。可以重新执行；仍然出错时，请把编号%(reference)s告诉系统管理员，"
        "日志中可按编号找到原因。"
    ) % {"reference": reference}


def _printable(text: str) -> str:
    """Words that may quote a file: PostgreSQL keeps no NUL, and no page needs the others."""
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)


def _end(
    run: JobRun, state: Job.State, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    """End the job, tell its owner, leave a line: all together, and only while it is held."""
    job = run.job
    failed = state == Job.State.FAILED
    with transaction.atomic(durable=True):
        # The line first: it locks the trail, which everybody locks before the row of a job.
        audit.record(
            run.actor,
            audit.Line(
                f"job.{state.value}",
                SourceRef("job", str(job.pk)),
                job.name,
                Place(job.region, job.party, job.owner),
                reason=error,
                outcome=AuditEvent.Outcome.FAILED if failed else AuditEvent.Outcome.DONE,
            ),
        )
        job.state, job.result, job.error, job.ended_at = state, result or {}, error, timezone.now()
        job.worker, job.lease_until = "", None
        names = ("state", "result", "error", "ended_at", "worker", "lease_until")
        if not run.held().update(**{name: getattr(job, name) for name in names}):
            raise LeaseLost
        if job.owner != SYSTEM.code:
            notify(job.owner, _told(job), reverse("ground:job", args=[job.pk]))


def _told(job: Job) -> str:
    words = {
        Job.State.DONE: _("“%(name)s”已完成，可以查看结果。"),
        Job.State.FAILED: _("“%(name)s”没有办成，请查看原因。"),
        Job.State.CANCELLED: _("“%(name)s”已取消，可以查看停在哪里。"),
    }
    return words[Job.State(job.state)] % {"name": job.name}


def _release(run: JobRun) -> None:
    """Give a job back, so that another worker goes on at once; this was no failed attempt."""
    run.held().update(
        state=Job.State.WAITING, worker="", lease_until=None, attempts=max(run.job.attempts - 1, 0)
    )


def run_waiting_jobs() -> int:
    """Run everything that waits in this process, also what that submits; gives how many."""
    count = 0
    while job := claim(IN_PROCESS):
        work_on(job, IN_PROCESS)
        count += 1
    return count


def run_worker(stop: threading.Event, *, poll: float = 1.0, pace: Pace = ORDINARY) -> None:
    """Do jobs until told to stop: finishes the unit in hand and gives the job back.

    Where the database goes away, the worker waits for it and opens its connection anew.
    """
    day, answers, seals = None, True, QuietSeals()
    while not stop.is_set():
        close_old_connections()
        job = None
        try:
            if answers:
                seals.seal(only_if_due=True)
            if day != timezone.localdate():
                day = submit_todays_work()
            job = claim(pace)
        except AnyDatabaseError as error:
            connection.close()
            # Once for each time that it goes away: nobody reads the same trace every second.
            if answers:
                log.error("the database does not answer; trying again", exc_info=error)
            answers = False
        else:
            if not answers:
                log.warning("the database answers again")
            answers = True
        if job is None:
            stop.wait(poll)
        else:
            work_on(job, pace, stop, seals)
