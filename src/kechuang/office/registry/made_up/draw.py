"""Random columns: each value follows from the number of its row, a seed and what it is for.

SplitMix64 over whole columns: the same on every machine and with every version of the libraries.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

_STEP: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_WORD: Final = 2**64
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Draw:
    """Random columns for rows of these numbers."""

    def __init__(self, numbers: pl.Series, seed: int) -> None:
        self.numbers, self.seed = numbers.cast(pl.UInt64), seed

    def bits(self, what: str) -> pl.Series:
        """64 random bits of every row for this purpose.

        >>> Draw(pl.Series([1, 2]), 7).bits("size").to_list()
        [16861005818078144087, 3359009672967041707]
        """
        salt = (zlib.crc32(what.encode()) * _FIRST + self.seed * _STEP) % _WORD
        mixed = self.numbers * _u64(_STEP) + _u64(salt)
        mixed = (mixed ^ (mixed // _u64(2**30))) * _u64(_FIRST)
        mixed = (mixed ^ (mixed // _u64(2**27))) * _u64(_SECOND)
        return mixed ^ (mixed // _u64(2**31))

    def share(self, what: str) -> pl.Series:
        """Fractions from 0 to below 1."""
        return (self.bits(what) // _u64(2**11)).cast(pl.Float64) / 2.0**53

    def holds(self, what: str, share: float | pl.Series) -> pl.Series:
        """True in that share of the rows."""
        return self.share(what) < share

    def below(self, what: str, end: int) -> pl.Series:
        """Whole numbers from 0 to below `end`."""
        return (self.share(what) * end).cast(pl.Int64)

    def between(self, what: str, low: float, high: float) -> pl.Series:
        """Fractions from `low` to below `high`."""
        return self.share(what) * (high - low) + low

    def normal(self, what: str) -> pl.Series:
        """The normal distribution, cut at five deviations."""
        first = 1.0 - self.share(f"{what} 1")
        second = self.share(f"{what} 2") * (2 * math.pi)
        return ((first.log() * -2.0).sqrt() * second.cos()).clip(-5.0, 5.0)

    def one_of(self, what: str, words: Sequence[str]) -> pl.Series:
        """One of the words; one that stands twice comes twice as often."""
        return pl.Series(list(words), dtype=pl.String).gather(self.below(what, len(words)))

    def weighted(self, what: str, weights: Mapping[str, int]) -> pl.Series:
        """One of the words, as often as its weight says."""
        return self.one_of(what, [word for word, count in weights.items() for _ in range(count)])

    def day(self, what: str, first: date, last: date) -> pl.Series:
        """Days from `first` to `last`."""
        days = self.below(what, (last - first).days + 1) + (first.toordinal() - _EPOCH)
        return days.cast(pl.Int32).cast(pl.Date)


def _u64(value: int) -> pl.Series:
    return pl.Series([value], dtype=pl.UInt64)
