"""Codes of records: one rule for what a form, a program and a workbook may give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from imported_files import codes, counts, csv_bytes, imported, sent, texts

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.parties.codes import code_fault
from kechuang.office.parties.models import Party
from kechuang.office.parties.services import PartyFacts, create
from kechuang.office.registry.models import Platform
from kechuang.office.registry.records import check_code

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PURPOSES: dict[str, tuple[list[str], list[str]]] = {
    "organisations": (["单位编号", "企业名称"], ["甲厂"]),
    "people": (["人员编号", "姓名"], ["张三"]),
    "platforms": (
        ["平台编号", "平台名称", "平台类别", "平台认定级别", "依托单位"],
        ["示例孵化器", "孵化器", "市级", "依托厂"],
    ),
}
WRONG = ["PT/1", "PT?1", "PT#1", "PT%1", "PT&1", "PT\\1", "PT\x071", "PT\x001", "-PT1", "..1", "P1",
         "编号1", "P" * 41, "990101199001011234"]  # fmt: skip


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    found = actor("officer", "990101")
    imported(found, csv_bytes([["单位编号", "企业名称"], ["host-1", "依托厂"]]), name="表.csv")
    return found


def file(purpose: str, code: str) -> bytes:
    header, rest = PURPOSES[purpose]
    empty = b"," * len(rest) + b"\r\n"  # so that one odd character makes no program of the file
    return csv_bytes([header, [code, *rest]]) + b"\r\n" + empty * 100


@pytest.mark.parametrize("code", WRONG, ids=repr)
def test_a_code_that_no_address_holds_is_refused_everywhere(officer: Actor, code: str) -> None:
    fault = "identity" if code_fault(code) == "identity" else "bad_code"
    with pytest.raises(ValidationError):
        check_code(code)
    with pytest.raises(ValidationError):
        create(officer, PartyFacts(code, "张三", Party.Kind.PERSON, "990101"))
    parties = Party.objects.count()
    if "\x00" in code:
        return  # such a file is no table: it is refused before its cells are read
    for purpose in PURPOSES:
        batch = sent(officer, file(purpose, code), purpose, name="表.csv")

        assert codes(batch) == [fault], (purpose, batch.problems)
        assert texts(batch)[0].startswith(f"第 2 行 A 列 {PURPOSES[purpose][0][0]}：")
        assert "\x07" not in str(batch.problems)
    assert Party.objects.count() == parties


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("written", ["ＰＴ－００１", " pt -001", "pt-001"])
def test_a_code_is_kept_as_a_form_keeps_it_and_found_again(
    officer: Actor, purpose: str, written: str
) -> None:
    assert normalise_code(written) == "PT-001"
    imported(officer, file(purpose, written), purpose, name="表.csv")

    model: Any = Platform if purpose == "platforms" else Party
    assert model.objects.filter(code="PT-001").count() == 1
    assert counts(sent(officer, file(purpose, "pt-001"), purpose, name="表.csv")) == {"same": 1}


def test_codes_that_the_office_made_are_found_as_they_are(officer: Actor) -> None:
    Party.objects.filter(name="依托厂").update(code="org-000123")

    batch = sent(officer, csv_bytes([["单位编号", "地址"], ["org-000123", "甲路"]]), name="表.csv")

    assert counts(batch) == {"changed": 1}, batch.problems


@pytest.mark.parametrize("purpose", PURPOSES)
def test_one_code_in_two_ways_of_writing_is_told(officer: Actor, purpose: str) -> None:
    header, rest = PURPOSES[purpose]
    content = csv_bytes([header, ["PT-1", *rest], ["pt-1", *rest]])

    batch = sent(officer, content, purpose, name="表.csv")

    assert (codes(batch), batch.counts["new"]) == (["key_twice"], 1)
