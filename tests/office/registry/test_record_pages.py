"""Pages of titles, rights, platforms, people, instruments, agreements: an officer's way through."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from registry_records import BUREAU, IDENTITY, PHONE, SOURCE, Town, firm

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef, dossier_tabs, open_source, search_sources
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    Agreement,
    Incubation,
    Instrument,
    IntellectualProperty,
    Person,
    Platform,
    Qualification,
)
from kechuang.office.registry.services import platforms as platform_services

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(person: Callable[..., Membership]) -> Callable[..., Client]:
    """A program that calls with a token of a new person in a role."""

    def make(*arguments: str) -> Client:
        held = person(*arguments)
        expires = timezone.now() + timedelta(days=1)
        text = create_token(SYSTEM, held, "测试", verbs_for_tokens(held.role), expires)[1]
        return Client(headers={"Authorization": f"Bearer {text}"})

    return make


PARTS = ("qualification", "property", "platform", "person", "instrument", "agreement")


@pytest.fixture
def town(city: Region) -> Town:
    return Town()


def shown(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_record_page_shows_its_source_and_what_happened(
    signed_in: Callable[..., Client], town: Town, part: str
) -> None:
    page = shown(signed_in("officer", "990101").get(town.addresses[part]))
    source = "主管部门名单（来函）" if part == "qualification" else "科技局台账"
    assert source in page
    assert 'id="history-heading"' in page
    assert "<li>" in page.split('id="history-heading"')[1]


@pytest.mark.parametrize("part", PARTS)
def test_reader_is_offered_nothing_to_change(
    signed_in: Callable[..., Client], town: Town, part: str
) -> None:
    address = town.addresses[part]
    page = shown(signed_in("leader", "990101").get(address))
    assert f'{address}change/"' not in page
    assert f'{address}change/"' in shown(signed_in("officer", "990101").get(address))


@pytest.mark.parametrize("part", PARTS)
def test_record_and_list_take_as_many_queries_for_many_as_for_few(
    signed_in: Callable[..., Client], town: Town, part: str
) -> None:
    client = signed_in("officer", "990101")
    names = {"property": "properties", "person": "people"}
    listing = reverse(f"registry:{names.get(part, f'{part}s')}")

    def counted(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            shown(client.get(address))
        return len(caught)

    def both() -> tuple[int, int]:
        return counted(town.addresses[part]), counted(listing)

    both()
    few = both()
    for number in range(2, 6):
        Town(str(number))
    member = {"duty": "", "full_time": None, "days_a_year": None, "since": None}
    for person in Person.objects.select_related("party__region"):
        platform_services.add_member(SYSTEM, town.platform, person, member)
        platform_services.add_partner(
            SYSTEM, town.platform, firm(f"共建{person.party.code}"), "", None
        )
    many = both()
    assert many == few
    assert max(many) <= 25


# --- putting in, by the form

FORMS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "qualification": (
        "registry:qualification_create",
        {"title": "tech_sme_national", "level": "", "recognition": "admitted",
         "issued_on": "2026-05-01", "expires_on": "2026-12-31", "number": "2026130101A0000001"},
        Qualification,
    ),
    "property": (
        "registry:property_create",
        {"number": "ＺＬ２", "name": "轴承", "kind": "utility_model", "status": "valid",
         "usable_for_hnte": "1", "high_value": "0", "for_main_product": ""},
        IntellectualProperty,
    ),
    "instrument": (
        "registry:instrument_create",
        {"code": "yq-９", "name": "显微镜", "original_value": "１,２３４.５", "shareable": "on"},
        Instrument,
    ),
    "agreement": (
        "registry:agreement_create",
        {"name": "县校协议", "kind": "county_school", "region": "990101", "first_role": "甲方"},
        Agreement,
    ),
    "platform": (
        "registry:platform_create",
        {"code": "pt-9", "name": "示例实验室", "kind": "key_laboratory", "level": "provincial",
         "region": "990101", "recognition": "approved"},
        Platform,
    ),
    "person": (
        "registry:person_create",
        {"name": "李某", "region": "990101", "is_academician": "on", "full_time": "0",
         "fields_text": "材料、 轴承，材料", "phone": PHONE, "identity_number": IDENTITY},
        Person,
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_officer_puts_a_record_in_and_sees_it(
    signed_in: Callable[..., Client], city: Region, part: str
) -> None:
    route, data, model = FORMS[part]
    party = firm()
    named = {"agreement": "first", "platform": "host"}.get(part, "party")
    client = signed_in("officer", "990101")
    page = shown(client.get(reverse(route), {"party": party.code}))
    assert party.code in page or part == "person"
    response = client.post(reverse(route), {**data, **SOURCE, named: party.name}, follow=True)
    assert model.objects.count() == 1, response.content.decode()[:3000]
    assert response.redirect_chain
    assert 'class="message message-success"' in shown(response)


def test_what_was_typed_is_kept_as_it_was_meant(
    signed_in: Callable[..., Client], city: Region
) -> None:
    client, party = signed_in("officer", "990101"), firm()
    for part in PARTS:
        route, data, _model = FORMS[part]
        named = {"agreement": "first", "platform": "host"}.get(part, "party")
        client.post(reverse(route), {**data, **SOURCE, named: party.code})
    title = Qualification.objects.get()
    right = IntellectualProperty.objects.get()
    machine = Instrument.objects.get()
    person = Person.objects.get()
    assert (title.level, title.status, title.source) == ("national", "valid", "bureau")
    assert (right.number, right.ip_class) == ("ZL2", "II")
    assert (right.usable_for_hnte, right.high_value, right.for_main_product) == (True, False, None)
    assert (machine.code, machine.original_value) == ("YQ-9", 1_234_500_000)
    assert (person.full_time, person.phone) == (False, PHONE)
    assert sorted(each.name for each in person.personfield_set.all()) == ["材料", "轴承"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("没有的公司", "名单里没有"),
        ("", "选填"),
        ("重名公司", "不止一个"),
        ("乙区公司", "名单里没有"),
    ],
)
def test_organisation_that_is_not_meant_clearly_is_told(
    signed_in: Callable[..., Client], city: Region, named: str, found: str
) -> None:
    firm("重名公司")
    firm("重名公司")
    firm("乙区公司", "990102")
    data = {**FORMS["qualification"][1], **SOURCE, "party": named}
    page = shown(
        signed_in("officer", "990101").post(reverse("registry:qualification_create"), data)
    )
    assert found in page
    assert 'class="summary"' in page
    assert Qualification.objects.count() == 0


@pytest.mark.parametrize("part", PARTS)
def test_form_of_a_change_holds_what_is_kept(
    signed_in: Callable[..., Client], town: Town, part: str
) -> None:
    client = signed_in("officer", "990101")
    address = f"{town.addresses[part]}change/"
    response = client.get(address)
    page = shown(response)
    form = response.context["form"]
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value is not None and value is not False:
            data[name] = getattr(value, "pk", value)
    if part == "qualification":
        assert "由原部门管理" in page
        refused = shown(client.post(address, {**data, "source": "bureau", "number": "改"}))
        assert "由原部门管理" in refused
        data["document"] = "示科字〔2026〕9号"
    before = AuditEvent.objects.count()
    told = shown(client.post(address, data, follow=True))
    assert "没有改动" in told, told
    assert AuditEvent.objects.count() == before


# --- acts


def test_officer_renews_awaits_cancels_and_reinstates(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client, row = signed_in("officer", "990101"), town.qualification

    def post(act: str, **data: str) -> str:
        address = reverse(f"registry:qualification_{act}", args=[row.pk])
        assert "<form" in shown(client.get(address))
        return shown(client.post(address, data, follow=True))

    assert "到期待发证" in post("await", document="示公示1号")
    assert "已登记撤销" in post("cancel", on="2026-09-01", reason="弄虚作假")
    assert "已恢复" in post("reinstate", reason="登记有误")
    page = post(
        "renew", number="GR9", recognition="recognised", issued_on="2026-10-20",
        expires_on="2029-10-20", **SOURCE,
    )  # fmt: skip
    assert "GR1" in page
    assert Qualification.objects.get(number="GR9").previous == row


def test_officer_lets_a_right_be_granted_and_lapse(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client = signed_in("officer", "990101")
    for act, data in (
        ("grant", {"granted_on": "2026-05-01", "number": "ZL9"}),
        ("lapse", {"on": "2026-06-01", "reason": "未缴年费"}),
    ):
        address = reverse(f"registry:property_{act}", args=[town.right.pk])
        shown(client.post(address, data, follow=True))
    assert IntellectualProperty.objects.values_list("status", "number").get() == ("lapsed", "ZL9")


def test_officer_runs_a_platform(signed_in: Callable[..., Client], town: Town) -> None:
    client, row = signed_in("officer", "990101"), town.platform
    partner, second = firm("共建公司"), firm("入孵公司")
    accelerator = platform_services.create(
        SYSTEM,
        {"code": "pt-a", "name": "加速器", "kind": "accelerator", "level": "municipal",
         "region": row.region, "host": partner, "recognition": "recognised"},
        BUREAU,
    )  # fmt: skip
    platform_services.change(SYSTEM, row, {"next_stage": accelerator}, BUREAU)

    def post(act: str, **data: Any) -> str:
        address = reverse(f"registry:platform_{act}", args=[row.code])
        assert "<form" in shown(client.get(address))
        return shown(client.post(address, data, follow=True))

    assert "91.5" in post("assess", year=2025, grade="优秀", score="91.5", **SOURCE)
    assert "共建公司" in post("partner", party=partner.code, role="中试")
    assert "王某" in post("member", person="王某", duty="主任", full_time="1", days_a_year=200)
    assert "302" in post("room", number="302", area="50.5")
    room = row.room_set.get(number="302")  # type: ignore[attr-defined]
    assert "入孵公司" in post("enter", party=second.name, on="2025-01-01", room=room.pk)
    stay = Incubation.objects.get(party=second)

    def stay_post(act: str, key: int, **data: Any) -> str:
        address = reverse(f"registry:platform_firm_{act}", args=[key])
        assert "<form" in shown(client.get(address))
        return shown(client.post(address, data, follow=True))

    stay_post("move", stay.pk, room="")
    assert "加速器" in stay_post("hand_on", stay.pk, on="2026-01-01", reason="达标")
    stay_post("graduate", town.stay.pk, on="2026-02-01", condition="hnte", basis="GR1")
    there = Incubation.objects.get(platform=accelerator)
    stay_post("leave", there.pk, on="2026-03-01", reason="外迁")
    assert "限期整改" in post("correct", until="2027-01-01", reason="不合格")
    assert "已登记撤销" in post("cancel", on="2026-12-01", reason="整改无效")
    assert "登记为运行" in post("restore", reason="复议")
    outcomes = set(Incubation.objects.values_list("outcome", flat=True))
    assert outcomes == {"handed_on", "graduated", "left"}
    for name, pk in (
        ("platform_partner_end", row.platformpartner_set.get().pk),  # type: ignore[attr-defined]
        ("platform_member_end", row.platformmember_set.get().pk),  # type: ignore[attr-defined]
    ):
        shown(client.post(reverse(f"registry:{name}", args=[pk]), {"until": "2026-12-31"},
                          follow=True))  # fmt: skip
    address = reverse("registry:platform_room_change", args=[room.pk])
    shown(client.post(address, {"area": "60", "note": "朝南"}, follow=True))
    room.refresh_from_db()
    assert room.area == 6000


def test_officer_keeps_people_instruments_and_agreements(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client, other = signed_in("officer", "990101"), firm("示例大学")
    code = town.person.party.code

    def post(route: str, key: object, **data: Any) -> str:
        address = reverse(f"registry:{route}", args=[key])
        assert "<form" in shown(client.get(address))
        return shown(client.post(address, data, follow=True))

    assert "示例大学" in post("person_join", code, party=other.name, post="教授")
    post("person_leave", town.place.pk, until="2026-06-01")
    assert "已出库" in post("person_retire", code, reason="退休")
    assert "在库" in post("person_bring_back", code, reason="返聘")
    machine = town.instrument.code
    assert "停用" in post("instrument_retire", machine, reason="报废")
    assert "对外开放" in post("instrument_bring_back", machine, reason="修好")
    pact = town.agreement.pk
    assert "示例大学" in post("agreement_party", pact, party=other.code, role="乙方")
    signed = town.agreement.agreementparty_set.get(party=other)  # type: ignore[attr-defined]
    post("agreement_remove_party", signed.pk, reason="有误")
    Agreement.objects.update(until=date(2027, 1, 1))
    assert "2028-01-01" in post("agreement_prolong", pact, until="2028-01-01", document="补1号")
    assert "提前终止" in post("agreement_end", pact, on="2026-06-01", reason="项目取消")


def test_namesake_is_told_and_passes_when_confirmed(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client = signed_in("officer", "990101")
    data = {**FORMS["person"][1], **SOURCE, "name": "王某", "identity_number": ""}
    told = shown(client.post(reverse("registry:person_create"), data))
    assert town.person.party.code in told
    client.post(reverse("registry:person_create"), {**data, "namesake": "on"})
    assert Person.objects.count() == 2


# --- what is secret


def test_secrets_of_people_are_masked_everywhere_and_revealed_for_a_reason(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client = signed_in("officer", "990101")
    pages = [
        town.addresses["person"],
        f"{town.addresses['person']}change/",
        reverse("registry:people"),
        f"{reverse('registry:people')}?export=csv",
        f"{reverse('registry:people')}?q={PHONE}",
        f"{reverse('portal:search')}?q={PHONE}",
        f"{reverse('portal:search')}?q=王某",
        town.addresses["platform"],
    ]
    for address in pages:
        body = client.get(address)
        content = b"".join(body.streaming_content) if body.streaming else body.content  # type: ignore[attr-defined]
        assert PHONE not in content.decode("utf-8-sig").replace(f"q={PHONE}", "").replace(
            f'value="{PHONE}"', ""
        ).replace(f"“{PHONE}”", ""), address
        assert IDENTITY not in content.decode("utf-8-sig"), address
    assert "138****1234" in shown(client.get(town.addresses["person"]))
    for code, value in (("person-phone", PHONE), ("person-identity", IDENTITY)):
        address = reverse("ground:reveal", args=[code, town.person.party.code])
        assert value not in shown(client.get(address))
        assert value in shown(client.post(address, {"reason": "核实专家费账户"}))


def test_list_of_people_does_not_even_read_secrets(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client = signed_in("officer", "990101")
    with CaptureQueriesContext(connection) as caught:
        shown(client.get(reverse("registry:people")))
        b"".join(client.get(f"{reverse('registry:people')}?export=csv"))
    asked = [each["sql"] for each in caught if "registry_person" in each["sql"]]
    assert asked
    assert not [sql for sql in asked if "identity_number" in sql or '"phone"' in sql]


# --- lists, search, dossier, API


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("on=2026-06-01&standing=valid", 2),
        ("on=2026-06-01&standing=expiring", 2),
        ("on=2027-01-01&standing=expired", 2),
        ("on=2027-01-01&standing=valid", 0),
        ("title=hnte", 2),
        ("title=gazelle", 0),
        ("until=2026-10-15", 0),
        ("until=2026-10-16", 2),
        ("party=示例轴承2", 1),
        ("q=slzc2", 1),
        ("q=gr2", 1),
        ("source=official_list", 2),
        ("region=990101", 2),
    ],
)
def test_list_of_titles_is_narrowed_by_its_address(
    signed_in: Callable[..., Client], town: Town, query: str, count: int
) -> None:
    Town("2")
    Town("远", "990102")
    response = signed_in("officer", "990101").get(f"{reverse('registry:qualifications')}?{query}")
    shown(response)
    assert response.context["total"] == count


@pytest.mark.parametrize(
    ("route", "query"),
    [
        ("properties", "standing=pending&kind=invention&ip_class=I&first_owner=0"),
        ("platforms", "kind=incubator&level=municipal&standing=valid&host=示例轴承&q=slfhq"),
        ("platform_firms", "outcome=stays&in=示例孵化器&on=2025-01-01&q=slzc"),
        ("people", "kind=expert&field=轴承&at=示例轴承&q=wm"),
        ("instruments", "shareable=1&worth=123.4&q=clj"),
        ("agreements", "kind=firm_school&standing=valid&party=示例轴承&q=qzxy"),
    ],
)
def test_other_lists_are_narrowed_by_their_addresses(
    signed_in: Callable[..., Client], town: Town, route: str, query: str
) -> None:
    client = signed_in("officer", "990101")
    for part in query.split("&"):
        response = client.get(f"{reverse(f'registry:{route}')}?{part}")
        assert (part, response.context["total"]) == (part, 1)
    response = client.get(f"{reverse(f'registry:{route}')}?{query}")
    assert response.context["total"] == 1


def test_stock_leads_to_the_lists_behind_its_numbers(
    signed_in: Callable[..., Client], town: Town
) -> None:
    client = signed_in("officer", "990101")
    page = shown(client.get(reverse("registry:qualification_stock"), {"on": "2026-06-01"}))
    link = "on=2026-06-01&amp;title=hnte&amp;level=national&amp;standing=expiring"
    assert link in page
    found = client.get(f"{reverse('registry:qualifications')}?{link.replace('&amp;', '&')}")
    assert found.context["total"] == 1
    assert shown(client.get(reverse("registry:qualification_stock"), {"on": "2026-99-01"}))


def test_export_is_what_is_shown(signed_in: Callable[..., Client], town: Town) -> None:
    client = signed_in("officer", "990101")
    response = client.get(f"{reverse('registry:instruments')}?export=csv")
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert "测量机" in rows[1]
    assert "123.4" in rows[1]
    assert AuditEvent.objects.filter(subject_kind="listing").exists()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("GR1", "qualification"), ("ZL1", "property"), ("一种轴", "property"),
        ("slfhq", "platform"), ("示例孵", "platform"), ("王某", "person"), ("wm", "person"),
        ("clj", "instrument"), ("yq-9", "instrument"), ("qzxy", "agreement"),
    ],
)  # fmt: skip
def test_search_finds_by_name_number_and_initials(
    actor: Callable[..., Actor], town: Town, text: str, part: str
) -> None:
    Town("远", "990102")
    here, enterprise = actor("officer", "990101"), actor("expert", "990101")
    found = [hit.url for source in search_sources for hit in source.find(here, text, 5)]
    assert town.addresses[part] in found
    own = {"qualifications", "properties", "platforms", "people", "instruments", "agreements"}
    for source in search_sources:
        if source.code in own:
            assert list(source.find(enterprise, text, 5)) == []
            assert "远" not in str(list(source.find(here, text, 5)))


@pytest.mark.parametrize("part", PARTS)
def test_source_is_opened_by_who_may_see_it(
    actor: Callable[..., Actor], town: Town, part: str
) -> None:
    key = town.addresses[part].rstrip("/").rpartition("/")[2]
    ref = SourceRef(part, key)
    assert open_source(actor("officer", "990101"), ref) == town.addresses[part]
    assert open_source(actor("officer", "990102"), ref) is None
    assert open_source(actor("officer", "990101"), SourceRef(part, "none")) is None


@pytest.mark.parametrize(
    ("code", "says", "reader_sees"),
    [
        ("titles", "高新技术企业", True),
        ("rights", "一种轴承", False),
        ("platforms", "示例孵化器", True),
        ("agreements", "曲轴协议", True),
    ],
)
def test_dossier_has_a_tab_for_each_part(
    actor: Callable[..., Actor], town: Town, code: str, says: str, reader_sees: bool
) -> None:
    tab = dossier_tabs.find(code)
    assert tab is not None

    def rendered(who: Actor) -> str:
        request = RequestFactory().get("/")
        request.actor = who  # type: ignore[attr-defined]
        return tab.render(request, town.party.code)

    assert says in rendered(actor("officer", "990101"))
    assert "科技局台账" in rendered(actor("officer", "990101")) or code == "titles"
    assert (says in rendered(actor("area_liaison", "990101"))) is reader_sees
    assert says not in rendered(actor("officer", "990102"))


def test_tab_of_titles_says_how_many_end(actor: Callable[..., Actor], town: Town) -> None:
    today = timezone.localdate()
    Qualification.objects.update(expires_on=today + timedelta(30))
    request = RequestFactory().get("/")
    request.actor = actor("officer", "990101")  # type: ignore[attr-defined]
    tab = dossier_tabs.find("titles")
    assert tab is not None
    page = tab.render(request, town.party.code)
    assert "1项临期、待发证或已到期" in page
    assert 'class="state state-soon"' in page


def test_trail_has_words_for_every_act() -> None:
    acts = {code for code, name in words.actions() if code == name}
    assert not [code for code in acts if code.partition(".")[0] in PARTS]


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("qualifications", "valid_on=2026-06-01", 1),
        ("qualifications", "valid_on=2027-06-01", 0),
        ("qualifications", "title=hnte&level=national&expires_by=2026-10-16", 1),
        ("properties", "kind=invention&ip_class=I", 1),
        ("properties", "valid_on=2026-06-01", 0),
        ("platforms", "kind=incubator&level=municipal&status=valid", 1),
        ("incubations", "outcome=stays", 1),
        ("people", "kind=expert", 1),
        ("people", "kind=academician", 0),
        ("instruments", "shareable=true", 1),
        ("agreements", "kind=firm_school&valid_on=2026-06-01", 1),
    ],
)
def test_program_lists_what_is_in_reach(
    program: Callable[..., Client], town: Town, path: str, query: str, count: int
) -> None:
    Town("远", "990102")
    body = program("officer", "990101").get(f"/api/v1/{path}?total=true&{query}").json()
    assert body["total"] == count, body


def test_program_reads_records_without_secrets(program: Callable[..., Client], town: Town) -> None:
    call = program("officer", "990101")
    machine = call.get(f"/api/v1/instruments/{town.instrument.code}").json()
    person = call.get(f"/api/v1/people/{town.person.party.code}")
    assert machine["original_value"] == "123.4"
    assert person.json()["organisations"] == [town.party.code]
    assert PHONE not in person.content.decode()
    assert IDENTITY not in person.content.decode()
