"""Frames of several years: five-year plans (“十四五”期间) and lengths of time (近三年)."""

from __future__ import annotations

import re

from kechuang.figures.periods import grammar
from kechuang.figures.periods.mention import Role
from kechuang.figures.periods.points import small_number
from kechuang.figures.periods.words import WORDS

Years = tuple[int, int]

_FIRST_YEAR_OF_TENTH_PLAN = 2001
_PLAN_YEARS = 5
_LONGEST_NEAR: int = WORDS["frames"]["longest_near"]


def read_plan(text: str, match: re.Match[str]) -> tuple[int, Years, Role] | None:
    """The end, the years and the role of “十四五” and what follows it; None for a plan's name."""
    number = small_number((match["quoted_plan"] or match["bare_plan"])[:-1]) or 0
    first = _FIRST_YEAR_OF_TENTH_PLAN + _PLAN_YEARS * (number - 10)
    last = first + _PLAN_YEARS - 1
    tail = grammar.AFTER_PLAN.match(text, match.end())
    if tail is None:
        if grammar.PLAN_NAME.match(text, match.end()):
            return None
        return match.end(), (first, last), "span"
    if tail["since"]:
        return tail.end(), (first, last), "since"
    if tail["first_year"]:
        return tail.end(), (first, first), "in"
    if tail["last_year"]:
        # 收官之年 is a year, 末 its end
        return tail.end(), (last, last), "in" if tail["last_year"].endswith("年") else "until"
    if years := tail["first_years"]:
        last = first + (small_number(years) or 1) - 1
    elif years := tail["last_years"]:
        first = last - (small_number(years) or 1) + 1
    return tail.end(), (first, last), "span"


def read_frame(
    text: str, match: re.Match[str], year: int | None
) -> tuple[int, Years | None] | None:
    """The end and the years of a length of time such as 近三年; None where it is a quantity.

    A length with no known place in time (三年内) and a length in months have no years.
    """
    before = text[max(0, match.start() - grammar.LONGEST_SPELL_WORD) : match.start()]
    if grammar.SPELL.search(before):
        return None
    count = None if match["length_to"] else small_number(match["length"])
    if match["coming"]:
        if match["unit"] != "年" or count is None or year is None:
            return match.end(), None
        return match.end(), (year + 1, year + count)
    if match["past"] or match["until_now"]:
        if match["until_now"] is None and count is not None and count > _LONGEST_NEAR:
            return None
        if match["unit"] != "年" or not count or year is None:
            return match.end(), None
        return match.end(), (year - count + 1, year)
    if match["unplaced"] is None and match["verb"] is None:
        return None
    return match.end(), None
