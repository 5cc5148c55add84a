"""Whether the rows of frames can be told apart, and to whom they belong."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kechuang.eligibility.data.errors import KEPT, DataProblem, Note, Problems, quoted
from kechuang.eligibility.data.tables import Table
from kechuang.reference.fields import Dictionary

_ROW, _FIRST = "__row", "__first"


def check_keys(table: Table, keys: list[str], dictionary: Dictionary, problems: Problems) -> None:
    """Find rows without a key, and rows with the key of another.

    The rows of a related frame are told apart by their owner's key and their own together: two
    firms may own one patent.
    """
    for key in keys:
        if key in table.faulty:
            continue
        rows = table.rows.filter(table.data[key].is_null())
        field = dictionary.field(table.frame.code, key)
        why = "每一行都要能认出来，合计行和备注行不是数据"
        remedy = f"填上“{field.name}”，或删去这一行"
        problems.extend(
            (
                DataProblem(
                    "key_missing", table.raw.place, row, table.names[key], "", "是空的", why, remedy
                )
                for row in rows.head(KEPT)
            ),
            len(rows),
        )
    _twice(table, keys, problems)


def _twice(table: Table, keys: list[str], problems: Problems) -> None:
    known = table.data.select(keys).with_columns(table.rows.alias(_ROW)).drop_nulls()
    if known.height == known.n_unique(keys):
        return
    firsts = known.with_columns(pl.col(_ROW).min().over(keys).alias(_FIRST))
    again = firsts.filter(pl.col(_ROW) != pl.col(_FIRST)).sort(_ROW)
    remedy = "删去重复的一行；若是两件事，各给一个编号"
    problems.extend(
        (
            DataProblem(
                "key_twice",
                table.raw.place,
                row[_ROW],
                table.names[keys[-1]],
                quoted(row[keys[-1]]),
                "重复",
                f"第 {row[_FIRST]} 行已经有了",
                remedy,
            )
            for row in again.head(KEPT).iter_rows(named=True)
        ),
        again.height,
    )


def unmatched(tables: Mapping[str, Table], dictionary: Dictionary) -> list[Note]:
    """How many rows of each related frame belong to nobody in the frame above it."""
    notes: list[Note] = []
    for table in tables.values():
        above = tables.get(table.frame.of)
        if above is None:
            continue
        key = dictionary.frames[table.frame.of].key
        lost = table.data.filter(~pl.col(key).is_in(above.data[key].implode()))
        if lost.height:
            first = quoted(lost[key][0])
            message = f"有 {lost.height} 行不属于“{above.frame.name}”表里的任何一行，如“{first}”"
            notes.append(Note("unmatched_rows", table.raw.place, message, lost.height))
    return notes
