"""Point tables: bands that take every value exactly once, in whatever order they are written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Name, Number
from kechuang.rulebook.model import Cut, Points
from kechuang.rulebook.tables import parse_bands, parse_choice, parse_points
from kechuang.rulebook.writing import written


def points_at(texts: list[str], value: Fraction) -> str:
    """What the table gives for a value, by its cuts alone."""
    cuts, points = parse_bands(texts)
    edges = [edge(cut) for cut in cuts]
    above = sum(value >= at if inside else value > at for at, inside in edges)
    return written(points[above].low)


def edge(cut: Cut) -> tuple[Fraction, bool]:
    assert isinstance(cut.value, Number)
    return cut.value.value, cut.upper


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([">= 30 → 20 分", ">= 25 → 16 分", "< 25 → 0 分"], id="downward"),
        pytest.param(["≥ 30 -> 20 分", "≥ 25 -> 16 分", "otherwise -> 0 分"], id="otherwise"),
        pytest.param(["< 25 → 0 分", "< 30 → 16 分", "otherwise → 20 分"], id="upward"),
        pytest.param(["x >= 30 → 20 分", "25 <= x < 30 → 16 分", "x < 25 → 0 分"], id="intervals"),
        pytest.param(["25 <= x < 30 → 16 分", ">= 30 → 20 分", "< 25 → 0 分"], id="middle first"),
    ],
)
@pytest.mark.parametrize(
    ("value", "points"),
    [("31", "20 分"), ("30", "20 分"), ("29.99", "16 分"), ("25", "16 分"), ("24.99", "0 分")],
)
def test_a_table_gives_the_same_in_every_way_of_writing_it(
    texts: list[str], value: str, points: str
) -> None:
    assert points_at(texts, Fraction(value)) == points


@pytest.mark.parametrize(
    ("texts", "value", "points"),
    [
        (["> 0% → 2 分", "<= 0% → 0 分"], "0", "0 分"),
        (["> 0% → 2 分", "otherwise → 0 分"], "0.01", "2 分"),
        (["<= 3 年 → 5 分", "> 3 年 → 0 分"], "3", "5 分"),
        (["otherwise → 1 分", ">= 1 → 0 分"], "0", ""),
        (["1 < x <= 2 → 5 分", "<= 1 → 1 分", "> 2 → 9 分"], "2", "5 分"),
        (["1 < x <= 2 → 5 分", "<= 1 → 1 分", "> 2 → 9 分"], "1", "1 分"),
    ],
)
def test_the_edge_belongs_to_the_line_that_says_so(
    texts: list[str], value: str, points: str
) -> None:
    if points:
        assert points_at(texts, Fraction(value)) == points
        return
    with pytest.raises(RuleError, match="otherwise 只能是最后一行"):
        parse_bands(texts)


@pytest.mark.parametrize(
    ("texts", "code", "why"),
    [
        ([">= 5 → 2 分", "<= 5 → 0 分"], "band_overlap", "恰好等于“5”时两行都接"),
        (["> 5 → 2 分", "< 5 → 0 分"], "band_gap", "恰好等于“5”时没有一行接"),
        ([">= 5 → 2 分", "< 4 → 0 分"], "band_gap", "“4”到“5”之间没有一行接住"),
        ([">= 5 → 2 分", "< 6 → 0 分"], "band_overlap", ""),
        ([">= 5 → 2 分"], "band_gap", "小于“5”的数没有一行接住"),
        (["< 5 → 2 分"], "band_gap", "大于“5”的数没有一行接住"),
        ([">= 5 → 2 分", ">= 6 → 3 分", "< 5 → 0 分"], "band_overlap", "已经把这些数接走"),
        (["< 6 → 2 分", "< 5 → 3 分", ">= 6 → 0 分"], "band_overlap", "已经把这些数接走"),
        ([">= 5 → 2 分", ">= 5 → 3 分", "< 5 → 0 分"], "band_overlap", "已经把这些数接走"),
        ([">= 5 → 2 分", "otherwise → 1 分", "< 3 → 0 分"], "band_overlap", "只能是最后一行"),
        (["otherwise → 0 分"], "band_overlap", "前面要有别的行"),
        (["1 <= x < 5 → 2 分", "4 <= x → 3 分", "< 1 → 0 分"], "syntax", ""),
        (["1 <= x < 5 → 2 分", ">= 4 → 3 分", "< 1 → 0 分"], "band_overlap", ""),
        (["= 5 → 2 分"], "syntax", "“= 5”不是一段范围"),
        (["5 → 2 分"], "syntax", "“5”不是一段范围"),
        ([">= 5 2 分"], "syntax", "没有“→”，或一边是空的"),
        (["→ 2 分"], "syntax", "没有“→”，或一边是空的"),
        ([">= 5 →"], "syntax", "没有“→”，或一边是空的"),
        ([">= a → 2 分", "otherwise → 0 分"], "syntax", "表格要能看出次序"),
        ([">= a + 1 → 2 分", "otherwise → 0 分"], "syntax", "界限应是数或参数名"),
    ],
)
def test_a_table_that_leaves_or_repeats_a_value_is_refused(
    texts: list[str], code: str, why: str
) -> None:
    with pytest.raises(RuleError) as raised:
        parse_bands(texts)

    error = raised.value
    assert error.code == code
    assert why in error.why
    assert all((error.what, error.why, error.remedy))


def test_cuts_of_different_units_are_compared_by_what_they_are_worth() -> None:
    cuts, points = parse_bands([">= 1 亿元 → 3 分", ">= 5000 万元 → 2 分", "otherwise → 1 分"])

    assert [written(cut.value) for cut in cuts] == ["5000 万元", "1 亿元"]
    assert [written(each.low) for each in points] == ["1 分", "2 分", "3 分"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("20 分", "20 分", None),
        ("25..30 分", "25 分", "30 分"),
        ("25 分..30 分", "25 分", "30 分"),
        ("a * 2%", "a * 2%", None),
    ],
)
def test_what_a_line_gives_is_a_value_a_range_or_a_formula(
    text: str, low: str, high: str | None
) -> None:
    points = parse_points(text)

    assert written(points.low) == low
    assert (None if points.high is None else written(points.high)) == high


@pytest.mark.parametrize("text", ["1..a", "1..", "..2 分", ""])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_points(text)


def test_the_last_line_of_a_choice_has_no_condition() -> None:
    assert parse_choice("otherwise → 0 分")[0] is None
    assert parse_choice("a → 1 分") == (Name("a"), Points(Number(Fraction(1), "分", "1 分")))


@given(
    st.lists(st.integers(-99, 99).map(abs), min_size=1, max_size=6, unique=True),
    st.booleans(),
    st.integers(0, 100),
)
def test_bands_take_every_value_exactly_once(edges: list[int], closed: bool, value: int) -> None:
    edges.sort(reverse=True)
    sign = ">=" if closed else ">"
    texts = [f"{sign} {at} → {at + 1} 分" for at in edges] + ["otherwise → 0 分"]
    first = next((at + 1 for at in edges if (value >= at if closed else value > at)), 0)

    assert points_at(texts, Fraction(value)) == f"{first} 分"
    assert len(parse_bands(texts)[1]) == len(texts)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_lines_give_bands_or_a_rule_error(texts: list[str]) -> None:
    try:
        cuts, points = parse_bands(texts)
    except RuleError:
        return
    assert len(points) == len(cuts) + 1
