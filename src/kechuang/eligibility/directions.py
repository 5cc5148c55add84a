"""For each part of a verdict whether it helps that it holds, or grows, or the opposite, or both.

A search needs this to know which changes of a comparison can be of use: `not` and a table that
gives nothing over a divisor of zero turn the direction round.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from kechuang.eligibility.nodes import Node, walk

UP: Final = 1
"""It helps that a truth holds or that a number is larger."""
DOWN: Final = 2
BOTH: Final = UP | DOWN
Span: TypeAlias = tuple[int, int] | None
"""The least and the most that a node can be; None where that is open."""


def directions(verdict: Node) -> dict[int, int]:
    """UP, DOWN or BOTH for the number of each node that matters to a verdict."""
    found: dict[int, int] = {verdict.number: UP}
    nodes = list(walk((verdict,)))
    spans = _spans(nodes)
    for node in reversed(nodes):
        for arg, direction in zip(
            node.args, _of_args(node, found[node.number], spans), strict=True
        ):
            found[arg.number] = found.get(arg.number, 0) | direction
    return found


def turned(direction: int) -> int:
    """The opposite direction."""
    return {UP: DOWN, DOWN: UP}.get(direction, direction)


def _of_args(node: Node, own: int, spans: dict[int, Span]) -> tuple[int, ...]:
    match node.kind:
        case "and" | "or" | "add" | "min" | "max" | "floor_div":
            return (own,) * len(node.args)
        case "not":
            return (turned(own),)
        case "compare":
            return _of_sides(node, own)
        case "mul":
            factor = node.args[1].value if node.args[1].kind == "constant" else None
            if not isinstance(factor, int):
                return (BOTH, BOTH)
            return (own if factor > 0 else turned(own), BOTH)
        case "choose":
            return (_of_condition(node, own, spans), own, own)
        case _:
            # No change makes a fact known or unknown, and texts do not move.
            return (0,) * len(node.args)


def _of_sides(node: Node, own: int) -> tuple[int, int]:
    if node.value in {">", ">="}:
        return (own, turned(own))
    return (turned(own), own) if node.value in {"<", "<="} else (BOTH, BOTH)


def _of_condition(node: Node, own: int, spans: dict[int, Span]) -> int:
    """A condition helps where it leads to the larger of two values."""
    then, otherwise = (spans[arg.number] for arg in node.args[1:])
    if then is None or otherwise is None:
        return BOTH
    if then[0] >= otherwise[1]:
        return own
    return turned(own) if then[1] <= otherwise[0] else BOTH


def _spans(nodes: list[Node]) -> dict[int, Span]:
    spans: dict[int, Span] = {}
    for node in nodes:
        spans[node.number] = _span(node, [spans[arg.number] for arg in node.args])
    return spans


def _span(node: Node, args: list[Span]) -> Span:
    if node.kind == "constant" and isinstance(node.value, int):
        return (int(node.value), int(node.value))
    if node.type == "truth":
        return (0, 1)
    known = [each for each in args if each is not None]
    if len(known) < len(args) or not known:
        return None if node.kind != "choose" else _of_branches(args[1:])
    lows, highs = [low for low, _ in known], [high for _, high in known]
    match node.kind:
        case "add":
            return (sum(lows), sum(highs))
        case "min":
            return (min(lows), min(highs))
        case "max":
            return (max(lows), max(highs))
        case "mul":
            ends = [one * other for one in known[0] for other in known[1]]
            return (min(ends), max(ends))
        case "choose":
            return _of_branches(args[1:])
        case _:
            return None


def _of_branches(branches: list[Span]) -> Span:
    then, otherwise = branches
    if then is None or otherwise is None:
        return None
    return (min(then[0], otherwise[0]), max(then[1], otherwise[1]))
