"""The checks never fail, whatever the figures are, and take time in step with their number."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import reading_of

from kechuang.reading.checks import check
from kechuang.reading.model import About, Figure, Reading

QUOTES = [
    "23.29亿元",
    "1.5万人",
    "80%",
    "0.2个百分点",
    "3倍",
    "第16位",
    "翻一番",
    "百余家",
    "1e9",
    "",
    "五",
    "亿",
]
RAW = (
    "由10亿元增长到15亿元，增长50%；其中占比分别为，合计全省第三位，完成目标任务的，超额完成。"
    "较上年(shàng)提高、户均、A类县，B類縣，C类县"
)

numbers = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.integers(-5, 5).map(Decimal),
    st.sampled_from([Decimal("1e400"), Decimal("-1e-400"), Decimal(0)]),
)
figures = st.builds(
    Figure,
    doc=st.just("r"),
    quote=st.sampled_from(QUOTES),
    occurrence=st.just(1),
    start=st.integers(0, 120),
    end=st.integers(0, 120),
    value=numbers,
    value_max=st.one_of(st.none(), numbers),
    unit=st.sampled_from(["元", "%", "百分点", "倍", "位", "家", "个", ""]),
    bound=st.sampled_from(["exact", "min", "max", "about"]),
    kind=st.sampled_from(
        ["stock", "flow", "change", "growth", "share", "rank", "target", "standard"]
    ),
    measure=st.sampled_from(
        [None, "", "高新技术企业", "甲占乙比重", "A类县", "B类县", "C类县", "参评县"]
    ),
    subject=st.sampled_from([None, "", "甲县", "曲周县", "省市"]),
    period=st.sampled_from([None, "", "2023", "2022", "2022/2023", "2023-01/2023-07", "9/9", "x"]),
    indicator=st.none(),
    confidence=st.floats(0, 1),
    sentence=st.just(""),
    sentence_start=st.integers(0, 3).map(lambda part: part * 30),
    sentence_end=st.integers(0, 120),
    section=st.none(),
)
readings = st.builds(
    Reading,
    doc=st.just("r"),
    raw=st.one_of(st.just(RAW), st.text(max_size=60)),
    about=st.builds(
        About,
        region=st.sampled_from([None, "", "河北省邯郸市曲周县", "甲县"]),
        year=st.one_of(st.none(), st.integers(-1, 3000)),
    ),
    figures=st.lists(figures, max_size=14).map(tuple),
)


@given(st.lists(readings, max_size=3))
def test_no_figures_make_the_checks_fail(some: list[Reading]) -> None:
    for found in check(some):
        assert found.figures
        assert found.message
        assert 0 <= found.confidence <= 1


SENTENCES = {
    "the same fact again and again": (
        "全县高新技术企业{33家|stock|高新技术企业}，增长{10%|growth|高新技术企业}。"
    ),
    "one sentence without an end": (
        "高新技术企业{33家|stock|高新技术企业}，其中占{10%|share|占比}、合计"
    ),
    "goals": (
        "目标{33家|target|众创空间}，超额完成{40家|flow|众创空间}，为任务的{120%|share|完成率}。"
    ),
}


def seconds(text: str) -> float:
    reading = reading_of(text)
    began = time.perf_counter()
    check([reading])
    return time.perf_counter() - began


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_time_grows_with_the_number_of_figures_not_its_square(sentence: str) -> None:
    seconds(sentence * 20)
    small = min(seconds(sentence * 150) for _ in range(3))
    large = min(seconds(sentence * 1500) for _ in range(3))

    assert large / small < 25, (small, large)
