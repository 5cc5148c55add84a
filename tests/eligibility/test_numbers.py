"""Exact arithmetic without a division, beside fractions and beside trying every value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_nodes import COMPARED

from kechuang.eligibility.lowered import Range
from kechuang.eligibility.nodes import Nodes, TooLarge
from kechuang.eligibility.numbers import Numbers
from kechuang.eligibility.python_target import compile_nodes
from kechuang.rulebook.errors import RuleError

Tree: TypeAlias = tuple[Any, ...]
NO_VALUE: Final = "no value"
FACTORS: Final = {"a": Fraction(1), "b": Fraction(100), "c": Fraction(1, 10_000)}
MOST: Final = 10**6
fractions = st.fractions(min_value=-5, max_value=5, max_denominator=12)
trees: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from([("column", name) for name in FACTORS])
    | st.tuples(st.just("constant"), fractions),
    lambda below: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), below, below),
    ),
    max_leaves=5,
)
facts = st.fixed_dictionaries(
    {name: st.integers(-3, 3) | st.integers(-MOST, MOST) for name in FACTORS}
)


def number_of(numbers: Numbers, tree: Tree) -> Range:
    kind, *parts = tree
    if kind == "column":
        column = numbers.nodes.column(parts[0], "int", nullable=True, bound=MOST)
        return numbers.of(column, FACTORS[parts[0]])
    if kind == "constant":
        return numbers.constant(parts[0])
    left, right = (number_of(numbers, part) for part in parts)
    if kind == "*":
        return numbers.product(left, right)
    if kind == "/":
        return numbers.quotient(left, right)
    return numbers.total([left, right], [1, 1 if kind == "+" else -1])


def value_of(tree: Tree, row: dict[str, int]) -> Fraction | str:
    """A number as a fraction; over what is not positive it has no value."""
    kind, *parts = tree
    if kind == "column":
        return row[parts[0]] * FACTORS[parts[0]]
    if kind == "constant":
        return parts[0]
    left, right = (value_of(part, row) for part in parts)
    if isinstance(left, str) or isinstance(right, str) or (kind == "/" and right <= 0):
        return NO_VALUE
    if kind == "/":
        return left / right
    return left * right if kind == "*" else left + right if kind == "+" else left - right


def comparison(op: str, left: Tree, right: Tree) -> Any:
    numbers = Numbers(Nodes())
    try:
        node = numbers.compare(op, number_of(numbers, left), number_of(numbers, right))
    except TooLarge:
        assume(condition=False)
        raise
    return compile_nodes([node])


@settings(max_examples=300)
@given(op=st.sampled_from(list(COMPARED)), left=trees, right=trees, row=facts)
def test_comparison_is_that_of_fractions(
    op: str, left: Tree, right: Tree, row: dict[str, int]
) -> None:
    one, other = value_of(left, row), value_of(right, row)
    known = not isinstance(one, str) and not isinstance(other, str)

    assert comparison(op, left, right)(row) == (known and COMPARED[op](one, other),)


@given(op=st.sampled_from(list(COMPARED)), left=trees, row=facts, shift=st.integers(-1, 1))
def test_comparison_is_exact_at_the_edge(
    op: str, left: Tree, row: dict[str, int], shift: int
) -> None:
    value = value_of(left, row)
    assume(not isinstance(value, str))
    assert isinstance(value, Fraction)
    edge = value + Fraction(shift, 10**6)

    assert comparison(op, left, ("constant", edge))(row) == (COMPARED[op](value, edge),)


@given(
    op=st.sampled_from(list(COMPARED)),
    left=trees,
    right=trees,
    row=facts,
    missing=st.sampled_from(list(FACTORS)),
)
def test_what_is_said_without_a_fact_holds_whatever_it_is(
    op: str, left: Tree, right: Tree, row: dict[str, int], missing: str
) -> None:
    evaluate = comparison(op, left, right)
    (said,) = evaluate({**row, missing: None})

    assert said is None or all(
        evaluate({**row, missing: value}) == (said,) for value in (-MOST, -2, -1, 0, 1, 2, 3, MOST)
    )


# --- numbers that are only known to lie between two

WIDTHS: Final = [(0, 0), (0, 1), (0, 3), (1, 3), (-2, 2)]
EDGES: Final = [Fraction(each, 2) for each in range(-10, 11)]


def only(found: set[bool]) -> bool | None:
    """What all say, if they do."""
    return next(iter(found)) if len(found) == 1 else None


def between(numbers: Numbers, name: str, factor: Fraction) -> Range:
    low, high = (
        numbers.nodes.column(f"{name}_{end}", "int", nullable=False, bound=10)
        for end in ("low", "high")
    )
    return Range(low, high, None, factor)


@pytest.mark.parametrize("op", list(COMPARED))
@pytest.mark.parametrize(
    ("make", "calculate"),
    [
        pytest.param(lambda _n, x, _y: x, lambda x, _y: x, id="itself"),
        pytest.param(lambda n, x, y: n.total([x, y]), lambda x, y: x + y, id="sum"),
        pytest.param(lambda n, x, y: n.total([x, y], [1, -1]), lambda x, y: x - y, id="difference"),
        pytest.param(
            lambda n, x, _y: n.product(x, n.constant(Fraction(3, 2))),
            lambda x, _y: x * Fraction(3, 2),
            id="multiple",
        ),
        pytest.param(
            lambda n, x, _y: n.quotient(x, n.constant(Fraction(2))), lambda x, _y: x / 2, id="half"
        ),
        pytest.param(lambda n, x, y: n.extreme("max", [x, y]), max, id="greatest"),
        pytest.param(lambda n, x, y: n.extreme("min", [x, y]), min, id="least"),
    ],
)
def test_range_says_what_all_its_values_say(op: str, make: Any, calculate: Any) -> None:
    numbers = Numbers(Nodes())
    number = make(
        numbers, between(numbers, "x", Fraction(1)), between(numbers, "y", Fraction(1, 2))
    )
    nodes = [numbers.compare(op, number, numbers.constant(edge)) for edge in EDGES]
    evaluate = compile_nodes(nodes)
    for (low, high), (least, most) in product(WIDTHS, WIDTHS):
        values = [
            calculate(Fraction(x), Fraction(y, 2))
            for x, y in product(range(low, high + 1), range(least, most + 1))
        ]
        row = {"x_low": low, "x_high": high, "y_low": least, "y_high": most}
        for edge, said in zip(EDGES, evaluate(row), strict=True):
            found = {COMPARED[op](value, edge) for value in values}
            # Equality may stay open between two whole numbers; all else is said where it is sure.
            assert said == only(found) or (said is None and op in {"=", "!="})


@pytest.mark.parametrize("op", list(COMPARED))
@pytest.mark.parametrize("edge", [-1, 0, 1, 2, 5])
@pytest.mark.parametrize("low", [0, 1, 2])
def test_range_without_an_upper_end_says_what_its_lower_end_decides(
    op: str, edge: int, low: int
) -> None:
    numbers = Numbers(Nodes())
    least = numbers.nodes.column("low", "int", nullable=False, bound=10)
    number = Range(least, numbers.nodes.unknown("int"), None, Fraction(1))
    node = numbers.compare(op, number, numbers.constant(Fraction(edge)))
    found = {COMPARED[op](value, edge) for value in range(low, 20)}

    assert compile_nodes([node])({"low": low}) == (only(found),)


@pytest.mark.parametrize("op", list(COMPARED))
def test_two_ranges_are_compared_by_their_ends(op: str) -> None:
    numbers = Numbers(Nodes())
    left, right = (between(numbers, name, Fraction(1)) for name in "xy")
    evaluate = compile_nodes([numbers.compare(op, left, right)])
    for (low, high), (least, most) in product(WIDTHS, WIDTHS):
        values = {
            COMPARED[op](x, y) for x, y in product(range(low, high + 1), range(least, most + 1))
        }
        row = {"x_low": low, "x_high": high, "y_low": least, "y_high": most}
        assert evaluate(row) == (only(values),)


def refused(numbers: Numbers) -> Sequence[Any]:
    open_, exact = between(numbers, "x", Fraction(1)), numbers.constant(Fraction(-2))
    ratio = numbers.quotient(
        number_of(numbers, ("column", "a")), number_of(numbers, ("column", "b"))
    )
    return [
        lambda: numbers.product(open_, open_),
        lambda: numbers.product(open_, exact),
        lambda: numbers.quotient(exact, open_),
        lambda: numbers.extreme("max", [ratio, exact]),
    ]


@pytest.mark.parametrize("place", range(4))
def test_what_has_no_exact_form_is_refused(place: int) -> None:
    with pytest.raises(RuleError):
        refused(Numbers(Nodes()))[place]()
