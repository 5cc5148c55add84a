"""Following a job in a browser: it goes on by itself, keeps the focus, and says what is new."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from kechuang.office.accounts.models import User
from kechuang.office.ground.models import Job

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]

COUNTY = "/990000/990100/990101/"


def running() -> Job:
    user = User.objects.get()
    return Job.objects.create(
        kind="report.read",
        name="识读3份报告",
        state="running",
        steps=["识读", "核对"],
        total=200,
        done=50,
        owner=user.username,
        owner_name=user.name,
        owner_role="officer",
        owner_region=COUNTY,
        region=COUNTY,
    )


def test_a_job_is_followed_to_its_end_without_a_click(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", "990101")
    job = running()
    asked: list[int] = []

    def note(got: Response) -> None:
        if f"jobs/{job.pk}/" in got.url:
            asked.append(got.status)

    page.on("response", note)
    page.goto(f"/jobs/{job.pk}/")
    page.focus("#job-cancel")
    Job.objects.update(done=120, step=1)
    page.wait_for_selector("progress[value='120']")
    assert page.evaluate("document.activeElement.id") == "job-cancel"
    page.wait_for_function("document.getElementById('announcer').textContent === '正在办理：核对'")
    Job.objects.update(state="done", step=1, done=200)
    page.wait_for_selector("#job-again")
    assert asked[-1] == 286
    before = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == before


def test_a_job_is_followed_and_cancelled_without_scripts(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", "990101", java_script_enabled=False)
    job = running()
    page.goto(f"/jobs/{job.pk}/")
    Job.objects.update(done=120)
    page.click("#job-refresh")
    assert page.get_attribute("progress", "value") == "120"
    page.click("#job-cancel")
    assert "已要求取消“识读3份报告”。" in page.inner_text("main")
    assert Job.objects.get().cancel_asked


def test_a_job_is_cancelled_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", "990101")
    job = running()
    page.goto(f"/jobs/{job.pk}/")
    page.focus("#main")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "job-cancel":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已要求取消“识读3份报告”")
    assert Job.objects.get().cancel_asked
