"""Two levels of one measure: from one to the other in a sentence, or a year apart in a report."""

from __future__ import annotations

import re
from functools import cache

from kechuang.reading.checks.support.facts import Fact, Report
from kechuang.reading.checks.support.periods import Span, two_ends
from kechuang.reading.checks.support.settings import alternatives, any_of, words

_LEVELS = frozenset({"stock", "flow", "share", "rank", "target", "standard"})


@cache
def _from() -> re.Pattern[str]:
    return re.compile(alternatives(words("pair", "from")) + r"[^，。;]{0,24}$")


@cache
def _earlier() -> re.Pattern[str]:
    compared = alternatives(words("pair", "compared"))
    earlier = alternatives(words("pair", "earlier"))
    year = r"\d{4}年[^，。;]{0,4}"
    return re.compile(rf"(?:{compared}[^，。;]{{0,8}}|{earlier}[^，。;]{{0,6}}|{year})$")


def pair_before(sentence: list[Fact], place: int) -> tuple[Fact, Fact] | None:
    """The earlier and the later level right before the figure at `place`, if they are told there.

    Two ways of telling are known: 由10.71亿元增长到32.09亿元，增长199.6%, and 完成32.09亿元，
    比上年的10.71亿元增长199.6%.
    """
    if place < 2:
        return None
    first, second = sentence[place - 2], sentence[place - 1]
    if first.figure.unit != second.figure.unit or not _are_levels(first, second):
        return None
    if _from().search(first.before) and any_of("pair", "to").search(second.before[:12]):
        return first, second
    # 2023年完成32.09亿元（2022年为10.71亿元）: only with the later level told first, and not
    # where the second level is the country's.
    if any_of("pair", "other_body").search(second.before):
        return None
    if _earlier().search(second.before) and not _from().search(first.before):
        if _is_before(first.span, second.span):
            return None
        return second, first
    return None


def _are_levels(first: Fact, second: Fact) -> bool:
    return first.figure.kind in _LEVELS and second.figure.kind in _LEVELS


def _is_before(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and one.end < other.start


def levels_apart(report: Report, told: Fact, since_year_start: bool) -> list[tuple[Fact, Fact]]:
    """Every pair of levels that a growth or change of the same measure may be reckoned from.

    The later level holds at the period of `told`, the earlier one a year before, or at the last
    year's end where the words say so, or at the first of two named years.
    """
    if told.span is None:
        return []
    ends = two_ends(told.figure.period)
    named = ends is not None and ends[0].year != ends[1].year
    later_span = ends[1] if ends and named else told.span
    alike = [
        fact
        for fact in report.alike(told)
        if fact.figure.kind in {"stock", "flow", "share"} and fact.span is not None
    ]
    pairs: list[tuple[Fact, Fact]] = []
    for later in alike:
        if later.span != later_span:
            continue
        wanted = ends[0] if ends and named else _year_before(later, since_year_start)
        pairs += [
            (earlier, later)
            for earlier in alike
            if earlier.span == wanted and _comparable(earlier, later)
        ]
    return pairs


def _year_before(later: Fact, since_year_start: bool) -> Span | None:
    if later.span is None:
        return None
    if since_year_start and later.figure.kind == "stock":
        first = later.span.year * 12 + 1
        return Span(first - 12, first - 1)
    return later.span.earlier()


def _comparable(earlier: Fact, later: Fact) -> bool:
    return earlier.figure.kind == later.figure.kind and earlier.figure.unit == later.figure.unit
