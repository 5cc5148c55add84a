"""Figures in context: what stands around each, which facts are the same, which may be compared."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from kechuang.reading.checks.support.intervals import Interval, interval_of, last_place
from kechuang.reading.checks.support.periods import Span, span_of
from kechuang.reading.checks.support.settings import (
    alternatives,
    any_of,
    threshold,
    word_sets,
    words,
)
from kechuang.reading.model import Figure, Reading
from kechuang.reading.normalise import NormalText, normalise

LEVEL_KINDS = frozenset({"stock", "flow"})
# Words further away than this say nothing about a figure; the bound also keeps a text without
# any punctuation linear.
_REACH = 60
# Facts that are kept of one key: more is a table, and the search must not become quadratic.
_MOST_OF_A_KEY = 12
# 申请, 授权: no shorter ending tells goals apart.
_SHORTEST_ENDING = 2

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its neighbourhood.

    `before` is the plain text between the figure before it in the sentence (or the sentence's
    start) and this one, `after` up to the next figure or the sentence's end. `measure` and
    `subject` are normalised so that equal facts have equal words.
    """

    figure: Figure
    report: int
    position: int
    before: str
    after: str
    interval: Interval
    grain: Decimal
    measure: str
    subject: str
    span: Span | None

    @property
    def key(self) -> Key:
        """Whose figure it is and what it measures."""
        return self.subject, self.measure

    @property
    def is_level(self) -> bool:
        """Whether it tells how much there is or was, not how it changed or should be."""
        return self.figure.kind in LEVEL_KINDS

    @property
    def is_goal(self) -> bool:
        """Whether it tells what should be: 目标新增50家 is a goal also in a report on that year."""
        if self.figure.kind == "target":
            return any_of("goal", "done").search(self.before) is None
        return self.is_level and _goal().search(self.before) is not None


@cache
def _goal() -> re.Pattern[str]:
    named = alternatives(words("goal", "named"))
    reached = alternatives(words("goal", "verbs_of_success"))
    return re.compile(
        rf"(?:^|[，。;:、])(?:(?!{reached})[^，。;]){{0,24}}?{named}[^，。;]{{0,16}}$"
    )


@dataclass(slots=True)
class Report:
    """One report's facts in order of place, and the same by sentence and by key."""

    reading: Reading
    facts: list[Fact] = field(default_factory=list[Fact])
    sentences: list[list[Fact]] = field(default_factory=list[list[Fact]])
    by_key: dict[Key, list[Fact]] = field(default_factory=dict[Key, list[Fact]])
    goals: dict[Key, list[Fact]] = field(default_factory=dict[Key, list[Fact]])

    def alike(self, fact: Fact) -> list[Fact]:
        """Facts of the same subject and measure; none where the measure is not known."""
        return self.by_key.get(fact.key, []) if fact.measure else []

    def goals_ending(self, fact: Fact) -> list[Fact]:
        """Goals whose measure ends with the fact's, or with the words right before it.

        A goal for 专利申请 is later called 申请; the reader then knows the short name only.
        """
        names = {fact.measure, re.split("[，;。:、(]", fact.before)[-1].strip()}
        return [
            goal
            for name in sorted(names)
            if len(name) >= _SHORTEST_ENDING
            for goal in self.goals.get((fact.subject, name[-_SHORTEST_ENDING:]), [])
            if goal.measure.endswith(name)
        ]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All reports that are checked together."""

    reports: tuple[Report, ...]

    def sentences(self) -> Iterable[list[Fact]]:
        """Every sentence's facts, report by report."""
        for report in self.reports:
            yield from report.sentences


def corpus_of(readings: Sequence[Reading]) -> Corpus:
    """Prepare readings for the checks, in time linear in their length."""
    return Corpus(tuple(_report(number, reading) for number, reading in enumerate(readings)))


