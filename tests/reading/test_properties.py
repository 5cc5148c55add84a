"""What holds for every text: each figure stands where it says, and no text is too much.

The texts are made up, then mangled as decoders, re-posting sites and people mangle them.
"""

from __future__ import annotations

import time
import tracemalloc
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.figures.periods import length_in_months
from kechuang.reading.model import About, Figure, Kind
from kechuang.reading.reader import read_text

SENTENCES = [
    "全市新增高新技术企业32家，总数达320家，同比增长11.5%。",
    "技术合同成交额23.29亿元，同比增长44.79%，其中吸纳5.13亿元、输出4.29亿元。",
    "选派科技特派员二十六名，引进博士19人、硕士百余人。",
    "研发经费占地区生产总值的1.87%，比上年提高0.2个百分点，居全省第4位，前移两位。",
    "对省级、市级研发机构分别给予50万元、20万元奖励，最高不超过100万元。",
    "到2025年，力争高新技术企业达到85家以上，新建中试基地1—2个。",
    "甲县成交额由10.71亿元增长到32.09亿元，翻一番，占全市的三分之一。",
    "三次产业结构调整为8.3∶41.4∶50.3，超五成企业有研发活动。",
    "截至2024年6月底，孵化器在孵企业64家，毕业8家，累计带动就业2万余人。",
    "一、创新主体\n区域 | 合同数（项） | 成交额（亿元） | 位次\n甲县 | 138 | 9.2 | 1\n",
    "示例科技有限公司投入研发经费1,234.5万元，获专利7件。\n",
    "“十四五”期间，连续9年居全省首位，实施“1+3”行动、《创新10条》。",
]

_TRADITIONAL = str.maketrans("创业术开发团队万亿项专长结构", "創業術開發團隊萬億項專長結構")
_NOTES = {"创": "創(chuàng)", "业": "業(yè)", "万": "萬(wàn)", "术": "術（shù）", "项": "項(xiàng)"}
# The full-width comma parts clauses, so that it never groups digits.
_FULL_WIDTH = str.maketrans("0123456789.%()", "０１２３４５６７８９．％（）")


def _with_notes(text: str) -> str:
    for character, noted in _NOTES.items():
        text = text.replace(character, noted)
    return text


def _through(encoding: str) -> st.SearchStrategy[str]:
    """Text whose bytes were read in a wrong encoding."""
    return st.sampled_from(SENTENCES).map(
        lambda text: text.encode("utf-8").decode(encoding, errors="replace")
    )


@st.composite
def _with_lost_bytes(draw: st.DrawFn) -> str:
    raw = bytearray(draw(plain_text()).encode("utf-8"))
    for place in draw(st.lists(st.integers(0, 400), max_size=8)):
        if place < len(raw):
            del raw[place]
    return raw.decode("utf-8", errors=draw(st.sampled_from(["replace", "ignore"])))


@st.composite
def _with_insertions(draw: st.DrawFn) -> str:
    text = draw(plain_text())
    pieces = st.sampled_from(
        [
            "某**",
            "XX",
            "\ud800",
            "\udfff",
            "\x00",
            "\r\n",
            "\u2028",
            "（",
            "”",
            "《",
            "|",
            "创(",
            "1/2",
            ",",
        ]
    ) | st.characters(codec=None)
    for place in draw(st.lists(st.integers(0, 300), max_size=8)):
        text = text[:place] + draw(pieces) + text[place:]
    return text


def plain_text() -> st.SearchStrategy[str]:
    """Sentences in any order, with any line ends."""
    line_end = st.sampled_from(["", "\n", "\r\n", "\r", "  \n"])
    return st.lists(st.tuples(st.sampled_from(SENTENCES), line_end), max_size=5).map(
        lambda parts: "".join(sentence + end for sentence, end in parts)
    )


