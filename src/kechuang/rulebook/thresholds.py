"""Every parameter of a rule with its place: what can be looked up, questioned and changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kechuang.rulebook.content import score_expressions
from kechuang.rulebook.expressions import Expression, Number, numbers
from kechuang.rulebook.model import Condition, Grounds, Parameter, Rule, Score


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number of a rule: its place, whose part it is, its value, and where that stands.

    `since` and `region` are set where the value is dated or regional.
    """

    place: str
    name: str
    number: Number
    grounds: Grounds
    since: date | None = None
    region: str = ""


def thresholds(rule: Rule) -> Iterator[Threshold]:
    """Every number of a rule in the order of its file.

    >>> from kechuang.rulebook.library import load_rulebook
    >>> rule = load_rulebook().find("tech_sme_national", date(2026, 7, 1))
    >>> next(each.number.written for each in thresholds(rule) if each.place == "staff")
    '500 人'
    """
    for parameter in rule.parameters.values():
        yield from _dated(parameter)
    for definition in rule.definitions.values():
        yield from _placed(definition.value, definition.name, definition.grounds)
    amounts = (rule.amount.score,) if rule.amount else ()
    for score in (*rule.all_scores(), *amounts):
        yield from _of_score(score)
    for condition in rule.all_conditions():
        yield from _of_condition(condition)


def unverified(rule: Rule) -> int:
    """How many numbers and lists of codes of a rule nobody has read in its document yet."""
    grounds = [each.grounds for each in thresholds(rule)]
    grounds += [each.grounds for each in rule.lists.values()]
    return sum(each.status == "unverified" for each in grounds)


def _dated(parameter: Parameter) -> Iterator[Threshold]:
    for value in parameter.values:
        yield Threshold(
            value.value.parameter,
            parameter.name,
            value.value,
            parameter.grounds,
            value.since,
            "" if value.region == "000000" else value.region,
        )


def _placed(tree: Expression, name: str, grounds: Grounds) -> Iterator[Threshold]:
    for number in numbers(tree):
        if number.parameter:
            yield Threshold(number.parameter, name, number, grounds)


def _of_score(score: Score) -> Iterator[Threshold]:
    for tree in score_expressions(score):
        yield from _placed(tree, score.name, score.grounds)


def _of_condition(condition: Condition) -> Iterator[Threshold]:
    if condition.least is not None:
        yield Threshold(
            condition.least.parameter, condition.name, condition.least, condition.grounds
        )
    if condition.when is not None:
        yield from _placed(condition.when, condition.name, condition.grounds)
