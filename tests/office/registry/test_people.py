"""People: each once, what is secret never shown, where they work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from office_writes import assert_audited
from registry_records import BUREAU, firm, wrong

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Affiliation, Person
from kechuang.office.registry.queries import people as queries
from kechuang.office.registry.services import people as services

pytestmark = pytest.mark.django_db

WHO = PartyFacts("ren-1", "王某某", "person", "990101")
IDENTITY = "11010519491231002X"
EXPERT = {"is_expert": True, "phone": "13800001234", "identity_number": IDENTITY}


def person(**values: Any) -> Person:
    return services.create(SYSTEM, WHO, {**EXPERT, **values}, ["轴承", "材料"], BUREAU)


def test_person_is_put_in_once_as_party_and_person(city: Region) -> None:
    row = assert_audited(person)
    party = Party.objects.get(code="ren-1")
    assert (row.party, party.kind, row.initials) == (party, "person", "wmm")
    assert [each.name for each in row.personfield_set.order_by("name")] == ["材料", "轴承"]  # type: ignore[attr-defined]


def test_code_is_made_where_none_is_given(city: Region) -> None:
    row = services.create(SYSTEM, PartyFacts("", "李某", "person", "990101"), EXPERT, [], BUREAU)
    assert row.party.code.startswith("ren-")


def test_trail_holds_no_secret(city: Region) -> None:
    row = person()
    who = PartyFacts("ren-1", "王某某", "person", "990101")
    services.change(SYSTEM, row, who, {**EXPERT, "phone": "13900005678"}, ["轴承"], BUREAU)
    told = " ".join(str(line.changes) for line in AuditEvent.objects.all())
    assert "138****1234" in told
    assert "139****5678" in told
    assert not any(secret in told for secret in ("13800001234", "13900005678", IDENTITY))


def test_empty_secret_keeps_what_is_kept(city: Region) -> None:
    row = person()
    changed = services.change(
        SYSTEM, row, WHO, {**EXPERT, "phone": "", "identity_number": ""}, ["材料", "轴承"], BUREAU
    )
    row.refresh_from_db()
    assert (changed, row.phone, row.identity_number) == (False, "13800001234", IDENTITY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_expert": False}, "is_expert"),
        ({"full_time": True}, "full_time"),
        ({"phone": "many"}, "phone"),
        ({"identity_number": "110105194912310021"}, "identity_number"),
        ({"education": "sage"}, "education"),
    ],
)
def test_what_cannot_be_is_refused_whole(city: Region, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        person(**changes)
    assert (wrong(refused), Party.objects.filter(code="ren-1").exists()) == ([field], False)


@pytest.mark.parametrize(
    ("identity", "namesake", "passes"),
    [("", False, False), ("", True, True), (IDENTITY, True, False)],
    ids=["same name", "another person", "same identity number"],
)
def test_each_person_stands_once(city: Region, identity: str, namesake: bool, passes: bool) -> None:
    person()
    values = {"is_expert": True, "identity_number": identity}
    who = PartyFacts("ren-2", "王某某", "person", "990101")
    if passes:
        services.create(SYSTEM, who, values, [], BUREAU, namesake=namesake)
    else:
        with pytest.raises(ValidationError) as refused:
            services.create(SYSTEM, who, values, [], BUREAU, namesake=namesake)
        assert wrong(refused) == ["name"]
    assert Person.objects.count() == 1 + passes


def test_change_renames_and_moves_the_party_too(city: Region) -> None:
    row = person()
    who = PartyFacts("ren-1", "欧阳某", "person", "990102")
    assert services.change(SYSTEM, row, who, EXPERT, [], BUREAU)
    row = Person.objects.select_related("party__region").get()
    assert (row.party.name, row.party.region.code, row.initials) == ("欧阳某", "990102", "oym")
    assert row.personfield_set.count() == 0  # type: ignore[attr-defined]


def test_officer_of_another_place_changes_nothing(
    city: Region, actor: Callable[..., Actor]
) -> None:
    row, party = person(), firm(region="990102")
    far = actor("officer", "990102")
    acts: list[Callable[[], object]] = [
        lambda: services.change(far, row, WHO, EXPERT, [], BUREAU),
        lambda: services.retire(far, row, "由"),
        lambda: services.join(far, row, party, "", None, is_contact=False),
    ]
    for act in acts:
        with pytest.raises(Refusal):
            act()
    assert Affiliation.objects.count() == 0


def test_person_joins_leaves_and_comes_back_in_one_row(city: Region) -> None:
    row, party = person(), firm()
    held = services.join(SYSTEM, row, party, "工程师", date(2020, 1, 1), is_contact=True)
    with pytest.raises(ValidationError) as twice:
        services.join(SYSTEM, row, party, "", None, is_contact=False)
    with pytest.raises(ValidationError) as early:
        services.leave(SYSTEM, held, date(2019, 1, 1))
    services.leave(SYSTEM, held, date(2024, 1, 1))
    with pytest.raises(ValidationError):
        services.leave(SYSTEM, held, date(2024, 2, 1))
    again = assert_audited(
        lambda: services.join(SYSTEM, row, party, "总工", date(2025, 1, 1), is_contact=False)
    )
    assert (wrong(twice), wrong(early), again.pk) == (["party"], ["until"], held.pk)
    lines = AuditEvent.objects.filter(action="person.join").order_by("sequence")
    assert lines.last().changes["until"] == ["2024-01-01", None]  # type: ignore[union-attr]


def test_person_leaves_the_library_and_comes_back(city: Region) -> None:
    row = person()
    services.retire(SYSTEM, row, "退休")
    row.refresh_from_db()
    assert row.is_active is False
    services.bring_back(SYSTEM, row, "返聘")
    row.refresh_from_db()
    assert row.is_active is True


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("academician", 2), ("academician_full_time", 1), ("academician_flexible", 1),
        ("expert", 3), ("commissioner", 0),
    ],
)  # fmt: skip
def test_full_time_and_flexible_academicians_are_told_apart(
    city: Region, kind: str, found: int
) -> None:
    for name, full_time in (("甲某", True), ("乙某", False), ("丙某", None)):
        values = {"is_expert": True, "is_academician": full_time is not None,
                  "full_time": full_time}  # fmt: skip
        services.create(SYSTEM, PartyFacts("", name, "person", "990101"), values, [], BUREAU)
    assert queries.kind_is(queries.visible(SYSTEM), kind).count() == found


@pytest.mark.parametrize(
    ("text", "right"),
    [(IDENTITY, True), (IDENTITY[:-1] + "1", False), ("123", False), ("", False)],
)
def test_identity_number_is_checked_by_its_last_character(text: str, right: bool) -> None:
    assert services.is_identity_number(text) is right