def any_text() -> st.SearchStrategy[str]:
    """Text as it comes: clean, mangled, wrongly decoded, or no text at all."""
    return st.one_of(
        plain_text(),
        plain_text().map(lambda text: text.translate(_TRADITIONAL)),
        plain_text().map(_with_notes),
        plain_text().map(lambda text: text.translate(_FULL_WIDTH)),
        plain_text().map(lambda text: text.replace("甲县", "某**县")),
        _with_lost_bytes(),
        _with_insertions(),
        _through("latin-1"),
        _through("gb18030"),
        st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")),
        st.binary(max_size=300).map(lambda raw: raw.decode("gb18030", errors="replace")),
        st.text(alphabet=st.characters(codec=None), max_size=300),
    )


ABOUTS = st.sampled_from(
    [
        About(),
        About("示例市", 2024),
        About("河北省邯郸市", 2026, "政府工作报告"),
        About("某县（原文隐去）", 2025, "工作计划"),
        About("示例市甲县", None, "扶持政策"),
    ]
)


# --- Every figure stands where it says -----------------------------------------------------------


@given(raw=any_text(), about=ABOUTS)
def test_every_figure_stands_where_it_says(raw: str, about: About) -> None:
    figures = read_text(raw, about=about).figures

    for figure in figures:
        assert 0 <= figure.start < figure.end <= len(raw)
        assert raw[figure.start : figure.end] == figure.quote
        earlier = sum(raw.startswith(figure.quote, at) for at in range(figure.start + 1))
        assert figure.occurrence == earlier
        assert figure.sentence == raw[figure.sentence_start : figure.sentence_end].strip()
        assert figure.sentence_start <= figure.start < figure.sentence_end
    assert all(one.end <= other.start for one, other in pairwise(figures))


@given(raw=any_text(), about=ABOUTS)
def test_every_figure_has_a_meaning(raw: str, about: About) -> None:
    for figure in read_text(raw, about=about).figures:
        assert figure.kind in get_args(Kind)
        assert figure.value.is_finite()
        # The ends of a range keep their order, also where both are falls.
        assert figure.value_max is None or abs(figure.value) < abs(figure.value_max)
        assert 0 <= figure.confidence <= 1
        assert figure.measure is None or figure.measure.strip()
        assert figure.period is None or length_in_months(figure.period) > 0


@given(raw=any_text(), about=ABOUTS)
def test_the_same_text_gives_the_same_figures(raw: str, about: About) -> None:
    assert read_text(raw, about=about) == read_text(raw, about=about)


@given(raw=plain_text())
def test_noise_changes_no_value(raw: str) -> None:
    """Traditional characters, full-width digits and pinyin notes are only other writing."""
    clean = meanings(raw)

    assert meanings(_with_notes(raw)) == clean
    assert meanings(raw.translate(_FULL_WIDTH)) == clean
    assert meanings(raw.translate(_TRADITIONAL)) == clean


def meanings(raw: str) -> list[tuple[object, ...]]:
    return [
        (each.value, each.value_max, each.unit, each.bound, each.kind, each.measure, each.period)
        for each in read_text(raw, about=About("示例市", 2024)).figures
    ]


@pytest.mark.parametrize("plane", range(17))
def test_every_plane(plane: int) -> None:
    strange = "".join(chr(code) for code in range(plane << 16, (plane + 1) << 16, 37))
    raw = f"新增企业5家。\n{strange}\n新增平台7个。"
    quotes = [figure.quote for figure in read_text(raw).figures]

    assert quotes[0] == "5家"
    assert quotes[-1] == "7个"


# --- No text is too much -------------------------------------------------------------------------

