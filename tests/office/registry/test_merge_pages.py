"""The pages of duplicates and merges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Merge, Organisation, Person, Unlike, YearlyFact
from kechuang.office.registry.names import name_key

BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": date(2026, 1, 2)}
Firm = Callable[..., Organisation]


@pytest.fixture
def firm(city: Region) -> Firm:
    def make(code: str, name: str, place: str = "990101", **values: Any) -> Organisation:
        party = Party.objects.create(
            code=code, name=name, kind="enterprise", region=Region.objects.get(code=place)
        )
        row = {"kind": "enterprise", "name_key": name_key(name), **BUREAU, **values}
        return Organisation.objects.create(party=party, **row)

    return make


@pytest.fixture
def desk(signed_in: Callable[..., Client]) -> Client:
    return signed_in("officer", "990101")


def text_of(response: Any) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


ADDRESS = "/registry/merge/?stays=f-2&goes=f-1"


def dossier(code: str) -> str:
    return reverse("registry:organisation", args=[code])


def test_pair_is_compared_in_words_and_merged(firm: Firm, desk: Client) -> None:
    goes = firm("f-1", "示例轴承（有限公司）", address="乙路2号", website="a.example")
    stays = firm("f-2", "示例轴承", address="甲路1号", main_business="轴承")
    row = YearlyFact.objects.create(party=goes.party, year=2025, revenue=1_0000_00, **BUREAU)
    YearlyFact.objects.create(party=stays.party, year=2025, revenue=2_0000_00, **BUREAU)
    page = text_of(desk.get(ADDRESS))
    for words in ("不同", "一方未填", "补入并入方的值", "两份都有、只能留一份的记录", "年度数据"):
        assert words in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form = {"reason": "电话核实", "seen": seen, "choice-address": "goes"}
    choice = f"choice-registry.YearlyFact.party:{row.pk}"
    assert choice in page
    refused = desk.post(ADDRESS, {**form, "reason": "x"})
    assert "请写明为什么认定是同一家" in text_of(refused)
    assert "checked" in text_of(refused).partition('name="choice-address" value="goes"')[2][:9]
    done = desk.post(ADDRESS, {**form, choice: "goes"}, follow=True)
    assert "已并入“示例轴承”" in text_of(done)
    stays.refresh_from_db()
    assert (stays.address, stays.website, stays.main_business) == ("乙路2号", "a.example", "轴承")
    assert YearlyFact.objects.get().revenue == 1_0000_00  # type: ignore[attr-defined]
    kept = text_of(desk.get(f"/registry/merges/{Merge.objects.get().pk}/"))
    assert "让位的记录" in kept
    assert "200000" in kept.replace(",", "")


def test_address_of_the_merged_record_leads_on_with_a_note(firm: Firm, desk: Client) -> None:
    firm("f-1", "示例轴承（旧）")
    firm("f-2", "示例轴承")
    desk.post(ADDRESS, {"reason": "电话核实"})
    for old in (dossier("f-1"), "/parties/of/f-1/"):
        answer = desk.get(old, follow=True)
        assert answer.redirect_chain[-1][0].rstrip("/").endswith("/f-2")
    assert (
        "“示例轴承（旧）”（f-1）已并入“示例轴承”"
        in desk.get(dossier("f-1"), follow=True).content.decode()
    )
    stays = desk.get(f"{dossier('f-2')}?tab=history")
    assert "合并重复档案" in text_of(stays)


def test_history_of_the_surviving_record_tells_of_both(firm: Firm, desk: Client) -> None:
    firm("f-1", "示例轴承（旧）")
    firm("f-2", "示例轴承")
    line = audit.Line(
        "organisation.change", SourceRef("organisation", "f-1"), "示例轴承（旧）",
        Place("/990000/990100/990101/", "f-1"), {"address": ("旧址", "合并前的新址")},
    )  # fmt: skip
    audit.record(SYSTEM, line)
    assert "合并前的新址" not in text_of(desk.get(f"{dossier('f-2')}?tab=history"))
    desk.post(ADDRESS, {"reason": "电话核实"})
    assert "合并前的新址" in text_of(desk.get(f"{dossier('f-2')}?tab=history"))


def test_merge_after_a_change_is_previewed_anew(firm: Firm, desk: Client) -> None:
    firm("f-1", "示例轴承（旧）")
    firm("f-2", "示例轴承")
    page = desk.post(ADDRESS, {"reason": "电话核实", "seen": "old"})
    assert "预览之后，两份档案又有改动" in text_of(page)
    assert "电话核实" in text_of(page)
    assert not Merge.objects.exists()


def test_doubts_must_be_read(firm: Firm, desk: Client) -> None:
    firm("f-1", "示例轴承", credit_code="91990101MA00000019")
    firm("f-2", "示例轴承", credit_code="91990101MA0000002X")
    page = text_of(desk.post(ADDRESS, {"reason": "电话核实"}))
    assert "通常是两家单位" in page
    assert "请先读完上面的提醒" in page
    desk.post(ADDRESS, {"reason": "电话核实", "sure": "on"})
    assert Merge.objects.exists()


@pytest.mark.parametrize(
    "query", ["stays=f-2&goes=f-9", "stays=f-1&goes=f-1", "stays=f-1&goes=f-3"]
)
def test_records_out_of_reach_or_unknown_are_not_found(
    firm: Firm, desk: Client, query: str
) -> None:
    firm("f-1", "示例轴承")
    firm("f-2", "示例轴承")
    firm("f-3", "示例轴承", "990102")
    assert desk.get(f"/registry/merge/?{query}").status_code == 404


def test_codes_are_asked_for_and_forgiving(firm: Firm, desk: Client) -> None:
    assert "填写两份档案的代码" in text_of(desk.get("/registry/merge/"))
    assert "请填写" in text_of(desk.get("/registry/merge/?stays=f-1"))
    firm("91990101MA0A", "示例轴承")
    firm("f-2", "示例轴承")
    assert "示例轴承" in text_of(desk.get("/registry/merge/?stays=f-2&goes=９１990101ma0a"))


def test_unlike_pair_goes_and_comes_back(firm: Firm, desk: Client) -> None:
    firm("f-1", "示例轴承有限公司")
    firm("f-2", "示例（轴承）有限责任公司")
    assert "名称相同（不计括号和公司形式）" in text_of(desk.get("/registry/duplicates/"))
    address = "/registry/duplicates/unlike/?stays=f-2&goes=f-1"
    assert "不再提示" in text_of(desk.get(address))
    assert "请写明为什么不是同一家" in text_of(desk.post(address, {"reason": "不"}))
    desk.post(address, {"reason": "同一集团的两家公司"})
    assert "没有发现可能重复的档案" in text_of(desk.get("/registry/duplicates/"))
    assert "同一集团的两家公司" in text_of(desk.get("/registry/duplicates/unlikes/"))
    desk.post(f"/registry/duplicates/unlikes/{Unlike.objects.get().pk}/lift/")
    assert "名称相同" in text_of(desk.get("/registry/duplicates/"))


def test_people_are_compared_and_merged_without_showing_numbers(city: Region, desk: Client) -> None:
    county = Region.objects.get(code="990101")
    people = []
    for code, phone in (("r-1", "13800001234"), ("r-2", "13911112222")):
        party = Party.objects.create(code=code, name="王某", kind="person", region=county)
        born = date(1980, 1, 2)
        people.append(Person.objects.create(party=party, born_on=born, phone=phone, **BUREAU))
    page = text_of(desk.get("/registry/duplicates/?of=people"))
    assert "姓名和出生日期相同" in page
    address = "/registry/merge/?stays=r-1&goes=r-2"
    page = text_of(desk.get(address))
    assert "139****2222" in page
    assert "13911112222" not in page
    desk.post(address, {"reason": "同一个人", "choice-phone": "goes"})
    people[0].refresh_from_db()
    assert people[0].phone == "13911112222"
    answer = desk.get(reverse("registry:person", args=["r-2"]), follow=True)
    assert answer.redirect_chain[-1][0].rstrip("/").endswith("/r-1")
    assert "合并重复人员" in answer.content.decode()
