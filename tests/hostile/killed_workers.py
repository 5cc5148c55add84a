"""Workers that are killed at moments of chance, in an installation of their own.

Run as a program by `test_killed_workers.py`: each worker is a process that is forked from one
where everything is loaded, so that fifty of them start and die within seconds. What became of the
jobs is printed as JSON.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db.models import Q
from forked_workers import fork_worker

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_chain import Verified, verify
from kechuang.office.ground.jobs import ENDED, JobKind, JobRun, kinds, submit
from kechuang.office.ground.models import AuditEvent, Job, Notice
from kechuang.office.ground.notices import notify
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.worker import Pace
from kechuang.office.site.serving import prepare

KIND = "test.units"
UNITS = 25
KILLS = 50
PATIENCE = 60.0  # seconds until a worker that shows no sign of life fails the test
PACE = Pace(lease=timedelta(seconds=0.25), attempts=10_000)
OWNER = Actor("someone", "张三", "officer", "/990000/990100/")

begun = -1  # where a worker tells the first process that it has begun to run a job


def run_units(run: JobRun) -> Mapping[str, Any]:
    """Leave two rows for each unit: a notice to nobody, and a line of the trail."""
    os.write(begun, b".")
    first = run.checkpoint.get("next", 0)
    run.begin(0, UNITS)
    for number in range(first, UNITS):
        with run.unit({"next": number + 1}):
            unit = f"{run.job.pk}:{number}"
            notify("units", unit)
            threading.Event().wait(0.002)
            audit.record(run.actor, audit.Line("unit.kept", SourceRef("unit", unit)))
    return {"units": UNITS}


def start_worker() -> tuple[int, int]:
    """Start a worker in a process of its own; give its number and where it tells that it began."""
    global begun
    reading, begun = os.pipe()
    child = fork_worker(PACE)
    os.close(begun)
    return child, reading


def wait_until_begun(reading: int) -> None:
    """Wait until a worker runs a job."""
    if not select.select([reading], [], [], PATIENCE)[0]:
        raise TimeoutError("no worker began to run a job")


def kill(chance: random.Random) -> None:
    """Start a worker and kill it: mostly while it runs a job, sometimes while it looks for one."""
    child, reading = start_worker()
    if chance.random() < 0.8:
        wait_until_begun(reading)
        delay = chance.uniform(0, 0.06)
    else:
        delay = chance.uniform(0, 0.4)
    threading.Event().wait(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)


def open_jobs() -> int:
    """How many jobs have not ended."""
    return Job.objects.exclude(state__in=ENDED).count()


def keep_busy() -> None:
    """See to it that there is something to do."""
    while open_jobs() < 3:
        submit(OWNER, KIND, "一批", {})


def finish() -> int:
    """Let one worker do what is left, then stop it as a service manager does."""
    child, reading = start_worker()
    until = monotonic() + PATIENCE
    while open_jobs() and monotonic() < until:
        threading.Event().wait(0.05)
    os.kill(child, signal.SIGTERM)
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stop_in_the_middle() -> dict[str, Any]:
    """Ask a worker to stop while it runs a job: what the job looks like right after."""
    keep_busy()
    child, reading = start_worker()
    wait_until_begun(reading)
    os.kill(child, signal.SIGTERM)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(reading)
    held = Job.objects.filter(~Q(worker="") | Q(lease_until__isnull=False)).count()
    given_back = Job.objects.filter(
        kind=KIND, state=Job.State.WAITING, started_at__isnull=False, attempts=0
    )
    return {"code": code, "held": held, "given_back": given_back.count()}


def outcome(kills: int, stopped: dict[str, Any], code: int) -> dict[str, Any]:
    """What became of everything."""
    jobs = Job.objects.filter(kind=KIND)
    kept = Counter(Notice.objects.filter(to="units").values_list("text", flat=True))
    lines = Counter(
        AuditEvent.objects.filter(action="unit.kept").values_list("subject_key", flat=True)
    )
    wanted = {f"{job.pk}:{number}" for job in jobs for number in range(UNITS)}
    found = verify()
    return {
        "kills": kills,
        "jobs": jobs.count(),
        "states": dict(Counter(Job.objects.values_list("state", flat=True))),
        "held": Job.objects.exclude(worker="", lease_until=None).count(),
        "whole": jobs.filter(done=UNITS, total=UNITS, result={"units": UNITS}).count(),
        "units": "once" if kept == lines == Counter(wanted) else str((kept, lines)),
        "ended": AuditEvent.objects.filter(action="job.done", actor_code=OWNER.code).count(),
        "told": Notice.objects.filter(to=OWNER.code).count(),
        "taken_up": Job.objects.filter(kind=KIND, pace_from__gt=0).count(),
        "trail": "whole" if isinstance(found, Verified) else str(found),
        "stopped": stopped,
        "code": code,
    }


def main(seed: int) -> None:
    """Kill, finish, and tell."""
    kinds.fill(JobKind(KIND, "units", 900, ("units",), run_units))
    prepare()
    stopped = stop_in_the_middle()
    chance = random.Random(seed)  # noqa: S311 - moments of chance, no secret
    for _ in range(KILLS):
        keep_busy()
        kill(chance)
    code = finish()
    print(json.dumps(outcome(KILLS, stopped, code)))  # noqa: T201 - what the test reads
