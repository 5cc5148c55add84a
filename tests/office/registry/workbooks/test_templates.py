"""The workbooks to fill in: what they say, what they take, what an import ignores of them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from kechuang.office.registry.imports.layout import (
    DATA,
    EXAMPLE,
    GUIDE,
    HIDDEN,
    Stamp,
    stamp_of,
)
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.imports.templates import columns_of, template

YEARS = [(code, 2025 if purpose.needs_year else None) for code, purpose in PURPOSES.items()]


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(page: Any) -> list[tuple[Any, ...]]:
    return list(page.iter_rows(values_only=True))


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("code", "year"), YEARS)
def test_headers_are_those_of_the_purpose(code: str, year: int | None, whole: bool) -> None:
    page = opened(template(code, year, whole=whole))[DATA]
    columns = columns_of(PURPOSES[code], year, whole=whole)
    assert list(rows_of(page)[0]) == [column.header(year) for column in columns]
    assert page.freeze_panes == "C2"
    assert (page.print_title_rows, page.page_setup.orientation) == ("$1:$1", "landscape")


@pytest.mark.parametrize(("code", "year"), YEARS)
def test_all_but_the_header_is_the_example(code: str, year: int | None) -> None:
    rows = rows_of(opened(template(code, year))[DATA])
    example = dict(zip(rows[0], rows[1], strict=True))
    keys = [PURPOSES[code].columns[key].field.name for key in PURPOSES[code].keys]
    assert [str(example[key]).startswith(EXAMPLE) for key in keys] == [True] * len(keys)
    assert len(rows) == 2


@pytest.mark.parametrize(("code", "year"), YEARS)
def test_hidden_sheet_says_purpose_version_and_year(code: str, year: int | None) -> None:
    book = opened(template(code, year))
    assert stamp_of(rows_of(book[HIDDEN])) == Stamp(code, "1", year)
    assert book[HIDDEN].sheet_state == "veryHidden"
    assert (book.active.title, [len(name) <= 31 for name in book.sheetnames]) == (
        DATA,
        [True] * len(book.sheetnames),
    )


@pytest.mark.parametrize(("code", "year"), YEARS)
def test_guide_explains_each_column(code: str, year: int | None) -> None:
    rows = rows_of(opened(template(code, year))[GUIDE])
    explained = [
        row[0] for row in rows[rows.index(("列", "是否必填", "怎么填", "口径与可选内容")) + 1 :]
    ]
    assert explained == [each.header(year) for each in columns_of(PURPOSES[code], year)]


def test_columns_take_what_fits_their_field() -> None:
    book = opened(template("rights", regions=("甲县", "乙区")))
    page = book[DATA]
    heads = {cell.value: cell.column_letter for cell in page[1]}
    every = page.data_validations.dataValidation
    rules = {str(each.sqref).split(":")[0][:-1]: each for each in every}
    kinds = {name: rules[letter].type for name, letter in heads.items()}
    assert (kinds["知识产权编号"], kinds["授权日期"], kinds["企业在权利人中的排名（位）"]) == (
        "textLength",
        "date",
        "whole",
    )
    assert kinds["知识产权种类"] == kinds["高价值知识产权"] == "list"
    source = rules[heads["知识产权种类"]].formula1.replace("$", "")
    sheet, _stroke, area = source.partition("!")
    assert [cell[0].value for cell in book[sheet][area]] == list(
        PURPOSES["rights"].columns["ip_kind"].field.options.values()
    )
    assert [format_of(page, heads[name]) for name in ("知识产权编号", "授权日期")] == [
        "@",
        "yyyy-mm-dd",
    ]


def format_of(page: Any, letter: str) -> str:
    """How a column shows what is typed into it."""
    number = column_index_from_string(letter)
    return next(
        each.number_format
        for each in page.column_dimensions.values()
        if each.min <= number <= each.max
    )


def test_regions_can_be_chosen() -> None:
    book = opened(template("organisations", regions=("甲县", "乙区")))
    page = book[DATA]
    letter = next(cell.column_letter for cell in page[1] if cell.value == "所在区划")
    rule = next(
        each
        for each in page.data_validations.dataValidation
        if str(each.sqref).startswith(f"{letter}2")
    )
    sheet, _stroke, area = rule.formula1.replace("$", "").partition("!")
    assert [cell[0].value for cell in book[sheet][area]] == ["甲县", "乙区"]


def test_facts_of_a_year_say_it_in_the_header_or_in_a_column() -> None:
    purpose = PURPOSES["yearly_facts"]
    with_year = [each.header(2025) for each in columns_of(purpose, 2025)]
    without = [each.header() for each in columns_of(purpose)]
    assert ("年度" in with_year, "营业收入（2025年，万元）" in with_year) == (False, True)
    assert ("年度" in without, "营业收入（万元）" in without) == (True, True)


@pytest.mark.parametrize(
    ("rows", "stamp"),
    [
        ([], None),
        ([("purpose", "people")], None),
        ([("made_by", "other"), ("purpose", "people")], None),
        ([("made_by", "kechuang"), ("purpose", "people"), ("year", "二")], Stamp("people", "")),
    ],
)
def test_hidden_sheets_of_others_say_nothing(rows: list[Any], stamp: Stamp | None) -> None:
    assert stamp_of(rows) == stamp
