"""The scorer pairs what overlaps and agrees, and counts what is right in each pair."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.sameness import same_measure, same_subject, same_unit, same_value
from kechuang.reading.scoring import Fact, compare, fact_of_row, main, read_facts, score

GOLD = Fact(
    doc="report",
    quote="23.5亿元",
    start=10,
    end=16,
    value=Decimal("2350000000"),
    value_max=None,
    unit="元",
    bound="exact",
    kind="flow",
    measure="技术合同成交额",
    subject="甲县",
    period="2024",
    indicator="contract_value",
    judges_indicator=True,
    confidence=0.0,
)


def read(**changes: Any) -> Fact:
    return replace(GOLD, **({"confidence": 0.95} | changes))


@pytest.mark.parametrize(
    ("predicted", "matched"),
    [
        pytest.param(read(), True, id="the same"),
        pytest.param(read(start=8, end=12), True, id="overlapping"),
        pytest.param(read(start=16, end=20), False, id="only touching"),
        pytest.param(read(doc="other"), False, id="another report"),
        pytest.param(read(value=Decimal(235000)), False, id="another value"),
        pytest.param(read(value_max=Decimal("2350000001")), False, id="a range for a number"),
        pytest.param(read(unit="美元"), False, id="another unit"),
        pytest.param(read(unit="元人民币"), True, id="the unit under another name"),
    ],
)
def test_a_figure_is_matched_by_place_value_and_unit(predicted: Fact, matched: bool) -> None:
    assert score([GOLD], [predicted]).matched == matched


@pytest.mark.parametrize(
    ("field", "predicted"),
    [
        ("quote", read(start=9)),
        ("kind", read(kind="stock")),
        ("bound", read(bound="min")),
        ("measure", read(measure="高新技术企业")),
        ("period", read(period="2023")),
        ("subject", read(subject="乙县")),
        ("indicator", read(indicator=None)),
    ],
)
def test_a_wrong_field_counts_in_that_field_alone(field: str, predicted: Fact) -> None:
    result = score([GOLD], [predicted])

    assert {name for name in result.right if result.accuracy(name) < 1} == {field}
    assert result.f1 == 1


@pytest.mark.parametrize(
    ("predicted", "facts"),
    [(read(), 1), (read(kind="stock"), 0), (read(measure=None), 0), (read(period=None), 1)],
)
def test_a_fact_needs_kind_and_measure(predicted: Fact, facts: int) -> None:
    assert score([GOLD], [predicted]).facts == facts


def test_each_gold_figure_is_matched_once() -> None:
    result = score([GOLD], [read(), read()])

    assert (result.matched, result.precision, result.recall) == (1, 0.5, 1.0)
    assert result.f1 == pytest.approx(2 / 3)


def test_the_larger_overlap_goes_first() -> None:
    exact, shifted = read(), read(start=14, end=19)

    assert compare([GOLD], [shifted, exact]).pairs == ((GOLD, exact),)


def test_what_was_not_matched_is_told() -> None:
    wrong = read(value=Decimal(1))
    comparison = compare([GOLD], [wrong])

    assert (comparison.missed, comparison.spurious) == ((GOLD,), (wrong,))


def test_only_confident_figures_count_for_the_calibration() -> None:
    unsure_and_wrong = read(start=40, end=46, confidence=0.5)
    sure_and_wrong = read(start=60, end=66)
    result = score([GOLD], [read(), unsure_and_wrong, sure_and_wrong])

    assert (result.confident, result.confident_right) == (2, 1)


def test_gold_without_indicators_judges_none() -> None:
    result = score([replace(GOLD, judges_indicator=False)], [read(indicator="hnte")])

    assert result.judged["indicator"] == 0
    assert result.accuracy("indicator") == 1


def test_nothing_read_scores_nothing() -> None:
    result = score([GOLD], [])

    assert (result.precision, result.recall, result.f1, result.facts_f1) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("技术合同成交额", "技术合同成交额", True),
        ("技术合同成交额", "技术合同成交总额", True),
        ("高新技术企业", "有效期内高新技术企业", True),
        ("孵化器", "科技企业孵化器在孵企业", False),
        ("技术合同成交额", "技术合同数", False),
        ("省级重点实验室", "市级重点实验室", False),
        ("专利申请量", "专利授权量", False),
        ("吸纳技术合同成交额", "输出技术合同成交额", False),
        ("高技术制造业增加值", "高技术制造业增加值占比", False),
        (None, None, True),
        ("科技特派员", None, False),
    ],
)
def test_same_measure(one: str | None, other: str | None, same: bool) -> None:
    assert same_measure(one, other) is same
    assert same_measure(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("示例省示例市甲县", "甲县", True),
        ("示例省示例市", "示例市", True),
        ("甲县", "甲县城投公司", False),
        (None, "甲县", False),
        (None, None, True),
    ],
)
def test_same_subject(one: str | None, other: str | None, same: bool) -> None:
    assert same_subject(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("家", "项", True),
        ("名", "人", True),
        ("场次", "次", True),
        ("％", "%", True),
        ("", "个", True),
        ("人", "人次", False),
        ("%", "百分点", False),
    ],
)
def test_same_unit(one: str, other: str, same: bool) -> None:
    assert same_unit(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "unit", "same"),
    [
        ("33.33", "33.3333", "%", True),
        ("33.3", "33.33", "%", False),
        ("1000000", "1000001", "元", True),
        ("1000000", "1000002", "元", False),
        ("0", "0", "家", True),
    ],
)
def test_same_value(one: str, other: str, unit: str, same: bool) -> None:
    assert same_value(Decimal(one), Decimal(other), unit) is same


FACTS = st.lists(
    st.builds(
        lambda doc, start, length, value: read(
            doc=doc, start=start, end=start + length, value=Decimal(value)
        ),
        st.sampled_from(["a", "b"]),
        st.integers(0, 30),
        st.integers(1, 8),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(FACTS, FACTS)
def test_every_figure_is_counted_once(gold: list[Fact], predicted: list[Fact]) -> None:
    docs = {fact.doc for fact in gold}
    comparison = compare(gold, predicted)

    assert len(comparison.pairs) + len(comparison.missed) == len(gold)
    assert len(comparison.pairs) + len(comparison.spurious) == sum(
        fact.doc in docs for fact in predicted
    )


@given(FACTS, st.randoms())
def test_gold_agrees_with_itself_in_any_order(gold: list[Fact], random: Any) -> None:
    shuffled = random.sample(gold, len(gold))

    assert score(gold, shuffled) == score(gold, gold)
    assert score(gold, gold).matched == len(gold)


def test_time_grows_with_the_number_of_figures_only() -> None:
    def seconds(count: int) -> float:
        facts = [read(start=20 * i, end=20 * i + 6) for i in range(count)]
        begin = perf_counter()
        score(facts, facts)
        return perf_counter() - begin

    seconds(1000)

    assert seconds(20000) < 60 * seconds(1000)


def test_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    row = {"doc": "a", "start": 1, "end": 3, "value": 44.79, "unit": "%", "kind": "growth"}
    path.write_text(json.dumps(row) + "\n\n", encoding="utf-8")

    (fact,) = read_facts(path)

    assert (fact.value, fact.bound, fact.measure) == (Decimal("44.79"), "exact", None)
    assert not fact.judges_indicator


def test_an_indicator_of_null_is_a_judgement() -> None:
    row = {"doc": "a", "start": 1, "end": 3, "value": 1, "indicator": None}

    assert fact_of_row(row).judges_indicator


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"doc": "a", "start": 1, "end": 2}', "缺少字段 value", id="no value"),
        pytest.param('{"doc": "a", "start": 1, "end": 2, "value": "多"}', "不是数字", id="word"),
        pytest.param("[1]", "不是一个对象", id="no object"),
        pytest.param("{", "第 1 行", id="broken"),
    ],
)
def test_a_row_that_is_no_figure_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")

    assert main([str(path), str(path)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [pytest.param(None, "读不到", id="missing"), pytest.param(b"\xb9\xfa", "UTF-8", id="GB")],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, message: str
) -> None:
    path = tmp_path / "gold.jsonl"
    if content is not None:
        path.write_bytes(content)

    assert main([str(path), str(path)]) == 2
    error = capsys.readouterr().err
    assert str(path) in error
    assert message in error


def test_the_command_prints_the_score_and_the_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    row = {"doc": "a", "quote": "3家", "start": 1, "end": 3, "value": 3, "unit": "家"}
    other = row | {"quote": "5项", "start": 9, "end": 11, "value": 5, "unit": "项"}
    gold.write_text(json.dumps(row) + "\n" + json.dumps(other) + "\n", encoding="utf-8")
    predicted.write_text(json.dumps(row | {"kind": "stock"}) + "\n", encoding="utf-8")

    assert main([str(gold), str(predicted), "--misses", "5"]) == 0

    printed = capsys.readouterr().out
    assert "recall 0.5000" in printed
    assert "missed      a[9:11] 5项" in printed
    assert "→ stock" in printed
