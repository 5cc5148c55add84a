"""What a header means, and what it must not be taken for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.eligibility.data.headers import HeaderReader, Meaning, Misread, Unread
from kechuang.eligibility.data.people import header_of
from kechuang.reference import Field, load_dictionary

READER = HeaderReader(load_dictionary(), "enterprises", 2024)
TYPED = HeaderReader(load_dictionary(), "enterprises", 2024, is_typed=True)


@pytest.mark.parametrize(
    ("header", "column", "factor"),
    [
        ("营业收入（万元）", "revenue__y0", 10**6),
        ("营业收入(元)", "revenue__y0", 100),
        ("营业收入【亿元】", "revenue__y0", 10**10),
        ("营业收入（千元）", "revenue__y0", 10**5),
        ("营业收入（分）", "revenue__y0", 1),
        ("营业收入（单位：万元）", "revenue__y0", 10**6),
        ("营业收入\n（万元）", "revenue__y0", 10**6),
        ("  营业 收入 （ 万元 ） ", "revenue__y0", 10**6),
        ("年销售收入（万元）", "revenue__y0", 10**6),
        ("revenue(元)", "revenue__y0", 100),
        ("Revenue（元）", "revenue__y0", 100),
        ("revenue__y2(元)", "revenue__y2", 100),
        ("revenue__2023（万元）", "revenue__y1", 10**6),
        ("营业收入__y1（万元）", "revenue__y1", 10**6),
        ("营业收入（2024年）（万元）", "revenue__y0", 10**6),
        ("营业收入（万元）（2023年度）", "revenue__y1", 10**6),
        ("营业收入（2022年，万元）", "revenue__y2", 10**6),
        ("营业收入（万元、2022）", "revenue__y2", 10**6),
        ("2023年营业收入（万元）", "revenue__y1", 10**6),
        ("2023年度营业收入（万元）", "revenue__y1", 10**6),
        ("营业收入（上年，万元）", "revenue__y0", 10**6),
        ("研发费用（加计扣除口径）（万元）", "rd_expense_deduction__y0", 10**6),
        ("高新技术产品（服务）收入（2023年，元）", "hightech_income__y1", 100),
        ("职工总数（季度平均）", "staff_total_quarterly__y0", 10**4),
        ("职工总数（季度平均）（人）", "staff_total_quarterly__y0", 10**4),
        ("研发人员数", "rd_staff__y0", 1),
        ("成立日期", "founded_on", 1),
        ("founded_on", "founded_on", 1),
    ],
)
def test_a_header_says_field_year_and_unit(header: str, column: str, factor: int) -> None:
    meaning = READER.read(header)

    assert isinstance(meaning, Meaning)
    assert (meaning.column, meaning.factor) == (column, Fraction(factor))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("序号", ""),
        ("", ""),
        ("（万元）", ""),
        ("营业收入增速", ""),
        ("营业收入合计（万元）", ""),
        ("营业收入（预计）（万元）", "“预计”"),
        ("营业收入（2021年）（万元）", "只用 2022 到 2024 年"),
        ("营业收入（2025年）（万元）", "只用 2022 到 2024 年"),
        ("revenue__2019（万元）", "只用 2022 到 2024 年"),
    ],
)
def test_another_header_is_no_field(header: str, why: str) -> None:
    meaning = READER.read(header)

    assert isinstance(meaning, Unread)
    assert why in meaning.why


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("营业收入", "no_unit"),
        ("revenue__y0", "no_unit"),
        ("营业收入（2024年）", "no_unit"),
        ("营业收入（人）", "wrong_unit"),
        ("营业收入（%）", "wrong_unit"),
        ("营业收入（元）（万元）", "wrong_unit"),
        ("研发人员数（万元）", "wrong_unit"),
        ("研发人员数（家）", "wrong_unit"),
        ("成立日期（年）", "wrong_unit"),
        ("成立日期（2024年）", "bad_year"),
        ("营业收入（2023年）（2024年）（万元）", "bad_year"),
    ],
)
def test_a_header_that_could_mislead_is_refused(header: str, code: str) -> None:
    meaning = READER.read(header)

    assert isinstance(meaning, Misread)
    assert meaning.code == code


@pytest.mark.parametrize("header", ["revenue__y1", "revenue__2023", "rd_staff", "founded_on"])
def test_in_a_typed_file_a_bare_code_is_canonical(header: str) -> None:
    meaning = TYPED.read(header)

    assert isinstance(meaning, Meaning)
    assert meaning.is_canonical


@pytest.mark.parametrize(
    "header", ["营业收入（元）", "revenue__y1(元)", "研发人员数", "rd_staff(人)"]
)
def test_in_a_typed_file_any_other_header_is_as_in_a_text_file(header: str) -> None:
    meaning = TYPED.read(header)

    assert isinstance(meaning, Meaning)
    assert not meaning.is_canonical


@pytest.mark.parametrize(
    "each", list(load_dictionary()), ids=lambda each: f"{each.frame}.{each.code}"
)
def test_the_header_we_write_for_a_field_is_read_as_that_field(each: Field) -> None:
    reader = HeaderReader(load_dictionary(), each.frame, 2024)

    for back, column in enumerate(each.columns()):
        meaning = reader.read(header_of(each, 2024 - back))
        assert isinstance(meaning, Meaning)
        assert (meaning.field, meaning.column) == (each, column)


@given(st.text(max_size=40))
def test_any_header_means_something(header: str) -> None:
    assert isinstance(READER.read(header), Meaning | Misread | Unread)
