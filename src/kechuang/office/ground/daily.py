"""What is done once a day: a job like any other, submitted by the first worker that is awake."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.file_sweeping import drop_expired, sweep
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun, kinds
from kechuang.office.ground.models import Job
from kechuang.office.ground.slots import Slot, SourceRef, Text

KIND: Final = "daily"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DailyTask:
    """Something that is done once a day.

    It opens its own transactions, and may run twice where a worker was cut off.
    """

    code: str
    name: Text
    order: int
    run: Callable[[], None]


daily: Slot[DailyTask] = Slot()


def submit_todays_work() -> date:
    """Put the work of this day into the queue, unless that was done; gives the day."""
    day = timezone.localdate()
    key = f"{KIND}:{day.isoformat()}"
    if Job.objects.filter(key=key).exists():
        return day
    place = SYSTEM.place
    with transaction.atomic():
        job, new = Job.objects.get_or_create(
            key=key,
            defaults={
                "kind": KIND,
                "name": _("每日例行（%(day)s）") % {"day": day.isoformat()},
                "steps": [str(step) for step in DAILY.steps],
                "owner": SYSTEM.code,
                "owner_name": SYSTEM.name,
                "owner_role": SYSTEM.role,
                "owner_region": SYSTEM.region,
                "region": place.region,
            },
        )
        if new:
            subject = SourceRef("job", str(job.pk))
            audit.record(SYSTEM, audit.Line("job.submit", subject, job.name, place))
    return day


def _run(run: JobRun) -> Mapping[str, Any] | None:
    """Do each task once; one that fails stops no other, and is named at the end."""
    done: list[str] = list(run.checkpoint.get("done", []))
    failed: list[str] = list(run.checkpoint.get("failed", []))
    run.begin(0, len(list(daily)), done=len(done) + len(failed))
    for task in daily:
        if task.code in {*done, *failed}:
            continue
        try:
            task.run()
        except Exception:
            log.exception("daily task %s failed", task.code)
            failed.append(task.code)
        else:
            done.append(task.code)
        with run.unit({"done": done, "failed": failed}):
            pass  # what the task did is kept by itself
    if failed:
        names = "、".join(str(task.name) for task in daily if task.code in failed)
        raise JobError(
            _("每日例行中有没办成的：%(names)s。原因见日志；修复后可重新执行。") % {"names": names}
        )
    return {"done": done}


def _clear_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


DAILY: Final = JobKind(KIND, gettext_lazy("每日例行"), 80, (gettext_lazy("逐项办理"),), _run)


def register() -> None:
    """The kind of job, and what the ground itself does daily.

    The trail is sealed at the end of every job, so at the end of this one too.
    """
    kinds.fill(DAILY)
    daily.fill(DailyTask("files.expired", gettext_lazy("删除过期的导出文件"), 10, drop_expired))
    daily.fill(DailyTask("files.sweep", gettext_lazy("清理无人引用的文件内容"), 20, sweep))
    daily.fill(DailyTask("sessions", gettext_lazy("清理过期的登录"), 30, _clear_sessions))
