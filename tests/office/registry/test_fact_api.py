"""Facts for programs: what counts with its source, recording, doubts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from registry_facts import correction, firm, yearly

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Doubt, YearlyFact
from kechuang.office.registry.services.facts import find_doubts

pytestmark = pytest.mark.django_db
WAN = 1_000_000
AT = "/api/v1/yearly-facts/F-1/2025"


@pytest.fixture
def party(city: Region) -> Party:
    return firm("F-1")


@pytest.fixture
def program(person: Callable[..., Membership]) -> Callable[..., Client]:
    """A program that calls with a token of a new person in a role."""

    def make(role: str, place: str = "990101") -> Client:
        held = person(role, place)
        until = timezone.now() + timedelta(days=1)
        text = create_token(SYSTEM, held, "测试", verbs_for_tokens(role), until)[1]
        return Client(headers={"Authorization": f"Bearer {text}"})

    return make


def send(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def test_program_reads_what_counts_with_its_source(
    party: Party, program: Callable[..., Client]
) -> None:
    yearly(party, 2025, "tax_copy", revenue=1_234_500_000)
    yearly(party, 2025, "bureau", revenue=5, rd_staff=7)
    correction(party, 2025, "rd_staff", number=8)
    client = program("officer")
    (row,) = client.get("/api/v1/yearly-facts", {"year": 2025}).json()["items"]
    assert row == client.get(AT).json()
    revenue, staff = row["values"]["revenue"], row["values"]["rd_staff"]
    assert (revenue["value"], revenue["source"], revenue["others"]) == ("1234.5", "tax_copy", 1)
    assert (staff["value"], staff["corrected"]) == ("8", True)
    assert program("officer", "990102").get(AT).status_code == 404
    assert program("leader").get(AT).status_code == 403


def test_program_records_what_a_source_says(party: Party, program: Callable[..., Client]) -> None:
    client = program("officer")
    given = {"source": "audited_accounts", "as_of": "2026-04-30"}
    answer = send(client, AT, **given, values={"revenue": "12.5", "rd_staff": None})
    assert answer.json()["values"]["revenue"]["value"] == "12.5"
    assert YearlyFact.objects.get().revenue == 12_500_000  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "values", "words"),
    [
        ("bureau", {"revenue": "很多"}, "不是数"),
        ("bureau", {"nothing": "5"}, "没有“nothing”这一项"),
        ("statistics_office", {"revenue": "5"}, "统计以外的目的"),
        ("nobody", {"revenue": "5"}, "没有这种来源"),
    ],
)
def test_program_is_told_what_is_wrong(
    party: Party,
    program: Callable[..., Client],
    source: str,
    values: dict[str, str],
    words: str,
) -> None:
    answer = send(program("officer"), AT, source=source, as_of="2026-04-30", values=values)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not YearlyFact.objects.exists()


def test_program_reads_and_explains_doubts(party: Party, program: Callable[..., Client]) -> None:
    yearly(party, 2025, "bureau", revenue=-WAN)
    find_doubts()
    client = program("officer")
    given = {"state": "open", "year": 2025, "rule": "negative"}
    (row,) = client.get("/api/v1/doubts", given).json()["items"]
    assert (row["rule"], row["field"], row["value"]) == ("negative", "revenue", -WAN)
    address = f"/api/v1/doubts/{row['key']}"
    assert send(client, address, explanation="冲销上年收入").json()["state"] == "explained"
    assert client.get(address).json() == {
        **row, "state": "explained", "explanation": "冲销上年收入",
    }  # fmt: skip
    assert Doubt.objects.get().state == "explained"
