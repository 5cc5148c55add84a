"""A proposal of an enterprise becomes data when an officer accepts it, and not before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from office_writes import assert_audited

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Notice, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.uploads import Incoming
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import CellCorrection, Organisation, Proposal, YearlyFact
from kechuang.office.registry.proposing import proposable, told
from kechuang.office.registry.queries.proposals import current
from kechuang.office.registry.services.proposals import (
    Late,
    Wish,
    decide,
    propose,
    withdraw,
)

CODE = "91990101MA00000019"
DAY = date(2026, 1, 2)
BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": DAY, "document": "台账1号"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@pytest.fixture
def firm(city: Region) -> Organisation:
    party = Party.objects.create(
        code=CODE, name="示例轴承厂", kind="enterprise", region=Region.objects.get(code="990101")
    )
    return Organisation.objects.create(
        party=party, kind="enterprise", address="甲路1号", contact_phone="13800001234", **BUREAU
    )


@pytest.fixture
def owner(firm: Organisation, person: Callable[..., Membership]) -> Membership:
    return person("enterprise_user", "990101", party=CODE, name="李四")


@pytest.fixture
def mine(owner: Membership) -> Actor:
    return actor_of(owner)


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101", name="王五"))


def fact(firm: Organisation, **values: Any) -> YearlyFact:
    row = {"year": 2024, **BUREAU, **values}
    return YearlyFact.objects.create(party=firm.party, **row)


ADDRESS = Wish("organisation:address", 0, "乙路2号", "去年迁址")
REVENUE = Wish("yearly:revenue", 2024, "1,284.5", "单位写成了元")


def now_of(firm: Organisation, wish: Wish) -> str:
    return current(Organisation.objects.get(pk=firm.pk), proposable()[wish.cell], wish.year).text


# --- proposing


def test_a_proposal_changes_nothing_yet_and_tells_the_officers(
    firm: Organisation, mine: Actor, officer: Actor, person: Callable[..., Membership]
) -> None:
    far, above = person("officer", "990102").user, person("officer", "990100").user
    proposal = assert_audited(lambda: propose(mine, CODE, ADDRESS))
    firm.refresh_from_db()
    assert (firm.address, proposal.before, proposal.after) == ("甲路1号", "甲路1号", "乙路2号")
    told = list(Notice.objects.values_list("to", "text"))
    assert told == [(officer.code, "示例轴承厂提出更正“地址”，请受理。")]
    assert {far.username, above.username}.isdisjoint({to for to, _text in told})


def test_officers_of_the_city_are_told_where_the_county_has_none(
    firm: Organisation, mine: Actor, person: Callable[..., Membership]
) -> None:
    above = person("officer", "990100").user
    propose(mine, CODE, ADDRESS)
    assert list(Notice.objects.values_list("to", flat=True)) == [above.username]


@pytest.mark.parametrize(
    ("wish", "field", "message"),
    [
        (Wish("organisation:name", 0, "新名", "更名"), "cell", "不能提出更正"),
        (Wish("organisation:credit_code", 0, "x", "错"), "cell", "不能提出更正"),
        (Wish("yearly:revenue", 0, "1", "错"), "year", "年度应在"),
        (Wish("yearly:revenue", 2999, "1", "错"), "year", "年度应在"),
        (Wish("organisation:address", 2024, "1", "错"), "year", "年度应在"),
        (Wish("yearly:revenue", 2024, "一千", "错"), "value", "不是数"),
        (Wish("yearly:rd_staff", 2024, "-3", "错"), "value", "负|小于"),
        (Wish("yearly:revenue", 2024, "", "错"), "value", "没有写出值"),
        (Wish("organisation:industry_code", 0, "9999999", "错"), "value", "不是国民经济行业代码"),
        (Wish("organisation:size_class", 0, "巨型", "错"), "value", "巨型"),
        (Wish("organisation:founded_on", 0, "2026-13-01", "错"), "value", "2026-13-01"),
        (Wish("organisation:address", 0, "甲路1号", "错"), "value", "与现在的值相同"),
        (Wish("organisation:address", 0, "乙路", "  "), "reason", "请写明"),
        (Wish("organisation:address", 0, "乙路", "长" * 301), "reason", "最多300"),
    ],
)
def test_what_cannot_be_proposed(
    firm: Organisation, mine: Actor, wish: Wish, field: str, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        propose(mine, CODE, wish)
    assert list(caught.value.message_dict) == [field]
    assert caught.match(message)
    assert not Proposal.objects.exists()


def test_official_data_are_corrected_where_they_come_from(firm: Organisation, mine: Actor) -> None:
    fact(firm, revenue=100, source="official_list", rank=20, document="冀科〔2025〕3号")
    with pytest.raises(ValidationError) as caught:
        propose(mine, CODE, REVENUE)
    (words,) = caught.value.message_dict["cell"]
    assert "主管部门名单（来函）”（冀科〔2025〕3号），截至2026-01-02" in words
    assert "请向发布名单的主管部门申请更正" in words


def test_one_open_proposal_for_a_cell(firm: Organisation, mine: Actor) -> None:
    first = propose(mine, CODE, ADDRESS)
    with pytest.raises(ValidationError, match="已有一份待受理"):
        propose(mine, CODE, Wish("organisation:address", 0, "丙路3号", "又错了"))
    propose(mine, CODE, REVENUE)
    withdraw(mine, first)
    propose(mine, CODE, ADDRESS)
    assert Proposal.objects.filter(state="proposed").count() == 2


def test_evidence_is_checked_and_belongs_to_the_firm(firm: Organisation, mine: Actor) -> None:
    with pytest.raises(ValidationError) as caught:
        propose(mine, CODE, ADDRESS, Incoming("证明.pdf", BytesIO(b"MZ not a pdf")))
    assert list(caught.value.message_dict) == ["evidence"]
    assert (Proposal.objects.count(), StoredFile.objects.count()) == (0, 0)
    proposal = propose(mine, CODE, ADDRESS, Incoming("证明.png", BytesIO(PNG)))
    stored = proposal.evidence
    assert stored is not None
    assert (stored.name, stored.party, stored.region) == (
        "证明.png", CODE, "/990000/990100/990101/",
    )  # fmt: skip


def test_only_the_firm_itself_proposes(
    firm: Organisation, officer: Actor, person: Callable[..., Membership]
) -> None:
    other = Party.objects.create(
        code="other", name="别家", kind="enterprise", region=firm.party.region
    )
    stranger = actor_of(person("enterprise_user", "990101", party=other.code))
    for actor in (officer, stranger):
        with pytest.raises(Refusal):
            propose(actor, CODE, ADDRESS)


def test_telephone_is_neither_in_the_trail_nor_plain_in_the_database(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    wish = Wish("organisation:contact_phone", 0, "13911112222", "换号")
    proposal = propose(mine, CODE, wish)
    decide(officer, proposal, "accept")
    firm.refresh_from_db()
    assert firm.contact_phone == "13911112222"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_proposal")
        kept = str(cursor.fetchall())
    trail = str(list(AuditEvent.objects.values()))
    assert not any(number in kept + trail for number in ("13911112222", "13800001234"))
    assert "139****2222" in trail


# --- deciding


def test_accepted_proposal_becomes_what_the_firm_states(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    proposal = propose(mine, CODE, REVENUE)
    done = assert_audited(lambda: decide(officer, proposal, "accept", "已核对审计报告", ""))
    row = YearlyFact.objects.get()
    assert (row.source, row.year, row.revenue, row.document, row.confirmed_by) == (  # type: ignore[attr-defined]
        "firm_statement", 2024, 1284_5000_00, f"更正申请第{proposal.pk}号", officer.code,
    )  # fmt: skip
    assert (done.state, done.answer, done.decided_name) == ("accepted", "已核对审计报告", "王五")
    notice = Notice.objects.get(to=mine.code)
    assert (notice.text, notice.url) == (
        "您提出的更正“2024年营业收入（万元）”已采纳。", f"/registry/proposals/{proposal.pk}/",
    )  # fmt: skip


def test_accepted_value_of_the_record_itself_keeps_its_source(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    decide(officer, propose(mine, CODE, ADDRESS), "accept")
    firm.refresh_from_db()
    cell = firm.party.cellsource_set.get()  # type: ignore[attr-defined]
    assert (firm.address, cell.field, cell.source) == ("乙路2号", "address", "firm_statement")


@pytest.mark.parametrize(("verdict", "counts"), [("accept", "50"), ("correct", "1284.5")])
def test_better_source_goes_on_counting_unless_the_cell_is_corrected(
    firm: Organisation, mine: Actor, officer: Actor, verdict: Any, counts: str
) -> None:
    fact(firm, revenue=50_0000_00, source="audited_accounts", rank=30)
    decide(officer, propose(mine, CODE, REVENUE), verdict)
    assert now_of(firm, REVENUE) == counts
    assert CellCorrection.objects.count() == (verdict == "correct")


def test_refusal_needs_an_answer_and_changes_nothing(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    proposal = propose(mine, CODE, ADDRESS)
    with pytest.raises(ValidationError, match="为什么不采纳"):
        decide(officer, proposal, "refuse", "  ")
    done = decide(officer, proposal, "refuse", "请先办变更登记")
    firm.refresh_from_db()
    assert (firm.address, done.state, done.answer) == ("甲路1号", "refused", "请先办变更登记")


def test_value_that_changed_after_the_page_was_made(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    proposal = propose(mine, CODE, ADDRESS)
    Organisation.objects.update(address="丙路3号")
    with pytest.raises(Late, match="丙路3号"):
        decide(officer, proposal, "accept", seen="甲路1号")
    assert Proposal.objects.get().state == "proposed"
    decide(officer, proposal, "accept", seen="丙路3号")
    firm.refresh_from_db()
    assert firm.address == "乙路2号"


def test_value_that_another_body_keeps_by_now(
    firm: Organisation, mine: Actor, officer: Actor
) -> None:
    proposal = propose(mine, CODE, REVENUE)
    fact(firm, revenue=7, source="certificate", rank=10)
    with pytest.raises(ValidationError, match="由原部门管理"):
        decide(officer, proposal, "accept")
    decide(officer, proposal, "refuse", "请向发证机关更正")


def test_nobody_decides_twice(firm: Organisation, mine: Actor, officer: Actor) -> None:
    proposal = propose(mine, CODE, ADDRESS)
    withdraw(mine, proposal)
    with pytest.raises(Late, match="已撤回"):
        decide(officer, proposal, "accept")
    with pytest.raises(Late, match="李四"):
        withdraw(mine, proposal)


def test_officer_of_another_county_does_not_decide(
    firm: Organisation, mine: Actor, person: Callable[..., Membership]
) -> None:
    proposal = propose(mine, CODE, ADDRESS)
    for actor in (actor_of(person("officer", "990102")), mine):
        with pytest.raises(Refusal):
            decide(actor, proposal, "accept")


FACTS = [cell for cell in proposable().values() if cell.table != "organisation"]


@pytest.mark.parametrize("cell", FACTS, ids=lambda cell: cell.code)
def test_every_value_that_is_told_is_read_back(cell: Any) -> None:
    """Written in the field's own unit, by its options, as yes and no, as a date."""
    examples: dict[str, list[Any]] = {
        "money": [123_456_700, -1_00], "count": [0, 12], "number": [10**cell.field.places, 5],
        "boolean": [True, False], "date": [DAY], "text": ["字"], "code": ["A1"],
        "choice": list(cell.field.options),
    }  # fmt: skip
    for value in examples[cell.field.type]:
        assert cell.read(told(cell.field, value), Organisation()) == value


