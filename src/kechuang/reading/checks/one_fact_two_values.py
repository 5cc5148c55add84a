"""The same measure, subject and period with two values, in one report or between reports."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from kechuang.reading.checks.support.facts import Corpus, Fact, told_apart
from kechuang.reading.checks.support.intervals import Interval
from kechuang.reading.checks.support.relations import amount, finding, slip_factor
from kechuang.reading.checks.support.settings import alternatives, threshold, words
from kechuang.reading.model import Finding

_KINDS = frozenset({"stock", "flow", "share", "growth", "rank"})
_SHORTEST_MEASURE = 3

_Key = tuple[str, str, str, str, str, str]


def one_fact_two_values(corpus: Corpus) -> Iterator[Finding]:
    """Pairs of figures that state one fact differently; each further value once."""
    values: dict[_Key, list[Fact]] = defaultdict(list)
    most = int(threshold("repeat", "most_values"))
    for report in corpus.reports:
        for fact in report.facts:
            key = _key(fact)
            if key is None or _moves(fact):
                continue
            known = values[key]
            if len(known) >= most:
                continue
            other = next((other for other in known if _contradict(other, fact, corpus)), None)
            if other is not None:
                yield _finding(other, fact, corpus)
            if other is not None or not known or fact.report != known[-1].report:
                known.append(fact)


def _key(fact: Fact) -> _Key | None:
    figure = fact.figure
    if figure.kind not in _KINDS or len(fact.measure) < _SHORTEST_MEASURE:
        return None
    if not figure.period or not fact.subject or fact.is_goal or _recurs(fact):
        return None
    scope = ""
    if figure.kind == "rank":
        found = re.findall("|".join(words("rank", "scopes")), fact.before)
        scope = found[-1] if found else fact.before[-8:]
    unit = "%" if figure.kind == "growth" else figure.unit
    return fact.subject, fact.measure, figure.period, figure.kind, unit, scope


def _recurs(fact: Fact) -> bool:
    """Whether the same words may be said of two events: 10余名专家 here and 百余名专家 there."""
    if fact.figure.kind != "flow":
        return False
    return fact.figure.bound != "exact" or fact.figure.unit in words("repeat", "recurring_units")


@cache
def _moved() -> re.Pattern[str]:
    begin = alternatives(words("pair", "from"))
    verbs = alternatives(words("growth", "words"))
    earlier = alternatives(words("pair", "earlier"))
    return re.compile(rf"{begin}[^，。;]{{0,24}}$|{verbs}[到至]$|{earlier}[^，。;]{{0,4}}$")


def _moves(fact: Fact) -> bool:
    """Whether the figure is one end of a from–to pair, whose period a reader easily mistakes."""
    return fact.figure.kind != "growth" and _moved().search(fact.before) is not None


def _contradict(one: Fact, other: Fact, corpus: Corpus) -> bool:
    if one.report == other.report:
        # Two values in one sentence are an enumeration whose members were read alike.
        if one.figure.sentence_start == other.figure.sentence_start:
            return False
        relative = threshold("repeat", "relative")
    else:
        if not _same_place(one, other, corpus):
            return False
        relative = threshold("repeat", "between_reports_relative")
    if told_apart(one, other) or _is_slip(one, other):
        return False
    return not _comparable(one, relative).meets(_comparable(other, relative))


def _comparable(fact: Fact, relative: Decimal) -> Interval:
    times = fact.figure.kind == "growth" and fact.figure.unit == "倍"
    factor = Decimal(100) if times else Decimal(1)
    room = abs(fact.figure.value) * relative / 2 + fact.grain / 2
    if fact.figure.kind == "rank" or (fact.grain == 0 and fact.figure.unit not in {"%", "元"}):
        room = Decimal(0)
    return fact.interval.widened(room).times(factor)


def _same_place(one: Fact, other: Fact, corpus: Corpus) -> bool:
    """鼓楼区 of one city is not that of another, where both reports say whose they are."""
    regions = [corpus.reports[fact.report].reading.about.region or "" for fact in (one, other)]
    if not all(region.endswith(one.subject) for region in regions):
        return True
    return regions[0].endswith(regions[1]) or regions[1].endswith(regions[0])


def _is_slip(one: Fact, other: Fact) -> bool:
    return any(
        factor is not None
        and fact.interval.times(factor).meets(
            against.interval.widened(abs(against.figure.value) * Decimal("0.01"))
        )
        for fact, against in ((one, other), (other, one))
        for factor in (slip_factor(fact.figure),)
    )


def _finding(one: Fact, other: Fact, corpus: Corpus) -> Finding:
    between = one.report != other.report
    confidence = threshold("repeat", "confidence_between" if between else "confidence_within")
    if other.figure.kind == "flow":
        confidence = min(confidence, threshold("repeat", "confidence_flow"))
    names: Sequence[str] = (one.figure.quote, other.figure.quote)
    where = ""
    if between:
        docs = [corpus.reports[fact.report].reading.doc for fact in (one, other)]
        where = f"（分别见{docs[0]}和{docs[1]}）"
    figure = other.figure
    return finding(
        one_fact_two_values.__name__,
        (one, other),
        amount(one.figure.value, one.figure.unit),
        confidence,
        f"{figure.subject}{figure.period}的“{figure.measure}”有两个数：“{names[0]}”和“{names[1]}”"
        f"{where}，请统一口径或改正其一。",
    )
