"""A relation: a stated figure, and others that it must follow from.

Every arithmetic check finds its relations first and then asks which of them do not hold. The
check for slips between 万 and 亿 asks the same relations whether one such slip would mend them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kechuang.reading.checks.support.facts import Fact
from kechuang.reading.checks.support.intervals import EVERYTHING, FAR, Interval
from kechuang.reading.checks.support.settings import threshold
from kechuang.reading.model import Figure, Finding

TEN_THOUSAND = Decimal(10_000)

Formula = Callable[[Sequence[Interval]], Interval]


@dataclass(frozen=True, slots=True)
class Relation:
    """`stated` should lie in `formula(given)`, give or take `tolerance`.

    `unit` is the unit in which the formula answers; `scale` brings the stated figure to it.
    Where the formula only gives a lower end, `most_times` is how many times it the stated figure
    may be and still look mended by a slip: 5亿 of 4亿 is no slip, 6800亿 of 1.2亿 is one.
    """

    given: tuple[Fact, ...]
    stated: Fact
    formula: Formula
    unit: str
    confidence: Decimal
    tolerance: Decimal = Decimal(0)
    relative: Decimal = Decimal(0)
    scale: Decimal = Decimal(1)
    most_times: Decimal | None = None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All figures of the relation in order of place."""
        return tuple(sorted((*self.given, self.stated), key=lambda fact: fact.position))

    def expected(self) -> Interval:
        """What the given figures leave for the stated one."""
        return self.formula([fact.interval for fact in self.given])

    def holds(self) -> bool:
        """Whether the figures agree as they stand."""
        return self._agrees([fact.interval for fact in self.given], self._said(Decimal(1)))

    def slips(self) -> tuple[Fact, ...]:
        """The figures that would mend the relation if their 万 were 亿 or the other way round."""
        if self.holds():
            return ()
        mended: list[Fact] = []
        for place, fact in enumerate(self.given):
            factor = slip_factor(fact.figure)
            if factor is None:
                continue
            given = [other.interval for other in self.given]
            given[place] = fact.interval.times(factor)
            if self._is_mended(given, self._said(Decimal(1))):
                mended.append(fact)
        factor = slip_factor(self.stated.figure)
        if factor is not None:
            given = [fact.interval for fact in self.given]
            if self._is_mended(given, self._said(factor)):
                mended.append(self.stated)
        return tuple(mended)

    def _said(self, factor: Decimal) -> Interval:
        # One more last place than rounding leaves open: some offices cut off.
        cut_off = self.stated.grain * threshold("rounding", "last_place") / 2
        return self.stated.interval.widened(cut_off).times(self.scale * factor)

    def _is_mended(self, given: Sequence[Interval], said: Interval) -> bool:
        if self.most_times is not None:
            most = self.formula(given).low * self.most_times
            if said.low > most:
                return False
        return self._agrees(given, said)

    def _agrees(self, given: Sequence[Interval], said: Interval) -> bool:
        expected = self.formula(given)
        if expected == EVERYTHING:
            return True
        middle = abs(expected.low) if expected.high >= FAR else abs(expected.high)
        return expected.widened(self.tolerance + middle * self.relative).meets(said)


def slip_factor(figure: Figure) -> Decimal | None:
    """What turns the figure's 万 into 亿 (10 000) or its 亿 into 万 (1/10 000), else None."""
    marks = [mark for mark in figure.quote if mark in "万萬亿億"]
    if len(marks) != 1:
        return None
    return TEN_THOUSAND if marks[0] in "万萬" else 1 / TEN_THOUSAND


def disagreements(relations: Iterable[Relation]) -> Iterable[Relation]:
    """Relations that do not hold and that no slip between 万 and 亿 explains."""
    for relation in relations:
        if not relation.holds() and not relation.slips():
            yield relation


def finding(
    check: str, facts: Sequence[Fact], expected: str, confidence: Decimal, message: str
) -> Finding:
    """A finding over facts; what was found is the last figure's own quote.

    The confidence is the relation's, lowered where a figure itself was read with doubt.
    """
    figures = tuple(fact.figure for fact in facts)
    found = "、".join(figure.quote for figure in figures)
    read = min((figure.confidence for figure in figures), default=1.0)
    sure = round(min(float(confidence), 1.0) * min(max(read, 0.0), 1.0), 2)
    return Finding(check, figures, expected, found, sure, message)


def amount(value: Decimal, unit: str, places: int = 2) -> str:
    """A value as a report would print it.

    >>> amount(Decimal(2329000000), "元"), amount(Decimal("44.7912"), "%")
    ('23.29亿元', '44.79%')
    """
    if unit in {"元", "美元"} or abs(value) >= 100_000_000:
        for size, word in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
            if abs(value) >= size:
                return f"{_number(value / size, places)}{word}{unit}"
    return f"{_number(value, places)}{unit}"


def span_text(interval: Interval, unit: str, places: int = 2) -> str:
    """An interval as words: one value where both ends print alike.

    >>> span_text(Interval(Decimal("44.71"), Decimal("44.86")), "%")
    '44.71%至44.86%'
    """
    if interval.high >= FAR:
        return f"不少于{amount(interval.low, unit, places)}"
    if interval.low <= -FAR:
        return f"不多于{amount(interval.high, unit, places)}"
    low, high = amount(interval.low, unit, places), amount(interval.high, unit, places)
    return low if low == high else f"{low}至{high}"


def _number(value: Decimal, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
