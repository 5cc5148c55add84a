"""Which occurrence a figure is: every place where its exact quote stands counts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.occurrences import count_occurrences


@pytest.mark.parametrize(
    ("raw", "spans", "expected"),
    [
        ("甲县5家", [(2, 4)], [1]),
        ("5家和5家", [(0, 2), (3, 5)], [1, 2]),
        # inside another number, read or not
        ("15家和5家", [(0, 3), (4, 6)], [1, 2]),
        # over one another
        ("2222和222", [(5, 8)], [3]),
        # one character alone, also the last of the text
        ("5|15|5", [(0, 1), (5, 6)], [1, 3]),
        ("共5", [(1, 2)], [1]),
        # in any order
        ("5家和5家", [(3, 5), (0, 2)], [2, 1]),
        ("没有数字", [], []),
    ],
)
def test_occurrences(raw: str, spans: list[tuple[int, int]], expected: list[int]) -> None:
    assert count_occurrences(raw, spans) == expected


@given(
    raw=st.text(alphabet="12.家]^-\\", min_size=1, max_size=60),
    cuts=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 5)), max_size=12),
)
def test_occurrences_are_those_of_a_plain_count(raw: str, cuts: list[tuple[int, int]]) -> None:
    spans = [(start, min(start + length, len(raw))) for start, length in cuts if start < len(raw)]

    plain = [sum(raw.startswith(raw[s:e], at) for at in range(s + 1)) for s, e in spans]

    assert count_occurrences(raw, spans) == plain


@pytest.mark.parametrize(
    "quotes", [["5家"], [f"{7919 * number % 99_991}家" for number in range(90_000)]]
)
def test_time_is_linear_with_one_quote_or_many(quotes: list[str]) -> None:
    def seconds(figures: int) -> float:
        spans: list[tuple[int, int]] = []
        pieces: list[str] = []
        place = 0
        for number in range(figures):
            quote = quotes[number % len(quotes)]
            spans.append((place, place + len(quote)))
            pieces.append(quote + "，")
            place += len(quote) + 1
        raw = "".join(pieces)
        start = time.process_time()
        count_occurrences(raw, spans)
        return time.process_time() - start

    short = max(min(seconds(10_000) for _ in range(5)), 0.001)
    assert min(seconds(80_000) for _ in range(5)) < 25 * short
