"""The rule as a person would write it in Polars by hand: `python -m …polars_peer FOLDER`.

`integers` compares shares by multiplying crosswise, which is exact; `floats` divides; `gaps` is
exact too and lets facts be missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial, reduce
from operator import and_, or_

import polars as pl

from bench.eligibility_peers.server import CHUNK, load, serve
from bench.enterprises import AMOUNTS, COUNTS, FLAGS, TWO_HUNDRED_MILLION

STAFF, TECHNICAL, REVENUE, ASSETS, COST, SPENT = map(pl.col, AMOUNTS)
FIRST = pl.col("ip_i")
DIRECT = COUNTS[2:]
STAFF_BANDS = {30: 20, 25: 16, 20: 12, 15: 8, 10: 4}
REVENUE_BANDS = {6: 50, 5: 40, 4: 30, 3: 20, 2: 10}
COST_BANDS = {30: 50, 25: 40, 20: 30, 15: 20, 10: 10}
RESULT_BANDS = {4: 24, 3: 18, 2: 12, 1: 6}
MARK = 60
Table = Callable[[pl.Expr, pl.Expr, dict[int, int]], pl.Expr]


def points(value: int) -> pl.Expr:
    """Points in one byte: there are at most 100."""
    return pl.lit(value, dtype=pl.Int8)


def crosswise(above: pl.Expr, below: pl.Expr, bands: dict[int, int]) -> pl.Expr:
    """The first band whose per cent of `below` is reached by `above`."""
    out = pl.when(below <= 0).then(points(0))
    for percent, given in bands.items():
        out = out.when(above * 100 >= below * percent).then(points(given))
    return out.otherwise(points(0))


def divided(above: pl.Expr, below: pl.Expr, bands: dict[int, int]) -> pl.Expr:
    """The same by division in 64-bit floats."""
    out = pl.when(below <= 0).then(points(0))
    for percent, given in bands.items():
        out = out.when(above / below >= percent / 100).then(points(given))
    return out.otherwise(points(0))


def results() -> pl.Expr:
    """Points for rights of class I, else for the number of those of class II."""
    out = pl.when(FIRST >= 1).then(points(30))
    for least, given in RESULT_BANDS.items():
        out = out.when(pl.col("ip_ii") >= least).then(points(given))
    return out.otherwise(points(0))


def conditions() -> tuple[pl.Expr, pl.Expr]:
    """What has no points: articles 6 (1) to (4), and the confirmation of article 8."""
    flags = reduce(and_, map(pl.col, FLAGS))
    scale = (STAFF <= 5_000_000) & (REVENUE <= TWO_HUNDRED_MILLION)
    return (
        flags & scale & (ASSETS <= TWO_HUNDRED_MILLION),
        reduce(or_, (pl.col(name) >= 1 for name in DIRECT)),
    )


def complete(frame: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Score and verdict where no fact is missing."""
    clear, direct = conditions()
    staff, score = pl.col("staff_score"), pl.col("score")
    return (
        frame.with_columns(
            staff_score=table(TECHNICAL, STAFF, STAFF_BANDS),
            rd_score=pl.max_horizontal(
                table(SPENT, REVENUE, REVENUE_BANDS), table(SPENT, COST, COST_BANDS)
            ),
            ip_score=results(),
        )
        .with_columns(score=staff + pl.col("rd_score") + pl.col("ip_score"))
        .select("score", verdict=clear & (((score >= MARK) & (staff > 0)) | direct))
    )


def with_gaps(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Least and most score, and a verdict that is missing where a missing fact would decide."""
    clear, direct = conditions()

    def most(above: pl.Expr, below: pl.Expr, bands: dict[int, int]) -> pl.Expr:
        open_ = below.is_null() | ((below > 0) & above.is_null())
        top = points(max(bands.values()))
        return pl.when(open_).then(top).otherwise(crosswise(above, below, bands))

    def sides(name: str, table: Table) -> dict[str, pl.Expr]:
        by_revenue = table(SPENT, REVENUE, REVENUE_BANDS)
        by_cost = table(SPENT, COST, COST_BANDS)
        return {
            f"staff_{name}": table(TECHNICAL, STAFF, STAFF_BANDS),
            f"rd_{name}": pl.max_horizontal(by_revenue, by_cost),
        }

    def decided(yes: pl.Expr, no: pl.Expr) -> pl.Expr:
        return pl.when(yes).then(True).when(no).then(False)

    low, high = pl.col("low"), pl.col("high")
    enough = decided(low >= MARK, high < MARK)
    staffed = decided(pl.col("staff_low") > 0, pl.col("staff_high") <= 0)
    return (
        frame.with_columns(
            **sides("low", crosswise),
            **sides("high", most),
            ip_low=results(),
            ip_high=pl.when(FIRST.is_null())
            .then(points(30))
            .when((FIRST < 1) & pl.col("ip_ii").is_null())
            .then(points(24))
            .otherwise(results()),
        )
        .with_columns(
            low=pl.col("staff_low") + pl.col("rd_low") + pl.col("ip_low"),
            high=pl.col("staff_high") + pl.col("rd_high") + pl.col("ip_high"),
        )
        .select("low", "high", verdict=clear & ((enough & staffed) | direct))
    )


def main() -> None:
    """Serve the runs of one folder."""
    pl.Config.set_streaming_chunk_size(CHUNK)
    frame = load(sys.argv[1], [*FLAGS, *AMOUNTS, *COUNTS]).lazy()
    queries = {
        "integers": complete(frame, crosswise),
        "floats": complete(frame, divided),
        "gaps": with_gaps(frame),
    }
    runs = {name: partial(query.collect, engine="streaming") for name, query in queries.items()}
    serve(runs, lambda out: out)


if __name__ == "__main__":
    main()
