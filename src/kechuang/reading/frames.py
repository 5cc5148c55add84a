"""How each passage speaks: does it report, review a year or several, or set goals?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kechuang.reading.drafts import Draft, Mode
from kechuang.reading.model import About
from kechuang.reading.patterns import pattern
from kechuang.reading.structure import Structure

PLAN_SHARE: Final = 0.68
"""From this share of planning words on, a passage of a government report is a plan."""
SPAN_YEARS: Final = 5
STRONG: Final = 4

_PLAN_WORDS: Final = pattern("frames.plan_words")
_STRONG_PLAN: Final = pattern("frames.strong_plan")
_REVIEW_WORDS: Final = pattern("frames.review_words")
_STRONG_REVIEW: Final = pattern("frames.strong_review")
_SPAN_REVIEW: Final = re.compile(
    r"五年来|这五年|过去五年|[“”]?十[二三四五六]五[“”]?(?:时期|期间|以来)"
)
_SPAN_GOAL: Final = re.compile(
    r"到20\d[05]年|20[2-9][05]年(?:达|突破|超|力争)|今后五年|未来五年|“?十[五六七]五”?时期"
)
_GOAL: Final = pattern("frames.goal")
_PAST: Final = pattern("frames.past")
_GOAL_SECTION: Final = re.compile(
    r"目标|下一步|下步|工作打算|工作思路|工作安排|工作计划|今后|明年|下半年"
)
_PLAN_GENRE: Final = re.compile(r"计划|方案|目标|规划|要点|意见|打算")
_POLICY_GENRE: Final = re.compile(r"政策|办法|措施|细则|规定|奖补|奖励")
_REVIEW_GENRE: Final = pattern("frames.review_genre")
_GOVERNMENT_REPORT: Final = re.compile(r"政府工作报告")


@dataclass(frozen=True, slots=True)
class Frame:
    """A report's way of speaking as a whole, from what is known about it."""

    government: bool
    plan: bool
    policy: bool
    year: int | None
    goals: bool = False
    rules: bool = False

    @property
    def reviewed_year(self) -> int | None:
        """The year that the report looks back on: the one before a government report's."""
        return self.year - 1 if self.government and self.year else self.year


def frame_of(about: About) -> Frame:
    """Read the genre: a government report reviews the year before; a plan sets goals.

    >>> frame_of(About(year=2026, genre="政府工作报告")).reviewed_year
    2025
    """
    genre = about.genre or ""
    government = bool(_GOVERNMENT_REPORT.search(genre))
    plan = bool(_PLAN_GENRE.search(genre)) and not _REVIEW_GENRE.search(genre)
    policy = bool(_POLICY_GENRE.search(genre)) and not _REVIEW_GENRE.search(genre)
    news = bool(_REVIEW_GENRE.search(genre))
    return Frame(
        government,
        plan and not policy,
        policy,
        about.year,
        goals=news and "目标" in genre and "回顾" not in genre,
        rules=news and bool(re.search("标准|政策|奖补", genre)),
    )


def set_modes(structure: Structure, drafts: Sequence[Draft], frame: Frame) -> None:
    """Give every figure the mode of its passage and say whether its sentence sets a goal."""
    text = structure.text
    modes: dict[int, Mode] = {}
    turn = _turn_to_plans(text) if frame.government else None
    first_goal = _GOAL.search(text) if frame.goals else None
    for draft in drafts:
        paragraph = draft.sentence.paragraph
        if paragraph not in modes:
            start, end = _paragraph_span(structure, draft)
            mode = _mode(text[start:end], frame)
            if turn is not None and start > turn and mode in ("review", "span_review"):
                mode = "plan"
            modes[paragraph] = mode
        draft.mode = modes[paragraph]
        draft.goal = _sets_goal(text, draft, frame)
        if first_goal is not None and draft.sentence.start > first_goal.start():
            said = text[draft.sentence.start : draft.quantity.start]
            draft.goal = draft.goal or not _PAST.search(said)


