"""A damaged file is read or refused with a reason; nothing else ever happens."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import CODE, csv_file, loaded, one_sheet

from kechuang.eligibility.data import CODES, DataError

ROWS = [
    [CODE, "营业收入（万元）", "企业名称", "成立日期"],
    *([f"E{at}", str(at / 8), f"示例市甲县{at}号公司", "2023-01-05"] for at in range(30)),
]


@cache
def sound(form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "parquet":
            pl.DataFrame({"enterprise_code": [row[0] for row in ROWS[1:]]}).write_parquet(path)
        else:
            (csv_file if form == "csv" else one_sheet)(path, ROWS)
        return path.read_bytes()


def found_in(path: Path) -> set[str]:
    try:
        loaded(path)
    except DataError as error:
        return {problem.code for problem in error.problems}
    return set()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
@given(st.data())
@settings(max_examples=60)
def test_damage_is_a_data_error_or_nothing(form: str, data: st.DataObject) -> None:
    content = bytearray(sound(form))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 30))
        content[at : at + length] = data.draw(st.binary(max_size=10))
        if not content:
            break
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        path.write_bytes(bytes(content))
        assert found_in(path) <= set(CODES)
