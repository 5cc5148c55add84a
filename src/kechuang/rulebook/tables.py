"""The lines of a point table: from their text to bands that cover every value exactly once."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Expression, Name, Number
from kechuang.rulebook.model import Cut, Points
from kechuang.rulebook.parsing import Parser, parse
from kechuang.rulebook.units import unit_of

OTHERWISE: Final = "otherwise"
_INTERVAL: Final = re.compile(
    r"^(?P<low>.+?)\s*(?P<low_op><=?|≤)\s*x\s*(?P<high_op><=?|≤)\s*(?P<high>.+)$"
)
_ONE_SIDED: Final = re.compile(r"^(?:x\s*)?(?P<op>>=|>|<=|<|≥|≤)\s*(?P<edge>.+)$")
_SAME: Final = {"≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval: where, and whether the value itself is inside."""

    at: Expression
    inside: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a band table: from `low` to `high`, None being without end."""

    text: str
    low: Edge | None
    high: Edge | None
    points: Points


def split_line(text: str) -> tuple[str, str]:
    """The condition and the points of a line `condition → points`."""
    left, arrow, right = text.replace("->", "→").partition("→")
    if not arrow or not right.strip() or not left.strip():
        why = "没有“→”，或一边是空的"
        raise RuleError("syntax", f"表格行“{text}”读不懂", why, "写成“>= 30% → 20 分”")
    return left.strip(), right.strip()


def parse_points(text: str) -> Points:
    """What a line gives: `20 分`, `25..30 分`, or a formula for an amount."""
    low, dots, high = text.partition("..")
    if not dots:
        return Points(parse(text))
    upper = parse(high)
    if not isinstance(upper, Number):
        raise RuleError("syntax", f"“{text}”不是分值范围", "两端都应是数", "写成 25..30 分")
    lower = parse(low if re.search(r"\D\s*$", low.strip()) else f"{low.strip()} {upper.unit}")
    return Points(lower, upper)


def parse_choice(text: str) -> tuple[Expression | None, Points]:
    """A line of a `choose` table; None stands for `otherwise`."""
    left, right = split_line(text)
    return (None if left == OTHERWISE else parse(left)), parse_points(right)


def parse_bands(texts: list[str]) -> tuple[tuple[Cut, ...], tuple[Points, ...]]:
    """The boundaries in ascending order, and what each band from below gives.

    Raises:
        RuleError: the lines leave a gap, overlap, or one is never reached.
    """
    lines: list[Line] = []
    for position, text in enumerate(texts):
        lines.append(_line(text, lines, last=position == len(texts) - 1))
    lines.sort(key=lambda line: _order(line.low))
    for below, above in itertools.pairwise(lines):
        _meet(below, above)
    for line, edge in ((lines[0], lines[0].low), (lines[-1], lines[-1].high)):
        if edge is not None:
            why = f"{'小' if edge is line.low else '大'}于“{_written(edge)}”的数没有一行接住"
            raise RuleError(
                "band_gap", f"表格行“{line.text}”之外有空当", why, "补一行，或用 otherwise"
            )
    cuts = tuple(Cut(line.low.at, line.low.inside) for line in lines[1:] if line.low is not None)
    return cuts, tuple(line.points for line in lines)


def _line(text: str, before: list[Line], *, last: bool) -> Line:
    left, right = split_line(text)
    points = parse_points(right)
    interval = _INTERVAL.match(left)
    if interval is not None:
        low = Edge(_edge(interval["low"]), _closed(interval["low_op"]))
        return Line(text, low, Edge(_edge(interval["high"]), _closed(interval["high_op"])), points)
    if left == OTHERWISE:
        return _rest(text, before, points, last=last)
    match = _ONE_SIDED.match(left)
    if match is None:
        remedy = "写成“>= 30%”、“25% <= x < 30%”或“otherwise”"
        raise RuleError("syntax", f"表格行“{text}”读不懂", f"“{left}”不是一段范围", remedy)
    edge = Edge(_edge(match["edge"]), _closed(match["op"]))
    upward = match["op"] in {">", ">=", "≥"}
    _check_reached(text, edge, before, upward=upward)
    beyond = _nearest(edge, before, upward=upward)
    return Line(text, edge, beyond, points) if upward else Line(text, beyond, edge, points)


def _rest(text: str, before: list[Line], points: Points, *, last: bool) -> Line:
    """The last line takes what is left: above all of the lines or below them."""
    if not last or not before:
        why = "otherwise 只能是最后一行，前面要有别的行"
        raise RuleError("band_overlap", f"表格行“{text}”的位置不对", why, "移到最后")
    downward = _taken(before, upward=True)
    upward = _taken(before, upward=False)
    if downward is not None and all(line.low is not None for line in before):
        return Line(text, None, downward, points)
    return Line(text, upward, None, points)


def _taken(before: list[Line], *, upward: bool) -> Edge | None:
    """The lowest edge of the lines above (downward: the highest), with the sides turned round."""
    edges = [line.low if upward else line.high for line in before]
    known = [edge for edge in edges if edge is not None]
    if not known:
        return None
    chosen = (min if upward else max)(known, key=_position)
    return Edge(chosen.at, not chosen.inside)


def _nearest(edge: Edge, before: list[Line], *, upward: bool) -> Edge | None:
    """The next edge that a line above begins at, seen from `edge` in the direction of the line."""
    here = _position(edge)
    known = [each for line in before if (each := line.low if upward else line.high) is not None]
    beyond = [
        each
        for each in known
        if (_position(each) > here if upward else _position(each) < here)
        or (_position(each) == here and edge.inside and not each.inside)
    ]
    if not beyond:
        return None
    chosen = (min if upward else max)(beyond, key=_position)
    return Edge(chosen.at, not chosen.inside)


def _check_reached(text: str, edge: Edge, before: list[Line], *, upward: bool) -> None:
    """A line in the same direction that stands above and begins no further takes everything."""
    here = _position(edge)
    for line in before:
        other = line.low if upward else line.high
        if other is None or not _ONE_SIDED.match(split_line(line.text)[0]):
            continue
        if (line.text.lstrip("x ")[0] == ">") is not upward:
            continue
        there = _position(other)
        if (there < here if upward else there > here) or (
            there == here and (other.inside or not edge.inside)
        ):
            why = f"上面的“{line.text}”已经把这些数接走"
            remedy = "各行从大到小（>=）或从小到大（<=）排列"
            raise RuleError("band_overlap", f"表格行“{text}”永远轮不到", why, remedy)


def _meet(below: Line, above: Line) -> None:
    """Neighbouring bands touch: the one ends where the next begins, with one of them closed."""
    end, begin = below.high, above.low
    if end is None or begin is None or _position(end) > _position(begin):
        both = f"“{below.text}”与“{above.text}”"
        raise RuleError(
            "band_overlap", f"表格的两行重叠：{both}", "同一个数两行都接", "改一行的界限"
        )
    if _position(end) < _position(begin):
        why = f"“{_written(end)}”到“{_written(begin)}”之间没有一行接住"
        raise RuleError("band_gap", f"“{below.text}”与“{above.text}”之间有空当", why, "把界限接上")
    if end.inside == begin.inside:
        code = "band_overlap" if end.inside else "band_gap"
        why = f"恰好等于“{_written(end)}”时{'两行都接' if end.inside else '没有一行接'}"
        raise RuleError(
            code, f"“{below.text}”与“{above.text}”的界限不清", why, "一行写含，一行写不含"
        )


def _edge(text: str) -> Expression:
    edge = Parser(text)
    value = edge.sum()
    edge.end()
    if not isinstance(value, Number | Name):
        raise RuleError("syntax", f"界限“{text}”读不懂", "界限应是数或参数名", "写成 30% 或参数名")
    return value


def _closed(op: str) -> bool:
    return _SAME.get(op, op).endswith("=")


def _position(edge: Edge) -> Fraction:
    if isinstance(edge.at, Number):
        return edge.at.value * unit_of(edge.at.unit).factor
    raise RuleError(
        "syntax", f"界限“{_written(edge)}”不能是参数", "表格要能看出次序", "写成数，或改用 choose"
    )


def _order(low: Edge | None) -> tuple[int, Fraction, bool]:
    return (0, Fraction(0), False) if low is None else (1, _position(low), not low.inside)


def _written(edge: Edge) -> str:
    return edge.at.written if isinstance(edge.at, Number) else str(getattr(edge.at, "code", ""))
