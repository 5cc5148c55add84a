"""Finding the expressions of time in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

from kechuang.figures.periods import grammar
from kechuang.figures.periods.context import Context
from kechuang.figures.periods.frames import read_frame, read_plan
from kechuang.figures.periods.mention import PeriodMention
from kechuang.figures.periods.placing import (
    Opening,
    mention,
    place,
    place_range,
    place_same_period,
    place_since,
    read_opening,
)
from kechuang.figures.periods.points import read_point
from kechuang.figures.periods.words import LATEST_MONTHS, WORDS

Match = re.Match[str]


def find_periods(text: str, *, year: int | None) -> list[PeriodMention]:
    """Find every expression of time in `text`, in order, without overlap, in linear time.

    `text` is in simplified characters with half-width digits. `year` is the year that the report
    speaks of (今年); where it is None, words such as 去年 are still found, without a period.

    >>> [(m.period, m.role) for m in find_periods("2022年1-10月完成5项，目前共9项", year=2022)]
    [('2022-01/2022-10', 'in'), ('2022', 'now')]
    """
    return _Finder(text, year).find()


class _Finder:
    """One pass over one text; each form that the grammar names has its reader."""

    def __init__(self, text: str, year: int | None) -> None:
        self._text = text
        self._year = year
        self._context = Context(text, year)
        self._previous: PeriodMention | None = None
        self._readers: dict[str, Callable[[Match], PeriodMention | None]] = {
            "as_date": self._date,
            "as_span": self._enclosed_span,
            "as_year": self._point,
            "as_part": self._point,
            "as_edge": self._point,
            "as_plan": self._plan,
            "as_now": self._now,
            "as_latest_months": self._latest_months,
            "as_every": self._every,
            "as_year_on_year": self._year_on_year,
            "as_period_on_period": self._unplaced_base,
            "as_same_period": self._same_period,
            "as_vague_frame": self._unplaced_span,
            "as_frame": self._frame,
        }

    def find(self) -> list[PeriodMention]:
        mentions: list[PeriodMention] = []
        position = 0
        while match := grammar.SEARCH.search(self._text, position):
            self._context.advance(match.start())
            found = self._readers[str(match.lastgroup)](match)
            if found is None:
                position = match.start() + 1
                continue
            self._context.remember(found)
            self._previous = found
            mentions.append(found)
            position = found.end
        return mentions

    def _opening(self, start: int) -> Opening | None:
        return read_opening(self._text, start, self._previous.end if self._previous else 0)

    def _now(self, match: Match) -> PeriodMention:
        year = None if self._year is None else str(self._year)
        return PeriodMention(match.start(), match.end(), year, year, "now")

    def _latest_months(self, match: Match) -> PeriodMention:
        bounds = self._context.latest_months(LATEST_MONTHS[match["as_latest_months"]])
        return mention(match.start(), match.end(), bounds, "in")

    def _every(self, match: Match) -> PeriodMention:
        part = grammar.PART.match(self._text, match.end())
        return mention(match.start(), part.end() if part else match.end(), None, "every")

    def _year_on_year(self, match: Match) -> PeriodMention:
        bounds = self._context.same_period(in_year=None, offset=-1)
        return mention(match.start(), match.end(), bounds, "base")

    def _unplaced_base(self, match: Match) -> PeriodMention:
        return mention(match.start(), match.end(), None, "base")

    def _unplaced_span(self, match: Match) -> PeriodMention:
        return mention(match.start(), match.end(), None, "span")

    def _same_period(self, match: Match) -> PeriodMention:
        bounds = self._context.same_period(in_year=None, offset=-1)
        return place_same_period(self._text, bounds, match.span(), self._opening(match.start()))

    def _date(self, match: Match) -> PeriodMention:
        year, month, _ = match["as_date"].split(match["mark"])
        moment = f"{year}-{int(month):02d}"
        opening = self._opening(match.start())
        if opening is not None and opening.form in ("until", "base"):
            return mention(opening.start, match.end(), (moment, moment), opening.form)
        return mention(match.start(), match.end(), (moment, moment), "in")

    def _enclosed_span(self, match: Match) -> PeriodMention | None:
        first, last = match["span_from"], match["span_to"]
        if first >= last:
            return None
        return mention(match.start("span_from"), match.end(), (first, last), "span")

    def _plan(self, match: Match) -> PeriodMention | None:
        plan = read_plan(self._text, match)
        if plan is None:
            return None
        end, (first, last), role = plan
        bounds = str(first), str(last)
        opening = self._opening(match.start())
        if role == "since":
            return place_since(match.start(), end, bounds, self._year)
        if opening is not None and opening.form == "base":
            return mention(opening.start, end, bounds, "base")
        if opening is not None and opening.form == "until":
            return mention(opening.start, end, (bounds[1], bounds[1]), "until")
        return mention(match.start(), end, bounds, role)

    def _frame(self, match: Match) -> PeriodMention | None:
        frame = read_frame(self._text, match, self._year)
        if frame is None:
            return None
        end, years = frame
        bounds = (str(years[0]), str(years[1])) if years else None
        return mention(match.start(), end, bounds, "span")

    def _point(self, match: Match) -> PeriodMention | None:
        point = read_point(self._text, match.start())
        if point is None:
            return None
        if match["paired_year"] and not self._is_near(point.year):
            return None
        found = place_range(self._text, point, self._context, self._previous)
        if found is not None or (match["listed_year"] and not match["joined"]):
            return found
        return place(self._text, point, self._context, self._previous)

    def _is_near(self, year: int | None) -> bool:
        if year is None or self._year is None:
            return False
        near = WORDS["paired_years"]
        return self._year - near["before"] <= year <= self._year + near["after"]
