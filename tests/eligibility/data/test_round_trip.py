"""The same facts in csv, xlsx and parquet are the same frame."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_data import AS_OF, loaded, prepared

from kechuang.eligibility.data import OutForm, for_people, write_frame
from kechuang.eligibility.data.cells import is_code
from kechuang.eligibility.data.columns import INVISIBLE, TYPES
from kechuang.eligibility.data.words import words
from kechuang.reference import Field, load_dictionary
from kechuang.reference.words import plain_header

DICTIONARY = load_dictionary()
CODES = [each.code for each in DICTIONARY.of("enterprises") if each.code != "enterprise_code"]
MISSING = words().missing
TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12
)


def kept(text: str) -> bool:
    """Whether a text means itself: not missing, no error value, nothing that nobody sees."""
    column = pl.Series([text])
    return (
        text == text.strip()
        and plain_header(text) not in MISSING
        and not text.startswith(("#", "＃"))
        and column.str.strip_chars()[0] == text
        and not column.str.contains(INVISIBLE)[0]
    )


def values(field: Field) -> st.SearchStrategy[Any]:
    if field.type in {"money", "count", "number"}:
        least = 0 if field.type == "count" else -field.most
        return st.integers(least, field.most)
    if field.type == "boolean":
        return st.booleans()
    if field.type == "date":
        return st.dates(date(1900, 3, 1), date(9999, 12, 31))
    if field.type == "choice":
        return st.sampled_from(sorted(field.options))
    if is_code(field):
        return st.from_regex(r"[0-9A-Z]{2,8}", fullmatch=True).filter(
            lambda each: "X" * 3 not in each
        )
    return TEXTS.filter(kept)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    height = draw(st.integers(1, 5))
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6))
    columns = {"enterprise_code": pl.Series([f"E{at}" for at in range(height)])}
    for each in DICTIONARY.of("enterprises"):
        if each.code in codes:
            for name in each.columns():
                cells = st.none() | values(each)
                drawn = draw(st.lists(cells, min_size=height, max_size=height))
                columns[name] = pl.Series(drawn, dtype=TYPES[each.type])
    return pl.DataFrame(columns)


def written_and_read(frame: pl.DataFrame, form: OutForm) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        write_frame(frame, path, form)
        return loaded(path).frames["enterprises"]


@given(frames())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_form_gives_back_the_same_frame(frame: pl.DataFrame) -> None:
    shown = for_people(frame, "enterprises", as_of=AS_OF)

    assert written_and_read(frame, "parquet").equals(frame)
    assert written_and_read(shown, "parquet").equals(frame)
    assert written_and_read(shown, "csv").equals(frame)
    assert written_and_read(shown, "xlsx").equals(frame)
    assert prepared({"enterprises": frame}).frames["enterprises"].equals(frame)
    assert prepared({"企业": shown}).frames["enterprises"].equals(frame)
