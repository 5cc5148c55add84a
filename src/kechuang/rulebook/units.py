"""Units of literals and fields: what may be added and compared, and by which factor."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

Dimension = tuple[tuple[str, int], ...]
"""Base units and their powers, sorted: money per person is (("money", 1), ("人", -1))."""

PLAIN: Dimension = ()
MONEY: Dimension = (("money", 1),)
POINTS: Dimension = (("points", 1),)
TIME_BASES = frozenset({"day", "month", "year"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is written: its dimension, and how many canonical units it holds."""

    written: str
    dimension: Dimension
    factor: Fraction


@cache
def unit_table() -> Mapping[str, Unit]:
    """Every unit that a literal or a field may carry.

    >>> unit_table()["万元"].factor
    Fraction(1000000, 1)
    """
    data = tomllib.loads(files("kechuang.rulebook").joinpath("units.toml").read_text("utf-8"))
    table: dict[str, Unit] = {}
    for base, spellings in data["scaled"].items():
        dimension = PLAIN if base == "share" else ((base, 1),)
        for written, factor in spellings.items():
            table[written] = Unit(written, dimension, Fraction(factor))
    for written in data["counts"]:
        table[written] = Unit(written, ((written, 1),), Fraction(1))
    return table


def unit_of(written: str) -> Unit:
    """The unit of that spelling; an empty one is a plain number. KeyError where there is none."""
    return unit_table()[written] if written else Unit("", PLAIN, Fraction(1))


def times(one: Dimension, other: Dimension, sign: int = 1) -> Dimension:
    """The dimension of a product, or with sign -1 of a quotient.

    >>> times(MONEY, MONEY, -1)
    ()
    """
    powers = dict(one)
    for base, power in other:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def is_count(dimension: Dimension) -> bool:
    """Whether a bare number may stand for it: a single unit of counting, such as 人 or 件."""
    if len(dimension) != 1 or dimension[0][1] != 1:
        return False
    return dimension[0][0] in unit_table() and dimension[0][0] not in TIME_BASES


def name_of(dimension: Dimension) -> str:
    """A dimension in words for a message.

    >>> name_of(MONEY)
    '元'
    """
    if not dimension:
        return "比值"
    words = {"money": "元", "dollar": "美元", "points": "分", "day": "天", "month": "月"}
    words |= {"year": "年", "area": "平方米"}
    over = "·".join(words.get(base, base) for base, power in dimension if power > 0)
    under = "·".join(words.get(base, base) for base, power in dimension if power < 0)
    return f"{over or '1'}/{under}" if under else over
