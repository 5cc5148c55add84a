"""What an import does not write: conflicts with what is known and with what others did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from imported_files import (
    CODE,
    NAME,
    PROVENANCE,
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
from office_writes import recorded

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    Affiliation,
    CellSource,
    FormerName,
    IntellectualProperty,
    Organisation,
    Person,
    PersonField,
    Platform,
    PlatformStanding,
    PlatformYear,
    Qualification,
)
from kechuang.office.registry.queries.imports import told_rows, visible
from kechuang.office.registry.services import imports

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B = code_of(1), code_of(2)
CAPITAL = "注册资本（万元）"
OFFICIAL = replace(PROVENANCE, source="registration")


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def other(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101", name="李四")


def firm(*values: Any, headers: tuple[str, ...] = ()) -> bytes:
    return workbook([[CODE, NAME, *headers], [A, "甲", *values]])


# --- with what is known


def test_a_code_that_is_registered_under_another_name(officer: Actor) -> None:
    imported(officer, firm())

    batch = sent(officer, workbook([[CODE, NAME], [A, "乙公司"]]))

    assert (codes(batch), counts(batch)) == (["code_name"], {"conflict": 1})
    assert f"代码 {A} 登记的是“甲”，表里写“乙公司”" in texts(batch)[0]


def test_a_name_that_is_registered_under_another_code(officer: Actor) -> None:
    imported(officer, firm())

    batch = sent(officer, workbook([[CODE, NAME], [B, "甲"]]))

    assert codes(batch) == ["name_other_code"]
    assert A in texts(batch)[0]


def test_a_new_name_with_the_old_one_as_former_name_renames(officer: Actor) -> None:
    imported(officer, firm())

    batch = imported(officer, workbook([[CODE, NAME, "曾用名"], [A, "乙公司", "甲"]]))

    assert counts(batch) == {"changed": 1, "written": 1}
    found = Organisation.objects.select_related("party").get()
    assert (found.party.name, found.initials, found.name_key) == ("乙公司", "ygs", "乙")
    assert FormerName.objects.get().name == "甲"
    undone(officer, batch)
    assert Party.objects.get(code=A).name == "甲"


def test_entities_without_a_code_are_found_by_name_and_region(officer: Actor) -> None:
    rows = workbook([[NAME, "单位类型", "地址"], ["甲县农科所", "科研院所", "一路"]])
    imported(officer, rows)

    again = imported(officer, workbook([[NAME, "地址"], ["甲县农科所", "二路"]]))

    assert counts(again) == {"changed": 1, "written": 1}
    found = Organisation.objects.select_related("party").get()
    assert (found.address, found.credit_code, found.kind) == ("二路", None, "institute")
    assert (found.party.kind, found.party.code[:3]) == ("institution", "dw-")


def test_a_name_that_fits_several_is_in_conflict(officer: Actor, city: Region) -> None:
    for code in ("own-1", "own-2"):
        Party.objects.create(
            code=code, name="甲县农科所", kind="institution",
            region=Region.objects.get(code="990101"),
        )  # fmt: skip

    batch = sent(officer, workbook([[NAME, "地址"], ["甲县农科所", "二路"]]))

    assert codes(batch) == ["ambiguous"]


def test_a_party_outside_the_region_of_the_import(
    officer: Actor, actor: Callable[..., Actor]
) -> None:
    imported(actor("officer", "990102"), firm(), place="990102")

    batch = sent(officer, firm(5, headers=(CAPITAL,)))

    assert codes(batch) == ["outside"]


def test_a_move_is_not_made_by_import(actor: Callable[..., Actor]) -> None:
    city = actor("officer", "990100")
    imported(city, firm("甲县", headers=("所在区划",)), place="990100")

    batch = sent(city, firm("乙区", headers=("所在区划",)), place="990100")

    assert codes(batch) == ["moved"]


def test_a_new_firm_of_a_city_says_its_county(actor: Callable[..., Actor]) -> None:
    batch = sent(actor("officer", "990100"), firm(), place="990100")

    assert codes(batch) == ["no_region"]


def test_official_data_are_not_replaced_by_what_counts_less(officer: Actor) -> None:
    imported(officer, firm(500, headers=(CAPITAL,)), provenance=OFFICIAL)

    batch = sent(officer, firm(600, headers=(CAPITAL,)))

    assert codes(batch) == ["official"]
    assert "“市场监管登记”（截至 2026-01-01）" in texts(batch)[0]


def test_a_newer_list_of_the_same_source_replaces_an_older_one(officer: Actor) -> None:
    imported(officer, firm(500, headers=(CAPITAL,)), provenance=OFFICIAL)
    newer = replace(OFFICIAL, as_of=OFFICIAL.as_of + timedelta(days=30))

    batch = imported(officer, firm(600, headers=(CAPITAL,)), provenance=newer)
    late = sent(officer, firm(500, headers=(CAPITAL,)), provenance=OFFICIAL)

    assert counts(batch) == {"changed": 1, "written": 1}
    cell = CellSource.objects.get()
    assert (cell.field, cell.as_of) == ("registered_capital", newer.as_of)
    assert codes(late) == ["official"]


def test_an_empty_cell_takes_nothing_away(officer: Actor) -> None:
    imported(officer, firm(500, headers=(CAPITAL,)))

    assert counts(sent(officer, firm(None, headers=(CAPITAL,)))) == {"same": 1}


# --- with what others do meanwhile


def test_two_officers_with_overlapping_files(officer: Actor, other: Actor) -> None:
    """Both preview, both confirm: what the first wrote stays, and the second is told who did it."""
    imported(officer, workbook([[CODE, NAME, CAPITAL], [A, "甲", 1], [B, "乙", 1]]))
    first = sent(officer, workbook([[CODE, NAME, CAPITAL], [A, "甲", 2]]))
    rows = [[CODE, NAME, CAPITAL], [A, "甲", 3], [B, "乙", 3], [code_of(3), "丙", 3]]
    second = sent(other, workbook(rows))
    imports.confirm(officer, first)
    imports.confirm(other, second)

    run_waiting_jobs()

    second = now(second)
    assert counts(second) == {"new": 1, "changed": 1, "conflict": 1, "written": 2}
    assert codes(second) == ["changed_since"]
    assert "第 2 行：预览之后，张三于" in texts(second)[0]
    kept = Organisation.objects.order_by("credit_code").values_list("registered_capital", flat=True)
    assert list(kept) == [2_000_000, 3_000_000, 3_000_000]


def test_two_officers_with_the_same_new_firm(officer: Actor, other: Actor) -> None:
    first = sent(officer, firm(1, headers=(CAPITAL,)))
    second = sent(other, firm(2, headers=(CAPITAL,)))
    third = sent(other, firm(1, headers=(CAPITAL,)))
    for actor, batch in ((officer, first), (other, second), (other, third)):
        imports.confirm(actor, batch)

    run_waiting_jobs()

    assert counts(now(first)) == {"new": 1, "written": 1}
    assert counts(now(second)) == {"conflict": 1}
    assert counts(now(third)) == {"same": 1}
    assert Organisation.objects.get().registered_capital == 1_000_000


# --- the other purposes


def test_titles_with_and_without_a_number(officer: Actor) -> None:
    imported(officer, firm())
    header = [CODE, "称号", "级别", "证书编号", "批次", "认定方式", "发证日期", "有效期至", "状态"]
    rows = [
        [A, "高新技术企业", "国家级", "GR202544000001", "第一批", "认定", "2025-11-01",
         "2028-10-31", "有效"],
        [A, "科技型中小企业（入库）", None, None, None, "评价入库", "2025-05-01", None,
         "到期待发证"],
    ]  # fmt: skip
    batch = imported(officer, workbook([header, *rows]), "qualifications")

    assert counts(batch) == {"new": 2, "written": 2}, batch.problems
    found = {each.title: each for each in Qualification.objects.all()}
    assert found["hnte"].number == "GR202544000001"
    assert (found["tech_sme_national"].recognition, found["tech_sme_national"].status) == (
        "admitted", "awaiting",
    )  # fmt: skip
    assert counts(sent(officer, workbook([header, *rows]), "qualifications")) == {"same": 2}
    imported(officer, workbook([[CODE, NAME], [B, "乙"]]))
    taken = sent(officer, workbook([header, [B, *rows[0][1:]]]), "qualifications")
    assert codes(taken) == ["number_taken"]


def test_rights_belong_to_a_firm_that_is_registered(officer: Actor) -> None:
    imported(officer, firm())
    header = [CODE, "专利号", "专利名称", "专利类型", "知识产权类别", "授权公告日"]
    rows = [
        [A, "ZL202510000001.1", "一种轴承", "发明专利", "Ⅰ类", date(2025, 3, 4)],
        [B, "ZL202510000002.2", "另一种", "发明专利", None, None],
        [A, "ZL202510000003.3", "缺种类", None, None, None],
    ]
    batch = imported(officer, workbook([header, *rows]), "rights")

    assert counts(batch) == {"new": 1, "error": 2, "written": 1}
    assert sorted(codes(batch)) == ["required", "unknown_party"]
    found = IntellectualProperty.objects.get()
    assert (found.kind, found.ip_class, found.status) == ("invention", "I", "valid")
    assert [(each.row, each.state) for each in told_rows(batch)] == [(3, "error"), (4, "error")]
    undone(officer, batch)
    assert not IntellectualProperty.objects.exists()


def test_platforms_with_standing_and_yearly_facts(officer: Actor) -> None:
    imported(officer, firm())
    header = [
        "平台编号",
        "平台名称",
        "平台类别",
        "平台认定级别",
        "依托单位代码",
        "在孵企业数",
        "孵化器总收入（2025年，万元）",
    ]
    content = workbook([header, ["PT-001", "甲县孵化器", "孵化器", "省级", A, 30, 120]])
    batch = imported(officer, content, "platforms", year=2025)

    assert counts(batch) == {"new": 1, "written": 1}, batch.problems
    found = Platform.objects.select_related("host", "region").get()
    assert (found.host.code, found.region.code, found.level) == (A, "990101", "provincial")
    assert PlatformStanding.objects.get(platform=found).incubatees == 30  # type: ignore[attr-defined]
    assert PlatformYear.objects.get(platform=found).incubator_income == 120_000_000  # type: ignore[attr-defined]
    assert counts(sent(officer, content, "platforms", year=2025)) == {"same": 1}
    undone(officer, batch)
    assert not Platform.objects.exists()


def test_people_with_employer_kinds_and_fields(officer: Actor) -> None:
    imported(officer, firm())
    header = ["姓名", "人员类别", "工作单位代码", "职务", "职称", "专业领域", "手机", "最高学位"]
    content = workbook(
        [
            header,
            ["王五", "专家、科技特派员", A, "总工", "正高", "轴承、材料", "13800001111", "博士"],
        ]
    )
    batch = imported(officer, content, "people")

    assert counts(batch) == {"new": 1, "written": 1}, batch.problems
    found = Person.objects.select_related("party").get()
    assert (found.party.name, found.is_expert, found.is_commissioner, found.is_contact) == (
        "王五", True, True, False,
    )  # fmt: skip
    assert (found.phone, found.education, found.initials) == ("13800001111", "doctor", "ww")
    assert sorted(PersonField.objects.values_list("name", flat=True)) == ["材料", "轴承"]
    assert Affiliation.objects.get().post == "总工"
    assert counts(sent(officer, content, "people")) == {"same": 1}
    undone(officer, batch)
    assert not Person.objects.exists()
    assert not Party.objects.filter(kind="person").exists()


# --- who may, and what is told


def test_only_whoever_may_change_the_records_imports_them(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal):
        sent(actor("leader", "990101"), firm())
    with pytest.raises(Refusal):
        sent(actor("officer", "990101"), firm(), place="990102")


def test_batches_are_seen_in_their_region(officer: Actor, actor: Callable[..., Actor]) -> None:
    batch = sent(officer, firm())

    assert list(visible(officer)) == [batch]
    assert list(visible(actor("officer", "990102"))) == []


def test_every_step_is_told_in_the_trail(officer: Actor) -> None:
    with recorded() as recorder:
        batch = imported(officer, firm())
        undone(officer, batch)

    assert set(recorder.untold()) <= {"ground_job"}
    lines = AuditEvent.objects.filter(subject_kind="import", subject_key=str(batch.pk))
    told = list(lines.order_by("sequence").values_list("action", flat=True))
    assert told == [
        "import.send", "import.check", "import.confirm", "import.write", "import.region",
        "import.undo", "import.undone",
    ]  # fmt: skip


def test_a_batch_that_was_written_is_neither_dropped_nor_confirmed(officer: Actor) -> None:
    batch = imported(officer, firm())

    for act in (imports.drop, imports.confirm):
        with pytest.raises(imports.ImportConflict):
            act(officer, batch)
