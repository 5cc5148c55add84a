"""Quantities in running text: numerals with units, ranges, bounds, places and fractions.

The text is normalised: simplified characters, half-width digits and brackets. What a quantity
means, and whether a report counts it, is decided elsewhere; here only the writing is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from kechuang.figures.model import Bound, Form, Quantity
from kechuang.figures.numerals import (
    ARABIC_NUMERAL,
    LONGEST_NUMERAL,
    MULTIPLIER,
    multiplier_value,
    parse_numeral,
)
from kechuang.figures.units import unit_table

CHINESE: Final = (
    "(?:[几数](?=[十百千万亿]))?[零〇一二两三四五六七八九十百千万亿]+"
    "(?:几(?=[十百千万个家名位项]))?半?"
)
NUMBER: Final = (
    rf"\d{{1,4}}[万亿]\d{{1,4}}[千百万](?![瓦米克伏])[余多]?"
    rf"|(?:{ARABIC_NUMERAL})(?:[余多来几](?=[十百千万亿]))?(?: ?(?:{MULTIPLIER}))?[余多来]?"
    rf"|{CHINESE}(?:[余多来](?=[万亿]))?[万亿]*(?:[余多来](?!自))?"
)
RANGE_MARK: Final = "[-–—～~─−至到]"
MAGNITUDES: Final = frozenset("百千万亿")
LONGEST_QUALIFIER: Final = 4
SIGNED: Final = frozenset({"%", "‰", "百分点"})
HUNDRED: Final = Decimal(100)

_LOOSE_MAXIMUM = re.compile(
    r"(?:最高|最多|至多|上限|不超过)(?!水平|值|点|纪|级|峰|层|奖|院|法)[^，。；、,:\d]{0,9}$"
)
_LOOSE_MINIMUM = re.compile(
    r"(?:超过|突破|高于|超)(?:全国|全省|全区|全市|全县|上年|去年|总数|总量|其)的?$"
)
_GOES_ON: Final = re.compile(r"\.\d|\d")
_DOUBLING_VALUES: Final = {"两": 300, "二": 300, "三": 700, "四": 1500}


@cache
def _pattern() -> re.Pattern[str]:
    units = unit_table().pattern
    return re.compile(
        rf"(?P<ratio>(?<![\d.:∶/])\d+(?:\.\d+)?(?:[∶:]\d+(?:\.\d+)?)+(?![\d:]))"
        rf"|(?P<fraction>(?P<lower>[二三四五六七八九十百千万]+)分之(?P<upper>{NUMBER}))"
        rf"|(?P<slash>(?<![\d/.])[1-9]/[2-9](?![\d/]|\d))"
        rf"|第(?P<place>\d+|[一二三四五六七八九十百]+)(?P<place_unit>[位名](?!单|称))?"
        rf"|前(?P<top>\d+(?![\d.]*[%‰])|[一二两三四五六七八九十百]+)(?P<top_unit>[位名强](?!单|称))?"
        rf"|(?P<tenths>[一二两三四五六七八九]|(?<![\d.A-Za-z])[1-9])成(?P<half>半|五(?![\u4e00-\u9fff\d]))?(?![立为功果长效员本熟分型品就都群]|交(?!易))"
        rf"|(?P<doubling>翻(?:了)?(?P<times>[一两二三四])?番|翻(?:了)?一?倍|(?<!双)倍增(?!计划|行动|工程|工作|培育|目标))"
        rf"|(?P<digits>两位数)|(?P<half_of>(?<=[的近约超])一半)"
        rf"|(?P<number>{NUMBER}) ?(?P<unit>{units})?"
        rf"(?:(?P<mark>{RANGE_MARK})(?P<number2>{NUMBER}) ?(?P<unit2>{units})?)?"
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """A numeral as matched, before its qualifiers are taken in."""

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    form: Form
    some: bool = False


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity of a normalised text, in order, never overlapping; linear in its length.

    >>> found = find_quantities("成交额23.29亿元,增长20%以上,惠及百余家企业")
    >>> [(int(each.value), each.unit, each.bound) for each in found]
    [(2329000000, '元', 'exact'), (20, '%', 'min'), (100, '家', 'min')]
    """
    found: list[Quantity] = []
    last_end = 0
    for match in _pattern().finditer(text):
        for span in _spans(match, text):
            quantity = _qualified(span, text, last_end)
            last_end = quantity.end
            found.append(quantity)
    return found