# --- pages


def browser_of(held: Membership) -> Client:
    client = Client()
    client.force_login(held.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_firm_proposes_and_officer_accepts_by_the_pages(
    firm: Organisation, owner: Membership, person: Callable[..., Membership]
) -> None:
    fact(firm, revenue=50_0000_00, source="audited_accounts", rank=30)
    page, desk = browser_of(owner), browser_of(person("officer", "990101", name="王五"))
    chosen = page.get(f"/registry/propose/{CODE}/")
    link = f"/registry/propose/{CODE}/?cell=yearly:revenue&amp;year=2024"
    assert link in chosen.content.decode()
    address = link.replace("&amp;", "&")
    assert "现在的值" in page.get(address).content.decode()
    wrong = page.post(address, {"value": "很多", "reason": "错"})
    assert "不是数" in wrong.content.decode()
    file = SimpleUploadedFile("证明.png", PNG, "image/png")
    sent = page.post(address, {"value": "60", "reason": "漏报", "evidence": file}, follow=True)
    proposal = Proposal.objects.get()
    assert sent.redirect_chain[-1][0] == f"/registry/proposals/{proposal.pk}/"
    told = desk.get(f"/registry/proposals/{proposal.pk}/").content.decode()
    assert "采纳后仍以它为准" in told
    assert "证明.png" in told
    form = {"verdict": "refuse", "seen": "50", "answer": ""}
    asked = desk.post(f"/registry/proposals/{proposal.pk}/decide/", form)
    assert "为什么不采纳" in asked.content.decode()
    form = {"verdict": "correct", "seen": "50", "answer": "同意"}
    done = desk.post(f"/registry/proposals/{proposal.pk}/decide/", form, follow=True)
    assert "已采纳，已通知李四" in done.content.decode()
    assert "同意" in page.get(f"/registry/proposals/{proposal.pk}/").content.decode()
    assert now_of(firm, REVENUE) == "60"


def test_page_of_official_data_says_whom_to_ask(firm: Organisation, owner: Membership) -> None:
    fact(firm, revenue=1, source="official_list", rank=20)
    address = f"/registry/propose/{CODE}/?cell=yearly:revenue&year=2024"
    told = browser_of(owner).get(address).content.decode()
    assert "请向发布名单的主管部门申请更正" in told
    assert 'name="value"' not in told


def test_firm_withdraws_by_the_page(firm: Organisation, owner: Membership) -> None:
    proposal = propose(actor_of(owner), CODE, ADDRESS)
    page = browser_of(owner)
    assert "撤回申请" in page.get(f"/registry/proposals/{proposal.pk}/").content.decode()
    page.post(f"/registry/proposals/{proposal.pk}/withdraw/")
    assert Proposal.objects.get().state == "withdrawn"
    again = page.post(f"/registry/proposals/{proposal.pk}/withdraw/", follow=True)
    assert "已由李四处理" in again.content.decode()


# --- beside the values of the dossier


DOSSIER = f"/registry/organisations/of/{CODE}/"


def test_firm_finds_the_way_beside_each_value_of_its_dossier(
    firm: Organisation, owner: Membership
) -> None:
    fact(firm, year=2025, revenue=50_0000_00)
    fact(firm, year=2024, revenue=1, source="official_list", rank=20)
    page = browser_of(owner)
    basic = page.get(DOSSIER).content.decode()
    start = f'<a class="beside" href="/registry/propose/{CODE}/?cell='
    assert f'{start}organisation%3Aaddress">申请更正<span class="unseen"> 地址</span>' in basic
    assert f"{start}organisation%3Aname" not in basic
    assert f"{start}organisation%3Acredit_code" not in basic
    assert f'<a class="button button-small" href="/registry/propose/{CODE}/">' in basic
    facts = page.get(DOSSIER + "?tab=facts").content.decode()
    assert f'{start}yearly%3Arevenue&amp;year=2025">申请更正' in facts
    assert f'{start}yearly%3Arevenue&amp;year=2024">由原部门管理，怎样更正' in facts
    year = page.get(f"/registry/facts/{CODE}/2025/").content.decode()
    assert f'{start}yearly%3Atotal_assets&amp;year=2025">申请更正' in year


def test_link_beside_a_value_opens_the_form_of_that_value(
    firm: Organisation, owner: Membership
) -> None:
    page = browser_of(owner)
    basic = page.get(DOSSIER).content.decode()
    address = re.search(r'<a class="beside" href="([^"]*address[^"]*)"', basic)
    assert address is not None
    form = page.get(unescape(address[1])).context["form"]
    assert (form.cell.code, form.initial["value"]) == ("organisation:address", "甲路1号")


@pytest.mark.parametrize("role", ["enterprise_user", "officer", "reviewer"])
def test_open_proposal_is_told_beside_its_value(
    firm: Organisation, owner: Membership, person: Callable[..., Membership], role: str
) -> None:
    proposal = propose(actor_of(owner), CODE, ADDRESS)
    held = owner if role == "enterprise_user" else person(role, "990101")
    told = f'href="/registry/proposals/{proposal.pk}/"><span class="state state-todo">'
    page = browser_of(held).get(DOSSIER).content.decode()
    assert page.count(told) == 1
    assert page.count('class="beside"') == (9 if role == "enterprise_user" else 1)
    withdraw(actor_of(owner), proposal)
    assert told not in browser_of(held).get(DOSSIER).content.decode()


@pytest.mark.parametrize("role", ["finance_officer", "leader"])
def test_who_may_not_see_proposals_sees_no_mark(
    firm: Organisation, mine: Actor, person: Callable[..., Membership], role: str
) -> None:
    propose(mine, CODE, ADDRESS)
    page = browser_of(person(role, "990101")).get(DOSSIER).content.decode()
    assert "beside" not in page


# --- telephones


PHONE = Wish("organisation:contact_phone", 0, "13911112222", "换号")


def test_telephones_of_a_proposal_are_revealed_for_a_reason(
    firm: Organisation, mine: Actor, person: Callable[..., Membership]
) -> None:
    proposal = propose(mine, CODE, PHONE)
    held = person("officer", "990101", name="王五")
    desk = browser_of(held)
    shown = desk.get(f"/registry/proposals/{proposal.pk}/").content.decode()
    assert "138****1234" in shown
    assert "139****2222" in shown
    for name, number in (("before", "13800001234"), ("after", "13911112222")):
        address = f"/reveal/proposal-{name}/{proposal.pk}/"
        assert address in shown
        assert number not in shown + desk.get(address).content.decode()
        assert number not in desk.post(address, {"reason": "看"}).content.decode()
        assert number in desk.post(address, {"reason": "打电话核实"}).content.decode()
        line = AuditEvent.objects.get(action="secret.reveal", subject_name=name)
        assert (line.subject_kind, line.subject_key, line.reason, line.actor_code) == (
            "proposal", str(proposal.pk), "打电话核实", held.user.username,
        )  # fmt: skip
        assert number not in str(AuditEvent.objects.filter(sequence=line.sequence).values())


def test_telephones_of_a_proposal_are_within_reach_only(
    firm: Organisation, mine: Actor, owner: Membership, person: Callable[..., Membership]
) -> None:
    phone, plain = propose(mine, CODE, PHONE), propose(mine, CODE, ADDRESS)
    desk, far = browser_of(person("officer", "990101")), browser_of(person("officer", "990102"))
    address = f"/reveal/proposal-after/{phone.pk}/"
    assert far.get(address).status_code == 404
    assert browser_of(owner).get(address).status_code == 403
    assert desk.get(f"/reveal/proposal-after/{plain.pk}/").status_code == 404
    assert desk.get("/reveal/proposal-after/x/").status_code == 404
    assert "reveal" not in desk.get(f"/registry/proposals/{plain.pk}/").content.decode()


def test_page_of_a_telephone_is_decided_without_holding_it(
    firm: Organisation, mine: Actor, person: Callable[..., Membership]
) -> None:
    proposal = propose(mine, CODE, PHONE)
    desk = browser_of(person("officer", "990101"))
    page = desk.get(f"/registry/proposals/{proposal.pk}/")
    seen = page.context["form"].initial["seen"]
    assert seen == "138****1234"
    Organisation.objects.filter(pk=firm.pk).update(contact_phone="13700009999")
    address = f"/registry/proposals/{proposal.pk}/decide/"
    late = desk.post(address, {"verdict": "accept", "seen": seen}, follow=True)
    assert "已变为“137****9999”" in late.content.decode()
    desk.post(address, {"verdict": "accept", "seen": "137****9999"})
    firm.refresh_from_db()
    assert firm.contact_phone == "13911112222"
