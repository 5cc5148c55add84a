"""Frames from a notebook and from parquet meet the same checks as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_data import loaded, prepared

from kechuang.eligibility.data import DataError, Loaded

KEY = {"enterprise_code": ["E1", "E2"]}
Take = Callable[[pl.DataFrame], Loaded]


@pytest.fixture(params=["frame", "parquet"])
def take(request: pytest.FixtureRequest, tmp_path: Path) -> Take:
    def from_parquet(frame: pl.DataFrame) -> Loaded:
        path = tmp_path / "a.parquet"
        frame.write_parquet(path)
        return loaded(path)

    by_name: dict[str, Take] = {
        "frame": lambda frame: prepared({"enterprises": frame}),
        "parquet": from_parquet,
    }
    return by_name[request.param]


@pytest.mark.parametrize(
    ("name", "values", "column", "expected"),
    [
        ("revenue__y0", [100, None], "revenue__y0", [100, None]),
        ("revenue__y1", pl.Series([1, 2], dtype=pl.Int32), "revenue__y1", [1, 2]),
        ("revenue__y0", pl.Series([1, 2], dtype=pl.UInt64), "revenue__y0", [1, 2]),
        ("revenue__y0", [None, None], "revenue__y0", [None, None]),
        ("营业收入（元）", [1.1, None], "revenue__y0", [110, None]),
        ("营业收入（万元）", [0.1 + 0.2, 1e9], "revenue__y0", [3000_00, 10**15]),
        ("营业收入（2023年，元）", [7, 8], "revenue__y1", [700, 800]),
        ("revenue__y0(元)", [Decimal("1.10"), None], "revenue__y0", [110, None]),
        ("营业收入（万元）", ["1,234.5", "缺"], "revenue__y0", [1234_5000_00, None]),
        ("staff_total_quarterly", [475_000, 1], "staff_total_quarterly__y0", [475_000, 1]),
        ("职工总数（季度平均）", [47.5, 12.0], "staff_total_quarterly__y0", [475_000, 120_000]),
        ("职工总数（季度平均）", [47, 12], "staff_total_quarterly__y0", [470_000, 120_000]),
        ("rd_staff", [5, 0], "rd_staff__y0", [5, 0]),
        ("founded_on", [date(2020, 1, 2), None], "founded_on", [date(2020, 1, 2), None]),
        ("founded_on", [datetime(2020, 1, 2), None], "founded_on", [date(2020, 1, 2), None]),  # noqa: DTZ001
        ("成立日期", [date(2020, 1, 2), None], "founded_on", [date(2020, 1, 2), None]),
        ("成立日期", ["2020年1月2日", ""], "founded_on", [date(2020, 1, 2), None]),
        ("resident_enterprise", [True, None], "resident_enterprise", [True, None]),
        ("居民企业", ["是", "否"], "resident_enterprise", [True, False]),
        ("size_class", ["small", "微型"], "size_class", ["small", "micro"]),
        (
            "size_class",
            pl.Series(["small", None]).cast(pl.Categorical),
            "size_class",
            ["small", None],
        ),
        ("行政区划代码", [130402, 130403], "region_code", ["130402", "130403"]),
    ],
)
def test_a_typed_column_becomes_canonical(
    take: Take, name: str, values: Any, column: str, expected: list[Any]
) -> None:
    frame = take(pl.DataFrame({**KEY, name: values})).frames["enterprises"]

    assert frame[column].to_list() == expected


@pytest.mark.parametrize(
    ("name", "values", "code", "row"),
    [
        ("revenue__y0", [1.5, 2.0], "dtype", 0),
        ("revenue__y0", ["1", "2"], "dtype", 0),
        ("revenue__y0", [Decimal("1.5"), None], "dtype", 0),
        ("staff_total_quarterly", [47.5, 1.0], "dtype", 0),
        ("rd_staff", [5.0, 6.0], "dtype", 0),
        ("founded_on", ["2020-01-02", None], "dtype", 0),
        ("resident_enterprise", ["是", None], "dtype", 0),
        ("region_code", [130402, 130403], "dtype", 0),
        ("营业收入（元）", [[1], [2]], "dtype", 0),
        ("营业收入", [1, 2], "no_unit", 0),
        ("revenue__y0", [1, 10**15 + 1], "magnitude", 2),
        ("revenue__y0", pl.Series([1, 2**63], dtype=pl.UInt64), "magnitude", 2),
        ("rd_staff", [0, -1], "negative", 2),
        ("rd_staff", [0, 10**9 + 1], "magnitude", 2),
        ("营业收入（元）", [1.0, float("nan")], "not_number", 2),
        ("营业收入（元）", [1.0, float("inf")], "not_number", 2),
        ("营业收入（元）", [1.0, 1.001], "decimals", 2),
        ("size_class", ["small", "huge"], "not_option", 2),
    ],
)
def test_a_typed_column_that_does_not_fit_is_named(
    take: Take, name: str, values: Any, code: str, row: int
) -> None:
    with pytest.raises(DataError) as caught:
        take(pl.DataFrame({**KEY, name: values}))

    assert [(each.code, each.row) for each in caught.value.problems] == [(code, row)]
    assert name in caught.value.problems[0].column


def test_keys_of_frames_are_checked(take: Take) -> None:
    with pytest.raises(DataError) as caught:
        take(pl.DataFrame({"enterprise_code": ["E1", None, "E1"]}))

    assert [(each.code, each.row) for each in caught.value.problems] == [
        ("key_missing", 2),
        ("key_twice", 3),
    ]


@pytest.mark.parametrize(
    ("frame", "code"),
    [(pl.DataFrame(KEY).clear(), "no_rows"), (pl.DataFrame({"a": [1]}), "no_key")],
)
def test_a_frame_without_rows_or_key_is_refused(take: Take, frame: pl.DataFrame, code: str) -> None:
    with pytest.raises(DataError) as caught:
        take(frame)

    assert [each.code for each in caught.value.problems] == [code]


def test_a_problem_of_a_frame_says_which(take: Take) -> None:
    assert take(pl.DataFrame({**KEY, "别的": [1, 2]})).notes[0].code == "ignored_column"
    with pytest.raises(DataError, match="表“企业” 第 2 行 “rd_staff”列：“-1”是负数"):
        prepared({"企业": pl.DataFrame({**KEY, "rd_staff": [0, -1]})})


def test_frames_are_found_by_name_and_the_subject_is_needed() -> None:
    frame = pl.DataFrame(KEY)
    rows = pl.DataFrame({"enterprise_code": ["E1"], "ip_code": ["P1"], "ip_class": ["I"]})
    found = prepared({"企业": frame, "知识产权": rows, "别的": frame})

    assert sorted(found.frames) == ["enterprises", "ip"]
    assert [note.code for note in found.notes] == ["ignored_sheet"]


@pytest.mark.parametrize(
    ("names", "code"), [(["ip"], "no_subject"), (["企业", "enterprises"], "frame_twice")]
)
def test_the_subject_is_given_once(names: list[str], code: str) -> None:
    frame = pl.DataFrame({**KEY, "ip_code": ["P1", "P2"]})
    with pytest.raises(DataError) as caught:
        prepared(dict.fromkeys(names, frame))

    assert [each.code for each in caught.value.problems] == [code]


def test_what_was_given_is_not_changed() -> None:
    frame = pl.DataFrame({**KEY, "revenue__y0": pl.Series([1, 2], dtype=pl.Int32)})
    before = frame.clone()
    prepared({"enterprises": frame})

    assert frame.equals(before)
    assert frame.columns == before.columns
