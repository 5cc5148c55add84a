"""Exports in the template's form: real values, rights respected, who took it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.registry import models as registry
from kechuang.office.registry.imports import exports
from kechuang.office.registry.imports.contents import Selection
from kechuang.office.registry.imports.exports import Form, answer, count_of, later, write
from kechuang.office.registry.imports.layout import DATA, HIDDEN, stamp_of
from kechuang.office.registry.imports.purposes import PURPOSES

DAY = date(2025, 1, 1)
SELECTIONS = {
    code: Selection(code, 2025 if purpose.needs_year else None, "firm_statement", whole=True)
    for code, purpose in PURPOSES.items()
}


def content(actor: Actor, form: Form) -> bytes:
    file = io.BytesIO()
    write(actor, form, file)
    return file.getvalue()


def sheet(actor: Actor, selection: Selection) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content(actor, Form(selection))))[DATA]


def first_row(actor: Actor, code: str) -> dict[str, Any]:
    heads, row = list(sheet(actor, SELECTIONS[code]).iter_rows(values_only=True))[:2]
    told = zip(
        heads, (value.date() if hasattr(value, "date") else value for value in row), strict=True
    )
    return {head: value for head, value in told if value is not None}


def test_organisation_is_written_as_people_write_it(
    officer: Actor, records: SimpleNamespace
) -> None:
    assert first_row(officer, "organisations") == {
        "统一社会信用代码": records.firm.credit_code,
        "单位编号": records.firm.credit_code,
        "企业名称": "甲县示例轴承有限公司",
        "单位类型": "企业",
        "行政区划代码": "990101",
        "所在区划": "甲县",
        "曾用名": "甲县示例轴承厂",
        "国民经济行业代码": "C3451",
        "企业规模": "小型",
        "规模以上企业": "是",
        "成立日期": date(2012, 3, 4),
        "注册资本（万元）": 1234.56789,
        "地址": "甲县=示例路1号",
        "网址": "www.example.com",
        "主营业务": "-轴承",
        "联系人": "王𠮷𫍽",
        "登记状态": "存续",
        "标签": "上市后备",
        "查账征收": "是",
        "技术领域": "新材料",
    }


def test_yearly_facts_are_numbers_of_the_year_and_the_source(
    officer: Actor, records: SimpleNamespace
) -> None:
    registry.YearlyFact.objects.create(
        party=records.firm.party,
        year=2025,
        revenue=1,
        source="survey",
        rank=70,
        as_of=date(2025, 1, 1),
    )
    registry.YearlyFact.objects.create(
        party=records.firm.party,
        year=2024,
        revenue=1,
        source="firm_statement",
        rank=60,
        as_of=date(2025, 1, 1),
    )
    assert count_of(officer, Form(SELECTIONS["yearly_facts"])) == 1
    row = first_row(officer, "yearly_facts")
    assert {head: row[head] for head in row if "2025" in head} == {
        "职工总数（季度平均）（2025年，人）": 123.5,
        "研发人员数（2025年，人）": 12,
        "营业收入（2025年，万元）": 123456.789012,
        "净利润（2025年，万元）": -5.000001,
        "研究开发费用（高企口径）（2025年，万元）": 0,
    }


@pytest.mark.parametrize(
    ("code", "heads"),
    [
        ("qualifications", {"称号": "高新技术企业", "备注": "@备注", "认定方式": "认定"}),
        (
            "rights",
            {"知识产权种类": "发明专利", "可用于本次高企认定": "否", "知识产权名称": "+一种轴承"},
        ),
        (
            "research_costs",
            {
                "口径": "高企口径",
                "人员人工（2025年，万元）": 123.456789,
                "装备调试与试验（2025年，万元）": 0,
                "设计（2025年，万元）": None,
            },
        ),
        (
            "platforms",
            {
                "成立日期": date(2021, 2, 3),
                "平台类别": "孵化器",
                "可自主支配场地面积（平方米）": 1234.56,
            },
        ),
        ("people", {"最高学位": "博士", "出生日期": date(1980, 1, 2)}),
    ],
)
def test_other_records(
    officer: Actor, records: SimpleNamespace, code: str, heads: dict[str, Any]
) -> None:
    row = first_row(officer, code)
    assert {head: row.get(head) for head in heads} == heads


@pytest.mark.parametrize("code", ["organisations", "people"])
def test_telephones_are_never_exported(officer: Actor, records: SimpleNamespace, code: str) -> None:
    text = content(officer, Form(SELECTIONS[code], "csv")).decode("utf-8-sig")
    assert [word for word in ("1380000", "联系电话", "手机") if word in text] == []


def test_workbook_says_what_it_is_and_who_took_it(officer: Actor, records: SimpleNamespace) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content(officer, Form(SELECTIONS["people"]))))
    stamp = stamp_of(list(book[HIDDEN].iter_rows(values_only=True)))
    last = list(book[DATA].iter_rows(values_only=True))[-1]
    assert stamp is not None
    assert stamp.purpose == "people"
    assert str(last[0]).startswith("导出人：张三（officer")


def test_strings_are_never_formulas(officer: Actor, records: SimpleNamespace) -> None:
    kinds = {
        cell.data_type
        for code in PURPOSES
        for row in sheet(officer, SELECTIONS[code])
        for cell in row
    }
    assert kinds <= {"s", "n", "d", "inlineStr"}


@pytest.mark.parametrize("wanted", ["csv", "csv-gb18030"])
def test_csv_cells_that_a_spreadsheet_might_run_are_guarded(
    officer: Actor, records: SimpleNamespace, wanted: str
) -> None:
    data = content(officer, Form(SELECTIONS["rights"], wanted))
    text = data.decode(exports.ENCODINGS[wanted])
    rows = list(csv.reader(io.StringIO(text)))
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["知识产权名称"] == "'+一种轴承"
    assert (data.startswith(b"\xef\xbb\xbf"), rows[-1][0][:4]) == (wanted == "csv", "导出人：")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"], ids=ascii)
def test_no_text_of_a_record_is_run_by_a_spreadsheet(
    officer: Actor, records: SimpleNamespace, start: str
) -> None:
    records.firm.address = f"{start}HYPERLINK(1)"
    records.firm.save()
    form = Form(SELECTIONS["organisations"], "csv")
    rows = list(csv.reader(io.StringIO(content(officer, form).decode("utf-8-sig"))))

    cell = dict(zip(rows[0], rows[1], strict=True))["地址"]

    assert cell[0] == "'" or not start.strip()
    assert cell.lstrip("'")[0] not in "\t\r\n"
    book = sheet(officer, SELECTIONS["organisations"])
    assert {each.data_type for row in book for each in row} <= {"s", "n", "d", "inlineStr"}


def test_negative_numbers_stay_numbers_in_csv(officer: Actor, records: SimpleNamespace) -> None:
    text = content(officer, Form(SELECTIONS["yearly_facts"], "csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert dict(zip(rows[0], rows[1], strict=True))["净利润（2025年，万元）"] == "-5.000001"


@pytest.mark.parametrize(
    ("role", "code", "whole", "may"),
    [
        ("officer", "yearly_facts", True, True),
        ("reviewer", "yearly_facts", True, True),
        ("leader", "yearly_facts", True, False),
        ("leader", "organisations", False, True),
        ("leader", "organisations", True, False),
        ("finance_officer", "organisations", False, False),
        ("area_liaison", "organisations", False, False),
        ("leader", "people", True, True),
    ],
)
def test_rights_to_columns_are_respected(
    actor: Callable[..., Actor],
    records: SimpleNamespace,
    role: str,
    code: str,
    whole: bool,
    may: bool,
) -> None:
    someone = actor(role, "990101")
    form = Form(Selection(code, 2025, "firm_statement", whole=whole))
    if may:
        response = answer(someone, form)
        response.file_to_stream.close()  # type: ignore[attr-defined]
        assert response.status_code == 200
    else:
        with pytest.raises(Refusal):
            answer(someone, form)


@pytest.mark.parametrize("code", list(PURPOSES))
def test_only_rows_in_reach_are_exported(
    actor: Callable[..., Actor], records: SimpleNamespace, code: str
) -> None:
    form = Form(SELECTIONS[code])
    counts = [count_of(actor("officer", place), form) for place in ("990101", "990102")]
    assert counts == [1, 0]


def test_export_is_written_down(officer: Actor, records: SimpleNamespace) -> None:
    answer(officer, Form(SELECTIONS["yearly_facts"])).file_to_stream.close()  # type: ignore[attr-defined]
    event = AuditEvent.objects.get(action="fact.export")
    assert (event.subject_key, event.changes["rows"], event.changes["conditions"]) == (
        "yearly_facts",
        [None, 1],
        [None, "2025年企业年度数据；企业填报"],
    )


def test_long_export_is_made_by_a_job_once(officer: Actor, records: SimpleNamespace) -> None:
    form = Form(SELECTIONS["rights"], "csv")
    job = later(officer, form)
    assert later(officer, form).pk == job.pk
    run_waiting_jobs()
    job.refresh_from_db()
    stored = StoredFile.objects.get(pk=job.result["file"])
    assert (job.state, job.result["rows"], stored.expires_at is None) == ("done", 1, False)
    assert stored.name.startswith("知识产权-")


def test_number_of_queries_does_not_grow_with_rows(
    officer: Actor,
    records: SimpleNamespace,
    enterprise: Callable[..., registry.Organisation],
    django_assert_num_queries: Any,
) -> None:
    for number in range(2, 40):
        enterprise(number)
    with django_assert_num_queries(4):
        content(officer, Form(SELECTIONS["organisations"]))
