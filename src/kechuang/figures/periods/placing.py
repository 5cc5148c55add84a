"""Giving a point in time its role and bounds by what stands before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kechuang.figures.periods import grammar
from kechuang.figures.periods.context import Context
from kechuang.figures.periods.mention import PeriodMention, Role, join_period
from kechuang.figures.periods.points import Point, covered, read_point, year_of
from kechuang.figures.periods.words import RELATIVE_YEARS

Bounds = tuple[str, str]

_JOINTS = frozenset("、和与及")
_LISTED_ROLES: frozenset[Role] = frozenset(("until", "base"))
_AWAY_FROM = ("由", "从")


@dataclass(frozen=True, slots=True)
class Opening:
    """The word before an expression, such as 截至, 比, 自, or 与 that needs a 相比 behind it."""

    start: int
    form: Literal["until", "base", "since", "opening"]


def read_opening(text: str, start: int, lower: int) -> Opening | None:
    """The opening that ends where an expression begins, looked for from `lower` on."""
    match = grammar.BEFORE.search(text, max(lower, start - grammar.LONGEST_BEFORE), start)
    if match is None:
        return None
    for form in ("until", "base", "since"):
        if match[form]:
            return Opening(match.start(), form)
    return Opening(match.start(), "opening")


def place(
    text: str, point: Point, context: Context, previous: PeriodMention | None
) -> PeriodMention:
    """The mention that a point makes; `previous` is the mention before it."""
    opening = read_opening(text, point.start, previous.end if previous else 0)
    inherited = _inherited_form(text, point, previous)
    form = inherited or (opening.form if opening else None)
    outer = opening.start if opening and not inherited else point.start
    after = grammar.AFTER.match(text, point.end)
    tail = after.lastgroup if after else None
    end = after.end() if after else point.end
    if tail == "same":
        return place_same_period(text, _same_bounds(point, context), (point.start, end), opening)
    if form == "base" or _is_reference(text, point, tail, form):
        bounds = _bounds(point, context, compared=True)
        end = end if tail in ("base", "short") else point.end
        outer = outer if form in ("base", "opening") else point.start
        return mention(outer, end, bounds, "base")
    if tail == "since":
        start = outer if form == "since" else point.start
        return place_since(start, end, _bounds(point, context), context.year)
    if form == "since" and grammar.SINCE_LATER.match(text, point.end):
        return place_since(outer, point.end, _bounds(point, context), context.year)
    bounds = _bounds(point, context)
    if form == "until" or tail == "until" or point.closes:
        start = outer if form == "until" else point.start
        end = end if tail == "until" else point.end
        return mention(start, end, bounds and (bounds[1], bounds[1]), "until")
    return mention(point.start, point.end, bounds, "in")


def place_range(
    text: str, first: Point, context: Context, previous: PeriodMention | None
) -> PeriodMention | None:
    """2018年至2020年, 2023年10月至2024年3月, 10月至12月; None if no later point follows."""
    mark = grammar.RANGE_MARK.match(text, first.end)
    last = read_point(text, mark.end(), after_range_mark=True) if mark else None
    if last is None:
        return None
    if not last.names_year and (first.months is None) != (last.months is None):
        return None
    years = _range_years(first, last, context)
    opening = read_opening(text, first.start, previous.end if previous else 0)
    is_base = opening is not None and opening.form == "base"
    start = opening.start if opening and opening.form in ("base", "since") else first.start
    if years is None:
        return mention(start, last.end, None, "base" if is_base else "span")
    bounds = covered(first, years[0])[0], covered(last, years[1])[1]
    if not _is_forward(bounds):
        return None
    role: Role = "base" if is_base else "in" if years[0] == years[1] else "span"
    return mention(start, last.end, bounds, role)


def place_same_period(
    text: str, bounds: Bounds | None, span: tuple[int, int], opening: Opening | None
) -> PeriodMention:
    """去年同期 as a statement of its own, or as a base: 比去年同期, 与去年同期相比."""
    start, end = span
    after = grammar.AFTER.match(text, end)
    compares = after is not None and (
        after["base"] is not None
        or (after["short"] is not None and opening is not None and opening.form == "opening")
    )
    if after is not None and compares:
        end = after.end()
    elif opening is None or opening.form != "base":
        return mention(start, end, bounds, "last")
    if opening is not None and opening.form in ("base", "opening"):
        start = opening.start
    return mention(start, end, bounds, "base")


def place_since(start: int, end: int, bounds: Bounds | None, year: int | None) -> PeriodMention:
    """2019年以来: from the first bound to the year that the report speaks of."""
    if bounds is None or year is None:
        return PeriodMention(start, end, bounds[0] if bounds else None, None, "since")
    first = bounds[0]
    last = max(int(first[:4]), year)
    return mention(start, end, (first, f"{last}-12" if "-" in first else str(last)), "since")


def mention(start: int, end: int, bounds: Bounds | None, role: Role) -> PeriodMention:
    """A mention with bounds, or without where they cannot be told."""
    first, last = bounds or (None, None)
    return PeriodMention(start, end, first, last, role)


def _is_reference(text: str, point: Point, tail: str | None, form: str | None) -> bool:
    """Whether what follows makes the point a base: 2020年基础上, 与2020年比, 2020年的3倍."""
    if tail == "short":
        return form == "opening"
    if tail == "multiple":
        return not text.startswith(_AWAY_FROM, max(0, point.start - 1))
    return tail in ("base", "whole_of")


def _inherited_form(
    text: str, point: Point, previous: PeriodMention | None
) -> Literal["until", "base"] | None:
    """The role that 2030年 has from 到2025年、2030年, and 去年 from 同比去年."""
    if previous is None or previous.role not in _LISTED_ROLES:
        return None
    if previous.role == "base" and previous.end == point.start:
        return "base"
    if previous.end == point.start - 1 and text[previous.end] in _JOINTS:
        return "until" if previous.role == "until" else "base"
    return None


def _bounds(point: Point, context: Context, *, compared: bool = False) -> Bounds | None:
    year = year_of(point, context, compared=compared)
    return None if year is None else covered(point, year)


def _same_bounds(point: Point, context: Context) -> Bounds | None:
    """The bounds of 去年同期, 2020年同期 and 2020年1-7月同期."""
    if point.months is not None:
        return _bounds(point, context)
    if point.relative is not None:
        return context.same_period(in_year=None, offset=RELATIVE_YEARS[point.relative].offset)
    return context.same_period(in_year=point.year, offset=-1)


def _range_years(first: Point, last: Point, context: Context) -> tuple[int, int] | None:
    """The years of the two ends of a range, where each may leave its year to the other."""
    begin = year_of(first, context)
    if not last.names_year:
        return None if begin is None else (begin, begin)
    if last.relative is not None and RELATIVE_YEARS[last.relative].counted_from == "nearest":
        return None if begin is None else (begin, begin + RELATIVE_YEARS[last.relative].offset)
    end = year_of(last, context)
    if end is None:
        return None
    if not first.names_year:
        in_one_year = covered(first, end)[0], covered(last, end)[1]
        begin = end if _is_forward(in_one_year) else end - 1
    return None if begin is None else (begin, end)


def _is_forward(bounds: Bounds) -> bool:
    """Whether the second bound is later than the first, where a year beside a month is whole."""
    first, _, last = join_period(*bounds).partition("/")
    return first < last
