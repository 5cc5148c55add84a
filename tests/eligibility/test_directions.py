"""Which way each part of a verdict helps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kechuang.eligibility.directions import BOTH, DOWN, UP, directions
from kechuang.eligibility.nodes import Node, Nodes


class Made(Nodes):
    """Nodes with two numbers and a truth at hand."""

    def __init__(self) -> None:
        super().__init__()
        self.a = self.column("a", "int", nullable=True, bound=10)
        self.b = self.column("b", "int", nullable=False, bound=10)
        self.t = self.column("t", "truth", nullable=True)
        self.zero, self.one, self.two = map(self.constant, (0, 1, 2))

    def points(self, if_true: int, otherwise: int) -> Node:
        """What a table gives by whether t holds."""
        return self.choose(self.t, self.constant(if_true), self.constant(otherwise))


@pytest.mark.parametrize(
    ("make", "column", "expected"),
    [
        pytest.param(lambda n: n.t, "t", UP, id="itself"),
        pytest.param(lambda n: n.negation(n.t), "t", DOWN, id="not"),
        pytest.param(lambda n: n.any([n.t, n.negation(n.t)]), "t", BOTH, id="with its opposite"),
        pytest.param(lambda n: n.compare(">=", n.a, n.b), "a", UP, id="at least"),
        pytest.param(lambda n: n.compare(">=", n.a, n.b), "b", DOWN, id="what it is compared with"),
        pytest.param(lambda n: n.compare("<", n.a, n.b), "a", DOWN, id="less"),
        pytest.param(lambda n: n.compare("<", n.a, n.b), "b", UP, id="more than the other"),
        pytest.param(lambda n: n.compare("=", n.a, n.b), "a", BOTH, id="equal"),
        pytest.param(
            lambda n: n.negation(n.compare(">", n.a, n.b)), "a", DOWN, id="not more than the other"
        ),
        pytest.param(
            lambda n: n.compare(">", n.add([n.b, n.times(n.a, -2)]), n.zero),
            "a",
            DOWN,
            id="a negative multiple",
        ),
        pytest.param(lambda n: n.compare(">", n.mul(n.a, n.b), n.zero), "a", BOTH, id="a product"),
        pytest.param(
            lambda n: n.compare(">", n.extreme("min", [n.a, n.b]), n.zero), "b", UP, id="least"
        ),
        pytest.param(lambda n: n.compare(">=", n.points(20, 0), n.one), "t", UP, id="more points"),
        pytest.param(
            lambda n: n.compare(">=", n.points(0, 20), n.one), "t", DOWN, id="fewer points"
        ),
        pytest.param(
            lambda n: n.compare(
                ">=",
                n.choose(n.compare("<=", n.a, n.zero), n.zero, n.points(20, 0)),
                n.one,
            ),
            "a",
            UP,
            id="something to divide by",
        ),
        pytest.param(
            lambda n: n.compare(">=", n.choose(n.t, n.one, n.points(2, 0)), n.one),
            "t",
            BOTH,
            id="neither more nor fewer",
        ),
        pytest.param(lambda n: n.is_null(n.t), "t", 0, id="whether it is known"),
    ],
)
def test_direction(make: Callable[[Made], Node], column: str, expected: int) -> None:
    root = make(Made())
    (number,) = {node.number for node in root.walk() if node.value == column}

    assert directions(root)[number] == expected
