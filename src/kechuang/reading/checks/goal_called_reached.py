"""A goal called reached that is not, and a share of completion that value and goal do not give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from kechuang.reading.checks.support.facts import Corpus, Fact, Report, told_apart
from kechuang.reading.checks.support.intervals import EVERYTHING, FAR, Interval
from kechuang.reading.checks.support.relations import Relation, amount, finding, span_text
from kechuang.reading.checks.support.settings import alternatives, any_of, threshold, words
from kechuang.reading.model import Finding

HUNDRED = Decimal(100)
_REACHED_KINDS = frozenset({"stock", "flow", "share"})
_LONGEST_GAP = 24
# How far around a value a claim is looked for; the sentence may be long.
_CLAIM_REACH = 40


def goal_called_reached(corpus: Corpus) -> Iterator[Finding]:
    """Goals that are called reached below their mark, and shares of completion that do not fit."""
    told: set[tuple[int, int]] = set()
    for relation in goal_relations(corpus):
        if relation.holds() or relation.slips():
            continue
        told.update((fact.report, fact.position) for fact in relation.facts)
        yield _wrong_share(relation)
    for value, goal in _claims(corpus):
        if (value.report, value.position) in told or _reaches(value, goal):
            continue
        yield _not_reached(value, goal)
    for share, value in _claims_by_share(corpus):
        if (share.report, share.position) not in told:
            yield _below_hundred(share, value)


def goal_relations(corpus: Corpus) -> Iterator[Relation]:
    """Every share of completion whose value and goal the reports tell."""
    for report in corpus.reports:
        for sentence in report.sentences:
            for place, share in enumerate(sentence):
                over = _over_goal(share)
                if not over and not _is_completion(share):
                    continue
                yield from _completions(report, sentence, place, over)


def _completions(
    report: Report, sentence: list[Fact], place: int, over: bool
) -> Iterator[Relation]:
    share = sentence[place]
    pairs: list[tuple[Fact, Fact]] = []
    for back in (1, 2):
        if place < back:
            continue
        value = sentence[place - back]
        if not _is_done(value):
            continue
        pairs += [(value, goal) for goal in _goals_for(report, sentence, place - back)]
    relations = [
        Relation(
            pair,
            share,
            _percentage_over if over else _percentage,
            "%",
            threshold("goal", "confidence_share"),
            threshold("goal", "share_points"),
            threshold("goal", "share_relative"),
        )
        for pair in pairs
    ]
    if relations and not any(relation.holds() for relation in relations):
        yield relations[0]


def _is_done(fact: Fact) -> bool:
    """Whether the figure tells what was done; the word 实际 outweighs a reader's doubt."""
    if fact.figure.kind == "target":
        return _is_said_done(fact)
    return fact.figure.kind in _REACHED_KINDS and not fact.is_goal


def _is_said_done(fact: Fact) -> bool:
    return any_of("goal", "done").search(fact.before) is not None


@cache
def _completion() -> re.Pattern[str]:
    goals = alternatives(words("goal", "share_of_goal"))
    rates = alternatives(words("goal", "rates"))
    said = alternatives(words("goal", "share_said"))
    return re.compile(rf"{goals}[数值量]?的?{said}*$|{rates}{said}*$")


def _is_completion(fact: Fact) -> bool:
    """为全年任务的110.7%, 完成率120%."""
    if fact.figure.unit != "%" or fact.figure.kind not in {"share", "target", "flow"}:
        return False
    return _completion().search(fact.before) is not None


def _over_goal(fact: Fact) -> bool:
    """超额17%: how far beyond the goal."""
    if fact.figure.unit != "%":
        return False
    return (
        re.search(
            any_of("goal", "over_goal").pattern
            + r"(?:了|完成|完成了)?(?:全年)?(?:任务|目标)?(?:的)?$",
            fact.before[-_LONGEST_GAP:],
        )
        is not None
    )


def _goals_for(report: Report, sentence: list[Fact], place: int) -> list[Fact]:
    """The goals that a value may be held against: of the same measure, or beside it.

    A goal for a later year says nothing about this one.
    """
    value = sentence[place]
    goals = [fact for fact in report.alike(value) if _is_goal_of(fact, value)]
    if goals:
        return goals
    goals = [fact for fact in report.goals_ending(value) if _is_goal_of(fact, value)]
    if goals:
        return goals
    beside = [sentence[place - 1]] if place else []
    beside += sentence[place + 1 : place + 2]
    return [
        fact
        for fact in beside
        if _is_goal_of(fact, value)
        and (_is_said_done(value) or not fact.measure or _same_thing(fact, value))
    ]


