"""Rows as they were read and compared, kept in a file until they are written.

One row of the file is one row of the sheet. What was previewed is what is written: the writing
reads these rows and not the workbook again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import polars as pl

from kechuang.office.ground.files import open_file
from kechuang.office.ground.models import StoredFile
from kechuang.office.registry.imports.faults import ToldCell

parquet: Final[Any] = import_module("pyarrow.parquet")
STATE, WHY, SEEN, FAULTS = "__state", "__why", "__seen", "__faults"
MEDIA_TYPE: Final = "application/vnd.apache.parquet"
NEW, CHANGED, SAME, CONFLICT, ERROR = "new", "changed", "same", "conflict", "error"
STATES: Final = (NEW, CHANGED, SAME, CONFLICT, ERROR)


@dataclass(slots=True)
class Stage:
    """The rows on their way into a file, slice by slice, in a folder that is there for them."""

    folder: Path
    count: int = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Take a slice in."""
        rows.write_parquet(self.folder / f"{self.count:06}.parquet", compression="zstd")
        self.count += 1

    def whole(self) -> Path:
        """All slices in one file, each a row group."""
        target = self.folder / "whole.parquet"
        parts = sorted(self.folder.glob("0*.parquet"))
        schema = parquet.read_schema(parts[0])
        with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
            for part in parts:
                writer.write_table(parquet.read_table(part))
        return target


def slices(stored: StoredFile) -> Iterator[pl.DataFrame]:
    """The staged rows, a slice at a time."""
    with open_file(stored) as stream:
        source = parquet.ParquetFile(io.BytesIO(stream.read()))
    for group in range(source.num_row_groups):
        yield pl.DataFrame(source.read_row_group(group))


def with_states(
    rows: pl.DataFrame,
    states: dict[int, str],
    whys: dict[int, str],
    seen: dict[int, str],
    wrong: dict[int, list[ToldCell]],
) -> pl.DataFrame:
    """The rows with what became of each; the faults of its cells as JSON."""
    numbers: list[int] = rows["__row"].to_list()
    faults = [
        json.dumps([asdict(cell) for cell in wrong[row]], ensure_ascii=False)
        if row in wrong
        else None
        for row in numbers
    ]
    return rows.with_columns(
        pl.Series(STATE, [states.get(row, SAME) for row in numbers], pl.String),
        pl.Series(WHY, [whys.get(row) for row in numbers], pl.String),
        pl.Series(SEEN, [seen.get(row) for row in numbers], pl.String),
        pl.Series(FAULTS, faults, pl.String),
    )
