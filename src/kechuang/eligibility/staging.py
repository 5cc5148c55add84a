"""Which nodes a table engine computes into columns of their own, and in which order.

An engine's expressions are trees: a node that is used twice would be written out twice, and the
twofold again inside it. So what is used more than once, and is more than a column, gets a column;
a stage holds the columns that only need earlier stages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kechuang.eligibility.nodes import Node, walk

SMALLEST = 3
"""Nodes in a tree below which writing it out again costs less than a column of its own."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The columns to compute, stage by stage; `names` gives the column of each node kept."""

    stages: tuple[tuple[tuple[str, Node], ...], ...]
    names: Mapping[int, str]


def plan(roots: Sequence[Node], smallest: int = SMALLEST) -> Stages:
    """The stages for some results; the results themselves are not among them."""
    uses = Counter(arg.number for node in walk(roots) for arg in node.args)
    uses.update(root.number for root in roots)
    sizes: dict[int, int] = {}
    levels: dict[int, int] = {}
    names: dict[int, str] = {}
    stages: dict[int, list[tuple[str, Node]]] = {}
    for node in walk(roots):
        below = max((levels[arg.number] for arg in node.args), default=0)
        size = 1 + sum(sizes[arg.number] for arg in node.args)
        levels[node.number], sizes[node.number] = below, size
        if node.args and uses[node.number] > 1 and size >= smallest:
            names[node.number] = f"step_{len(names) + 1}"
            stages.setdefault(below, []).append((names[node.number], node))
            levels[node.number], sizes[node.number] = below + 1, 1
    return Stages(tuple(tuple(stages[level]) for level in sorted(stages)), names)
