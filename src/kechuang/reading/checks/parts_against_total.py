"""Parts against a total: 32, 66 and 69 counties are 167, and no part exceeds its whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from kechuang.reading.checks.support.facts import Corpus, Fact, Report
from kechuang.reading.checks.support.intervals import FAR, Interval
from kechuang.reading.checks.support.relations import Relation, disagreements, finding, span_text
from kechuang.reading.checks.support.settings import (
    alternatives,
    any_of,
    threshold,
    word_sets,
    words,
)
from kechuang.reading.model import Finding

# A joint longer than this names what the part is; a longer one begins another statement.
_LONGEST_JOINT = 16
# No list of parts in a sentence is longer; the bound keeps a table in one sentence linear.
_MOST_PARTS = 24
# 其中 reaches back over at most so many figures to its whole.
_FARTHEST_WHOLE = 4


def parts_against_total(corpus: Corpus) -> Iterator[Finding]:
    """Totals that their parts do not give, and parts that exceed their whole."""
    for relation in disagreements(part_relations(corpus)):
        expected = span_text(relation.expected(), relation.unit)
        names = "、".join(f"“{fact.figure.quote}”" for fact in relation.given)
        total = relation.stated.figure.quote
        if relation.expected().high >= FAR:
            message = f"{names}是“{total}”的一部分，合起来却超过它，请核对分项和总数。"
        else:
            message = f"分项{names}相加应为{expected}，总数写“{total}”，请核对分项和总数。"
        yield finding(
            parts_against_total.__name__, relation.facts, expected, relation.confidence, message
        )


def part_relations(corpus: Corpus) -> Iterator[Relation]:
    """Every total that is told with its parts."""
    for report in corpus.reports:
        yield from _complete_classes(report)
        for sentence in report.sentences:
            for place, fact in enumerate(sentence):
                if fact.is_level:
                    yield from _sum_after(sentence, place)
                    yield from _sum_before(sentence, place)
            yield from _among(report, sentence)


@cache
def _is_sum_word() -> re.Pattern[str]:
    sums = alternatives(words("parts", "sum_after"))
    return re.compile(rf"[，、;]?\s*(?:[两三四五六七八][项类级])?{sums}(?:为|达到?|有|约|近|超)?$")


def _sum_after(sentence: list[Fact], place: int) -> Iterator[Relation]:
    """甲县5家、乙县7家，合计12家: any run of parts before the total may be meant."""
    total = sentence[place]
    if not _is_sum_word().match(total.before):
        return
    run: list[Fact] = []
    for part in reversed(sentence[max(0, place - _MOST_PARTS) : place]):
        if part.figure.unit != total.figure.unit or not part.is_level:
            break
        run.insert(0, part)
        if len(part.before) > _LONGEST_JOINT or any_of("parts", "among").search(part.before):
            break
    candidates = [_sum_of(run[start:], total, "confidence_equal") for start in range(len(run) - 1)]
    if candidates and not any(candidate.holds() for candidate in candidates):
        yield candidates[0]


def _sum_before(sentence: list[Fact], place: int) -> Iterator[Relation]:
    """共20家，分别为甲县5家、乙县7家、丙县8家."""
    total = sentence[place]
    if place + 2 >= len(sentence):
        return
    first = sentence[place + 1]
    if len(first.before) > 2 * _LONGEST_JOINT:
        return
    if not any_of("parts", "sum_before").search(first.before):
        return
    run = _run_of(sentence, place + 1, total)
    if len(run) >= 2:
        yield _sum_of(run, total, "confidence_equal")


def _run_of(sentence: list[Fact], place: int, total: Fact) -> list[Fact]:
    """The parts from `place` on that are listed in the total's unit."""
    run: list[Fact] = []
    for part in sentence[place : place + _MOST_PARTS]:
        if part.figure.unit != total.figure.unit or not part.is_level:
            break
        if run and (len(part.before) > _LONGEST_JOINT or _begins_anew(part)):
            break
        run.append(part)
    return run


def _begins_anew(part: Fact) -> bool:
    return ";" in part.before or any_of("parts", "sum_after").search(part.before) is not None


def _among(report: Report, sentence: list[Fact]) -> Iterator[Relation]:
    """总数20家，其中国家级5家、省级7家: each part, and parts that exclude one another together."""
    for place, fact in enumerate(sentence):
        if not fact.is_level or not any_of("parts", "among").search(fact.before):
            continue
        total = _whole_of(report, fact)
        if total is None:
            continue
        run = _listed(sentence, place, total)
        if run and any_of("parts", "rest").search(run[-1].before) and len(run) >= 2:
            yield _sum_of(run, total, "confidence_equal")
            continue
        if len(run) >= 2 and (fact.figure.unit == "元" or _exclude_each_other(run)):
            together = _at_most(run, total, "confidence_overlap")
            if not together.holds() and all(
                _at_most([part], total, "confidence_at_most").holds() for part in run
            ):
                yield together
                continue
        for part in run:
            yield _at_most([part], total, "confidence_at_most")


