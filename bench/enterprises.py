"""Made-up enterprises for the technology SME rule, in blocks of parquet: many stand on an edge.

`python -m bench.enterprises FOLDER --rows N --seed S` runs in a process of its own, so that its
memory is nobody else's. A block is a frame of enterprises with its facts and the counts of its
certificates, and the frames of those certificates.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import polars as pl

AS_OF = date(2026, 7, 1)
BLOCK = 1_000_000
FLAGS = (
    "resident_enterprise",
    "books_assessed",
    "rd_collected",
    "industry_allowed",
    "accident_free",
    "environment_clean",
    "integrity_clean",
    "not_listed_abnormal",
)
AMOUNTS = (
    "staff_total_quarterly__y0",
    "technical_staff_quarterly__y0",
    "revenue__y0",
    "total_assets__y0",
    "total_cost__y0",
    "rd_expense_deduction__y0",
)
COUNTS = ("ip_i", "ip_ii", "hnte", "honours_led", "institutions_upper", "standards_led")
FRAMES = ("ip", "titles", "honours", "institutions", "standards")
PERSON = 10_000
"""Numbers of staff keep four places, so a person is 10,000."""
TWO_HUNDRED_MILLION = 20_000_000_000
"""2亿元 in 分."""


class Draw:
    """Random columns: a hash of the row's number, so that a row is the same in every block size."""

    def __init__(self, rows: pl.Series, seed: int) -> None:
        self.rows, self.seed, self.salt = rows, seed, 0

    def bits(self) -> pl.Series:
        """The next 64 random bits of every row."""
        self.salt += 1
        return self.rows.hash(self.seed * 1_000 + self.salt)

    def below(self, end: int) -> pl.Series:
        """Whole numbers from 0 to below `end`."""
        return (self.bits() % end).cast(pl.Int64)

    def share(self) -> pl.Series:
        """Fractions from 0 to below 1."""
        return self.bits().cast(pl.Float64) / 2.0**64

    def holds(self, share: float) -> pl.Series:
        """True in that share of the rows."""
        return self.share() < share

    def day(self, first: date, last: date) -> pl.Series:
        """Days from `first` to `last`."""
        days = self.below((last - first).days + 1).cast(pl.Int32)
        return (days + first.toordinal() - date(1970, 1, 1).toordinal()).cast(pl.Date)

    def one_of(self, *choices: str) -> pl.Series:
        """One of the words; one that is named twice comes twice as often."""
        words = pl.Series(choices, dtype=pl.String)
        return words.gather(self.below(len(choices)))


def credit_codes(rows: pl.Series) -> pl.Series:
    """Codes of eighteen characters that belong to no firm.

    >>> credit_codes(pl.Series([7])).to_list()
    ['910000000000000007']
    """
    return "91" + rows.cast(pl.String).str.zfill(16)


