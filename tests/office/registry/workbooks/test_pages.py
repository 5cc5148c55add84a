"""The pages of imports: sending, mapping, preview, confirming, undoing, exporting."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from imported_files import CODE, NAME, PLACE, code_of, csv_bytes, workbook

from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.ground.models import Job, Notice
from kechuang.office.registry.imports.marks import COLOUR, TOLD
from kechuang.office.registry.imports.templates import template
from kechuang.office.registry.models import HeaderChoice, ImportBatch, Organisation

HEAD = [CODE, NAME, PLACE, "注册资本（万元）"]
GOOD = [code_of(1), "甲县一号有限公司", "甲县", 100]
BAD = [code_of(2), "甲县二号有限公司", "甲县", "#REF!"]
HTMX = {"HX-Request": "true", "HX-Target": "import"}


@pytest.fixture
def browser(signed_in: Callable[..., Client], county: Any) -> Client:
    return signed_in("officer", "990101")


def given(content: bytes, name: str = "名录.xlsx", **more: Any) -> dict[str, Any]:
    return {
        "purpose": "organisations",
        "workbook": SimpleUploadedFile(name, content),
        "source": "bureau",
        "as_of": "2025-12-31",
        "region": "990101",
        "year": "",
        "document": "示科〔2026〕3号",
        **more,
    }


def send(browser: Client, rows: list[list[Any]], name: str = "名录.xlsx", **more: Any) -> str:
    """Send a workbook, have it checked, and give the address of its page."""
    content = csv_bytes(rows, "gb18030") if name.endswith("csv") else workbook(rows)
    response = browser.post("/registry/imports/new/", given(content, name, **more))
    assert response.status_code == 302, response.content.decode()
    run_waiting_jobs()
    return response.headers["Location"]


def page(browser: Client, address: str, **more: Any) -> str:
    response = browser.get(address, **more)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_check_preview_confirm_undo(browser: Client) -> None:
    address = send(browser, [HEAD, GOOD, BAD])
    told = page(browser, address)
    assert (
        "确认后新增1行、更新0行；不变的0行不动。冲突和错误的1行不导入，改好后可以再传一次。" in told
    )
    assert "第 3 行 D 列 注册资本（万元）：应为数字，填的是 #REF!" in told
    assert "导入1行</button>" in told
    assert Organisation.objects.count() == 0
    browser.post(f"{address}confirm/")
    run_waiting_jobs()
    assert "已导入：新增1行，更新0行，不变0行。" in page(browser, address)
    assert Organisation.objects.get().registered_capital == 100_000_000
    browser.post(f"{address}undo/")
    run_waiting_jobs()
    assert "数据回到导入之前。" in page(browser, address)
    assert Organisation.objects.count() == 0
    assert Notice.objects.count() == 3


def test_marked_workbook_is_mended_and_sent_again(browser: Client) -> None:
    address = send(browser, [HEAD, GOOD, BAD])
    batch = ImportBatch.objects.get()
    assert batch.marked is not None
    assert f"/files/{batch.marked.pk}/" in page(browser, address)
    content = b"".join(browser.get(f"/files/{batch.marked.pk}/"))  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet: Any = book.active
    assert (batch.marked.name, sheet["D3"].fill.fgColor.rgb, sheet["E1"].value) == (
        "名录-已标注.xlsx",
        COLOUR,
        TOLD,
    )
    sheet["D3"].value = 88.5
    mended = io.BytesIO()
    book.save(mended)
    response = browser.post("/registry/imports/new/", given(mended.getvalue(), "名录-已标注.xlsx"))
    run_waiting_jobs()
    told = page(browser, response.headers["Location"])
    assert "导入2行</button>" in told
    assert "没有认出" not in told
    assert ImportBatch.objects.first().marked is None  # type: ignore[union-attr]


def test_csv_comes_back_as_a_marked_workbook(browser: Client) -> None:
    send(browser, [HEAD, GOOD, BAD], "名录.csv")
    batch = ImportBatch.objects.get()
    assert batch.marked is not None
    content = b"".join(browser.get(f"/files/{batch.marked.pk}/"))  # type: ignore[arg-type]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row[:4]] for row in sheet] == [HEAD, GOOD, BAD]
    assert (sheet["D3"].fill.fgColor.rgb, sheet["E3"].value[:9]) == (COLOUR, "第 3 行 D 列")


def test_headers_are_mapped_once_and_remembered(browser: Client) -> None:
    rows = [["厂子", PLACE, "老板"], ["甲县一号有限公司", "甲县", "王五"]]
    address = send(browser, rows)
    told = page(browser, address)
    assert ("表头对应哪一列" in told, "待对应表头" in told) == (True, True)
    browser.post(
        f"{address}headers/",
        {"header-0": "enterprise_name", "header-1": "region_name", "header-2": "contact_name"},
    )
    run_waiting_jobs()
    assert "导入1行</button>" in page(browser, address)
    assert dict(HeaderChoice.objects.values_list("header", "field")) == {
        "厂子": "enterprise_name",
        "老板": "contact_name",
    }
    again = send(browser, rows)
    assert "按记住的对应" in page(browser, again)


def test_the_unit_is_chosen_where_the_header_lacks_it(browser: Client) -> None:
    address = send(browser, [[CODE, NAME, PLACE, "本钱"], [*GOOD[:3], "12"]])
    told = page(browser, address)
    assert 'value="registered_capital（元）"' in told
    browser.post(f"{address}headers/", {"header-3": "registered_capital（元）"})
    run_waiting_jobs()
    assert "注册资本（万元）：0.0012" in page(browser, f"{address}?show=new")


def test_two_headers_for_one_column_are_told_beside_the_header(browser: Client) -> None:
    address = send(browser, [["厂子", "店", PLACE], ["甲", "乙", "甲县"]])
    response = browser.post(
        f"{address}headers/", {"header-0": "enterprise_name", "header-1": "enterprise_name"}
    )
    told = response.content.decode()
    assert ("已经选了同一字段" in told, 'href="#header-1"' in told) == (True, True)


@pytest.mark.parametrize("state", ["new", "changed", "same", "conflict", "error", "nonsense"])
def test_each_count_opens_its_rows(browser: Client, state: str) -> None:
    address = send(browser, [HEAD, GOOD, BAD])
    assert 'id="rows"' in page(browser, f"{address}?show={state}")


def test_new_rows_show_what_they_say(browser: Client) -> None:
    address = send(browser, [HEAD, GOOD])
    assert "注册资本（万元）：100" in page(browser, f"{address}?show=new")


def test_part_that_is_asked_for_while_the_job_works(browser: Client) -> None:
    response = browser.post("/registry/imports/new/", given(workbook([HEAD, GOOD])))
    address = response.headers["Location"]
    told = page(browser, address, headers=HTMX)
    assert ("<html" in told, 'hx-trigger="every 2s"' in told) == (False, True)
    run_waiting_jobs()
    told = page(browser, address, headers=HTMX)
    assert ("hx-trigger" in told, "data-announce" in told, "导入1行" in told) == (False, True, True)


def test_drop_writes_nothing(browser: Client) -> None:
    address = send(browser, [HEAD, GOOD])
    browser.post(f"{address}drop/")
    assert "已放弃。这份文件什么也没有写入。" in page(browser, address)
    browser.post(f"{address}confirm/")
    assert "不能这样做" in page(browser, address)
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"purpose": ""}, "请选择“内容”。"),
        ({"source": "statistics_office"}, "选的不在可选的里面"),
        ({"source": ""}, "请选择“来源”。"),
        ({"as_of": "2999-01-01"}, "还没有到"),
        ({"year": "20255"}, "年度填的是“20255”"),
        ({"region": "990102"}, "选的不在可选的里面"),
        ({"workbook": SimpleUploadedFile("a.exe", b"MZ")}, "a.exe"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_beside_its_field(
    browser: Client, more: dict[str, Any], words: str
) -> None:
    response = browser.post("/registry/imports/new/", given(workbook([HEAD, GOOD]), **more))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert ImportBatch.objects.count() == 0


def test_refused_source_is_explained(browser: Client) -> None:
    told = page(browser, "/registry/imports/new/")
    assert ("《中华人民共和国统计法》" in told, 'value="statistics_office"' in told) == (
        True,
        False,
    )


def test_template_of_another_purpose_is_refused(browser: Client) -> None:
    response = browser.post("/registry/imports/new/", given(template("people"), "模板.xlsx"))
    run_waiting_jobs()
    told = page(browser, response.headers["Location"])
    assert ("这是“人才”的填报模板" in told, "重新上传" in told) == (True, True)


@pytest.mark.parametrize("purpose", ["organisations", "yearly_facts", "people"])
def test_templates_are_downloaded(browser: Client, purpose: str) -> None:
    response = browser.get("/registry/imports/template/", {"purpose": purpose, "year": "2025"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    assert book.sheetnames[:2] == ["填报", "说明"]


def test_template_without_purpose_asks_for_it(browser: Client) -> None:
    assert "请选择“内容”。" in page(browser, "/registry/imports/template/")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("purpose=yearly_facts&wanted=xlsx", "“年度”没有填"),
        ("purpose=yearly_facts&wanted=xlsx&year=2025", "“来源”没有选"),
        ("purpose=organisations&wanted=xlsx&whole=on", "“来源”没有选"),
        ("purpose=organisations&wanted=docx", "选的不在可选的里面"),
    ],
)
def test_export_asks_for_what_it_needs(browser: Client, query: str, words: str) -> None:
    assert words in page(browser, f"/registry/imports/export/?{query}")


@pytest.mark.parametrize("wanted", ["xlsx", "csv", "csv-gb18030"])
def test_export_is_downloaded(browser: Client, records: SimpleNamespace, wanted: str) -> None:
    response = browser.get(f"/registry/imports/export/?purpose=rights&wanted={wanted}")
    ending = wanted.partition("-")[0]
    assert f".{ending}" in response.headers["Content-Disposition"]
    assert len(b"".join(response)) > 100  # type: ignore[arg-type]


def test_long_export_goes_to_a_job(
    browser: Client, records: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kechuang.office.ground.exporting.AT_ONCE", 0)
    response = browser.get("/registry/imports/export/?purpose=rights&wanted=csv")
    assert response.headers["Location"] == f"/jobs/{Job.objects.get().pk}/"


def test_imports_are_found_by_name_and_wait_on_the_first_page(browser: Client) -> None:
    send(browser, [HEAD, GOOD], "科小名录.xlsx")
    assert "科小名录.xlsx" in page(browser, "/search/?q=科小名录")
    assert "导入已检查，待确认" in page(browser, "/")
    assert "科小名录.xlsx" in page(browser, "/registry/imports/?state=checked")


def test_reviewer_sees_an_import_but_no_acts(
    browser: Client, signed_in: Callable[..., Client]
) -> None:
    address = send(browser, [HEAD, GOOD])
    told = page(signed_in("reviewer", "990101"), address)
    assert ("导入会带来什么" in told, "导入1行" in told, "放弃这次导入" in told) == (
        True,
        False,
        False,
    )
    assert signed_in("officer", "990102").get(address).status_code == 404


def test_what_an_undo_leaves_standing_is_told(browser: Client) -> None:
    address = send(browser, [HEAD, GOOD])
    browser.post(f"{address}confirm/")
    run_waiting_jobs()
    Organisation.objects.update(address="改过", changed_at="2026-01-02T00:00:00Z")
    browser.post(f"{address}undo/")
    run_waiting_jobs()
    told = page(browser, address)
    assert (
        "条没有撤销，原因见下" in told,
        "“甲县一号有限公司”的档案没有撤销：导入后又有改动" in told,
    ) == (
        True,
        True,
    )
    assert Organisation.objects.get().address == "改过"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/registry/organisations/?q=轴承", 1),
        ("/registry/organisations/?q=没有", 0),
    ],
)
def test_list_is_exported_as_a_template_as_it_is_shown(
    browser: Client, records: SimpleNamespace, address: str, found: int
) -> None:
    listing, _mark, query = address.partition("?")
    told = page(browser, listing)
    assert "/registry/imports/export/?purpose=organisations&amp;listing=organisations" in told
    asked = {"purpose": "organisations", "wanted": "csv", "listing": "organisations"}
    response = browser.get("/registry/imports/export/", {**asked, "query": query})
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    assert text.count("甲县示例轴承有限公司") == found
    assert "搜索：“" in text
