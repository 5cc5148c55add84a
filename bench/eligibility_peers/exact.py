"""The rule in Python's whole numbers, row by row: what is right is decided here.

`python -m …exact FOLDER RESULT` compares a result with it, on all rows that stand on or beside an
edge and on rows spread evenly over the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import polars as pl

from bench.eligibility_peers.server import load
from bench.enterprises import AMOUNTS, COUNTS, FLAGS, TWO_HUNDRED_MILLION

OTHERS = 200_000
STAFF_BANDS = ((30, 20), (25, 16), (20, 12), (15, 8), (10, 4), (0, 0))
REVENUE_BANDS = ((6, 50), (5, 40), (4, 30), (3, 20), (2, 10), (0, 0))
COST_BANDS = ((30, 50), (25, 40), (20, 30), (15, 20), (10, 10), (0, 0))
Range = tuple[int, int]
Answer = bool | None


def banded(above: int | None, below: int | None, bands: tuple[Range, ...]) -> Range:
    """Least and most points of a share; without a positive divisor there is no share."""
    if below is not None and below <= 0:
        return 0, 0
    if above is None or below is None:
        return 0, bands[0][1]
    got = next(points for percent, points in bands if above * 100 >= percent * below)
    return got, got


def results(first: int | None, second: int | None) -> Range:
    """Least and most points of rights of class I and II."""
    if first is not None and first >= 1:
        return 30, 30
    low, high = (0, 24) if second is None else (6 * min(second, 4), 6 * min(second, 4))
    return low, 30 if first is None else high


def every(answers: Iterable[Answer]) -> Answer:
    """False if any is, else missing if any is."""
    found = set(answers)
    return False if False in found else None if None in found else True


def some(answers: Iterable[Answer]) -> Answer:
    """True if any is, else missing if any is."""
    found = set(answers)
    return True if True in found else None if None in found else False


def at_most(value: int | None, limit: int) -> Answer:
    """Whether a number that may be missing keeps within a limit."""
    return None if value is None else value <= limit


def reached(value: Range, mark: int) -> Answer:
    """Whether points reach a mark, whichever they are."""
    return True if value[0] >= mark else False if value[1] < mark else None


def decide(row: dict[str, Any]) -> tuple[int, int, Answer]:
    """Least and most score, and the verdict."""
    staff, technical, revenue, assets, cost, spent = (row[name] for name in AMOUNTS)
    by_staff = banded(technical, staff, STAFF_BANDS)
    by_revenue = banded(spent, revenue, REVENUE_BANDS)
    by_cost = banded(spent, cost, COST_BANDS)
    by_results = results(row["ip_i"], row["ip_ii"])
    low, high = (
        by_staff[side] + max(by_revenue[side], by_cost[side]) + by_results[side] for side in (0, 1)
    )
    by_score = every((reached((low, high), 60), reached(by_staff, 1)))
    direct = some(None if row[name] is None else row[name] >= 1 for name in COUNTS[2:])
    verdict = every(
        (
            *(row[name] for name in FLAGS),
            at_most(staff, 500 * 10_000),
            at_most(revenue, TWO_HUNDRED_MILLION),
            at_most(assets, TWO_HUNDRED_MILLION),
            some((by_score, direct)),
        )
    )
    return low, high, verdict


def beside_an_edge() -> pl.Expr:
    """Rows whose share or size is that of an edge, or a unit away from it."""
    staff, technical, revenue, assets, cost, spent = map(pl.col, AMOUNTS)
    near = [
        (above * 100 - below * percent).abs() <= 100
        for above, below, bands in (
            (technical, staff, STAFF_BANDS),
            (spent, revenue, REVENUE_BANDS),
            (spent, cost, COST_BANDS),
        )
        for percent, _ in bands[:-1]
    ]
    near += [(value - TWO_HUNDRED_MILLION).abs() <= 1 for value in (revenue, assets)]
    near.append((staff - 500 * 10_000).abs() <= 1)
    return reduce(or_, (each.fill_null(value=False) for each in near))


def main() -> None:
    """Compare a result with whole numbers and print how many rows differ."""
    rows = load(sys.argv[1], [*FLAGS, *AMOUNTS, *COUNTS])
    result = pl.read_parquet(Path(sys.argv[2]))
    if "score" in result.columns:
        result = result.select(low="score", high="score", verdict="verdict")
    stride = max(1, rows.height // OTHERS)
    chosen = beside_an_edge() | (pl.int_range(pl.len()) % stride == 0)
    kept = rows.select(chosen).to_series()
    wrong_scores = wrong_verdicts = 0
    given = result.filter(kept).iter_rows()
    for row, (low, high, verdict) in zip(
        rows.filter(kept).iter_rows(named=True), given, strict=True
    ):
        right = decide(row)
        wrong_scores += right[:2] != (low, high)
        wrong_verdicts += right[2] is not verdict
    print(json.dumps({"rows": kept.sum(), "scores": wrong_scores, "verdicts": wrong_verdicts}))


if __name__ == "__main__":
    main()
