"""Facts by source: which value counts, who may write, what is refused, what the trail keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from registry_facts import correction, firm, standing, yearly

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import CellCorrection, YearlyFact
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries import facts as queries
from kechuang.office.registry.services import facts as services

pytestmark = pytest.mark.django_db
BUREAU = Provenance("bureau", date(2026, 2, 1), "甲科〔2026〕1号")
OLD, NEW = date(2026, 1, 1), date(2026, 6, 1)


@pytest.fixture
def party(city: Region) -> Party:
    return firm("F1")


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


def counts(party: Party, field: str, year: int = 2025) -> object:
    found = queries.chosen([party.pk], [year], [field]).get((party.pk, year, field))
    return found and found.value


# --- which value counts


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], None, id="nothing is known"),
        pytest.param([("bureau", OLD, 1)], 1, id="one source"),
        pytest.param([("bureau", NEW, 1), ("tax_copy", OLD, 2)], 2, id="rank before day"),
        pytest.param([("tax_copy", NEW, None), ("survey", OLD, 3)], 3, id="a blank says nothing"),
        pytest.param([("tax_copy", NEW, 0), ("survey", OLD, 3)], 0, id="zero is a value"),
        pytest.param(
            [("official_list", OLD, 1), ("registration", NEW, 2)], 2, id="equal rank: newest day"
        ),
        pytest.param(
            [("registration", NEW, 1), ("official_list", NEW, 2)], 2, id="equal day: by code"
        ),
    ],
)
def test_value_that_counts(
    party: Party, rows: list[tuple[str, date, int | None]], expected: int | None
) -> None:
    for source, day, revenue in rows:
        yearly(party, 2025, source, day, revenue=revenue)
    assert counts(party, "revenue") == expected


def test_each_cell_is_chosen_by_itself(party: Party) -> None:
    yearly(party, 2025, "tax_copy", revenue=5)
    yearly(party, 2025, "firm_statement", revenue=6, rd_staff=7)
    found = queries.chosen([party.pk], [2025, 2024], ["revenue", "rd_staff", "taxes_paid"])
    told = {
        code: (each.value, each.row.source, each.others) for (_, _, code), each in found.items()
    }
    assert told == {"revenue": (5, "tax_copy", 1), "rd_staff": (7, "firm_statement", 0)}


def test_correction_counts_before_all_sources(party: Party) -> None:
    yearly(party, 2025, "certificate", revenue=5)
    correction(party, 2025, "revenue", number=9)
    found = queries.chosen([party.pk], [2025], ["revenue"])[party.pk, 2025, "revenue"]
    assert (found.value, found.is_corrected, found.others) == (9, True, 1)


def test_correction_may_say_that_nobody_knows(party: Party) -> None:
    yearly(party, 2025, "bureau", revenue=5)
    correction(party, 2025, "revenue")
    found = queries.chosen([party.pk], [2025], ["revenue"])[party.pk, 2025, "revenue"]
    assert (found.value, found.others) == (None, 1)


def test_facts_without_a_year_are_chosen_alike(party: Party) -> None:
    standing(party, "bureau", hightech_field="", books_assessed=True)
    standing(party, "survey", OLD, hightech_field="materials", books_assessed=False)
    correction(party, 0, "unlisted", text="1")
    found = queries.standing([party.pk], ["hightech_field", "books_assessed", "unlisted"])
    told = {code: each.value for (_, code), each in found.items()}
    assert told == {"hightech_field": "materials", "books_assessed": False, "unlisted": True}


def test_facts_of_a_page_take_two_queries(party: Party, django_assert_num_queries: object) -> None:
    for number in range(9):
        yearly(firm(f"G{number}"), 2025, "bureau", revenue=number)
    keys = list(Party.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.chosen(keys, [2025, 2024, 2023], ["revenue", "rd_staff"])


# --- recording


@pytest.mark.both_databases
def test_source_speaks_once_of_a_year_and_what_is_not_given_stays(
    party: Party, officer: Actor
) -> None:
    services.record_yearly(officer, party, 2025, {"revenue": 5, "rd_staff": 3}, BUREAU)
    services.record_yearly(officer, party, 2025, {"revenue": 6}, BUREAU)
    (row,) = YearlyFact.objects.filter(party=party)
    assert (row.revenue, row.rd_staff, row.rank) == (6, 3, 80)  # type: ignore[attr-defined]
    assert (row.document, row.confirmed_by) == ("甲科〔2026〕1号", officer.code)


def test_nothing_given_for_a_cell_empties_it(party: Party, officer: Actor) -> None:
    services.record_yearly(officer, party, 2025, {"revenue": 5}, BUREAU)
    services.record_yearly(officer, party, 2025, {"revenue": None}, BUREAU)
    assert counts(party, "revenue") is None


def test_trail_tells_from_what_to_what(party: Party, officer: Actor) -> None:
    services.record_yearly(officer, party, 2025, {"revenue": 5}, BUREAU)
    services.record_yearly(officer, party, 2025, {"revenue": 6, "rd_staff": None}, BUREAU)
    event = AuditEvent.objects.filter(action="fact.record").latest("sequence")
    assert event.changes == {"revenue": [5, 6]}
    assert (event.subject_key, event.party) == ("F1 2025", "F1")


def test_statistics_office_is_refused_with_its_sentence(party: Party, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="统计以外的目的"):
        services.record_yearly(
            officer, party, 2025, {"revenue": 5}, Provenance("statistics_office", NEW)
        )
    assert not YearlyFact.objects.exists()


def test_official_row_is_not_edited_by_hand(party: Party, officer: Actor) -> None:
    yearly(party, 2025, "official_list", revenue=5)
    with pytest.raises(ValidationError, match="由原部门管理"):
        services.record_yearly(
            officer, party, 2025, {"revenue": 6}, Provenance("official_list", NEW)
        )
    with pytest.raises(ValidationError, match="由原部门管理"):
        services.correct_cell(officer, party, 2025, "revenue", 6, "看错")
    assert counts(party, "revenue") == 5


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"revenue": 10**16}, "营业收入.*十万亿"),
        ({"rd_staff": -1}, "研发人员数"),
        ({"rd_staff": True}, "研发人员数"),
        ({"revenue": "5"}, "营业收入"),
        ({"nothing": 5}, "没有“nothing”这一项"),
    ],
)
def test_value_that_cannot_be_is_refused_by_name(
    party: Party, officer: Actor, values: dict[str, object], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        services.record_yearly(officer, party, 2025, values, BUREAU)  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [1989, 2100])
def test_year_that_cannot_be_is_refused(party: Party, officer: Actor, year: int) -> None:
    with pytest.raises(ValidationError, match="1990"):
        services.record_yearly(officer, party, year, {"revenue": 1}, BUREAU)


def test_facts_without_a_year_are_recorded(party: Party, officer: Actor) -> None:
    values = {"books_assessed": True, "technology_centre_since": date(2020, 5, 1)}
    services.record_standing(officer, party, values, BUREAU)
    found = queries.standing([party.pk], list(values))
    assert {code: each.value for (_, code), each in found.items()} == values
    with pytest.raises(ValidationError, match="技术领域"):
        services.record_standing(officer, party, {"hightech_field": "magic"}, BUREAU)


@pytest.mark.parametrize(
    ("role", "place"), [("officer", "990102"), ("reviewer", "990101"), ("leader", "990100")]
)
def test_who_may_not_change_facts_is_refused(
    party: Party, actor: Callable[..., Actor], role: str, place: str
) -> None:
    somebody = actor(role, place)
    with pytest.raises(Refusal):
        services.record_yearly(somebody, party, 2025, {"revenue": 1}, BUREAU)
    with pytest.raises(Refusal):
        services.correct_cell(somebody, party, 2025, "revenue", 1, "看错")
    with pytest.raises(Refusal):
        services.lift_correction(somebody, party, 2025, "revenue")
    assert not YearlyFact.objects.exists()


# --- corrections


@pytest.mark.both_databases
def test_correction_is_told_with_its_reason_and_can_be_lifted(party: Party, officer: Actor) -> None:
    yearly(party, 2025, "tax_copy", revenue=5)
    services.correct_cell(officer, party, 2025, "revenue", 50, "单位看错：万元")
    services.correct_cell(officer, party, 2025, "revenue", 51, "又核对一次")
    assert (counts(party, "revenue"), CellCorrection.objects.count()) == (51, 1)
    services.lift_correction(officer, party, 2025, "revenue")
    services.lift_correction(officer, party, 2025, "revenue")
    assert counts(party, "revenue") == 5
    told = AuditEvent.objects.filter(subject_kind="yearly_fact").order_by("sequence")
    assert [(each.action, each.changes["revenue"], each.reason) for each in told] == [
        ("fact.correct", [5, 50], "单位看错：万元"),
        ("fact.correct", [50, 51], "又核对一次"),
        ("fact.lift", [51, 5], ""),
    ]


def test_correction_needs_a_reason(party: Party, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="理由"):
        services.correct_cell(officer, party, 2025, "revenue", 1, "  ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("books_assessed", False),
        ("hightech_field", "materials"),
        ("technology_centre_since", date(2020, 5, 1)),
        ("valuation", 1250),
        ("books_assessed", None),
    ],
)
def test_correction_of_every_type_comes_back_as_it_was(
    party: Party, officer: Actor, field: str, value: object
) -> None:
    services.correct_cell(officer, party, 0, field, value, "核对")  # type: ignore[arg-type]
    assert queries.standing([party.pk], [field])[party.pk, field].value == value
