"""Jobs: how one ends, is cancelled, stopped and run again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connections
from job_kinds import COUNT, OFFICER, OTHER, OUT, Broken, Run, kept, now, submit, taken, units

from kechuang.office.ground import jobs, worker
from kechuang.office.ground.audit_seals import Seals
from kechuang.office.ground.job_runs import JobRun
from kechuang.office.ground.jobs import JobConflict, JobError
from kechuang.office.ground.models import AuditEvent, AuditHead, Job, Notice
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.ground.slots import Slot
from kechuang.office.ground.worker import claim, run_waiting_jobs, run_worker, work_on

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


# --- how it ends


def test_a_job_that_is_done_tells_its_owner_and_the_trail_and_is_sealed(
    kind: Callable[..., None],
) -> None:
    kind(units)
    job = submit()
    run_waiting_jobs()
    found = now(job)
    assert (found.state, found.result, found.worker, found.lease_until) == (
        "done",
        {"count": COUNT},
        "",
        None,
    )
    assert found.ended_at is not None
    told = Notice.objects.get(to="officer")
    assert (told.text, told.url) == ("“试”已完成，可以查看结果。", f"/jobs/{job.pk}/")
    assert list(
        AuditEvent.objects.order_by("sequence").values_list("action", "outcome", "subject_key")
    ) == [("job.submit", "done", str(job.pk)), ("job.done", "done", str(job.pk))]
    sealed = Seals.of_installation().last()
    assert sealed is not None
    assert sealed.count == AuditHead.objects.get().count


FAILURES = {
    "an error for people": (JobError("第3行缺少名称。请补上。"), "第3行缺少名称。请补上。"),
    "an error that the kind knows": (Broken("文件不全。"), "文件不全。"),
    "a value that is not valid": (ValidationError(["甲。", "乙。"]), "甲。 乙。"),
    "a control character": (JobError("第\x003行"), "第�3行"),
    "a refusal": (
        Refusal("report.upload", Reason.ROLE),
        "提交任务的角色没有这项权限（report.upload），所以没有办成。请换用有权限的角色重新提交。",
    ),
}


@pytest.mark.parametrize(("error", "told"), FAILURES.values(), ids=FAILURES)
def test_a_job_that_fails_keeps_its_sentence(
    kind: Callable[..., None], error: Exception, told: str
) -> None:
    def fail(run: JobRun) -> None:
        raise error

    kind(fail, errors=(Broken,))
    job = submit()
    run_waiting_jobs()
    assert (now(job).state, now(job).error) == ("failed", told)
    line = AuditEvent.objects.get(action="job.failed")
    assert (line.outcome, line.reason) == ("failed", told)
    assert Notice.objects.get(to="officer").text == "“试”没有办成，请查看原因。"


UNKNOWN = {
    "a mistake of the program": lambda _run: {"rate": 1 // 0},
    "a result that cannot be kept": lambda _run: {"rate": object()},
}


@pytest.mark.parametrize("run", UNKNOWN.values(), ids=UNKNOWN)
def test_a_mistake_of_the_program_has_a_number_that_the_log_has_too(
    kind: Callable[..., None], run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    kind(run)
    job = submit()
    with caplog.at_level(logging.ERROR):
        run_waiting_jobs()
    reference = caplog.records[0].getMessage().rsplit(" ", 1)[-1]
    assert (now(job).state, now(job).error) == (
        "failed",
        f"程序出错，任务没有完成。可以重新执行；仍然出错时，请把编号{reference}告诉系统管理员，"
        "日志中可按编号找到原因。",
    )
    assert caplog.records[0].exc_info is not None


def test_a_kind_that_is_not_there_any_more_fails_in_words(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind(units)
    job = submit()
    monkeypatch.setattr(worker, "kinds", Slot())
    run_waiting_jobs()
    assert now(job).error == "本版本没有这种任务。请升级系统，或取消后重新提交。"


def test_a_job_that_kills_its_worker_three_times_without_a_unit_is_given_up(
    kind: Callable[..., None],
) -> None:
    kind(units)
    job = submit()
    for _ in range(3):
        taken(OUT)
    run_waiting_jobs()
    found = now(job)
    assert (found.state, kept()) == ("failed", [])
    assert found.error.startswith("执行这项任务的程序连续3次中途停止，一步也没有做成")


def test_a_unit_that_is_kept_starts_the_count_of_attempts_anew(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    for number in range(4):
        run = taken(OUT)
        with run.unit({"next": number + 1}):
            notify("units", str(number))
    run_waiting_jobs()
    assert (now(job).state, kept()) == ("done", ["0", "1", "2", "3", "4"])


def test_a_job_is_left_to_its_lease_where_the_database_goes_away(
    kind: Callable[..., None], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: JobRun) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(worker.connection, "close", lambda: None)  # the test's own transaction
    kind(fail)
    job = submit()
    with caplog.at_level(logging.ERROR):
        run_waiting_jobs()
    assert (now(job).state, now(job).attempts) == ("running", 1)
    assert caplog.records[0].getMessage() == f"job {job.pk} is left to its lease"


# --- cancelling, stopping, running again


def test_a_job_that_waits_is_cancelled_at_once(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    jobs.cancel(OFFICER, job)
    assert (now(job).state, now(job).ended_at is not None) == ("cancelled", True)
    assert (run_waiting_jobs(), kept()) == (0, [])
    assert AuditEvent.objects.get(action="job.cancel").subject_key == str(job.pk)


def test_a_job_that_runs_ends_before_its_next_unit_and_keeps_what_it_did(
    kind: Callable[..., None],
) -> None:
    def cancelled(run: JobRun) -> None:
        run.begin(0, COUNT)
        for number in range(COUNT):
            with run.unit():
                notify("units", str(number))
            if number == 1:
                jobs.cancel(OFFICER, run.job)

    kind(cancelled)
    job = submit()
    run_waiting_jobs()
    assert (now(job).state, now(job).done, kept()) == ("cancelled", 2, ["0", "1"])
    told = Notice.objects.get(to="officer").text
    assert told == "“试”已取消，可以查看停在哪里。"
    assert AuditEvent.objects.filter(action="job.cancelled").count() == 1


def test_a_job_that_was_cancelled_while_its_worker_was_dead_is_not_run(
    kind: Callable[..., None],
) -> None:
    kind(units)
    job = submit()
    taken(OUT)
    jobs.cancel(OFFICER, job)
    run_waiting_jobs()
    assert (now(job).state, kept()) == ("cancelled", [])


def test_a_job_that_has_ended_cannot_be_cancelled(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    run_waiting_jobs()
    with pytest.raises(JobConflict, match="任务已经结束"):
        jobs.cancel(OFFICER, job)
    assert not AuditEvent.objects.filter(action="job.cancel").exists()


def test_the_job_of_somebody_else_cannot_be_cancelled(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    with pytest.raises(Refusal):
        jobs.cancel(OTHER, job)
    assert now(job).state == "waiting"


def test_a_worker_that_must_stop_finishes_its_unit_and_gives_the_job_back(
    kind: Callable[..., None],
) -> None:
    stop = threading.Event()

    def stopped(run: JobRun) -> None:
        run.begin(0, COUNT)
        for number in range(COUNT):
            with run.unit({"next": number + 1}):
                notify("units", str(number))
                if number == 1:
                    stop.set()

    kind(stopped)
    job = submit()
    found = claim()
    assert found is not None
    work_on(found, worker.IN_PROCESS, stop)
    given_back = now(job)
    assert (given_back.state, given_back.worker, given_back.lease_until, given_back.attempts) == (
        "waiting",
        "",
        None,
        0,
    )
    kind(units)
    run_waiting_jobs()
    assert (now(job).state, kept()) == ("done", ["0", "1", "2", "3", "4"])


def test_stopping_before_the_first_unit_is_no_failed_attempt(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    stop = threading.Event()
    stop.set()
    for _ in range(5):
        found = claim()
        assert found is not None
        work_on(found, worker.IN_PROCESS, stop)
    assert (now(job).state, now(job).attempts) == ("waiting", 0)
    run_waiting_jobs()
    assert now(job).state == "done"


def test_a_job_runs_again_from_its_beginning_in_the_name_of_whoever_asks(
    kind: Callable[..., None],
) -> None:
    kind(units)
    job = submit(batch=3)
    run_waiting_jobs()
    again = jobs.rerun(OFFICER, now(job))
    assert (again.pk != job.pk, again.state, again.arguments, again.checkpoint, again.owner) == (
        True,
        "waiting",
        {"batch": 3},
        {},
        "officer",
    )
    assert AuditEvent.objects.get(action="job.rerun").changes == {"again": [None, again.pk]}


def test_a_job_that_has_not_ended_does_not_run_again(kind: Callable[..., None]) -> None:
    kind(units)
    job = submit()
    with pytest.raises(JobConflict, match="任务还没有结束"):
        jobs.rerun(OFFICER, job)
    assert Job.objects.count() == 1


def test_what_must_happen_once_does_not_run_again(kind: Callable[..., None]) -> None:
    kind(units, repeatable=False)
    job = submit()
    run_waiting_jobs()
    with pytest.raises(JobConflict, match="不能重新执行"):
        jobs.rerun(OFFICER, now(job))


def test_a_kind_that_nobody_registered_cannot_be_submitted() -> None:
    with pytest.raises(ValueError, match=r"no job kind 'test\.nothing'"):
        jobs.submit(OFFICER, "test.nothing", "试", {})


@pytest.mark.django_db(transaction=True)
def test_the_loop_does_what_comes_and_submits_the_work_of_the_day_once(
    kind: Callable[..., None],
) -> None:
    stop = threading.Event()

    def loop() -> None:
        run_worker(stop, poll=0.01)
        connections.close_all()

    kind(lambda _run: stop.set())
    job = submit()
    loops = [threading.Thread(target=loop) for _ in range(3)]
    for thread in loops:
        thread.start()
    for thread in loops:
        thread.join()
    assert now(job).state == "done"
    assert Job.objects.filter(kind="daily").count() == 1
