"""Numerals as reports write them: Arabic, Chinese, and both mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.figures.numerals import (
    LONGEST_NUMERAL,
    multiplier_value,
    parse_arabic,
    parse_chinese,
    parse_numeral,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("两", "2"),
        ("两百", "200"),
        ("三十五", "35"),
        ("十", "10"),
        ("十五", "15"),
        ("百", "100"),
        ("一百零五", "105"),
        ("一千零一", "1001"),
        ("九千九百九十九", "9999"),
        ("三万二千", "32000"),
        ("一亿两千万", "120000000"),
        ("十五万", "150000"),
        ("百万", "1000000"),
        ("千万", "10000000"),
        ("万亿", "1000000000000"),
        ("十万亿", "10000000000000"),
        # the last digit fills the place after the magnitude
        ("一万五", "15000"),
        ("两千三", "2300"),
        # vague ones stand at their least
        ("一百二十余", "120"),
        ("十余", "10"),
        ("百余", "100"),
        ("两百来", "200"),
        ("一百二十多", "120"),
        ("二十几", "20"),
        ("几十", "10"),
        ("几百", "100"),
        ("数百", "100"),
        ("数十万", "100000"),
        ("几千万", "10000000"),
        # halves
        ("半", "0.5"),
        ("三半", "3.5"),
        # years and the characters of cheques
        ("二〇二四", "2024"),
        ("二零二四", "2024"),
        ("贰拾叁", "23"),
        ("壹佰", "100"),
        ("〇", "0"),
    ],
)
def test_chinese_numerals(written: str, value: str) -> None:
    assert parse_chinese(written) == Decimal(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("35", "35"),
        ("0.5", "0.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("１２", "12"),
        ("1.2亿", "120000000"),
        ("2万余", "20000"),
        ("2余万", "20000"),
        ("1700多万", "17000000"),
        ("5万亿", "5000000000000"),
        ("3千", "3000"),
        ("3百", "300"),
        ("1.5千万", "15000000"),
        ("三十五", "35"),
    ],
)
def test_numerals(written: str, value: str) -> None:
    assert parse_numeral(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        # 几 and 余 alone count nothing
        "几",
        "余",
        # two digits side by side: 三五 is 三、五, 一二三 a list
        "三五",
        "一二三",
        "1.5.2",
        ".5",
        "5.",
        # groups of two figures are no thousands
        "12,34",
        # the magnitude opens a unit: 百瓦, 千米, 百分点
        "3百瓦",
        "3千米",
        "3百分",
        "1e5",
        "-5",
        "家",
        "9" * (LONGEST_NUMERAL + 1),
        "九" + "千" * LONGEST_NUMERAL,
    ],
)
def test_what_is_no_numeral(written: str) -> None:
    assert parse_numeral(written) is None


def test_longest_numeral() -> None:
    assert parse_arabic("9" * LONGEST_NUMERAL) == Decimal("9" * LONGEST_NUMERAL)


@pytest.mark.parametrize(
    ("magnitudes", "value"),
    [("", 1), ("十", 10), ("百万", 10**6), ("万亿", 10**12), ("千亿", 10**11)],
)
def test_multiplier(magnitudes: str, value: int) -> None:
    assert multiplier_value(magnitudes) == value


_DIGITS = "零一二三四五六七八九"


def written_out(number: int) -> str:
    """A whole number below 10**16 as one would say it."""
    if number == 0:
        return "零"
    for magnitude, name in ((10**8, "亿"), (10**4, "万"), (10**3, "千"), (100, "百"), (10, "十")):
        if number >= magnitude:
            head, rest = divmod(number, magnitude)
            gap = "零" if rest and rest < magnitude // 10 else ""
            return written_out(head) + name + gap + (written_out(rest) if rest else "")
    return _DIGITS[number]


@given(st.integers(0, 10**12 - 1))
def test_numbers_said_out_are_read_back(number: int) -> None:
    said = written_out(number)

    assert parse_chinese(said) == (number if len(said) <= LONGEST_NUMERAL else None)


@given(number=st.integers(0, 10**15), places=st.integers(0, 4))
def test_numbers_with_commas_are_read_back(number: int, places: int) -> None:
    value = Decimal(number).scaleb(-places)

    assert parse_numeral(f"{value:,f}") == value


@given(st.text(alphabet="0123456789.,零〇一二两三十百千万亿半几数余多来壹拾", max_size=30))
def test_any_run_of_numeral_characters_is_read_or_refused(written: str) -> None:
    value = parse_numeral(written)

    assert value is None or (value.is_finite() and value >= 0)
