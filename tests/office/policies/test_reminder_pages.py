"""Pages of reminders: who sees which, and what each person chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from policies_city import program_of
from reminders_city import TODAY, days, done, told

from kechuang.office.accounts.models import Membership
from kechuang.office.policies.models import (
    ReminderChoice,
    ReminderDigest,
)
from kechuang.office.policies.queries import reminders as queries

pytestmark = pytest.mark.django_db


def test_the_links_of_a_digest_open_exactly_its_rows(
    office: dict[str, Membership], signed_in: Callable[..., Client], client: Client
) -> None:
    done()
    user = office["city"].user
    client.force_login(user)
    page = client.get(queries.digest_address(TODAY))
    assert page.status_code == 200
    counts = ReminderDigest.objects.get(to=user.username).counts
    assert [each["count"] for each in page.context["groups"]] == list(counts.values())
    for group in page.context["groups"]:
        assert client.get(group["url"]).context["total"] == group["count"]
    listed = client.get(page.context["mine_url"])
    assert [row.party.code for row in listed.context["page"]] == ["F01"]
    assert client.get(page.context["all_url"]).context["total"] == sum(counts.values())
    other = signed_in("officer", "990102")
    assert other.get(queries.digest_address(TODAY)).status_code == 404
    assert client.get("/policies/reminders/no-day/").status_code == 404


def test_a_county_sees_its_own_and_what_its_city_opened(
    office: dict[str, Membership], signed_in: Callable[..., Client]
) -> None:
    done()
    client = signed_in("officer", "990102")
    page = client.get(reverse("policies:reminders"))
    codes = {row.party.code if row.party else "" for row in page.context["page"]}
    assert codes == {"", "F02"}
    narrowed = client.get(reverse("policies:reminders"), {"title": "hnte", "kind": "opens"})
    assert narrowed.context["total"] == 1
    exported = client.get(reverse("policies:reminders"), {"export": "csv"})
    assert "F02" in b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_an_enterprise_sees_its_own_alone(office: dict[str, Membership], client: Client) -> None:
    done()
    client.force_login(office["firm"].user)
    page = client.get(reverse("policies:reminders"))
    assert [row.party.code for row in page.context["page"]] == ["F01"]
    assert client.get(queries.digest_address(TODAY)).status_code == 200
    assert client.get(reverse("policies:reminders"), {"export": "csv"}).status_code == 403


def test_settings_are_chosen_on_their_page(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990101")
    address = reverse("policies:reminder_settings")
    form = client.get(address).context["form"]
    assert {form.initial[name] for name in form.fields} == {"every"}
    sent = dict.fromkeys(form.fields, "every") | {"went": "mine", "opens": "none"}
    assert client.post(address, sent, follow=True).status_code == 200
    rows = ReminderChoice.objects.exclude(wanted="every")
    assert dict(rows.values_list("kind", "wanted")) == {"went": "mine", "opens": "none"}


def test_a_firm_chooses_among_what_is_of_itself(
    office: dict[str, Membership], client: Client
) -> None:
    client.force_login(office["firm"].user)
    address = reverse("policies:reminder_settings")
    assert set(client.get(address).context["form"].fields) == {"certificate", "came", "went"}
    sent = dict.fromkeys(("certificate", "came", "went"), "none")
    assert client.post(address, sent).status_code == 302
    done()
    assert office["firm"].user.username not in told()


def test_reminders_are_read_by_programs(office: dict[str, Membership], settings: Any) -> None:
    done()
    program = program_of(office["county"], settings)
    items = program.get("/api/v1/reminders", {"kind": "certificate"}).json()["items"]
    assert [(each["party"], each["told_on"]) for each in items] == [("F01", TODAY.isoformat())]
    assert program.get("/api/v1/reminders", {"region": "990102"}).json()["items"] == []
    found = program.get("/api/v1/reminders", {"day": days(1).isoformat()}).json()
    assert found["items"] == []
