"""The pages of imports in each state: accessible in light and dark, and no wider than a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from at_the_browser import SCHEMES, look_through
from imported_files import CODE, NAME, PLACE, code_of, workbook
from playwright.sync_api import Page

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services import imports

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]

HEAD = [CODE, NAME, PLACE, "注册资本（万元）", "本钱"]
ROWS = [
    [code_of(1), "甲县一号有限公司", "甲县", 100, 1],
    [code_of(2), "甲县二号有限公司", "甲县", "#REF!", 1],
]


@pytest.fixture
def addresses(person: Callable[..., Membership]) -> list[str]:
    """An import in each state, the list, sending and exporting."""
    actor = actor_of(person("officer", "990101"))
    county = Region.objects.get(code="990101")

    def sent(rows: list[list[Any]]) -> ImportBatch:
        file = imports.take_in(actor, county, "名录.xlsx", BytesIO(workbook(rows)))
        provenance = Provenance("bureau", date(2025, 12, 31))
        return imports.send(actor, file, "organisations", None, provenance, county)

    def checked(rows: list[list[Any]]) -> ImportBatch:
        batch = sent(rows)
        run_waiting_jobs()
        batch.refresh_from_db()
        return batch

    done = checked([HEAD, *ROWS])
    imports.confirm(actor, done)
    run_waiting_jobs()
    undone = checked([HEAD, [code_of(3), "甲县三号有限公司", "甲县", 100, 1]])
    imports.confirm(actor, undone)
    run_waiting_jobs()
    imports.undo(actor, undone)
    run_waiting_jobs()
    batches = [
        done,
        undone,
        checked([HEAD, *ROWS]),
        checked([["厂子", PLACE], ["甲县四号有限公司", "甲县"]]),
        checked([[CODE]]),
        sent([HEAD, *ROWS]),
    ]
    states = [ImportBatch.objects.get(pk=each.pk).state for each in batches]
    assert states[:4] == ["done", "undone", "checked", "mapping"]
    return [
        "/registry/imports/",
        "/registry/imports/new/",
        "/registry/imports/export/",
        "/registry/imports/template/",
        *(f"/registry/imports/{each.pk}/" for each in batches),
    ]


@pytest.mark.parametrize("first", SCHEMES)
def test_pages_of_imports_are_accessible_and_fit(
    sign_in: Callable[..., Page], addresses: list[str], first: str
) -> None:
    assert look_through(sign_in("officer", "990101"), addresses, first) == []