_TURN: Final = re.compile(
    r"(?:^|\n)[^\n]{0,40}(?:今年(?:，)?(?:我们)?(?:要|将|重点)(?:突出|重点|着力|抓|做)|(?:20\d\d年|今年)(?:重点)?工作(?:安排|任务|部署|目标)|下一步工作|今年(?:经济社会发展)?的?(?:主要|总体)?(?:预期)?目标)"
)


def _turn_to_plans(text: str) -> int | None:
    """Where a government report says that it now turns to the year ahead."""
    turn = _TURN.search(text)
    return turn.end() if turn else None


def _paragraph_span(structure: Structure, draft: Draft) -> tuple[int, int]:
    text = structure.text
    start = text.rfind("\n", 0, draft.sentence.start) + 1
    end = text.find("\n", draft.sentence.start)
    return start, len(text) if end < 0 else end


def _mode(paragraph: str, frame: Frame) -> Mode:
    if frame.policy:
        return "policy"
    if frame.plan:
        return "plan"
    if not frame.government:
        return "rules" if frame.rules else "report"
    window = paragraph[:6000]
    plan = len(_PLAN_WORDS.findall(window)) + STRONG * len(_STRONG_PLAN.findall(window))
    review = len(_REVIEW_WORDS.findall(window)) + STRONG * len(_STRONG_REVIEW.findall(window))
    if plan and plan / (plan + review) >= PLAN_SHARE:
        return "span_plan" if _SPAN_GOAL.search(window) else "plan"
    first_year_of_a_plan = frame.year is not None and frame.year % SPAN_YEARS == 1
    if _SPAN_REVIEW.search(window[:200]) or (first_year_of_a_plan and paragraph.startswith("——")):
        return "span_review"
    return "review"


def _sets_goal(text: str, draft: Draft, frame: Frame) -> bool:
    """Whether this figure is a goal, by its passage, its section or the words before it."""
    if draft.mode in ("plan", "span_plan"):
        return not _said_of_the_past(text, draft, frame)
    said = text[draft.sentence.start : draft.quantity.start]
    cues = list(_GOAL.finditer(said))
    cue = cues[-1] if cues else None
    if cue is not None and _reaches_to(cue, said) and not _PAST.search(said, cue.end()):
        return any(not each[0].startswith("到20") for each in cues) or _is_future(cue[0], frame)
    if _STRIVES.match(text, draft.quantity.end):
        return True
    section = draft.sentence.section
    if (
        section is None
        or not _GOAL_SECTION.search(text, *section)
        or "完成情况" in text[slice(*section)]
    ):
        return False
    return not _PAST.search(said)


_STRIVES: Final = re.compile(r"(?:大关|目标)?(?:奋进|迈进|进军|冲刺)")


def _reaches_to(cue: re.Match[str], said: str) -> bool:
    """A goal announced with a colon heads a list; one without holds up to the next semicolon."""
    rest = said[cue.end() :]
    if ":" in cue[0] + rest[:10] or cue[0].startswith("到20"):
        return True
    bare_mark = cue[0].endswith("目标") and bool(re.search(r"[，、]", rest))
    return ";" not in rest and not bare_mark


def _is_future(cue: str, frame: Frame) -> bool:
    """到2025年 is a goal only where 2025 lies beyond the year looked back on."""
    year = re.search(r"20\d\d", cue)
    return year is None or frame.reviewed_year is None or int(year[0]) > frame.reviewed_year


def _said_of_the_past(text: str, draft: Draft, frame: Frame) -> bool:
    """A plan may say where it starts from: 2022年全区已有…家."""
    said = text[draft.sentence.start : draft.quantity.start]
    if _GOAL.search(said):
        return False
    past = frame.year is not None and any(
        int(year) < frame.year
        for year in re.findall(r"(?<![比较与以])(20\d\d)年(?![底末]?(?:相比|为基))", said[-60:])
    )
    if past and re.search(r"达到?$|已|完成|实现|有$|为$|建成|拥有|突破$|增长", said[-24:]):
        return True
    return bool(re.search(r"目前|截至|已(?:建成|达|有)|现有|今年高校|我国有", said))