def _spans(match: re.Match[str], text: str) -> Iterator[_Span]:
    """What one match stands for: each form of writing has its own reading."""
    start, end = match.span()
    for form, read in _FORMS.items():
        if match[form] is not None:
            yield from read(match)
            return
    if match["digits"] is not None:
        yield _Span(start, end, Decimal(10), None, "", "bare")
    elif match["number"] is not None:
        yield from _numbers(match, text)


def _fraction(match: re.Match[str]) -> Iterator[_Span]:
    lower, upper = parse_numeral(match["lower"]), parse_numeral(match["upper"])
    if lower and upper is not None:
        share = _rounded(upper * HUNDRED / lower)
        yield _Span(match.start(), match.end(), share, None, "%", "fraction")


def _slash(match: re.Match[str]) -> Iterator[_Span]:
    share = Decimal(match["slash"][0]) * HUNDRED / Decimal(match["slash"][2])
    yield _Span(match.start(), match.end(), _rounded(share), None, "%", "fraction")


def _tenths(match: re.Match[str]) -> Iterator[_Span]:
    tenths = parse_numeral(match["tenths"]) or Decimal(0)
    share = tenths * 10 + (5 if match["half"] else 0)
    yield _Span(match.start(), match.end(), share, None, "%", "fraction")


def _half_of(match: re.Match[str]) -> Iterator[_Span]:
    yield _Span(match.start(), match.end(), Decimal(50), None, "%", "fraction")


def _doubling(match: re.Match[str]) -> Iterator[_Span]:
    value = Decimal(_DOUBLING_VALUES.get(match["times"] or "", 100))
    yield _Span(match.start(), match.end(), value, None, "%", "doubling")


def _rounded(value: Decimal) -> Decimal:
    """A fraction as per cent with two places, as a reader would write it down."""
    if value.adjusted() >= LONGEST_NUMERAL:
        return value
    return value.quantize(Decimal("0.01")).normalize()


def _ratio(match: re.Match[str]) -> Iterator[_Span]:
    parts = list(re.finditer(r"\d+(?:\.\d+)?", match["ratio"]))
    if any(len(part[0]) > LONGEST_NUMERAL for part in parts):
        return
    if len(parts) == 2:
        first, second = (Decimal(part[0]) for part in parts)
        if second:
            value = first if second == 1 else _rounded(first / second)
            yield _Span(match.start(), match.end(), value, None, "", "ratio")
        return
    for part in parts:
        start = match.start() + part.start()
        yield _Span(start, start + len(part[0]), Decimal(part[0]), None, "%", "ratio")


def _place(match: re.Match[str], group: str, form: Form) -> Iterator[_Span]:
    value = parse_numeral(match[group])
    if value is not None and len(match[group]) <= LONGEST_NUMERAL:
        yield _Span(match.start(), match.end(), value, None, "位", form)


def _rank(match: re.Match[str]) -> Iterator[_Span]:
    return _place(match, "place", "rank")


def _top(match: re.Match[str]) -> Iterator[_Span]:
    return _place(match, "top", "top")


_FORMS: Final = {
    "ratio": _ratio,
    "fraction": _fraction,
    "slash": _slash,
    "place": _rank,
    "top": _top,
    "tenths": _tenths,
    "doubling": _doubling,
    "half_of": _half_of,
}


def _numbers(match: re.Match[str], text: str) -> Iterator[_Span]:
    """One number, a range of two, or two numbers that only stand side by side."""
    first, second = match["number"], match["number2"]
    unit, unit2 = match["unit"], match["unit2"]
    if second is None:
        yield from _single(text, match.start(), match.end(), first, unit)
        return
    value, value_max = _value(first), _value(second)
    if value is None or value_max is None:
        return
    if unit is None and value < value_max:
        value = _with_magnitude_of(first, second, value)
    same_unit = unit is None or unit2 is None or unit == unit2
    pair = match["mark"] in "至到" and _is_from_to(text, match.start())
    if same_unit and value < value_max and not pair and (unit2 or unit):
        named = unit_table().canonical(unit2 or unit or "")
        yield _Span(match.start(), match.end(), value, value_max, named, "number")
        return
    first_end = match.end("unit") if unit is not None else match.end("number")
    yield from _single(text, match.start(), first_end, first, unit)
    yield from _single(text, match.start("number2"), match.end(), second, unit2)


