"""A web page reads as what a reader sees."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.documents.html_text import html_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        pytest.param("<p>23.<b>29</b><span>亿</span>元", "23.29亿元", id="inline tags"),
        pytest.param("<p>一<br>二<p>三", "一\n二\n三", id="breaks and open paragraphs"),
        pytest.param("<div>一<div>二</div>三</div>", "一\n二\n三", id="nested blocks"),
        pytest.param("<p>同比\n   增长5%\nof GDP", "同比增长5% of GDP", id="source line breaks"),
        pytest.param("<p>&emsp;&nbsp;\u3000共5项&nbsp;", "共5项", id="spaces at the edges"),
        pytest.param("<p>5&lt;6&amp;7", "5<6&7", id="entities"),
        pytest.param(
            "<head><title>题</title><style>p{}</style></head><nav>导航5项</nav>"
            "<script>var a='<p>9项'</script><p>正文</p><footer>备案5号</footer>",
            "正文",
            id="furniture goes",
        ),
        pytest.param(
            "<p hidden>甲</p><p style='display: NONE'>乙</p><p>丙", "丙", id="hidden parts go"
        ),
        pytest.param(
            "<table><tr><th>指标<th>数值<tr><td>高企<td><b>35</b>家</table>后",
            "指标 | 数值\n高企 | 35家\n后",
            id="a table row a line",
        ),
        pytest.param(
            "<table><tr><td><p>标题</p><table><tr><td>甲<td>5</table></td></tr></table>",
            "标题\n甲 | 5",
            id="a table that lays out a page",
        ),
        pytest.param("<pre>一\n二</pre>", "一\n二", id="preformatted"),
        pytest.param("<ruby>科<rt>ke</rt></ruby>技", "科技", id="ruby"),
        pytest.param("<p>一<!-- 5项 -->二", "一二", id="comments"),
        pytest.param("没有标签的5项", "没有标签的5项", id="no tags at all"),
        pytest.param("</tr></td>5项<td>", "5项", id="stray ends"),
    ],
)
def test_what_a_reader_sees_is_read(page: str, text: str) -> None:
    assert html_text(page) == text


def test_very_deep_nesting_is_read() -> None:
    assert html_text("<div>" * 20_000 + "共5项" + "</div>" * 20_000) == "共5项"


def test_control_characters_do_no_harm() -> None:
    assert html_text("<p>5\0项&#0;&#xD800;").encode()


TAGS = st.sampled_from(
    ["<p>", "</p>", "<td>", "<tr>", "</tr>", "<table>", "</table>", "<b>", "<script>", "</script>",
     "<pre>", "</pre>", "<br>", "<nav>", "</nav>", "<!--", "-->", "<", "&#", "共5项", "\n", "\0"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=40).map("".join))
def test_no_markup_crashes_the_reader(page: str) -> None:
    assert "\0" not in html_text(page)


@pytest.mark.parametrize(
    "unit", ["<table><tr><td>5项", "<p>5项", "<div>", "<b>5", "<!--", "<", "&", "</tr>", "<a b="]
)
def test_time_grows_with_length_and_not_faster(unit: str) -> None:
    # 200 kB take some tenths of a second; what grows with the square took eleven.
    begin = time.process_time()
    html_text(unit * (200_000 // len(unit)))
    assert time.process_time() - begin < 3
