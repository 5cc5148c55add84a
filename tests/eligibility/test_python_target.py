"""The Python function of nodes says what a plain reading of the tree says."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_nodes import COLUMNS, Row, Tree, meaning, node_of, numbers, rows, truths

from kechuang.eligibility.lowered import RowSum
from kechuang.eligibility.nodes import Node, Nodes, TooLarge
from kechuang.eligibility.python_target import compile_nodes, compile_rows

NOTHING_KNOWN: Row = {
    name: None if missing else {"int": 0, "truth": False}[of]
    for name, (of, missing) in COLUMNS.items()
}


def nodes_of(trees: list[Tree]) -> list[Node]:
    nodes = Nodes()
    try:
        return [node_of(nodes, tree) for tree in trees]
    except TooLarge:
        assume(condition=False)
        raise


@settings(max_examples=250)
@given(trees=st.lists(numbers | truths, min_size=1, max_size=3), facts=st.lists(rows, max_size=4))
def test_trees_say_what_they_mean(trees: list[Tree], facts: list[Row]) -> None:
    evaluate = compile_nodes(nodes_of(trees))

    for row in [*facts, NOTHING_KNOWN]:
        assert evaluate(row) == tuple(meaning(tree, row) for tree in trees)


@settings(max_examples=200)
@given(tree=numbers | truths, row=rows)
def test_nodes_know_how_large_and_whether_missing_they_can_be(tree: Tree, row: Row) -> None:
    (node,) = nodes_of([tree])
    (value,) = compile_nodes([node])(row)

    assert node.nullable or value is not None
    assert node.type != "int" or value is None or abs(value) <= node.bound


def test_fact_that_is_not_given_is_missing() -> None:
    nodes = Nodes()
    column = nodes.column("a", "int", nullable=True, bound=9)

    assert compile_nodes([column, nodes.is_null(column)])({}) == (None, True)


@pytest.mark.parametrize("text", ['it"s', "C'39", "\\", "\n", "值", "{x}"])
def test_texts_of_a_rule_never_become_code(text: str) -> None:
    nodes = Nodes()
    code = nodes.column(text, "text", nullable=True)
    found = [nodes.compare("=", code, nodes.constant(text)), nodes.starts_with(code, text)]
    found += [nodes.is_in(code, [text, "other"])]

    assert compile_nodes(found)({text: text}) == (True, True, True)


ROWS = [
    {"kind": "x", "amount": 1},
    {"kind": "x", "amount": 2},
    {"kind": "y", "amount": 4},
    {"kind": None, "amount": 8},
]


@pytest.mark.parametrize(
    ("op", "more", "expected"),
    [
        ("sure", [], 2),
        ("open", [], 1),
        ("sum", [], 3),
        ("blank", [], 1),
        pytest.param("sum", [{"kind": "x", "amount": None}], 3, id="sum without what is missing"),
        pytest.param("blank", [{"kind": "x", "amount": None}], 2, id="amount missing"),
        pytest.param(
            "blank", [{"kind": "y", "amount": None}], 1, id="of a row that is not counted"
        ),
        pytest.param("open", [{"amount": 1}], 2, id="column missing"),
    ],
)
def test_figures_of_rows(op: str, more: list[Row], expected: int) -> None:
    nodes = Nodes()
    where = nodes.compare("=", nodes.column("kind", "text", nullable=True), nodes.constant("x"))
    amount = nodes.column("amount", "int", nullable=True, bound=9)
    figure = RowSum("figure", "rows", op, where, amount)  # type: ignore[arg-type]

    assert compile_rows([figure])({"rows": [*ROWS, *more]}) == {"figure": expected}


def test_rows_that_are_not_given_leave_all_but_the_least_number_open() -> None:
    where = Nodes().constant(value=True)
    figures = [RowSum("sure", "rows", "sure", where), RowSum("open", "rows", "open", where)]

    assert compile_rows(figures)({}) == {"sure": 0}
    assert compile_rows(figures)({"rows": []}) == {"sure": 0, "open": 0}