def _is_goal_of(fact: Fact, value: Fact) -> bool:
    return (
        fact is not value
        and fact.is_goal
        and fact.figure.unit == value.figure.unit
        and _in_time(value, fact)
    )


def _same_thing(one: Fact, other: Fact) -> bool:
    return one.measure.endswith(other.measure) or other.measure.endswith(one.measure)


def _in_time(value: Fact, goal: Fact) -> bool:
    if value.span is None or goal.span is None:
        return True
    return value.span.within(goal.span) or value.span.year == goal.span.year


def _claims(corpus: Corpus) -> Iterator[tuple[Fact, Fact]]:
    """Values in a sentence that calls a goal reached, each with that goal."""
    for report in corpus.reports:
        for sentence in report.sentences:
            for place, value in enumerate(sentence):
                if not _is_done(value) or _less_is_better(value):
                    continue
                if not _is_called_reached(sentence, place):
                    continue
                # A goal for the stock says nothing about what was added.
                goals = [
                    goal
                    for goal in _goals_for(report, sentence, place)
                    if not told_apart(value, goal)
                ]
                if goals and not any(_reaches(value, goal) for goal in goals):
                    yield value, goals[-1]


def _is_called_reached(sentence: list[Fact], place: int) -> bool:
    """Whether the words from the sentence's start to just after the value claim success."""
    value = sentence[place]
    before = "".join(fact.before for fact in sentence[max(0, place - 3) : place + 1])
    around = before[-2 * _CLAIM_REACH :] + value.figure.quote + value.after[:_CLAIM_REACH]
    if any_of("goal", "not_reached").search(value.before + value.after[:_CLAIM_REACH]):
        return False
    return any_of("goal", "reached").search(around) is not None


def _reaches(value: Fact, goal: Fact) -> bool:
    return value.interval.high >= goal.interval.low


def _less_is_better(value: Fact) -> bool:
    return any_of("goal", "less_is_better").search(value.figure.measure or "") is not None


def _claims_by_share(corpus: Corpus) -> Iterator[tuple[Fact, Fact]]:
    """超额完成任务 beside a share of completion below 100 %."""
    for report in corpus.reports:
        for sentence in report.sentences:
            for place, share in enumerate(sentence):
                if not _is_completion(share) or share.interval.high >= HUNDRED or _over_goal(share):
                    continue
                around = share.before + share.figure.quote + share.after
                if any_of("goal", "not_reached").search(around):
                    continue
                if any_of("goal", "praise").search(around) or any_of("goal", "reached").search(
                    share.after
                ):
                    yield share, sentence[place - 1] if place else share


def _percentage(given: Sequence[Interval]) -> Interval:
    value, goal = given
    if goal.high >= FAR:
        goal = Interval(goal.low, goal.low)
    quotient = value.over(goal)
    if quotient == EVERYTHING or quotient.high >= FAR:
        return EVERYTHING
    return quotient.times(HUNDRED)


def _percentage_over(given: Sequence[Interval]) -> Interval:
    whole = _percentage(given)
    return whole if whole == EVERYTHING else Interval(whole.low - HUNDRED, whole.high - HUNDRED)


def _wrong_share(relation: Relation) -> Finding:
    value, goal = relation.given
    expected = span_text(relation.expected(), "%")
    return finding(
        goal_called_reached.__name__,
        relation.facts,
        expected,
        relation.confidence,
        f"目标“{goal.figure.quote}”、完成“{value.figure.quote}”，完成比例应为{expected}，"
        f"文中写“{relation.stated.figure.quote}”，请核对目标数、完成数和比例。",
    )


def _not_reached(value: Fact, goal: Fact) -> Finding:
    expected = f"不低于{amount(goal.interval.low, goal.figure.unit)}"
    return finding(
        goal_called_reached.__name__,
        tuple(sorted((value, goal), key=lambda fact: fact.position)),
        expected,
        threshold("goal", "confidence_claim"),
        f"文中称目标已完成，但完成数“{value.figure.quote}”低于目标“{goal.figure.quote}”，"
        "请核对完成数、目标数或改写结论。",
    )


def _below_hundred(share: Fact, value: Fact) -> Finding:
    facts = (share,) if value is share else (value, share)
    return finding(
        goal_called_reached.__name__,
        facts,
        "不低于100%",
        threshold("goal", "confidence_claim"),
        f"文中称已完成目标，但完成比例只有“{share.figure.quote}”，请核对比例或改写结论。",
    )
