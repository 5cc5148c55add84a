"""The list page: what the address asks for is what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Asked, Column, Filter, Listing, Registry, ask, listings
from kechuang.office.ground.lists import Bulk, Cell, list_page, told_total
from kechuang.office.parties.lists import PARTIES
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db


class Table(HTMLParser):
    """The first column, the heads with their order, and the addresses of a list page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.orders: list[str | None] = []
        self.links: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = (tag == "th" and given.get("scope") == "row") or (self.inside and tag == "a")
        if tag == "th" and given.get("scope") == "col":
            self.orders.append(given.get("aria-sort"))
        if tag == "a":
            self.links.append(given.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.names.append(data.strip())
            self.inside = False


def parties(count: int, place: str = "990101", kind: str = "enterprise") -> None:
    region = Region.objects.get(code=place)
    Party.objects.bulk_create(
        Party(code=f"{kind}-{place}-{each:03}", name=f"第{each:03}厂", kind=kind, region=region)
        for each in range(count)
    )


def opened(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/parties/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def officer(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


def test_list_shows_its_total_and_only_what_is_in_reach(officer: Client) -> None:
    parties(3)
    parties(4, "990102")
    page = opened(officer, "?kind=enterprise")
    assert "共 3 条" in page
    assert Table(page).names == ["第000厂", "第001厂", "第002厂"]


def test_rows_come_in_the_order_of_the_address_and_the_head_says_so(officer: Client) -> None:
    parties(3)
    page = Table(opened(officer, "?kind=enterprise&sort=-name"))
    assert page.names == ["第002厂", "第001厂", "第000厂"]
    assert page.orders == ["descending", None, None, None]
    assert "/parties/?kind=enterprise&sort=name" in page.links


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ("code", "pk")),
        ("sort=name", ("name", "pk")),
        ("sort=-name", ("-name", "-pk")),
        ("sort=password", ("code", "pk")),
        ("sort=-", ("code", "pk")),
    ],
)
def test_only_columns_give_an_order(
    actor: Callable[..., Actor], sort: str, order: tuple[str, ...]
) -> None:
    rows = ask(PARTIES, actor("officer"), QueryDict(sort)).rows()
    assert rows.query.order_by == order


def test_pages_follow_each_other_and_keep_what_was_asked(officer: Client) -> None:
    parties(120)
    first = Table(opened(officer, "?kind=enterprise"))
    last = Table(opened(officer, "?kind=enterprise&page=3"))
    beyond = Table(opened(officer, "?kind=enterprise&page=99"))
    assert (len(first.names), len(last.names), beyond.names) == (50, 20, last.names)
    assert "/parties/?kind=enterprise&page=2" in first.links
    assert "/parties/?kind=enterprise&page=2" in last.links


def test_columns_are_those_that_were_chosen(officer: Client) -> None:
    parties(1)
    page = opened(officer, "?column=code&column=region&kind=enterprise")
    heads = re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
    assert heads == ["代码", "区划"]


def test_words_and_conditions_narrow_and_are_told(officer: Client) -> None:
    parties(12)
    page = opened(officer, "?q=　第０11&kind=enterprise")
    assert Table(page).names == ["第011厂"]
    assert "种类：企业；搜索：“第011”" in page


def test_nothing_there_says_what_to_do(officer: Client) -> None:
    Party.objects.filter(region__code="990101").delete()
    assert "新增主体" in opened(officer)
    assert "放宽或清除" in opened(officer, "?q=没有")


def test_script_gets_the_part_that_changes(officer: Client) -> None:
    parties(1)
    whole = opened(officer)
    part = opened(officer, **{"HX-Request": "true", "HX-Target": "listing"})
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert "list-tools" in part
    assert 'data-announce="共 2 条"' in part


@pytest.mark.parametrize("rows", [5, 50])
def test_a_list_asks_the_database_as_often_for_many_rows(officer: Client, rows: int) -> None:
    parties(rows)
    opened(officer)
    with CaptureQueriesContext(connection) as asked:
        opened(officer)
    assert len(asked) == 9


def test_counting_asks_for_no_columns_and_no_order(officer: Client) -> None:
    parties(2)
    with CaptureQueriesContext(connection) as asked:
        opened(officer)
    counts = [each["sql"] for each in asked if "COUNT(" in each["sql"] and "party" in each["sql"]]
    assert len(counts) == 1
    assert ("ORDER BY" in counts[0], "name" in counts[0]) == (False, False)


def narrow(rows: QuerySet[Party], value: str) -> QuerySet[Party]:
    return rows.filter(code__gte=value)


def everything(_actor: Actor) -> QuerySet[Party]:
    return Party.objects.all()


def asked_of(kind: str, given: str) -> Asked:
    condition = Filter("since", "自", kind, narrow)  # type: ignore[arg-type]
    listing = Listing(
        "test", "试", "party.view", everything, (Column("name", "名称", str),), (condition,)
    )
    query = QueryDict(mutable=True)
    query["since"] = given
    return ask(listing, Actor("a", "甲"), query)


