"""A likely slip between 万 and 亿: 23.29万元 where the year before had 21.02亿元."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kechuang.reading.checks.goal_called_reached import goal_relations
from kechuang.reading.checks.growth_against_levels import growth_relations
from kechuang.reading.checks.parts_against_total import part_relations
from kechuang.reading.checks.points_against_shares import change_relations
from kechuang.reading.checks.share_against_part_and_whole import share_relations
from kechuang.reading.checks.support.facts import Corpus, Fact, Key, told_apart
from kechuang.reading.checks.support.relations import (
    TEN_THOUSAND,
    Relation,
    amount,
    finding,
    slip_factor,
)
from kechuang.reading.checks.support.settings import threshold
from kechuang.reading.model import Finding

_KINDS = frozenset({"stock", "flow", "target"})
_SHORTEST_MEASURE = 3


def slip_of_ten_thousand(corpus: Corpus) -> Iterator[Finding]:
    """Figures whose 万 should likely be 亿, or the other way round; each figure once."""
    seen: set[tuple[int, int]] = set()
    for relation in _all_relations(corpus):
        suspects = relation.slips()
        if not suspects or any(_place(fact) in seen for fact in suspects):
            continue
        seen.update(_place(fact) for fact in suspects)
        yield _from_relation(relation, suspects)
    yield from _against_the_same_measure(corpus, seen)


def _all_relations(corpus: Corpus) -> Iterator[Relation]:
    yield from growth_relations(corpus)
    yield from change_relations(corpus)
    yield from part_relations(corpus)
    yield from share_relations(corpus)
    yield from goal_relations(corpus)


def _place(fact: Fact) -> tuple[int, int]:
    return fact.report, fact.position


def _from_relation(relation: Relation, suspects: tuple[Fact, ...]) -> Finding:
    facts = relation.facts
    mended = "或".join(_mended(fact) for fact in suspects)
    quotes = "、".join(f"“{fact.figure.quote}”" for fact in facts)
    names = "或".join(f"“{fact.figure.quote}”" for fact in suspects)
    return finding(
        slip_of_ten_thousand.__name__,
        facts,
        mended,
        threshold("slip", "confidence_relation"),
        f"{quotes}对不上，把{names}改为{mended}就相符，请核对是否把“万”和“亿”写混。",
    )


def _mended(fact: Fact) -> str:
    factor = slip_factor(fact.figure) or Decimal(1)
    return amount(fact.figure.value * factor, fact.figure.unit)


def _against_the_same_measure(corpus: Corpus, seen: set[tuple[int, int]]) -> Iterator[Finding]:
    """The same measure of the same subject is ten thousand times as large elsewhere."""
    latest: dict[tuple[Key, str], Fact] = {}
    for report in corpus.reports:
        for fact in report.facts:
            if not _can_be_compared(fact):
                continue
            key = (fact.key, fact.figure.unit)
            other = latest.get(key)
            if other is None:
                latest[key] = fact
                continue
            suspect = _suspect(other, fact)
            if suspect is None:
                latest[key] = fact
            elif _place(fact) not in seen and _place(other) not in seen:
                seen.update((_place(fact), _place(other)))
                yield _from_two(other, fact, suspect)


def _can_be_compared(fact: Fact) -> bool:
    return (
        fact.figure.kind in _KINDS
        and len(fact.measure) >= _SHORTEST_MEASURE
        and bool(fact.subject)
        and fact.figure.value > 0
        and fact.figure.value_max is None
    )


def _suspect(one: Fact, other: Fact) -> Fact | None:
    """Which of two figures is likely misprinted, if they lie ten thousand times apart."""
    small, large = sorted((one, other), key=lambda fact: fact.figure.value)
    drift = threshold("slip", "widest_drift")
    apart = large.figure.value / small.figure.value / TEN_THOUSAND
    if not 1 / drift <= apart <= drift or told_apart(one, other):
        return None
    factors = [slip_factor(small.figure), slip_factor(large.figure)]
    if factors[0] == TEN_THOUSAND:
        # Where both could be wrong the later one is named; the message shows the other.
        return other if factors[1] is not None and other is large else small
    return large if factors[1] is not None and factors[1] < 1 else None


def _from_two(one: Fact, other: Fact, suspect: Fact) -> Finding:
    mended = _mended(suspect)
    against = other if suspect is one else one
    return finding(
        slip_of_ten_thousand.__name__,
        (one, other),
        mended,
        threshold("slip", "confidence_elsewhere"),
        f"“{suspect.figure.quote}”与同一指标的“{against.figure.quote}”相差约一万倍，"
        f"可能应为{mended}，请核对是否把“万”和“亿”写混。",
    )
