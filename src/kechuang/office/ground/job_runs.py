"""What a job does and what it is given: its kind, its progress, its units of work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from kechuang.office.ground.actors import Actor, restored
from kechuang.office.ground.models import Job
from kechuang.office.ground.slots import Slot, Text


class JobError(Exception):
    """A job cannot go on; the sentence says what, why and what to do next, for its owner."""


class Interruption(Exception):  # noqa: N818 - the base of what ends a run without a mistake
    """A run ends here, and nothing of the unit that was begun is kept."""


class Cancelled(Interruption):
    """Somebody asked for the job to be cancelled."""


class LeaseLost(Interruption):
    """Another worker has taken the job over; this one keeps nothing more."""


class Stopped(Interruption):
    """The worker was told to stop; another one goes on from here."""


def nowhere(job: Job) -> None:
    """The result of a job that leaves nothing to look at."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job: its steps in words, what runs, and where its result is seen.

    `run` may be started again after it was cut off anywhere: it looks at the checkpoint, does what
    is left in units, and gives the result as plain values. `errors` are exceptions whose message
    is a sentence for the owner. `repeatable` says whether an ended job may be run again, `partial`
    whether what it did before it was cut short stays.
    """

    code: str
    name: Text
    order: int
    steps: tuple[Text, ...]
    run: Callable[[JobRun], Mapping[str, Any] | None]
    url: Callable[[Job], str | None] = nowhere
    errors: tuple[type[Exception], ...] = ()
    repeatable: bool = True
    partial: bool = True


kinds: Slot[JobKind] = Slot()


def lease_end(lease: timedelta) -> Combinable:
    """When a lease from now on ends, by the clock of the database, which all workers share."""
    return ExpressionWrapper(Now() + Value(lease), output_field=DateTimeField())


class JobRun:
    """One worker's hold on a job: what the job was given, and how it keeps what it did."""

    def __init__(self, job: Job, *, lease: timedelta, stop: threading.Event | None = None) -> None:
        self.job = job
        self.actor: Actor = restored(
            job.owner, job.owner_name, job.owner_role, job.owner_region, job.owner_party
        )
        self.lease = lease
        self.holder = job.worker
        self._stop = stop

    @property
    def arguments(self) -> dict[str, Any]:
        """What the job was submitted with."""
        return self.job.arguments

    @property
    def checkpoint(self) -> dict[str, Any]:
        """Where the last unit that was kept left off; empty at first."""
        return self.job.checkpoint

    def begin(self, step: int, total: int, done: int | None = None) -> None:
        """Begin a step of so many pieces, or go on with it where it is the job's step already.

        `done` says how many of them are done; a step that cannot go on where it was cut off begins
        with 0.
        """
        self._look_up()
        job = self.job
        if job.step != step:
            job.step, job.done = step, 0
        if done is not None:
            job.done = done
        job.total, job.pace_from, job.pace_since = total, job.done, timezone.now()
        with transaction.atomic(durable=True):
            self._keep("step", "done", "total", "pace_from", "pace_since")

    @contextmanager
    def unit(self, checkpoint: dict[str, Any] | None = None, done: int = 1) -> Generator[None]:
        """One piece of work: kept together with progress and checkpoint, or not at all.

        Raises `Cancelled` where that was asked, `Stopped` where the worker must stop, `LeaseLost`
        where the job is no longer this worker's. `done` says how many pieces the unit counts for.
        """
        before = self.job.done, self.job.checkpoint, self.job.attempts
        try:
            with transaction.atomic(durable=True):
                self._look_up()
                yield
                self.job.done += done
                self.job.attempts = 0
                if checkpoint is not None:
                    self.job.checkpoint = checkpoint
                self._keep("done", "checkpoint", "attempts")
        except BaseException:
            self.job.done, self.job.checkpoint, self.job.attempts = before
            raise

    def _look_up(self) -> None:
        """Stop before the work where it could not be kept or is not wanted."""
        if self._stop is not None and self._stop.is_set():
            raise Stopped
        found = self.held().values_list("cancel_asked", flat=True).first()
        if found is None:
            raise LeaseLost
        if found:
            raise Cancelled

    def _keep(self, *names: str) -> None:
        values = {name: getattr(self.job, name) for name in names}
        if not self.held().update(**values, lease_until=lease_end(self.lease)):
            raise LeaseLost

    def held(self) -> Any:
        """The row of the job, as long as this worker holds it."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, worker=self.holder)