def _whole_of(report: Report, part: Fact) -> Fact | None:
    """What 其中 refers to: the level of its unit before it; the largest where several could be.

    A sentence that begins with 其中 refers to the sentence before it.
    """
    near = report.facts[max(0, part.position - _FARTHEST_WHOLE) : part.position]
    opens = part.before.strip()[:2] in words("parts", "among")
    of = near[-1].figure.sentence_start if near and opens else part.figure.sentence_start
    wholes: list[Fact] = []
    for fact in reversed(near):
        if fact.figure.sentence_start != of:
            break
        alike = fact.is_level and fact.figure.unit == part.figure.unit
        if alike and fact.figure.value_max is None:
            wholes.append(fact)
        if any_of("parts", "among").search(fact.before) or ";" in fact.before:
            break
    named = [fact for fact in wholes if fact.measure and part.measure.endswith(fact.measure)]
    chosen = named or wholes
    return max(chosen, key=lambda fact: fact.interval.high) if chosen else None


def _listed(sentence: list[Fact], place: int, total: Fact) -> list[Fact]:
    """The parts that 其中 governs: to the end of the list, not into the next statement."""
    following = sentence[place + 1 : place + _MOST_PARTS]
    for count, part in enumerate(following, start=2):
        if part.figure.unit != total.figure.unit or not part.is_level or _begins_anew(part):
            break
        if any_of("parts", "rest").search(part.before):
            return sentence[place : place + count]
    run = [sentence[place]]
    for part in following:
        same = part.figure.unit == total.figure.unit and part.is_level
        if not same or len(part.before) > _LONGEST_JOINT or _begins_anew(part):
            break
        joined = part.before[:1] in {"、", "和", "与", "及"}
        named = bool(total.measure) and part.measure.endswith(total.measure)
        if not (joined or (named and part.measure != total.measure)):
            break
        run.append(part)
    return run


def _exclude_each_other(parts: Sequence[Fact]) -> bool:
    """Whether the parts carry different members of one set (国家级, 省级)."""
    texts = [part.before[-_LONGEST_JOINT:] + part.measure for part in parts]
    for members in word_sets("parts", "separate_sets"):
        found = [[member for member in members if member in text] for text in texts]
        chosen = [names[0] for names in found if len(names) == 1]
        if len(chosen) == len(parts) and len(set(chosen)) == len(parts):
            return True
    return False


def _complete_classes(report: Report) -> Iterator[Relation]:
    """A类32个，B类66个，C类69个 against 参评的167个县, over several sentences if need be."""
    facts = report.facts
    for members in word_sets("parts", "complete_sets"):
        for place, fact in enumerate(facts):
            if not _names(fact, members[0]) or not fact.is_level:
                continue
            family = _family(facts, place, members)
            if family is None:
                continue
            totals = _totals_near(facts, place, family, members)
            relations = [_sum_of(family, total, "confidence_equal") for total in totals]
            if relations and not any(relation.holds() for relation in relations):
                yield relations[0]


def _names(fact: Fact, member: str) -> bool:
    return member in fact.before[-_LONGEST_JOINT:] + (fact.figure.measure or "")


def _family(facts: list[Fact], place: int, members: tuple[str, ...]) -> list[Fact] | None:
    """The figures of all members, in their order, within a dozen figures."""
    first = facts[place]
    family = [first]
    for fact in facts[place + 1 : place + 3 * len(members)]:
        if len(family) == len(members):
            break
        alike = fact.figure.unit == first.figure.unit and fact.figure.kind == first.figure.kind
        if alike and fact.span == first.span and _names(fact, members[len(family)]):
            family.append(fact)
    if len(family) < len(members):
        return None
    next_letter = _next_member(members)
    following = facts[family[-1].position + 1 : family[-1].position + 4]
    if next_letter and any(_names(fact, next_letter) for fact in following):
        return None
    return family


def _next_member(members: tuple[str, ...]) -> str | None:
    """The member that a longer set has next, so that A to C are not summed where D follows."""
    for other in word_sets("parts", "complete_sets"):
        if len(other) > len(members) and other[: len(members)] == members:
            return other[len(members)]
    return None


def _totals_near(
    facts: list[Fact], place: int, family: Sequence[Fact], members: tuple[str, ...]
) -> list[Fact]:
    window = int(threshold("parts", "class_window"))
    last = family[-1].position
    first = family[0]
    stem = first.measure.replace(members[0], "")
    near = [*facts[max(0, place - window) : place], *facts[last + 1 : last + 3]]
    return [
        fact
        for fact in reversed(near)
        if fact.figure.unit == first.figure.unit
        and fact.is_level
        and fact.subject == first.subject
        and fact.span == first.span
        and not any(_names(fact, member) for member in members)
        and any_of("parts", "complete_totals").search(
            fact.before[-_LONGEST_JOINT:] + (fact.figure.measure or "")
        )
        and (not stem or stem[-1] in fact.measure or not fact.measure)
    ]


def _sum_of(parts: Sequence[Fact], total: Fact, confidence: str) -> Relation:
    return Relation(tuple(parts), total, _add, total.figure.unit, threshold("parts", confidence))


def _at_most(parts: Sequence[Fact], total: Fact, confidence: str) -> Relation:
    return Relation(
        tuple(parts),
        total,
        _at_least_the_sum,
        total.figure.unit,
        threshold("parts", confidence),
        most_times=threshold("slip", "largest_whole"),
    )


def _add(given: Sequence[Interval]) -> Interval:
    result = Interval(Decimal(0), Decimal(0))
    for interval in given:
        result = result.plus(interval)
    return Interval(result.low, min(result.high, FAR))


def _at_least_the_sum(given: Sequence[Interval]) -> Interval:
    return Interval(_add(given).low, FAR)
