"""Filings for programs: the same verbs and reads as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from registry_records import firm

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.filings.models import Batch, Filing
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.registry.models import Qualification

TODAY = timezone.localdate()


@pytest.fixture
def program(person: Callable[..., Membership], settings: Any) -> Client:
    settings.API_RATE = 10**9
    held = person("officer", "990101")
    expires = timezone.now() + timedelta(days=1)
    text = create_token(SYSTEM, held, "测试", verbs_for_tokens(held.role), expires)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def call(program: Client, address: str, body: dict[str, Any] | None = None) -> Any:
    """What the API answers, which must be what was asked for."""
    where = f"/api/v1/{address}"
    sent = {"data": body, "content_type": "application/json"}
    answer = program.get(where) if body is None else program.post(where, **sent)  # type: ignore[arg-type]
    assert answer.status_code in {200, 201}, answer.content.decode()
    return answer.json()


def test_a_firm_goes_from_a_batch_to_a_title(program: Client) -> None:
    one, two = firm("甲示一有限公司"), firm("甲示二有限公司")
    due = (TODAY - timedelta(1)).isoformat()
    body = {"programme": "hnte", "region": "990101", "name": "本年高企", "year": TODAY.year,
            "county_due": due}  # fmt: skip
    batch = call(program, "filing-batches", body)
    key = batch["key"]
    assert [each["code"] for each in batch["stages"]][3:6] == [
        "submitted", "returned", "recommended",
    ]  # fmt: skip
    both = [one.code, two.code]
    added = call(program, f"filing-batches/{key}/firms", {"parties": both, "kind": "first"})
    assert added == {"done": both, "left": []}
    late = call(program, f"filings?standing=late&batch={key}")
    assert [each["next_due"] for each in late["items"]] == [due, due]
    on = TODAY.isoformat()
    for stage in ("submitted", "published"):
        body = {"parties": [one.code], "stage": stage, "on": on}
        assert call(program, f"filing-batches/{key}/advance", body)["done"] == [one.code]
    given = [{"party": code, "number": f"GR{code}", "issued_on": on} for code in both]
    body = {"document": "国科火字1号", "certificates": given}
    done = call(program, f"filing-batches/{key}/certificates", body)
    assert done["done"] == both
    found = call(program, f"filing-batches/{key}/figures")
    assert (found["total"], found["certified"], found["pass_rate"]) == (2, 2, "100.0")
    told = call(program, f"title-stock?title=hnte&region=990101&since={due}&until={on}")
    assert (told["before"], told["new"], told["net"], told["valid"]) == (0, 2, 2, 2)
    assert Qualification.objects.count() == 2
    assert Batch.objects.get(pk=key).name == "本年高企"


def test_documents_and_a_step_that_was_wrong(program: Client) -> None:
    party = firm("甲示一有限公司")
    body = {"programme": "hnte", "region": "990101", "name": "本年高企", "year": TODAY.year}
    key = call(program, "filing-batches", body)["key"]
    call(program, f"filing-batches/{key}/firms", {"parties": [party.code], "kind": "first"})
    on = TODAY.isoformat()
    body = {"parties": [party.code], "stage": "submitted", "on": on}
    call(program, f"filing-batches/{key}/advance", body)
    filing = Filing.objects.get()
    states = {"states": {"licence": "received"}, "on": on}
    row = call(program, f"filings/{filing.pk}/documents", states)
    assert [each["code"] for each in row["documents"]] == ["licence"]
    last = row["entries"][-1]["key"]
    row = call(program, f"filing-entries/{last}/take-back", {"reason": "点错了"})
    assert (row["stage"], row["entries"][-1]["taken_back_reason"]) == ("surveyed", "点错了")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("title=hnte&region=990102&since=2026-01-01&until=2026-02-01", "region"),
        ("title=nothing&region=990101&since=2026-01-01&until=2026-02-01", "title"),
        ("title=hnte&region=990101&since=2026-02-01&until=2026-01-01", "until"),
    ],
)
def test_what_cannot_be_asked_of_the_stock(program: Client, query: str, field: str) -> None:
    answer = program.get(f"/api/v1/title-stock?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["details"]] == [field]
