"""A database that goes away under a worker: it waits, connects anew and goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from time import monotonic
from typing import Any

import pytest
from django.db import Error, InterfaceError, OperationalError, connection, connections
from job_kinds import COUNT, kept, now, submit, units

from kechuang.office.ground import audit_seals, worker
from kechuang.office.ground.audit_seals import QuietSeals, Seals
from kechuang.office.ground.job_runs import JobRun
from kechuang.office.ground.models import Job
from kechuang.office.ground.worker import Pace, run_worker, work_on

PATIENCE = 60.0
SHORT = Pace(lease=timedelta(seconds=0.4))

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _next_test_connects_anew(transactional_db: None) -> Iterator[None]:
    """Whatever became of the connection in a test, the tables are emptied over a new one."""
    yield
    connection.close()


@contextmanager
def a_worker(pace: Pace = SHORT) -> Iterator[threading.Thread]:
    """A worker in a thread of its own, with its own connections."""
    stop = threading.Event()

    def work() -> None:
        try:
            run_worker(stop, poll=0.01, pace=pace)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(PATIENCE)


def until_done(job: Job, thread: threading.Thread) -> None:
    end = monotonic() + PATIENCE
    wait = threading.Event()
    while now(job).state != "done":
        assert thread.is_alive(), "the worker ended"
        assert monotonic() < end, now(job).state
        wait.wait(0.02)


def raising(times: int, error: Exception, then: Callable[..., Any]) -> Callable[..., Any]:
    """A function that fails so many times before it does what it should."""
    left = [error] * times

    def call(*arguments: Any, **more: Any) -> Any:
        if left:
            raise left.pop()
        return then(*arguments, **more)

    return call


LOST = [OperationalError("the connection is closed"), InterfaceError("connection already closed")]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_looking_for_jobs_goes_on_and_each_outage_is_told_once(
    kind: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Error,
) -> None:
    kind(units)
    job = submit()
    monkeypatch.setattr(worker, "claim", raising(5, error, worker.claim))
    with a_worker() as thread:
        until_done(job, thread)
    told = [each.getMessage() for each in caplog.records]
    assert told == ["the database does not answer; trying again", "the database answers again"]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_lease_is_renewed_after_its_connection_was_lost(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch, error: Error
) -> None:
    renewed = threading.Event()

    def renew(run: JobRun) -> bool:
        renewed.set()
        return True

    kind(lambda _run: {"renewed": renewed.wait(PATIENCE)})
    job = submit()
    monkeypatch.setattr(worker, "renew", raising(2, error, renew))
    found = worker.claim(SHORT)
    assert found is not None
    work_on(found, SHORT)
    assert now(job).result == {"renewed": True}


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("due", [True, False], ids=["due", "after a job"])
def test_seal_that_fails_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Error, *, due: bool
) -> None:
    monkeypatch.setattr(audit_seals, "seal", raising(3, error, audit_seals.seal))
    seals = QuietSeals()
    for _each in range(5):
        seals.seal(only_if_due=due)
    told = [each.getMessage().partition(":")[0] for each in caplog.records]
    assert told == ["the audit trail could not be sealed", "the audit trail is sealed again"]
    assert len(list(Seals(audit_seals.settings.SEALS).read())) == (1 if due else 2)


def test_job_that_cannot_be_given_back_ends_no_worker(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kind(units)
    job = submit()
    found = worker.claim(SHORT)
    assert found is not None
    monkeypatch.setattr(worker, "_release", raising(1, LOST[1], lambda _run: None))
    stop = threading.Event()
    stop.set()
    work_on(found, SHORT, stop)
    assert f"job {job.pk} is left to its lease" in caplog.text


# --- a real server that ends every connection, as it does when it is started again


def end_every_connection() -> None:
    """End all connections to this database but the one that asks for it."""
    psycopg = import_module("psycopg")
    given = connection.get_connection_params()
    known = {key: given[key] for key in ("dbname", "user", "host", "port") if key in given}
    with psycopg.connect(**known, autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.requires_postgres
def test_connections_that_are_ended_in_the_middle_of_a_unit_lose_nothing(
    kind: Callable[..., None],
) -> None:
    ended: list[int] = []

    def run(run: JobRun) -> Mapping[str, Any] | None:
        if not ended:
            with run.unit({"next": 0}, done=0):
                end_every_connection()
                ended.append(1)
        return units(run)

    kind(run)
    job = submit()
    connection.close()
    with a_worker() as thread:
        while not ended:
            threading.Event().wait(0.01)
        connection.close()
        until_done(job, thread)
    assert kept() == [str(number) for number in range(COUNT)]
    assert now(job).result == {"count": COUNT}


@pytest.mark.requires_postgres
def test_worker_that_waits_outlives_its_connections(kind: Callable[..., None]) -> None:
    kind(units)
    with a_worker() as thread:
        first = submit()
        until_done(first, thread)
        end_every_connection()
        connection.close()
        second = submit()
        until_done(second, thread)
    assert len(kept()) == 2 * COUNT
