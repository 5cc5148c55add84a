"""Pages of jobs, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.ground.models import Job
from kechuang.office.ground.worker import run_waiting_jobs

HTMX = {"HX-Request": "true"}
COUNTY = "/990000/990100/990101/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


def make(**more: Any) -> Job:
    user = User.objects.first()
    values = {
        "kind": "report.read",
        "name": "识读3份报告",
        "steps": ["识读", "核对"],
        "total": 200,
        "done": 50,
        "owner": user.username if user else "",
        "owner_name": "张三",
        "owner_role": "officer",
        "owner_region": COUNTY,
        "region": COUNTY,
    }
    return Job.objects.create(**{**values, **more})


def text(response: Any) -> str:
    """The words of a page, without marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_job_that_runs_shows_steps_progress_pace_and_may_be_left(officer: Client) -> None:
    job = make(
        state="running",
        step=1,
        pace_from=10,
        pace_since=timezone.now() - timedelta(minutes=2),
    )
    response = officer.get(f"/jobs/{job.pk}/")
    told = text(response)
    assert re.search(r"识读 \S*\s?完成 核对 \S*\s?进行中", told)
    assert "50 / 200" in told
    assert "每分钟约20项，还需约8分钟。" in told
    assert "可以离开此页，任务会继续；完成后在“通知”里告诉您。 刷新进度" in told
    assert "取消任务" in told
    assert "重新执行" not in told
    page = response.content.decode()
    assert '<progress max="200" value="50"' in page
    assert f'hx-get="/jobs/{job.pk}/" hx-trigger="every 2s"' in page


WAYS = {
    "just begun": (timedelta(seconds=1), 40, "正在估算剩余时间。"),
    "nothing done since it was taken up": (timedelta(minutes=1), 0, "正在估算剩余时间。"),
    "seconds": (timedelta(minutes=1), 150, "每分钟约150项，还需约20秒。"),
    "hours": (timedelta(hours=10), 100, "每分钟约0项，还需约10小时。"),
}


@pytest.mark.parametrize(("passed", "made", "told"), WAYS.values(), ids=WAYS)
def test_the_pace_is_told_in_words(
    officer: Client, passed: timedelta, made: int, told: str
) -> None:
    job = make(
        state="running",
        done=made,
        total=200,
        pace_since=timezone.now() - passed,
    )
    assert told in text(officer.get(f"/jobs/{job.pk}/"))


def test_asking_stops_when_the_job_has_ended(officer: Client) -> None:
    job = make(state="running")
    assert officer.get(f"/jobs/{job.pk}/", headers=HTMX).status_code == 200
    Job.objects.update(state="done", ended_at=timezone.now())
    response = officer.get(f"/jobs/{job.pk}/", headers=HTMX)
    assert response.status_code == 286
    assert "<html" not in response.content.decode()
    assert "hx-trigger" not in officer.get(f"/jobs/{job.pk}/").content.decode()


def test_a_screen_reader_hears_only_what_is_new(officer: Client) -> None:
    job = make(state="running", step=1)
    address = f"/jobs/{job.pk}/"

    def heard(seen: str) -> list[str]:
        page = officer.get(address, {"seen": seen}, headers=HTMX).content.decode()
        return re.findall(r'data-announce="([^"]*)"', page)

    assert heard("running-1") == []
    assert heard("running-0") == ["正在办理：核对"]
    Job.objects.update(state="done")
    assert heard("running-1") == ["任务完成"]


def test_a_job_that_failed_says_why_and_what_stays(officer: Client) -> None:
    job = make(state="failed", error="第3行缺少名称。请补上。", done=7)
    told = text(officer.get(f"/jobs/{job.pk}/"))
    assert "第3行缺少名称。请补上。" in told
    assert "停止前做完7项，共200项；做完的部分保留。" in told
    assert "重新执行" in told


def test_an_export_that_was_cut_short_has_no_result(officer: Client) -> None:
    job = make(kind="listing.export", state="cancelled", done=7)
    told = text(officer.get(f"/jobs/{job.pk}/"))
    assert "没有做到底，所以没有结果。" in told
    assert "做完的部分保留" not in told


def test_cancelling_says_what_happens_and_what_stays(officer: Client) -> None:
    waiting, running = make(name="甲"), make(name="乙", state="running")
    told = text(officer.post(f"/jobs/{waiting.pk}/cancel/", follow=True))
    assert "已取消“甲”。它还没有开始，什么也没有改变。" in told
    told = text(officer.post(f"/jobs/{running.pk}/cancel/", follow=True))
    assert "已要求取消“乙”。做完手头这一步就停。" in told
    assert "已要求取消，做完手头这一步就停。" in told
    assert list(Job.objects.order_by("pk").values_list("state", "cancel_asked")) == [
        ("cancelled", True),
        ("running", True),
    ]


def test_cancelling_what_has_ended_says_so(officer: Client) -> None:
    job = make(state="done")
    told = text(officer.post(f"/jobs/{job.pk}/cancel/", follow=True))
    assert "任务已经结束，不能再取消。需要时可重新执行。" in told


def test_running_again_leads_to_the_new_job(officer: Client) -> None:
    job = make(state="failed", arguments={"reports": []})
    response = officer.post(f"/jobs/{job.pk}/again/")
    again = Job.objects.get(pk=job.pk + 1)
    assert (response.status_code, response["Location"]) == (302, f"/jobs/{again.pk}/")
    assert run_waiting_jobs() == 1
    assert Job.objects.get(pk=again.pk).state == "done"


def test_running_again_what_has_not_ended_says_so(officer: Client) -> None:
    job = make(state="running")
    told = text(officer.post(f"/jobs/{job.pk}/again/", follow=True))
    assert "任务还没有结束。等它结束，或先取消，再重新执行。" in told


def test_a_job_out_of_reach_is_not_found(signed_in: Callable[..., Client]) -> None:
    job = make()
    client = signed_in("officer", "990102")
    assert [
        client.get(f"/jobs/{job.pk}/").status_code,
        client.post(f"/jobs/{job.pk}/cancel/").status_code,
        client.post(f"/jobs/{job.pk}/again/").status_code,
    ] == [404, 404, 404]


def test_the_job_of_a_colleague_is_shown_without_buttons(officer: Client) -> None:
    job = make(owner="colleague", state="running")
    told = text(officer.get(f"/jobs/{job.pk}/"))
    assert ("识读3份报告" in told, "取消任务" in told) == (True, False)
    assert officer.post(f"/jobs/{job.pk}/cancel/").status_code == 403


def test_the_list_shows_the_jobs_in_reach_with_their_state(officer: Client) -> None:
    make(name="甲")
    make(name="乙", region="/990000/990100/990102/", owner="other")
    page = text(officer.get("/jobs/"))
    assert ("甲" in page, "50 / 200" in page) == (True, True)
    assert "乙" not in re.sub("甲县|乙区", "", page)


def test_an_empty_list_says_when_there_will_be_something(officer: Client) -> None:
    told = text(officer.get("/jobs/"))
    assert "还没有任务。上传报告或导出大量数据时，会在这里看到进度和结果。" in told
