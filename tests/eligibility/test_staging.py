"""Columns of their own for what is used more than once, in stages that only look back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_nodes import Tree, node_of, numbers, truths

from kechuang.eligibility.nodes import Node, Nodes, TooLarge, walk
from kechuang.eligibility.staging import Stages, plan


def nodes_of(trees: list[Tree]) -> list[Node]:
    nodes = Nodes()
    try:
        return [node_of(nodes, tree) for tree in trees]
    except TooLarge:
        return [nodes.constant(0)]


def kept_below(node: Node, stages: Stages) -> Iterator[str]:
    """The columns that the expression of a node names, without those inside these."""
    for arg in node.args:
        name = stages.names.get(arg.number)
        if name is None:
            yield from kept_below(arg, stages)
        else:
            yield name


def size(node: Node, stages: Stages) -> int:
    """How many nodes the expression of a node has when kept columns are named."""
    return 1 + sum(1 if arg.number in stages.names else size(arg, stages) for arg in node.args)


@given(trees=st.lists(numbers | truths, min_size=1, max_size=4))
def test_columns_only_need_earlier_stages(trees: list[Tree]) -> None:
    stages = plan(nodes_of(trees))
    made: set[str] = set()
    for stage in stages.stages:
        assert all(set(kept_below(node, stages)) <= made for _, node in stage)
        made.update(name for name, _ in stage)

    assert made == set(stages.names.values())
    assert len(made) == sum(map(len, stages.stages)) == len(stages.names)


@given(trees=st.lists(numbers | truths, min_size=1, max_size=4))
def test_what_is_used_twice_has_a_column_unless_it_is_small(trees: list[Tree]) -> None:
    roots = nodes_of(trees)
    stages = plan(roots, smallest=3)
    uses = Counter(arg.number for node in walk(roots) for arg in node.args)
    uses.update(root.number for root in roots)

    for node in walk(roots):
        is_large = size(node, stages) >= 3
        assert (node.number in stages.names) is (uses[node.number] > 1 and is_large)


@pytest.mark.parametrize("depth", [1, 5, 40])
def test_doubling_is_never_written_out(depth: int) -> None:
    nodes = Nodes()
    node = nodes.column("a", "int", nullable=True, bound=1)
    for _ in range(depth):
        node = nodes.add([node, node, nodes.constant(1)])
    stages = plan([node])

    assert len(stages.stages) == depth - 1
    assert all(size(each, stages) <= 4 for stage in stages.stages for _, each in stage)
