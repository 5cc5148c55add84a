"""Intellectual property: what may be put in, when it holds, how it ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from office_writes import assert_audited
from registry_records import BUREAU, DAY, firm, stamped, wrong

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.queries import rights as queries
from kechuang.office.registry.services import rights as services
from kechuang.office.registry.standing import with_day

pytestmark = pytest.mark.django_db

PATENT = {
    "number": "ZL202310000001.1",
    "name": "一种轴承",
    "kind": "invention",
    "status": "valid",
    "granted_on": date(2024, 1, 1),
    "expires_on": date(2043, 1, 1),
}
PENDING = {**PATENT, "status": "pending", "granted_on": None, "applied_on": date(2023, 1, 1)}


@pytest.mark.parametrize(
    ("kind", "found"),
    [("invention", "I"), ("utility_model", "II"), ("software", "II"), ("other", "")],
)
def test_class_follows_the_kind(city: Region, kind: str, found: str) -> None:
    row = services.create(SYSTEM, firm(), {**PATENT, "kind": kind}, BUREAU)
    assert row.ip_class == found


def test_class_that_was_chosen_stays(city: Region) -> None:
    row = services.create(SYSTEM, firm(), {**PATENT, "ip_class": "II"}, BUREAU)
    assert row.ip_class == "II"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "song"}, "kind"),
        ({"status": "maybe"}, "status"),
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
        ({"applied_on": date(2025, 1, 1)}, "granted_on"),
        ({"status": "pending"}, "granted_on"),
        ({"number": "ZL1"}, "number"),
    ],
)
def test_what_cannot_be_is_refused(city: Region, changes: dict[str, Any], field: str) -> None:
    party = firm()
    services.create(SYSTEM, party, {**PATENT, "number": "ZL1"}, BUREAU)
    with pytest.raises(ValidationError) as refused:
        services.create(SYSTEM, party, {**PATENT, **changes}, BUREAU)
    assert wrong(refused) == [field]


def test_two_owners_may_have_one_right(city: Region) -> None:
    for name in ("甲", "乙"):
        services.create(SYSTEM, firm(name), PATENT, BUREAU)
    assert IntellectualProperty.objects.count() == 2


def test_application_is_granted_under_another_number(city: Region) -> None:
    row = services.create(SYSTEM, firm(), {**PENDING, "number": "2023100000011"}, BUREAU)
    day = date(2025, 5, 5)
    assert_audited(lambda: services.grant(SYSTEM, row, day, None, "ZL202310000001.1"))
    row.refresh_from_db()
    assert (row.status, row.granted_on, row.number) == ("valid", day, "ZL202310000001.1")
    with pytest.raises(ValidationError):
        services.grant(SYSTEM, row, day, None, "")


@pytest.mark.parametrize(
    ("on", "ends"),
    [(date(2026, 1, 1), date(2026, 1, 1)), (date(2050, 1, 1), date(2043, 1, 1))],
)
def test_right_lapses_on_a_day_but_not_after_its_last(city: Region, on: date, ends: date) -> None:
    row = services.create(SYSTEM, firm(), PATENT, BUREAU)
    services.lapse(SYSTEM, row, on, "未缴年费")
    row.refresh_from_db()
    assert (row.status, row.expires_on) == ("lapsed", ends)
    with pytest.raises(ValidationError):
        services.lapse(SYSTEM, row, on, "再次")


def test_right_cannot_lapse_before_it_begins(city: Region) -> None:
    row = services.create(SYSTEM, firm(), PATENT, BUREAU)
    with pytest.raises(ValidationError) as refused:
        services.lapse(SYSTEM, row, date(2023, 1, 1), "早")
    assert wrong(refused) == ["on"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "found", "told"),
    [
        ({}, {"valid"}, "有效"),
        ({"granted_on": date(2026, 6, 2)}, set(), "有效"),
        ({"expires_on": None}, {"valid"}, "有效"),
        ({"expires_on": DAY}, {"valid", "expiring"}, "临期（还有0天）"),
        ({"expires_on": date(2026, 5, 31)}, {"expired"}, "已到期1天"),
        ({"status": "pending", "granted_on": None}, {"pending"}, "审中"),
        ({"status": "lapsed"}, {"lapsed"}, "失效"),
    ],
)
def test_standing_is_the_same_in_the_list_and_in_words(
    city: Region, values: dict[str, Any], found: set[str], told: str
) -> None:
    IntellectualProperty.objects.create(party=firm(), **stamped(**{**PATENT, **values}))
    rows = with_day(IntellectualProperty.objects.all(), DAY)
    standings = {code for code in queries.STANDINGS if queries.standing_is(rows, code).exists()}
    assert (standings, str(queries.standing(rows.get()))) == (found, told)


def test_rights_are_counted_by_kind(city: Region) -> None:
    party = firm()
    for number, kind, status in (
        ("1", "software", "valid"), ("2", "invention", "valid"), ("3", "invention", "valid"),
        ("4", "invention", "pending"),
    ):  # fmt: skip
        values = {**PENDING, "number": number, "kind": kind, "status": status}
        services.create(SYSTEM, party, values, BUREAU)
    assert Party.objects.count() == 4
    assert queries.counted(SYSTEM, party.code) == [("发明专利", 2), ("软件著作权", 1)]
