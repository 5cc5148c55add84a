"""Rank intervals: how far the rank of each unit moves when other choices are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kechuang.evaluation.charts.drawing import MARGIN, ROW, TOP, Drawing, column_for, steps
from kechuang.evaluation.ranking import UNRANKED
from kechuang.evaluation.uncertainty import Intervals

PLOT = 520.0
RANK = 44.0
NUMBERS = 150.0
LONGEST = 200.0
FOOT = 34.0


def interval_chart(heading: str, names: Sequence[str], found: Intervals) -> str:
    """A bar from the low to the high rank, a dot at the unit's own and a tick at the median.

    `names` are those of `found.units`, in whose order the rows stand.
    """
    room = column_for(names, 60, LONGEST)
    left = MARGIN + RANK + room + 24
    width = left + PLOT + NUMBERS + MARGIN
    height = TOP + ROW * len(names) + FOOT + MARGIN
    drawing = Drawing("intervals", width, height, heading, _told(names, found))
    last = max(2, len(names))

    def across(rank: float) -> float:
        return left + 12 + (rank - 1) / (last - 1) * (PLOT - 24)

    bottom = TOP + ROW * len(names)
    for row in range(0, len(names), 2):
        drawing.rectangle(MARGIN / 2, TOP + row * ROW, width - MARGIN, ROW, "band")
    for rank in _marked(last):
        drawing.line(across(rank), TOP, across(rank), bottom, "rule")
        drawing.text(across(rank), bottom + 18, f"第{rank}名", "quiet middle")
    drawing.text(MARGIN + RANK - 12, TOP - 14, "名次", "head end")
    drawing.text(MARGIN + RANK, TOP - 14, "单位", "head")
    _legend(drawing, left, found.confidence)
    drawing.text(left + PLOT + 14, TOP - 14, "区间（中位）", "head")
    for row, name in enumerate(names):
        y, own = TOP + row * ROW + ROW / 2, int(found.place[row])
        drawing.text(MARGIN + RANK - 12, y + 5, "—" if own == UNRANKED else str(own), "number end")
        drawing.label(MARGIN + RANK, y + 5, name, room)
        low, median, high = (float(each[row]) for each in (found.low, found.median, found.high))
        if np.isnan(low):
            drawing.text(left + PLOT + 14, y + 5, "没有名次", "quiet")
            continue
        drawing.line(across(low), y, across(high), y, "range")
        drawing.line(across(median), y - 9, across(median), y + 9, "median")
        if own != UNRANKED:
            drawing.circle(across(own), y, 5, "own")
        ends = _rank(low) if low == high else f"{_rank(low)}–{_rank(high)}"
        told = f"{ends}（{_rank(median)}）"
        drawing.text(left + PLOT + 14, y + 5, told, "number quiet")
    return drawing.svg()


def _legend(drawing: Drawing, left: float, confidence: float) -> None:
    y = TOP - 19
    drawing.circle(left + 18, y, 5, "own")
    drawing.text(left + 28, y + 5, "本方案名次", "quiet")
    drawing.line(left + 124, y - 7, left + 124, y + 7, "median")
    drawing.text(left + 132, y + 5, "中位名次", "quiet")
    drawing.line(left + 212, y, left + 240, y, "range")
    drawing.text(left + 252, y + 5, f"{confidence:.0%} 的抽样落在其中", "quiet")


def _marked(last: int) -> list[int]:
    """The ranks that the axis names: the first, and round ones not too near to it."""
    _, *later = steps(last)
    return [1, *(int(each) for each in later if each > later[0] / 2 + 1)]


def _rank(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _told(names: Sequence[str], found: Intervals) -> str:
    rows = [
        f"{name}第 {found.place[row]} 名，{_rank(found.low[row])} 至 {_rank(found.high[row])}"
        for row, name in enumerate(names)
        if not np.isnan(found.low[row])
    ]
    what = f"每个单位的名次，以及改动各种选择后 {found.confidence:.0%} 的抽样所在的名次区间。"
    return f"{what}{'；'.join(rows)}。"
