"""Which encoding a text is in is decided strictly, and stated."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.files.decode import UndecodableError, decode

REPORT = (
    "示例市2024年科技工作总结\r\n全市吸纳技术合同成交额23.29亿元，同比增长44.79%。\n"
    "甲县拥有高新技术企业35家，乙县拥有28家，“专精特新”中小企业一百二十余家。\r"
)
TRADITIONAL = "示例市持續深入實施創(chuàng)新驅動發(fā)展戰略,高新技術企業達到35家,同比增長12%。"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(REPORT.encode(), "utf-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + REPORT.encode(), "utf-8-sig", id="utf-8 with a mark"),
        pytest.param(
            codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"), "utf-16-le", id="utf-16-le mark"
        ),
        pytest.param(
            codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"), "utf-16-be", id="utf-16-be mark"
        ),
        pytest.param(REPORT.encode("utf-16-le"), "utf-16-le", id="utf-16-le without a mark"),
        pytest.param(REPORT.encode("utf-16-be"), "utf-16-be", id="utf-16-be without a mark"),
        pytest.param(REPORT.encode("gb18030"), "gb18030", id="gb18030"),
    ],
)
def test_a_report_decodes_without_newline_translation(data: bytes, name: str) -> None:
    assert decode(data) == (REPORT, name)


@pytest.mark.parametrize("codec", ["gb18030", "utf-16-le", "utf-16-be", "utf-8"])
def test_traditional_script_with_pinyin_noise_decodes(codec: str) -> None:
    assert decode(TRADITIONAL.encode(codec)) == (TRADITIONAL, codec)


@pytest.mark.parametrize("text", ["12", "增长5%", "a", "\n", "示例市"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_very_short_text_decodes(text: str, codec: str) -> None:
    assert decode(text.encode(codec))[0] == text


def test_the_mark_of_a_gb18030_file_is_dropped() -> None:
    assert decode("\ufeff示例市".encode("gb18030")) == ("示例市", "gb18030")


def test_a_rare_character_in_a_gb18030_text_decodes() -> None:
    text = REPORT + "报送人：王\U00020000㐂"
    assert decode(text.encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(REPORT.encode()[:-1] + b"\xff", id="utf-8 with a lost byte"),
        pytest.param(TRADITIONAL.replace("示", "是").encode("big5", "replace"), id="big5"),
        pytest.param("本市の統計によると研究開発費は増加".encode("shift_jis"), id="shift-jis"),
        pytest.param(bytes(range(256)) * 8, id="binary"),
        pytest.param(b"\x01\x02\x03\x04abc" * 50, id="control characters"),
        pytest.param(codecs.BOM_UTF8 + REPORT.encode("gb18030"), id="a mark that lies"),
    ],
)
def test_another_encoding_is_refused_not_guessed(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_refusal(data: bytes) -> None:
    try:
        text, name = decode(data)
    except UndecodableError:
        return
    assert text.encode("utf-8" if name == "utf-8-sig" else name) in data


@given(
    st.text(
        st.characters(
            codec="utf-8", exclude_characters="\0\ufeff", categories=["L", "N", "P", "Zs"]
        )
    )
)
def test_any_utf_8_text_comes_back(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")
