"""When each figure holds: the time said nearest, carried on, or known of the report."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kechuang.figures.periods import PeriodMention
from kechuang.figures.periods.mention import join_period, shift_year
from kechuang.reading.drafts import Draft
from kechuang.reading.frames import SPAN_YEARS, Frame
from kechuang.reading.kinds import is_a_project, starts_a_pair
from kechuang.reading.structure import Structure

LEAD_CHARACTERS: Final = 24
"""A part of a year that opens the report's first sentence holds for all of it."""

_HOLDING: Final = frozenset({"in", "until", "since", "span", "now"})
_AFTER: Final = re.compile(r"\((\d{4})年[^()]{0,6}\)")


def date_all(
    structure: Structure, mentions: Sequence[PeriodMention], drafts: Sequence[Draft], frame: Frame
) -> None:
    """Date every figure."""
    book = _Times(structure, mentions, frame)
    for draft in drafts:
        draft.period = book.date(draft)


def in_review(mention: PeriodMention, frame: Frame) -> PeriodMention:
    """A government report looks back from the year before: its 五年来 ends there."""
    year = frame.year
    if not frame.government or year is None or mention.last is None or mention.first is None:
        return mention
    ahead = mention.role == "span" and mention.first == str(year + 1)
    if ahead and len(mention.last) == 4:
        return replace(mention, first=str(year), last=str(int(mention.last) - 1))
    if mention.last != str(year):
        return mention
    if mention.role == "span" and len(mention.first) == 4 and mention.first != mention.last:
        return replace(mention, first=str(int(mention.first) - 1), last=str(year - 1))
    return mention


