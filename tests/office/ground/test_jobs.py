"""Jobs: who takes one, and what it keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from job_kinds import COUNT, OUT, Broken, kept, now, submit, taken, units

from kechuang.office.ground import worker
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.job_runs import JobRun, LeaseLost
from kechuang.office.ground.models import Job
from kechuang.office.ground.notices import notify
from kechuang.office.ground.worker import Pace, claim, run_waiting_jobs, work_on

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


# --- taking one


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_takes_the_job(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    together = threading.Barrier(6)
    found: list[Job | None] = []

    def take() -> None:
        together.wait()
        found.append(claim())
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [job is None for job in found].count(False) == 1
    assert len(found) == 6


def test_the_oldest_job_is_taken_first(kind: Callable[..., None]) -> None:
    kind(units)
    first, second = submit(), submit()
    assert [run.job.pk for run in (taken(), taken())] == [first.pk, second.pk]


def test_a_job_whose_lease_is_in_force_is_left_alone(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    taken()
    assert claim() is None


def test_a_job_whose_lease_ran_out_is_taken_over(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    first, second = taken(OUT), taken()
    assert first.job.pk == second.job.pk
    assert first.holder != second.holder


def test_the_lease_can_be_renewed_by_its_holder_alone(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    first, second = taken(OUT), taken()
    assert (worker.renew(first), worker.renew(second)) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_a_thread_renews_the_lease_while_a_long_unit_lasts(kind: Callable[..., None]) -> None:
    def long(run: JobRun) -> None:
        begun = now(run.job).lease_until
        assert begun is not None
        until_renewed(run.job, 3)

    def until_renewed(job: Job, times: int) -> None:
        seen = {now(job).lease_until}
        waiting = threading.Event()
        for _ in range(400):
            seen.add(now(job).lease_until)
            if len(seen) > times:
                return
            waiting.wait(0.02)
        raise AssertionError("the lease was not renewed")

    kind(long)
    job = submit()
    pace = Pace(lease=timedelta(seconds=0.4))
    found = claim(pace)
    assert found is not None
    work_on(found, pace)
    assert (now(job).state, now(job).error) == ("done", "")


# --- what is kept


def test_a_unit_keeps_work_progress_and_checkpoint_together(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    run = taken()
    run.begin(0, 9)
    with run.unit({"next": 3}, done=3):
        notify("units", "a")
    found = now(run.job)
    assert (found.done, found.total, found.checkpoint, kept()) == (3, 9, {"next": 3}, ["a"])


def test_a_unit_that_fails_keeps_nothing(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    run = taken()
    run.begin(0, 9)

    def fail() -> None:
        with run.unit({"next": 1}):
            notify("units", "a")
            raise Broken

    with pytest.raises(Broken):
        fail()
    assert (now(run.job).done, now(run.job).checkpoint, kept()) == (0, {}, [])
    assert (run.job.done, run.checkpoint) == (0, {})


def test_a_worker_that_lost_its_job_keeps_nothing_more(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    slow = taken(OUT)
    quick = taken()

    def late() -> None:
        with slow.unit({"next": 1}):
            notify("units", "late")

    with pytest.raises(LeaseLost):
        late()
    with pytest.raises(LeaseLost):
        slow.begin(1, 3)
    work_on(slow.job)
    assert (kept(), now(slow.job).worker) == ([], quick.holder)


@pytest.mark.django_db(transaction=True)
def test_a_unit_during_which_the_job_was_taken_over_is_undone(kind: Callable[..., None]) -> None:
    """SQLite lets nobody take over in the middle of a unit; there the unit itself renews."""
    kind(units)
    submit()
    slow = taken(OUT)
    found: list[Job | None] = []

    def take() -> None:
        found.append(claim())
        connections.close_all()

    def work() -> None:
        with slow.unit({"next": 1}):
            notify("units", "slow")
            thread = threading.Thread(target=take)
            thread.start()
            if connection.vendor == "postgresql":
                thread.join()
                threads.append(thread)
        thread.join()

    threads: list[threading.Thread] = []
    if connection.vendor == "postgresql":
        with pytest.raises(LeaseLost):
            work()
        assert (kept(), [job is None for job in found]) == ([], [False])
    else:
        slow.lease = timedelta(minutes=1)
        work()
        assert (kept(), found) == (["slow"], [None])


def test_the_next_worker_goes_on_from_the_checkpoint(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    first = taken(OUT)
    first.begin(0, COUNT)
    for number in range(2):
        with first.unit({"next": number + 1}):
            notify("units", str(number))
    assert run_waiting_jobs() == 1
    assert kept() == ["0", "1", "2", "3", "4"]
    assert (now(first.job).state, now(first.job).done) == ("done", COUNT)


def test_a_new_step_counts_from_its_beginning(kind: Callable[..., None]) -> None:
    kind(units)
    submit()
    run = taken()
    run.begin(0, 4)
    with run.unit(done=4):
        pass
    run.begin(1, 7)
    assert (now(run.job).step, now(run.job).done, now(run.job).total) == (1, 0, 7)
    run.begin(1, 7, done=2)
    assert now(run.job).done == 2


def test_the_job_acts_as_its_owner_in_the_role_that_submitted_it(
    kind: Callable[..., None],
) -> None:
    seen: list[Actor] = []
    kind(lambda run: seen.append(run.actor))
    submit()
    run_waiting_jobs()
    assert [(each.code, each.role, each.region) for each in seen] == [
        ("officer", "officer", "/990000/990100/")
    ]
    assert seen[0].reach("report.view") is Reach.REGION
