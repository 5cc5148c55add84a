"""Each number of the first page is the total of the list that it opens, as far as one reaches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from office_world import World

from kechuang.office.accounts.models import Membership
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import Item
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry import care
from kechuang.office.registry.models import (
    Doubt,
    ImportBatch,
    Organisation,
    Platform,
    Proposal,
    Qualification,
)
from kechuang.office.registry.queries.morning import items

BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": date(2026, 1, 2)}
WAITING = {
    "registry:doubts", "registry:proposals", "registry:imports", "registry:facts_missing",
    "registry:qualifications", "registry:platforms", "registry:duplicates",
}  # fmt: skip


def fill(place: str, mark: str, owner: Membership) -> None:
    """Two firms of one name in a county, with one thing of each kind that waits."""
    county = Region.objects.get(code=place)
    firms = []
    for each in "ab":
        party = Party.objects.create(
            code=f"{mark}-{each}", name=f"{mark}厂", kind="enterprise", region=county
        )
        firms.append(
            Organisation.objects.create(party=party, kind="enterprise", name_key=mark, **BUREAU)
        )
    party, today = firms[0].party, timezone.localdate()
    for days in (10, 180, 181, -1):
        Qualification.objects.create(
            party=party, title="hnte", number=f"{mark}{days}", recognition="recognised",
            issued_on=date(2024, 1, 1), expires_on=today + timedelta(days=days), **BUREAU,
        )  # fmt: skip
    Platform.objects.create(
        code=f"pt-{mark}", name="平台", kind="incubator", level="municipal", region=county,
        host=party, recognition="recognised", expires_on=today + timedelta(days=30), **BUREAU,
    )  # fmt: skip
    Doubt.objects.create(party=party, year=2025, rule="jump", field="revenue", value=1, other=2)
    Proposal.objects.create(
        party=party, table="organisation", field="address", after="新址", reason="迁",
        proposed_by="x", proposed_name="李四",
    )  # fmt: skip
    world = World(county, party, owner, mark)
    world.of(ImportBatch)


@pytest.fixture
def both(person: Callable[..., Membership]) -> None:
    """Things that wait in both counties."""
    for place, mark in (("990101", "ja"), ("990102", "yi")):
        fill(place, mark, person("officer", place, party=f"bureau-{place}", name="其他"))


def told(found: Iterable[Item]) -> dict[str, tuple[int, str]]:
    """Number and state by the list that is opened."""
    route = re.compile(r"/registry/(\w+)/(\w*)")
    named = {}
    for item in found:
        matched = route.match(item.url)
        assert matched is not None, item.url
        named["/".join(filter(None, matched.groups()))] = (item.count, item.state)
    return named


def test_what_waits_in_a_county(both: None, actor: Callable[..., Actor]) -> None:
    assert told(items(actor("officer", "990101"))) == {
        "doubts": (1, "late"),
        "proposals": (1, "todo"),
        "imports": (1, "todo"),
        "facts/missing": (2, "todo"),
        "titles": (2, "soon"),
        "platforms": (1, "soon"),
        "duplicates": (1, "todo"),
    }


def test_city_has_what_waits_in_both(both: None, actor: Callable[..., Actor]) -> None:
    found = told(items(actor("officer", "990100")))
    assert {name: count for name, (count, _state) in found.items()} == {
        "doubts": 2, "proposals": 2, "imports": 2, "facts/missing": 4, "titles": 4,
        "platforms": 2, "duplicates": 2,
    }  # fmt: skip


@pytest.mark.parametrize("place", ["990100", "990101", "990102"])
def test_number_is_the_total_of_its_list(
    both: None, signed_in: Callable[..., Client], actor: Callable[..., Actor], place: str
) -> None:
    desk = signed_in("officer", place)
    waiting = list(items(actor("officer", place)))
    assert len(waiting) == len(WAITING)
    home = desk.get("/").content.decode()
    for item in waiting:
        assert item.url.replace("&", "&amp;") in home
        page = desk.get(item.url).content.decode()
        pairs = len(re.findall(r'id="pair-\d+"', page))
        totals = re.findall(r"共 ([\d,]+) 条", page)
        shown = pairs if "duplicates" in item.url else int(totals[0].replace(",", ""))
        assert (item.url, shown) == (item.url, item.count)


def test_firm_is_told_of_its_own_certificates_alone(
    both: None, actor: Callable[..., Actor]
) -> None:
    found = told(items(actor("enterprise_user", "990101", party="ja-a")))
    assert found == {"titles": (2, "soon"), "platforms": (1, "soon")}
    assert told(items(actor("enterprise_user", "990101", party="ja-b"))) == {}


@pytest.mark.parametrize("role", ["leader", "audit_administrator", "system_administrator"])
def test_who_has_nothing_to_do_with_it_is_told_nothing(
    both: None, actor: Callable[..., Actor], role: str
) -> None:
    assert told(items(actor(role, "990101"))) == {}


def test_nothing_waits_nothing_is_told(city: Region, actor: Callable[..., Actor]) -> None:
    assert list(items(actor("officer", "990101"))) == []


def test_as_many_queries_for_many_rows_as_for_few(
    both: None, actor: Callable[..., Actor], django_assert_num_queries: Any
) -> None:
    officer = actor("officer", "990100")
    with django_assert_num_queries(8):
        list(items(officer))


# --- thresholds


def test_thresholds_are_dated_and_say_why() -> None:
    for code in ("expiry_days", "facts_due"):
        assert care.threshold(code, date(2026, 6, 1)).why
    assert care.expiry_days(date(2026, 6, 1)) == 180


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2025, 1, 1), 1), (date(2026, 1, 1), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 2)],
)
def test_newest_threshold_that_has_begun_counts(
    monkeypatch: pytest.MonkeyPatch, day: date, value: int
) -> None:
    rows = (care.Threshold(date(2026, 1, 1), 1, "a"), care.Threshold(date(2026, 7, 1), 2, "b"))
    monkeypatch.setattr(care, "_thresholds", lambda _code: rows)
    assert care.threshold("x", day).value == value


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 1, 1), 2024), (date(2026, 3, 31), 2024), (date(2026, 4, 1), 2025)],
)
def test_facts_of_the_last_year_are_missed_from_april(day: date, year: int) -> None:
    assert care.last_year_due(day) == year
