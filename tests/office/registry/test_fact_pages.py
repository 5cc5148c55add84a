"""Pages of facts: lists with their conditions, one year, one source's form, corrections, doubts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from registry_facts import correction, firm, standing, yearly

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.slots import dossier_tabs
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.fact_words import fact_words
from kechuang.office.registry.models import CellCorrection, Doubt, Standing, YearlyFact
from kechuang.office.registry.models.facts import NEEDED, YEARLY_FIELDS
from kechuang.office.registry.queries import fact_lists
from kechuang.office.registry.services.facts import find_doubts

pytestmark = pytest.mark.django_db
WAN = 1_000_000
YEAR = 2025


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_lists, "year_due", lambda: YEAR)


@pytest.fixture
def party(city: Region) -> Party:
    return firm("F-1", name="甲示例轴承有限公司")


@pytest.fixture
def officer(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


def page(client: Client, address: str, **given: str) -> str:
    response = client.get(address, given)
    assert response.status_code == 200
    return unescape(response.content.decode())


def names(client: Client, address: str, **given: str) -> list[str]:
    """The firms that a list shows, in its order."""
    text = page(client, address, **given)
    shown = [
        (text.find(f">{each.name}<"), each.code) for each in Party.objects.filter(kind="enterprise")
    ]
    return [code for place, code in sorted(shown) if place >= 0]


def full(**more: int | None) -> dict[str, Any]:
    """Every fact that is missed when it is not there."""
    return {**dict.fromkeys(fact_words().needed, 100 * WAN), **more}


# --- the list of yearly facts


@pytest.mark.both_databases
def test_list_shows_a_party_and_year_once_with_what_counts(party: Party, officer: Client) -> None:
    yearly(party, YEAR, "bureau", revenue=99 * WAN, rd_expense_deduction=7 * WAN)
    yearly(party, YEAR, "tax_copy", date(2026, 5, 1), revenue=1_234 * WAN)
    yearly(party, YEAR - 1, "bureau", revenue=55 * WAN)
    text = page(officer, "/registry/facts/")
    assert "共 1 条" in text
    assert "1,234" in text
    assert "纳税申报表（企业自留件）等2个" in text
    assert "共 2 条" in page(officer, "/registry/facts/", year="")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"without": "revenue"}, ["F-2", "F-4"]),
        ({"source": "tax_copy"}, ["F-3"]),
        ({"source": "corrected"}, ["F-3", "F-4"]),
        ({"q": "乙区"}, ["F-2"]),
        ({"q": "F-3"}, ["F-3"]),
        ({"region": "990101"}, ["F-1", "F-2", "F-3", "F-4"]),
    ],
)
def test_conditions_of_the_list(
    party: Party, officer: Client, given: dict[str, str], expected: list[str]
) -> None:
    yearly(party, YEAR, "bureau", revenue=1)
    yearly(firm("F-2", name="甲乙区厂"), YEAR, "bureau", rd_staff=1)
    third = firm("F-3")
    yearly(third, YEAR, "tax_copy", rd_staff=1)
    correction(third, YEAR, "revenue", number=5)
    fourth = firm("F-4")
    yearly(fourth, YEAR, "bureau", revenue=1)
    correction(fourth, YEAR, "revenue")
    assert sorted(names(officer, "/registry/facts/", **given)) == expected


def test_rows_are_counted_as_they_are_listed(party: Party, actor: Callable[..., Actor]) -> None:
    other = firm("F2")
    for source in ("bureau", "tax_copy"):
        yearly(party, 2025, source, revenue=1)
    yearly(party, 2024, "tax_copy", total_cost=1)
    yearly(other, 2025, "bureau", revenue=None)
    rows = fact_lists.party_years(actor("officer", "990100"))
    for narrowed, expected in (
        (rows, 3),
        (rows.filter(year=2025), 2),
        (rows.exclude(party=other), 2),
        (fact_lists.said_by(rows, "tax_copy"), 2),
        (fact_lists.without(rows, "revenue"), 2),
        (rows.none(), 0),
        (rows[1:], 2),
        (fact_lists.party_years(actor("system_administrator", "990100")), 0),
    ):
        assert (narrowed.count(), len(narrowed)) == (expected, expected)


def test_index_holds_every_needed_field() -> None:
    assert set(NEEDED) == set(fact_words().needed)


def test_list_shows_only_the_own_region_and_leaders_nothing(
    party: Party, signed_in: Callable[..., Client]
) -> None:
    yearly(party, YEAR, "bureau", revenue=1)
    assert names(signed_in("officer", "990102"), "/registry/facts/") == []
    assert signed_in("leader", "990100").get("/registry/facts/").status_code == 403


def test_export_holds_what_is_shown_with_real_numbers(party: Party, officer: Client) -> None:
    yearly(party, YEAR, "bureau", revenue=1_234_560_000)
    response = officer.get("/registry/facts/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = text.splitlines()[:2]
    assert "营业收入（万元）" in head
    assert "1234.560000" in row


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/registry/facts/", "/registry/facts/missing/"])
def test_lists_take_as_many_queries_for_many_rows(
    party: Party, officer: Client, address: str
) -> None:
    yearly(party, YEAR, "bureau", revenue=1)
    page(officer, address)
    with CaptureQueriesContext(connection) as few:
        page(officer, address)
    for number in range(30):
        yearly(firm(f"G-{number}"), YEAR, "bureau", revenue=number)
    with CaptureQueriesContext(connection) as many:
        page(officer, address)
    assert len(many) == len(few) < 20


# --- missing facts


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["F-1", "F-3", "F-4", "F-5"]),
        ({"lack": "any"}, ["F-1"]),
        ({"lack": "revenue"}, ["F-1", "F-3", "F-5"]),
        ({"lack": "total_cost"}, ["F-1", "F-4"]),
        ({"year": "2024"}, ["F-1", "F-2", "F-3", "F-4", "F-5", "F-6"]),
        ({"year": "1066"}, ["F-1", "F-3", "F-4", "F-5"]),
    ],
)
def test_missing_facts(
    party: Party, officer: Client, given: dict[str, str], expected: list[str]
) -> None:
    yearly(firm("F-2"), YEAR, "bureau", **full())
    yearly(firm("F-3"), YEAR, "bureau", **full(revenue=None))
    fourth = firm("F-4")
    yearly(fourth, YEAR, "bureau", **full(revenue=None, total_cost=None))
    correction(fourth, YEAR, "revenue", number=5)
    fifth = firm("F-5")
    yearly(fifth, YEAR, "bureau", **full())
    correction(fifth, YEAR, "revenue")
    sixth = firm("F-6")
    yearly(sixth, YEAR, "bureau", **full(revenue=None))
    yearly(sixth, YEAR, "survey", revenue=3)
    firm("F-7", status="deregistered")
    assert sorted(names(officer, "/registry/facts/missing/", **given)) == expected


def test_missing_facts_are_named(party: Party, officer: Client) -> None:
    yearly(party, YEAR, "bureau", **full(revenue=None, total_assets=None))
    assert "营业收入、资产总额" in page(officer, "/registry/facts/missing/")


# --- one year of an enterprise


def test_year_shows_each_value_with_its_source_and_the_others(
    party: Party, officer: Client
) -> None:
    yearly(party, YEAR, "tax_copy", revenue=1_234 * WAN)
    yearly(party, YEAR, "bureau", date(2026, 5, 1), revenue=99 * WAN, rd_staff=12)
    text = page(officer, f"/registry/facts/F-1/{YEAR}/")
    assert "来源 纳税申报表（企业自留件） · 截至 2026-03-01 · 确认人 张三" in text
    assert "其他来源 1" in text
    assert "来源 科技局台账 · 截至 2026-05-01" in text


def test_year_0_shows_what_has_no_year(party: Party, officer: Client) -> None:
    standing(party, "bureau", hightech_field="materials")
    assert "新材料" in page(officer, "/registry/facts/F-1/0/")


def test_form_records_what_a_source_says_in_the_units_of_people(
    party: Party, officer: Client
) -> None:
    address = f"/registry/facts/F-1/{YEAR}/record/"
    given = {"source": "audited_accounts", "as_of": "2026-04-30", "document": "审字1号"}
    response = officer.post(
        address, {**given, "revenue": "１，２３４.5", "staff_total_quarterly": "25.5"}
    )
    assert response.status_code == 302
    row = YearlyFact.objects.get()
    assert (row.revenue, row.staff_total_quarterly) == (1_234_500_000, 255_000)  # type: ignore[attr-defined]
    assert (row.source, row.as_of, row.document) == (
        "audited_accounts",
        date(2026, 4, 30),
        "审字1号",
    )
    text = page(officer, address, source="audited_accounts")
    assert 'value="1234.5"' in text
    assert 'value="审字1号"' in text


def test_form_says_what_is_wrong_by_name_and_keeps_what_was_typed(
    party: Party, officer: Client
) -> None:
    response = officer.post(
        f"/registry/facts/F-1/{YEAR}/record/",
        {"source": "statistics_office", "as_of": "2026-04-30", "revenue": "很多", "rd_staff": "-1"},
    )
    text = unescape(response.content.decode())
    assert "“营业收入”写成“很多”，不是数" in text
    assert "“研发人员数”写成“-1”，是负数" in text
    assert 'value="很多"' in text
    assert "来源" in text
    assert not YearlyFact.objects.exists()


def test_form_offers_no_official_source(party: Party, officer: Client) -> None:
    text = page(officer, f"/registry/facts/F-1/{YEAR}/record/")
    assert "audited_accounts" in text
    assert 'value="certificate"' not in text
    assert "statistics_office" not in text


def test_facts_without_a_year_are_recorded_by_the_same_form(party: Party, officer: Client) -> None:
    given = {"source": "bureau", "as_of": "2026-04-30", "books_assessed": "是"}
    officer.post("/registry/facts/F-1/0/record/", {**given, "hightech_field": "新材料"})
    row = Standing.objects.get()
    assert (row.books_assessed, row.hightech_field) == (True, "materials")  # type: ignore[attr-defined]


def test_cell_is_corrected_with_a_reason_and_the_correction_lifted(
    party: Party, officer: Client
) -> None:
    yearly(party, YEAR, "bureau", revenue=5)
    address = f"/registry/facts/F-1/{YEAR}/correct/revenue/"
    assert "请填写正确的值" in unescape(officer.post(address, {"reason": "x"}).content.decode())
    officer.post(address, {"value": "12.5", "reason": "与审计报告核对"})
    assert CellCorrection.objects.get().number == 12_500_000
    text = page(officer, f"/registry/facts/F-1/{YEAR}/")
    assert "手工更正：与审计报告核对" in text
    assert "撤销更正" in text
    officer.post(f"/registry/facts/F-1/{YEAR}/lift/revenue/")
    assert not CellCorrection.objects.exists()
    officer.post(address, {"unknown": "on", "reason": "两个来源都不对"})
    assert CellCorrection.objects.get().number is None


def test_official_value_offers_no_correction(party: Party, officer: Client) -> None:
    yearly(party, YEAR, "official_list", revenue=5)
    assert "由原部门管理" in page(officer, f"/registry/facts/F-1/{YEAR}/")
    response = officer.post(
        f"/registry/facts/F-1/{YEAR}/correct/revenue/", {"value": "6", "reason": "看错"}
    )
    assert "这里不能修改" in unescape(response.content.decode())


@pytest.mark.parametrize(
    "address",
    [
        "/registry/facts/NOBODY/2025/",
        "/registry/facts/F-1/2025/correct/nothing/",
        "/registry/facts/F-1/0/correct/revenue/",
        "/registry/doubts/99/",
    ],
)
def test_what_is_not_there_is_not_found(party: Party, officer: Client, address: str) -> None:
    assert officer.get(address).status_code == 404


# --- doubts


def test_doubt_is_seen_with_its_cells_and_settled(party: Party, officer: Client) -> None:
    yearly(party, YEAR, "bureau", total_cost=5 * WAN, rd_expense_hnte=6 * WAN)
    find_doubts()
    assert names(officer, "/registry/doubts/") == ["F-1"]
    address = f"/registry/doubts/{Doubt.objects.get().pk}/"
    text = page(officer, address)
    assert "研发费用大于成本费用" in text
    assert "成本费用支出总额" in text
    assert "请填写“说明”" in unescape(officer.post(address, {"explanation": ""}).content.decode())
    assert officer.post(address, {"explanation": "资本化支出"}).status_code == 302
    assert "资本化支出" in page(officer, address)
    assert names(officer, "/registry/doubts/") == []
    assert names(officer, "/registry/doubts/", state="explained") == ["F-1"]


def test_reviewer_sees_a_doubt_and_no_form(party: Party, signed_in: Callable[..., Client]) -> None:
    yearly(party, YEAR, "bureau", revenue=-1)
    find_doubts()
    text = page(signed_in("reviewer", "990101"), f"/registry/doubts/{Doubt.objects.get().pk}/")
    assert "<textarea" not in text
    assert "/correct/" not in text


def test_jump_shows_both_years(party: Party, officer: Client) -> None:
    yearly(party, YEAR - 1, "bureau", revenue=100 * WAN)
    yearly(party, YEAR, "bureau", revenue=2_000 * WAN)
    find_doubts()
    text = page(officer, f"/registry/doubts/{Doubt.objects.get().pk}/")
    assert "<td>2024</td>" in text
    assert "<td>2025</td>" in text


# --- the dossier


def tab(code: str, client: Client, party: Party) -> str:
    """What a tab of the dossier shows to whoever is signed in."""
    found = dossier_tabs.find(code)
    assert found is not None
    request = client.get("/registry/facts/").wsgi_request
    return unescape(found.render(request, party.code))


def test_tab_shows_three_years_side_by_side(party: Party, officer: Client) -> None:
    for year, revenue in ((2023, 1), (2024, 22), (2025, 333)):
        yearly(party, year, "bureau", revenue=revenue * WAN)
    standing(party, "bureau", hightech_field="materials")
    text = tab("facts", officer, party)
    assert text.index("2025年") < text.index("2024年") < text.index("2023年")
    assert all(each in text for each in ("333", "22", "新材料", "2025年还缺：成本费用支出总额"))


def test_tab_of_doubts_is_hidden_without_doubts(party: Party, officer: Client) -> None:
    assert tab("doubts", officer, party) == ""
    yearly(party, YEAR, "bureau", revenue=-1)
    find_doubts()
    assert "不应为负" in tab("doubts", officer, party)


# --- the words


def test_every_yearly_field_stands_in_one_group() -> None:
    shown = [field.code for group in fact_words().groups for field in group.fields]
    assert sorted(shown) == sorted(field.code for field in YEARLY_FIELDS)
    assert set(fact_words().listed) <= set(shown)
