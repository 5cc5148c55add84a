"""Ranks of many draws, faster than by sorting the places of each.

A rounded score is a whole number; with the place of its unit in the low bits it is a key, and
sorting keys orders the units. That is exact, ties included, and sorting plain numbers is quicker
than sorting places by them.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kechuang.evaluation.arrays import Array, Integers
from kechuang.evaluation.ranking import UNRANKED, ranks

BLOCK: Final = 60_000
"""Scores that a thread ranks at a time: its arrays stay in the cache of a core."""
BITS: Final = 62
Places: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Ranks in few bytes; 0 is none."""


def threads() -> int:
    """How many threads work at a time: one a core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ranks_of(scores: Array, decimals: int) -> Places:
    """Competition ranks in each draw, (draws, units), of scores rounded to some decimals.

    The same as `ranks` of each row, in the smallest whole numbers that hold them.
    """
    draws, units = scores.shape
    found: Places = np.empty(scores.shape, dtype=np.uint16 if units < 2**16 else np.uint32)
    step = max(1, BLOCK // max(units, 1))

    def place(start: int) -> None:
        _place(scores[start : start + step], decimals, found[start : start + step])

    with ThreadPoolExecutor(threads()) as pool:
        for _ in pool.map(place, range(0, draws, step)):
            pass
    return found


def _place(scores: Array, decimals: int, found: Places) -> None:
    rows, units = scores.shape
    bits = max(units - 1, 1).bit_length()
    with np.errstate(over="ignore"):
        keys = scores * -(10.0**decimals)
    np.rint(keys, out=keys)
    least, most = keys.min(initial=0), keys.max(initial=0)
    if not (least > -(2.0 ** (BITS - bits)) and most < 2.0 ** (BITS - bits)):
        with np.errstate(over="ignore"):
            rounded = np.round(scores, decimals)
        found[:] = ranks(np.where(np.isfinite(rounded), rounded, scores).T).T
        return
    packed: Integers = keys.astype(np.int64)
    np.left_shift(packed, bits, out=packed)
    np.bitwise_or(packed, np.arange(units, dtype=np.int64), out=packed)
    packed.sort(axis=1)
    who: Integers = np.bitwise_and(packed, (1 << bits) - 1)
    np.right_shift(packed, bits, out=packed)
    np.add(who, np.arange(0, rows * units, units, dtype=np.int64)[:, None], out=who)
    places = np.arange(1, units + 1, dtype=found.dtype)
    equal = packed[:, 1:] == packed[:, :-1]
    tied = equal.any(axis=1)
    if tied.any():
        every = np.broadcast_to(places, scores.shape).copy()
        every[:, 1:][equal] = UNRANKED
        every[tied] = np.maximum.accumulate(every[tied], axis=1)
    else:
        every = np.broadcast_to(places, scores.shape)
    found.reshape(-1)[who.reshape(-1)] = every.reshape(-1)