PLAIN = [
    "1",
    "一",
    "十",
    "万",
    "亿",
    "几",
    "半",
    "第",
    "前",
    "翻",
    "约",
    "超",
    "年",
    "月",
    "某",
    "創",
]
MARKS = [
    "(",
    "（",
    "“",
    "《",
    "”",
    "》",
    "|",
    "。",
    "，",
    "：",
    "∶",
    ".",
    ",",
    "/",
    "-",
    "\n",
    " ",
    "\ud800",
]
PATTERNS = [
    "1,",
    "1.",
    "1:",
    "创(",
    "创(a)",
    "《“(",
    "）”》",
    "甲县",
    "公司",
    "——",
    "分之",
    "“十四五",
    "的",
    "到",
    "|1|2",
]
DENSE = [
    "5家、",
    "5%，",
    "新增5家。",
    "2024年5家，",
    "甲县5家，",
    "由5家到8家，",
    "甲|5|3%\n",
    "对照2006年与2018年5家",
    "示例公司5亿元，占3%。\n",
    "国家级1家、省级7家，",
    "三分之",
]


def seconds(text: str) -> float:
    start = time.process_time()
    read_text(text, about=About("示例市", 2024, "政府工作报告"))
    return time.process_time() - start


def grows_with_its_length(piece: str, characters: int) -> bool:
    """Whether four times the text takes less than nine times as long: a square would take 16.

    A busy machine can slow one measurement, but makes none faster: one of three is enough.
    """
    times = characters // len(piece)
    return any(
        seconds(piece * (4 * times)) < 9 * max(min(seconds(piece * times) for _ in range(2)), 0.01)
        for _attempt in range(3)
    )


@pytest.mark.parametrize("piece", [*PLAIN, *MARKS, *PATTERNS])
def test_time_is_linear_on_one_piece_repeated(piece: str) -> None:
    assert grows_with_its_length(piece, 30_000)


@pytest.mark.slow
@pytest.mark.parametrize("piece", [*PLAIN, *MARKS, *PATTERNS])
def test_time_is_linear_on_a_megabyte_of_one_piece(piece: str) -> None:
    assert grows_with_its_length(piece, 250_000)


@pytest.mark.parametrize("piece", DENSE)
def test_time_is_linear_in_figures(piece: str) -> None:
    assert grows_with_its_length(piece, 6_000)


@pytest.mark.slow
@pytest.mark.parametrize("piece", DENSE)
def test_time_is_linear_in_very_many_figures(piece: str) -> None:
    assert grows_with_its_length(piece, 40_000)


@pytest.mark.parametrize("mark", ["()", "（）", "“”", "《》", "「」", "[]"])
def test_deep_nesting(mark: str) -> None:
    depth = 50_000
    raw = mark[0] * depth + "新增企业5家" + mark[1] * depth

    assert [figure.quote for figure in read_text(raw).figures] in (["5家"], [])
    assert grows_with_its_length(mark, 30_000)


def test_a_megabyte_without_punctuation() -> None:
    raw = "全市新增高新技术企业五家并且持续推进科技创新工作" * 15_000
    assert len(raw.encode()) > 1_000_000

    figures = read_text(raw).figures

    assert len(figures) > 10_000
    assert max(each.sentence_end - each.sentence_start for each in figures) <= 600


def test_a_table_in_one_line_of_a_megabyte() -> None:
    raw = "|1|2|" * 200_000

    assert read_text(raw).figures == ()


@pytest.mark.slow
def test_ten_megabytes_of_digits() -> None:
    assert read_text("1234567890" * 1_000_000).figures == ()


@pytest.mark.slow
def test_two_hundred_thousand_figures_in_one_sentence() -> None:
    figures = read_text("新增5家、" * 200_000).figures

    assert len(figures) == 200_000
    assert figures[-1].occurrence == 200_000


@pytest.mark.parametrize(
    "piece", ["1|", "5家、", "2024年，", "（", "甲县新增企业5家，同比增长8%。"]
)
def test_memory_is_linear(piece: str) -> None:
    def peak(times: int) -> int:
        raw = piece * times
        tracemalloc.start()
        read_text(raw)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(4 * 500) < 6 * max(peak(500), 100_000)


def test_a_figure_is_found_however_much_stands_before_it() -> None:
    last: Figure = read_text("字" * 200_000 + "。新增企业5家。").figures[-1]

    assert (last.quote, last.start) == ("5家", 200_005)