class _Times:
    """The mentions of a report with what they mean for the figures after them."""

    def __init__(
        self, structure: Structure, mentions: Sequence[PeriodMention], frame: Frame
    ) -> None:
        self.text = structure.text
        self.frame = frame
        self.mentions = [mention for mention in mentions if mention.role in _HOLDING]
        self.starts = [mention.start for mention in self.mentions]
        self.bases = [mention for mention in mentions if mention.role in ("base", "last")]
        self.base_starts = [mention.start for mention in self.bases]
        self.whole = self._of_the_whole_report()
        self.year = self._default_year(mentions)
        self.told = frame.government or self._tells_its_year(mentions)
        self.carried: tuple[int, PeriodMention] | None = None
        self.span: tuple[int, PeriodMention] | None = None
        self.goal: tuple[int, PeriodMention] | None = None

    def _of_the_whole_report(self) -> PeriodMention | None:
        if not self.mentions:
            return None
        first = self.mentions[0]
        five_years = first.role == "span" and first.first is not None and len(first.first) == 4
        if five_years and first.last != first.first and first.start <= 2 * LEAD_CHARACTERS:
            return first
        part = first.first is not None and "-" in first.first and first.first != first.last
        sub_year = part and first.role == "in"
        if not sub_year or first.start > LEAD_CHARACTERS or first.first is None:
            return None
        title_end = self.text.find("\n")
        in_title = first.end <= title_end and self.text[title_end - 1] not in "。;，"
        if in_title:
            return first
        year = first.first[:4]
        others = any(mention.first == year and mention.last == year for mention in self.mentions)
        return None if others else first

    def _tells_its_year(self, mentions: Sequence[PeriodMention]) -> bool:
        """Without a word of its own year a report leaves open when its figures hold."""
        year = str(self.frame.year)
        return any(
            mention.role not in ("base", "last", "now")
            and year in ((mention.first or "")[:4], (mention.last or "")[:4])
            for mention in mentions
        )

    def _default_year(self, mentions: Sequence[PeriodMention]) -> int | None:
        """The report's year, unless all that it tells of lies before that."""
        year = self.frame.reviewed_year
        told = [int(each.last[:4]) for each in mentions if each.last and each.role in _HOLDING]
        if self.frame.government or self.frame.plan or self.frame.goals or not told or not year:
            return year
        return max(told) if max(told) < year else year

    def date(self, draft: Draft) -> str | None:
        """The period of one figure."""
        if draft.kind == "stock" and is_a_project(draft):
            return None
        if draft.kind == "standard":
            own = self._own(draft)
            return (
                own.period
                if own is not None and own.role in ("in", "until") and self.frame.government
                else self._rule_year(draft)
            )
        compared = self._compared_with(draft)
        if compared is not None:
            return compared
        noted = _AFTER.match(self.text, draft.quantity.end)
        if noted:
            return noted[1]
        mention = self._own(draft)
        paired = _over_a_pair(draft)
        if paired is not None:
            return paired
        if mention is None:
            return self._without_a_mention(draft)
        return self._meaning(draft, mention)

    def _compared_with(self, draft: Draft) -> str | None:
        """比2023年的3.0亿元增长20%: the level compared with is that of its year."""
        place = bisect_left(self.base_starts, draft.quantity.start) - 1
        if place < 0 or draft.kind in ("growth", "change", "rank"):
            return None
        base = self.bases[place]
        between = self.text[base.end : draft.quantity.start]
        return base.period if between == "的" and draft.unit != "倍" else None

    def _rule_year(self, draft: Draft) -> str | None:
        if not self.frame.government or self.frame.year is None:
            return None
        starts = re.search(r"[从由]$", draft.before)
        return str(self.frame.year - 1) if starts else str(self.frame.year)

    def _own(self, draft: Draft) -> PeriodMention | None:
        """The last time said before the figure in its sentence; else one that carries on."""
        place = bisect_left(self.starts, draft.quantity.number_start) - 1
        while place >= 0:
            mention = self.mentions[place]
            if mention.start < draft.sentence.start:
                break
            if self._applies(draft, mention):
                self._remember(draft, mention)
                return mention
            place -= 1
        paragraph = draft.sentence.paragraph
        persists = self.frame.plan or self.frame.goals
        if draft.goal and self.goal is not None and (persists or self.goal[0] == paragraph):
            return self.goal[1]
        if self.span is not None and self.span[0] == paragraph and "年均" in draft.before:
            return self.span[1]
        if self.carried is not None and self.carried[0] == draft.sentence.paragraph:
            return self.carried[1]
        return None

    def _applies(self, draft: Draft, mention: PeriodMention) -> bool:
        if mention.first is None and mention.role != "now":
            return False
        between = self.text[mention.end : draft.quantity.start]
        if self.text[mention.start - 1 : mention.start] == "(" and ")" in between:
            return False
        if ";" in between and self._is_aside(draft, mention):
            return False
        if draft.unit == "倍" and re.match(r"的?$", between):
            return False
        if any(
            0 <= each.quantity.start - mention.end <= 2 and starts_a_pair(each)
            for each in draft.earlier()
        ):
            return False
        if self._is_history(draft, mention, between):
            return False
        if mention.role == "until" and mention.last is not None and draft.goal is False:
            year = self.frame.year
            return year is None or int(mention.last[:4]) <= year
        return True

    def _is_history(self, draft: Draft, mention: PeriodMention, between: str) -> bool:
        """2012年升级为国家级，面积58平方公里: a level after an old event holds today."""
        year = self.frame.year
        if year is None or mention.role != "in" or mention.last is None or draft.kind != "stock":
            return False
        event, comma, _ = between.partition("，")
        return int(mention.last[:4]) < year - 1 and bool(comma and event.strip())

    def _is_aside(self, draft: Draft, mention: PeriodMention) -> bool:
        """A time said in the middle of a list holds only up to the next semicolon."""
        return any(each.quantity.end <= mention.start for each in draft.earlier())

    def _remember(self, draft: Draft, mention: PeriodMention) -> None:
        """A time that opens a paragraph, or a goal's year, holds until another is said."""
        paragraph = draft.sentence.paragraph
        if draft.goal and mention.role in ("until", "in", "span") and mention.last is not None:
            self.goal = (paragraph, mention)
        if mention.role == "span":
            self.span = (paragraph, mention)
        opens = self.text.rfind("\n", 0, mention.start) + 1
        if mention.start - opens <= 4 and mention.role in ("in", "span", "since"):
            self.carried = (paragraph, mention)
        elif self.carried is not None and mention.role in ("since", "in", "span"):
            self.carried = None

    def _without_a_mention(self, draft: Draft) -> str | None:
        year = self.year
        if not self.told or _UNTOLD.search(draft.said[-30:]):
            return None
        if draft.mode == "span_review" and year is not None:
            return self._in_span(draft, year - SPAN_YEARS + 1, year)
        if draft.goal:
            return self._goal_year(draft)
        if self.whole is not None:
            return self._meaning(draft, self.whole)
        if year is None:
            return None
        if draft.mode == "plan":
            year = self.frame.year or year
        return self._of_year(draft, str(year))

    def _goal_year(self, draft: Draft) -> str | None:
        year = self.frame.year
        if year is None:
            return None
        if draft.mode == "span_plan" and self.frame.government:
            first = year - (year - 1) % SPAN_YEARS
            last = first + SPAN_YEARS - 1
            return str(last) if _REACHES.search(draft.before) else f"{first}/{last}"
        return str(year)

    def _of_year(self, draft: Draft, year: str) -> str:
        """A single year: a change or a start leads from the year before."""
        if draft.kind == "change":
            base = self._base(draft)
            return join_period(base or str(int(year) - 1), year)
        if starts_a_pair(draft):
            return str(int(year) - 1)
        return year

    def _base(self, draft: Draft) -> str | None:
        """The year compared with: 比2020年高."""
        place = bisect_left(self.base_starts, draft.quantity.start) - 1
        while place >= 0 and self.bases[place].start >= draft.sentence.start:
            base = self.bases[place]
            if base.last is not None and base.start >= draft.quantity.start - 60:
                year = self.frame.reviewed_year
                is_own = self.frame.government and base.last == str(year)
                return str(int(base.last) - 1) if is_own else base.last[:4]
            place -= 1
        return None

    def _in_span(self, draft: Draft, first: int, last: int) -> str:
        if draft.goal:
            return f"{first}/{last}"
        if starts_a_pair(draft):
            return str(first - 1)
        base = self._base(draft)
        if base is not None and draft.kind in ("change", "growth"):
            return join_period(base, str(last))
        if draft.kind in ("growth", "change"):
            return f"{first}/{last}"
        previous = draft.previous
        if draft.kind == "share" and "borrowed" in draft.doubts and previous is not None:
            return previous.period or str(last)
        if draft.kind in ("stock", "share"):
            return str(last)
        if draft.kind == "rank":
            grew = re.search(r"增[幅速]|提升幅度", draft.measure or "")
            return f"{first}/{last}" if grew else str(last)
        return str(last) if _is_a_level(draft) else f"{first}/{last}"

    def _meaning(self, draft: Draft, mention: PeriodMention) -> str | None:
        """The mention's period as it holds for this kind of figure."""
        if mention.role == "now" or mention.first is None or mention.last is None:
            return self._now(draft)
        first, last = self._as_spoken(draft, mention, mention.first, mention.last)
        if mention.role == "span" and len(first) == 4 and first != last:
            said = re.search(r"20\d\d", self.text[mention.start : mention.end]) is not None
            if said and starts_a_pair(draft) and not draft.goal:
                return first
            return self._in_span(draft, int(first), int(last))
        if mention.role == "since":
            return self._since(draft, first, last)
        if mention.role == "until" and "-" in last and _happened_until(draft):
            return join_period(f"{last[:4]}-01", last)
        if draft.kind == "change" and len(last) == 4:
            return self._of_year(draft, last)
        return self._over_years(draft, first, last) or self._in_part(draft, mention, first, last)

    def _over_years(self, draft: Draft, first: str, last: str) -> str | None:
        """较2012年增长232%，年均增幅超50%: growth over more than a year, and its yearly rate."""
        doubles = draft.kind == "target" and draft.quantity.form == "doubling"
        if not doubles and (draft.kind != "growth" or first != last):
            return None
        base = self._base(draft)
        if base is not None and int(last[:4]) - int(base) > (0 if doubles else 1):
            return join_period(base, last[:4])
        previous = draft.previous
        if "年均" not in draft.before or previous is None or previous.kind != "growth":
            return None
        return previous.period

    def _as_spoken(
        self, draft: Draft, mention: PeriodMention, first: str, last: str
    ) -> tuple[str, str]:
        """In the review of a government report 全年 and 上半年 are those of the year before."""
        written = self.text[mention.start : mention.end]
        review = self.frame.government and draft.mode in ("review", "span_review")
        this_year = str(self.frame.year)
        bare = not re.search(r"20\d\d|今年|本年|明年|五", written)
        if not review or not bare or first[:4] != this_year or last[:4] != this_year:
            return first, last
        return shift_year(first, -1), shift_year(last, -1)

    def _in_part(self, draft: Draft, mention: PeriodMention, first: str, last: str) -> str | None:
        """A level in a part of a year holds at its end; a share goes with its whole."""
        if first != last and draft.kind == "stock":
            return last
        if draft.kind in ("share", "rank") and draft.previous is not None and "-" in last:
            return draft.previous.period or join_period(first, last)
        whole_year = len(first) == 4 and first == last and mention.start < draft.clause
        if not whole_year or not starts_a_pair(draft):
            return join_period(first, last)
        earlier = self._paired_with(mention)
        return earlier.period if earlier is not None else self._of_year(draft, last)

    def _paired_with(self, mention: PeriodMention) -> PeriodMention | None:
        """对照2006年与2018年: the first of two years said together."""
        place = self.mentions.index(mention) - 1
        if place < 0:
            return None
        earlier = self.mentions[place]
        between = self.text[earlier.end : mention.start]
        return earlier if between in ("与", "和", "、", "同") else None

    def _now(self, draft: Draft) -> str | None:
        year = self.frame.reviewed_year
        if year is None or not self.told:
            return None
        if draft.mode == "span_review" and draft.kind in ("flow", "growth"):
            return f"{year - SPAN_YEARS + 1}/{year}"
        return str(year) if draft.kind != "change" else self._of_year(draft, str(year))

    def _since(self, draft: Draft, first: str, last: str) -> str | None:
        year = self.frame.reviewed_year
        end = last if last != first or year is None else str(year)
        if draft.kind in ("stock", "share", "rank"):
            return end[:4]
        if draft.kind == "change":
            return self._of_year(draft, end[:4])
        return first[:4] if first[:4] == end[:4] else join_period(first[:4], end[:4])


