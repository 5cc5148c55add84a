"""A rule as plain data: its expressions as trees of names and values, fit for JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, cast

from kechuang.rulebook.expressions import NODES, Expression, Number
from kechuang.rulebook.model import (
    Banded,
    Case,
    Chosen,
    Combined,
    Condition,
    Grounds,
    Name,
    Points,
    Rule,
    Score,
    Valued,
)
from kechuang.rulebook.writing import written

_WORDS = re.compile("(?<=[a-z])(?=[A-Z])")


def rule_data(rule: Rule) -> dict[str, Any]:
    """Everything that a rule's file says, as dictionaries, lists and texts.

    An expression stands both as its tree (`tree`) and as the file writes it (`written`); a number
    holds the name under which it can be changed (`parameter`).
    """
    return {
        "rule": rule.id,
        "version": rule.version,
        "name": {"zh": rule.name, "en": rule.name_en},
        "kind": rule.kind,
        "subject": rule.subject,
        "region": rule.region,
        "in_force": {"from": _plain(rule.since), "until": _plain(rule.until)},
        "follows": rule.follows or None,
        "documents": [
            {"id": each.id, "title": each.title, "number": each.number} for each in rule.documents
        ],
        "status": rule.status,
        "last_checked": _plain(rule.last_checked),
        "outcome": dict(rule.outcome),
        "notes": list(rule.notes),
        "facts": [
            {"code": each.code, "unit": each.unit, "period": each.period, "source": each.source}
            for each in rule.facts
        ],
        "parameters": _parameters(rule),
        "lists": {
            each.code: {"members": list(each.members), **_grounds(each.grounds)}
            for each in rule.lists.values()
        },
        "definitions": [
            {"id": each.code, "name": each.name, **_told(each.value), **_grounds(each.grounds)}
            for each in rule.definitions.values()
        ],
        "scores": [_score(each) for each in rule.scores],
        "conditions": [_condition(each) for each in rule.conditions],
        "amount": None
        if rule.amount is None
        else {
            **_score(rule.amount.score),
            "round": rule.amount.unit,
            "drop_below_unit": rule.amount.drop_below_unit,
        },
        "cases": [_case(each) for each in rule.cases],
        "digest": rule.digest,
    }


def tree_data(node: Expression) -> dict[str, Any]:
    """The tree of an expression.

    >>> from kechuang.rulebook.parsing import parse
    >>> tree_data(parse("staff_total <= 500 人"))["right"]["unit"]
    '人'
    """
    data: dict[str, Any] = {"node": _WORDS.sub("_", type(node).__name__).lower()}
    if isinstance(node, Number):
        digits = node.written.removesuffix(node.unit).strip()
        return {**data, "value": digits, "unit": node.unit, "parameter": node.parameter}
    for each in fields(node):
        data[each.name] = _plain(getattr(node, each.name))
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, NODES):
        return tree_data(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return value


def _told(node: Expression) -> dict[str, Any]:
    return {"written": written(node), "tree": tree_data(node)}


def _grounds(grounds: Grounds) -> dict[str, Any]:
    return {
        "article": grounds.article,
        "status": grounds.status,
        "last_checked": _plain(grounds.last_checked),
    }


def _parameters(rule: Rule) -> dict[str, Any]:
    return {
        each.code: {
            "name": each.name,
            **_grounds(each.grounds),
            "values": [
                {
                    "from": _plain(value.since),
                    "region": value.region,
                    "value": tree_data(value.value),
                }
                for value in each.values
            ],
        }
        for each in rule.parameters.values()
    }


def _condition(condition: Condition) -> dict[str, Any]:
    data: dict[str, Any] = {"id": condition.id, "name": condition.name}
    data |= _grounds(condition.grounds)
    if condition.veto:
        data["veto"] = True
    if condition.when is not None:
        return data | {"when": _told(condition.when)}
    least = {} if condition.least is None else {"least": tree_data(condition.least)}
    items = [_condition(item) for item in condition.items]
    return data | {"op": condition.op, **least, "items": items}


def _score(score: Score) -> dict[str, Any]:
    data: dict[str, Any] = {"id": score.id, "name": score.name, **_grounds(score.grounds)}
    body = score.body
    match body:
        case Banded():
            data["of"] = _told(body.of)
            data["cuts"] = [
                {"value": _told(cut.value), "belongs_to": "upper" if cut.upper else "lower"}
                for cut in body.cuts
            ]
            data["points"] = [_points(each) for each in body.points]
        case Chosen():
            data["choose"] = [
                {"when": None if condition is None else _told(condition), "points": _points(points)}
                for condition, points in body.lines
            ]
        case Combined():
            data[body.op] = [item if isinstance(item, str) else _score(item) for item in body.items]
        case Valued():
            data["value"] = _told(body.value)
    given: Name | None = body.given if isinstance(body, Banded | Chosen) else None
    if given is not None:
        data["given"] = given.code
    if score.cap is not None:
        data["cap"] = _told(score.cap)
    return data


def _points(points: Points) -> dict[str, Any]:
    if points.high is None:
        return _told(points.low)
    return {"least": _told(points.low), "most": _told(points.high)}


def _case(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "source": case.source,
        "as_of": _plain(case.as_of),
        "given": _plain(case.given),
        "rows": _plain(case.rows),
        "expect": dict(case.expect),
    }
