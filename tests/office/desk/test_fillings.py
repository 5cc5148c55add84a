"""来表套填: a blank form is sent, matched, filled for chosen firms, and what went out is kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import blank_forms
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from old_workbooks import old_workbook
from openpyxl.comments import Comment
from registry_records import firm, stamped

from kechuang.office.accounts.models import Membership
from kechuang.office.desk.api import fillings as api
from kechuang.office.desk.filling.columns import Mapped, Proposer, choices, mapped_of
from kechuang.office.desk.models import FilledRow, Filling, FormMapping
from kechuang.office.desk.services import fillings as services
from kechuang.office.ground import files
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation, Qualification, YearlyFact

pytestmark = pytest.mark.django_db
State = Filling.State
PHONE = "13800001234"


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


@pytest.fixture
def firms(officer: Actor) -> list[Party]:
    """Two firms of which the first has everything and the second almost nothing."""
    one, two = firm("示例甲科技有限公司"), firm("示例乙材料有限公司")
    Organisation.objects.filter(party=one).update(
        credit_code=one.code,
        contact_name="张一",
        address="示例市甲县一路1号",
        main_business="传感器研发",
        founded_on=date(2015, 3, 9),
        size_class="medium",
        registered_capital=500_000_000,
        name_key="示例甲科技",
    )
    row = Organisation.objects.get(party=one)
    row.contact_phone = PHONE
    row.save()
    Organisation.objects.filter(party=two).update(credit_code=two.code, name_key="示例乙材料")
    for year, revenue, costs in ((2025, 123_456_000_000, 98_700_000), (2024, 100_000_00, 1)):
        YearlyFact.objects.create(
            party=one,
            year=year,
            **stamped(revenue=revenue, rd_expense_deduction=costs, staff_total_quarterly=12000),
        )
    return [one, two]


def sent(actor: Actor, content: bytes, year: int = 2025, name: str = "来表.xlsx") -> Filling:
    region = Region.objects.get(code="990101")
    file = services.take_in(actor, region, name, io.BytesIO(content))
    return services.send(actor, file, year, region)


def mapped(actor: Actor, filling: Filling, **changes: str) -> Filling:
    """Say that the columns are what they were proposed to be, but for these."""
    columns = {int(place): Mapped(**said) for place, said in filling.columns.items()}
    for place, written in changes.items():
        found = mapped_of(written)
        assert found is not None
        columns[int(place.removeprefix("at_"))] = found
    return services.map_columns(actor, filling, columns, services.Head())


def filled(actor: Actor, filling: Filling, *lines: str, reason: str = "按来文报送") -> Filling:
    filling = services.choose_firms(actor, filling, lines=lines)
    return services.fill(actor, filling, reason)


def content_of(filling: Filling, which: str = "result") -> bytes:
    with files.open_file(getattr(filling, which)) as stream:
        return stream.read()


def page_of(filling: Filling, which: str = "result") -> Any:
    return openpyxl.load_workbook(io.BytesIO(content_of(filling, which))).worksheets[0]


# --- headers


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("企业名称", "enterprise_name"),
        ("* 单位名称", "enterprise_name"),
        ("2. 统一社会信用代码", "enterprise_code"),
        ("所属县区", "region_name"),
        ("联系电话", "contact_phone"),
        ("注册地址", "address"),
        ("注册资本（万元）", "registered_capital/万元"),
        ("营业收入（亿元）", "revenue@0/亿元"),
        ("营业收入（2024年，万元）", "revenue@1/万元"),
        ("2024年营业收入（元）", "revenue@1/元"),
        ("上年营业收入（万元）", "revenue@0/万元"),
        ("营业收入", "revenue@0"),
        ("高新技术企业证书编号", "title:hnte:number"),
        ("高企发证日期", "title:hnte:issued_on"),
        ("高新技术企业认定年份", "title:hnte:issued_year"),
        ("是否高新技术企业", "title:hnte:held"),
        ("是否为专精特新中小企业（是/否）", "title:srdi_sme:held"),
        ("资质荣誉", "titles"),
        ("备注", None),
        ("天气", None),
    ],
)
def test_a_header_proposes_what_it_is_filled_with(header: str, expected: str | None) -> None:
    found = Proposer(2025, "", ()).propose((header,))
    assert (None if found is None else found.written) == expected


def test_last_year_is_the_year_before_where_the_form_asks_for_this_year_too() -> None:
    names = ("本年营业收入（万元）", "上年营业收入（万元）")
    proposer = Proposer(2025, "", names)
    found = [proposer.propose((name,)) for name in names]
    assert [each and each.written for each in found] == ["revenue@0/万元", "revenue@1/万元"]


@pytest.mark.parametrize(
    "written", ["nothing", "revenue@9", "address@1", "revenue/吨", "title:hnte:colour", "=1"]
)
def test_what_no_column_can_be_is_not_understood(written: str) -> None:
    assert mapped_of(written) is None


# --- from a blank form to a filled one


def test_a_form_is_filled_for_the_firms_of_a_list_in_its_order(
    officer: Actor, firms: list[Party]
) -> None:
    filling = mapped(officer, sent(officer, blank_forms.two_rows()))
    filling = filled(officer, filling, "示例乙材料有限责任公司", firms[0].code, "没有这家")

    page = page_of(filling)
    assert [cell.value for cell in page[4]][:7] == [
        1, "示例乙材料有限公司", None, None, None, None, None
    ]  # fmt: skip
    assert [cell.value for cell in page[5]] == [
        2, "示例甲科技有限公司", 123456, 98.7, 0.001, "张一", PHONE
    ]  # fmt: skip
    assert filling.state == State.DONE
    assert filling.counts == {"firms": 2, "gaps": 5, "added": 0, "unknown": 1}
    assert filling.firms["unknown"] == ["没有这家"]


def test_what_went_out_is_kept_with_source_and_day_and_the_telephone_masked(
    officer: Actor, firms: list[Party]
) -> None:
    filling = filled(officer, mapped(officer, sent(officer, blank_forms.two_rows())), firms[0].code)
    row = FilledRow.objects.get(filling=filling)
    assert (row.code, row.name, row.row, row.gaps) == (firms[0].code, firms[0].name, 4, 0)
    assert row.values["2"] == {"said": "123456", "source": "科技局台账", "as_of": "2026-06-01"}
    assert row.values["6"]["said"] == "138****1234"


def test_the_marked_copy_tells_what_is_missing_and_the_other_does_not(
    officer: Actor, firms: list[Party]
) -> None:
    filling = filled(officer, mapped(officer, sent(officer, blank_forms.two_rows())), firms[1].code)
    books = [
        openpyxl.load_workbook(io.BytesIO(content_of(filling, which)))
        for which in ("result", "marked")
    ]
    assert [book.sheetnames for book in books] == [["基本情况"], ["基本情况", "缺项说明"]]
    told = [[cell.value for cell in row][2:] for row in books[1]["缺项说明"]][1:]
    assert told[0] == ["2025年（营业收入（万元））", "2025年没有这项数据"]
    assert told[-1] == ["联系人（电话）", "档案里没有填"]


def test_titles_are_filled_as_they_hold_today(officer: Actor, firms: list[Party]) -> None:
    Qualification.objects.create(
        party=firms[0],
        title="hnte",
        level="national",
        number="GR202599000001",
        issued_on=date(2025, 10, 9),
        expires_on=date(2028, 10, 8),
        status="valid",
        **stamped(),
    )
    book: Any = openpyxl.Workbook()
    heads = ["企业名称", "是否高新技术企业", "高企证书编号", "高企发证日期", "高企认定年份", "资质"]
    book.worksheets[0].append(heads)
    out = io.BytesIO()
    book.save(out)
    filling = mapped(officer, sent(officer, out.getvalue()))
    filling = filled(officer, filling, *(each.name for each in firms))
    rows = [[cell.value for cell in row] for row in page_of(filling)][1:]
    assert rows[0][1:3] + rows[0][4:] == ["是", "GR202599000001", 2025, "高新技术企业"]
    assert rows[0][3].date() == date(2025, 10, 9)
    assert rows[1][1:] == ["否", None, None, None, None]


def test_single_records_make_a_workbook_for_each_firm(officer: Actor, firms: list[Party]) -> None:
    filling = mapped(officer, sent(officer, blank_forms.record()))
    filling = filled(officer, filling, *(each.name for each in firms))
    with zipfile.ZipFile(io.BytesIO(content_of(filling))) as archive:
        assert archive.namelist() == ["示例甲科技有限公司.xlsx", "示例乙材料有限公司.xlsx"]
        page = openpyxl.load_workbook(archive.open(archive.namelist()[0])).worksheets[0]
    assert [page["B2"].value, page["B5"].value, page["B6"].value] == [
        "示例甲科技有限公司",
        123456,
        "传感器研发",
    ]


def test_a_known_form_is_not_asked_about_again(officer: Actor, firms: list[Party]) -> None:
    filling = sent(officer, blank_forms.totals())
    assert filling.state == State.MAPPING
    mapped(officer, filling, at_1="registered_capital/万元")

    again = sent(officer, blank_forms.totals(), 2024)
    assert again.state == State.CHOOSING
    assert again.columns["1"] == {"code": "registered_capital", "back": 0, "unit": "万元"}
    assert FormMapping.objects.count() == 1


def test_what_another_county_said_of_a_form_is_not_used(
    officer: Actor, actor: Callable[..., Actor]
) -> None:
    mapped(officer, sent(officer, blank_forms.totals()))
    other = actor("officer", "990102")
    region = Region.objects.get(code="990102")
    file = services.take_in(other, region, "来表.xlsx", io.BytesIO(blank_forms.totals()))
    assert services.send(other, file, 2025, region).state == State.MAPPING


def test_filling_again_takes_what_is_known_today(officer: Actor, firms: list[Party]) -> None:
    first = filled(officer, mapped(officer, sent(officer, blank_forms.totals())), firms[0].code)
    YearlyFact.objects.filter(party=firms[0], year=2025).update(revenue=1_000_000)
    second = services.fill(officer, services.again(officer, first))
    assert (page_of(first)["B3"].value, page_of(second)["B3"].value) == (123456, 1)
    assert first.pk != second.pk


def test_many_firms_are_filled_by_a_job(
    officer: Actor, firms: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)
    filling = mapped(officer, sent(officer, blank_forms.totals()))
    filling = filled(officer, filling, *(each.code for each in firms))
    assert filling.state == State.FILLING
    run_waiting_jobs()
    filling.refresh_from_db()
    assert (filling.state, filling.counts["firms"]) == (State.DONE, 2)


def test_a_job_that_cannot_add_rows_says_why_and_lets_go_on(
    officer: Actor, firms: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(blank_forms.one_blank_row()))
    book.worksheets[0]["A3"].comment = Comment("口径", "科技局")
    out = io.BytesIO()
    book.save(out)
    monkeypatch.setattr(services, "AT_ONCE", 1)
    filling = mapped(officer, sent(officer, out.getvalue()))
    filling = filled(officer, filling, *(each.code for each in firms))
    run_waiting_jobs()
    filling.refresh_from_db()
    assert filling.state == State.READY
    assert "批注" in filling.refusal


# --- what is refused


def test_an_expired_form_is_refused_with_its_day(officer: Actor) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(blank_forms.numbering()))
    book.worksheets[0]["F4"] = "2025年6月"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(ValidationError, match="2025-06-30"):
        sent(officer, out.getvalue())
    assert not Filling.objects.exists()


def test_what_a_recurring_form_says_of_itself_is_read_and_kept(officer: Actor) -> None:
    filling = sent(officer, blank_forms.numbering())
    assert (filling.number, filling.authority, filling.document, filling.valid_until) == (
        "KJ-07表",
        "示例省科学技术厅",
        "示科统〔2026〕3号",
        date(2027, 6, 30),
    )
    assert filling.columns["2"] == {"code": "revenue", "back": 0, "unit": "亿元"}


def test_a_day_that_is_typed_and_over_is_refused(officer: Actor) -> None:
    filling = sent(officer, blank_forms.totals())
    columns = {int(place): Mapped(**said) for place, said in filling.columns.items()}
    head = services.Head(valid_until=date(2025, 12, 31))
    with pytest.raises(ValidationError) as refused:
        services.map_columns(officer, filling, columns, head)
    assert list(refused.value.message_dict) == ["valid_until"]


@pytest.mark.parametrize("name", ["来表.xls", "来表.et"])
def test_an_old_workbook_is_asked_to_be_saved_anew(officer: Actor, name: str) -> None:
    region = Region.objects.get(code="990101")
    with pytest.raises(UploadRefused, match="另存为"):
        services.take_in(officer, region, name, io.BytesIO(old_workbook([["企业名称"]])))


def test_the_trail_tells_columns_in_words(officer: Actor) -> None:
    filling = sent(officer, blank_forms.totals())
    mapped(officer, filling, at_1="region_name", at_2="rd_staff@1/人")
    line = AuditEvent.objects.filter(action="filling.map").latest("pk")
    after = {value for _before, value in line.changes.values()}
    assert {choices()["region_name"].name, f"{choices()['rd_staff'].name}（2024年，人）"} <= after
    assert not any("@" in value or "_" in value for value in after)


def test_a_document_is_asked_to_be_saved_as_what_is_taken(officer: Actor) -> None:
    region = Region.objects.get(code="990101")
    with pytest.raises(UploadRefused) as refused:
        services.take_in(officer, region, "来表.docx", io.BytesIO(b"PK"))
    assert "请另存为 .xlsx 后再上传" in refused.value.sentence


def test_money_without_a_unit_is_not_filled(officer: Actor) -> None:
    book: Any = openpyxl.Workbook()
    book.worksheets[0].append(["企业名称", "营业收入", "地址"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(ValidationError) as refused:
        mapped(officer, sent(officer, out.getvalue()))
    assert list(refused.value.message_dict) == ["column-1"]


def test_telephones_leave_only_for_a_reason_that_is_told(
    officer: Actor, firms: list[Party]
) -> None:
    filling = mapped(officer, sent(officer, blank_forms.two_rows()))
    with pytest.raises(ValidationError) as refused:
        filled(officer, filling, firms[0].code, reason="")
    assert list(refused.value.message_dict) == ["reason"]
    filled(officer, filling, firms[0].code)
    event = AuditEvent.objects.get(action="secret.reveal")
    assert (event.subject_kind, event.reason) == ("filling", "按来文报送")


def test_nobody_found_is_told_and_nothing_is_chosen(officer: Actor, firms: list[Party]) -> None:
    filling = mapped(officer, sent(officer, blank_forms.totals()))
    with pytest.raises(ValidationError) as refused:
        services.choose_firms(officer, filling, lines=["没有这家"])
    assert list(refused.value.message_dict) == ["lines"]
    filling.refresh_from_db()
    assert filling.firms == {}


def test_firms_of_another_county_are_not_filled(officer: Actor, firms: list[Party]) -> None:
    away = firm("示例丙器械有限公司", "990102")
    filling = mapped(officer, sent(officer, blank_forms.totals()))
    filling = filled(officer, filling, firms[0].code, away.code, away.name)
    assert list(FilledRow.objects.values_list("name", flat=True)) == [firms[0].name]
    assert filling.counts["unknown"] == 2


def test_facts_stay_hidden_from_whoever_may_not_take_them(
    officer: Actor, firms: list[Party]
) -> None:
    verbs = ("filling.run", "organisation.view", "registry.export")
    fewer = replace(officer, grants={verb: officer.grants[verb] for verb in verbs})
    filling = mapped(officer, sent(officer, blank_forms.totals()))
    filling = filled(fewer, filling, firms[0].code)
    row = FilledRow.objects.get(filling=filling)
    assert row.values["0"]["said"] == firms[0].name
    assert row.values["1"] == {"why": "本角色不能取用这项数据"}


# --- programs and pages


def test_what_programs_get_fits_its_schema(officer: Actor, firms: list[Party]) -> None:
    filling = filled(officer, mapped(officer, sent(officer, blank_forms.two_rows())), firms[0].code)
    told = api.FillingWholeOut.model_validate(api.whole(filling))
    assert [each.choice for each in told.columns][:3] == ["", "enterprise_name", "revenue@0/万元"]
    row = api.RowOut.model_validate(api.shown(FilledRow.objects.get(), filling))
    assert row.values["联系人（电话）"]["said"] == "138****1234"


def _shown_on(page: Any) -> dict[str, Any]:
    """What the page that asks for the columns would send as it stands."""
    rows = page.context["column_rows"]
    shown = [box for row in rows for box in (row.column, row.back, row.unit) if box]
    seen = page.context["columns_form"]["seen"]
    return {
        box.html_name: box.value() or "" for box in (seen, *shown, *page.context["head_fields"])
    }


def test_the_pages_lead_from_the_blank_form_to_the_filled_one(
    person: Callable[..., Membership], client: Client, firms: list[Party]
) -> None:
    member = person("officer", "990101")
    client.force_login(member.user)
    upload = io.BytesIO(blank_forms.two_rows())
    upload.name = "基本情况.xlsx"
    page = client.post(
        "/desk/fillings/new/",
        {"workbook": upload, "year": "2025", "region": "990101"},
        follow=True,
    )
    here = page.redirect_chain[-1][0]
    form = page.context["columns_form"]
    given = _shown_on(page)
    assert (given["column-2"], given["back-4"], "unit-2" in given) == ("营业收入", "1", False)
    assert form["unit-2"].value() == "万元"

    wrong = client.post(f"{here}columns/", {**given, "column-1": "天气"})
    assert "库里没有“天气”这一项" in wrong.content.decode()
    assert _shown_on(wrong) == {**given, "column-1": "天气"}

    client.post(f"{here}columns/", {**_shown_on(wrong), "column-1": given["column-1"]})
    columns = Filling.objects.get().columns
    assert columns["2"]["unit"] == "万元"

    # Another window shows the columns as they are now; the first one does not know of its change.
    other = _shown_on(client.get(here))
    changed = {**other, "column-1": "", "number": "KJ-9"}
    assert "已记住" in client.post(f"{here}columns/", changed, follow=True).content.decode()
    stale = client.post(f"{here}columns/", other, follow=True)
    assert "表头的对应已被改动" in stale.content.decode()
    assert Filling.objects.get().number == "KJ-9"
    client.post(f"{here}columns/", {**_shown_on(stale), "column-1": other["column-1"]})
    assert Filling.objects.get().columns == columns
    page = client.post(f"{here}firms/", {"how": "filter"}, follow=True)
    assert [line.name for line in page.context["lines"]] == [each.name for each in firms]
    assert [lack.count for lack in page.context["lacks"]] == [1, 1, 1, 1, 1]

    refused = client.post(f"{here}fill/", {"reason": ""})
    assert refused.context["fill_form"].errors
    page = client.post(f"{here}fill/", {"reason": "按来文报送"}, follow=True)
    text = page.content.decode()
    assert "填了2家" in text
    assert "138****1234" in text
    assert PHONE not in text
    filling = Filling.objects.get()
    file: Any = client.get(f"/files/{filling.result_id}/")  # type: ignore[attr-defined]
    assert b"".join(file.streaming_content).startswith(b"PK")
    file.close()
