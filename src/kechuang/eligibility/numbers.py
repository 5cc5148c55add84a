"""Exact arithmetic on ranges: sums, products and comparisons without a division."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

from kechuang.eligibility.lowered import Range
from kechuang.eligibility.nodes import Node, Nodes
from kechuang.rulebook.errors import RuleError


class Numbers:
    """Operations on `Range`; the nodes that they need are made in `nodes`."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes

    def constant(self, value: Fraction) -> Range:
        """A known number."""
        node = self.nodes.constant(value.numerator)
        return Range(node, node, None, Fraction(1, value.denominator), value, value)

    def of(self, node: Node, factor: Fraction) -> Range:
        """A number that a node holds in some unit."""
        return Range(node, node, None, factor)

    def is_constant(self, number: Range) -> Fraction | None:
        """The value of a known number."""
        if number.divisor is None and number.is_exact and number.low.kind == "constant":
            value = number.low.value
            if isinstance(value, int):
                return value * number.factor
        return None

    # --- arithmetic

    def product(self, left: Range, right: Range) -> Range:
        """left × right."""
        low, high = self._scaled_ends(left, right)
        divisor = self._both(left.divisor, right.divisor)
        return Range(low, high, divisor, left.factor * right.factor)

    def _scaled_ends(self, left: Range, right: Range) -> tuple[Node, Node]:
        if left.is_exact and right.is_exact:
            node = self.nodes.mul(left.low, right.low)
            return node, node
        known = self.is_constant(right)
        if known is None:
            left, right = right, left
            known = self.is_constant(right)
        if known is None or known < 0:
            why = "缺数据时它是一个范围，范围只能乘以正的常数"
            raise RuleError("type", "得分不能这样相乘", why, "改成表格或常数倍")
        times = self.nodes.mul
        return times(left.low, right.low), times(left.high, right.low)

    def quotient(self, left: Range, right: Range) -> Range:
        """left ÷ right; without a value where right is not positive."""
        known = self.is_constant(right)
        if known is not None and known > 0:
            return Range(left.low, left.high, left.divisor, left.factor / known)
        if not right.is_exact:
            why = "除数缺数据时是一个范围"
            raise RuleError("type", "得分和行数不能作除数", why, "改用字段作除数")
        low = left.low if right.divisor is None else self.nodes.mul(left.low, right.divisor)
        high = left.high if right.divisor is None else self.nodes.mul(left.high, right.divisor)
        if left.is_exact:
            high = low
        divisor = self._both(left.divisor, right.low)
        if right.divisor is not None and divisor is not None:
            divisor = self._where_positive(right.divisor, divisor)
        return Range(low, high, divisor, left.factor / right.factor)

    def total(self, items: Sequence[Range], signs: Sequence[int] | None = None) -> Range:
        """The sum, each with its sign."""
        signs = signs or [1] * len(items)
        factor = Fraction(
            gcd(*(item.factor.numerator for item in items)),
            lcm(*(item.factor.denominator for item in items)),
        )
        divisors = {item.divisor.number: item.divisor for item in items if item.divisor is not None}
        divisor: Node | None = None
        for each in divisors.values():
            divisor = self._both(divisor, each)
        lows: list[Node] = []
        highs: list[Node] = []
        for item, sign in zip(items, signs, strict=True):
            weight = sign * int(item.factor / factor)
            low, high = (self.nodes.times(end, weight) for end in (item.low, item.high))
            for number, each in divisors.items():
                if item.divisor is None or item.divisor.number != number:
                    low, high = self.nodes.mul(low, each), self.nodes.mul(high, each)
            lows.append(low if sign > 0 else high)
            highs.append(high if sign > 0 else low)
        low = self.nodes.add(lows)
        exact = all(item.is_exact for item in items)
        return Range(low, low if exact else self.nodes.add(highs), divisor, factor)

    def _both(self, left: Node | None, right: Node | None) -> Node | None:
        """The divisor of a product; two that are negative have no value, though it is positive."""
        if left is None or right is None:
            return right if left is None else left
        return self._where_positive(left, self.nodes.mul(left, right))

    def _where_positive(self, one: Node, divisor: Node) -> Node:
        zero = self.nodes.constant(0)
        return self.nodes.choose(self.nodes.compare("<=", one, zero), zero, divisor)

    def extreme(self, op: Literal["min", "max"], items: Sequence[Range]) -> Range:
        """The least or greatest of several numbers without divisors."""
        if any(item.divisor is not None for item in items):
            why = "比值可能不存在"
            raise RuleError("type", f"{op}( ) 里不能有除法", why, "分别比较，用 and 或 or 连接")
        factor = Fraction(
            gcd(*(item.factor.numerator for item in items)),
            lcm(*(item.factor.denominator for item in items)),
        )
        weights = [int(item.factor / factor) for item in items]
        pairs = list(zip(items, weights, strict=True))
        low = self.nodes.extreme(op, [self.nodes.times(item.low, w) for item, w in pairs])
        if all(item.is_exact for item in items):
            return Range(low, low, None, factor)
        high = self.nodes.extreme(op, [self.nodes.times(item.high, w) for item, w in pairs])
        return Range(low, high, None, factor)

    # --- comparison

    def compare(self, op: str, left: Range, right: Range) -> Node:
        """Whether `left op right`; unknown only where the ranges leave it open."""
        guards = [
            self.nodes.compare(">", each, self.nodes.constant(0))
            for each in (left.divisor, right.divisor)
            if each is not None
        ]
        return self.nodes.all([*guards, self._compared(op, left, right)])

    def _compared(self, op: str, left: Range, right: Range) -> Node:
        if left.is_exact and right.is_exact:
            return self._ends(op, left, left.low, right, right.low)
        if op == "=":
            return self.nodes.all(
                [self._compared(">=", left, right), self._compared("<=", left, right)]
            )
        if op == "!=":
            return self.nodes.any(
                [self._compared(">", left, right), self._compared("<", left, right)]
            )
        upward = op in {">", ">="}
        sure = (left.low, right.high) if upward else (left.high, right.low)
        possible = (left.high, right.low) if upward else (left.low, right.high)
        holds = self._ends(op, left, sure[0], right, sure[1])
        can_hold = self._ends(op, left, possible[0], right, possible[1])
        nodes, unknown = self.nodes, self.nodes.unknown("truth")
        if not holds.nullable:
            return nodes.any([holds, nodes.all([can_hold, unknown])])
        refused = nodes.choose(nodes.negation(can_hold), nodes.constant(value=False), unknown)
        return nodes.choose(holds, nodes.constant(value=True), refused)

    def _ends(self, op: str, left: Range, one: Node, right: Range, other: Node) -> Node:
        """Cross-multiplied: one / left.divisor × left.factor op other / right.divisor × …."""
        if right.divisor is not None:
            one = self.nodes.mul(one, right.divisor)
        if left.divisor is not None:
            other = self.nodes.mul(other, left.divisor)
        ratio = left.factor / right.factor
        one_weight, other_weight = ratio.numerator, ratio.denominator
        constant = other.kind == "constant" and isinstance(other.value, int)
        if constant and one_weight > 1 and left.divisor is None:
            limit = _limit(op, Fraction(int(str(other.value)) * other_weight, one_weight))
            if limit is not None:
                return self.nodes.compare(op, one, self.nodes.constant(limit))
        return self.nodes.compare(
            op, self.nodes.times(one, one_weight), self.nodes.times(other, other_weight)
        )


def _limit(op: str, value: Fraction) -> int | None:
    """The whole number that stands for a fraction in a comparison with whole numbers."""
    if value.denominator == 1:
        return value.numerator
    if op in {">=", "<"}:
        return -(-value.numerator // value.denominator)
    if op in {">", "<="}:
        return value.numerator // value.denominator
    return None
