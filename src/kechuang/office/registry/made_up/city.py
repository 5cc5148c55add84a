"""Firms, their facts and certificates in blocks of any size, and as a folder of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from kechuang.office.registry.made_up.certificates import rights_of, titles_of
from kechuang.office.registry.made_up.draw import Draw
from kechuang.office.registry.made_up.facts import YEARS, said_of, standing_of, years_of
from kechuang.office.registry.made_up.firms import firms

FRAMES: Final = ("firms", "yearly", "standing", "titles", "rights")
BLOCK: Final = 100_000
City = Mapping[str, pl.DataFrame]
"""The frames by name; each row names its firm by `code`."""


def make(
    count: int, *, seed: int, today: date, first: int = 1, years: int = YEARS
) -> dict[str, pl.DataFrame]:
    """The firms from number `first` on, with everything that the frames of `FRAMES` hold.

    Money in whole 分, numbers as in a frame. What `firms` has beyond the tables (`number`, `trade`,
    `research`, `head`, `field`, `staff`) says how the figures came about.
    """
    draw = Draw(pl.int_range(first, first + count, eager=True), seed)
    who = firms(draw, today)
    figures = years_of(who, draw, today, years)
    numbered = figures.join(who.select("code", "number"), on="code", maintain_order="left")
    of_rows = Draw(numbered["number"] * 4_096 + numbered["year"].cast(pl.UInt64), seed)
    researches = who.join(
        figures.filter(pl.col("year") == today.year - 1).select("code", "intensity"),
        on="code",
        how="left",
        maintain_order="left",
    )["intensity"].fill_null(value=False)
    return {
        "firms": who,
        "yearly": said_of(figures, of_rows, today.year - 1),
        "standing": standing_of(who, draw, today),
        "titles": titles_of(who, draw, researches, today),
        "rights": rights_of(who, draw, researches, seed, today),
    }


def blocks(
    count: int, *, seed: int, today: date, size: int = BLOCK, years: int = YEARS
) -> Iterator[City]:
    """The same firm by firm, block by block, so that millions need no more memory than a block."""
    for first in range(1, count + 1, size):
        many = min(size, count + 1 - first)
        yield make(many, seed=seed, today=today, first=first, years=years)


def write(folder: Path, count: int, *, seed: int, today: date) -> int:
    """Write them as parquet, a folder for each frame; give the number of rows."""
    total = 0
    for number, block in enumerate(blocks(count, seed=seed, today=today)):
        for name, frame in block.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            frame.write_parquet(folder / name / f"{number:04}.parquet")
            total += frame.height
    return total