@pytest.mark.parametrize(
    ("kind", "given", "value", "mistake"),
    [
        ("date", "2026-01-31", "2026-01-31", ""),
        ("date", "２０２６／０１／３１", "2026-01-31", ""),
        ("date", "去年", "去年", "“自”写成“去年”，读不出日期。请写作 2026-01-31。"),
        ("number", " １２.5 ", "12.5", ""),
        ("number", "十二", "十二", "“自”写成“十二”，不是数字。请只写数字。"),
        ("number", "NaN", "NAN", "“自”写成“NAN”，不是数字。请只写数字。"),
        ("text", "　甲 ", "甲", ""),
    ],
)
def test_conditions_forgive_width_and_name_what_they_cannot_read(
    kind: str, given: str, value: str, mistake: str
) -> None:
    [condition] = asked_of(kind, given).conditions
    assert (condition.value, condition.mistake) == (value, mistake)


def test_condition_with_a_mistake_narrows_nothing_and_is_not_told() -> None:
    asked = asked_of("date", "去年")
    assert ("WHERE" in str(asked.rows().query), asked.told()) == (False, "全部")


def test_choice_that_is_not_offered_counts_as_none(officer: Client) -> None:
    parties(2)
    assert "共 3 条" in opened(officer, "?kind=wizard")


def test_bulk_bar_offers_what_the_role_may_do(
    rf: RequestFactory, person: Callable[..., Membership]
) -> None:
    parties(2)
    held = person("officer", "990101")
    request = rf.get("/parties/")
    request.actor = actor_of(held)  # type: ignore[attr-defined]
    acts = (
        Bulk("read", "标为已读", "ground:notices_read", "job.view"),
        Bulk("stop", "停用", "accounts:end_own", "account.change"),
    )
    page = list_page(request, replace(PARTIES, bulk=acts)).content.decode()  # type: ignore[attr-defined]
    bar = page[page.index('id="bulk"') : page.index("</form>", page.index('id="bulk"'))]
    ticks = re.findall(r'name="selected" value="(\d+)" aria-label="选择 ([^"]+)"', page)
    assert ('formaction="/notices/read/"' in bar, "停用" in bar) == (True, False)
    assert [name for _key, name in ticks] == ["甲县科技局", "第000厂", "第001厂"]
    assert page.count('form="bulk"') == 3


def test_code_of_a_list_is_taken_once() -> None:
    registry = Registry()
    registry.fill(PARTIES)
    with pytest.raises(ValueError, match="parties"):
        registry.fill(PARTIES)


def test_every_list_of_a_room_is_known_by_its_code() -> None:
    assert {each.code for each in listings} == {
        "agreements", "audit", "bindings", "briefs", "cases", "collection_parts",
        "collections", "comparisons", "filing_batches", "filings", "filings_chase",
        "fillings", "firm_messages", "firm_sendings", "goal_firms", "goals", "imports",
        "incoming", "incubations",
        "instruments", "jobs", "ladder_gazelle", "ladder_hnte", "ladder_innovative_sme",
        "ladder_srdi_little_giant", "ladder_srdi_sme", "ladder_st_leading_enterprise",
        "ladder_tech_sme_national", "ladder_tech_sme_provincial", "organisations",
        "own_messages", "parties", "people", "platforms", "policy_documents", "pool", "properties",
        "proposals", "qualifications", "regions", "registry_doubts", "registry_facts",
        "registry_facts_missing", "reminders", "report_figures", "reports", "rule_preview_changes",
        "rule_revisions", "rule_runs", "users", "verdict_changes",
    }  # fmt: skip


def test_marks_of_the_page_keep_text_of_unknown_origin_harmless(
    officer: Client,
) -> None:
    Party.objects.filter(region__code="990101").update(name="<script>alert(1)</script>")
    page = opened(officer, "?q=%3Cscript%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_link_of_a_row_stays_in_its_attribute() -> None:
    cell = Cell(SafeString("<b>甲</b>"), "text", '/"><script>')
    assert cell.__html__() == '<a href="/&quot;&gt;&lt;script&gt;"><b>甲</b></a>'


def test_large_totals_have_their_thousands_apart() -> None:
    assert told_total(3072) == "共 3,072 条"


@pytest.mark.parametrize(
    ("place", "address", "sorts"),
    [
        ("990100", "", False),
        ("990100", "kind=enterprise", False),
        ("990100", "region=990101", True),
        ("990101", "", True),
        ("990100", "region=990101&sort=code", False),
    ],
)
@pytest.mark.parametrize("sort", ["name", "-name"])
def test_rows_of_a_place_are_found_before_they_are_put_in_order(
    person: Callable[..., Membership], place: str, address: str, sorts: bool, sort: str
) -> None:
    parties(12, "990101")
    name = replace(PARTIES.columns[0], placed=True)
    listing = replace(PARTIES, columns=(name, *PARTIES.columns[1:]), sort=sort)
    actor = actor_of(person("officer", place))
    asked = ask(listing, actor, QueryDict(address))
    usual = ask(replace(PARTIES, sort=sort), actor, QueryDict(address))
    assert ("COALESCE" in str(asked.rows().query)) is sorts
    assert [row.pk for row in asked.rows()] == [row.pk for row in usual.rows()]
