"""Values and periods as people read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.model import Figure
from kechuang.reading.outputs.values import (
    period_days,
    period_name,
    plain,
    reading_of,
    spoken,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("2329000000", "元", "23.29 亿元"),
        ("86000000", "元", "8,600 万元"),
        ("123456789", "元", "12,345.6789 万元"),
        ("5000", "元", "5,000 元"),
        ("12.5", "元", "12.5 元"),
        ("-300000000", "元", "−3 亿元"),
        ("300000000", "美元", "3 亿美元"),
        ("44.79", "%", "44.79%"),
        ("0.5", "百分点", "0.5 百分点"),
        ("1.68", "", "1.68"),
        ("0", "家", "0 家"),
    ],
)
def test_a_number_reads_naturally(value: str, unit: str, text: str) -> None:
    assert spoken(Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"bound": "min"}, "≥ 5 项"),
        ({"bound": "max"}, "≤ 5 项"),
        ({"bound": "about"}, "约 5 项"),
        ({"value_max": Decimal(10)}, "5 项 至 10 项"),
        ({"unit": "位", "kind": "rank"}, "第 5 位"),
        ({"unit": "位", "kind": "change"}, "5 位"),
        ({"unit": "位", "kind": "target", "bound": "max"}, "前 5 位"),
    ],
)
def test_a_figure_reads_with_its_bound(
    make_figure: Callable[..., Figure], changes: dict[str, object], text: str
) -> None:
    assert reading_of(replace(make_figure("共5项。", "5项", "5", "项"), **changes)) == text


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2018/2021", date(2018, 1, 1), date(2021, 12, 31)),
        ("2024-01/2024-07", date(2024, 1, 1), date(2024, 7, 31)),
        ("2024-13", None, None),
        ("去年", None, None),
        (None, None, None),
    ],
)
def test_a_period_has_its_first_and_last_day(
    period: str | None, first: date | None, last: date | None
) -> None:
    assert period_days(period) == (first, last)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(["元", "%", "家", ""]))
def test_any_number_is_spoken_without_loss(value: Decimal, unit: str) -> None:
    assert Decimal(plain(value)) == value
    assert len(spoken(value, unit)) < 120


@given(st.none() | st.text(max_size=20))
def test_any_period_has_a_name(period: str | None) -> None:
    assert isinstance(period_name(period), str)
    period_days(period)
