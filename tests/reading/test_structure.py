"""Paragraphs, headings, sentences and clauses of a plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.structure import LONGEST_SENTENCE, clause_end, clause_start, outline


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙。", ["甲。", "乙。"]),
        ("甲！乙？丙", ["甲！", "乙？", "丙"]),
        # closing marks belong to the sentence that they close
        ("甲。”乙。", ["甲。”", "乙。"]),
        ("(甲。)乙。", ["(甲。)", "乙。"]),
        ("甲？！乙", ["甲？！", "乙"]),
        # lines end sentences; so do the dashes that open an item
        ("甲\n乙", ["甲\n", "乙"]),
        ("甲\n\n乙", ["甲\n\n", "乙"]),
        ("甲——乙", ["甲", "——乙"]),
        # a semicolon does not
        ("甲；乙", ["甲；乙"]),
        ("", [""]),
        ("。", ["。"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[each.start : each.end] for each in outline(text).sentences] == sentences


def test_a_text_without_full_stops_is_cut() -> None:
    lengths = [each.end - each.start for each in outline("字" * 1300).sentences]

    assert lengths == [LONGEST_SENTENCE, LONGEST_SENTENCE, 1300 - 2 * LONGEST_SENTENCE]


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        ("一、创新主体", True),
        ("(二)研发投入", True),
        ("第三章 平台", True),
        ("## 成果转化", True),
        ("工作成效", True),
        # a sentence, a row of a table and a long line are none
        ("建成平台3家。", False),
        ("甲县 | 5 |", False),
        ("字" * 41, False),
    ],
)
def test_heading(heading: str, is_one: bool) -> None:
    text = f"{heading}\n正文在此。"
    section = outline(text).sentences[-1].section

    assert (section is not None and text[slice(*section)].strip() == heading) is is_one


def test_paragraphs_are_counted_and_sections_end_with_the_next_heading() -> None:
    structure = outline("一、平台\n建成3家。新增1家。\n二、人才\n引进5人。")

    assert [each.paragraph for each in structure.sentences] == [0, 1, 1, 1, 2, 3]
    assert [each.section for each in structure.sentences][1:3] == [(0, 5), (0, 5)]
    assert structure.sentences[-1].section == structure.sentences[-2].section


@given(st.one_of(st.text(), st.text(alphabet="甲，。！\n—”)；：", max_size=60)))
def test_sentences_cover_the_text(text: str) -> None:
    structure = outline(text)

    assert "".join(text[each.start : each.end] for each in structure.sentences) == text
    assert structure.starts == tuple(each.start for each in structure.sentences)
    for offset in range(len(text)):
        found = structure.sentence_at(offset)
        assert found.start <= offset < found.end


@pytest.mark.parametrize(
    ("text", "at", "clause"),
    [
        ("甲，乙5家，丙", 3, "乙5家"),
        ("甲5家", 1, "甲5家"),
        ("甲：乙5家。丙", 3, "乙5家"),
        ("甲、乙5家", 3, "甲、乙5家"),
    ],
)
def test_clause(text: str, at: int, clause: str) -> None:
    text = text.replace("：", ":").replace("；", ";")

    assert text[clause_start(text, at, 0) : clause_end(text, at, len(text))] == clause


def test_a_clause_stays_within_its_limits() -> None:
    assert clause_start("甲乙丙5家", 3, 2) == 2
    assert clause_end("5家甲乙丙", 2, 3) == 3
