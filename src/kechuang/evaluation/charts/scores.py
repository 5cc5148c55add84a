"""Scores by branch: a row for each unit, a column of bars for the total and for each branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kechuang.evaluation.arrays import Array, Integers
from kechuang.evaluation.charts.drawing import (
    MARGIN,
    ROW,
    TOP,
    Drawing,
    column_for,
)
from kechuang.evaluation.ranking import UNRANKED

COLUMN, GAP = 118.0, 18.0
RANK = 44.0
LONGEST = 200.0
NUMBER = 46.0


def score_chart(
    heading: str, names: Sequence[str], ranks: Integers, columns: Mapping[str, Array]
) -> str:
    """Bars of each column (the total first) for each unit, in the order given.

    Every column is on the same scale, from 0 to the highest score of all (100 at least); a score
    below 0 has no bar, a missing one is shown as —.
    """
    room = column_for(names, 60, LONGEST)
    first = MARGIN + RANK + room + GAP
    width = first + len(columns) * (COLUMN + GAP) - GAP + MARGIN
    drawing = Drawing(
        "scores", width, TOP + ROW * len(names) + MARGIN, heading, _told(names, ranks, columns)
    )
    drawing.text(MARGIN + RANK - 12, TOP - 14, "名次", "head end")
    drawing.text(MARGIN + RANK, TOP - 14, "单位", "head")
    for row, name in enumerate(names):
        y = TOP + row * ROW
        if row % 2 == 0:
            drawing.rectangle(MARGIN / 2, y, width - MARGIN, ROW, "band")
        place = "—" if ranks[row] == UNRANKED else str(ranks[row])
        drawing.text(MARGIN + RANK - 12, y + 18, place, "number end")
        drawing.label(MARGIN + RANK, y + 18, name, room)
    most = max([100.0, *(float(np.nanmax(each, initial=0)) for each in columns.values())])
    for at, (title, scores) in enumerate(columns.items()):
        x = first + at * (COLUMN + GAP)
        drawing.label(x, TOP - 14, title, COLUMN, "head")
        for row, score in enumerate(scores.tolist()):
            y = TOP + row * ROW
            if np.isnan(score):
                drawing.text(x, y + 18, "—", "quiet")
                continue
            length = max(0.0, score) / most * (COLUMN - NUMBER)
            drawing.rectangle(x, y + 6, length, ROW - 12, "bar" if at else "total")
            drawing.text(x + length + 5, y + 18, f"{score:.1f}", "number quiet")
    return drawing.svg()


def _told(names: Sequence[str], ranks: Integers, columns: Mapping[str, Array]) -> str:
    total = next(iter(columns.values()))
    rows = [
        f"第 {ranks[row]} 名 {name} {total[row]:.1f} 分"
        for row, name in enumerate(names)
        if ranks[row] != UNRANKED
    ]
    return f"{len(names)} 个单位的{'、'.join(columns)}。{'；'.join(rows)}。"
