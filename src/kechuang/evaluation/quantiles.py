"""Quantiles of many columns in pieces, so that no second copy of the whole is held."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.placing import threads

PIECE: Final = 1_000_000
"""Numbers that a thread sorts at a time."""


def quantiles(values: NDArray[Any], shares: Sequence[float], missing: NDArray[np.bool_]) -> Array:
    """Quantiles of each column over its rows, (shares, columns), by linear interpolation.

    `missing`, (columns,), says in which columns some rows are no value: NaN, or 0 where values are
    whole numbers. Those rows are passed over; a column of nothing else has NaN.
    """
    rows, columns = values.shape
    found = np.empty((len(shares), columns))
    step = max(1, PIECE // max(rows, 1))

    def piece(start: int) -> None:
        part = np.ascontiguousarray(values[:, start : start + step].T)
        part.sort(axis=1, kind="stable")  # whole numbers of 16 bits by their digits
        found[:, start : start + step] = _interpolated(part, shares)

    with ThreadPoolExecutor(threads()) as pool:
        for _ in pool.map(piece, range(0, columns, step)):
            pass
    for column in np.flatnonzero(missing):
        line = values[:, column]
        known = line[np.isfinite(line) if line.dtype.kind == "f" else line > 0]
        if known.size:
            found[:, column] = _interpolated(np.sort(known)[None], shares)[:, 0]
        else:
            found[:, column] = np.nan
    return found


def _interpolated(ordered: NDArray[Any], shares: Sequence[float]) -> Array:
    """Quantiles of rows that are in order, (shares, rows)."""
    places = np.asarray(shares, dtype=np.float64) * (ordered.shape[1] - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    low = ordered[:, below].astype(np.float64).T
    high = ordered[:, above].astype(np.float64).T
    return low + (high - low) * (places - below)[:, None]