def _over_a_pair(draft: Draft) -> str | None:
    """由2015年的…增加到2021年的…，年均增长20%: the growth lies between the two."""
    end = draft.previous
    start = end.previous if end is not None else None
    if draft.kind not in ("growth", "change") or end is None or start is None:
        return None
    if draft.mentions or not starts_a_pair(start) or not start.period or not end.period:
        return None
    first, last = start.period[:4], end.period[:4]
    more_than_a_year = first.isdigit() and last.isdigit() and int(last) - int(first) > 1
    return f"{first}/{last}" if more_than_a_year and "/" not in end.period else None


def _happened_until(draft: Draft) -> bool:
    """截至11月授权231件，增长32%: an amount counts from January on, and so what is said of it."""
    if draft.kind == "flow":
        return True
    of_a_flow = draft.previous is not None and draft.previous.kind == "flow"
    return of_a_flow and draft.kind in ("growth", "share", "rank")


_UNTOLD: Final = re.compile(r"先后(?:荣获|获得|获评|获|聘请|被)|疫情期间|历年(?!最|新)")
_REACHES: Final = re.compile(r"(?:达到?|突破|超过?|增至|增加到|提高到|至)$")
_LEVEL_FLOW: Final = re.compile(r"生产总值|增加值|产量|营收|收入|总产值|成交额|交易额|吞吐量")


def _is_a_level(draft: Draft) -> bool:
    """Yearly amounts at the end of a span (地区生产总值突破5000亿元) hold in its last year."""
    return bool(_LEVEL_FLOW.search(draft.measure or "")) and "累计" not in draft.before
