"""Exports that are too long to wait for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import fastexcel
import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from kechuang.office.ground import audit, exporting
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_lists import TRAIL
from kechuang.office.ground.export_jobs import export_later
from kechuang.office.ground.files import open_file
from kechuang.office.ground.listings import Asked, ask
from kechuang.office.ground.models import AuditEvent, Job, Notice, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.worker import IN_PROCESS, claim, run_waiting_jobs, work_on

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 3)
    monkeypatch.setattr(exporting, "AT_A_TIME", 2)


@pytest.fixture
def auditor(actor: Callable[..., Actor]) -> Actor:
    return actor("audit_administrator")


def asked(auditor: Actor, query: str = "") -> Asked:
    return ask(TRAIL, auditor, QueryDict(query))


def lines(auditor: Actor, count: int) -> None:
    """So many lines of the trail that an export may show."""
    for number in range(count):
        audit.record(
            auditor,
            audit.Line("test.line", SourceRef("test", str(number))),
        )


def test_a_long_export_is_made_by_a_job(signed_in: Callable[..., Client]) -> None:
    client = signed_in("audit_administrator")
    me = Actor("audit-administrator-990100-0", "张三", region="/990000/990100/")
    lines(me, 4)
    response = client.get("/audit/", {"export": "csv"})
    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/jobs/{job.pk}/")
    assert job.kind == "listing.export"
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "行，由后台任务导出。可以离开此页，完成后在“通知”里告诉您。" in page
    assert run_waiting_jobs() == 1
    job.refresh_from_db()
    stored = StoredFile.objects.get(pk=job.result["file"])
    assert (job.state, job.done, stored.owner) == ("done", job.total, me.code)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert f'href="/files/{stored.pk}/"' in page
    assert "结果保留到" in page
    response = client.get(f"/files/{stored.pk}/")
    assert response.status_code == 200
    assert b"test.line" in b"".join(response)  # type: ignore[arg-type]
    assert Notice.objects.filter(to=me.code).count() == 1


def test_a_short_export_comes_at_once(signed_in: Callable[..., Client]) -> None:
    response = signed_in("audit_administrator").get("/audit/", {"export": "csv"})
    assert (response.status_code, Job.objects.count()) == (200, 0)
    response.close()


@pytest.mark.django_db(transaction=True)  # rows are read across the units of the job
@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_the_file_holds_what_the_list_shows(auditor: Actor, wanted: str) -> None:
    lines(auditor, 5)
    job = export_later(asked(auditor, "action=test.line"), wanted)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    stored = StoredFile.objects.get(pk=job.result["file"])
    with open_file(stored) as file:
        content = file.read()
    if wanted == "xlsx":
        found = fastexcel.read_excel(content).load_sheet(0, header_row=None).height
    else:
        found = len(list(csv.reader(io.StringIO(content.decode("utf-8-sig")))))
    watermark = {"csv": 2, "xlsx": 2}[wanted]  # an empty line and whose export this is
    assert found == 1 + job.result["rows"] + watermark
    assert stored.expires_at is not None
    kept = stored.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < kept <= timedelta(days=7)
    line = AuditEvent.objects.get(action="audit.export")
    assert line.changes["rows"] == [None, job.result["rows"]]


def test_asking_twice_makes_one_job(auditor: Actor) -> None:
    first = export_later(asked(auditor), "csv")
    assert export_later(asked(auditor), "csv") == first
    assert export_later(asked(auditor), "xlsx") != first


def test_a_job_that_was_cut_off_begins_the_file_anew(auditor: Actor) -> None:
    lines(auditor, 5)
    job = export_later(asked(auditor), "csv")
    Job.objects.update(done=4, total=99)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", job.result["rows"])
    assert StoredFile.objects.count() == 1


def test_a_job_that_is_cancelled_leaves_no_file(
    auditor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(auditor, 5)
    job = export_later(asked(auditor), "csv")
    write = exporting.write

    def cancelled(*arguments: Any, **more: Any) -> int:
        Job.objects.update(cancel_asked=True)
        return write(*arguments, **more)

    monkeypatch.setattr(exporting, "write", cancelled)
    found = claim(IN_PROCESS)
    assert found is not None
    work_on(found, IN_PROCESS)
    job.refresh_from_db()
    assert (job.state, StoredFile.objects.count()) == ("cancelled", 0)
    assert not AuditEvent.objects.filter(action="audit.export").exists()


def test_whoever_may_not_export_gets_no_job(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal):
        export_later(asked(actor("officer")), "csv")
    assert not Job.objects.exists()


def test_a_role_that_lost_the_permission_meanwhile_gets_no_file(auditor: Actor) -> None:
    job = export_later(asked(auditor), "csv")
    Job.objects.update(owner_role="officer")
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, StoredFile.objects.count()) == ("failed", 0)
    assert job.error.startswith("提交任务的角色没有这项权限（audit.export）")
