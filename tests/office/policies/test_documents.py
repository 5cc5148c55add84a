"""Policy documents: keeping them, finding them, what takes whose place, and where that is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import program_of, technology_firm

from kechuang.office.accounts.models import Membership
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.uploads import Incoming
from kechuang.office.policies.models import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.queries import documents as queries
from kechuang.office.policies.services import documents as services
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db
RULES = ("tech_sme_national",)
RULE = "tech_sme_national"
NAME = "科技型中小企业评价入库"
NUMBER = "国科发政〔2017〕115号"
TODAY = timezone.localdate()
LONG_AGO = date(2017, 5, 3)
TEXT = """各县：
第一章 总则
第一条 为支持企业。
（一）本市企业。
第二章 附则
第二条 自发布之日起施行。"""


def values(**more: Any) -> dict[str, Any]:
    return {
        "title": "科技型中小企业评价办法", "number": NUMBER, "issuer": "科技部",
        "level": "national", "issued_on": LONG_AGO, "in_force_on": None, "expires_on": None,
        "fair_competition": "", "legality": "", "reviews": "", "text": "",
        "contact": "", **more,
    }  # fmt: skip


def kept(place: str = "990100", actor: Actor = SYSTEM, **more: Any) -> PolicyDocument:
    rules = more.pop("rules", ())
    copy = more.pop("copy", None)
    region = Region.objects.get(code=place)
    return services.register(actor, region, values(**more), rules, copy)


def word(text: str) -> Incoming:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return Incoming("办法.docx", file)


def rules_of(document: PolicyDocument) -> list[str]:
    return queries.rules_of([document])[document.pk]


# --- taking in


def test_a_document_is_split_into_clauses_and_linked_by_its_number(city: Region) -> None:
    document = kept(copy=word(TEXT))
    clauses = PolicyClause.objects.filter(document=document).order_by("order")
    assert [(each.number, each.text) for each in clauses] == [
        ("第一条", "为支持企业。\n（一）本市企业。"),
        ("第二条", "自发布之日起施行。"),
    ]
    assert document.in_force_on == LONG_AGO
    assert rules_of(document) == [RULE]
    told = AuditEvent.objects.get(action="policy.register")
    assert told.changes["rules"] == [None, NAME]
    assert "为支持企业" not in str(told.changes)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"in_force_on": LONG_AGO - timedelta(367)}, "in_force_on"),
        ({"expires_on": LONG_AGO - timedelta(1)}, "expires_on"),
        ({"rules": ["no_such_rule"]}, "rules"),
        ({"text": "字" * 200_001}, "text"),
        ({"copy": Incoming("办法.docx", BytesIO(b"no document"))}, "file"),
    ],
)
def test_what_cannot_be_is_refused(city: Region, more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        kept(**more)
    assert list(refused.value.message_dict) == [field]
    assert not PolicyDocument.objects.exists()


@pytest.mark.both_databases
def test_a_number_of_an_issuer_is_kept_once_for_a_region(city: Region) -> None:
    kept()
    with pytest.raises(ValidationError, match="已经登记过"):
        kept()
    kept(number="")
    kept(number="")
    kept("990101")
    assert PolicyDocument.objects.count() == 4


def test_a_change_makes_clauses_and_links_anew_and_tells_what_changed(city: Region) -> None:
    document = kept(text=TEXT)
    given = values(text="第一条 只有一条。", legality="passed")
    assert services.change(SYSTEM, document, given, [])
    assert [each.text for each in queries.clauses_of(document)] == ["只有一条。"]
    assert not PolicyRule.objects.exists()
    told = AuditEvent.objects.get(action="policy.change").changes
    assert told["legality"] == ["", "passed"]
    assert told["rules"] == [NAME, ""]
    assert not services.change(SYSTEM, document, given, [])


# --- standing


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("more", "gone", "expected"),
    [
        ({}, None, "in_force"),
        ({"expires_on": TODAY}, None, "in_force"),
        ({"expires_on": TODAY - timedelta(1)}, None, "expired"),
        ({"in_force_on": TODAY + timedelta(1)}, None, "pending"),
        ({"in_force_on": TODAY}, None, "in_force"),
        ({}, TODAY, "superseded"),
        ({}, TODAY + timedelta(1), "in_force"),
        ({"expires_on": TODAY - timedelta(1)}, TODAY - timedelta(9), "superseded"),
    ],
)
def test_standing_is_the_same_in_words_and_in_the_database(
    city: Region, more: dict[str, Any], gone: date | None, expected: str
) -> None:
    document = kept(**more)
    if gone:
        successor = kept(number="新")
        services.supersede(SYSTEM, document, successor, gone)
        document.refresh_from_db()
    assert queries.standing(document) == expected
    mine = PolicyDocument.objects.filter(pk=document.pk)
    found = [code for code in queries.STANDINGS if queries.standing_is(mine, code).exists()]
    assert found == [expected]


def test_nothing_takes_its_own_place_however_long_the_way(city: Region) -> None:
    first, second, third = kept(number="一"), kept(number="二"), kept(number="三")
    services.supersede(SYSTEM, first, second, TODAY)
    services.supersede(SYSTEM, second, third, TODAY)
    for wrong in (first, second, third):
        with pytest.raises(ValidationError, match="不能取代它"):
            services.supersede(SYSTEM, third, wrong, TODAY)
    with pytest.raises(ValidationError, match="已登记被"):
        services.supersede(SYSTEM, first, third, TODAY)
    with pytest.raises(ValidationError) as early:
        services.supersede(SYSTEM, third, kept(number="四"), LONG_AGO - timedelta(1))
    assert list(early.value.message_dict) == ["on"]
    services.restore(SYSTEM, first, "登记错了")
    first.refresh_from_db()
    assert queries.standing(first) == "in_force"
    assert AuditEvent.objects.get(action="policy.restore").reason == "登记错了"
    with pytest.raises(ValidationError, match="没有登记过"):
        services.restore(SYSTEM, first, "再来")


# --- who


def test_an_officer_keeps_those_of_the_own_region_and_nobody_else_any(
    city: Region, actor: Callable[..., Actor]
) -> None:
    document = kept()
    officer, leader = actor("officer", "990101"), actor("leader", "990100")
    for whoever in (officer, leader):
        with pytest.raises(Refusal):
            services.change(whoever, document, values(), [])
        with pytest.raises(Refusal):
            kept(actor=whoever, number="别处")
    assert kept("990101", officer, number="本县").kept_by == officer.code


def test_everybody_of_the_bureau_and_enterprises_read(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    document = kept(text=TEXT, copy=word("附件"))
    technology_firm("F01")
    page = reverse("policies:document", args=[document.pk])
    for role, party in (("leader", ""), ("finance_officer", ""), ("enterprise_user", "F01")):
        client = signed_in(role, "990101", party)
        text = client.get(page).content.decode()
        assert "为支持企业。" in text, role
        assert "登记被取代" not in text, role
        file: Any = client.get(reverse("policies:document_file", args=[document.pk]))
        assert file.status_code == 200, role
        assert b"".join(file.streaming_content)[:2] == b"PK"
    assert signed_in("expert", "990101").get(page).status_code == 403


# --- pages and programs


def test_an_officer_registers_finds_and_supersedes(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990100")
    form = {"title": "旧<b>办法", "number": NUMBER, "issuer": "科技部", "level": "national",
            "issued_on": "2017-05-03", "region": "990100", "text": TEXT}  # fmt: skip
    page = client.post(reverse("policies:document_create"), form, follow=True)
    assert "关联1条规则，分出2条条款" in page.content.decode()
    assert "旧<b>办法" not in page.content.decode()
    old = PolicyDocument.objects.get()
    new = kept(number="国科发〔2026〕1号", title="新办法", issued_on=date(2026, 1, 2))
    services.change(SYSTEM, new, values(number=new.number, title="新办法"), [RULE])
    address = reverse("policies:document_supersede", args=[old.pk])
    page = client.post(address, {"successor": new.pk, "on": TODAY.isoformat()}, follow=True)
    assert "已被取代" in page.content.decode()
    assert "新办法" in page.content.decode()
    assert "取代了" in client.get(reverse("policies:document", args=[new.pk])).content.decode()
    listing = reverse("policies:documents")
    assert client.get(listing, {"q": "为支持企业"}).context["total"] == 1
    assert client.get(listing, {"standing": "superseded"}).context["total"] == 1
    assert client.get(listing, {"rule": RULE, "standing": "in_force"}).context["total"] == 1
    back = reverse("policies:document_restore", args=[old.pk])
    page = client.post(back, {"reason": "登记错了"}, follow=True)
    assert "现行有效" in page.content.decode()


def test_a_verdict_leads_to_its_documents_and_says_what_was_superseded(
    city: Region, signed_in: Callable[..., Client], person: Callable[..., Membership], settings: Any
) -> None:
    technology_firm("F01")
    asked = "政策法规科 0990-5550105"
    old = kept()
    new = kept(number="新〔2026〕1号", title="新办法", rules=[RULE], contact=asked)
    kept("990102", number="别县", rules=[RULE])
    services.supersede(SYSTEM, old, new, TODAY)
    client = signed_in("officer", "990101")
    page = client.get(reverse("policies:diagnosis", args=["F01"]))
    rows = [row for _group, _name, _lead, found in page.context["groups"] for row in found]
    told = {row["entry"].rule.id: row["documents"] for row in rows}[RULE]
    assert [(each.pk, state.label) for each, state in told] == [
        (new.pk, "现行有效"), (old.pk, "已被取代"),
    ]  # fmt: skip
    text = page.content.decode()
    assert reverse("policies:document", args=[new.pk]) in text
    assert "已被取代" in text
    assert (text.count(asked), "施行日期" in text) == (1, True)
    program = program_of(person("officer", "990101"), settings)
    verdicts = program.get("/api/v1/diagnoses/F01").json()["verdicts"]
    assert [each["standing"] for each in verdicts[0]["policy_documents"]] == [
        "in_force", "superseded",
    ]  # fmt: skip


def test_programs_read_documents(
    city: Region, person: Callable[..., Membership], settings: Any
) -> None:
    old, new = kept(text=TEXT), kept(number="新", title="新办法")
    services.supersede(SYSTEM, old, new, TODAY)
    program = program_of(person("officer", "990101"), settings)

    def found(query: str) -> list[int]:
        items = program.get(f"/api/v1/policy-documents?{query}").json()["items"]
        return sorted(each["key"] for each in items)

    assert found("") == sorted([old.pk, new.pk])
    assert found("standing=superseded") == found(f"rule={RULE}") == found("q=支持") == [old.pk]
    assert found("region=990101") == []
    whole = program.get(f"/api/v1/policy-documents/{old.pk}").json()
    assert (whole["standing"], whole["superseded_by"]) == ("superseded", new.pk)
    assert whole["clauses"][1] == {"number": "第二条", "text": "自发布之日起施行。"}
    assert whole["rules"] == [RULE]


def test_the_list_takes_the_same_few_queries(
    city: Region, actor: Callable[..., Actor], django_assert_num_queries: Any
) -> None:
    for number in range(5):
        kept(number=str(number), rules=[RULE])
    with django_assert_num_queries(1):
        assert len(queries.of_rules([RULE], "/990000/990100/990101/")[RULE]) == 5
    leader = actor("leader", "990101")
    with django_assert_num_queries(2):
        rows = list(queries.visible(leader))
        assert len(queries.rules_of(rows)) == 5
