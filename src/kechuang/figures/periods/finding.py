"""Finding the expressions of time in a text and placing them."""

from __future__ import annotations

import re
from collections.abc import Callable

from kechuang.figures.periods import grammar
from kechuang.figures.periods.context import Context
from kechuang.figures.periods.frames import read_frame, read_plan
from kechuang.figures.periods.mention import PeriodMention, Role
from kechuang.figures.periods.points import Point, covered, read_point, year_of
from kechuang.figures.periods.words import RELATIVE_YEARS, WORDS

Match = re.Match[str]
Bounds = tuple[str, str]

_JOINTS = frozenset("、和与及")
_LISTED_ROLES: frozenset[Role] = frozenset(("until", "base"))


def find_periods(text: str, *, year: int | None) -> list[PeriodMention]:
    """Find every expression of time in `text`, in order, without overlap, in linear time.

    `text` is in simplified characters with half-width digits. `year` is the year that the report
    speaks of (今年); where it is None, words such as 去年 are still found, without a period.

    >>> [(m.period, m.role) for m in find_periods("2022年1-10月完成5项，目前共9项", year=2022)]
    [('2022-01/2022-10', 'in'), ('2022', 'now')]
    """
    return _Finder(text, year).find()


class _Finder:
    """One pass over one text."""

    def __init__(self, text: str, year: int | None) -> None:
        self._text = text
        self._year = year
        self._context = Context(text, year)
        self._mentions: list[PeriodMention] = []
        self._done = 0
        self._readers: dict[str, Callable[[Match], PeriodMention | None]] = {
            "as_date": self._date,
            "as_span": self._enclosed_span,
            "as_year": self._point,
            "as_part": self._point,
            "as_edge": self._point,
            "as_plan": self._plan,
            "as_now": self._now,
            "as_every": self._every,
            "as_year_on_year": self._year_on_year,
            "as_period_on_period": self._period_on_period,
            "as_same_period": self._same_period,
            "as_vague_frame": self._vague_frame,
            "as_frame": self._frame,
        }

    def find(self) -> list[PeriodMention]:
        position = 0
        while match := grammar.SEARCH.search(self._text, position):
            self._context.advance(match.start())
            mention = self._readers[str(match.lastgroup)](match)
            if mention is None:
                position = match.start() + 1
                continue
            self._context.remember(mention)
            self._mentions.append(mention)
            position = self._done = mention.end
        return self._mentions

    # ---- words and written dates ------------------------------------------------------------

    def _now(self, match: Match) -> PeriodMention:
        return _mention(match.start(), match.end(), _years(self._year, self._year), "now")

    def _every(self, match: Match) -> PeriodMention:
        return _mention(match.start(), match.end(), None, "every")

    def _year_on_year(self, match: Match) -> PeriodMention:
        bounds = self._context.same_period(in_year=None, offset=-1)
        return _mention(match.start(), match.end(), bounds, "base")

    def _period_on_period(self, match: Match) -> PeriodMention:
        return _mention(match.start(), match.end(), None, "base")

    def _vague_frame(self, match: Match) -> PeriodMention:
        return _mention(match.start(), match.end(), None, "span")

    def _date(self, match: Match) -> PeriodMention:
        year, month, _ = match["as_date"].split(match["mark"])
        moment = f"{year}-{int(month):02d}"
        start, role = self._before(match.start())
        return _mention(start, match.end(), (moment, moment), role if role != "since" else "in")

    def _enclosed_span(self, match: Match) -> PeriodMention | None:
        first, last = match["span_from"], match["span_to"]
        if first >= last:
            return None
        return _mention(match.start("span_from"), match.end(), (first, last), "span")

    # ---- frames -----------------------------------------------------------------------------

    def _plan(self, match: Match) -> PeriodMention | None:
        plan = read_plan(self._text, match)
        if plan is None:
            return None
        end, (first, last), role = plan
        start, before = self._before(match.start())
        if role == "since":
            last = last if self._year is None else max(first, min(last, self._year))
        elif before == "base":
            role = "base"
        elif before == "until":
            first, role = last, "until"
        else:
            start = match.start()
        return _mention(start, end, _years(first, last), role)

    def _frame(self, match: Match) -> PeriodMention | None:
        frame = read_frame(self._text, match, self._year)
        if frame is None:
            return None
        end, years = frame
        return _mention(match.start(), end, _years(*years) if years else None, "span")

    # ---- points in time, and ranges between two ---------------------------------------------

    def _point(self, match: Match) -> PeriodMention | None:
        point = read_point(self._text, match.start())
        if point is None:
            return None
        if match.groupdict().get("paired_year") and not self._is_near(point.year):
            return None
        return self._range(point) or (
            None if match["listed_year"] and not self._is_list(point) else self._place(point)
        )

    def _is_near(self, year: int | None) -> bool:
        if year is None or self._year is None:
            return False
        near = WORDS["paired_years"]
        return self._year - near["before"] <= year <= self._year + near["after"]

    def _is_list(self, point: Point) -> bool:
        return self._text[point.end : point.end + 1] in _JOINTS

    def _range(self, first: Point) -> PeriodMention | None:
        """2018年至2020年, 2023年10月至2024年3月, 10月至12月; None if no later point follows."""
        mark = grammar.RANGE_MARK.match(self._text, first.end)
        if mark is None:
            return None
        last = read_point(self._text, mark.end(), after_range_mark=True)
        if last is None:
            return None
        if not last.names_year and (first.months is None) != (last.months is None):
            return None
        begin = year_of(first, self._context)
        end = begin if not last.names_year else year_of(last, self._context)
        start, before = self._before(first.start)
        role: Role = "base" if before == "base" else "in" if begin == end else "span"
        start = start if before in ("base", "since") else first.start
        if begin is None or end is None:
            return _mention(start, last.end, None, role)
        bounds = covered(first, begin)[0], covered(last, end)[1]
        if not _is_forward(bounds):
            return None
        return _mention(start, last.end, bounds, role)

    def _place(self, point: Point) -> PeriodMention:
        """Give a point its role by what stands before and after it."""
        start, before = self._before(point.start)
        opening = before == "in" and start < point.start
        after = grammar.AFTER.match(self._text, point.end)
        end = after.end() if after else point.end
        form = after.lastgroup if after else None
        if form == "same":
            return self._same(point, start, end, is_base=before == "base")
        if before == "base" or form == "base" or self._is_reference(form, point, opening):
            outer = start if before == "base" or opening else point.start
            return _mention(outer, end, self._bounds(point, compared=True), "base")
        if form == "since":
            return self._since(start if before == "since" else point.start, end, point)
        if before == "since" and grammar.SINCE_LATER.match(self._text, point.end):
            return self._since(start, point.end, point)
        end = end if form == "until" else point.end
        bounds = self._bounds(point)
        if before == "until" or form == "until" or point.closes:
            outer = start if before == "until" else point.start
            return _mention(outer, end, bounds and (bounds[1], bounds[1]), "until")
        return _mention(point.start, end, bounds, self._listed_role(point))

    def _is_reference(self, form: str | None, point: Point, opening: bool) -> bool:
        """Whether 与2020年比 or 2020年的3倍 makes the point a base, and not 由2020年的3倍."""
        if form == "short":
            return opening
        return form == "multiple" and not self._text.startswith(("由", "从"), point.start - 1)

    def _since(self, start: int, end: int, point: Point) -> PeriodMention:
        bounds = self._bounds(point)
        if bounds is None:
            return _mention(start, end, None, "since")
        first = bounds[0]
        if self._year is None:
            return PeriodMention(start, end, first, None, "since")
        year = max(int(first[:4]), self._year)
        return _mention(start, end, (first, f"{year}-12" if "-" in first else str(year)), "since")

    def _same_period(self, match: Match) -> PeriodMention:
        start, before = self._before(match.start())
        is_base = before == "base" or start < match.start()
        return _mention(
            start if is_base else match.start(),
            match.end(),
            self._context.same_period(in_year=None, offset=-1),
            "base" if is_base else "last",
        )

    def _same(self, point: Point, start: int, end: int, *, is_base: bool) -> PeriodMention:
        """去年同期, 2020年同期, 2020年1-7月同期."""
        if point.months is not None:
            bounds = self._bounds(point)
        elif point.relative is not None:
            offset = RELATIVE_YEARS[point.relative].offset
            bounds = self._context.same_period(in_year=None, offset=offset)
        else:
            bounds = self._context.same_period(in_year=point.year, offset=-1)
        return _mention(
            start if is_base else point.start, end, bounds, "base" if is_base else "last"
        )

    def _bounds(self, point: Point, *, compared: bool = False) -> Bounds | None:
        year = year_of(point, self._context, compared=compared)
        return None if year is None else covered(point, year)

    def _listed_role(self, point: Point) -> Role:
        """到2025年、2030年: a point joined to one before it has its role."""
        if self._mentions and self._text[point.start - 1] in _JOINTS:
            previous = self._mentions[-1]
            if previous.end == point.start - 1 and previous.role in _LISTED_ROLES:
                return previous.role
        return "in"

    def _before(self, start: int) -> tuple[int, Role]:
        """Where an expression that begins with a word such as 截至 begins, and its role by it.

        The openings of a comparison (与, 以) change the place and leave the role `in`.
        """
        lower = max(self._done, start - grammar.LONGEST_BEFORE)
        match = grammar.BEFORE.search(self._text, lower, start)
        if match is None:
            return start, "in"
        role: dict[str | None, Role] = {"until": "until", "base": "base", "since": "since"}
        return match.start(), role.get(match.lastgroup, "in")


def _years(first: int | None, last: int | None) -> Bounds | None:
    return None if first is None or last is None else (str(first), str(last))


def _mention(start: int, end: int, bounds: Bounds | None, role: Role) -> PeriodMention:
    first, last = bounds or (None, None)
    return PeriodMention(start, end, first, last, role)


def _is_forward(bounds: Bounds) -> bool:
    """Whether the first end is not after the last, where a year beside a month is its whole."""
    first, last = bounds
    return (first if "-" in first else f"{first}-01") < (last if "-" in last else f"{last}-13")
