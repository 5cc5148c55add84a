"""Numerals as Chinese reports write them: 1,234.5, 三十五, 一百二十余, 1.2亿, 2万余, 半."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
}
SMALL_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS: Final = {"万": 10**4, "亿": 10**8}
VAGUE: Final = "几数"
MORE: Final = "余多来几"
LONGEST_NUMERAL: Final = 24
"""Longer runs of digits are codes or noise, never a quantity of this world."""

ARABIC_NUMERAL: Final = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
MULTIPLIER: Final = "[十百千]?万亿|[十百千]?[万亿]|[百千](?![瓦米克伏卡安赫分])"

_MIXED = re.compile(rf"(?P<number>{ARABIC_NUMERAL})[{MORE}]?(?P<multiplier>{MULTIPLIER})?[{MORE}]?")


def multiplier_value(text: str) -> Decimal:
    """The number that a run of Chinese magnitudes stands for.

    >>> multiplier_value("万亿")
    Decimal('1000000000000')
    """
    value = Decimal(1)
    for character in text:
        value *= SMALL_UNITS.get(character) or LARGE_UNITS[character]
    return value


def parse_arabic(text: str) -> Decimal | None:
    """A number in Arabic digits with optional grouping commas; None for what is no number.

    >>> parse_arabic("1,234.50")
    Decimal('1234.50')
    """
    if len(text) > LONGEST_NUMERAL or not re.fullmatch(ARABIC_NUMERAL, text):
        return None
    return Decimal(text.replace(",", ""))


@lru_cache(maxsize=4096)
def parse_chinese(text: str) -> Decimal | None:
    """A number in Chinese numerals; None where the characters do not form one.

    几 and 数 before a magnitude read as one of it (几十 is 10 at least); a last digit after a
    magnitude fills the next place (一万五 is 15000); 半 at the end is a half.

    >>> parse_chinese("一百二十五"), parse_chinese("两亿"), parse_chinese("二〇二四")
    (Decimal('125'), Decimal('200000000'), Decimal('2024'))
    """
    text = text.rstrip(MORE)
    if not text or len(text) > LONGEST_NUMERAL:
        return None
    half = Decimal("0.5") if text.endswith("半") and text != "半" else Decimal(0)
    if text == "半":
        return Decimal("0.5")
    text = text.removesuffix("半")
    if all(character in DIGITS for character in text):
        if len(text) == 1 or "〇" in text or "零" in text or len(text) == 4:
            return Decimal("".join(str(DIGITS[character]) for character in text)) + half
        return None
    whole = _parse_places(text)
    return None if whole is None else Decimal(whole) + half


def _parse_places(text: str) -> int | None:
    """Numerals with magnitudes, read from left to right."""
    total = section = digit = 0
    last_unit = 0
    has_digit = False
    for character in text:
        if character in DIGITS:
            if has_digit and digit:
                return None
            digit, has_digit = DIGITS[character], True
            if digit == 0:
                has_digit, last_unit = False, 0
        elif character in VAGUE:
            digit, has_digit = 1, True
        elif character in SMALL_UNITS:
            section += (digit if has_digit else 1) * SMALL_UNITS[character]
            last_unit, digit, has_digit = SMALL_UNITS[character], 0, False
        elif character in LARGE_UNITS:
            unit = LARGE_UNITS[character]
            section += digit
            if section == 0 and total and total < unit:
                total *= unit
            else:
                total += (section or 1) * unit
            last_unit, section, digit, has_digit = unit, 0, 0, False
        else:
            return None
    if has_digit and last_unit > 10:
        digit *= last_unit // 10
    return total + section + digit


_COMPOUND = re.compile(r"(\d{1,4})([万亿])(\d{1,4})([千百万])[余多]?")


def parse_numeral(text: str) -> Decimal | None:
    """Any numeral of a report: Arabic, Chinese, or digits with a Chinese magnitude.

    余, 多 and 来 are passed over: the caller reads them as a bound.

    >>> [int(parse_numeral(text) or 0) for text in ("1.2亿", "2万余", "一百二十余", "1700多万")]
    [120000000, 20000, 120, 17000000]
    """
    compound = _COMPOUND.fullmatch(text)
    if compound is not None:
        high = Decimal(compound[1]) * multiplier_value(compound[2])
        return high + Decimal(compound[3]) * multiplier_value(compound[4])
    mixed = _MIXED.fullmatch(text)
    if mixed is None:
        return parse_chinese(text)
    number = parse_arabic(mixed["number"])
    if number is None or mixed["multiplier"] is None:
        return number
    return number * multiplier_value(mixed["multiplier"])
