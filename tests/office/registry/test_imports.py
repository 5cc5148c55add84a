"""Workbooks in: checked, previewed, confirmed, written, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from imported_files import CODE, NAME, code_of, counts, imported, sent, undone, workbook

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.cells import PARTY_KINDS
from kechuang.office.registry.models import ImportBatch, Organisation, Standing, YearlyFact

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HEADER = [
    CODE,
    NAME,
    "注册资本（万元）",
    "成立日期",
    "规模以上企业",
    "联系电话",
    "标签",
    "曾用名",
    "居民企业",
]
ROWS = [
    [
        code_of(1),
        "甲县第一轴承有限公司",
        1000.5,
        date(2001, 2, 3),
        "是",
        "13800001234",
        "重点、出口",
        "旧轴承厂",
        "是",
    ],
    [code_of(2), "甲县第二轴承有限公司", None, None, "否", None, None, None, None],
]


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


def test_a_new_organisation_is_written_with_all_that_the_file_says(officer: Actor) -> None:
    batch = imported(officer, workbook([HEADER, *ROWS]))

    assert (batch.state, counts(batch)) == (ImportBatch.State.DONE, {"new": 2, "written": 2})
    found = Organisation.objects.select_related("party").get(credit_code=code_of(1))
    assert (found.party.name, found.registered_capital) == (
        "甲县第一轴承有限公司",
        100_050_000_00 // 10,
    )
    assert (found.founded_on, found.above_designated_size) == (date(2001, 2, 3), True)
    assert (found.contact_phone, found.initials) == ("13800001234", "jxdyzcyxgs")
    assert sorted(tag.name for tag in found.tags.all()) == ["出口", "重点"]
    assert [each.name for each in found.party.formername_set.all()] == ["旧轴承厂"]
    assert Standing.objects.get(party=found.party).resident_enterprise is True  # type: ignore[attr-defined]


@pytest.mark.parametrize(("written", "kind"), [("其他单位", "other"), ("银行", "bank")])
def test_a_party_is_of_the_same_kind_whether_typed_or_imported(
    officer: Actor, written: str, kind: str
) -> None:
    imported(officer, workbook([[*HEADER[:2], "单位类型"], [code_of(1), "甲县某单位", written]]))
    found = Organisation.objects.select_related("party").get()
    assert (found.kind, found.party.kind) == (kind, PARTY_KINDS[Organisation.Kind(kind)])


def test_the_same_file_twice_changes_nothing(officer: Actor) -> None:
    content = workbook([HEADER, *ROWS])
    imported(officer, content)

    again = sent(officer, content)

    assert counts(again) == {"same": 2}


def test_what_changed_is_shown_written_and_undone(officer: Actor) -> None:
    imported(officer, workbook([HEADER, *ROWS]))
    changed = [[*ROWS[0][:2], 2000, *ROWS[0][3:5], "13900005678", *ROWS[0][6:]], ROWS[1]]

    batch = sent(officer, workbook([HEADER, *changed]))
    assert counts(batch) == {"changed": 1, "same": 1}
    assert batch.samples["changed"][0]["changes"] == [
        ["注册资本（万元）", "1000.5", "2000"], ["联系电话", "138****1234", "139****5678"]
    ]  # fmt: skip
    batch = imported(officer, workbook([HEADER, *changed]))
    found = Organisation.objects.get(credit_code=code_of(1))
    assert (found.registered_capital, found.contact_phone) == (2_000_000_000, "13900005678")

    undone(officer, batch)

    found.refresh_from_db()
    assert (found.registered_capital, found.contact_phone) == (1_000_500_000, "13800001234")


def test_an_undone_import_leaves_nothing(officer: Actor) -> None:
    parties = Party.objects.count()
    batch = imported(officer, workbook([HEADER, *ROWS]))

    batch = undone(officer, batch)

    assert (batch.state, batch.counts["kept"]) == (ImportBatch.State.UNDONE, 0)
    assert (Party.objects.count(), Organisation.objects.count()) == (parties, 0)
    assert Standing.objects.count() == 0


def test_yearly_facts_come_by_the_years_of_the_headers(officer: Actor) -> None:
    imported(officer, workbook([HEADER, *ROWS]))
    rows = [
        [CODE, "营业收入（2025年，万元）", "营业收入（2024，元）", "研发人员数"],
        [code_of(1), 12.5, 990, 7],
    ]

    batch = imported(officer, workbook(rows), "yearly_facts", year=2025)

    assert counts(batch) == {"new": 1, "written": 1}
    found = {each.year: each for each in YearlyFact.objects.all()}
    assert (found[2025].revenue, found[2025].rd_staff) == (12_500_000, 7)  # type: ignore[attr-defined]
    assert (found[2024].revenue, found[2024].rd_staff) == (99_000, None)  # type: ignore[attr-defined]
