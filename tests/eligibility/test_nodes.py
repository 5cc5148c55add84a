"""Nodes: equal values are one node, easy steps are taken at once, and bounds are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from made_nodes import node_of, numbers, truths

from kechuang.eligibility.nodes import LARGEST_64, LARGEST_EXACT, Node, Nodes, TooLarge, walk

DAY = date(2026, 7, 1)


class Made(Nodes):
    """Nodes with some columns at hand: one that can be missing has a small letter."""

    def __init__(self) -> None:
        super().__init__()
        self.a = self.column("a", "int", nullable=True, bound=10)
        self.K = self.column("K", "int", nullable=False, bound=10)
        self.t = self.column("t", "truth", nullable=True)
        self.U = self.column("U", "truth", nullable=False)
        self.code = self.column("code", "text", nullable=True)
        self.zero, self.one, self.two = map(self.constant, (0, 1, 2))
        self.yes, self.no = self.constant(value=True), self.constant(value=False)
        self.open, self.gap = self.unknown("truth"), self.unknown("int")


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(lambda n: (n.constant(3), n.constant(3)), id="the same constant"),
        pytest.param(lambda n: (n.add([n.a, n.K]), n.add([n.a, n.K])), id="the same sum"),
        pytest.param(lambda n: (n.add([n.one, n.two]), n.constant(3)), id="sum of constants"),
        pytest.param(lambda n: (n.add([n.a, n.zero]), n.a), id="nothing added"),
        pytest.param(lambda n: (n.add([n.a, n.two, n.constant(-2)]), n.a), id="nothing in all"),
        pytest.param(lambda n: (n.add([]), n.zero), id="empty sum"),
        pytest.param(lambda n: (n.add([n.K, n.gap]), n.gap), id="sum with something missing"),
        pytest.param(lambda n: (n.mul(n.one, n.a), n.a), id="once"),
        pytest.param(lambda n: (n.mul(n.two, n.a), n.mul(n.a, n.two)), id="constant on the left"),
        pytest.param(lambda n: (n.mul(n.K, n.zero), n.zero), id="nothing times"),
        pytest.param(lambda n: (n.mul(n.two, n.two), n.constant(4)), id="product of constants"),
        pytest.param(lambda n: (n.mul(n.gap, n.zero), n.gap), id="product with something missing"),
        pytest.param(lambda n: (n.times(n.a, 1), n.a), id="a multiple of one"),
        pytest.param(lambda n: (n.extreme("min", [n.a, n.a]), n.a), id="least of the same"),
        pytest.param(lambda n: (n.extreme("max", [n.one, n.two]), n.two), id="greatest constant"),
        pytest.param(lambda n: (n.extreme("min", [n.K, n.gap]), n.gap), id="least, one missing"),
        pytest.param(lambda n: (n.floor_div(n.a, 1), n.a), id="divided by one"),
        pytest.param(lambda n: (n.floor_div(n.constant(5), 2), n.two), id="constant divided"),
        pytest.param(lambda n: (n.compare("<", n.one, n.two), n.yes), id="constants compared"),
        pytest.param(lambda n: (n.compare("!=", n.one, n.one), n.no), id="equal constants"),
        pytest.param(
            lambda n: (n.compare(">=", n.constant(DAY), n.constant(DAY)), n.yes), id="days compared"
        ),
        pytest.param(lambda n: (n.compare("<", n.a, n.gap), n.open), id="compared with a gap"),
        pytest.param(lambda n: (n.all([]), n.yes), id="all of none"),
        pytest.param(lambda n: (n.any([]), n.no), id="any of none"),
        pytest.param(lambda n: (n.all([n.t, n.yes]), n.t), id="all with one that holds"),
        pytest.param(lambda n: (n.all([n.t, n.no]), n.no), id="all with one that fails"),
        pytest.param(lambda n: (n.any([n.t, n.no]), n.t), id="any with one that fails"),
        pytest.param(lambda n: (n.any([n.open, n.yes]), n.yes), id="any with one that holds"),
        pytest.param(lambda n: (n.all([n.t, n.t]), n.t), id="the same twice"),
        pytest.param(
            lambda n: (n.all([n.all([n.t, n.U]), n.open]), n.all([n.t, n.U, n.open])),
            id="all inside all",
        ),
        pytest.param(lambda n: (n.negation(n.yes), n.no), id="not a constant"),
        pytest.param(lambda n: (n.negation(n.open), n.open), id="not unknown"),
        pytest.param(lambda n: (n.choose(n.yes, n.a, n.K), n.a), id="chosen"),
        pytest.param(lambda n: (n.choose(n.no, n.a, n.K), n.K), id="not chosen"),
        pytest.param(lambda n: (n.choose(n.open, n.a, n.K), n.K), id="choice by the unknown"),
        pytest.param(lambda n: (n.choose(n.t, n.a, n.a), n.a), id="no choice"),
        pytest.param(lambda n: (n.is_null(n.K), n.no), id="never missing"),
        pytest.param(lambda n: (n.is_null(n.gap), n.yes), id="always missing"),
        pytest.param(lambda n: (n.starts_with(n.code, ""), n.yes), id="everything begins with ''"),
        pytest.param(
            lambda n: (n.starts_with(n.unknown("text"), ""), n.yes), id="even what is missing"
        ),
        pytest.param(
            lambda n: (n.starts_with(n.unknown("text"), "C"), n.open), id="beginning of a gap"
        ),
        pytest.param(
            lambda n: (n.is_in(n.code, ["b", "a", "b"]), n.is_in(n.code, ["a", "b"])),
            id="members in any order",
        ),
        pytest.param(lambda n: (n.is_in(n.unknown("text"), ["a"]), n.open), id="a gap among them"),
    ],
)
def test_easy_steps_are_taken_at_once(pair: Callable[[Made], tuple[Node, Node]]) -> None:
    one, other = pair(Made())

    assert one is other


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(lambda n: (n.constant(1), n.yes), id="one and true"),
        pytest.param(lambda n: (n.zero, n.no), id="zero and false"),
        pytest.param(lambda n: (n.gap, n.open), id="gaps of two types"),
        pytest.param(
            lambda n: (n.mul(n.a, n.zero), n.zero), id="nothing times what can be missing"
        ),
        pytest.param(lambda n: (n.compare("<", n.a, n.K), n.compare("<", n.K, n.a)), id="sides"),
        pytest.param(lambda n: (n.all([n.t, n.open]), n.t), id="an unknown part stays"),
    ],
)
def test_different_values_stay_apart(pair: Callable[[Made], tuple[Node, Node]]) -> None:
    one, other = pair(Made())

    assert one is not other


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda n: n.add([n.a, n.K, n.two]), 22, id="sum"),
        pytest.param(lambda n: n.mul(n.a, n.K), 100, id="product"),
        pytest.param(lambda n: n.times(n.a, -3), 30, id="multiple"),
        pytest.param(lambda n: n.extreme("max", [n.a, n.two]), 10, id="greatest"),
        pytest.param(lambda n: n.floor_div(n.mul(n.a, n.K), 3), 34, id="quotient"),
        pytest.param(lambda n: n.choose(n.t, n.a, n.constant(-40)), 40, id="choice"),
    ],
)
def test_bounds(make: Callable[[Made], Node], expected: int) -> None:
    assert make(Made()).bound == expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda n: n.add([n.a, n.K]), True, id="a part can be missing"),
        pytest.param(lambda n: n.add([n.K, n.two]), False, id="no part can be missing"),
        pytest.param(lambda n: n.choose(n.t, n.K, n.two), False, id="by a condition that can be"),
        pytest.param(lambda n: n.choose(n.U, n.K, n.a), True, id="a branch can be missing"),
        pytest.param(lambda n: n.is_null(n.a), False, id="whether it is missing is known"),
        pytest.param(lambda n: n.negation(n.t), True, id="opposite"),
    ],
)
def test_what_can_be_missing(make: Callable[[Made], Node], *, expected: bool) -> None:
    assert make(Made()).nullable is expected


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "=", "!="])
@pytest.mark.parametrize(("left", "right"), [(1, 2), (2, 2), (3, 2)])
def test_constants_are_compared(op: str, left: int, right: int) -> None:
    nodes = Nodes()
    holds = {
        "<": left < right, "<=": left <= right, ">": left > right,
        ">=": left >= right, "=": left == right, "!=": left != right,
    }  # fmt: skip

    found = nodes.compare(op, nodes.constant(left), nodes.constant(right))
    assert found is nodes.constant(value=holds[op])


def test_number_beyond_38_digits_is_refused() -> None:
    nodes = Nodes()
    largest = nodes.column("a", "int", nullable=False, bound=LARGEST_EXACT)

    assert nodes.times(largest, -1).bound == LARGEST_EXACT
    with pytest.raises(TooLarge):
        nodes.add([largest, nodes.constant(1)])
    with pytest.raises(TooLarge):
        nodes.times(largest, 2)


@pytest.mark.parametrize(("bound", "expected"), [(LARGEST_64, False), (LARGEST_64 + 1, True)])
def test_wide_is_what_64_bits_cannot_hold(bound: int, *, expected: bool) -> None:
    assert Nodes().column("a", "int", nullable=False, bound=bound).is_wide is expected


@given(tree=numbers | truths)
def test_walk_gives_each_node_once_and_after_what_it_needs(tree: tuple[object, ...]) -> None:
    try:
        root = node_of(Nodes(), tree)
    except TooLarge:
        return
    found = list(walk([root, root]))
    places = {node.number: place for place, node in enumerate(found)}

    assert found[-1] is root
    assert len(places) == len(found)
    assert all(places[arg.number] < places[node.number] for node in found for arg in node.args)
