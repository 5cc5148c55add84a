"""Imports and merges: a row about a record that was merged goes to the one that took it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from imported_files import (
    CODE,
    NAME,
    code_of,
    codes,
    counts,
    imported,
    now,
    sent,
    texts,
    undone,
    workbook,
)

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import (
    Affiliation,
    FormerName,
    Organisation,
    Person,
    Qualification,
    YearlyFact,
)
from kechuang.office.registry.services import imports
from kechuang.office.registry.services.merging import Decision, merge_parties

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B = code_of(1), code_of(2)
OWN = "单位编号"
REVENUE, STAFF, CAPITAL = "营业收入（2025年，万元）", "研发人员数（2025年，人）", "注册资本（万元）"
WHY = Decision("同一家企业重复建档", sure=True)


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def firms(officer: Actor) -> tuple[Party, Party]:
    """The record that goes, and the one that stays."""
    imported(officer, workbook([[OWN, NAME], ["OLD-1", "甲轴承厂"], ["NEW-1", "甲轴承有限公司"]]))
    return Party.objects.get(code="OLD-1"), Party.objects.get(code="NEW-1")


def facts(column: str, value: Any, code: str = "OLD-1") -> bytes:
    return workbook([[OWN, column], [code, value]])


def confirmed(officer: Actor, batch: Any) -> Any:
    imports.confirm(officer, batch)
    run_waiting_jobs()
    return now(batch)


# --- confirmed after the merge


def test_a_new_fact_goes_to_the_record_that_stays(
    officer: Actor, firms: tuple[Party, Party]
) -> None:
    goes, stays = firms
    batch = sent(officer, facts(REVENUE, 5), "yearly_facts")
    merge_parties(officer, goes, stays, WHY)

    batch = confirmed(officer, batch)

    assert counts(batch) == {"new": 1, "written": 1}
    assert YearlyFact.objects.get().party == stays


@pytest.mark.parametrize("known", ["OLD-1", "NEW-1"])
def test_an_update_asks_for_another_look(
    officer: Actor, firms: tuple[Party, Party], known: str
) -> None:
    goes, stays = firms
    imported(officer, facts(REVENUE, 5, known), "yearly_facts")
    batch = sent(officer, facts(REVENUE, 6), "yearly_facts")
    merge_parties(officer, goes, stays, WHY)

    batch = confirmed(officer, batch)

    assert codes(batch) == ["changed_since"]
    assert "请重新上传，再看一次预览" in texts(batch)[0]
    found = YearlyFact.objects.get()
    assert (found.party, found.revenue) == (stays, 5_000_000)  # type: ignore[attr-defined]


def test_a_title_and_a_member_of_staff_go_to_the_record_that_stays(
    officer: Actor, firms: tuple[Party, Party]
) -> None:
    goes, stays = firms
    titles = sent(
        officer, workbook([[NAME, "称号"], ["甲轴承厂", "高新技术企业"]]), "qualifications"
    )
    people = sent(officer, workbook([["姓名", "工作单位代码"], ["张三", "OLD-1"]]), "people")
    merge_parties(officer, goes, stays, WHY)

    titles, people = confirmed(officer, titles), confirmed(officer, people)

    assert (texts(titles), texts(people)) == ([], [])
    assert Qualification.objects.get().party == stays
    assert Affiliation.objects.get().party == stays


# --- sent after the merge


def test_the_preview_says_where_the_row_goes(officer: Actor, firms: tuple[Party, Party]) -> None:
    merge_parties(officer, *firms, WHY)

    batch = sent(officer, workbook([[OWN, NAME, CAPITAL], ["OLD-1", "甲轴承厂", 5]]))

    (row,) = batch.samples["changed"]
    assert row["why"] == "OLD-1 的档案已并入“甲轴承有限公司”（NEW-1），按保留的档案处理"


def test_the_credit_code_of_a_merged_record_finds_the_one_that_took_it_up(officer: Actor) -> None:
    imported(officer, workbook([[CODE, NAME], [A, "甲轴承厂"]]))
    imported(officer, workbook([[OWN, NAME], ["NEW-1", "甲轴承有限公司"]]))
    goes, stays = Party.objects.get(code=A), Party.objects.get(code="NEW-1")
    merge_parties(officer, goes, stays, WHY)

    batch = imported(officer, workbook([[CODE, NAME, CAPITAL], [A, "甲轴承有限公司", 5]]))

    found = Organisation.objects.get(pk=stays.pk)
    assert (counts(batch), found.credit_code) == ({"changed": 1, "written": 1}, A)
    assert found.registered_capital == 5_000_000


def test_another_code_of_a_merged_record_does_not_become_the_one_that_counts(
    officer: Actor,
) -> None:
    imported(officer, workbook([[CODE, NAME], [A, "甲轴承厂"], [B, "甲轴承有限公司"]]))
    merge_parties(officer, Party.objects.get(code=A), Party.objects.get(code=B), WHY)

    imported(officer, workbook([[CODE, CAPITAL], [A, 5]]))

    found = Organisation.objects.get(party__code=B)
    assert (found.credit_code, found.registered_capital) == (B, 5_000_000)


@pytest.mark.parametrize(
    ("purpose", "column", "value", "told"),
    [
        ("organisations", CAPITAL, 5, "与前面的一行是同一条记录"),
        ("yearly_facts", REVENUE, 5, "同一企业、同一年度"),
        ("qualifications", "称号", "高新技术企业", "与前面的一行是同一条记录"),
    ],
)
def test_both_codes_in_one_file(
    officer: Actor,
    firms: tuple[Party, Party],
    purpose: str,
    column: str,
    value: Any,
    told: str,
) -> None:
    merge_parties(officer, *firms, WHY)
    key = OWN if purpose != "qualifications" else NAME
    names = ["OLD-1", "NEW-1"] if key == OWN else ["甲轴承厂", "甲轴承有限公司"]

    batch = sent(officer, workbook([[key, column], [names[0], value], [names[1], value]]), purpose)

    assert codes(batch) == ["key_twice"], batch.problems
    assert told in texts(batch)[0]


def test_a_merged_parent_and_a_merged_person_lead_on(
    officer: Actor, firms: tuple[Party, Party]
) -> None:
    merge_parties(officer, *firms, WHY)
    imported(officer, workbook([[CODE, NAME, "上级单位代码"], [A, "甲轴承子公司", "OLD-1"]]))
    assert Organisation.objects.get(credit_code=A).parent == firms[1]

    imported(
        officer, workbook([["人员编号", "姓名"], ["R-1", "张三"], ["R-2", "张三丰"]]), "people"
    )
    goes, stays = (Party.objects.get(code=code) for code in ("R-1", "R-2"))
    merge_parties(officer, goes, stays, WHY)
    batch = imported(
        officer, workbook([["人员编号", "姓名", "专长"], ["R-1", "张三", "轴承"]]), "people"
    )

    assert counts(batch) == {"changed": 1, "written": 1}, batch.problems
    assert Person.objects.get(party=stays).specialty == "轴承"
    assert Person.objects.get(party=goes).specialty == ""


def test_the_code_of_a_person_is_no_code_of_an_organisation(officer: Actor) -> None:
    imported(officer, workbook([["人员编号", "姓名"], ["R-1", "张三"]]), "people")

    batch = sent(officer, facts(REVENUE, 5, "R-1"), "yearly_facts")

    assert (codes(batch), batch.counts["new"]) == (["code_name"], 0)
    assert "R-1 是人员“张三”的编号" in texts(batch)[0]


# --- undone after the merge


def test_what_a_merge_moved_stays_when_its_import_is_undone(
    officer: Actor, firms: tuple[Party, Party]
) -> None:
    goes, stays = firms
    names = imported(officer, workbook([[OWN, "曾用名"], ["OLD-1", "老甲厂"]]))
    batch = imported(officer, facts(REVENUE, 5), "yearly_facts")
    merge_parties(officer, goes, stays, WHY)

    batch, names = undone(officer, batch), undone(officer, names)

    assert texts(batch) == ["“甲轴承有限公司”的年度数据没有撤销：档案已合并"]
    assert YearlyFact.objects.get().party == stays
    assert any(text.endswith("的曾用名没有撤销：档案已合并") for text in texts(names))
    assert FormerName.objects.filter(party=stays, name="老甲厂").exists()


def test_a_row_that_gave_way_in_a_merge_is_told(officer: Actor, firms: tuple[Party, Party]) -> None:
    goes, stays = firms
    imported(officer, facts(REVENUE, 7, "NEW-1"), "yearly_facts")
    batch = imported(officer, facts(REVENUE, 5), "yearly_facts")
    merge_parties(officer, goes, stays, WHY)

    batch = undone(officer, batch)

    told = "“甲轴承有限公司”的年度数据没有撤销：档案合并时已让位，原值在合并记录里"
    assert texts(batch) == [told]
    assert YearlyFact.objects.get().revenue == 7_000_000  # type: ignore[attr-defined]


def test_rows_that_a_merge_left_alone_are_put_back(
    officer: Actor, firms: tuple[Party, Party]
) -> None:
    goes, stays = firms
    batch = imported(officer, facts(REVENUE, 5, "NEW-1"), "yearly_facts")
    merge_parties(officer, goes, stays, WHY)

    batch = undone(officer, batch)

    assert (batch.counts["undone"], batch.counts["kept"]) == (1, 0)
    assert not YearlyFact.objects.exists()
