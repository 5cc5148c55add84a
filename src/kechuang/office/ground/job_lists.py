"""The list of jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.job_runs import kinds
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.ground.models import Job
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State

STATES: Final = {
    Job.State.WAITING: "normal",
    Job.State.RUNNING: "todo",
    Job.State.DONE: "done",
    Job.State.FAILED: "late",
    Job.State.CANCELLED: "normal",
}


def visible(actor: Actor) -> QuerySet[Job]:
    """The jobs that the actor may see."""
    return limit(Job.objects.all(), actor, "job.view")


def state(job: Job) -> State:
    """Where a job stands, as a badge."""
    known = Job.State(job.state)
    return State(STATES[known], known.label)


def progress(job: Job) -> str:
    """How much of the present step is done."""
    return f"{job.done:,} / {job.total:,}" if job.total else ""


def _states(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in Job.State]


def _kinds(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(kind.code, str(kind.name)) for kind in kinds]


JOBS: Final = Listing(
    code="jobs",
    name=pgettext_lazy("many", "任务"),
    verb="job.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda job: job.name,
            link=lambda job: address("ground:job", job.pk),
        ),
        Column("state", _("状态"), state, sort="state"),
        Column("progress", _("进度"), progress, align="number"),
        Column("owner", _("提交人"), lambda job: job.owner_name, sort="owner_name"),
        Column("created", _("提交时间"), lambda job: job.created_at, sort="pk", align="date"),
        Column(
            "ended",
            _("结束时间"),
            lambda job: job.ended_at or gettext("还没有结束"),
            sort="ended_at",
            align="date",
        ),
    ),
    filters=(
        Filter("state", _("状态"), "choice", lambda rows, code: rows.filter(state=code), _states),
        Filter("kind", _("种类"), "choice", lambda rows, code: rows.filter(kind=code), _kinds),
    ),
    search=lambda rows, text: rows.filter(name__contains=text),
    sort="-created",
    empty=_("还没有任务。上传报告或导出大量数据时，会在这里看到进度和结果。"),
    searched=_("名称"),
)
