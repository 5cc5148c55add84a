"""The verbs of organisations: who may, what is refused, what stays known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.fixtures import Settings

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties import services as parties
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    CellSource,
    Document,
    FormerName,
    Organisation,
    RegionStay,
)
from kechuang.office.registry.provenance import Provenance, here
from kechuang.office.registry.queries.organisations import changeable, find, search, visible
from kechuang.office.registry.services import documents, organisations
from kechuang.office.registry.services.documents import DocumentFacts
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.reference.credit_codes import check_character

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 2)


def credit_code(number: int) -> str:
    first = f"91990101MA{number:07d}"
    return first + check_character(first)


CODE = credit_code(1)
FACTS = OrganisationFacts("示例轴承有限公司", "enterprise", "990101", CODE)
OFFICIAL = Provenance("registration", DAY, "甲字1号")


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def firm(officer: Actor) -> Organisation:
    return organisations.create(officer, FACTS, here())


def words_of(refused: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return refused.value.message_dict


def test_organisation_is_put_in_with_its_party_and_a_line(officer: Actor) -> None:
    facts = OrganisationFacts(
        "　示例（集团）轴承有限公司 ",
        "enterprise",
        "990101",
        CODE.lower(),
        {"industry_code": "c3451"},
    )
    made = organisations.create(officer, facts, here())
    party = made.party
    assert (party.code, party.name, party.kind) == (CODE, "示例（集团）轴承有限公司", "enterprise")
    assert (made.credit_code, made.initials, made.name_key, made.industry_code) == (
        CODE, "sljtzcyxgs", "示例集团轴承", "C3451",
    )  # fmt: skip
    line = AuditEvent.objects.get(action="organisation.create")
    assert (line.subject_kind, line.subject_key, line.party) == ("organisation", CODE, CODE)
    assert line.changes["industry_code"] == [None, "C3451"]
    assert "address" not in line.changes


def test_entity_without_a_code_gets_one_of_ours_and_a_credit_code_later(officer: Actor) -> None:
    names = ("甲合作社", "乙合作社")
    made = [
        organisations.create(officer, OrganisationFacts(name, "enterprise", "990101"), here())
        for name in names
    ]
    assert [each.party.code for each in made] == ["org-000001", "org-000002"]
    organisations.give_code(officer, "org-000001", CODE, here())
    given = Organisation.objects.get(party__code="org-000001")
    assert given.credit_code == CODE
    with pytest.raises(ValidationError) as refused:
        organisations.give_code(officer, "org-000002", CODE, here())
    assert "甲合作社" in words_of(refused)["credit_code"][0]
    with pytest.raises(ValidationError) as refused:
        organisations.give_code(officer, "org-000001", credit_code(2), here())
    assert CODE in words_of(refused)["credit_code"][0]


def test_nobody_types_a_code_of_ours(city: Region) -> None:
    with pytest.raises(ValidationError):
        parties.create(SYSTEM, PartyFacts("org-000009", "丙合作社", "enterprise", "990101"))


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("credit_code", {"credit_code": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}),
        ("credit_code", {"credit_code": CODE[:-1]}),
        ("name", {"name": " "}),
        ("name", {"name": "甲" * 121}),
        ("name", {"name": "甲\x00乙"}),
        ("region", {"region": "000000"}),
        ("industry_code", {"values": {"industry_code": "Z99"}}),
        ("industry_code", {"values": {"industry_code": "A3451"}}),
        ("size_class", {"values": {"size_class": "huge"}}),
        ("founded_on", {"values": {"founded_on": date(2999, 1, 1)}}),
        ("registered_capital", {"values": {"registered_capital": -1}}),
        ("contact_phone", {"values": {"contact_phone": "abc"}}),
        ("parent", {"values": {"parent": "nobody"}}),
        ("address", {"values": {"address": "甲" * 201}}),
        ("nothing", {"values": {"nothing": 1}}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    officer: Actor, field: str, facts: dict[str, Any]
) -> None:
    given = {"name": FACTS.name, "kind": "enterprise", "region": "990101", **facts}
    with pytest.raises(ValidationError) as refused:
        organisations.create(officer, OrganisationFacts(**given), here())
    assert list(words_of(refused)) == [field]
    assert not Organisation.objects.exists()
    assert not Party.objects.filter(kind="enterprise").exists()


def test_known_code_says_which_record_it_is(officer: Actor, firm: Organisation) -> None:
    with pytest.raises(ValidationError) as refused:
        organisations.create(officer, FACTS, here())
    (error,) = refused.value.error_dict["credit_code"]
    assert error.code == organisations.KNOWN
    assert error.params["party"] == CODE  # type: ignore[index]
    assert FACTS.name in words_of(refused)["credit_code"][0]


def test_party_that_is_there_gets_its_dossier(officer: Actor) -> None:
    parties.create(officer, PartyFacts(CODE, FACTS.name, "enterprise", "990101"))
    made = organisations.create(officer, FACTS, here())
    assert Party.objects.filter(code=CODE).count() == 1
    assert made.party.code == CODE


@pytest.mark.parametrize(
    ("field", "name", "region"),
    [("name", "别的公司", "990101"), ("region", FACTS.name, "990102")],
)
def test_party_that_is_there_and_differs_is_told(
    actor: Callable[..., Actor], field: str, name: str, region: str
) -> None:
    whole = actor("officer", "990100")
    parties.create(whole, PartyFacts(CODE, FACTS.name, "enterprise", "990101"))
    with pytest.raises(ValidationError) as refused:
        organisations.create(whole, OrganisationFacts(name, "enterprise", region, CODE), here())
    assert list(words_of(refused)) == [field]


def test_statistics_office_is_no_source(officer: Actor) -> None:
    with pytest.raises(ValidationError) as refused:
        organisations.create(officer, FACTS, Provenance("statistics_office", DAY))
    assert "统计法" in words_of(refused)["source"][0]


@pytest.mark.parametrize(("role", "place"), [("officer", "990102"), ("leader", "990101")])
def test_who_may_not_changes_nothing(
    actor: Callable[..., Actor], firm: Organisation, role: str, place: str
) -> None:
    stranger = actor(role, place)
    acts: list[Callable[[], object]] = [
        lambda: organisations.create(
            stranger, OrganisationFacts("甲", "enterprise", "990101", credit_code(2)), here()
        ),
        lambda: organisations.change(stranger, CODE, {"address": "甲路"}, here()),
        lambda: organisations.rename(stranger, CODE, "甲", DAY),
        lambda: organisations.move(stranger, CODE, "990102", DAY, "迁"),
        lambda: organisations.set_status(stranger, CODE, "closed", DAY, "停"),
        lambda: documents.add_document(
            stranger, CODE, DocumentFacts("other", "甲"), "a.txt", BytesIO(b"a")
        ),
    ]
    for act in acts:
        with pytest.raises(Refusal):
            act()


def test_changed_cell_keeps_where_it_comes_from(officer: Actor, firm: Organisation) -> None:
    statement = Provenance("firm_statement", DAY, "申报1号")
    values = {"address": "甲路1号", "contact_phone": "13800001234", "website": ""}
    changes = organisations.change(officer, CODE, values, statement)
    assert changes == {"address": ("", "甲路1号"), "contact_phone": ("", "138****1234")}
    (source,) = CellSource.objects.filter(field="address")
    assert (source.source, source.rank, source.document, source.as_of, source.confirmed_by) == (
        "firm_statement", 60, "申报1号", DAY, officer.code,
    )  # fmt: skip
    assert set(CellSource.objects.values_list("field", flat=True)) == {"address", "contact_phone"}
    line = AuditEvent.objects.get(action="organisation.change")
    assert line.changes == {"address": ["", "甲路1号"], "contact_phone": ["", "138****1234"]}


def test_nothing_changed_writes_nothing(officer: Actor, firm: Organisation) -> None:
    assert organisations.change(officer, CODE, {"address": ""}, here()) == {}
    assert not AuditEvent.objects.filter(action="organisation.change").exists()
    assert not CellSource.objects.exists()


def test_official_cell_is_replaced_by_a_list_only(officer: Actor) -> None:
    facts = OrganisationFacts(
        FACTS.name, "enterprise", "990101", CODE, {"address": "甲路1号", "founded_on": DAY}
    )
    organisations.create(officer, facts, OFFICIAL)
    with pytest.raises(ValidationError) as refused:
        organisations.change(officer, CODE, {"address": "乙路"}, here())
    assert "市场监管登记" in words_of(refused)["address"][0]
    organisations.change(officer, CODE, {"website": "https://example.org"}, here())
    organisations.change(officer, CODE, {"address": "丙路"}, OFFICIAL)
    assert Organisation.objects.get(party__code=CODE).address == "丙路"


def test_kind_changes_with_the_kind_of_the_party(officer: Actor, firm: Organisation) -> None:
    organisations.change(officer, CODE, {"kind": "institute"}, here())
    firm.refresh_from_db()
    assert (firm.kind, Party.objects.get(code=CODE).kind) == ("institute", "institution")


def test_organisation_is_not_above_itself(officer: Actor, firm: Organisation) -> None:
    other = organisations.create(
        officer, OrganisationFacts("子公司", "enterprise", "990101", credit_code(2)), here()
    )
    organisations.change(officer, other.party.code, {"parent": CODE}, here())
    for code, parent in ((CODE, CODE), (CODE, other.party.code)):
        with pytest.raises(ValidationError) as refused:
            organisations.change(officer, code, {"parent": parent}, here())
        assert "下级" in words_of(refused)["parent"][0]


def test_old_name_stays_findable(officer: Actor, firm: Organisation) -> None:
    organisations.rename(officer, CODE, "新例轴承有限公司", DAY, "准变字1号")
    firm.refresh_from_db()
    assert (firm.party.name, firm.initials, firm.name_key) == (
        "新例轴承有限公司", "xlzcyxgs", "新例轴承",
    )  # fmt: skip
    former = FormerName.objects.get()
    assert (former.name, former.until, former.document) == (FACTS.name, DAY, "准变字1号")
    assert [each.pk for each in search(visible(officer), "示例")] == [firm.pk]
    line = AuditEvent.objects.get(action="organisation.rename")
    assert line.changes["name"] == [FACTS.name, "新例轴承有限公司"]
    organisations.rename(officer, CODE, FACTS.name, DAY + timedelta(days=1))
    organisations.rename(officer, CODE, "新例轴承有限公司", DAY + timedelta(days=2))
    assert FormerName.objects.filter(name=FACTS.name).get().until == DAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("name", "until", "field"),
    [(FACTS.name, DAY, "name"), ("新名", date(2999, 1, 1), "until"), ("", DAY, "name")],
)
def test_renaming_that_cannot_be(
    officer: Actor, firm: Organisation, name: str, until: date, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        organisations.rename(officer, CODE, name, until)
    assert list(words_of(refused)) == [field]
    assert not FormerName.objects.exists()


def test_where_it_was_stays_known(actor: Callable[..., Actor]) -> None:
    whole = actor("officer", "990100")
    organisations.create(whole, FACTS, here())
    organisations.move(whole, CODE, "990102", DAY, "迁入园区")
    organisations.move(whole, CODE, "990101", DAY + timedelta(days=9), "迁回")
    stays = RegionStay.objects.order_by("pk")
    assert [(each.region.code, each.since, each.until, each.reason) for each in stays] == [
        ("990101", None, DAY, "迁入园区"),
        ("990102", DAY, DAY + timedelta(days=9), "迁回"),
    ]
    assert Party.objects.get(code=CODE).region.code == "990101"
    line = AuditEvent.objects.filter(action="organisation.move").latest("sequence")
    assert line.region == "/990000/990100/990101/"
    assert line.changes["region"] == ["乙区", "甲县"]


def test_moving_reaches_both_regions(officer: Actor, firm: Organisation) -> None:
    with pytest.raises(Refusal):
        organisations.move(officer, CODE, "990102", DAY, "迁")
    assert not RegionStay.objects.exists()


@pytest.mark.parametrize(
    ("region", "day", "reason", "field"),
    [
        ("990101", DAY, "迁", "region"),
        ("000000", DAY, "迁", "region"),
        ("990102", date(2999, 1, 1), "迁", "on"),
        ("990102", DAY, " ", "reason"),
    ],
)
def test_moving_that_cannot_be(
    actor: Callable[..., Actor], region: str, day: date, reason: str, field: str
) -> None:
    whole = actor("officer", "990100")
    organisations.create(whole, FACTS, here())
    with pytest.raises(ValidationError) as refused:
        organisations.move(whole, CODE, region, day, reason)
    assert list(words_of(refused)) == [field]


def test_party_changed_elsewhere_keeps_the_dossier_in_step(actor: Callable[..., Actor]) -> None:
    whole = actor("officer", "990100")
    made = organisations.create(whole, FACTS, here())
    parties.change(whole, CODE, PartyFacts(CODE, "另名有限公司", "enterprise", "990102"))
    made.refresh_from_db()
    assert (made.initials, made.name_key) == ("lmyxgs", "另名")
    assert FormerName.objects.get().name == FACTS.name
    stay = RegionStay.objects.get()
    assert (stay.region.code, stay.until) == ("990101", timezone.localdate())
    with pytest.raises(ValidationError):
        parties.change(whole, CODE, PartyFacts(CODE, "另名有限公司", "person", "990102"))


def test_status_has_its_day_and_reason(officer: Actor, firm: Organisation) -> None:
    organisations.set_status(officer, CODE, "deregistered", DAY, "公告注销")
    firm.refresh_from_db()
    assert (firm.status, firm.status_since) == ("deregistered", DAY)
    line = AuditEvent.objects.get(action="organisation.status")
    assert line.reason == "公告注销"
    for status, since in (("deregistered", DAY), ("gone", DAY), ("active", date(2999, 1, 1))):
        with pytest.raises(ValidationError):
            organisations.set_status(officer, CODE, status, since, "")


def test_tag_goes_only_where_it_is_not_yet(officer: Actor, actor: Callable[..., Actor]) -> None:
    codes = []
    for number, region in ((1, "990101"), (2, "990101"), (3, "990102")):
        facts = OrganisationFacts(f"甲{number}", "enterprise", region, credit_code(number))
        organisations.create(SYSTEM, facts, here())
        codes.append(credit_code(number))
    tag = organisations.add_tag(officer, "　重点 ")
    assert organisations.add_tag(officer, "重点") == tag
    assert organisations.set_tags(officer, codes[:1], tag, on=True) == 1
    rows = changeable(officer).filter(party__code__in=codes)
    assert organisations.tag_effect(rows, tag, on=True).count() == 1
    assert organisations.set_tags(officer, codes, tag, on=True) == 1
    assert organisations.set_tags(officer, codes, tag, on=True) == 0
    assert tag.organisation_set.count() == 2  # type: ignore[attr-defined]
    assert organisations.set_tags(officer, codes, tag, on=False) == 2
    assert AuditEvent.objects.filter(action="organisation.tag").count() == 4
    with pytest.raises(Refusal):
        organisations.set_tags(actor("officer", "990102"), codes, tag, on=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("轴承", True),
        ("示例", True),
        ("ｓｌｚｃ", True),
        ("SLZC", True),
        ("zc", False),
        (CODE[:6], True),
        (CODE.lower(), True),
        ("9", True),
        ("s", False),
        ("不在", False),
    ],
)
def test_search_finds_names_codes_and_initials(
    officer: Actor, firm: Organisation, text: str, found: bool
) -> None:
    assert [each.pk for each in search(visible(officer), text)] == ([firm.pk] if found else [])
    assert [hit.name for hit in find(officer, text, 5)] == ([FACTS.name] if found else [])


def test_credit_code_given_later_is_found(officer: Actor) -> None:
    organisations.create(officer, OrganisationFacts("甲社", "enterprise", "990101"), here())
    organisations.give_code(officer, "org-000001", CODE, here())
    for text in (CODE, "org-000001", "ORG-0000"):
        assert [hit.name for hit in find(officer, text, 5)] == ["甲社"]


def test_document_comes_in_checked_and_is_withdrawn_with_a_reason(
    officer: Actor, firm: Organisation, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    facts = DocumentFacts("licence", "营业执照", DAY)
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    kept = documents.add_document(officer, CODE, facts, "执照.png", BytesIO(png))
    assert (kept.file.party, kept.file.size, kept.added_name) == (CODE, 28, officer.name)
    with pytest.raises(ValidationError):
        documents.withdraw_document(officer, kept, " ")
    documents.withdraw_document(officer, kept, "换新照")
    assert Document.objects.get().withdrawn_reason == "换新照"
    with pytest.raises(ValidationError):
        documents.withdraw_document(officer, kept, "再次")
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"document.add", "document.withdraw", "file.store"} <= actions


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("表.exe", b"MZ"),
        ("照.png", b"%PDF-1.4"),
        ("空.pdf", b""),
        ("秘密★.png", b"\x89PNG\r\n\x1a\n0"),
    ],
)
def test_document_that_must_not_come_in(
    officer: Actor, firm: Organisation, name: str, content: bytes
) -> None:
    with pytest.raises(ValidationError) as refused:
        documents.add_document(officer, CODE, DocumentFacts("other", "甲"), name, BytesIO(content))
    assert list(words_of(refused)) == ["file"]
    assert not Document.objects.exists()
    assert AuditEvent.objects.filter(action="upload.refused").count() == 1
