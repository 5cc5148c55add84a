"""The workbook opens anywhere, holds real numbers and dates, and its links lead somewhere."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.model import About, Figure, Finding, Reading
from kechuang.reading.outputs import write_workbook
from kechuang.reading.outputs.sheets import SheetNames

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Cells = dict[str, str]


class Book:
    """What a spreadsheet program would find in the file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name).decode() for name in archive.namelist()}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])  # noqa: S314 - our own file
        self.names = [sheet.attrib["name"] for sheet in book.iterfind(".//m:sheet", NAMESPACE)]

    def xml(self, name: str) -> str:
        return self.parts[f"xl/worksheets/sheet{self.names.index(name) + 1}.xml"]

    def cells(self, name: str) -> Cells:
        root = ElementTree.fromstring(self.xml(name))  # noqa: S314 - our own file
        return {
            cell.attrib["r"]: "".join(cell.itertext())
            for cell in root.iterfind(".//m:c", NAMESPACE)
        }

    def links(self, name: str) -> list[tuple[str, str]]:
        return re.findall(r'<hyperlink ref="(\w+)" location="([^"]+)"', self.xml(name))


@pytest.fixture
def book(tmp_path: Path, reading: Reading, growth: Finding) -> Book:
    path = tmp_path / "数据.xlsx"
    write_workbook(path, [reading], [growth])
    return Book(path)


def test_it_has_figures_findings_contents_and_a_sheet_a_report(book: Book) -> None:
    assert book.names == ["数据", "核对", "目录", "示例市总结"]
    figures = book.cells("数据")
    assert [figures[f"{column}1"] for column in "ABCI"] == ["报告", "原文", "读数", "数值"]
    assert [figures[f"B{row}"] for row in (2, 6, 8)] == ["100家", "23.29亿元", "50万元至80万元"]
    assert "B9" not in figures


def test_numbers_and_dates_are_real_ones(book: Book) -> None:
    cells = book.cells("数据")
    assert (cells["I6"], cells["J8"], cells["L4"]) == ("2329000000", "800000", "0.6")
    assert 't="' not in re.search(r'<c r="I6"[^>]*>', book.xml("数据"))[0]  # type: ignore[index]
    assert (cells["M6"], cells["N6"]) == ("45292", "45504")
    assert cells["M8"] == ""


def test_links_lead_to_the_sentence_and_back(book: Book) -> None:
    there = dict(book.links("数据"))
    assert there["B2"] == "'示例市总结'!B5"
    sentences = book.cells("示例市总结")
    assert "由100家增加到150家" in sentences["B5"]
    assert dict(book.links("示例市总结"))["D5"] == "'数据'!B2"
    assert dict(book.links("核对"))["H2"] == "'数据'!B2"


def test_the_report_s_sheet_holds_the_whole_text(book: Book, reading: Reading) -> None:
    cells = book.cells("示例市总结")
    text = "".join(cells[f"B{row}"] for row in range(4, 11))
    assert "".join(text.split()) == "".join(reading.raw.split())


def test_sheets_are_frozen_filtered_and_set_up_for_print(book: Book) -> None:
    for name in ("数据", "核对"):
        xml = book.xml(name)
        assert 'state="frozen"' in xml
        assert "<autoFilter" in xml
    for name in book.names:
        xml = book.xml(name)
        assert 'paperSize="9" orientation="landscape"' in xml or 'orientation="landscape"' in xml
        assert "<oddHeader>" in xml
        assert "<oddFooter>" in xml


def test_no_text_becomes_a_formula_or_an_outside_link(
    tmp_path: Path, make_figure: Callable[..., Figure]
) -> None:
    raw = '=HYPERLINK("x")共5项。http://example.invalid/'
    made = replace(make_figure(raw, "5项", "5", "项"), measure="=1+1", quote="=cmd|5项")
    path = tmp_path / "数据.xlsx"
    write_workbook(path, [Reading("=A1", raw, About("@示例市", 2024, "-"), (made,))])
    book = Book(path)
    assert not [part for name, part in book.parts.items() if "<f>" in part and "sheet" in name]
    assert not [name for name in book.parts if "worksheets/_rels" in name]
    assert "quotePrefix" in book.parts["xl/styles.xml"]
    assert book.cells("数据")["D2"] == "=1+1"


def test_very_long_text_and_strange_characters_survive(
    tmp_path: Path, make_figure: Callable[..., Figure]
) -> None:
    raw = "长" * 70_000 + "\x00\x0b\x1b\ufffe5项" + "\U00020000" * 100
    made = make_figure(raw, "5项", "1234567890123456789.5", "项")
    path = tmp_path / "数据.xlsx"
    write_workbook(path, [Reading("示例", raw, About(), (made,))])
    book = Book(path)
    cells = book.cells("示例")
    assert sum(text.count("长") for cell, text in cells.items() if cell[0] == "B") == 70_000
    assert max(map(len, cells.values())) < 32_767
    assert book.cells("数据")["I2"] == "1234567890123456789.5"
    ElementTree.fromstring(book.xml("数据"))  # noqa: S314 - our own file


def test_many_reports_have_many_sheets(
    tmp_path: Path, make_reading: Callable[..., Reading]
) -> None:
    path = tmp_path / "数据.xlsx"
    write_workbook(path, [make_reading(f"报告{number}") for number in range(120)])
    book = Book(path)
    assert len(book.names) == 123
    assert book.cells("目录")["A121"] == "报告119"
    assert dict(book.links("目录"))["A121"] == "'报告119'!A1"


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("甲县总结", "甲县总结"),
        ("长" * 40, "长" * 31),
        ("a[1]:*?/\\b", "a_1_b"),
        ("'引号'", "引号"),
        ("", "报告"),
        ("///", "_"),
        ("History", "History 2"),
        ("数据", "数据 2"),
    ],
)
def test_a_sheet_name_is_one_that_excel_takes(wish: str, name: str) -> None:
    names = SheetNames()
    names.take("数据")
    assert names.take(wish) == name


@given(st.lists(st.text(max_size=50), max_size=12))
def test_sheet_names_are_safe_and_never_meet(wishes: list[str]) -> None:
    names = SheetNames()
    made = [names.take(wish) for wish in wishes]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert 0 < len(name.encode("utf-16-le", "replace")) <= 62
        assert not set("[]:*?/\\") & set(name)
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_decimals_stay_decimal(tmp_path: Path, make_figure: Callable[..., Figure]) -> None:
    made = replace(make_figure("共5项。", "5项", "5", "项"), value=Decimal("44.79"))
    path = tmp_path / "数据.xlsx"
    write_workbook(path, [Reading("示例", "共5项。", About(), (made,))])
    assert Book(path).cells("数据")["I2"] == "44.79"
