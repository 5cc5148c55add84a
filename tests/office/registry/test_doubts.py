"""Values that can hardly be true: found by rule, found once, gone when mended, settled by words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from registry_facts import correction, firm, yearly

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.doubting import fields_looked_at, load_doubts
from kechuang.office.registry.models import Doubt, YearlyFact
from kechuang.office.registry.services import facts as services

pytestmark = pytest.mark.django_db
MILLION = 100_000_000  # 100 万元 in 分


@pytest.fixture
def party(city: Region) -> Party:
    return firm("F1")


def found() -> set[tuple[int, str, str, str]]:
    return set(Doubt.objects.values_list("year", "rule", "field", "state"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"staff_total_quarterly": 90_000, "technical_staff_quarterly": 90_001},
            ("staff_below_technical", "technical_staff_quarterly"),
        ),
        ({"staff_total_quarterly": 90_000, "technical_staff_quarterly": 90_000}, None),
        ({"technical_staff_quarterly": 90_000}, None),
        ({"staff_total_quarterly": 90_000, "rd_staff": 10}, ("rd_staff_above_staff", "rd_staff")),
        ({"staff_total_quarterly": 90_000, "rd_staff": 9}, None),
        ({"total_cost": 5, "rd_expense_hnte": 6}, ("rd_above_cost", "rd_expense_hnte")),
        ({"main_income": 6, "revenue": 5}, ("main_above_revenue", "main_income")),
        ({"hightech_income": 6, "total_income": 5}, ("hightech_above_income", "hightech_income")),
        ({"revenue": -1}, ("negative", "revenue")),
        ({"net_profit": -1}, None),
        (
            {"net_assets": 1_000, "total_assets": 2_000, "total_liabilities": 900},
            ("net_assets_unbalanced", "net_assets"),
        ),
        ({"net_assets": 1_090, "total_assets": 2_000, "total_liabilities": 900}, None),
    ],
)
def test_rule_finds_what_it_says(
    party: Party, values: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    yearly(party, 2025, "bureau", **values)
    services.find_doubts()
    assert found() == ({(2025, *expected, "open")} if expected else set())


@pytest.mark.parametrize(
    ("before", "after", "doubted"),
    [
        (1 * MILLION, 11 * MILLION, True),
        (11 * MILLION, 1 * MILLION, True),
        (1 * MILLION, 10 * MILLION, False),
        (1, 20, False),
        (0, 11 * MILLION, False),
    ],
)
def test_jump_is_measured_from_the_year_before(
    party: Party, before: int, after: int, doubted: bool
) -> None:
    yearly(party, 2024, "bureau", revenue=before)
    yearly(party, 2025, "bureau", revenue=after)
    services.find_doubts([party.pk], [2024])
    assert found() == ({(2025, "jump", "revenue", "open")} if doubted else set())


def test_rules_look_at_the_values_that_count(party: Party) -> None:
    yearly(party, 2025, "tax_copy", total_cost=10, rd_expense_hnte=5)
    yearly(party, 2025, "bureau", total_cost=1, rd_expense_hnte=7)
    services.find_doubts()
    assert found() == set()
    correction(party, 2025, "total_cost", number=4)
    services.find_doubts()
    assert found() == {(2025, "rd_above_cost", "rd_expense_hnte", "open")}


@pytest.mark.both_databases
def test_life_of_a_doubt(party: Party, actor: Callable[..., Actor]) -> None:
    row = yearly(party, 2025, "bureau", total_cost=5, rd_expense_hnte=6)
    assert services.find_doubts() == 1
    assert services.find_doubts() == 0
    doubt = Doubt.objects.get()
    services.settle_doubt(actor("officer", "990101"), doubt, "已看审计报告，费用跨年列支")
    assert (services.find_doubts(), Doubt.objects.get().state) == (0, "explained")
    YearlyFact.objects.filter(pk=row.pk).update(rd_expense_hnte=7)
    assert services.find_doubts([party.pk], [2025]) == 1
    assert (Doubt.objects.get().state, Doubt.objects.get().explained) == ("open", "")
    YearlyFact.objects.filter(pk=row.pk).update(rd_expense_hnte=4)
    assert (services.find_doubts(), Doubt.objects.get().state) == (0, "gone")
    YearlyFact.objects.filter(pk=row.pk).update(rd_expense_hnte=7)
    assert (services.find_doubts(), Doubt.objects.get().state) == (1, "open")
    YearlyFact.objects.filter(pk=row.pk).update(rd_expense_hnte=6)
    assert services.find_doubts() == 0
    back = Doubt.objects.get()
    assert (back.state, back.explained) == ("explained", "已看审计报告，费用跨年列支")


@pytest.mark.both_databases
def test_only_what_differs_is_written(party: Party) -> None:
    many = [firm(f"M{number}") for number in range(3)]
    for each in many:
        yearly(each, 2025, "bureau", revenue=-1)
    assert services.find_doubts([each.pk for each in many], [2025]) == 3
    Doubt.objects.filter(party=many[0]).update(
        state="explained", explanation="冲销", explained_value=-1, settled_by="a",
        settled_at=timezone.now(),
    )  # fmt: skip
    YearlyFact.objects.filter(party=many[1]).update(revenue=1)
    YearlyFact.objects.filter(party=many[2]).update(revenue=-2)
    assert services.find_doubts([each.pk for each in many], [2025]) == 0
    told = Doubt.objects.order_by("party__code").values_list("state", "value", "explanation")
    assert list(told) == [("explained", -1, "冲销"), ("gone", -1, ""), ("open", -2, "")]
    event = AuditEvent.objects.filter(action="doubt.find").latest("pk")
    assert event.changes == {"found": [None, 0], "again": [None, 1], "gone": [None, 1]}


def test_other_parties_and_years_are_left_alone(party: Party) -> None:
    other = firm("F2")
    yearly(other, 2025, "bureau", revenue=-1)
    yearly(party, 2023, "bureau", revenue=-1)
    services.find_doubts()
    YearlyFact.objects.update(revenue=1)
    services.find_doubts([party.pk], [2025])
    assert {state for *_, state in found()} == {"open"}


def test_correction_mends_a_doubt_at_once(party: Party, actor: Callable[..., Actor]) -> None:
    yearly(party, 2025, "bureau", total_cost=5, rd_expense_hnte=6)
    services.find_doubts()
    services.correct_cell(actor("officer", "990101"), party, 2025, "total_cost", 60, "少写一个零")
    assert found() == {(2025, "rd_above_cost", "rd_expense_hnte", "gone")}


def test_doubt_is_settled_once_with_words(party: Party, actor: Callable[..., Actor]) -> None:
    yearly(party, 2025, "bureau", revenue=-1)
    services.find_doubts()
    officer, doubt = actor("officer", "990101"), Doubt.objects.get()
    with pytest.raises(ValidationError, match="请写明"):
        services.settle_doubt(officer, doubt, " ")
    services.settle_doubt(officer, doubt, "冲销上年收入")
    with pytest.raises(ValidationError, match="已说明"):
        services.settle_doubt(officer, doubt, "再说一次")
    event = AuditEvent.objects.filter(action="doubt.settle").get()
    assert event.changes == {"state": ["open", "explained"], "explanation": [None, "冲销上年收入"]}
    with pytest.raises(Refusal):
        services.settle_doubt(actor("officer", "990102"), doubt, "别县")


def test_rules_are_told_in_words_and_look_at_each_field_once() -> None:
    for rule in load_doubts().values():
        assert all((rule.name, rule.name_en, rule.why))
        fields = [each.field.code for each in rule.cells]
        assert len(fields) == len(set(fields)), rule.code
    assert len(fields_looked_at()) > 10
