"""Charts are whole SVG files that say in words what they show, whatever a unit is called."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest

from kechuang.evaluation.changes import Change, Parts
from kechuang.evaluation.charts import (
    change_chart,
    flow_chart,
    gain_chart,
    interval_chart,
    score_chart,
)
from kechuang.evaluation.charts.drawing import fitted, signed, steps, width_of
from kechuang.evaluation.levers import Gain, Lever
from kechuang.evaluation.uncertainty import Intervals

NAMES = ["示例市甲县", "示例市乙县", "示例市丙县"]
SVG = "{http://www.w3.org/2000/svg}"
NONE = float("nan")


def scores(names: list[str]) -> str:
    columns = {"总分": np.array([90.0, 50, NONE]), "投入": np.array([120.0, -5, NONE])}
    return score_chart("各分支得分", names, np.array([1, 2, 0]), columns)


def intervals(names: list[str]) -> str:
    found = Intervals(
        names, np.array([1, 2, 0]), np.array([1.2, 1.8, NONE]), np.array([1.0, 2, NONE]),
        np.array([1.0, 1.5, NONE]), np.array([1.0, 2, NONE]), 0.9,
    )  # fmt: skip
    return interval_chart("名次区间", names, found)


def flow(names: list[str]) -> str:
    ranks = [np.array([1, 2, 0]), np.array([2, 1, 3]), np.array([1, 0, 2])]
    return flow_chart("名次变化", ["2023年", "2024年", "2025年"], names, ranks)


def gains(names: list[str]) -> str:
    found = [
        Gain(Lever(at, 1, 1, 1), score, places, band, 1, None, None)
        for at, (score, places, band) in enumerate([(2.5, 2, "A"), (1.0, 0, None), (-0.5, -1, "C")])
    ]
    return gain_chart("改进一步", names, ["+1 家"] * 3, found)


def change(_: list[str]) -> str:
    places = Parts(Fraction(5, 2), Fraction(-1), Fraction(0), Fraction(1, 2))
    score = Parts(Fraction(3), Fraction(0), Fraction(0), Fraction(-1))
    return change_chart("名次为什么变", Change("甲县", 70, 72, 5, 3, score, places))


Chart = Callable[[list[str]], str]
ALL = pytest.mark.parametrize("chart", [scores, intervals, flow, gains, change])


def tree(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own text


def texts(text: str) -> list[str]:
    return ["".join(each.itertext()) for each in tree(text).iter(f"{SVG}text")]


@ALL
def test_a_chart_is_named_and_told_to_those_who_do_not_see_it(chart: Chart) -> None:
    root = tree(chart(NAMES))
    assert root.get("role") == "img"
    named = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]
    assert [each.get("id") for each in named if each is not None] == (
        root.get("aria-labelledby") or ""
    ).split()
    assert all(each is not None and each.text for each in named)


@ALL
def test_nothing_lies_outside_and_every_place_is_a_number(chart: Chart) -> None:
    root = tree(chart(NAMES))
    width, height = float(root.get("width") or ""), float(root.get("height") or "")
    for each in root.iter():
        for name, most in (("x", width), ("y", height), ("cx", width), ("cy", height)):
            if each.get(name) is not None:
                assert 0 <= float(each.get(name) or "") <= most
        if each.tag == f"{SVG}rect":
            assert float(each.get("x") or "") + float(each.get("width") or "") <= width
            assert float(each.get("width") or "") >= 0
    assert "nan" not in chart(NAMES).lower().replace("nanum", "")


@ALL
def test_a_hostile_name_stays_text(chart: Chart) -> None:
    names = ['<script>"&\x00\x1b', "a" * 500, "]]>"]
    root = tree(chart(names))
    assert not list(root.iter(f"{SVG}script"))


@ALL
def test_a_chart_reads_on_a_dark_screen_and_needs_no_other_file(chart: Chart) -> None:
    text = chart(NAMES)
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"(href|src|url\()", text)
    assert text == chart(NAMES)


def test_scores_have_a_bar_as_long_as_they_are_high() -> None:
    root = tree(scores(NAMES))
    bars = [
        float(each.get("width") or "")
        for each in root.iter(f"{SVG}rect")
        if each.get("class") in {"bar", "total"}
    ]
    most = max(bars)
    assert bars == pytest.approx([most * 90 / 120, most * 50 / 120, most, 0], abs=0.1)
    assert texts(scores(NAMES)).count("—") == 3  # no rank, no total, no branch


def test_intervals_tell_ranks_and_who_has_none() -> None:
    told = texts(intervals(NAMES))
    assert {"1（1）", "1.5–2（2）", "没有名次", "90% 的抽样落在其中"} <= set(told)


def test_the_flow_tells_risers_fallers_and_who_came_and_went() -> None:
    text = flow(NAMES)
    root = tree(text)
    kinds = [each.get("class") for each in root.iter(f"{SVG}path")]
    assert kinds.count("flow") == 2  # 甲县 is where it was
    assert kinds.count("flow rises") == 2  # 乙县 from 2 to 1, 丙县 from 3 to 2
    desc = root.find(f"{SVG}desc")
    assert desc is not None
    assert "新参加：示例市丙县。不再参加：示例市乙县。" in (desc.text or "")
    assert {"示例市丙县 3", "2 示例市丙县", "1 示例市乙县"} <= set(texts(text))


def test_equal_ranks_stand_one_below_the_other() -> None:
    text = flow_chart("名次", ["2024年", "2025年"], NAMES, [np.array([1, 1, 1])] * 2)
    heights = {each.get("cy") for each in tree(text).iter(f"{SVG}circle")}
    assert len(heights) == 3


def test_gains_and_causes_are_told_in_words_beside_their_colour() -> None:
    assert {"+2.50", "上升 2 位", "不变", "−0.50", "下降 1 位"} <= set(texts(gains(NAMES)))
    told = texts(change(NAMES))
    assert {"上升 2.5 位", "下降 1 位", "上升 0.5 位", "上升 2 位", "不变"} <= set(told)


def test_one_unit_and_none_at_all_have_a_chart() -> None:
    rank = np.array([1.0])
    one = Intervals(["甲县"], np.array([1]), rank, rank, rank, rank, 0.9)
    assert "1（1）" in texts(interval_chart("一个", ["甲县"], one))
    assert tree(score_chart("没有", [], np.array([], dtype=int), {"总分": np.array([])}))
    assert tree(gain_chart("没有", [], [], []))


def test_long_names_are_cut_to_their_room_and_told_whole() -> None:
    assert fitted("示例市甲县", 70) == "示例市甲县"
    assert fitted("示例市甲县人民政府", 70) == "示例市甲…"
    assert width_of("甲a") < width_of("甲乙")
    assert "示例" * 40 in scores(["示例" * 40, "乙", "丙"])


@pytest.mark.parametrize(
    ("most", "expected"),
    [(1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (100, [0, 20, 40, 60, 80, 100]), (0, [0.0])],
)
def test_axes_have_round_numbers(most: float, expected: list[float]) -> None:
    assert steps(most) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.234, "+1.23"), (-1.234, "−1.23"), (0, "0.00"), (-0.001, "0.00"), (math.pi, "+3.14")],
)
def test_numbers_have_their_sign_and_nought_has_none(value: float, expected: str) -> None:
    assert signed(value) == expected


def test_a_unit_of_one_year_is_named_once() -> None:
    ranks = [np.array([1, 2, 0]), np.array([2, 0, 1])]
    told = texts(flow_chart("名次", ["2024年", "2025年"], NAMES, ranks))
    assert [each for each in told if "乙县" in each] == ["示例市乙县 2"]
    assert [each for each in told if "丙县" in each] == ["1 示例市丙县"]


def test_a_heading_widens_a_narrow_chart_up_to_a_limit() -> None:
    ranks = [np.array([1, 2, 0])] * 2
    for heading in ("内部测算，非官方结果：示例县域方案 2025年 名次变化", "很长的标题" * 40):
        text = flow_chart(heading, ["2024年", "2025年"], NAMES, ranks)
        shown = texts(text)[0]
        assert (shown == heading) is (len(heading) < 60)
        assert width_of(shown, 18) + 40 <= float(tree(text).get("width") or "") + 1 <= 902
