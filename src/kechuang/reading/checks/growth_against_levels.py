"""Growth against its two levels: 由10.71亿元增长到32.09亿元 is growth of 199.6 %, not of 96 %."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kechuang.reading.checks.support.facts import Corpus, Fact, Report
from kechuang.reading.checks.support.intervals import EVERYTHING, FAR, Interval
from kechuang.reading.checks.support.levels import levels_apart, pair_before
from kechuang.reading.checks.support.relations import (
    Formula,
    Relation,
    disagreements,
    finding,
    span_text,
)
from kechuang.reading.checks.support.settings import any_of, threshold, words
from kechuang.reading.model import Finding

HUNDRED = Decimal(100)
# A gap longer than this between a level and its growth holds another statement.
_LONGEST_GAP = 24


def growth_against_levels(corpus: Corpus) -> Iterator[Finding]:
    """Growth that its two levels do not give."""
    for relation in disagreements(growth_relations(corpus)):
        expected = span_text(relation.expected().times(1 / relation.scale), relation.unit)
        names = "、".join(f"“{fact.figure.quote}”" for fact in relation.given)
        yield finding(
            growth_against_levels.__name__,
            relation.facts,
            expected,
            relation.confidence,
            f"按{names}推算，增幅应为{expected}，文中写“{relation.stated.figure.quote}”，"
            "请核对基数、现数和增幅。",
        )


def growth_relations(corpus: Corpus) -> Iterator[Relation]:
    """Every growth whose two levels the reports tell."""
    for report in corpus.reports:
        for sentence in report.sentences:
            for place, fact in enumerate(sentence):
                if _is_growth(fact):
                    yield from _relations_of(report, sentence, place)


def _is_growth(fact: Fact) -> bool:
    if fact.figure.unit not in {"%", "倍"}:
        return False
    if not any_of("growth", "words").search(fact.before[-_LONGEST_GAP:] + fact.figure.quote):
        return False
    around = fact.before[-_LONGEST_GAP:] + fact.after[:8]
    if any_of("growth", "not_from_levels").search(around):
        return False
    return fact.figure.kind in {"growth", "target"}


def _relations_of(report: Report, sentence: list[Fact], place: int) -> Iterator[Relation]:
    told = sentence[place]
    beside = pair_before(sentence, place) if len(told.before) <= _LONGEST_GAP else None
    is_average = any_of("growth", "average").search(told.before) is not None
    if beside is not None:
        years = _years_between(*beside) if is_average else 1
        if years and not (is_average and _at_constant_prices(told, *beside)):
            yield _relation(told, beside, beside_each_other=True, years=years)
        return
    if is_average or told.figure.kind != "growth":
        return
    with_difference = _level_and_difference(sentence, place)
    if with_difference is not None:
        yield with_difference
        return
    yield from _from_elsewhere(report, sentence, place)


def _from_elsewhere(report: Report, sentence: list[Fact], place: int) -> Iterator[Relation]:
    """The growth beside a level whose level of the year before stands elsewhere.

    Where several pairs fit, one that agrees is enough: a report may tell revised figures too.
    """
    told = sentence[place]
    since = any_of("growth", "since_year_start").search(told.before) is not None
    pairs = levels_apart(report, told, since)
    if not pairs and place and sentence[place - 1].is_level and len(told.before) <= _LONGEST_GAP:
        pairs = levels_apart(report, sentence[place - 1], since)
    relations = [_relation(told, pair, beside_each_other=False) for pair in pairs]
    if relations and not any(relation.holds() for relation in relations):
        first = relations[0]
        if not _at_constant_prices(told, *first.given):
            yield first


def _level_and_difference(sentence: list[Fact], place: int) -> Relation | None:
    """5209件，净增909件，增长21.1%: the difference gives the earlier level."""
    if place < 2:
        return None
    told, level, difference = sentence[place], sentence[place - 2], sentence[place - 1]
    fits = (
        level.is_level
        and difference.figure.kind == "change"
        and level.figure.unit == difference.figure.unit
        and len(told.before) <= 8
        and len(difference.before) <= _LONGEST_GAP
        and not any_of("pair", "other_body").search(difference.before)
        and level.interval.low > abs(difference.figure.value)
    )
    if not fits:
        return None
    return Relation(
        (level, difference),
        told,
        _as_told(told, _growth_by_difference),
        told.figure.unit,
        threshold("growth", "confidence_beside"),
        threshold("growth", "beside_points"),
        threshold("growth", "relative"),
        _scale(told),
    )


def _relation(
    told: Fact, pair: tuple[Fact, Fact], *, beside_each_other: bool, years: int = 1
) -> Relation:
    where = "beside" if beside_each_other else "elsewhere"
    tolerance = threshold("growth", f"{where}_points")
    confidence = threshold("growth", f"confidence_{where}")
    if years > 1:
        tolerance = threshold("growth", "average_points")
        confidence = threshold("growth", "confidence_average")
    return Relation(
        pair,
        told,
        _as_told(told, _growth_over(years)),
        told.figure.unit,
        confidence,
        tolerance,
        threshold("growth", "relative"),
        _scale(told),
    )


def _scale(told: Fact) -> Decimal:
    return HUNDRED if told.figure.unit == "倍" else Decimal(1)


def _years_between(earlier: Fact, later: Fact) -> int:
    if earlier.span is None or later.span is None:
        return 0
    return max(0, later.span.year - earlier.span.year)


def _at_constant_prices(*facts: Fact) -> bool:
    measures = "".join(fact.figure.measure or "" for fact in facts)
    return any(word in measures for word in words("growth", "constant_prices"))


def _as_told(told: Fact, growth: Formula) -> Formula:
    """The growth with the sign that the words give it: 降幅12.3% is told as a positive number."""
    if told.figure.value < 0 or not any_of("growth", "falls").search(told.before):
        return growth

    def fall(given: Sequence[Interval]) -> Interval:
        rise = growth(given)
        return rise if rise == EVERYTHING else Interval(-rise.high, -rise.low)

    return fall


def _growth_over(years: int) -> Formula:
    def growth(given: Sequence[Interval]) -> Interval:
        earlier, later = given
        quotient = later.over(earlier)
        if quotient == EVERYTHING or quotient.high >= FAR or years < 1:
            return _unless_everything(quotient)
        return Interval(_yearly(quotient.low, years), _yearly(quotient.high, years))

    return growth


def _growth_by_difference(given: Sequence[Interval]) -> Interval:
    level, difference = given
    earlier = level.minus(difference)
    return _unless_everything(level.over(earlier))


def _unless_everything(quotient: Interval) -> Interval:
    if quotient == EVERYTHING:
        return quotient
    high = FAR if quotient.high >= FAR else (quotient.high - 1) * HUNDRED
    return Interval((quotient.low - 1) * HUNDRED, high)


def _yearly(quotient: Decimal, years: int) -> Decimal:
    if quotient <= 0:
        return -HUNDRED
    return (quotient ** (Decimal(1) / years) - 1) * HUNDRED
