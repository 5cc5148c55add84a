"""Intellectual property: what may be put in, when it holds, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from office_writes import assert_audited
from registry_records import BUREAU, DAY, firm, stamped, wrong

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries import duplicates
from kechuang.office.registry.queries import rights as queries
from kechuang.office.registry.queries.frames import frames
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


# --- handing a right on


ON = date(2026, 3, 1)
CONTRACT = Provenance("bureau", ON, "转合〔2026〕1号")


@pytest.fixture
def handed_on(city: Region) -> tuple[IntellectualProperty, IntellectualProperty]:
    """A right of 甲 that 乙 has from March on."""
    row = services.create(SYSTEM, firm("甲"), {**PATENT, "usable_for_hnte": True}, BUREAU)
    to = firm("乙")
    new = assert_audited(lambda: services.transfer(SYSTEM, row, to, ON, CONTRACT))
    row.refresh_from_db()
    return row, new


def test_right_goes_from_one_to_another_and_stays_in_both_histories(
    handed_on: tuple[IntellectualProperty, IntellectualProperty],
) -> None:
    row, new = handed_on
    assert (row.transferred_on, row.status, row.party.name) == (ON, "valid", "甲")
    assert (new.party.name, new.acquired_on, new.acquired_by, new.came_from) == (
        "乙", ON, "transfer", row,
    )  # fmt: skip
    assert (new.number, new.granted_on, new.document) == (
        PATENT["number"], PATENT["granted_on"], CONTRACT.document,
    )  # fmt: skip
    assert new.usable_for_hnte is None
    for action, party, changes in (
        (
            "property.transfer",
            row.party,
            {"transferred_on": [None, "2026-03-01"], "to_party": [None, "乙"]},
        ),
        (
            "property.acquire",
            new.party,
            {"acquired_on": [None, "2026-03-01"], "from_party": [None, "甲"]},
        ),
    ):
        line = AuditEvent.objects.get(action=action)
        assert (line.party, line.changes, line.reason) == (party.code, changes, CONTRACT.document)


@pytest.mark.parametrize(
    ("day", "first", "second"),
    [(date(2026, 2, 28), "valid", "future"), (date(2026, 3, 1), "transferred", "valid")],
)
@pytest.mark.both_databases
def test_only_one_holds_a_right_on_a_day(
    handed_on: tuple[IntellectualProperty, IntellectualProperty],
    day: date,
    first: str,
    second: str,
) -> None:
    rows = with_day(IntellectualProperty.objects.all(), day)
    for row, standing in zip(handed_on, (first, second), strict=True):
        stands = {
            each for each in queries.STANDINGS
            if queries.standing_is(rows, each).filter(pk=row.pk).exists()
        }  # fmt: skip
        assert standing in stands
        assert stands <= {standing, "expiring"}
        told = queries.standing(rows.get(pk=row.pk))
        assert standing == "valid" or told.label == queries.STANDINGS[standing]
    held = frames(SYSTEM, day)["ip"]["enterprise_code"].to_list()
    assert held == [handed_on[0 if first == "valid" else 1].party.code]


@pytest.mark.parametrize(
    ("values", "to", "on", "field"),
    [
        ({}, "甲", ON, "party"),
        ({}, "乙", date(2023, 12, 31), "on"),
        ({}, "乙", date(2999, 1, 1), "on"),
        ({"status": "lapsed"}, "乙", ON, "on"),
        ({}, "丙", ON, "number"),
    ],
)
def test_transfer_that_cannot_be(
    city: Region, values: dict[str, Any], to: str, on: date, field: str
) -> None:
    parties = {name: firm(name) for name in "甲乙丙"}
    services.create(SYSTEM, parties["丙"], PATENT, BUREAU)
    row = services.create(SYSTEM, parties["甲"], {**PATENT, **values}, BUREAU)
    with pytest.raises(ValidationError) as refused:
        services.transfer(SYSTEM, row, parties[to], on, CONTRACT)
    assert wrong(refused) == [field]
    assert IntellectualProperty.objects.count() == 2


def test_former_owner_does_no_more_with_a_right(
    handed_on: tuple[IntellectualProperty, IntellectualProperty],
) -> None:
    row, _new = handed_on
    for act in (
        lambda: services.lapse(SYSTEM, row, ON, "未缴年费"),
        lambda: services.transfer(SYSTEM, row, firm("丁"), ON, CONTRACT),
    ):
        with pytest.raises(ValidationError, match="已于2026-03-01转出"):
            act()


def test_transfer_by_mistake_is_taken_back_until_the_new_owner_acts(
    handed_on: tuple[IntellectualProperty, IntellectualProperty],
) -> None:
    row, new = handed_on
    services.change(SYSTEM, new, {"name": "改了名"}, CONTRACT)
    with pytest.raises(ValidationError, match="之后有改动"):
        services.take_back(SYSTEM, row, "选错了受让人")
    services.change(SYSTEM, new, {"name": PATENT["name"]}, CONTRACT)
    assert_audited(lambda: services.take_back(SYSTEM, row, "选错了受让人"))
    row.refresh_from_db()
    assert row.transferred_on is None
    assert list(IntellectualProperty.objects.all()) == [row]
    with pytest.raises(ValidationError, match="没有转出"):
        services.take_back(SYSTEM, row, "又一次")


def test_officer_hands_a_right_on_within_reach_only(
    city: Region, actor: Callable[..., Actor]
) -> None:
    row = services.create(SYSTEM, firm("甲"), PATENT, BUREAU)
    far = firm("远", "990102")
    with pytest.raises(Refusal):
        services.transfer(actor("officer", "990101"), row, far, ON, CONTRACT)
    assert services.transfer(actor("officer", "990100"), row, far, ON, CONTRACT).party == far


def test_transfer_makes_nobody_look_like_a_duplicate(
    handed_on: tuple[IntellectualProperty, IntellectualProperty],
) -> None:
    assert len(handed_on) == 2
    assert duplicates.organisations(SYSTEM) == []


def test_pages_hand_a_right_on_and_take_it_back(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    row = services.create(SYSTEM, firm("甲示例厂"), PATENT, BUREAU)
    firm("乙示例厂")
    desk, url = signed_in("officer"), f"/registry/rights/{row.pk}/"
    assert f'href="{url}transfer/"' in desk.get(url).content.decode()
    form = {"party": "乙示例厂", "on": "2026-03-01", "source": "bureau", "as_of": "2026-03-02"}
    done = desk.post(url + "transfer/", form, follow=True).content.decode()
    assert "已转给“乙示例厂”" in done
    assert "转让人" in done
    page = desk.get(url).content.decode()
    assert "已转出" in page
    assert "乙示例厂" in page
    timeline = f"/registry/organisations/of/{row.party.code}/?tab=timeline"
    assert "“一种轴承”转让给乙示例厂" in desk.get(timeline).content.decode()
    taken = desk.post(url + "take-back/", {"reason": "选错了"}, follow=True).content.decode()
    assert "转让已撤销" in taken
