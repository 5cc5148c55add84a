"""Columns that have a type of their own, as in a parquet file or a notebook's frame."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kechuang.eligibility.data.cells import Fault, out_of_range
from kechuang.eligibility.data.columns import TYPES, Converted, converted
from kechuang.eligibility.data.headers import NUMERIC, Meaning


@dataclass(frozen=True, slots=True)
class WrongType:
    """The fault of a column as a whole."""

    fault: Fault


def converted_typed(column: pl.Series, meaning: Meaning) -> Converted | WrongType:
    """The values of a typed column.

    A canonical one must have the type of its field: whole numbers for money, counts and numbers.
    Any other goes the way of text, so that 1234.5 under 营业收入（万元） is 12,345,000 元.
    """
    field, dtype = meaning.field, column.dtype
    if dtype == pl.Null:
        empty = column.cast(TYPES[field.type])
        return Converted(empty, empty.cast(pl.String), {})
    if not _fits(column, meaning):
        return WrongType(_wrong(dtype, meaning))
    if isinstance(dtype, pl.Categorical | pl.Enum) or not meaning.is_canonical:
        return converted(column.cast(pl.String), meaning, computed=dtype.is_float())
    if dtype == pl.String:
        return converted(column, meaning)
    if field.type in NUMERIC:
        return _whole(column, meaning)
    return Converted(column.cast(TYPES[field.type]), column, {})


def _fits(column: pl.Series, meaning: Meaning) -> bool:
    dtype = column.dtype
    if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object):
        return False
    if not meaning.is_canonical:
        return True
    wanted = meaning.field.type
    if wanted in NUMERIC:
        return dtype.is_integer()
    if wanted == "boolean":
        return dtype == pl.Boolean
    if wanted == "date":
        return dtype == pl.Date or isinstance(dtype, pl.Datetime)
    return dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum)


def _wrong(dtype: pl.DataType, meaning: Meaning) -> Fault:
    field = meaning.field
    what = f"的类型是 {dtype}，应为 {TYPES[field.type]}"
    if field.type == "money":
        why = "列名是字段代码时金额是以分计的整数；小数存不准钱"
        return Fault("dtype", what, why, f"换算成分，或把列名写成“{field.name}（元）”")
    if field.type == "number":
        why = f"列名是字段代码时它是最末一位小数（{field.places} 位）的整数"
        return Fault("dtype", what, why, f"换算成整数，或把列名写成“{field.name}”")
    return Fault("dtype", what, f"“{field.name}”是 {field.type}", "转换类型后再存")


def _whole(column: pl.Series, meaning: Meaning) -> Converted:
    values = column.cast(pl.Int64, strict=False)
    outside = column.is_not_null() & (
        values.is_null() | ~values.is_between(meaning.least, meaning.field.most)
    )
    found: list[int] = column.filter(outside).unique().to_list()
    faults = {str(value): out_of_range(value, meaning) for value in found}
    return Converted(values, column.cast(pl.String) if faults else column, faults)
