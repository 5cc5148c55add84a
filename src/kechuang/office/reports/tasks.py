"""The job that reads reports: one unit a report, so that each is read whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.files import FileError
from kechuang.office.ground.jobs import JobKind, JobRun
from kechuang.office.ground.models import Job
from kechuang.office.reports.models import Report
from kechuang.office.reports.readings import Read, read_report
from kechuang.office.reports.services.intake import JOB_KIND
from kechuang.office.reports.services.keeping import UNREAD, keep_failure, keep_reading
from kechuang.reading.documents import DocumentError

READING: Final = 0
log = logging.getLogger(__name__)


def read_reports(run: JobRun) -> Mapping[str, Any]:
    """Read the reports of a batch from where it was left; give how many were read and not."""
    keys: list[int] = run.arguments["reports"]
    done: dict[str, int] = {"next": 0, "read": 0, "failed": 0, **run.checkpoint}
    run.begin(READING, len(keys))
    for key in keys[done["next"] :]:
        report = Report.objects.select_related("region", "file").filter(pk=key).first()
        # Read before the transaction: a long report must not hold the database.
        read = _read(report) if report and report.state in UNREAD else None
        count = {Read: "read", str: "failed"}.get(type(read))
        done = {**done, "next": done["next"] + 1}
        if count:
            done[count] += 1
        with run.unit(done):
            if report is not None and isinstance(read, Read):
                keep_reading(run.actor, report, read)
            elif report is not None and isinstance(read, str):
                keep_failure(run.actor, report, read)
    return {"read": done["read"], "failed": done["failed"]}


def _read(report: Report) -> Read | str:
    """The reading, or the sentence that says why there is none."""
    try:
        return read_report(report)
    except DocumentError as error:
        return error.message
    except FileError as error:
        return str(error)
    except Exception:  # one report that we stumble over must not stop the others
        log.exception("report %s cannot be read", report.pk)
        return _(
            "程序自身出错，没有识读。文件已保存，请把文件交给系统管理员反馈，修复后重新执行任务。"
        )


def address(job: Job) -> str | None:
    """Where the result is seen: the report itself, or the list of the batch."""
    keys = job.arguments.get("reports", [])
    if len(keys) == 1:
        return reverse("reports:record", args=keys)
    return f"{reverse('reports:list')}?batch={job.pk}"


READ_REPORTS: Final = JobKind(
    code=JOB_KIND,
    name=gettext_lazy("识读报告"),
    order=10,
    steps=(gettext_lazy("识读并核对"),),
    run=read_reports,
    url=address,
)
