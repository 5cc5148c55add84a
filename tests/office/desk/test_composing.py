"""Sentences, wording and the choice of what a brief says, without a database."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.office.accounts.permissions import matrix
from kechuang.office.desk.composing import wording
from kechuang.office.desk.composing.composing import compose, length_of
from kechuang.office.desk.composing.known import Known, Origin, Subject
from kechuang.office.desk.composing.sentences import SentencesError, load_sentences, read_sentences

WHERE: Final = (Origin("审计报告", "示审〔2026〕1号", date(2026, 4, 1)),)
RULES: Final = load_sentences()


def subject(told: dict[str, str], hidden: frozenset[str] = frozenset()) -> Subject:
    known = {code: Known(text, WHERE, "2025年") for code, text in told.items()}
    return Subject("X", "示例有限公司", known, hidden)


BASE: Final = {"name": "示例有限公司", "who": "公司", "region": "甲县", "day": "2026年7月1日"}


@pytest.mark.parametrize(
    ("fen", "told"),
    [
        (0, "0万元"),
        (1_234_567, "1.23万元"),
        (1_235_000, "1.24万元"),
        (640_000_000, "640万元"),
        (9_999_999_999, "10,000万元"),
        (10_000_000_000, "1亿元"),
        (12_850_000_000, "1.29亿元"),
        (-1_500_000, "-1.5万元"),
    ],
)
def test_money_is_told_in_the_unit_that_people_write(fen: int, told: str) -> None:
    assert wording.money(fen) == told


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (1123, 1000, "同比增长12.3%"),
        (9999, 10000, "与上年持平"),
        (9994, 10000, "同比下降0.1%"),
        (1, 0, None),
        (1, -5, None),
    ],
)
def test_a_change_is_told_only_against_something(now: int, before: int, told: str | None) -> None:
    assert wording.change(now, before) == told


def test_every_field_names_a_verb_of_the_matrix() -> None:
    assert {each.verb for each in RULES.fields.values()} <= set(matrix().verbs)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("'{nam}位于'", "没有列出的字段“nam”"),
        ("'{name}有{who}'", "“who”只在一边"),
        ("'位于甲县'", "“name”只在一边"),
    ],
)
def test_a_wrong_sentence_is_named(text: str, named: str) -> None:
    file = f"""
length: {{least: 3, most: 9}}
fields: {{name: {{name: 名, verb: a}}, who: {{name: 谁, verb: a}}}}
sentences: [{{code: x, name: 登记, part: 1, priority: 1, ways: [{{needs: [name], text: {text}}}]}}]
"""
    with pytest.raises(SentencesError, match=named):
        read_sentences(file)


def test_a_sentence_that_lacks_a_field_takes_a_shorter_way_or_is_left_out() -> None:
    brief = compose(subject({**BASE, "capital": "5,000万元", "revenue": "1亿元"}), RULES)
    assert brief.text == "示例有限公司位于甲县，注册资本5,000万元。"
    missing = {each.sentence.code: (each.why, each.fields) for each in brief.left_out}
    assert missing["revenue"] == ("missing", ("营业收入的年度",))
    assert brief.is_short


def test_what_the_reader_may_not_see_is_told_as_hidden_not_as_missing() -> None:
    brief = compose(subject(BASE, frozenset({"fact.view"})), RULES)
    why = {each.sentence.code: each.why for each in brief.left_out}
    assert (why["revenue"], why["rights"]) == ("hidden", "missing")
    assert brief.is_narrowed


def test_each_figure_carries_its_source_and_day() -> None:
    brief = compose(subject({**BASE, "revenue": "1亿元", "revenue_year": "2025年"}), RULES)
    assert [(each.number, each.name, each.known.origin) for each in brief.figures] == [
        (1, "营业收入（2025年）", "审计报告，示审〔2026〕1号，截至2026-04-01")
    ]


def test_what_comes_last_gives_way_where_the_brief_grows_too_long() -> None:
    every = dict.fromkeys(RULES.fields, "甲" * 30) | BASE
    brief = compose(subject(every), RULES)
    assert brief.length <= RULES.most
    gone = {each.sentence.priority for each in brief.left_out}
    assert gone
    assert min(gone) > 2
    assert {each.why for each in brief.left_out} == {"long"}


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(sorted(RULES.fields)), st.text("甲乙1，", min_size=1, max_size=90)
    )
)
def test_a_brief_is_never_too_long_and_never_says_what_is_not_known(known: dict[str, str]) -> None:
    brief = compose(subject({**known, **BASE}), RULES)
    assert brief.length <= RULES.most
    assert "{" not in brief.text
    assert {each.known.told for each in brief.figures} <= {*known.values(), *BASE.values()}
    assert length_of(brief.text) == brief.length
    written = len(RULES.sentences) - len(brief.left_out)
    assert written == brief.text.count("。")
