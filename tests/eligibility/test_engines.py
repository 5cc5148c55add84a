"""What engines take and give beside the verdicts: files, tables, sessions, orders, types."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import psycopg
import pytest

from kechuang.eligibility.batch import run
from kechuang.eligibility.engines import run_on_duckdb, run_on_postgres, run_on_spark
from kechuang.eligibility.frames import frames_of
from kechuang.eligibility.generated import Generator
from kechuang.rulebook.library import load_rulebook

BOOK = load_rulebook()
DAY = date(2026, 7, 1)
RULE = BOOK.find("tech_sme_national", DAY)
KEY = "enterprise_code"


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.DataFrame]:
    made = Generator(RULE, BOOK, DAY, seed=7)
    return frames_of(made.lowered, KEY, made.subjects(200))


@pytest.fixture(scope="module")
def files(frames: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each frame as a parquet file, the subjects as two and in no order."""
    folder = tmp_path_factory.mktemp("parquet")
    for name, frame in frames.items():
        if name != RULE.subject:
            frame.write_parquet(folder / f"{name}.parquet")
    subjects = frames[RULE.subject].sample(fraction=1, shuffle=True, seed=3)
    (folder / "subjects").mkdir()
    subjects.head(80).write_parquet(folder / "subjects" / "0.parquet")
    subjects.tail(-80).write_parquet(folder / "subjects" / "1.parquet")
    return folder


@pytest.fixture(scope="module")
def paths(frames: dict[str, pl.DataFrame], files: Path) -> dict[str, Path]:
    named = {name: files / f"{name}.parquet" for name in frames}
    return {**named, RULE.subject: files / "subjects" / "*.parquet"}


@pytest.fixture(scope="module")
def expected(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return run(RULE, BOOK, frames, DAY)


def test_duckdb_reads_files_and_sorts_by_key(
    paths: dict[str, Path], expected: pl.DataFrame
) -> None:
    found = run_on_duckdb(RULE, BOOK, paths, DAY)

    assert found.equals(expected.sort(KEY))


def test_duckdb_takes_a_file_beside_frames(
    frames: dict[str, pl.DataFrame], paths: dict[str, Path], expected: pl.DataFrame
) -> None:
    found = run_on_duckdb(RULE, BOOK, {**frames, "ip": paths["ip"]}, DAY)

    assert found.equals(expected)


def test_rows_keep_the_order_of_their_frame(frames: dict[str, pl.DataFrame]) -> None:
    turned = {**frames, RULE.subject: frames[RULE.subject].reverse()}

    found = run_on_duckdb(RULE, BOOK, turned, DAY, trace=True)

    assert found.equals(run(RULE, BOOK, turned, DAY, trace=True))


def test_frame_without_rows_gives_none(frames: dict[str, pl.DataFrame]) -> None:
    none = {name: frame.clear() for name, frame in frames.items()}

    found = run_on_duckdb(RULE, BOOK, none, DAY, trace=True)

    assert found.height == 0
    assert found.equals(run(RULE, BOOK, none, DAY, trace=True))


def test_related_frame_that_is_not_there_is_not_known(frames: dict[str, pl.DataFrame]) -> None:
    alone = {RULE.subject: frames[RULE.subject]}

    found = run_on_duckdb(RULE, BOOK, alone, DAY, trace=True)

    assert found.equals(run(RULE, BOOK, alone, DAY, trace=True))


def test_threshold_can_be_set_otherwise(
    frames: dict[str, pl.DataFrame], expected: pl.DataFrame
) -> None:
    overrides = {"staff": Fraction(1)}

    found = run_on_duckdb(RULE, BOOK, frames, DAY, overrides=overrides)

    assert found.equals(run(RULE, BOOK, frames, DAY, overrides=overrides))
    assert not found.equals(expected)


def test_postgres_takes_columns_of_fewer_bits(postgres: psycopg.Connection) -> None:
    """The cross-multiplied sides of a ratio would not fit the 32 bits of the column."""
    postgres.execute(
        "CREATE TEMP TABLE small AS SELECT '1' AS enterprise_code,"
        " 2000000000 AS staff_total_quarterly__y0, 700000000 AS technical_staff_quarterly__y0"
    )

    found = run_on_postgres(RULE, BOOK, {RULE.subject: "small"}, DAY, postgres, trace=True)

    assert found["least_staff_score"].to_list() == [20]


def test_postgres_of_an_empty_table_gives_none(postgres: psycopg.Connection) -> None:
    postgres.execute("CREATE TEMP TABLE nobody (enterprise_code text, revenue__y0 bigint)")

    found = run_on_postgres(RULE, BOOK, {RULE.subject: "nobody"}, DAY, postgres)

    assert found.shape == (0, 4)


def test_spark_session_that_does_not_count_exactly_is_refused() -> None:
    session = SimpleNamespace(conf={"spark.sql.ansi.enabled": "false"})

    with pytest.raises(ValueError, match=r"处理：把 spark\.sql\.ansi\.enabled 设为 true"):
        run_on_spark(RULE, BOOK, {RULE.subject: pl.DataFrame()}, DAY, session)


@pytest.mark.slow
@pytest.mark.requires_java
def test_spark_reads_files_and_sorts_by_key(
    paths: dict[str, Path], expected: pl.DataFrame, spark: Any
) -> None:
    found = run_on_spark(RULE, BOOK, {name: str(each) for name, each in paths.items()}, DAY, spark)

    assert found.equals(expected.sort(KEY))
    assert [each for each in spark.catalog.listTables() if each.name.startswith("kechuang")] == []
