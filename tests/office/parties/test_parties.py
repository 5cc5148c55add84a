"""Parties: who may put one in and change one, where, and with which code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.slots import SourceRef, open_source
from kechuang.office.parties import queries, services
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts
from kechuang.office.regions.models import Region
from kechuang.reference.credit_codes import check_character

pytestmark = pytest.mark.django_db

FIRST = "91990101MA0000001"
CODE = FIRST + check_character(FIRST)
FACTS = PartyFacts(CODE, "示例机械有限公司", "enterprise", "990101")


def test_party_is_put_in_with_a_line_in_the_trail(actor: Callable[..., Actor]) -> None:
    services.create(actor("officer", "990101"), FACTS)
    line = AuditEvent.objects.get(action="party.create")
    assert (line.subject_key, line.region, line.changes) == (
        CODE,
        "/990000/990100/990101/",
        {
            "name": [None, "示例机械有限公司"],
            "kind": [None, "enterprise"],
            "region": [None, "990101"],
        },
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "enterprise"),
        (CODE[:-1], "enterprise"),
        ("bureau-1", "enterprise"),
        ("99010119900101001X", "person"),
        ("a b", "department"),
        ("ab", "department"),
    ],
    ids=["check digit", "short", "no credit code", "identity number", "space", "two letters"],
)
def test_code_of_the_wrong_shape_is_refused(city: Region, code: str, kind: str) -> None:
    before = Party.objects.count()
    with pytest.raises(ValidationError) as refused:
        services.create(SYSTEM, PartyFacts(code, "某单位", kind, "990101"))
    assert list(refused.value.message_dict) == ["code"]
    assert Party.objects.count() == before


def test_code_is_taken_once(city: Region) -> None:
    services.create(SYSTEM, FACTS)
    with pytest.raises(ValidationError) as refused:
        services.create(SYSTEM, FACTS)
    assert "示例机械有限公司" in refused.value.message_dict["code"][0]


def test_officer_of_a_county_puts_nothing_into_another(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal) as refused:
        services.create(actor("officer", "990102"), FACTS)
    assert refused.value.why.reason == "outside"


def test_party_moves_only_where_the_actor_reaches(actor: Callable[..., Actor]) -> None:
    county, whole = actor("officer", "990101"), actor("officer", "990100")
    services.create(county, FACTS)
    moved = PartyFacts(CODE, FACTS.name, FACTS.kind, "990102")
    with pytest.raises(Refusal):
        services.change(county, CODE, moved)
    assert Party.objects.get(code=CODE).region.code == "990101"
    assert services.change(whole, CODE, moved) == {"region": ("990101", "990102")}


def test_unchanged_party_leaves_no_line(city: Region) -> None:
    services.create(SYSTEM, FACTS)
    assert services.change(SYSTEM, CODE, FACTS) == {}
    assert not AuditEvent.objects.filter(action="party.change").exists()


def test_many_at_once_are_all_put_in_or_none(city: Region) -> None:
    before = Party.objects.count()
    with pytest.raises(ValidationError):
        services.create_all(SYSTEM, [FACTS, PartyFacts("x", "某单位", "department", "990101")])
    assert Party.objects.count() == before
    assert services.create_all(SYSTEM, [FACTS]) == 1
    assert AuditEvent.objects.get(action="party.create_all").changes == {"parties": [0, 1]}


def test_search_finds_only_what_the_actor_reaches(actor: Callable[..., Actor]) -> None:
    services.create(SYSTEM, FACTS)

    def found(someone: Actor, text: str) -> list[str]:
        return [hit.name for hit in queries.find(someone, text, 5)]

    assert found(actor("officer", "990101"), "机械") == ["示例机械有限公司"]
    assert found(actor("officer", "990101"), CODE.lower()) == ["示例机械有限公司"]
    assert found(actor("officer", "990102"), "机械") == []


def test_source_opens_for_whom_it_may(actor: Callable[..., Actor]) -> None:
    services.create(SYSTEM, FACTS)
    source = SourceRef("party", CODE)
    assert open_source(actor("officer", "990101"), source) == f"/parties/of/{CODE}/"
    assert open_source(actor("officer", "990102"), source) is None


def test_record_outside_the_reach_is_not_found(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990102")
    services.create(SYSTEM, FACTS)
    assert client.get(f"/parties/of/{CODE}/").status_code == 404
    assert client.get(f"/parties/of/{CODE}/change/").status_code == 404


def test_form_takes_a_code_as_it_is_typed_and_says_what_happened(
    signed_in: Callable[..., Client],
) -> None:
    typed = {
        "kind": "enterprise",
        "code": f" {CODE.lower()} ",
        "name": FACTS.name,
        "region": "990101",
    }
    response = signed_in("officer", "990101").post("/parties/new/", typed, follow=True)
    assert response.redirect_chain == [(f"/parties/of/{CODE}/", 302)]
    assert "已新增“示例机械有限公司”" in response.content.decode()


def test_form_offers_only_regions_in_reach(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990101")
    offered = client.get("/parties/new/").context["form"].fields["region"].queryset
    assert [region.code for region in offered] == ["990101"]


def test_mistake_keeps_what_was_typed(signed_in: Callable[..., Client]) -> None:
    typed = {"kind": "enterprise", "code": "123", "name": "某厂", "region": "990101"}
    page = signed_in("officer", "990101").post("/parties/new/", typed).content.decode()
    assert ('value="某厂"' in page, "不是统一社会信用代码" in page) == (True, True)


def test_list_does_not_ask_more_for_more_rows(
    signed_in: Callable[..., Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = signed_in("officer", "990100")
    services.create_all(
        SYSTEM,
        [
            PartyFacts(f"unit-{number:03}", f"单位{number}", "department", "990101")
            for number in range(60)
        ],
    )
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        page = client.get("/parties/").content.decode()
    assert page.count("/parties/of/unit-") >= 40


def test_list_is_searched_by_words(signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990100")
    services.create(SYSTEM, FACTS)
    page = client.get("/parties/", {"q": "机械"}).content.decode()
    assert 'id="list-q"' in page
    assert page.count("/parties/of/") == 1
