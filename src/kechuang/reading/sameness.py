"""Tells when two readings of one quantity say the same: its value, unit, measure and subject.

People write one thing in several ways: `技术合同成交额` and `技术合同成交总额`, `家` and `个`.
What is taken for the same and what for different is in `sameness.toml`.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class _Rules:
    shared_pairs: float
    longest_containing: int
    shortest_contained: int
    tolerance_per_cent: Decimal
    tolerance_relative: Decimal
    same_unit: Mapping[str, str]
    apart: tuple[tuple[str, ...], ...]
    proportion: tuple[str, ...]
    levels: tuple[str, ...]


@cache
def _rules() -> _Rules:
    text = resources.files("kechuang.reading").joinpath("sameness.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    return _Rules(
        shared_pairs=table["shared_pairs"],
        longest_containing=table["longest_containing"],
        shortest_contained=table["shortest_contained"],
        tolerance_per_cent=Decimal(table["tolerance_per_cent"]),
        tolerance_relative=Decimal(table["tolerance_relative"]),
        same_unit=table["same_unit"],
        apart=tuple(tuple(row) for row in table["measures"]["apart"]),
        proportion=tuple(table["measures"]["proportion"]),
        levels=tuple(table["subjects"]["levels"]),
    )


def same_unit(one: str, other: str) -> bool:
    """Tell whether two units count the same things.

    >>> same_unit("家", "个"), same_unit("％", "%"), same_unit("家", "人")
    (True, True, False)
    """
    return _plain_unit(one) == _plain_unit(other)


def _plain_unit(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).strip()
    return _rules().same_unit.get(plain, plain)


def same_value(one: Decimal | None, other: Decimal | None, unit: str) -> bool:
    """Tell whether two values of a unit differ by no more than rounding.

    >>> same_value(Decimal("33.33"), Decimal(100) / 3, "%"), same_value(Decimal(1), None, "家")
    (True, False)
    """
    if one is None or other is None:
        return one is other
    if _plain_unit(unit) == "%":
        return abs(one - other) <= _rules().tolerance_per_cent
    return abs(one - other) <= _rules().tolerance_relative * max(Decimal(1), abs(one))


def same_measure(one: str | None, other: str | None) -> bool:
    """Tell whether two noun phrases measure the same thing.

    >>> same_measure("技术合同成交额", "技术合同成交总额")
    True
    >>> same_measure("省级科技企业孵化器", "国家级科技企业孵化器")
    False
    """
    if not one or not other:
        return not one and not other
    if one == other:
        return True
    if _told_apart(one, other):
        return False
    rules = _rules()
    pairs, other_pairs = _pairs(one), _pairs(other)
    shared = (pairs & other_pairs).total()
    if 2 * shared >= rules.shared_pairs * (pairs.total() + other_pairs.total()):
        return True
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= rules.shortest_contained
        and short in long
        and len(long) <= rules.longest_containing * len(short)
    )


def _pairs(text: str) -> Counter[str]:
    """Count the pairs of neighbouring characters, punctuation left out."""
    letters = "".join(letter for letter in text if letter.isalnum())
    return Counter(letters[i : i + 2] for i in range(len(letters) - 1)) or Counter([letters])


def _told_apart(one: str, other: str) -> bool:
    for words in _rules().apart:
        in_one = {word for word in words if word in one}
        in_other = {word for word in words if word in other}
        if in_one and in_other and not in_one & in_other:
            return True
    proportion = _rules().proportion
    return any(word in one for word in proportion) != any(word in other for word in proportion)


def same_subject(one: str | None, other: str | None) -> bool:
    """Tell whether two names mean the same body, with or without the regions above it.

    >>> same_subject("示例省示例市甲县", "甲县"), same_subject("甲县", "乙县")
    (True, False)
    """
    return _bare_name(one) == _bare_name(other)


def _bare_name(subject: str | None) -> str:
    name = subject or ""
    while cut := _end_of_upper_region(name):
        name = name[cut:]
    return name


def _end_of_upper_region(name: str) -> int:
    ends = [
        at + len(level)
        for level in _rules().levels
        if (at := name.find(level)) > 0 and at + len(level) < len(name)
    ]
    return min(ends, default=0)