def facts(rows: pl.Series, draw: Draw) -> pl.DataFrame:
    """Facts: 4 % stand on the edge of a band and 2 % a unit below one, 3 % have no revenue."""
    special = draw.below(1_000)
    limit = PERSON * 500
    base = pl.DataFrame({name: draw.share() for name in "uvwxyz"}).with_columns(
        edge=draw.below(10_000), band=draw.below(5)
    )
    base = base.with_columns(
        staff=pl.when(special < 5)
        .then(limit)
        .when(special < 7)
        .then(limit + 1)
        .otherwise((8 * (5 + 650 * pl.col("u") ** 3)).cast(pl.Int64) * (PERSON // 8)),
        revenue=pl.when(special.is_between(10, 14))
        .then(TWO_HUNDRED_MILLION)
        .when(special.is_between(15, 16))
        .then(TWO_HUNDRED_MILLION + 1)
        .when(special.is_between(20, 49))
        .then(0)
        .otherwise((10 ** (7 + 3.6 * pl.col("v"))).cast(pl.Int64)),
    ).with_columns(
        assets=pl.when(special.is_between(50, 54))
        .then(TWO_HUNDRED_MILLION)
        .when(special.is_between(55, 56))
        .then(TWO_HUNDRED_MILLION + 1)
        .otherwise((pl.col("revenue") * (0.2 + 1.2 * pl.col("w"))).cast(pl.Int64) + 1_000_000),
        cost=pl.when(special >= 995)
        .then(0)
        .otherwise((pl.col("revenue") * (0.5 + 0.7 * pl.col("x"))).cast(pl.Int64) + 300_000),
    )
    ordered = ("staff", "technical", "revenue", "assets", "cost", "rd")
    return _on_edges(base).select(
        credit_codes(rows).alias("enterprise_code"),
        *(draw.holds(0.97).alias(name) for name in FLAGS),
        *(pl.col(short).alias(name) for short, name in zip(ordered, AMOUNTS, strict=True)),
    )


def _on_edges(base: pl.DataFrame) -> pl.DataFrame:
    """Add technical staff and R&D expense. `edge` says which of them stands on a band's edge."""
    near, lower = pl.col("edge") < 600, (pl.col("edge") >= 400).cast(pl.Int64)
    ratio, band = pl.col("edge") % 3, pl.col("band")

    def part(whole: str, percent: pl.Expr) -> pl.Expr:
        return (pl.col(whole) // 100 * percent - lower).clip(0)

    def rounded(whole: str, step: int, which: int) -> pl.Expr:
        value = pl.col(whole)
        return pl.when(near & (ratio == which)).then(value // step * step).otherwise(value)

    return base.with_columns(
        staff=rounded("staff", PERSON, 0),
        revenue=rounded("revenue", 100, 1),
        cost=rounded("cost", 100, 2),
    ).with_columns(
        technical=pl.when(near & (ratio == 0))
        .then(part("staff", band * 5 + 10))
        .otherwise((pl.col("staff") * pl.col("y") * 0.5).cast(pl.Int64) // 1_250 * 1_250),
        rd=pl.when(near & (ratio == 1))
        .then(part("revenue", band + 2))
        .when(near & (ratio == 2))
        .then(part("cost", band * 5 + 10))
        .when(pl.col("y") < 0.5)
        .then((pl.col("revenue") * pl.col("z") * 0.12).cast(pl.Int64))
        .otherwise((pl.col("cost") * pl.col("z") * 0.36).cast(pl.Int64)),
    )


def certificates(codes: pl.Series, draw: Draw) -> dict[str, pl.DataFrame]:
    """One certificate of ip an enterprise on average, the other frames sparse; in no order."""
    first = int(draw.rows[0]) * 8
    owned = pl.Series([0] * 60 + [1] * 15 + [2] * 8 + [3] * 6 + [4] * 6 + [5] * 5)
    owners = {
        "ip": codes.repeat_by(owned.gather(draw.below(100))).explode().drop_nulls(),
        "titles": codes.filter(draw.holds(0.12)),
        "honours": codes.filter(draw.holds(0.02)),
        "institutions": codes.filter(draw.holds(0.05)),
        "standards": codes.filter(draw.holds(0.03)),
    }
    return {
        name: _certificate(name, owner, first, draw.seed + number)
        for number, (name, owner) in enumerate(owners.items(), start=1)
    }


def _certificate(frame: str, owner: pl.Series, first: int, seed: int) -> pl.DataFrame:
    draw = Draw(pl.int_range(first, first + len(owner), eager=True), seed)
    before, after = date(AS_OF.year - 8, 1, 1), date(AS_OF.year + 12, 12, 31)
    columns = {
        "ip": lambda: {
            "ip_class": draw.one_of("I", *["II"] * 6),
            "granted_on": draw.day(before, AS_OF),
            "expires_on": draw.day(date(AS_OF.year - 1, 1, 1), after),
            "status": draw.one_of(*["valid"] * 8, "lapsed", "pending"),
        },
        "titles": lambda: {
            "title": draw.one_of("hnte", "hnte", "innovative_sme"),
            "issued_on": draw.day(date(AS_OF.year - 3, 1, 1), AS_OF),
            "expires_on": draw.day(date(AS_OF.year - 1, 1, 1), date(AS_OF.year + 3, 1, 1)),
            "status": draw.one_of(*["valid"] * 8, "cancelled", "expired"),
        },
        "honours": lambda: {
            "level": draw.one_of("national", "provincial", "municipal"),
            "rank": draw.below(6) + 1,
            "granted_on": draw.day(before, AS_OF),
        },
        "institutions": lambda: {
            "level": draw.one_of("national", "provincial", "municipal", "county", "own"),
            "recognised_on": draw.day(before, AS_OF),
            "status": draw.one_of(*["valid"] * 8, "cancelled"),
        },
        "standards": lambda: {
            "level": draw.one_of("international", "national", "industry", "local", "group"),
            "rank": draw.below(8) + 1,
            "issued_on": draw.day(before, AS_OF),
        },
    }
    mixed = draw.bits()
    made = pl.DataFrame({"enterprise_code": owner, **columns[frame]()})
    return made.select(pl.all().sort_by(mixed))


def counts(codes: pl.Series, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What the rule counts of each enterprise's certificates, written by hand."""
    day, since = pl.lit(AS_OF), pl.lit(AS_OF.replace(year=AS_OF.year - 5))
    valid, upper = pl.col("status") == "valid", pl.col("level").is_in(["national", "provincial"])
    alive = valid & (pl.col("expires_on") >= day)
    led = pl.col("level").is_in(["international", "national", "industry"]) & (pl.col("rank") <= 5)
    which = {
        "ip_i": ("ip", alive & (pl.col("granted_on") <= day) & (pl.col("ip_class") == "I")),
        "ip_ii": ("ip", alive & (pl.col("granted_on") <= day) & (pl.col("ip_class") == "II")),
        "hnte": ("titles", alive & (pl.col("issued_on") <= day) & (pl.col("title") == "hnte")),
        "honours_led": (
            "honours",
            (pl.col("level") == "national")
            & (pl.col("rank") <= 3)
            & pl.col("granted_on").is_between(since, day),
        ),
        "institutions_upper": ("institutions", upper & valid & (pl.col("recognised_on") <= day)),
        "standards_led": (
            "standards",
            led & pl.col("issued_on").is_between(since, day),
        ),
    }
    out = pl.DataFrame({"enterprise_code": codes})
    for name, (frame, condition) in which.items():
        found = frames[frame].filter(condition).group_by("enterprise_code").len(name)
        out = out.join(found, on="enterprise_code", how="left", maintain_order="left")
    return out.select(pl.col(COUNTS).fill_null(0).cast(pl.Int64))


def with_gaps(frame: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """The same enterprises with 3 % of every column missing."""
    return frame.with_columns(
        pl.when(draw.holds(0.97)).then(name).alias(name) for name in (*FLAGS, *AMOUNTS, *COUNTS)
    )


def write(folder: Path, rows: int, seed: int) -> None:
    """Write the blocks: `complete`, `gaps` and one folder for each frame of certificates."""
    for name in ("complete", "gaps", *FRAMES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for start in range(0, rows, BLOCK):
        numbers = pl.int_range(start, min(start + BLOCK, rows), eager=True)
        draw = Draw(numbers, seed)
        made = facts(numbers, draw)
        owned = certificates(made["enterprise_code"], draw)
        made = made.hstack(counts(made["enterprise_code"], owned))
        part = f"{start // BLOCK:04}.parquet"
        made.write_parquet(folder / "complete" / part)
        with_gaps(made, draw).write_parquet(folder / "gaps" / part)
        for name, frame in owned.items():
            frame.write_parquet(folder / name / part)
    (folder / "ready").touch()


def main() -> None:
    """Write enterprises into a folder."""
    parser = argparse.ArgumentParser(prog="bench.enterprises", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    write(options.folder, options.rows, options.seed)


if __name__ == "__main__":
    main()
