"""The self-check that needs no sign-in: what it says, and that it keeps nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.policies.queries import self_check
from kechuang.office.policies.services import documents
from kechuang.office.regions.models import Installation, Region

pytestmark = pytest.mark.django_db
RULES = ("hnte_screening", "tech_sme_screening", "tech_sme_national")
ADDRESS = "/policies/self-check/"
CANARY = "987654.32"
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", re.IGNORECASE)


def told(page: Any) -> dict[str, dict[str, Any]]:
    return {
        row["answer"].rule.id: {"group": group["code"], **row}
        for group in page.context["groups"]
        for row in group["rows"]
    }


def test_a_stranger_sees_what_applies_what_may_and_what_does_not(
    city: Region, client: Client
) -> None:
    page = client.get(ADDRESS)
    assert page.status_code == 200
    first = list(page.context["form"].fields)
    assert first[0] == "region"
    assert 2 < len(first) <= 1 + self_check.ASKED_FIRST
    facts = {"region": "990101", "resident_enterprise": "否"}
    answers = told(client.post(ADDRESS, facts))
    assert answers["tech_sme_national"]["group"] == "not"
    assert [step.id for step in answers["tech_sme_national"]["answer"].failing]
    unknown = told(client.post(ADDRESS, {"region": "990101"}))
    assert {each["group"] for each in unknown.values()} == {"may"}
    assert all(each["answer"].missing for each in unknown.values())


def test_what_is_missing_is_asked_until_a_rule_applies(city: Region, client: Client) -> None:
    """Saying whatever is asked for leads to an answer without facts that cannot be said here."""
    given = {"region": "990101"}
    page = client.post(ADDRESS, given)
    for _round in range(6):
        form = page.context["form"]
        asked = {name: field for name, field in form.fields.items() if name not in given}
        if not asked:
            break
        for name, field in asked.items():
            options = [code for code, _label in getattr(field.widget, "choices", ()) if code]
            day = field.fact.type == "date"
            given[name] = "2020-05-06" if day else options[0] if options else "100"
        page = client.post(ADDRESS, given)
    answers = told(page)
    assert set(answers) == set(RULES)
    assert all(not each["answer"].lacking for each in answers.values())
    assert "applies" in {each["group"] for each in answers.values()}


def test_facts_are_kept_nowhere(
    city: Region, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    name = "revenue__y0"
    client.get(ADDRESS)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.post(ADDRESS, {"region": "990101", name: CANARY, "founded_on": "2019-03-04"})
    assert page.status_code == 200
    assert CANARY in page.content.decode()
    statements = [each["sql"] for each in asked.captured_queries]
    assert statements
    assert not [each for each in statements if WRITES.match(each)]
    assert not [each for each in statements if CANARY in each or "98765432" in each]
    logged = [
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    ]
    assert not [each for each in logged if CANARY in each or "2019-03-04" in each]
    assert not client.session.keys()
    assert "no-store" in page["Cache-Control"]
    assert "Location" not in page


def test_facts_in_the_address_are_not_listened_to(city: Region, client: Client) -> None:
    page = client.get(f"{ADDRESS}?region=990101&revenue__y0={CANARY}")
    assert not page.context["answered"]
    assert f'value="{CANARY}"' not in page.content.decode()
    assert 'method="post"' in page.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"region": "110000"}, "region"),
        ({"region": "990101", "revenue__y0": "很多"}, "revenue__y0"),
        ({"region": "990101", "founded_on": "昨天"}, "founded_on"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    city: Region, client: Client, given: dict[str, str], field: str
) -> None:
    page = client.post(ADDRESS, given)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert not page.context["answered"]


def test_names_that_no_rule_asks_for_are_let_lie(city: Region, client: Client) -> None:
    page = client.post(ADDRESS, {"region": "990101", "enterprise_code": "X", "no_such": "1"})
    assert "no_such" not in page.context["form"].fields
    assert "enterprise_code" not in page.context["form"].fields


def test_who_asks_too_often_is_told_when_to_go_on(
    city: Region, client: Client, settings: Any
) -> None:
    settings.SELF_CHECK_RATE = 2
    facts = {"region": "990101", "resident_enterprise": "是"}
    answers = [client.post(ADDRESS, facts, REMOTE_ADDR="203.0.113.7") for _each in range(5)]
    # Wherever a minute ends, three of five fall into one.
    refused = next(each for each in answers if each.status_code != 200)
    assert [each.status_code for each in answers[:2]] == [200, 200]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    page = refused.content.decode()
    assert "一分钟内算了2次" in page
    assert refused.context["form"]["resident_enterprise"].value() == "是"
    assert "groups" not in refused.context
    assert client.get(ADDRESS, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert client.post(ADDRESS, facts, REMOTE_ADDR="203.0.113.8").status_code == 200


def test_mistyped_values_are_told_in_the_language_of_the_page(
    city: Region, client: Client, settings: Any
) -> None:
    boxes = {each.fact.type: name for name, each in _boxes(client).items()}
    wrong = {name: "很多" for kind, name in boxes.items() if kind in {"money", "count", "number"}}
    assert wrong
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    told = client.post(ADDRESS, {"region": "990101", **wrong})
    errors = " ".join(str(each) for each in told.context["form"].errors.values())
    assert len(told.context["form"].errors) == len(wrong)
    assert "含有数字以外的字" not in errors
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    told = client.post(ADDRESS, {"region": "990101", **wrong})
    assert "含有数字以外的字" in str(told.context["form"].errors)


def _boxes(client: Client) -> dict[str, Any]:
    fields = client.get(ADDRESS).context["form"].fields
    return {name: each for name, each in fields.items() if name != "region"}


@pytest.mark.parametrize("way", ["get", "post"])
def test_it_is_not_there_where_enterprises_have_no_pages(
    city: Region, client: Client, way: str
) -> None:
    Installation.objects.update(enterprise_pages=False)
    assert getattr(client, way)(ADDRESS, {"region": "990101"}).status_code == 404
    assert ADDRESS not in client.get(reverse("account_login")).content.decode()


def test_it_is_found_from_the_page_of_signing_in(city: Region, client: Client) -> None:
    assert ADDRESS in client.get(reverse("account_login")).content.decode()


def test_a_document_that_was_superseded_says_so_here_too(city: Region, client: Client) -> None:
    def kept(number: str, rules: list[str]) -> Any:
        values = {"title": "评价办法", "number": number, "issuer": "科技部", "level": "national",
                  "issued_on": timezone.localdate(), "in_force_on": None}  # fmt: skip
        return documents.register(SYSTEM, city, values, rules)

    old, new = kept("旧1号", ["tech_sme_national"]), kept("新2号", ["tech_sme_national"])
    documents.supersede(SYSTEM, old, new, timezone.localdate())
    page = client.post(ADDRESS, {"region": "990101"})
    shown = told(page)["tech_sme_national"]["documents"]
    assert [(each.number, str(state)) for each, state in shown] == [
        ("新2号", "现行有效"), ("旧1号", "已被取代"),
    ]  # fmt: skip
    assert "被取代为" in page.content.decode()


def test_a_signed_in_enterprise_may_use_it_too(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    page = signed_in("leader", "990101").post(ADDRESS, {"region": "990101"})
    assert len(told(page)) == len(RULES)
