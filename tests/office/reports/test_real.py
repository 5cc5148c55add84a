"""Real reports, where a folder of them is at hand: read through the office as by the engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.regions.models import Region
from kechuang.office.reports.models import Report
from kechuang.office.reports.services import read_folder
from kechuang.reading import read_text
from kechuang.reading.documents import AboutTable
from kechuang.reading.model import About


@pytest.mark.requires_shared
def test_real_reports_come_in_and_every_page_opens(city: Region, signed_in: object) -> None:
    folder = Path(os.environ["KECHUANG_SHARED"]) / "reports"
    found = read_folder(SYSTEM, folder, AboutTable())
    run_waiting_jobs()
    assert found.count("taken") == len(found.outcomes) > 0
    client: Client = signed_in("officer", "990100")  # type: ignore[operator]
    for report in Report.objects.order_by("pk"):
        about = About(report.region_text, report.year, report.genre or None)
        expected = read_text(report.text, about=about).figures
        rows = report.figures.order_by("position")  # type: ignore[attr-defined]
        assert [(row.start, row.end, row.quote) for row in rows] == [
            (each.start, each.end, each.quote) for each in expected
        ]
        assert client.get(f"/reports/{report.pk}/").status_code == 200
