"""What a list shows becomes a file: real values, harmless text, and who took it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import fastexcel
import lxml.etree as etree
import pytest
from django.http import QueryDict
from django.test import Client

from kechuang.office.ground import exporting
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import Asked, Column, Listing, ask
from kechuang.office.ground.models import AuditEvent, StoredFile
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.reports.models import Report

pytestmark = pytest.mark.django_db
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BEFORE = {
    "formula": '=HYPERLINK("http://evil.example")',
    "code": "91130400MA0000000X",
    "number": Decimal("1284500.50"),
    "huge": Decimal("12345678901234567.89"),
    "day": date(2026, 1, 31),
    "moment": datetime(2026, 2, 1, 4, tzinfo=UTC),
    "nothing": None,
    "zero": 0,
    "yes": True,
}


def column(name: str, align: str = "text", **more: Any) -> Column:
    return Column(name, name, lambda _row: BEFORE[name], align=align, **more)  # type: ignore[arg-type]


LIST = Listing(
    code="test",
    name="试[1]/甲",
    verb="party.view",
    queryset=lambda _actor: Party.objects.all(),
    columns=(
        column("formula"),
        column("code"),
        column("number", "number", unit="万元"),
        column("huge", "number"),
        column("day", "date"),
        column("moment", "date"),
        column("nothing", "number"),
        column("zero", "number"),
        column("yes"),
    ),
    export_verb="report.export",
)


@pytest.fixture
def asked(city: Region, actor: Callable[..., Actor]) -> Asked:
    Party.objects.exclude(code="bureau-990100").delete()
    return ask(LIST, actor("officer", name="张三"), QueryDict(""))


def written(asked: Asked, wanted: str) -> bytes:
    file = io.BytesIO()
    assert exporting.write(asked, wanted, file) == 1
    return file.getvalue()


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return etree.fromstring(book.read(name))


def test_workbook_holds_real_values(asked: Asked) -> None:
    content = written(asked, "xlsx")
    sheet = part(content, "xl/worksheets/sheet1.xml")
    row = list(sheet.iter(f"{SPACE}row"))[1]
    # Numbers and dates are values, the rest is text; where nothing is filled in nothing stands.
    assert [(cell.get("r"), cell.get("t", "n")) for cell in row] == [
        ("A2", "inlineStr"), ("B2", "inlineStr"), ("C2", "n"), ("D2", "inlineStr"), ("E2", "n"),
        ("F2", "n"), ("H2", "n"), ("I2", "inlineStr"),
    ]  # fmt: skip
    assert ["".join(cell.itertext()) for cell in row] == [
        BEFORE["formula"], BEFORE["code"], "1284500.50", "12,345,678,901,234,567.89", "46053",
        "46054.5", "0", "是",
    ]  # fmt: skip
    assert list(sheet.iter(f"{SPACE}f")) == []
    assert fastexcel.read_excel(content).sheet_names == ["试_1__甲"]


def test_workbook_is_ready_to_be_read_and_printed(asked: Asked) -> None:
    content = written(asked, "xlsx")
    sheet = part(content, "xl/worksheets/sheet1.xml")
    pane = next(sheet.iter(f"{SPACE}pane"))
    page = next(sheet.iter(f"{SPACE}pageSetup"))
    book = part(content, "xl/workbook.xml")
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "B2")
    assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == (
        "9",
        "landscape",
        "0",
    )
    assert next(book.iter(f"{SPACE}sheet")).get("name") == "试_1__甲"
    assert "$1:$1" in "".join(each.text or "" for each in book.iter(f"{SPACE}definedName"))
    assert "&C试[1]/甲" in (next(sheet.iter(f"{SPACE}oddHeader")).text or "")


def test_csv_is_harmless_and_says_who_took_it(asked: Asked) -> None:
    content = written(asked, "csv")
    head, row, _empty, mark = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert head[2] == "number（万元）"
    assert row == [
        "'=HYPERLINK(\"http://evil.example\")", "91130400MA0000000X", "1284500.50",
        "12345678901234567.89", "2026-01-31", "2026-02-01 12:00", "", "0", "是",
    ]  # fmt: skip
    assert mark[0].startswith("导出人：张三（officer-990100-0）")
    assert mark[0].endswith("条件：全部")


def report(place: str, number: int) -> None:
    region = Region.objects.get(code=place)
    file = StoredFile.objects.create(
        digest="0", name="a.txt", size=1, media_type="text/plain", owner="x", region=region.path
    )
    Report.objects.create(
        name=f"报告{number}", region=region, file=file, digest=f"{number}", owner="x"
    )


def test_export_is_audited_with_conditions_and_rows_and_stays_in_reach(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("officer", "990101")
    for number, place in enumerate(("990101", "990101", "990102")):
        report(place, number)
    response = client.get("/reports/?export=csv&sort=name")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    line = AuditEvent.objects.get(action="report.export")
    assert [row[0] for row in rows[1:3]] == ["报告0", "报告1"]
    assert len(rows) == 5
    assert (line.subject_kind, line.subject_key) == ("listing", "reports")
    assert line.changes["rows"] == [None, 2]
    assert line.changes["conditions"] == [None, "全部"]
    assert "filename*=utf-8''%E6%8A%A5%E5%91%8A-" in response["Content-Disposition"]


def test_without_the_permission_nothing_is_exported_or_offered(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("department_liaison", "990101")
    report("990101", 1)
    page = client.get("/reports/").content.decode()
    response = client.get("/reports/?export=xlsx")
    assert ("export=" in page, response.status_code) == (False, 403)
    assert not AuditEvent.objects.filter(action="report.export", outcome="done").exists()


def test_list_without_exports_shows_itself(signed_in: Callable[..., Client]) -> None:
    response = signed_in("system_administrator").get("/account/people/?export=xlsx")
    assert response["Content-Type"].startswith("text/html")
