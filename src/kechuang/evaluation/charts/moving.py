"""What moves a rank: the causes of a change, and what a step of each indicator would bring."""

from __future__ import annotations

from collections.abc import Sequence

from kechuang.evaluation.changes import Change, Parts
from kechuang.evaluation.charts.drawing import (
    MARGIN,
    ROW,
    TOP,
    Drawing,
    column_for,
    signed,
    steps,
)
from kechuang.evaluation.levers import Gain

PLOT = 400.0
LONGEST, STEP_LONGEST = 320.0, 120.0
NUMBER = 70.0
FOOT = 34.0
CAUSES = ("本单位的数据", "其他单位的数据", "单位增减", "测算办法")


def gain_chart(
    heading: str, names: Sequence[str], step_names: Sequence[str], gains: Sequence[Gain]
) -> str:
    """A bar for what one step of each lever adds to the score, and the places that it gains.

    `names` are those of the indicators and `step_names` say what a step is, in the order of
    `gains`.
    """
    room, steps_room = column_for(names, 60, LONGEST), column_for(step_names, 60, STEP_LONGEST)
    left = MARGIN + room + 20 + steps_room + 20
    width = left + PLOT + NUMBER + 150 + MARGIN
    rows = len(gains)
    told = "；".join(
        f"{name} {step}：得分 {signed(gain.score)}，名次{_places(gain.places)}"
        for name, step, gain in zip(names, step_names, gains, strict=True)
    )
    drawing = Drawing("gains", width, TOP + ROW * rows + FOOT + MARGIN, heading, told)
    drawing.text(MARGIN, TOP - 14, "指标", "head")
    drawing.text(MARGIN + room + 20, TOP - 14, "改进一步", "head")
    drawing.text(left, TOP - 14, "得分增加", "head")
    drawing.text(left + PLOT + NUMBER, TOP - 14, "名次", "head")
    drawing.text(left + PLOT + NUMBER + 80, TOP - 14, "档次", "head")
    most = max([1e-9, *(gain.score for gain in gains)])
    bottom = TOP + ROW * rows
    for row in range(0, rows, 2):
        drawing.rectangle(MARGIN / 2, TOP + row * ROW, width - MARGIN, ROW, "band")
    for step in steps(most):
        x = left + step / most * PLOT
        drawing.line(x, TOP, x, bottom, "rule")
        drawing.text(x, bottom + 18, f"{step:g} 分", "quiet middle")
    for row, (name, step, gain) in enumerate(zip(names, step_names, gains, strict=True)):
        y = TOP + row * ROW
        drawing.label(MARGIN, y + 18, name, room)
        drawing.label(MARGIN + room + 20, y + 18, step, steps_room, "quiet")
        length = max(0.0, gain.score) / most * PLOT
        drawing.rectangle(left, y + 6, length, ROW - 12, "bar")
        drawing.text(left + length + 5, y + 18, signed(gain.score), "number quiet")
        kind = "up" if gain.places > 0 else "down" if gain.places < 0 else "quiet"
        drawing.text(left + PLOT + NUMBER, y + 18, _places(gain.places), kind)
        drawing.text(left + PLOT + NUMBER + 80, y + 18, gain.band or "—")
    return drawing.svg()


def change_chart(heading: str, change: Change) -> str:
    """The causes of a change of rank: bars to the right for places gained, to the left for lost."""
    rows = [*zip(CAUSES, _causes(change.places), _causes(change.score), strict=True)]
    room = column_for([*CAUSES, "合计"], 60, LONGEST)
    left, half = MARGIN + room + NUMBER + 20, PLOT / 2
    width = left + PLOT + 60 + 110 + MARGIN
    whole = (float(change.places.whole), float(change.score.whole))
    told = f"由第 {change.rank_before} 名到第 {change.rank_after} 名：" + "；".join(
        f"{name} {_places(places)}" for name, places, _ in rows
    )
    drawing = Drawing("change", width, TOP + ROW * (len(rows) + 1) + MARGIN + 14, heading, told)
    middle = left + half
    drawing.text(MARGIN, TOP - 14, "原因", "head")
    drawing.text(middle, TOP - 14, "← 名次下降　名次上升 →", "head middle")
    drawing.text(width - MARGIN, TOP - 14, "得分", "head end")
    most = max([1.0, *(abs(places) for _, places, _ in rows), abs(whole[0])])
    for row, (name, places, score) in enumerate([*rows, ("合计", *whole)]):
        y = TOP + row * ROW + (8 if row == len(rows) else 0)
        if row % 2 == 0:
            drawing.rectangle(MARGIN / 2, y, width - MARGIN, ROW, "band")
        drawing.text(MARGIN, y + 18, name, "head" if row == len(rows) else "")
        length = abs(places) / most * half
        start = middle if places > 0 else middle - length
        drawing.rectangle(start, y + 6, length, ROW - 12, "up" if places > 0 else "down")
        x, side = (start + length + 5, "") if places >= 0 else (start - 5, " end")
        drawing.text(x, y + 18, _places(places), f"number quiet{side}")
        drawing.text(width - MARGIN, y + 18, signed(score), "number end")
    bottom = TOP + ROW * (len(rows) + 1) + 8
    drawing.line(middle, TOP, middle, bottom, "axis")
    drawing.line(MARGIN, bottom - ROW - 4, width - MARGIN, bottom - ROW - 4, "axis")
    return drawing.svg()


def _causes(parts: Parts) -> tuple[float, float, float, float]:
    return (
        float(parts.own), float(parts.peers_data), float(parts.peers_units), float(parts.method),
    )  # fmt: skip


def _places(places: float) -> str:
    if not round(places, 2):
        return "不变"
    amount = f"{abs(places):.2f}".rstrip("0").rstrip(".")
    return f"{'上升' if places > 0 else '下降'} {amount} 位"
