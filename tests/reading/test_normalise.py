"""The plain form of a raw text, and the way back to every raw offset."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.normalise import normalise


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        # traditional characters
        ("技術創新", "技术创新"),
        ("台灣颱風裏面", "台湾台风里面"),
        # full-width digits, letters and marks
        ("３．５％", "3.5%"),
        ("５－１０項", "5-10项"),
        ("（一）Ｒ＆Ｄ", "(一)R&D"),
        ("﹣5", "-5"),
        ("‐‑‒", "---"),
        # what separates clauses is one mark, what groups digits another
        ("企业,项目", "企业，项目"),
        ("1,234家,共2家", "1,234家，共2家"),
        ("1，234", "1，234"),
        # quotation marks and blanks
        ("「科創」『院』", "“科创”“院”"),
        ("一　二\u00a0三", "一 二 三"),
        # pinyin left behind by re-posting sites
        ("創(chuàng)新", "创新"),
        ("489萬(wàn)元", "489万元"),
        ("技術（shù）合同", "技术合同"),
        ("創(chuàng)業(yè)", "创业"),
        # brackets that are no pinyin stay
        ("A(b)类", "A(b)类"),
        ("(a)创新", "(a)创新"),
        ("创新(GDP)", "创新(GDP)"),
        ("创新(abcdefgh)", "创新(abcdefgh)"),
        # half of a character that a bad decoder left behind
        ("甲\ud83d乙", "甲\ufffd乙"),
        # characters of other planes keep their place
        ("𠀀5家", "𠀀5家"),
        ("", ""),
        # one end of lines
        ("甲\r\n乙\r丙", "甲 \n乙\n丙"),
    ],
)
def test_plain_form(raw: str, plain: str) -> None:
    assert normalise(raw).text == plain


@pytest.mark.parametrize(
    ("raw", "plain", "expected"),
    [
        ("新增5家", "5家", "5家"),
        # noise inside stays in the raw span, noise after it does not
        ("支持489萬(wàn)元", "489万元", "489萬(wàn)元"),
        ("創(chuàng)新", "创", "創"),
        ("創(chuàng)業(yè)5家企業(yè)", "5家", "5家"),
        ("創(chuàng)業(yè)5家企業(yè)", "企业", "企業"),
    ],
)
def test_way_back(raw: str, plain: str, expected: str) -> None:
    normal = normalise(raw)
    start = normal.text.index(plain)
    begin, end = normal.raw_span(start, start + len(plain))

    assert raw[begin:end] == expected


@pytest.mark.parametrize(("at", "expected"), [(0, (0, 0)), (1, (9, 9)), (2, (10, 10))])
def test_an_empty_span_stands_somewhere(at: int, expected: tuple[int, int]) -> None:
    assert normalise("创(chuàng)新").raw_span(at, at) == expected


_NOISY = st.lists(
    st.sampled_from(
        ["創(chuàng)", "業（yè）", "新", "5", "，", ",", "(a)", "\r\n", "𠀀", "\ud800", "萬"]
    )
).map("".join)


@given(st.one_of(_NOISY, st.text()))
def test_every_offset_leads_back_in_order(raw: str) -> None:
    normal = normalise(raw)
    places = [normal.raw_offset(offset) for offset in range(len(normal.text))]

    assert len(normal.text) <= len(raw)
    assert all(one < other for one, other in pairwise(places))
    assert all(0 <= place < len(raw) for place in places)
    for offset, place in enumerate(places):
        if raw[place].isalnum() and raw[place].isascii():
            assert normal.text[offset] == raw[place]


@given(st.one_of(_NOISY, st.text()))
def test_what_is_plain_stays_as_it_is(raw: str) -> None:
    once = normalise(raw.replace("(", "").replace("（", "")).text

    assert len(normalise(once).text) == len(once)
