"""The work of a day: submitted once, each task by itself."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from kechuang.office.ground import daily as days
from kechuang.office.ground.daily import DailyTask, daily, submit_todays_work
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.slots import Slot
from kechuang.office.ground.worker import run_waiting_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Slot[DailyTask]:
    own: Slot[DailyTask] = Slot()
    monkeypatch.setattr(days, "daily", own)
    return own


def test_the_work_of_a_day_is_submitted_once() -> None:
    assert [submit_todays_work() for _ in range(3)] == [timezone.localdate()] * 3
    job = Job.objects.get()
    assert (job.kind, job.key, job.owner) == (
        "daily",
        f"daily:{timezone.localdate().isoformat()}",
        "system",
    )
    assert AuditEvent.objects.filter(action="job.submit").count() == 1


def test_another_day_has_work_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    submit_todays_work()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(days.timezone, "localdate", lambda: tomorrow)
    submit_todays_work()
    assert Job.objects.count() == 2


def test_what_the_ground_does_daily() -> None:
    now = timezone.now()
    for key, age in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now + timedelta(hours=age)
        )
    submit_todays_work()
    assert run_waiting_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("done", len(list(daily)), len(list(daily)))
    assert job.result == {"done": [task.code for task in daily]}
    assert job.result["done"][:3] == ["files.expired", "files.sweep", "sessions"]
    assert [each.session_key for each in Session.objects.all()] == ["new"]


def test_a_task_that_fails_stops_no_other_and_is_named(
    tasks: Slot[DailyTask], caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    tasks.fill(DailyTask("one", "甲事", 1, fail))
    tasks.fill(DailyTask("two", "乙事", 2, lambda: ran.append("two")))
    submit_todays_work()
    with caplog.at_level(logging.ERROR):
        run_waiting_jobs()
    job = Job.objects.get()
    assert (job.state, ran) == ("failed", ["two"])
    assert job.error == "每日例行中有没办成的：甲事。原因见日志；修复后可重新执行。"
    assert caplog.records[0].getMessage() == "daily task one failed"


def test_a_day_that_was_cut_off_goes_on_with_what_is_left(tasks: Slot[DailyTask]) -> None:
    ran: list[str] = []
    for number, code in enumerate(("one", "two", "three")):
        tasks.fill(DailyTask(code, code, number, lambda code=code: ran.append(code)))
    submit_todays_work()
    Job.objects.update(checkpoint={"done": ["one"], "failed": ["two"]})
    run_waiting_jobs()
    assert (ran, Job.objects.get().done) == (["three"], 3)
