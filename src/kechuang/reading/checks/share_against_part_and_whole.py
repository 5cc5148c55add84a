"""A share against its part and its whole: 8293 of 27509 firms are 30.15 %, not 22.07 %.

An average is the same question asked of a total and a count, so it is checked here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from kechuang.reading.checks.support.facts import Corpus, Fact, Report, measure_key
from kechuang.reading.checks.support.intervals import EVERYTHING, FAR, Interval
from kechuang.reading.checks.support.relations import Relation, disagreements, finding, span_text
from kechuang.reading.checks.support.settings import alternatives, any_of, threshold, words
from kechuang.reading.model import Finding

HUNDRED = Decimal(100)
_LONGEST_GAP = 30
_MOST_SHARES = 6
# 其中 reaches back over at most so many figures to its whole.
_FARTHEST_WHOLE = 4


def share_against_part_and_whole(corpus: Corpus) -> Iterator[Finding]:
    """Shares and averages that their part and whole do not give."""
    for relation in disagreements(share_relations(corpus)):
        expected = span_text(relation.expected(), relation.unit)
        part, whole = (fact.figure.quote for fact in relation.given)
        yield finding(
            share_against_part_and_whole.__name__,
            relation.facts,
            expected,
            relation.confidence,
            f"“{part}”除以“{whole}”应为{expected}，文中写“{relation.stated.figure.quote}”，"
            "请核对分子、分母和这个比值。",
        )


def share_relations(corpus: Corpus) -> Iterator[Relation]:
    """Every share or average whose part and whole the reports tell."""
    for report in corpus.reports:
        for sentence in report.sentences:
            yield from _of_sentence(report, sentence)


def _of_sentence(report: Report, sentence: list[Fact]) -> Iterator[Relation]:
    """The relations of a sentence's shares.

    Shares in one list are of one whole: where some of them have shown which, it also is the whole
    of a share that fits nothing.
    """
    known: Fact | None = None
    unexplained: list[int] = []
    for place, fact in enumerate(sentence):
        if fact.figure.kind != "share":
            continue
        if fact.figure.unit != "%":
            yield from _averages(sentence, place)
            continue
        relations = list(_shares(report, sentence, place, None))
        yield from relations
        if not relations:
            unexplained.append(place)
        elif relations[0].holds():
            known = relations[0].given[1]
    if known is not None:
        for place in unexplained:
            yield from _shares(report, sentence, place, known)


def _shares(
    report: Report, sentence: list[Fact], place: int, known: Fact | None
) -> Iterator[Relation]:
    """The relations of one share; `known` is the whole that other shares of its list are of."""
    share = sentence[place]
    if (between := _whole_between(sentence, place)) is not None:
        yield _ratio(share, *between, "confidence_named")
        return
    part, of = _part_of(sentence, place)
    if part is not None:
        if of in words("share", "whole_is_general"):
            yield from _of_a_whole(report, share, part, known)
        else:
            yield from _of_a_named(report, share, part, of)
        return
    numerator, denominator = _named_in_measure(share)
    if numerator and denominator:
        yield from _by_names(report, share, numerator, denominator)


def _whole_between(sentence: list[Fact], place: int) -> tuple[Fact, Fact] | None:
    """203家，占全市612家的33.2%: the part, and the whole that stands between 占 and the share."""
    if place < 2 or not re.fullmatch(r"\)?的?(?:比重|比例)?为?", sentence[place].before.strip()):
        return None
    part, whole = sentence[place - 2], sentence[place - 1]
    same = part.figure.unit == whole.figure.unit and part.is_level and whole.is_level
    named = _of_what().search(whole.before)
    if not same or named is None or named.start() > 1:
        return None
    return part, whole


@cache
def _of_what() -> re.Pattern[str]:
    of = alternatives(words("share", "of"))
    ends = alternatives(words("share", "ends"))
    return re.compile(rf"{of}(?P<of>[^，。;占]*?)(?:{ends})*$")


def _part_of(sentence: list[Fact], place: int) -> tuple[Fact | None, str]:
    """The figure that the share is of, and the words for the whole.

    1048家，占92.09%; 5589家(20.32%); 1791项、220.7亿元，占22.3%和51.5%: in a list of shares the
    first share belongs to the first of as many parts.
    """
    first = place
    while first and place - first < _MOST_SHARES and _joins_shares(sentence, first):
        first -= 1
    last = place
    end = min(len(sentence) - 1, place + _MOST_SHARES)
    while last < end and _joins_shares(sentence, last + 1):
        last += 1
    before = sentence[first].before
    count = last - first + 1
    part_place = first - count + (place - first)
    if len(before) > _LONGEST_GAP or part_place < 0:
        return None, ""
    part = sentence[part_place]
    if not part.is_level:
        return None, ""
    if count == 1 and before.strip() == "(" and sentence[first].after.startswith(")"):
        return part, ""
    named = _of_what().search(before)
    # Another noun before 占 starts another numerator: 5家，企业投入占80%.
    if named is None or len(before[: named.start()].strip("，、(:;只仅约分别")) > 0:
        return None, ""
    return part, named["of"]


def _joins_shares(sentence: list[Fact], place: int) -> bool:
    """Whether the share at `place` only continues a list: 22.3%和51.5%."""
    fact, earlier = sentence[place], sentence[place - 1]
    return (
        place > 0
        and fact.figure.kind == earlier.figure.kind == "share"
        and fact.figure.unit == earlier.figure.unit
        and fact.before.strip() in {"、", "和", "与", "及", "，"}
    )


def _of_a_whole(report: Report, share: Fact, part: Fact, known: Fact | None) -> Iterator[Relation]:
    """The whole is not named: a figure of the same unit before it that is not smaller.

    Any such figure that gives the share is taken to be the whole; only where none does and one
    of them clearly is what the part belongs to, the relation fails.
    """
    window = int(threshold("share", "window"))
    begin = max(0, share.position - window)
    near = report.facts[begin : share.position + 6]
    wholes = [
        fact
        for fact in near
        if fact is not part
        and fact.is_level
        and fact.figure.unit == part.figure.unit
        and fact.interval.high >= part.interval.low
    ]
    relations = [_ratio(share, part, whole, "confidence_beside") for whole in wholes]
    agreeing = [relation for relation in relations if relation.holds()]
    if agreeing:
        yield agreeing[0]
        return
    clear = [
        relation
        for whole, relation in zip(wholes, relations, strict=True)
        if whole is known or _clearly_holds(report, whole, part)
    ]
    if clear:
        yield clear[-1]


def _clearly_holds(report: Report, whole: Fact, part: Fact) -> bool:
    led = any_of("parts", "among").search(part.before) is not None
    if whole.position >= part.position or whole.span != part.span:
        return False
    if led and whole.position == part.position - 1:
        return True
    if whole.figure.kind != part.figure.kind and not led:
        return False
    if whole.figure.sentence_start == part.figure.sentence_start:
        between = report.facts[whole.position + 1 : part.position + 1]
        others = [fact for fact in between[:-1] if fact.figure.unit == part.figure.unit]
        among = [fact for fact in between if any_of("parts", "among").search(fact.before)]
        if among and not others and len(between) <= _FARTHEST_WHOLE:
            return True
    if not whole.measure:
        return False
    return part.measure.endswith(whole.measure) and part.figure.value <= whole.figure.value


def _of_a_named(report: Report, share: Fact, part: Fact, of: str) -> Iterator[Relation]:
    """占GDP比重: the whole is a measure that the report tells for the same subject and period."""
    yield from _among_wholes(share, part, _levels_named(report, share, of))


def _by_names(report: Report, share: Fact, numerator: str, denominator: str) -> Iterator[Relation]:
    wholes = _levels_named(report, share, denominator)
    parts = _levels_named(report, share, numerator)
    relations = [
        _ratio(share, part, whole, "confidence_named")
        for part in parts
        for whole in wholes
        if part.figure.unit == whole.figure.unit and part is not whole
    ]
    if relations and not any(relation.holds() for relation in relations):
        yield relations[0]


def _among_wholes(share: Fact, part: Fact, wholes: Sequence[Fact]) -> Iterator[Relation]:
    relations = [
        _ratio(share, part, whole, "confidence_named")
        for whole in wholes
        if whole.figure.unit == part.figure.unit and whole is not part
    ]
    if relations and not any(relation.holds() for relation in relations):
        yield relations[0]


def _levels_named(report: Report, share: Fact, name: str) -> list[Fact]:
    from_name = measure_key(name)
    return [
        fact
        for fact in report.by_key.get((share.subject, from_name), [])
        if fact.is_level and fact.span == share.span and fact.span is not None
    ]


def _named_in_measure(share: Fact) -> tuple[str, str]:
    """研发经费占地区生产总值比重 → 研发经费, 地区生产总值."""
    numerator, mark, rest = (share.figure.measure or "").partition("占")
    if not mark:
        return "", ""
    for ending in ("的比重", "的比例", "比重", "比例", "份额"):
        if rest.endswith(ending):
            return numerator, rest[: -len(ending)]
    return "", ""


def _averages(sentence: list[Fact], place: int) -> Iterator[Relation]:
    """112家企业，2.24亿元，户均200万元: the average of the two figures before it."""
    average = sentence[place]
    if place < 2 or not any_of("share", "average").search(average.before):
        return
    if len(average.before) > 10:
        return
    first, second = sentence[place - 2], sentence[place - 1]
    if not (first.is_level and second.is_level):
        return
    units = (first.figure.unit, second.figure.unit)
    if units[0] == units[1] or average.figure.unit not in units:
        return
    total, count = (first, second) if units[0] == average.figure.unit else (second, first)
    yield Relation(
        (total, count),
        average,
        _quotient,
        average.figure.unit,
        threshold("share", "confidence_average"),
        relative=threshold("share", "average_relative"),
    )


def _ratio(share: Fact, part: Fact, whole: Fact, confidence: str) -> Relation:
    return Relation(
        (part, whole),
        share,
        _percentage,
        "%",
        threshold("share", confidence),
        threshold("share", "points"),
        threshold("share", "relative"),
    )


def _quotient(given: Sequence[Interval]) -> Interval:
    return given[0].over(given[1])


def _percentage(given: Sequence[Interval]) -> Interval:
    quotient = given[0].over(given[1])
    if quotient == EVERYTHING or quotient.high >= FAR:
        return Interval(quotient.low * HUNDRED, FAR) if quotient != EVERYTHING else quotient
    return quotient.times(HUNDRED)
