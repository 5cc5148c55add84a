"""A workbook as the archive that it is: what nobody edits stays byte for byte."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from kechuang.sheets.errors import SheetError
from kechuang.sheets.grids import Value
from kechuang.sheets.packages import Package


def book(**cells: Any) -> bytes:
    made = openpyxl.Workbook()
    for place, value in cells.items():
        made.worksheets[0][place] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    old, new = parts(before), parts(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def test_a_workbook_that_nobody_edits_comes_back_as_it_was():
    content = book(A1="表头")
    assert Package.open(content).save() is content


def test_only_the_sheet_that_is_edited_is_written_anew():
    content = book(A1="表头", A2=1)
    package = Package.open(content)
    package.sheets[0].write(2, 1, Decimal("3.5"))
    assert changed(content, package.save()) == {"xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize(
    "value",
    [
        "甲公司",
        "=1+1",
        " 留空 \n第二行",
        "_x0041_",
        "𠮷",
        Decimal("12.5"),
        Decimal("-0.001"),
        7,
        True,
        date(2025, 12, 31),
        date(1900, 1, 5),
        datetime(2025, 12, 31, 18, 30),  # noqa: DTZ001
        None,
    ],
)
def test_a_value_is_read_as_it_was_written(value: Value):
    package = Package.open(book(A1="表头"))
    package.sheets[0].write(9, 30, value)
    assert Package.open(package.save()).sheets[0].value(9, 30) == value


def test_a_day_is_shown_as_one_and_no_old_style_is_touched():
    content = book(A1="表头")
    package = Package.open(content)
    package.sheets[0].write(2, 1, date(2026, 1, 2))
    after = package.save()
    assert (
        openpyxl.load_workbook(io.BytesIO(after)).worksheets[0]["A2"].value.isoformat()[:10]
        == "2026-01-02"
    )
    assert changed(content, after) == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_results_of_formulas_are_forgotten_and_the_workbook_asks_for_calculation():
    package = Package.open(book(A1=1, A2="=SUM(A1:A1)"))
    package.sheets[0].write(1, 1, 5)
    written = openpyxl.load_workbook(io.BytesIO(package.save()))
    assert written.worksheets[0]["A2"].value == "=SUM(A1:A1)"
    assert written.calculation.fullCalcOnLoad
    kept = openpyxl.load_workbook(io.BytesIO(package.save()), data_only=True)
    assert kept.worksheets[0]["A2"].value is None


def test_a_formula_is_not_written_over():
    package = Package.open(book(A1="=1+1"))
    with pytest.raises(ValueError, match="holds a formula"):
        package.sheets[0].write(1, 1, 5)


def test_a_sheet_is_added_behind_the_others():
    package = Package.open(book(A1="表头"))
    package.add_sheet("缺项", [["单位", "缺什么"], ["甲公司", "联系电话"]], [20, 30])
    written = openpyxl.load_workbook(io.BytesIO(package.save()))
    assert written.sheetnames == ["Sheet", "缺项"]
    assert [cell.value for cell in written["缺项"][2]] == ["甲公司", "联系电话"]


def test_a_style_that_differs_in_its_fill_keeps_the_rest():
    made = openpyxl.Workbook()
    made.worksheets[0]["A1"].number_format = "0.00"
    out = io.BytesIO()
    made.save(out)
    package = Package.open(out.getvalue())
    sheet = package.sheets[0]
    style = package.styles.variant(sheet.style(1, 1), fill="FFFFE699")
    assert package.styles.variant(sheet.style(1, 1), fill="FFFFE699") == style
    sheet.set_style(1, 1, style)
    cell = openpyxl.load_workbook(io.BytesIO(package.save())).worksheets[0]["A1"]
    assert (cell.number_format, cell.fill.fgColor.rgb) == ("0.00", "FFFFE699")


def strict() -> bytes:
    old, out = book(A1=1), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts(old).items():
            archive.writestr(
                name,
                data.replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
            )
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (b"\xe7\x94\xb2,\xe4\xb9\x99", "not_a_workbook"),
        (b"PK\x03\x04 cut off", "broken"),
        (strict(), "strict"),
    ],
)
def test_what_is_no_workbook_of_today_is_refused_with_a_sentence(content: bytes, code: str):
    with pytest.raises(SheetError) as refused:
        Package.open(content, "汇总表.xlsx")
    assert refused.value.code == code
    assert "汇总表.xlsx" in refused.value.message
    assert refused.value.sentence("en").endswith(".")
