"""One cell as it is written to one value of a frame, or to what is wrong with it.

Whole columns go a faster way (`columns`); whatever that way does not take ends here, and a test
holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from kechuang.eligibility.data.headers import NUMERIC, Meaning
from kechuang.eligibility.data.words import plain, words
from kechuang.reference.credit_codes import is_credit_code
from kechuang.reference.fields import MOST_COUNT, Field
from kechuang.reference.words import plain_header
from kechuang.rulebook.units import PLAIN, unit_of

Value: TypeAlias = int | bool | date | str | None

_SPREADSHEET_ERROR: Final = re.compile(r"#(REF!|DIV/0!|VALUE!|N/A|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_DATE: Final = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?",
    re.ASCII,
)
_MONTH: Final = re.compile(r"\d{4}(?:[-/.年]\d{1,2}月?|年|\d{2})?", re.ASCII)
_ROUNDED: Final = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE | re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
FIRST_YEAR: Final = 1900
LONGEST: Final = 60
"""Digits beyond which a number is not even looked at."""
NOISE: Final = Fraction(1, 2**50)
"""How far a computed spreadsheet number may lie beside a decimal, as a share of itself …"""
MOST_NOISE: Final = Fraction(3, 8)
"""… and in units of the last place kept: for the greatest sums a double is no finer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a code of `errors.CODES` and three sentences."""

    code: str
    what: str
    why: str
    remedy: str


def value_of(text: str, meaning: Meaning, *, computed: bool = False) -> Value | Fault:
    """The value of a cell, None where it is missing.

    Money is whole 分, a number an integer of its last decimal place. `computed` says that a
    spreadsheet may have computed the number in binary, so that 0.30000000000000004 is 0.3.
    """
    field, written = meaning.field, plain(text)
    if plain_header(written) in words().missing:
        return None
    if _SPREADSHEET_ERROR.match(written):
        return failed_formula()
    if field.type in NUMERIC:
        return _number(written, meaning, computed=computed)
    if field.type == "boolean":
        return _truth(written, field)
    if field.type == "date":
        return _date(written, field)
    if field.type == "choice":
        return _option(written, field)
    return text_of(text, field)


def is_code(field: Field) -> bool:
    """Whether a field holds codes: blanks and width do not matter, and every character does."""
    return field.type == "code" or field.code.endswith("_code")


def text_of(text: str, field: Field) -> str | Fault:
    """A code without blanks and in half-width letters, or a text as it is, without blanks around.

    A code of which characters are hidden cannot be told from others.
    """
    if not is_code(field):
        return text.strip()
    code = "".join(plain(text).split())
    if _ROUNDED.fullmatch(code):
        return lost_digits(field)
    if code in words().totals:
        why = "合计、备注不是一家企业或一件事"
        return Fault("totals", "不是代码", why, "删去这一行")
    return masked(field) if is_masked(code) and not is_credit_code(code) else code


def lost_digits(field: Field) -> Fault:
    """The fault of a long code that a spreadsheet took for a number."""
    why = f"“{field.name}”被当成数字存，末几位已经丢了"
    return Fault("lost_digits", "不是完整的代码", why, "把这一列设为文本格式，重新填写后再存")


def is_masked(text: str) -> bool:
    """Whether characters of a value are hidden."""
    return any(mask in text for mask in words().masks)


def masked(field: Field) -> Fault:
    """The fault of a hidden value."""
    why = "有字符被遮住，看不到原值"
    return Fault("masked", "是脱敏后的值", why, f"向数据来源要未脱敏的“{field.name}”，或留空")


def failed_formula() -> Fault:
    """The fault of a cell whose formula failed."""
    why = "单元格里的公式没有算出结果"
    return Fault("spreadsheet_error", "是表格软件的出错值", why, "改好公式，或直接填数后重存")


# --- numbers


def _number(text: str, meaning: Meaning, *, computed: bool) -> int | Fault:
    field = meaning.field
    if is_masked(text):
        return masked(field)
    factor = meaning.factor
    digits, share = _share_of(text, field)
    if share is not None:
        factor = share
    if field.type == "money":
        digits, own = _unit_apart(digits)
        if own and own != meaning.unit:
            return _other_unit(own, meaning)
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits):
        return _no_number(meaning.unit)
    number = Decimal(digits)
    if len(digits) > LONGEST or number.adjusted() > LONGEST:
        return _too_large(field)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -LONGEST:
        return _too_exact(field, factor, meaning.unit)
    exact = Fraction(number) * factor
    whole = _whole(exact, computed=computed)
    if whole is None:
        return _too_exact(field, factor, meaning.unit)
    return whole if meaning.least <= whole <= field.most else out_of_range(whole, meaning)


def out_of_range(whole: int, meaning: Meaning) -> Fault:
    """The fault of a number that is exact, but too large, or a count below zero."""
    field = meaning.field
    if abs(whole) > field.most:
        return _too_large(field)
    remedy = f"核对“{field.name}”，没有就填 0，不知道就留空"
    return Fault("negative", "是负数", "个数不会小于零", remedy)


def _whole(exact: Fraction, *, computed: bool) -> int | None:
    if exact.denominator == 1:
        return exact.numerator
    nearest = round(exact)
    distance = abs(exact - nearest)
    if computed and distance <= min(abs(exact) * NOISE, MOST_NOISE):
        return nearest
    return None


def _share_of(text: str, field: Field) -> tuple[str, Fraction | None]:
    """The digits of 25% and the factor of its unit, where the field is a share."""
    unit = text[-1:]
    own = unit_of(field.unit)
    if unit not in {"%", "‰"} or own.dimension != PLAIN or not field.unit:
        return text, None
    return text[:-1].rstrip(), unit_of(unit).factor / own.factor * 10**field.places


def _unit_apart(text: str) -> tuple[str, str]:
    """The digits of 500万元, and the unit of money that stands behind them."""
    unit = text.lstrip("+-0123456789.,e ")
    return (text.removesuffix(unit).rstrip(), unit) if unit in words().money_units else (text, "")


def _other_unit(unit: str, meaning: Meaning) -> Fault:
    why = f"表头的单位是{meaning.unit}，这一格写的是{unit}，混在一列里会差成倍数"
    return Fault("mixed_units", "的单位与表头不同", why, f"整列换算成{meaning.unit}，格里只写数字")


def _no_number(unit: str) -> Fault:
    remedy = "只写数字，单位写在表头" if unit else "只写数字"
    return Fault("not_number", "不是数", "含有数字以外的字", f"{remedy}；不知道就留空")


def _too_exact(field: Field, factor: Fraction, unit: str) -> Fault:
    if field.type == "count":
        return Fault("decimals", "不是整数", f"“{field.name}”按个计", "填整数")
    places = 0
    while (factor / 10 ** (places + 1)).denominator == 1:
        places += 1
    kept = "分" if field.type == "money" else f"{field.places} 位小数"
    why = f"“{field.name}”只保留到{kept}，以{unit}计最多 {places} 位小数"
    return Fault("decimals", "的小数位数太多", why, "四舍五入后再填，或换一个单位")


def _too_large(field: Field) -> Fault:
    most = "十万亿元" if field.type == "money" else f"{MOST_COUNT:,} {field.unit}"
    why = f"“{field.name}”不会超过{most}"
    return Fault("magnitude", "太大", why, "核对数值，以及表头里的单位")


# --- what is no number


def _truth(text: str, field: Field) -> bool | Fault:
    found = words().truths.get(plain_header(text))
    if found is not None:
        return found
    why = f"“{field.name}”要回答是或否"
    return Fault("not_boolean", "不是是或否", why, f"写成 {words().told_truths}；不知道就留空")


def _date(text: str, field: Field) -> date | Fault:
    found = _DATE.fullmatch(text)
    if found is None:
        return Fault("not_date", "不是日期", _why_no_date(text), "写成 2023-01-05；不知道就留空")
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        value = date(year, month, day)
    except ValueError:
        return Fault("not_date", "不是日期", "没有这一天", f"核对“{field.name}”")
    if year < FIRST_YEAR:
        return Fault("not_date", "太早", f"早于 {FIRST_YEAR} 年", f"核对“{field.name}”")
    return value


def _why_no_date(text: str) -> str:
    if _SERIAL.fullmatch(text):
        return "像是日期在表格软件里的序号，这一格没有设成日期格式"
    if _MONTH.fullmatch(text):
        return "没有写到日"
    return "认不出年、月、日"


def options_of(field: Field) -> Mapping[str, str]:
    """What may be written for each option, in the plain form, with its code."""
    named = {plain_header(label): code for code, label in field.options.items()}
    return named | {plain_header(code): code for code in field.options}


def _option(text: str, field: Field) -> str | Fault:
    found = options_of(field).get(plain_header(text))
    if found is not None:
        return found
    known = "、".join(field.options.values())
    return Fault("not_option", "不在选项之中", f"“{field.name}”的选项有 {known}", "改成其中一个")
