"""Jobs of the tests: who submits them, what a worker that took one does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from kechuang.office.ground import jobs
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.job_runs import JobRun
from kechuang.office.ground.models import Job, Notice
from kechuang.office.ground.notices import notify
from kechuang.office.ground.worker import Pace, claim

KIND = "test.kind"
OUT = timedelta(seconds=-1)  # a lease that has run out as it begins
COUNT = 5

OFFICER = Actor(
    "officer",
    "张三",
    "officer",
    "/990000/990100/",
    grants={"job.cancel": Reach.SELF, "job.rerun": Reach.SELF},
)
OTHER = Actor("other", "李四", "officer", "/990000/990100/", grants={"job.cancel": Reach.SELF})

Run = Callable[[JobRun], Mapping[str, Any] | None]


class Broken(Exception):  # noqa: N818
    """An exception whose words are meant for people."""


def submit(**arguments: Any) -> Job:
    return jobs.submit(OFFICER, KIND, "试", arguments)


def units(run: JobRun) -> Mapping[str, Any]:
    """A notice for each of five units."""
    first = run.checkpoint.get("next", 0)
    run.begin(0, COUNT)
    for number in range(first, COUNT):
        with run.unit({"next": number + 1}):
            notify("units", str(number))
    return {"count": COUNT}


def kept() -> list[str]:
    return list(Notice.objects.filter(to="units").order_by("pk").values_list("text", flat=True))


def taken(lease: timedelta = timedelta(minutes=1)) -> JobRun:
    job = claim(Pace(lease=lease))
    assert job is not None
    return JobRun(job, lease=lease)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)
