"""A change against its two levels: from 1.45 % to 1.62 % is 0.17 percentage points, not 0.27.

The same holds for a difference of counts (由32家增加到45家，净增13家) and of places
(由第26位升至第16位，提升10位), so all three are checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kechuang.reading.checks.support.facts import Corpus, Fact, Report
from kechuang.reading.checks.support.intervals import FAR, Interval
from kechuang.reading.checks.support.levels import levels_apart, pair_before
from kechuang.reading.checks.support.relations import (
    Formula,
    Relation,
    disagreements,
    finding,
    span_text,
)
from kechuang.reading.checks.support.settings import any_of, threshold
from kechuang.reading.model import Finding

POINTS = "百分点"
_LONGEST_GAP = 24


def points_against_shares(corpus: Corpus) -> Iterator[Finding]:
    """Percentage points, and other differences, that the two levels do not give."""
    for relation in disagreements(change_relations(corpus)):
        expected = span_text(relation.expected(), relation.unit, places=3)
        names = "与".join(f"“{fact.figure.quote}”" for fact in relation.given)
        yield finding(
            points_against_shares.__name__,
            relation.facts,
            expected,
            relation.confidence,
            f"{names}相差{expected}，文中写“{relation.stated.figure.quote}”，请核对这三个数。",
        )


def change_relations(corpus: Corpus) -> Iterator[Relation]:
    """Every change whose two levels the reports tell."""
    for report in corpus.reports:
        for sentence in report.sentences:
            for place, fact in enumerate(sentence):
                if fact.figure.kind == "change" or (
                    fact.figure.kind == "target" and fact.figure.unit == POINTS
                ):
                    yield from _relations_of(report, sentence, place)


def _relations_of(report: Report, sentence: list[Fact], place: int) -> Iterator[Relation]:
    told = sentence[place]
    if any_of("pair", "other_body").search(told.before[-_LONGEST_GAP:]):
        return
    beside = pair_before(sentence, place) if len(told.before) <= _LONGEST_GAP else None
    if beside is not None:
        if _unit_of_difference(beside[0]) == told.figure.unit:
            yield _relation(told, beside, "beside")
        return
    if told.figure.kind != "change":
        return
    since = any_of("growth", "since_year_start").search(told.before) is not None
    pairs = levels_apart(report, told, since)
    if not pairs and place and len(told.before) <= _LONGEST_GAP:
        pairs = levels_apart(report, sentence[place - 1], since)
    relations = [
        _relation(told, pair, "elsewhere")
        for pair in pairs
        if _unit_of_difference(pair[0]) == told.figure.unit
    ]
    if relations and not any(relation.holds() for relation in relations):
        yield relations[0]


def _unit_of_difference(level: Fact) -> str:
    return POINTS if level.figure.unit == "%" else level.figure.unit


def _relation(told: Fact, pair: tuple[Fact, Fact], where: str) -> Relation:
    # Counts are exact; only shares have a tolerance beyond their decimals.
    tolerance = threshold("change", f"{where}_points") if told.figure.unit == POINTS else Decimal(0)
    return Relation(
        pair,
        told,
        _difference_towards(told),
        told.figure.unit,
        threshold("change", f"confidence_{where}"),
        tolerance,
    )


def _difference_towards(told: Fact) -> Formula:
    """The size of the difference with the sign that the text gives it.

    A better place is a smaller number and a reader may give a fall without its sign, so only
    sizes are compared.
    """

    def difference(given: Sequence[Interval]) -> Interval:
        earlier, later = given
        apart = later.minus(earlier)
        low, high = sorted((abs(apart.low), abs(apart.high)))
        if apart.low <= 0 <= apart.high:
            low = Decimal(0)
        if told.figure.value < 0:
            return Interval(-high, -low)
        return Interval(low, min(high, FAR))

    return difference
