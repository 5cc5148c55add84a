"""The plain values that a quantity is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Bound = Literal["exact", "min", "max", "about"]
"""How a number is meant: exactly, at least, at most, or roughly."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit, found in a text.

    `value` is in the base unit: money in 元, per cent as written, counts as counts.
    `value_max` is the upper end of a range, else None. `start` and `end` are offsets in the
    text that was searched. `unit` is in simplified Chinese, empty where there is none.
    """

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: Bound
