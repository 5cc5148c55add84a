"""A parquet file as a table of typed columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from kechuang.eligibility.data.errors import Place
from kechuang.eligibility.data.raw import RawTable, refused


def read_parquet(path: Path, place: Place, is_wanted: Callable[[str], bool]) -> RawTable:
    """The columns of a file whose names are wanted; the headers are all its names.

    Raises:
        RefusedError: the file is damaged.
    """
    try:
        scan = pl.scan_parquet(path)
        names = scan.collect_schema().names()
        wanted = [name for name in names if is_wanted(name)]
        count = scan.select(pl.len()).collect().item()
        cells = scan.select(wanted).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        why = "parquet 文件残缺或内容对不上"
        raise refused("broken", place, "读不下去", why, "重新导出或复制") from error
    place_of = {name: str(at) for at, name in enumerate(names)}
    cells = cells.rename(place_of, strict=False)
    rows = pl.int_range(1, count + 1, eager=True)
    return RawTable(place, tuple(names), cells, rows, is_typed=True)
