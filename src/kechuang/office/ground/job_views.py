"""Pages of jobs: the list, how far one is, cancelling it, running it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.ground import files, jobs
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.job_lists import JOBS, state, visible
from kechuang.office.ground.job_runs import kinds
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.models import Job
from kechuang.office.ground.showing import State

STOP_ASKING: Final = 286  # HTMX takes this status as the word to ask no more
LONG_ENOUGH: Final = timedelta(seconds=2)  # before that a rate says nothing


@dataclass(frozen=True, slots=True)
class Step:
    """A step in words and where it stands."""

    name: str
    state: State
    current: bool


def list_of_jobs(request: HttpRequest) -> HttpResponseBase:
    """The jobs that the actor may see."""
    return list_page(request, JOBS)


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; for HTMX only the part that changes, with the word to stop once it has ended."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = get_object_or_404(visible(actor), pk=pk)
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.boosted:
        status = STOP_ASKING if job.state in jobs.ENDED else 200
        return render(request, "ground/job_progress.html", shown(request, job), status=status)
    return render(request, "ground/job.html", shown(request, job))


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a job."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = get_object_or_404(visible(actor), pk=pk)
    try:
        at_once = jobs.cancel(actor, job)
    except jobs.JobConflict as conflict:
        messages.error(request, str(conflict))
    else:
        told = (
            _("已取消“%(name)s”。它还没有开始，什么也没有改变。")
            if at_once and not job.started_at
            else _("已取消“%(name)s”。停在哪里，见下。")
            if at_once
            else _("已要求取消“%(name)s”。做完手头这一步就停。")
        )
        messages.success(request, told % {"name": job.name})
    return redirect("ground:job", pk=job.pk)


def rerun(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit a job that has ended once more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = get_object_or_404(visible(actor), pk=pk)
    try:
        again = jobs.rerun(actor, job)
    except jobs.JobConflict as conflict:
        messages.error(request, str(conflict))
        return redirect("ground:job", pk=job.pk)
    messages.success(request, _("已重新提交“%(name)s”，下面是新任务的进度。") % {"name": job.name})
    return redirect("ground:job", pk=again.pk)


def shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    """What `ground/job_progress.html` shows of a job, also as a part of another page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind = kinds.find(job.kind)
    ended = job.state in jobs.ENDED
    place = jobs.place_of(job)
    seen, told = f"{job.state}-{job.step}", _told(job)
    # A screen reader hears where the job stands when that changes, not every two seconds.
    is_news = "seen" in request.GET and request.GET["seen"] != seen
    return {
        "job": job,
        "state": state(job),
        "ended": ended,
        "seen": seen,
        "news": told if is_news else "",
        "kept": _kept(job, partial=kind is None or kind.partial),
        "steps": _steps(job),
        "pace": _pace(job),
        "percent": 100 * job.done // job.total if job.total else 0,
        "result_url": kind.url(job) if kind and job.state == Job.State.DONE else None,
        "address": reverse("ground:job", args=[job.pk]),
        "facts": [
            (_("提交人"), job.owner_name),
            (_("提交时间"), job.created_at),
            (_("开始时间"), job.started_at or _("还没有开始")),
            (_("结束时间"), job.ended_at or _("还没有结束")),
            *_until(job),
        ],
        "may_cancel": not ended and actor.reaches("job.cancel", place),
        "may_rerun": ended
        and kind is not None
        and kind.repeatable
        and actor.reaches("job.rerun", place),
    }


def _until(job: Job) -> list[tuple[str, Any]]:
    """How long the file of an export is kept."""
    if "file" not in job.result:
        return []
    stored = files.held().filter(pk=job.result["file"]).first()
    until = stored.expires_at if stored else _("已过期删除，可重新执行")
    return [(_("结果保留到"), until)]


def _told(job: Job) -> str:
    """Where the job stands, in one sentence for whoever listens."""
    if job.state == Job.State.RUNNING and job.step < len(job.steps):
        return _("正在办理：%(step)s") % {"step": job.steps[job.step]}
    return _("任务%(state)s") % {"state": state(job).label}


def _kept(job: Job, *, partial: bool) -> str:
    """What stays of a job that did not come to its end."""
    if job.state not in {Job.State.FAILED, Job.State.CANCELLED}:
        return ""
    if not partial:
        return _("没有做到底，所以没有结果。")
    if not job.done:
        return _("停止前没有做完任何一项。")
    return _("停止前做完%(done)s项，共%(total)s项；做完的部分保留。") % {
        "done": f"{job.done:,}",
        "total": f"{job.total:,}",
    }


def _steps(job: Job) -> list[Step]:
    shown = []
    for number, name in enumerate(job.steps):
        current = number == job.step and job.state not in jobs.ENDED
        if job.state == Job.State.DONE or number < job.step:
            badge = State("done", _("完成"))
        elif number > job.step or job.state == Job.State.WAITING:
            badge = State("normal", _("未开始"))
        else:
            badge = state(job)
        shown.append(Step(name, badge, current))
    return shown


def _pace(job: Job) -> str:
    """How fast the present step goes and how long it will take, in words."""
    if job.state != Job.State.RUNNING or not job.pace_since:
        return ""
    passed = timezone.now() - job.pace_since
    made = job.done - job.pace_from
    if made <= 0 or passed < LONG_ENOUGH:
        return _("正在估算剩余时间。")
    left = passed * (job.total - job.done) / made
    rate = made * 60 / passed.total_seconds()
    return _("每分钟约%(rate)s项，还需约%(left)s。") % {"rate": f"{rate:,.0f}", "left": _time(left)}


def _time(left: timedelta) -> str:
    seconds = max(int(left.total_seconds()), 1)
    if seconds < 60:
        return ngettext("%(count)d秒", "%(count)d秒", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    if minutes < 120:
        return ngettext("%(count)d分钟", "%(count)d分钟", minutes) % {"count": minutes}
    hours = -(-minutes // 60)
    return ngettext("%(count)d小时", "%(count)d小时", hours) % {"count": hours}
