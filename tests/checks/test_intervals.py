"""What a printed number leaves open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from marked import reading_of

from kechuang.reading.checks.support.intervals import FAR, interval_of
from kechuang.reading.checks.support.periods import span_of, two_ends


@pytest.mark.parametrize(
    ("quote", "kind", "low", "high"),
    [
        ("23.29亿元", "flow", "2328500000", "2329500000"),
        ("489万元", "flow", "4885000", "4895000"),
        ("1492件", "flow", "1492", "1492"),
        ("1.76万家", "stock", "17550", "17650"),
        ("44.79%", "growth", "44.785", "44.795"),
        ("20%", "share", "19.5", "20.5"),
        ("330余万元", "flow", "3300000", "3400000"),
        ("2万余人", "flow", "20000", "30000"),
        ("百余家", "flow", "100", "200"),
        ("近万人次", "flow", "8500.00", "10000"),
        ("约100家", "flow", "90", "110"),
        ("约102.44亿元", "flow", "10039120000", "10448880000"),
        ("5-10项", "flow", "5", "10"),
        ("三十五家", "stock", "35", "35"),
        ("翻一番", "growth", "90", "130"),
    ],
)
def test_interval_of_a_quote(quote: str, kind: str, low: str, high: str) -> None:
    figure = reading_of(f"全县{{{quote}|{kind}|某项}}。").figures[0]
    interval = interval_of(figure)

    assert (interval.low, interval.high) == (Decimal(low), Decimal(high))


def test_a_passed_mark_is_open_above() -> None:
    figure = reading_of("全县{超5亿元|flow|某项}。").figures[0]

    assert interval_of(figure).low == 500_000_000
    assert interval_of(figure).high == FAR


def test_a_fall_is_mirrored() -> None:
    figure = reading_of("下降{24.2%|growth-|某项}。").figures[0]
    interval = interval_of(figure)

    assert (interval.low, interval.high) == (Decimal("-24.25"), Decimal("-24.15"))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2023", (2023, 1), (2023, 12)),
        ("2024-01/2024-07", (2024, 1), (2024, 7)),
        ("2018/2021", (2018, 1), (2021, 12)),
    ],
)
def test_span_of_a_period(period: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    span = span_of(period)

    assert span is not None
    assert (span.start, span.end) == tuple(year * 12 + month for year, month in (start, end))


@pytest.mark.parametrize("period", [None, "", "今年", "2023/2022", "1/2/3", "２０２３"])
def test_no_span(period: str | None) -> None:
    assert span_of(period) is None


def test_two_ends_of_one_period_are_none() -> None:
    assert two_ends("2023") is None
