"""What a printed number leaves open: 23.29亿元 is anything that rounds to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kechuang.reading.checks.support.settings import threshold, thresholds
from kechuang.reading.model import Figure

# Beyond every quantity of a report, and yet finite: Decimal's own infinity makes 0 × ∞ an error.
FAR = Decimal(10) ** 40

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")
# No quantity is written longer; the bound keeps megabytes of digits cheap.
_LONGEST_QUOTE = 64
_OPEN_ABOVE = re.compile("[余餘多几幾]")
_NEAR = re.compile("近")
# Units whose bare whole numbers were measured; in all others a whole number was counted.
_MEASURED = frozenset({"%", "百分点", "倍", "元", "美元"})


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`, both included.

    >>> Interval(Decimal(1), Decimal(2)).meets(Interval(Decimal(2), Decimal(3)))
    True
    """

    low: Decimal
    high: Decimal

    def meets(self, other: Interval) -> bool:
        """Whether a value lies in both."""
        return self.low <= other.high and other.low <= self.high

    def widened(self, by: Decimal) -> Interval:
        """The same with `by` more on either side."""
        return Interval(self.low - by, self.high + by)

    def plus(self, other: Interval) -> Interval:
        """All sums of a value of each."""
        return Interval(self.low + other.low, self.high + other.high)

    def minus(self, other: Interval) -> Interval:
        """All differences of a value of each."""
        return Interval(self.low - other.high, self.high - other.low)

    def over(self, other: Interval) -> Interval:
        """All quotients of a value of each; everything where the divisor may be nought.

        >>> Interval(Decimal(1), Decimal(2)).over(Interval(Decimal(4), Decimal(4)))
        Interval(low=Decimal('0.25'), high=Decimal('0.5'))
        """
        if other.low <= 0 or self.low < 0:
            return EVERYTHING
        high = FAR if self.high >= FAR else self.high / other.low
        low = Decimal(0) if other.high >= FAR else self.low / other.high
        return Interval(low, high)

    def times(self, factor: Decimal) -> Interval:
        """Every value times a factor above nought, without leaving ±FAR."""
        return Interval(max(self.low * factor, -FAR), min(self.high * factor, FAR))


EVERYTHING = Interval(-FAR, FAR)


def interval_of(figure: Figure) -> Interval:
    """The values that a figure may stand for, by its decimals and its bound."""
    value, top = figure.value, figure.value_max
    if top is not None:
        return Interval(min(value, top), max(value, top))
    size = _open_size(figure, abs(value), last_place(figure))
    return size if value >= 0 else Interval(-size.high, -size.low)


def _open_size(figure: Figure, size: Decimal, place: Decimal) -> Interval:
    half = place / 2
    if figure.bound == "min":
        if _OPEN_ABOVE.search(figure.quote):
            return Interval(size, size + max(place, _step(figure, size)))
        return Interval(size, FAR)
    if figure.bound == "max":
        return Interval(Decimal(0), size + half)
    if figure.bound == "about":
        if _NEAR.search(figure.quote):
            return Interval(size * (1 - threshold("rounding", "near_below")), size + half)
        by_digits = thresholds("rounding", "about_by_digits")
        known = max(1, min(len(by_digits), _significant_digits(size)))
        return Interval(size, size).widened(max(half, size * by_digits[known - 1]))
    if figure.kind == "growth" and _number_in(figure) is None:
        below = threshold("rounding", "vague_growth_below")
        above = threshold("rounding", "vague_growth_above")
        return Interval(size * (1 - below), size * (1 + above))
    return Interval(max(Decimal(0), size - half), size + half)


def last_place(figure: Figure) -> Decimal:
    """One unit of the last printed place, in the figure's own unit; nought for a counted number."""
    number = _number_in(figure)
    if number is None:
        return Decimal(0)
    digits, decimals = number
    scale = abs(figure.value) / digits if digits else Decimal(1)
    if scale == 1 and decimals == 0 and figure.unit not in _MEASURED:
        return Decimal(0)
    return scale.scaleb(-decimals)


def _number_in(figure: Figure) -> tuple[Decimal, int] | None:
    """The one number in Arabic digits of the quote and its decimals, if there is one only."""
    return _number_of(figure.quote[:_LONGEST_QUOTE])


@lru_cache(maxsize=16384)
def _number_of(quote: str) -> tuple[Decimal, int] | None:
    found = list(_NUMBER.finditer(unicodedata.normalize("NFKC", quote)))
    if len(found) != 1:
        return None
    digits = found[0][0].replace(",", "")
    return (Decimal(digits), len(found[0][1] or "")) if digits.isascii() else None


def _step(figure: Figure, size: Decimal) -> Decimal:
    """How far 余 reaches: to the next number as round as this one (330余 → 340, 2万余 → 3万)."""
    number = _number_in(figure)
    digits = number[0] if number else size
    if not digits:
        return Decimal(0)
    return size / digits * Decimal(1).scaleb(int(_last_digit_exponent(digits)))


def _last_digit_exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _significant_digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)
