"""Why a rank changed: how much of it is own data, peers' data, peers that came or went, the method.

Each cause can be old or new, so there is a result for every mixture of old and new. A cause's part
is what switching it changes, as the mean over all orders in which the causes can be switched. Such
parts do not depend on an order and sum to the change: the value of Shapley (1953), and where causes
are grouped that of Owen (1977), in which a group's part is what it would be if it were one cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, permutations, product
from typing import TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.ranking import UNRANKED, ranks

Evaluate: TypeAlias = Callable[[Sequence[str], Array], Array]
"""Scores of units, from their names and their values (a row each)."""

OWN, DATA, UNITS, METHOD = "own", "peers' data", "peers", "method"
GROUPS: tuple[tuple[str, ...], ...] = ((OWN,), (DATA, UNITS), (METHOD,))


def split(
    value: Callable[[frozenset[str]], Fraction], groups: Sequence[Sequence[str]]
) -> dict[str, Fraction]:
    """The part of each cause in `value(all causes) - value(no cause)`, exactly.

    `value` is told which causes are new; it is asked once for each mixture.

    >>> split(lambda new: Fraction(len(new) ** 2), [["one"], ["two"], ["three"]])["two"]
    Fraction(3, 1)
    """
    known: dict[frozenset[str], Fraction] = {}

    def result(new: frozenset[str]) -> Fraction:
        if new not in known:
            known[new] = value(new)
        return known[new]

    parts = dict.fromkeys(chain.from_iterable(groups), Fraction(0))
    orders = list(_orders(groups))
    for order in orders:
        new = frozenset[str]()
        for cause in order:
            parts[cause] += result(new | {cause}) - result(new)
            new |= {cause}
    return {cause: part / len(orders) for cause, part in parts.items()}


def _orders(groups: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """All orders of the causes in which those of a group follow each other."""
    for order in permutations(groups):
        for inner in product(*(permutations(group) for group in order)):
            yield list(chain.from_iterable(inner))


@dataclass(frozen=True, slots=True)
class Edition:
    """The units of a year, their values (units, indicators), and how scores come of values.

    Two editions that are compared have the same indicators in their columns, those that only one
    of the methods uses included.
    """

    units: Sequence[str]
    values: Array
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class Parts:
    """What each cause does; the three of `own`, `peers` and `method` sum to the whole change.

    `peers` is the sum of `peers_data` (those that were there both times) and `peers_units` (those
    that came or went).
    """

    own: Fraction
    peers_data: Fraction
    peers_units: Fraction
    method: Fraction

    @property
    def peers(self) -> Fraction:
        """What the others do: their data, and that some came or went."""
        return self.peers_data + self.peers_units

    @property
    def whole(self) -> Fraction:
        """The change itself."""
        return self.own + self.peers + self.method


@dataclass(frozen=True, slots=True)
class Change:
    """A unit before and after. Parts of the rank are places gained: more is better."""

    unit: str
    score_before: float
    score_after: float
    rank_before: int
    rank_after: int
    score: Parts
    places: Parts


@dataclass(frozen=True, slots=True)
class Changes:
    """Of every unit that was there both times, and who came and who went."""

    stayed: Mapping[str, Change]
    entered: Sequence[str]
    left: Sequence[str]


def changes(before: Edition, after: Edition, units: Sequence[str] | None = None) -> Changes:
    """Split what happened to the score and to the rank of units (all that stayed).

    Raises:
        EvaluationError: a unit stands twice, the editions differ in their indicators, a unit that
            is asked for was not there both times, or one has no score in some mixture.
    """
    stayed = [unit for unit in before.units if unit in set(after.units)]
    _check(before, after, stayed if units is None else units, stayed)
    worlds = _Worlds(before, after)
    return Changes(
        {unit: worlds.change(unit) for unit in (stayed if units is None else units)},
        [unit for unit in after.units if unit not in set(before.units)],
        [unit for unit in before.units if unit not in set(after.units)],
    )


def _check(before: Edition, after: Edition, asked: Sequence[str], stayed: Sequence[str]) -> None:
    for edition in (before, after):
        if len(set(edition.units)) < len(edition.units):
            twice = next(unit for unit in edition.units if list(edition.units).count(unit) > 1)
            why = f"“{twice}”在同一年里出现两次"
            raise EvaluationError("unit", "比较不了两年", why, "每个单位每年只留一行")
    if before.values.shape[1] != after.values.shape[1]:
        why = f"一年 {before.values.shape[1]} 项指标，另一年 {after.values.shape[1]} 项"
        raise EvaluationError("column", "比较不了两年", why, "两年的数据列出同样的指标")
    for unit in asked:
        if unit not in stayed:
            why = "不是两年都有这个单位，没有前后两个名次"
            raise EvaluationError("unit", f"“{unit}”没有升降可说", why, "换一个两年都有的单位")


class _Worlds:
    """The mixtures of two editions. Those in which nobody differs from the rest are shared."""

    def __init__(self, before: Edition, after: Edition) -> None:
        self._before, self._after = before, after
        self._rows = (_rows_of(before), _rows_of(after))
        self._shared: dict[tuple[bool, ...], dict[str, tuple[float, int]]] = {}

    def change(self, unit: str) -> Change:
        known: dict[frozenset[str], tuple[float, int]] = {}

        def result(new: frozenset[str]) -> tuple[float, int]:
            if new not in known:
                known[new] = self._result(unit, new)
            return known[new]

        score = split(lambda new: Fraction(result(new)[0]), GROUPS)
        places = split(lambda new: Fraction(-result(new)[1]), GROUPS)
        (score_before, rank_before), (score_after, rank_after) = (
            result(frozenset()), result(frozenset(score)),
        )  # fmt: skip
        return Change(
            unit, score_before, score_after, rank_before, rank_after,
            *(Parts(*(each[cause] for cause in (OWN, DATA, UNITS, METHOD)))
              for each in (score, places)),
        )  # fmt: skip

    def _result(self, unit: str, new: frozenset[str]) -> tuple[float, int]:
        """Score and rank of the unit where these causes are new."""
        flags = (DATA in new, UNITS in new, METHOD in new)
        if (OWN in new) is not flags[0]:
            found = self._evaluated(flags, unit)[unit]
        else:
            if flags not in self._shared:
                self._shared[flags] = self._evaluated(flags, None)
            found = self._shared[flags][unit]
        if found[1] == UNRANKED:
            why = "把一年的数据换到另一年的算法或另一年的单位中间，它没有得分"
            raise EvaluationError("no_data", f"“{unit}”的升降拆分不了", why, "补上所缺的指标")
        return found

    def _evaluated(
        self, flags: tuple[bool, ...], other: str | None
    ) -> dict[str, tuple[float, int]]:
        """All scores and ranks; `other` has the data of the other year than the rest."""
        data, members, method = flags
        units = (self._after if members else self._before).units
        rows = [self._row(unit, data is not (unit == other)) for unit in units]
        evaluate = (self._after if method else self._before).evaluate
        scores = evaluate(units, np.array(rows))
        found = zip(units, scores, ranks(scores), strict=True)
        return {unit: (float(score), int(place)) for unit, score, place in found}

    def _row(self, unit: str, new: bool) -> Array:
        wanted, instead = self._rows[new], self._rows[not new]
        return wanted[unit] if unit in wanted else instead[unit]


def _rows_of(edition: Edition) -> dict[str, Array]:
    return dict(zip(edition.units, edition.values, strict=True))
