"""Imports for programs: the same journey as on the pages, in the shape of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from imported_files import CODE, NAME, PLACE, code_of, workbook

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.registry.models import Organisation

ROWS = [
    [CODE, NAME, PLACE, "注册资本（万元）"],
    [code_of(1), "甲县一号有限公司", "甲县", 100],
    [code_of(2), "甲县二号有限公司", "甲县", "#REF!"],
]


@pytest.fixture
def program(person: Callable[..., Membership], county: Any) -> Client:
    held = person("officer", "990101")
    expires = timezone.now() + timedelta(days=1)
    text = create_token(SYSTEM, held, "测试", verbs_for_tokens(held.role), expires)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def given(**more: Any) -> dict[str, Any]:
    return {
        "workbook": SimpleUploadedFile("名录.xlsx", workbook(ROWS)),
        "purpose": "organisations",
        "source": "bureau",
        "as_of": "2025-12-31",
        "region": "990101",
        **more,
    }


def test_send_look_confirm_undo(program: Client) -> None:
    sent = program.post("/api/v1/imports", given())
    assert sent.status_code == 201, sent.content.decode()
    address = f"/api/v1/imports/{sent.json()['id']}"
    run_waiting_jobs()
    looked = program.get(address).json()
    assert (looked["state"], looked["counts"]["new"], looked["counts"]["error"]) == (
        "checked",
        1,
        1,
    )
    assert [each["cells"][0]["letter"] for each in looked["problems"]] == ["D"]
    assert looked["marked"] is not None
    assert program.post(f"{address}/confirm").json()["state"] == "writing"
    assert program.post(f"{address}/confirm").json()["code"] == "conflict"
    run_waiting_jobs()
    assert Organisation.objects.count() == 1
    assert program.post(f"{address}/undo").json()["state"] == "undoing"
    run_waiting_jobs()
    listed = program.get("/api/v1/imports?state=undone").json()
    assert ([each["name"] for each in listed["items"]], Organisation.objects.count()) == (
        ["名录.xlsx"],
        0,
    )


def test_headers_are_mapped(program: Client) -> None:
    rows = [["厂子", PLACE], ["甲县一号有限公司", "甲县"]]
    upload = SimpleUploadedFile("名录.xlsx", workbook(rows))
    address = (
        f"/api/v1/imports/{program.post('/api/v1/imports', given(workbook=upload)).json()['id']}"
    )
    run_waiting_jobs()
    assert program.get(address).json()["state"] == "mapping"
    body = {"choices": {"厂子": "enterprise_name"}}
    program.post(f"{address}/headers", body, content_type="application/json")
    run_waiting_jobs()
    assert program.get(address).json()["counts"]["new"] == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"purpose": "nonsense"}, "purpose"),
        ({"source": "statistics_office"}, "source"),
        ({"region": "990102"}, "region"),
        ({"year": "1"}, "year"),
        ({"workbook": SimpleUploadedFile("a.xlsx", b"PK")}, "workbook"),
    ],
)
def test_what_is_wrong_names_its_field(program: Client, more: dict[str, Any], field: str) -> None:
    response = program.post("/api/v1/imports", given(**more))
    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")
    assert [each["field"] for each in response.json()["details"]] == [field]
