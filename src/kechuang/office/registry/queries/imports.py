"""Reading imports: the batches of a region, and every row of one that is not written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.db.models import QuerySet

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.faults import ToldCell
from kechuang.office.registry.imports.staging import (
    CONFLICT,
    ERROR,
    FAULTS,
    STATE,
    WHY,
    slices,
)
from kechuang.office.registry.models import ImportBatch


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of a file that is wrong or in conflict: its number, its cells, or why as a whole."""

    row: int
    state: str
    cells: tuple[ToldCell, ...]
    why: str = ""


def visible(actor: Actor) -> QuerySet[ImportBatch]:
    """The batches that an actor may see, with region and files, newest first."""
    rows = ImportBatch.objects.select_related("region", "file", "marked", "job")
    return limit(rows, actor, "import.view")


def told_rows(batch: ImportBatch) -> Iterator[ToldRow]:
    """Every row that the preview found wrong or in conflict, in the order of the file."""
    if batch.staged is None:
        return
    for part in slices(batch.staged):
        found = part.filter(pl.col(STATE).is_in([ERROR, CONFLICT]))
        for row, state, cells, why in found.select(ROW, STATE, FAULTS, WHY).iter_rows():
            told = json.loads(cells) if cells else ()
            yield ToldRow(row, state, tuple(ToldCell(**cell) for cell in told), why or "")