def _is_from_to(text: str, start: int) -> bool:
    """由10.71亿元到32.09亿元 are two levels, not a range."""
    return any(mark in text[max(0, start - 3) : start] for mark in "由从自")


def _with_magnitude_of(first: str, second: str, value: Decimal) -> Decimal:
    """5-10万 means 5万-10万: the first number borrows the magnitude of the second."""
    magnitude = re.search(r"[十百千]?[万亿]+", second)
    if magnitude is None or re.search("[万亿]", first) or not re.search(r"\d", first):
        return value
    return value * multiplier_value(magnitude[0])


def _value(written: str) -> Decimal | None:
    return parse_numeral(written.replace(" ", "")) if len(written) <= LONGEST_NUMERAL else None


def _single(text: str, start: int, end: int, written: str, unit: str | None) -> Iterator[_Span]:
    if start and text[start - 1] == "." and text[start - 2 : start - 1].isdigit():
        return
    value = _value(written)
    if value is None:
        return
    arabic = written[0].isdigit()
    if arabic and unit is None and _GOES_ON.match(text, start + len(written)):
        return
    if unit is not None and not arabic and unit in unit_table().after_digits:
        return
    some = (
        written[-1] in "余多来"
        or any(mark in written[1:] for mark in "余多几")
        or written[0] in "几数"
    )
    if unit is None:
        yield _Span(start, start + len(written), value, None, "", "bare", some)
        return
    if arabic and written[0] == "0" and len(written) > 1 and written[1].isdigit():
        return
    form: Form = "number" if arabic else "words"
    yield _Span(start, end, value, None, unit_table().canonical(unit), form, some)


def _qualified(span: _Span, text: str, floor: int) -> Quantity:
    """Take the qualifiers before and after a numeral into its span and its bound."""
    table = unit_table()
    start, end = span.start, span.end
    bound: Bound = "min" if span.some else "exact"
    for length in range(min(LONGEST_QUALIFIER, start - floor), 0, -1):
        word = text[start - length : start]
        if word in table.before and _may_qualify(word, span, text):
            start, bound = start - length, table.before[word]
            break
    else:
        if span.unit != "百分点":
            bound = _loose_bound(text[max(0, start - 14) : start], bound)
    value = span.value
    if start == span.start and start > floor and _is_negative(span, text):
        start, value = start - 1, -value
    if span.form == "top":
        return Quantity(start, end, span.start, span.value, None, span.unit, "max", "top")
    for length in range(LONGEST_QUALIFIER + 1, 0, -1):
        word = text[end : end + length]
        if len(word) == length and word in table.after:
            end, bound = end + length, table.after[word] if bound != "min" else bound
            break
    return Quantity(start, end, span.start, value, span.value_max, span.unit, bound, span.form)


def _is_negative(span: _Span, text: str) -> bool:
    """增长-2.3% has a sign; the mark of 5-10% and of 科技-5家 is none."""
    if text[span.start - 1] not in "-−" or span.unit not in SIGNED or span.value_max is not None:
        return False
    return text[span.start - 2 : span.start - 1] in frozenset("长速幅为是达率比(")


def _may_qualify(word: str, span: _Span, text: str) -> bool:
    """Some qualifiers are ordinary words elsewhere: 上千家 but 网上5家, 过百 but 通过3项."""
    if span.form in ("rank", "doubling") or (span.form == "ratio"):
        return False
    before = text[span.start - len(word) - 1 : span.start - len(word)]
    if word == "上":
        return text[span.start] in MAGNITUDES
    if word in ("过", "破"):
        return before not in tuple("通经超突打越不") and (
            span.form != "words" or text[span.start] in MAGNITUDES
        )
    if word == "近":
        return before not in tuple("最附临靠就新远亲")
    if word == "约":
        return before not in tuple("节签集制条预契合")
    if word == "超":
        return before != "赶"
    if word in ("低于", "高于", "不足", "少于", "多于"):
        return span.unit != "百分点"
    return True


def _loose_bound(before: str, bound: Bound) -> Bound:
    """最高可给予50万元 binds although the word is not glued to the number."""
    if _LOOSE_MAXIMUM.search(before):
        return "max"
    if _LOOSE_MINIMUM.search(before):
        return "min"
    return bound
