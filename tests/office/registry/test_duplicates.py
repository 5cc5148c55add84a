"""Which records look like one, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    Affiliation,
    FormerName,
    IntellectualProperty,
    Organisation,
    Person,
    Unlike,
)
from kechuang.office.registry.names import name_key
from kechuang.office.registry.queries import duplicates

BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": date(2026, 1, 2)}
pytestmark = pytest.mark.both_databases
Firm = Callable[..., Organisation]


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101"))


@pytest.fixture
def firm(city: Region) -> Firm:
    def make(code: str, name: str, place: str = "990101", **values: Any) -> Organisation:
        party = Party.objects.create(
            code=code, name=name, kind="enterprise", region=Region.objects.get(code=place)
        )
        row = {"kind": "enterprise", "name_key": name_key(name), **BUREAU, **values}
        return Organisation.objects.create(party=party, **row)

    return make


def found(pairs: list[duplicates.Pair]) -> list[tuple[set[str], list[str], int]]:
    """Codes of each pair, its reasons and its points."""
    codes = dict(Party.objects.values_list("pk", "code"))
    return [
        (
            {codes[pair.first], codes[pair.second]},
            [each.code for each in pair.reasons],
            pair.points,
        )
        for pair in pairs
    ]


def former(firm: Organisation, name: str) -> None:
    FormerName.objects.create(party=firm.party, name=name, name_key=name_key(name))


def right(firm: Organisation, number: str, rank: int | None = None) -> None:
    IntellectualProperty.objects.create(
        party=firm.party, number=number, kind="invention", status="valid", owner_rank=rank, **BUREAU
    )


def test_names_that_differ_in_brackets_and_form(firm: Firm, officer: Actor) -> None:
    firm("f-1", "示例（集团）轴承有限责任公司")
    firm("f-2", "示例集团轴承有限公司")
    firm("f-3", "另一家有限公司")
    assert found(duplicates.organisations(officer)) == [({"f-1", "f-2"}, ["name"], 40)]


def test_former_names(firm: Firm, officer: Actor) -> None:
    one, two, three = firm("f-1", "新名一"), firm("f-2", "旧名公司"), firm("f-3", "新名三")
    former(one, "旧名（公司）")
    former(three, "旧名公司")
    assert two.name_key == "旧名"
    assert found(duplicates.organisations(officer)) == [
        ({"f-1", "f-2"}, ["former_name"], 30),
        ({"f-2", "f-3"}, ["former_name"], 30),
        ({"f-1", "f-3"}, ["former_names"], 20),
    ]


def test_codes_of_one_entity(firm: Firm, officer: Actor) -> None:
    firm("f-1", "甲", credit_code="91990101MA0000001Y")
    firm("f-2", "乙", credit_code="92130406MA00000013"[:8] + "MA0000001" + "X")
    firm("f-3", "丙", credit_code="91990101MA0000002X")
    assert found(duplicates.organisations(officer)) == [({"f-1", "f-2"}, ["credit_code"], 60)]


def test_own_code_of_one_is_the_credit_code_of_the_other(firm: Firm, officer: Actor) -> None:
    firm("91990101MA0000001Y", "甲")
    firm("f-2", "乙", credit_code="91990101MA0000001Y")
    assert found(duplicates.organisations(officer)) == [
        ({"91990101MA0000001Y", "f-2"}, ["code"], 60)
    ]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [(None, None, True), (1, 1, True), (1, 2, False), (1, None, False)],
)
def test_right_held_in_the_same_place(
    firm: Firm, officer: Actor, first: int | None, second: int | None, alike: bool
) -> None:
    right(firm("f-1", "甲"), "ZL1", first)
    right(firm("f-2", "乙"), "ZL1", second)
    expected = [({"f-1", "f-2"}, ["property"], 15)] if alike else []
    assert found(duplicates.organisations(officer)) == expected


def test_more_reasons_stand_higher(firm: Firm, officer: Actor) -> None:
    firm("f-1", "示例")
    firm("f-2", "示例公司")
    one, two = firm("f-3", "样例"), firm("f-4", "样例公司")
    right(one, "ZL1")
    right(two, "ZL1")
    assert found(duplicates.organisations(officer)) == [
        ({"f-3", "f-4"}, ["name", "property"], 55),
        ({"f-1", "f-2"}, ["name"], 40),
    ]


def test_merged_far_and_unlike_records_are_left_out(
    firm: Firm, officer: Actor, person: Callable[..., Membership]
) -> None:
    one, two = firm("f-1", "示例"), firm("f-2", "示例")
    firm("f-3", "示例", "990102")
    firm("f-4", "示例", merged_into=one.party)
    assert found(duplicates.organisations(officer)) == [({"f-1", "f-2"}, ["name"], 40)]
    above = actor_of(person("officer", "990100"))
    assert len(duplicates.organisations(above)) == 3
    Unlike.objects.create(party=one.party, other=two.party, reason="看过", decided_by="x")
    assert duplicates.organisations(officer) == []


def test_many_of_one_name_are_held_against_the_first(firm: Firm, officer: Actor) -> None:
    for each in range(12):
        firm(f"f-{each}", "示例")
    assert len(duplicates.organisations(officer)) == 11


def test_empty_names_are_not_alike(firm: Firm, officer: Actor) -> None:
    firm("f-1", "甲", name_key="")
    firm("f-2", "乙", name_key="")
    assert duplicates.organisations(officer) == []


def test_people(city: Region, officer: Actor, firm: Firm) -> None:
    works = firm("f-1", "单位")
    county = Region.objects.get(code="990101")
    people = {}
    for code, name, born in (
        ("r-1", "王某", date(1980, 1, 2)), ("r-2", "王某", date(1980, 1, 2)),
        ("r-3", "王某", date(1981, 1, 2)), ("r-4", "李某", None), ("r-5", "李某", None),
    ):  # fmt: skip
        party = Party.objects.create(code=code, name=name, kind="person", region=county)
        people[code] = Person.objects.create(party=party, born_on=born, **BUREAU)
    for code in ("r-3", "r-4", "r-5"):
        Affiliation.objects.create(person=people[code], party=works.party)
    assert found(duplicates.people(officer)) == [
        ({"r-1", "r-2"}, ["person_birth"], 60),
        ({"r-4", "r-5"}, ["person_organisation"], 40),
    ]


def test_whoever_may_not_merge_sees_no_pair(firm: Firm, person: Callable[..., Membership]) -> None:
    firm("f-1", "示例")
    firm("f-2", "示例")
    reader = actor_of(person("reviewer", "990101"))
    assert (duplicates.organisations(reader), duplicates.people(reader)) == ([], [])


def test_pairs_take_as_few_queries_for_many_as_for_few(
    firm: Firm, officer: Actor, django_assert_num_queries: Any
) -> None:
    for each in range(30):
        firm(f"f-{each}", f"示例{each // 2}")
    with django_assert_num_queries(7):
        assert len(duplicates.organisations(officer)) == 15
    with django_assert_num_queries(2):
        assert len(duplicates.organisations(officer, only="name")) == 15
