"""The matrix and the code speak of the same verbs, and no password stands in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kechuang.office
from kechuang.office.accounts.permissions import MatrixError, matrix, read_matrix
from kechuang.office.site.access import access_table

OFFICE = Path(kechuang.office.__path__[0])
VERB = re.compile(r"[a-z]+\.[a-z]+")
ASKING = {"require", "acting", "limit", "reach", "reaches", "choices", "granters", "refusal"}


@cache
def modules() -> tuple[ast.Module, ...]:
    found = [path for path in OFFICE.rglob("*.py") if "migrations" not in path.parts]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted(found))


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def asked() -> set[str]:
    """The verbs that calls of `require`, `acting`, `limit` and the like name in place."""
    found = set()
    for tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ASKING:
                    found |= {
                        each.value
                        for each in node.args
                        if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    }
    return {each for each in found if VERB.fullmatch(each)}


def test_every_verb_that_code_asks_for_is_in_the_matrix() -> None:
    assert sorted(asked() - set(matrix().verbs)) == []


def test_every_verb_of_the_matrix_is_used() -> None:
    needs = {need for methods in access_table().values() for need in methods.values()}
    named = {text for tree in modules() for text in strings(tree)}
    assert sorted(set(matrix().verbs) - needs - named) == []


def test_every_verb_has_somebody_who_may() -> None:
    assert [code for code, verb in matrix().verbs.items() if not verb.who] == []


def test_role_that_is_not_listed_is_told() -> None:
    text = (
        "roles: {a: {name: A, speaks_for: [], group: bureau}}\n"
        "separation: []\n"
        "verbs: {x.y: {name: X, who: {b: all}}}\n"
    )
    with pytest.raises(MatrixError, match="提到没有列出的角色：b"):
        read_matrix(text)


def test_no_password_stands_in_the_code() -> None:
    """No string is given where a password is taken."""
    given = []
    for tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in {"password", "secret"}:
                given += [text for text in strings(node.value) if text]
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "set_password":
                given += [text for each in node.args for text in strings(each)]
    assert given == []
