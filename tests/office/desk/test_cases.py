"""Typical cases: claims found in a text, what must be there before one may be used, the pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_records import firm

from kechuang.office.desk.claiming.claims import claims
from kechuang.office.desk.models import Case, CaseProof
from kechuang.office.desk.queries.cases import whole
from kechuang.office.desk.services import cases
from kechuang.office.desk.services.cases import ProofFacts
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import merge_rules
from kechuang.office.regions.models import Region
from kechuang.office.registry.services.documents import DocumentFacts, add_document

DAY: Final = date(2026, 6, 1)
PNG: Final = b"\x89PNG\r\n\x1a\n0"
PROOF: Final = ProofFacts("科技查新报告", "示例查新站 2026-01", DAY)


# --- claims


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("建成全省首家轴承中试基地。", [("首家", "全省")]),
        ("产品国内唯一，市场占有率全国第一。", [("唯一", "国内"), ("第一", "全国")]),
        ("技术达到国际先进水平，填补国内空白。", [("国际先进", ""), ("填补国内空白", "")]),
        ("行业龙头企业", [("龙头", "行业")]),
        ("第一季度产值增长5%，第一产业平稳。", []),
        ("第一完成人为王某，首批次产品交付。", []),
        ("最大限度降低能耗，最高不超过50万元。", []),
        ("全国规模最大", [("最大", "全国")]),
        ("新增销售收入1.2亿元。", []),
        ("", []),
    ],
)
def test_claims_are_found_with_their_scope(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.word, each.scope) for each in claims(text)] == found


def test_a_claim_shows_its_clause_and_place() -> None:
    text = "轴承可靠，全省首家通过认证；已用三年。"
    claim = claims(text)[0]
    assert claim.clause == "全省首家通过认证"
    assert text[claim.start :].startswith("首家")


@settings(max_examples=30)
@given(st.text("全国省首家唯一第最大批产业，。；\n x", max_size=60))
def test_every_claim_stands_where_it_says(text: str) -> None:
    for claim in claims(text):
        assert text[claim.start :].startswith(claim.word)
        assert claim.word in claim.clause


# --- from a draft to use


def values(**more: Any) -> dict[str, Any]:
    return {
        "title": "轴承企业的中试之路", "theme": "research", "year": 2026, "background": "",
        "practice": "与示例大学共建中试基地。", "effect": "新增销售收入1,200万元。",
        "region": Region.objects.get(code="990101"), "party": None, **more,
    }  # fmt: skip


@pytest.fixture
def officer(city: object, actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


def figure(actor: Actor, case: Case) -> None:
    cases.add_figure(actor, case, "新增销售收入", Decimal("1200"), "万元", "审计报告", DAY)


def file() -> tuple[str, io.BytesIO]:
    return "查新.png", io.BytesIO(PNG)


@pytest.mark.django_db
def test_a_case_needs_a_figure_proof_and_a_source_for_each_claim(officer: Actor) -> None:
    case = cases.create(officer, values(effect="建成全省首家中试基地。"))
    with pytest.raises(ValidationError) as refused:
        cases.mark_usable(officer, case)
    assert [message[:4] for message in refused.value.messages] == [
        "还没有数",
        "还没有佐",
        "这些说法",
    ]
    assert "“全省首家”" in refused.value.messages[2]
    figure(officer, case)
    cases.add_proof(officer, case, PROOF, file=file())
    with pytest.raises(ValidationError, match="全省首家"):
        cases.mark_usable(officer, case)
    key = whole(case).claims[0][0].key
    claimed = ProofFacts("认定文件", "示科〔2026〕3号", DAY, key)
    cases.add_proof(officer, case, claimed, file=file())
    assert cases.mark_usable(officer, case).state == "usable"


@pytest.mark.django_db
def test_a_change_of_a_usable_case_makes_it_a_draft_and_a_new_claim_open(officer: Actor) -> None:
    case = cases.create(officer, values())
    figure(officer, case)
    cases.add_proof(officer, case, PROOF, file=file())
    case = cases.mark_usable(officer, case)
    cases.change(officer, case, {"effect": "产品全国唯一。"})
    case.refresh_from_db()
    assert case.state == "draft"
    with pytest.raises(ValidationError, match="全国唯一"):
        cases.mark_usable(officer, case)


@pytest.mark.django_db
def test_only_a_usable_case_is_used(officer: Actor) -> None:
    case = cases.create(officer, values())
    with pytest.raises(ValidationError, match="只有“可用”的案例"):
        cases.note_use(officer, case, "全市大会", DAY)
    Case.objects.update(state="usable")
    cases.note_use(officer, case, "全市大会", DAY)
    assert [each.where for each in whole(case).uses] == ["全市大会"]
    with pytest.raises(ValidationError, match="今天之后"):
        cases.note_use(officer, case, "大会", timezone.localdate() + timedelta(days=1))


@pytest.mark.django_db
def test_proof_is_a_document_of_the_same_firm_or_a_file(officer: Actor) -> None:
    party, other = firm(), firm("示例别家有限公司")
    case = cases.create(officer, values(party=party))
    kinds = DocumentFacts("other", "查新报告")
    own, foreign = (
        add_document(SYSTEM, each.code, kinds, "a.png", io.BytesIO(PNG)) for each in (party, other)
    )
    assert cases.add_proof(officer, case, PROOF, own).document == own
    for document, sent in ((None, None), (own, file()), (foreign, None)):
        with pytest.raises(ValidationError):
            cases.add_proof(officer, case, PROOF, document, sent)
    unknown = ProofFacts("报告", "站", DAY, "首家|没有这句")
    with pytest.raises(ValidationError, match="没有这个说法"):
        cases.add_proof(officer, case, unknown, own)
    assert CaseProof.objects.count() == 1


@pytest.mark.django_db
def test_a_merge_takes_cases_along(officer: Actor) -> None:
    goes, stays = firm(), firm("示例保留有限公司")
    case = cases.create(officer, values(party=goes))
    rule = merge_rules.find("desk.cases")
    assert rule is not None
    rule.move(SYSTEM, goes.code, stays.code)
    case.refresh_from_db()
    assert case.party == stays


@pytest.mark.django_db
def test_pages_lead_from_a_draft_to_word(signed_in: Callable[..., Client], city: object) -> None:
    client = signed_in("officer", "990101")
    form = {
        "title": "中试之路", "theme": "research", "year": "2026", "region": "990101", "party": "",
        "practice": "共建基地。\n分期投入。", "effect": "全市首个基地。", "background": "",
    }  # fmt: skip
    address = client.post(reverse("desk:case_create"), form)["Location"]
    assert "还没有来源" in client.get(address).text
    told = client.post(f"{address}usable/").text
    assert "这些说法还没有来源" in told
    number = {
        "name": "投入",
        "value": "300",
        "unit": "万元",
        "source": "审计",
        "as_of": "2026-06-01",
    }
    client.post(f"{address}figure/", number)
    claim = claims("全市首个基地")[0].key
    proof = {
        "title": "批复", "source": "市科技局", "dated_on": "2026-06-01", "claim": claim,
        "file": SimpleUploadedFile("批复.png", PNG),
    }  # fmt: skip
    client.post(f"{address}proof/", proof)
    assert "已核定为可用" in client.post(f"{address}usable/", follow=True).text
    used = {"where": "全市大会", "on": "2026-06-02"}
    assert "全市大会" in client.post(f"{address}use/", used, follow=True).text
    word = docx.Document(io.BytesIO(client.get(f"{address}word/").content))
    texts = [each.text for each in word.paragraphs]
    assert [each for each in texts if each][:6] == [
        "中试之路", "一、做法", "共建基地。", "分期投入。", "二、成效", "全市首个基地。",
    ]  # fmt: skip
    assert word.tables[0].rows[1].cells[2].text == "300万元"
    assert AuditEvent.objects.filter(action="case.export").exists()
    listed = client.get(f"{reverse('desk:cases')}?state=usable&year=2026&q=中试").text
    assert "中试之路" in listed


@pytest.mark.django_db
def test_a_leader_reads_and_changes_nothing(
    officer: Actor, signed_in: Callable[..., Client]
) -> None:
    case = cases.create(officer, values())
    client = signed_in("leader", "990101")
    page = client.get(reverse("desk:case", args=[case.pk])).text
    assert "核定为可用" not in page
    assert client.post(reverse("desk:case_usable", args=[case.pk])).status_code == 403
