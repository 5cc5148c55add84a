"""The plain values that a quantity is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Bound = Literal["exact", "min", "max", "about"]
"""How a number is meant: exactly, at least, at most, or roughly."""

Form = Literal["number", "words", "bare", "rank", "top", "fraction", "doubling", "ratio"]
"""How a quantity is written.

`number` digits with a unit (23.29亿元), `words` a Chinese numeral with a unit (三十五家),
`bare` digits without one (9亿, 160以上), `rank` a place (第16位), `top` a group of places
(前40位), `fraction` 三分之二 or 九成, `doubling` 翻一番, `ratio` one term of 8.3∶41.4∶50.3.
"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit, found in a text.

    `value` is in the base unit: money in 元, per cent as written, counts as counts.
    `value_max` is the upper end of a range, else None. `start` and `end` are offsets in the
    text that was searched and take in glued qualifiers (超过75家); `number_start` is where the
    numeral begins. `unit` is in simplified Chinese, empty where there is none.
    """

    start: int
    end: int
    number_start: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    bound: Bound
    form: Form
