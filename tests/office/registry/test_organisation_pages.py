"""The list of organisations, the dossier, the page of each act."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from seen_organisations import CODE, DAY, DUE, LIST, OF, address, credit_code, firm

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import dossier_tabs
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    Agreement,
    AgreementParty,
    Document,
    Doubt,
    IntellectualProperty,
    Organisation,
    Proposal,
    Qualification,
    Tag,
    YearlyFact,
)
from kechuang.office.registry.provenance import Provenance, here
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.documents import (
    DocumentFacts,
    add_document,
    withdraw_document,
)
from kechuang.office.registry.services.facts import record_yearly
from kechuang.office.registry.services.organisations import OrganisationFacts

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n0"


def named(client: Client, query: str = "") -> list[str]:
    """The names in the list, in its order."""
    response = client.get(LIST + query)
    assert response.status_code == 200
    return [str(row.name.text) for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "安白陈丁"),
        ("?region=990101", "安白陈"),
        ("?region=990100", "安白陈丁"),
        ("?kind=university", "陈"),
        ("?status=closed", "白"),
        ("?section=C", "安"),
        ("?section=I", "白"),
        ("?section=A", "丁"),
        ("?title=hnte", "安"),
        ("?above=yes", "白"),
        ("?above=unknown", "安陈丁"),
        ("?founded_from=2010-05-01", "安"),
        ("?founded_to=2010-04-30", ""),
        ("?founded_to=2010-05-01", "安"),
        ("?missing=any", "丁"),
        ("?missing=revenue", "丁"),
        ("?missing=rd_expense_deduction", "安丁"),
        ("?doubt=yes", "白"),
        ("?doubt=no", "安陈丁"),
        ("?q=软件", "白"),
        ("?q=alj", "安"),
        ("?sort=-name", "丁陈白安"),
        ("?region=990101&kind=enterprise&doubt=no", "安"),
    ],
)
def test_list_is_narrowed_by_its_address(
    signed_in: Callable[..., Client], some: None, query: str, found: str
) -> None:
    assert "".join(name[0] for name in named(signed_in("officer"), query)) == found


def test_list_is_narrowed_by_a_tag(signed_in: Callable[..., Client], some: None) -> None:
    tag = Tag.objects.get()
    assert named(signed_in("officer"), f"?tag={tag.pk}") == ["安例机械厂"]
    assert len(named(signed_in("officer", "990102"), f"?tag={tag.pk}")) == 1


def test_list_shows_what_counts_and_what_holds(
    signed_in: Callable[..., Client], some: None
) -> None:
    page = signed_in("officer").get(LIST).content.decode()
    assert "123.46" in page
    assert page.count("高新技术企业</td>") == 1
    assert f"{DUE}年营业收入" in page


def test_figures_are_shown_to_those_only_who_may_see_facts(
    signed_in: Callable[..., Client], some: None
) -> None:
    asked = "?column=name&column=revenue&missing=any&doubt=yes"
    page = signed_in("leader").get(LIST + asked)
    assert "123.46" not in page.content.decode()
    assert f"{DUE}年营业收入" not in page.content.decode()
    assert len(page.context["rows"]) == 4
    exported = signed_in("leader").get(LIST + asked + "&export=csv")
    assert "123" not in b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_export_holds_what_is_shown(signed_in: Callable[..., Client], some: None) -> None:
    asked = "?region=990101&column=name&column=code&column=revenue&sort=-name&export=xlsx"
    response = signed_in("officer").get(LIST + asked)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[attr-defined]
    assert rows[0] == ("名称", "统一社会信用代码", f"{DUE}年营业收入（万元）")
    assert [row[0] for row in rows[1:4]] == ["陈例学校", "白例软件厂", "安例机械厂"]
    assert rows[3] == ("安例机械厂", CODE, 123.4567)
    line = AuditEvent.objects.get(action="registry.export")
    assert line.changes["rows"] == [None, 3]


@pytest.mark.parametrize("role", ["finance_officer", "area_liaison"])
def test_who_may_not_export_gets_the_page(
    signed_in: Callable[..., Client], some: None, role: str
) -> None:
    client = signed_in(role)
    assert "导出" not in client.get(LIST).content.decode()
    assert client.get(LIST + "?export=csv").status_code == 403


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_queries_do_not_grow(signed_in: Callable[..., Client], some: None) -> None:
    client = signed_in("officer")
    columns = "?" + "&".join(
        f"column={code}" for code in ("name", "titles", "tags", "revenue", "region")
    )
    urls = [LIST, LIST + columns, *(f"{address()}?tab={tab.code}" for tab in dossier_tabs)]
    few = [queries_of(client, url) for url in urls]
    last = DUE
    party = Party.objects.get(code=CODE)
    for number in range(10, 30):
        made = firm(number, f"多例{number}厂").party
        for year in (last, last - 1):
            YearlyFact.objects.create(party=made, year=year, revenue=number, **OF)
        YearlyFact.objects.create(party=party, year=last - number, revenue=number, **OF)
        IntellectualProperty.objects.create(party=party, number=f"r{number}", kind="patent", **OF)
        for each in (made, party):
            Qualification.objects.create(
                party=each, title="hnte", number=f"n{each.pk}-{number}",
                recognition="recognised", issued_on=DAY, **OF,
            )  # fmt: skip
    assert [queries_of(client, url) for url in urls] == few
    assert max(few) <= 25


@pytest.mark.parametrize("tab", ["basic", "documents", "timeline", "history"])
def test_tab_opens_with_and_without_scripts(
    signed_in: Callable[..., Client], one: Organisation, tab: str
) -> None:
    client = signed_in("officer")
    page = client.get(f"{address()}?tab={tab}")
    part = client.get(
        f"{address()}?tab={tab}", headers={"HX-Request": "true", "HX-Target": "dossier"}
    )
    for response in (page, part):
        text = response.content.decode()
        assert text.count('aria-current="page">') == 1
        assert f'hx-get="?tab={tab}" hx-target="#dossier" hx-push-url="true" aria-current' in text
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()


def test_head_has_name_code_region_and_state(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    text = signed_in("officer").get(address()).content.decode()
    for told in ("示例轴承有限公司", CODE, "甲县", "存续", "甲路1号", "来源 科技局台账"):
        assert told in text
    assert "13800001234" not in text
    assert "138****1234" in text
    assert reverse("ground:reveal", args=["organisation-phone", CODE]) in text


def test_phone_is_revealed_for_a_reason(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    url = reverse("ground:reveal", args=["organisation-phone", CODE])
    client = signed_in("officer", "990101")
    assert "13800001234" in client.post(url, {"reason": "核对材料"}).content.decode()
    assert signed_in("officer", "990102").get(url).status_code == 404
    assert signed_in("leader").get(url).status_code == 403


def test_every_tab_is_printed(signed_in: Callable[..., Client], one: Organisation) -> None:
    text = signed_in("officer").get(address() + "?print=1").content.decode()
    for tab in ("basic", "documents", "timeline", "history"):
        assert f'id="tab-{tab}"' in text


def test_timeline_tells_what_happened(
    signed_in: Callable[..., Client], one: Organisation, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    party, client = one.party, signed_in("officer")
    organisations.rename(SYSTEM, CODE, "新例轴承有限公司", date(2020, 2, 2), "准1号")
    organisations.move(SYSTEM, CODE, "990102", date(2021, 3, 3), "迁园")
    Qualification.objects.create(
        party=party, title="hnte", number="GR1", recognition="recognised",
        issued_on=date(2018, 1, 1), expires_on=date(2021, 1, 1), **OF,
    )  # fmt: skip
    agreement = Agreement.objects.create(
        name="校企协议", kind="firm_school", region=party.region, signed_on=date(2022, 1, 1), **OF
    )
    AgreementParty.objects.create(agreement=agreement, party=party)
    events = client.get(address() + "?tab=timeline").content.decode()
    told = ["加入“执照”", "签订“校企协议”", "由“甲县”迁出", "高新技术企业到期",
            "不再用原名“示例轴承有限公司”", "取得高新技术企业", "成立"]  # fmt: skip
    file = SimpleUploadedFile("执照.png", PNG)
    form = {"file": file, "kind": "licence", "title": "执照"}
    assert client.post(address("documents/new"), form).status_code == 302
    events = client.get(address() + "?tab=timeline").content.decode()
    places = [events.index(each) for each in told]
    assert places == sorted(places)


def test_history_tells_from_what_to_what(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    client = signed_in("officer")
    organisations.change(SYSTEM, CODE, {"address": "乙路2号"}, here())
    text = client.get(address() + "?tab=history").content.decode()
    assert "甲路1号 → 乙路2号" in text
    assert "新增企业档案" in text


def test_facts_in_the_history_are_for_those_who_may_see_facts(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    record_yearly(SYSTEM, one.party, 2025, {"revenue": 9_876_543_200}, here())
    url = address() + "?tab=history"
    assert "9876543200" in signed_in("officer").get(url).content.decode().replace(",", "")
    assert "9876543200" not in signed_in("leader").get(url).content.decode().replace(",", "")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("proposal", "受理1条更正申请"),
        ("doubt", "核实1个存疑的值"),
        ("title", "到期，准备重新申报"),
        ("nothing", "补录"),
    ],
)
def test_head_says_the_next_act(
    signed_in: Callable[..., Client], one: Organisation, made: str, told: str
) -> None:
    last = DUE
    soon = timezone.localdate() + timedelta(days=30)
    if made != "nothing":
        YearlyFact.objects.create(party=one.party, year=last, revenue=1, **OF)
    if made == "proposal":
        Proposal.objects.create(party=one.party, table="organisation", field="address", reason="误")
    if made == "doubt":
        Doubt.objects.create(party=one.party, year=last, rule="x", field="rd_staff")
    if made == "title":
        Qualification.objects.create(
            party=one.party, title="hnte", recognition="recognised", expires_on=soon, **OF
        )
    assert told in signed_in("officer").get(address()).content.decode()
    assert told not in signed_in("leader").get(address()).content.decode()


@pytest.mark.parametrize(
    ("today", "due"), [(date(2027, 3, 31), 2025), (date(2027, 4, 1), 2026)], ids=["March", "April"]
)
def test_every_page_misses_the_same_year(
    monkeypatch: pytest.MonkeyPatch,
    signed_in: Callable[..., Client],
    one: Organisation,
    today: date,
    due: int,
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_when: today)
    client = signed_in("officer")
    head = client.get(f"{address()}?tab=facts").content.decode()
    assert f"补录{due}年数据" in head
    assert f"{due}年还缺" in head
    listed = client.get("/registry/facts/missing/")
    assert f'<option value="{due}" selected>' in listed.content.decode()
    page = client.get(LIST).content.decode()
    assert f"{due}年营业收入" in page
    assert f"{due}年缺的数据" in page
    assert f"企业缺少{due}年数据" in client.get("/").content.decode()


def test_enterprise_sees_its_own_dossier_only(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    firm(2, "另例厂")
    client = signed_in("enterprise_user", "990101", party=CODE)
    assert named(client) == ["示例轴承有限公司"]
    assert client.get(address()).status_code == 200
    assert "修改" not in client.get(address()).context["tabs"][0].html
    assert client.get(f"/registry/organisations/of/{credit_code(2)}/").status_code == 404
    assert client.get(address("change")).status_code == 403


def test_merged_organisation_leads_to_the_one_that_goes_on(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    other = firm(2, "示例轴承厂")
    Organisation.objects.filter(pk=other.pk).update(merged_into=one.party)
    response = signed_in("officer").get(f"/registry/organisations/of/{credit_code(2)}/")
    assert response["Location"] == address()


def test_pages_of_parties_lead_to_the_dossier(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    client = signed_in("officer")
    for route in ("parties:record", "parties:change"):
        assert client.get(reverse(route, args=[CODE]))["Location"] == address()
    assert client.get(reverse("parties:record", args=["bureau-990101"])).status_code == 200


def test_search_box_finds_a_firm_once(signed_in: Callable[..., Client], one: Organisation) -> None:
    organisations.rename(SYSTEM, CODE, "新例轴承有限公司", DAY)
    for words in ("新例", "示例轴承", CODE, "xlzc"):
        hits = signed_in("officer").get("/search/", {"q": words}).context["hits"]
        assert [(hit.name, hit.url) for hit in hits] == [("新例轴承有限公司", address())]


FORM = {
    "name": "新例　轴承厂",
    "kind": "enterprise",
    "credit_code": f" {credit_code(7).lower()} ",
    "region": "990101",
    "registered_capital": "１,234.５",
    "above_designated_size": "1",
    "source": "bureau",
    "as_of": "2026-01-02",
}


def test_form_puts_an_organisation_in(signed_in: Callable[..., Client], city: Region) -> None:
    response = signed_in("officer").post(LIST + "new/", FORM)
    made = Organisation.objects.get()
    assert response["Location"] == f"/registry/organisations/of/{credit_code(7)}/"
    assert (made.registered_capital, made.above_designated_size, made.as_of) == (
        1_234_500_000, True, DAY,
    )  # fmt: skip


def test_known_code_leads_to_its_dossier(
    signed_in: Callable[..., Client], one: Organisation
) -> None:
    response = signed_in("officer").post(LIST + "new/", {**FORM, "credit_code": CODE})
    text = response.content.decode()
    assert "已有档案" in text
    assert f'href="{address()}"' in text
    elsewhere = signed_in("officer", "990102")
    text = elsewhere.post(
        LIST + "new/", {**FORM, "credit_code": CODE, "region": "990102"}
    ).content.decode()
    assert "已有档案" in text
    assert f'href="{address()}"' not in text


def test_official_cell_stands_still_in_the_form(
    signed_in: Callable[..., Client], city: Region
) -> None:
    facts = OrganisationFacts("甲厂", "enterprise", "990101", CODE, {"address": "甲路1号"})
    organisations.create(SYSTEM, facts, Provenance("registration", DAY))
    client = signed_in("officer")
    form = client.get(address("change")).context["form"]
    assert form.fields["address"].disabled
    assert not form.fields["website"].disabled
    asked = {"address": "乙路", "website": "example.org", "kind": "bank", "source": "bureau",
             "as_of": "2026-01-02"}  # fmt: skip
    assert client.post(address("change"), asked).status_code == 302
    made = Organisation.objects.get()
    assert (made.address, made.website, made.kind) == ("甲路1号", "example.org", "enterprise")


@pytest.mark.parametrize(
    ("act", "form", "told"),
    [
        (
            "change",
            {"kind": "institute", "address": "乙路", "source": "survey", "as_of": "2026-01-02"},
            "已修改",
        ),
        ("rename", {"name": "新名", "until": "2026-01-02", "document": "1号"}, "已更名为“新名”"),
        ("move", {"region": "990102", "on": "2026-01-02", "reason": "迁"}, "已迁入“乙区”"),
        ("status", {"status": "revoked", "since": "2026-01-02", "reason": "公告"}, "吊销"),
    ],
)
def test_act_has_its_page_and_says_what_was_done(
    signed_in: Callable[..., Client],
    one: Organisation,
    act: str,
    form: dict[str, str],
    told: str,
) -> None:
    client = signed_in("officer")
    assert client.get(address(act)).status_code == 200
    response = client.post(address(act), form, follow=True)
    assert response.redirect_chain == [(address(), 302)]
    assert told in str(next(iter(response.context["messages"])))
    assert client.post(address(act), {}).status_code == 200


def test_document_goes_in_and_out(
    signed_in: Callable[..., Client], one: Organisation, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in("officer")
    bad = SimpleUploadedFile("照.exe", b"MZ")
    refused = client.post(address("documents/new"), {"file": bad, "kind": "other"})
    assert "照.exe" in refused.content.decode()
    good = SimpleUploadedFile("照.png", PNG)
    response = client.post(address("documents/new"), {"file": good, "kind": "other"}, follow=True)
    assert "照.png" in response.content.decode()
    kept = Document.objects.get()
    taken = client.get(reverse("ground:file", args=[kept.file.pk]))
    assert taken.getvalue() == PNG  # type: ignore[attr-defined]
    url = reverse("registry:document_withdraw", args=[kept.pk])
    assert signed_in("officer", "990102").get(url).status_code == 404
    text = client.post(url, {"reason": "换新"}, follow=True).content.decode()
    assert "已作废" in text
    assert client.get(url).status_code == 404


def test_enterprise_fetches_documents_of_its_own_dossier_only(
    signed_in: Callable[..., Client], one: Organisation, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    other = firm(2, "另例厂")
    kept = []
    for code, title in ((CODE, "执照"), (other.party.code, "别家的"), (CODE, "放错的")):
        facts = DocumentFacts("other", title)
        kept.append(add_document(SYSTEM, code, facts, "照.png", io.BytesIO(PNG)))
    own, of_other, wrong = (reverse("ground:file", args=[each.file.pk]) for each in kept)
    mine = signed_in("enterprise_user", "990101", party=CODE)
    page = mine.get(address() + "?tab=documents").content.decode()
    assert f'<a href="{own}">执照</a>' in page
    assert mine.get(own).getvalue() == PNG  # type: ignore[attr-defined]
    assert mine.get(of_other).status_code == 404
    withdraw_document(SYSTEM, kept[2], "另一家的")
    for tab in ("documents", "timeline"):
        told = mine.get(f"{address()}?tab={tab}").content.decode()
        assert "执照" in told
        assert "放错的" not in told
    assert mine.get(wrong).status_code == 404
    assert signed_in("officer").get(wrong).getvalue() == PNG  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("officer", 200), ("reviewer", 200), ("enterprise_user", 200), ("finance_officer", 404),
        ("leader", 404), ("carrier_operator", 403), ("expert", 403), ("system_administrator", 403),
    ],
)  # fmt: skip
def test_who_fetches_a_document(
    signed_in: Callable[..., Client],
    one: Organisation,
    settings: Settings,
    tmp_path: Any,
    role: str,
    status: int,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    facts = DocumentFacts("other", "执照")
    kept = add_document(SYSTEM, CODE, facts, "照.png", io.BytesIO(PNG))
    speaks = {"party": CODE} if role == "enterprise_user" else {}
    found = signed_in(role, "990101", **speaks).get(reverse("ground:file", args=[kept.file.pk]))
    assert found.status_code == status
    if status == 200:
        assert found.getvalue() == PNG  # type: ignore[attr-defined]


def test_moved_dossier_takes_its_files_along(
    signed_in: Callable[..., Client], one: Organisation, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("照.png", PNG)
    signed_in("officer").post(address("documents/new"), {"file": file, "kind": "other"})
    organisations.move(SYSTEM, CODE, "990102", DAY, "迁")
    url = reverse("ground:file", args=[Document.objects.get().file.pk])
    assert signed_in("officer", "990102").get(url).getvalue() == PNG  # type: ignore[attr-defined]
    assert signed_in("officer", "990101").get(url).status_code == 404