def _report(number: int, reading: Reading) -> Report:
    report = Report(reading)
    surroundings = _Surroundings(normalise(reading.raw))
    figures = sorted(
        (figure for figure in reading.figures if _is_plausible(figure)),
        key=lambda figure: (figure.start, figure.end),
    )
    index: dict[Key, list[Fact]] = defaultdict(list)
    goals: dict[Key, list[Fact]] = defaultdict(list)
    for position, figure in enumerate(figures):
        earlier = figures[position - 1] if position else None
        later = figures[position + 1] if position + 1 < len(figures) else None
        begins = earlier is None or earlier.sentence_start != figure.sentence_start
        floor = figure.sentence_start if begins or earlier is None else earlier.end
        same = later is not None and later.sentence_start == figure.sentence_start
        ceiling = later.start if later is not None and same else figure.sentence_end
        fact = Fact(
            figure,
            number,
            position,
            surroundings.before(figure.start, floor),
            surroundings.after(figure.end, ceiling),
            interval_of(figure),
            last_place(figure),
            measure_key(figure.measure or ""),
            bare(figure.subject or ""),
            span_of(figure.period),
        )
        report.facts.append(fact)
        if begins:
            report.sentences.append([])
        report.sentences[-1].append(fact)
        if len(index[fact.key]) < _MOST_OF_A_KEY:
            index[fact.key].append(fact)
        ending = (fact.subject, fact.measure[-_SHORTEST_ENDING:])
        if fact.is_goal and len(goals[ending]) < _MOST_OF_A_KEY:
            goals[ending].append(fact)
    report.goals = dict(goals)
    report.by_key = dict(index)
    return report


def _is_plausible(figure: Figure) -> bool:
    """Whether the values can be reckoned with: 10 MB of digits are no quantity."""
    lowest, highest = (
        threshold("rounding", "smallest_exponent"),
        threshold("rounding", "largest_exponent"),
    )
    return all(
        value.is_finite() and (value == 0 or lowest <= value.adjusted() <= highest)
        for value in (figure.value, figure.value_max)
        if value is not None
    )


class _Surroundings:
    """The plain words before and after raw offsets."""

    def __init__(self, text: NormalText) -> None:
        self._text = text.text
        self._shifts = text.shifts
        self._raw_cuts = [cut + shift for cut, shift in zip(text.cuts, text.shifts, strict=True)]

    def _plain(self, raw_offset: int) -> int:
        place = bisect_right(self._raw_cuts, raw_offset) - 1
        return max(0, raw_offset - (self._shifts[place] if place >= 0 else 0))

    def before(self, end: int, floor: int) -> str:
        stop = self._plain(end)
        return self._text[max(self._plain(floor), stop - _REACH) : stop]

    def after(self, start: int, ceiling: int) -> str:
        begin = self._plain(start)
        return self._text[begin : min(self._plain(ceiling), begin + _REACH)]


@lru_cache(maxsize=4096)
def measure_key(measure: str) -> str:
    """A measure's words without what two reports may write differently.

    >>> measure_key("“高企”总数") == measure_key("高新技术企业")
    True
    """
    key = measure
    for noise in words("measure_noise"):
        key = key.replace(noise, "")
    for kept, *others in word_sets("synonyms"):
        for other in sorted(others, key=len, reverse=True):
            if kept not in key or len(other) > len(kept):
                key = key.replace(other, kept)
    for ending in words("measure_endings"):
        if key.endswith(ending) and len(key) > len(ending) + 1:
            return key[: -len(ending)]
    return key


_UPPER_REGIONS = re.compile("特别行政区|自治区|自治州|地区|省|市|盟")


@lru_cache(maxsize=4096)
def bare(subject: str) -> str:
    """A subject without the regions above it.

    >>> bare("河北省邯郸市曲周县"), bare("廊坊市")
    ('曲周县', '廊坊市')
    """
    rest = subject.strip()
    for found in _UPPER_REGIONS.finditer(subject.strip()):
        if 1 < found.end() < len(subject.strip()):
            rest = subject.strip()[found.end() :]
    return rest


def told_apart(one: Fact, other: Fact) -> bool:
    """Whether the clauses of two facts carry different telling words (申请 against 授权)."""
    if one.is_goal != other.is_goal:
        of_goals = frozenset(words("words_of_goals"))
        return _telling(one) - of_goals != _telling(other) - of_goals
    return _telling(one) != _telling(other)


def _telling(fact: Fact) -> frozenset[str]:
    return _telling_words(re.split("[，;。:]", fact.before)[-1] + (fact.figure.measure or ""))


@lru_cache(maxsize=4096)
def _telling_words(clause: str) -> frozenset[str]:
    return frozenset(word for word in words("tell_apart") if word in clause)
