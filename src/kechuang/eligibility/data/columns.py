"""Whole columns of text to typed columns: the usual spellings at once, the others cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import polars as pl

from kechuang.eligibility.data.cells import Fault, Value, is_code, value_of
from kechuang.eligibility.data.headers import NUMERIC, Meaning
from kechuang.eligibility.data.words import words
from kechuang.reference.fields import Field

TYPES: Final[Mapping[str, pl.DataType]] = {
    "money": pl.Int64(),
    "count": pl.Int64(),
    "number": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "code": pl.String(),
    "choice": pl.String(),
    "text": pl.String(),
}
INVISIBLE: Final = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
"""Characters that pasting leaves in cells and that nobody sees."""
PLAIN_CODE: Final = "^[0-9A-Za-z_-]{2,}$"
"""Codes that stay as they are; a single dash is missing."""
DIGITS: Final = 18
"""Decimal digits that always fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A typed column; `texts` is what stood there, and `faults` what is wrong, by that text."""

    values: pl.Series
    texts: pl.Series
    faults: Mapping[str, Fault]


def converted(column: pl.Series, meaning: Meaning, *, computed: bool = False) -> Converted:
    """The values of a column of text; null is missing, and so is what has a fault.

    See `cells.value_of` for what a cell may hold; this gives the same for every cell.
    """
    texts = column.str.strip_chars()
    if texts.str.contains(INVISIBLE).any():
        texts = texts.str.replace_all(INVISIBLE, "").str.strip_chars()
    texts = texts.set(texts.is_in(words().spelled_missing), None)
    field_type = meaning.field.type
    if field_type in NUMERIC:
        values, taken = _numbers(texts, meaning)
    elif field_type in {"code", "text"}:
        values, taken = _texts(texts, meaning.field)
    else:
        values, taken = nothing(len(texts), TYPES[field_type]), texts.is_null()
    return _with_the_rest(values, taken, texts, meaning, computed=computed)


def nothing(length: int, dtype: pl.DataType) -> pl.Series:
    """A column in which everything is missing."""
    return pl.Series("nothing", [None], dtype=dtype).new_from_index(0, length)


def _numbers(texts: pl.Series, meaning: Meaning) -> tuple[pl.Series, pl.Series]:
    """The numbers that are written plainly, and which rows those are."""
    places = _power_of_ten(meaning.factor)
    if places is None or places >= DIGITS:
        return nothing(len(texts), pl.Int64()), texts.is_null()
    decimals = f"(\\.[0-9]{{1,{places}}})?" if places else ""
    grouped = "|[0-9]{1,3}(,[0-9]{3})+" if texts.str.contains(",", literal=True).any() else ""
    plain = texts.str.contains(f"^-?([0-9]{{1,{DIGITS - places}}}{grouped}){decimals}$")
    written = texts.set(~plain, None)
    if grouped:
        written = written.str.replace_all(",", "", literal=True)
        long = written.str.len_bytes() > DIGITS
        written = written.set(long, None)
    exact = written.cast(pl.Decimal(38, places), strict=False) * 10**places
    values = exact.cast(pl.Int64, strict=False)
    values = values.set(~values.is_between(meaning.least, meaning.field.most), None)
    return values, texts.is_null() | values.is_not_null()


def _power_of_ten(factor: Fraction) -> int | None:
    text = str(factor)
    return len(text) - 1 if text == "1" + "0" * (len(text) - 1) else None


def _texts(texts: pl.Series, field: Field) -> tuple[pl.Series, pl.Series]:
    if is_code(field):
        plain = texts.str.contains(PLAIN_CODE) & ~texts.str.contains_any(list(words().masks))
    else:
        plain = ~texts.str.starts_with("#")
    return texts.set(~plain, None), texts.is_null() | plain


def _with_the_rest(
    values: pl.Series, taken: pl.Series, texts: pl.Series, meaning: Meaning, *, computed: bool
) -> Converted:
    rest = texts.filter(~taken).unique().to_list()
    if not rest:
        return Converted(values, texts, {})
    found: dict[str, Value] = {}
    faults: dict[str, Fault] = {}
    for text in rest:
        value = value_of(text, meaning, computed=computed)
        if isinstance(value, Fault):
            faults[text] = value
        elif value is not None:
            found[text] = value
    if found:
        values = values.zip_with(taken, _mapped(texts, found, values.dtype))
    return Converted(values, texts, faults)


def _mapped(texts: pl.Series, found: Mapping[str, Value], dtype: Any) -> pl.Series:
    new = pl.Series("new", list(found.values()), dtype=dtype)
    old = pl.Series("old", list(found), dtype=pl.String)
    return texts.replace_strict(old, new, default=None, return_dtype=dtype)
