"""What stands in a rule: its expressions, the facts that they need, the rules that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kechuang.reference.fields import Dictionary, Field
from kechuang.rulebook.expressions import (
    Aggregate,
    Expression,
    Name,
    Over,
    Passes,
    children,
    walk,
)
from kechuang.rulebook.model import Banded, Chosen, Rule, Score, Valued
from kechuang.rulebook.scope import Scope


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression with the line of the part of the rule that it stands in.

    `owner` is the definition, score or amount that it belongs to.
    """

    tree: Expression
    line: int
    condition: bool = False
    owner: str = ""


def expressions(rule: Rule) -> Iterator[Placed]:
    """Every expression of a rule."""
    for definition in rule.definitions.values():
        yield Placed(definition.value, definition.line, owner=definition.code)
    amounts = (rule.amount.score,) if rule.amount else ()
    for score in (*rule.all_scores(), *amounts):
        for tree in score_expressions(score):
            yield Placed(tree, score.line, owner=score.id)
    for condition in rule.all_conditions():
        if condition.when is not None:
            yield Placed(condition.when, condition.line, condition=True)


def score_expressions(score: Score) -> Iterator[Expression]:
    """Every expression of a score without those of the scores inside it."""
    body = score.body
    if score.cap is not None:
        yield score.cap
    if isinstance(body, Valued):
        yield body.value
    elif isinstance(body, Banded):
        yield body.of
        yield from (cut.value for cut in body.cuts)
        for line in body.points:
            yield from (each for each in (line.low, line.high) if each is not None)
    elif isinstance(body, Chosen):
        for condition, points in body.lines:
            if condition is not None:
                yield condition
            yield from (each for each in (points.low, points.high) if each is not None)
    if isinstance(body, Banded | Chosen) and body.given is not None:
        yield body.given


def used_facts(rule: Rule, dictionary: Dictionary) -> dict[tuple[str, str], set[int]]:
    """The fields that a rule itself needs by (frame, code), with how many years back each goes.

    Fields of the rules that it refers to by `passes` are not among them.
    """
    scope = Scope.of(rule, dictionary)
    found: dict[tuple[str, str], set[int]] = {}
    for placed in expressions(rule):
        _collect(placed.tree, scope, found)
    if any(len(parameter.values) > 1 for parameter in rule.parameters.values()) and any(
        value.region != "000000" for each in rule.parameters.values() for value in each.values
    ):
        found.setdefault((rule.subject, "region_code"), set()).add(0)
    return found


def _collect(tree: Expression, scope: Scope, found: dict[tuple[str, str], set[int]]) -> None:
    if isinstance(tree, Aggregate):
        inner = scope.inside(tree.frame)
        found.setdefault((tree.frame, ""), set()).add(0)
        for part in (tree.column, tree.where):
            if part is not None:
                _collect(part, inner, found)
        return
    if isinstance(tree, Over):
        field = scope.find(tree.item.code)
        if isinstance(field, Field):
            found.setdefault((scope.frame, field.code), set()).update(range(tree.years))
            if tree.op in {"total", "average", "average_growth"}:
                found.setdefault((scope.frame, "founded_on"), set()).add(0)
        return
    if isinstance(tree, Name):
        field = scope.find(tree.code)
        if isinstance(field, Field):
            found.setdefault((scope.frame, field.code), set()).add(tree.back)
        return
    for child in children(tree):
        _collect(child, scope, found)


def passes_of(rule: Rule) -> Iterator[tuple[Passes, int]]:
    """The references of a rule to others, with their lines."""
    for placed in expressions(rule):
        for node in walk(placed.tree):
            if isinstance(node, Passes):
                yield node, placed.line
