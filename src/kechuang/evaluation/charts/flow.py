"""The flow of ranks between years: a line for each unit, rising or falling."""

from __future__ import annotations

from collections.abc import Sequence

from kechuang.evaluation.arrays import Integers
from kechuang.evaluation.charts.drawing import MARGIN, TOP, Drawing, column_for
from kechuang.evaluation.ranking import UNRANKED

STEP = 24.0
BETWEEN = 230.0
LONGEST = 180.0
RADIUS = 5.0


def flow_chart(
    heading: str, years: Sequence[str], names: Sequence[str], ranks: Sequence[Integers]
) -> str:
    """One line a unit through its rank of each year, with its name at both ends.

    `ranks` has one array of (units,) a year. Where a unit has no rank in a year its line breaks.
    Units that rose from their first to their last rank have a strong line, those that fell a
    broken one.
    """
    last = max([1, *(int(each.max(initial=0)) for each in ranks)])
    taken = [_stacked(each) for each in ranks]
    room = column_for([f"{last} {name}" for name in names], 60, LONGEST) + 14
    width = 2 * (MARGIN + room) + BETWEEN * (len(years) - 1)
    rows = max([1, *(max(each, default=0) for each in taken)])
    drawing = Drawing(
        "flow", width, TOP + STEP * rows + MARGIN, heading, _told(years, names, ranks)
    )
    across = [MARGIN + room + BETWEEN * at for at in range(len(years))]
    for x, year in zip(across, years, strict=True):
        drawing.text(x, TOP - 16, year, "head middle")
        drawing.line(x, TOP - 6, x, TOP + STEP * rows, "rule")
    passing = [
        [
            (at, int(each[unit]), taken[at][unit])
            for at, each in enumerate(ranks)
            if each[unit] != UNRANKED
        ]
        for unit in range(len(names))
    ]
    # Names of those that came or went stand among the lines, so they are drawn last.
    for unit in sorted(range(len(names)), key=lambda unit: -len(passing[unit])):
        if passing[unit]:
            _line(drawing, names[unit], passing[unit], across, years)
    return drawing.svg()


def _stacked(ranks: Integers) -> list[int]:
    """The row in which each unit stands: those of one rank one below the other; 0 without one."""
    order = sorted(range(len(ranks)), key=lambda unit: (ranks[unit], unit))
    rows, row = [0] * len(ranks), 0
    for unit in order:
        if ranks[unit] != UNRANKED:
            row += 1
            rows[unit] = row
    return rows


def _line(
    drawing: Drawing,
    name: str,
    places: Sequence[tuple[int, int, int]],
    across: Sequence[float],
    years: Sequence[str],
) -> None:
    first, last = places[0], places[-1]
    kind = " rises" if last[1] < first[1] else " falls" if last[1] > first[1] else ""
    points = [(across[at], TOP + STEP * (row - 0.5)) for at, _, row in places]
    told = f"{name}：" + "，".join(f"{years[at]}第 {rank} 名" for at, rank, _ in places)
    for number in range(1, len(places)):
        if places[number][0] == places[number - 1][0] + 1:
            drawing.curve(points[number - 1 : number + 1], f"flow{kind}", told)
    for x, y in points:
        drawing.circle(x, y, RADIUS, f"point{kind}")
    (x, y), (to_x, to_y) = points[0], points[-1]
    begin, end = f"{name} {first[1]}", f"{last[1]} {name}"
    is_once, ends_last = first[0] == last[0], last[0] == len(years) - 1
    if not (is_once and ends_last):
        over = "" if first[0] == 0 else " over"
        drawing.label(x - RADIUS - 6, y + 5, begin, LONGEST + 20, f"number end{over}")
    if ends_last or not is_once:
        over = "" if ends_last else " over"
        drawing.label(to_x + RADIUS + 6, to_y + 5, end, LONGEST + 20, f"number{over}")


def _told(years: Sequence[str], names: Sequence[str], ranks: Sequence[Integers]) -> str:
    rows = [
        f"{name}由第 {ranks[0][unit]} 名到第 {ranks[-1][unit]} 名"
        for unit, name in enumerate(names)
        if ranks[0][unit] != UNRANKED and ranks[-1][unit] != UNRANKED
    ]
    came = [name for at, name in enumerate(names) if ranks[0][at] == UNRANKED != ranks[-1][at]]
    went = [name for at, name in enumerate(names) if ranks[-1][at] == UNRANKED != ranks[0][at]]
    parts = [f"{years[0]}至{years[-1]}的名次变化。{'；'.join(rows)}。"]
    parts += [f"新参加：{'、'.join(came)}。"] if came else []
    parts += [f"不再参加：{'、'.join(went)}。"] if went else []
    return "".join(parts)
