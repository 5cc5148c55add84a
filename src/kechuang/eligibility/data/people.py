"""Canonical frames as people read them: Chinese headers with years and units, plain decimals."""

from __future__ import annotations

from datetime import date

import polars as pl

from kechuang.eligibility.data.words import words
from kechuang.reference.fields import Dictionary, Field, load_dictionary

YES, NO = "是", "否"
_MONEY_PLACES = 38


def for_people(
    frame: pl.DataFrame, of: str, *, as_of: date, dictionary: Dictionary | None = None
) -> pl.DataFrame:
    """The columns of a canonical frame under their Chinese names, in the units of their fields.

    `of` is the frame's code and `as_of` the day whose years the columns count back from. Amounts
    and numbers become exact decimals, yes and no 是 and 否, options their labels. What is no field
    stays as it is. `load_frames` reads the result back, from any format, to the same frame.

    >>> frame = pl.DataFrame({"enterprise_code": ["E1"], "revenue__y0": [236_4000_00]})
    >>> shown = for_people(frame, "enterprises", as_of=date(2025, 6, 1))
    >>> shown.columns, str(shown["营业收入（2024年，万元）"][0])
    (['统一社会信用代码', '营业收入（2024年，万元）'], '236.400000')
    """
    known = dictionary or load_dictionary()
    columns = {
        name: (each, back) for each in known.of(of) for back, name in enumerate(each.columns())
    }
    shown: dict[str, pl.Series] = {}
    for name in frame.columns:
        if name in columns:
            field, back = columns[name]
            header = header_of(field, as_of.year - 1 - back)
            shown[header] = _shown(frame[name], field)
        else:
            shown[name] = frame[name]
    return pl.DataFrame(shown)


def header_of(field: Field, year: int) -> str:
    """The header of a field's column in a file; the year stands there if the field has years."""
    parts = (f"{year}年" if field.period == "year" else "", field.unit)
    inside = "，".join(part for part in parts if part)
    return f"{field.name}（{inside}）" if inside else field.name


def _shown(column: pl.Series, field: Field) -> pl.Series:
    if field.type == "money":
        return _decimal(column, len(str(words().money_units[field.unit])) - 1)
    if field.type == "number" and field.places:
        return _decimal(column, field.places)
    if field.type == "boolean":
        return column.cast(pl.String).replace({"true": YES, "false": NO})
    if field.type == "choice":
        return column.replace(dict(field.options))
    return column


def _decimal(column: pl.Series, places: int) -> pl.Series:
    return column.cast(pl.Decimal(_MONEY_PLACES, places)) / 10**places
