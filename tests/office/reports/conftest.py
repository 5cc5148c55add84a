"""Reports that are taken in and read, as the tests of this room need them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.regions.models import Region
from kechuang.office.reports.models import Report
from kechuang.office.reports.services import Incoming, upload_reports

TEXT = (
    "甲县科技工作总结\n"
    "2024年，甲县新增高新技术企业12家，总数达到96家。\n"
    "技术合同成交额由10.5亿元增长到12.6亿元，增长25%。\n"
    "举办科技活动35场次。\n"
)
Read = Callable[..., Report]


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    """Each test keeps its files in a folder of its own."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101", name="张三")


@pytest.fixture
def reviewer(actor: Callable[..., Actor]) -> Actor:
    return actor("reviewer", "990101", name="李四")


@pytest.fixture
def read(officer: Actor) -> Read:
    """Take a text in as a report of 甲县 and read it: `read()`, `read("…", name="…")`."""

    def make(text: str = TEXT, name: str = "甲县总结.txt", year: int | None = 2024) -> Report:
        region = Region.objects.get(code="990101")
        file = Incoming(name, io.BytesIO(text.encode()))
        outcomes, _job = upload_reports(officer, [file], region, year, "工作总结")
        run_waiting_jobs()
        assert outcomes[0].report is not None
        return Report.objects.get(pk=outcomes[0].report.pk)

    return make
