"""The diagnosis of one enterprise: its groups, reasons and sources, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from policies_city import AS_OF, WAN, program_of, right, technology_firm, title
from registry_facts import correction, yearly

from kechuang.office.accounts import sessions
from kechuang.office.filings.services import batches, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.policies.queries import diagnosis as queries
from kechuang.office.policies.queries.diagnosis import Diagnosis, Entry, Group
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RULES = ("tech_sme_national", "hnte_screening", "hnte", "srdi_sme", "key_little_giant")
QUERIES = 18
"""What a diagnosis asks of the database, however many rules there are."""


def told(party: Party, day: date = AS_OF) -> Diagnosis:
    organisation = queries.visible(SYSTEM).get(party=party)
    return queries.diagnosis(organisation, day)


def of(party: Party, rule: str, day: date = AS_OF) -> Entry:
    return next(each for each in told(party, day).entries if each.rule.id == rule)


def address(party: Party) -> str:
    return f"{reverse('policies:diagnosis', args=[party.code])}?on={AS_OF.isoformat()}"


# --- groups


def test_what_qualifies_says_so_for_both_years(city: Region) -> None:
    party = technology_firm("E01")
    right(party)
    entry = of(party, "tech_sme_national")
    assert (entry.group, entry.decision.verdict) == (Group.QUALIFIED, "符合")
    assert (entry.this_year.text, entry.next_year.text) == ("按现有情况已符合", "照现有水平即符合")
    assert (entry.this_year.year, entry.next_year.year) == (2026, 2027)


def test_what_is_one_change_away_tells_it_for_each_year_apart(city: Region) -> None:
    party = technology_firm("E01", total_income=5_000 * WAN, hightech_income=2_900 * WAN)
    entry = of(party, "hnte")
    assert entry.group is Group.NEAR
    assert [step.id for step in entry.failing] == ["income_ratio"]
    # The last full year is closed: this year cannot, and says nothing of income.
    assert (entry.this_year.near, "收入" in entry.this_year.text) == (False, False)
    assert entry.next_year.near
    told = "2026年高新技术产品（服务）收入需达到 3000 万元（按现有水平为 2900 万元，如实归集）"
    assert entry.next_year.text.replace(",", "").startswith(f"{told}；另有")


def test_what_only_has_to_be_proven_can_still_be_done_this_year(city: Region) -> None:
    party = technology_firm("E01", books_assessed=False)
    right(party)
    entry = of(party, "tech_sme_national")
    assert entry.group is Group.NEAR
    assert entry.this_year.text == "“查账征收”需落实并提供证明"


def test_no_year_is_ever_advised_on_that_is_closed(city: Region) -> None:
    for number, rd in enumerate((10, 100, 180)):
        party = technology_firm(f"E0{number}", rd=rd)
        for entry in told(party).entries:
            assert "2025年" not in entry.this_year.text, entry.rule.id
            assert "2025年" not in entry.next_year.text, entry.rule.id
            assert "增加研发" not in entry.this_year.text + entry.next_year.text


def test_what_could_not_be_judged_names_the_missing_fact(city: Region) -> None:
    party = technology_firm("E01", books_assessed=None)
    right(party)
    entry = of(party, "tech_sme_national")
    assert (entry.group, entry.decision.missing) == (Group.UNKNOWN, ("查账征收",))
    assert entry.this_year.text == "先补齐缺的数据，再判断"
    assert entry.next_year.text == "没有不符合的条件；有1项事实待如实归集"


def test_far_away_is_not_close(city: Region) -> None:
    party = technology_firm("E01", books_assessed=False, rd_collected=False)
    entry = of(party, "tech_sme_national")
    assert entry.group is Group.FAR
    assert [step.id for step in entry.failing]
    assert "不能" in entry.this_year.text


def test_a_rule_without_a_next_version_says_nothing_of_next_year(city: Region) -> None:
    entry = of(technology_firm("E01"), "key_little_giant")
    assert entry.next_year.text == "说不准：还没有下一年度仍生效的版本"


# --- reasons and sources


def test_each_reason_has_value_threshold_article_and_source(city: Region) -> None:
    party = technology_firm("E01")
    yearly(party, 2024, "firm_statement", revenue=10 * WAN)
    correction(party, 2025, "total_assets", number=3_000 * WAN)
    right(party)
    reasons = {each.step.id: each for each in of(party, "tech_sme_national").reasons}
    staff = reasons["staff"]
    assert (staff.step.value, staff.step.threshold) == ("100 人", "≤ 500 人")
    assert staff.step.article == "评价办法 第六条（二）"
    assert [(each.name, each.value) for each in staff.used] == [
        ("职工总数（季度平均）（2025年）", "100 人")
    ]
    assert "截至 2026-03-01" in staff.used[0].source
    assets = reasons["assets"].used[0]
    assert assets.value == "3,000 万元"
    assert assets.source.startswith("手工更正：核对报表")
    class_of = {each.step.id: each for each in of(party, "hnte_screening").reasons}["income"]
    assert class_of.used[0].source.startswith("按上年营业收入推算")
    table = next(each for each in class_of_ip(party) if each.url)
    assert (table.value, table.url.endswith("?tab=rights")) == ("1条", True)


def class_of_ip(party: Party) -> Any:
    reasons = {each.step.id: each for each in of(party, "hnte_screening").reasons}
    return reasons["ip_held"].used


def test_titles_held_and_filings_under_way_are_told(city: Region) -> None:
    party = technology_firm("E01")
    title(party, "tech_sme_national", date(2026, 3, 1), date(2026, 12, 31))
    county = Region.objects.get(code="990101")
    batch = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("高企", 2026))
    filings.add_firms(SYSTEM, batch, [party.code], "first", date(2026, 4, 1))
    assert of(party, "tech_sme_national").held == "已持有“科技型中小企业（入库）”"
    assert of(party, "hnte").filing == "在申报：摸底"
    assert of(party, "tech_sme_national", date(2027, 2, 1)).held == ""


# --- the page


def test_an_officer_an_enterprise_and_nobody_else(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    mine, other = technology_firm("E01"), technology_firm("E02", "990102")
    asked = {
        "officer": signed_in("officer", "990101"),
        "city": signed_in("officer", "990100"),
        "enterprise_user": signed_in("enterprise_user", "990101", "E01"),
        "leader": signed_in("leader", "990101"),
    }
    found = {
        role: (client.get(address(mine)).status_code, client.get(address(other)).status_code)
        for role, client in asked.items()
    }
    assert found == {
        "officer": (200, 404), "city": (200, 200), "enterprise_user": (200, 404),
        "leader": (403, 403),
    }  # fmt: skip


def test_the_page_shows_the_groups_and_the_way_from_the_dossier(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    party = technology_firm("E01")
    right(party)
    client = signed_in("officer", "990101")
    dossier = client.get(reverse("registry:organisation", args=["E01"])).content.decode()
    assert reverse("policies:diagnosis", args=["E01"]) in dossier
    page = client.get(address(party))
    text = page.content.decode()
    counts = {str(name): count for name, count, _url in page.context["counts"]}
    assert counts["现在符合"] == len(told(party).of(Group.QUALIFIED)) >= 1
    for word in ("本年度", "下一年度", "评价办法 第六条（二）", "截至 2026-03-01", "不是认定意见"):
        assert word in text
    found = client.get(reverse("policies:diagnose"), {"q": "示例E01"}).content.decode()
    assert reverse("policies:diagnosis", args=["E01"]) in found
    none = client.get(reverse("policies:diagnose"), {"q": "没有这家"}).content.decode()
    assert "没有找到在营的企业" in none


def test_a_first_look_is_told_to_the_bureau_alone(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    party = technology_firm("E01")
    officer = signed_in("officer", "990101").get(address(party)).content.decode()
    firm = signed_in("enterprise_user", "990101", "E01").get(address(party)).content.decode()
    assert "高新技术企业培育初筛" in officer
    assert "科技型中小企业" in firm
    assert "初筛" not in firm


def test_an_enterprise_comes_to_its_own_from_its_first_page(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    technology_firm("E01")
    client = signed_in("enterprise_user", "990101", "E01")
    assert reverse("policies:diagnose") in client.get("/").content.decode()
    page = client.get(reverse("policies:diagnose"), follow=True)
    assert page.context["party"].code == "E01"
    Organisation.objects.update(status="closed")
    assert client.get(reverse("policies:diagnose")).status_code == 200


def test_a_page_takes_the_same_few_queries(
    city: Region, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "WRITTEN_EVERY", 10**9)
    party = technology_firm("E01")
    organisation = queries.visible(SYSTEM).get(party=party)
    queries.diagnosis(organisation, AS_OF)
    with CaptureQueriesContext(connection) as few:
        queries.diagnosis(organisation, AS_OF)
    for number in range(9):
        right(party, f"ZL{number}")
    with CaptureQueriesContext(connection) as many:
        queries.diagnosis(organisation, AS_OF)
    assert (len(few), len(many)) == (QUERIES, QUERIES)
    client = signed_in("officer", "990101")
    client.get(address(party))
    cache.clear()
    with CaptureQueriesContext(connection) as page:
        client.get(address(party))
    assert len(page) <= 25


def test_programs_read_the_same(city: Region, person: Callable[..., Any], settings: Any) -> None:
    party = technology_firm("E01")
    right(party)
    program = program_of(person("officer", "990101"), settings)
    answer = program.get(f"/api/v1/diagnoses/E01?on={AS_OF.isoformat()}").json()
    mine = {each["rule"]: each for each in answer["verdicts"]}
    entry = of(party, "tech_sme_national")
    assert mine["tech_sme_national"]["group"] == "qualified"
    assert mine["tech_sme_national"]["scores"] == dict(entry.decision.scores)
    assert len(mine) == len(told(party).entries)
    assert program.get("/api/v1/diagnoses/E09").status_code == 404
