"""A rule says the same of every subject on every engine, in every condition, score and amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, TypeAlias

import polars as pl
import psycopg
import pytest

from kechuang.eligibility.batch import AMOUNT, CONDITION, LEAST, MOST, VERDICT, run
from kechuang.eligibility.engines import (
    run_on_duckdb,
    run_on_postgres,
    run_on_python,
    run_on_spark,
)
from kechuang.eligibility.frames import Subject, frames_of
from kechuang.eligibility.generated import Generator, usual_day
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.single import Single
from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Case, Rule

BOOK: Final = load_rulebook()
RULES: Final = {rule.key: rule for rule in BOOK}
SEED: Final = 20261122
CASES: Final = 0
"""Instead of a number of generated subjects: the worked cases of the rule."""
WIDE: Final = ("tech_sme_national@2022", "hnte@2016", "srdi_little_giant@2026")
"""Rules that are always tried on 100,000 subjects."""
TABLES: Final = ("postgres",)
"""Engines that do not look through their columns for gaps, and so count more about related rows."""
POSTGRES_TYPES: Final = {
    pl.String: "TEXT", pl.Int64: "BIGINT", pl.Boolean: "BOOLEAN", pl.Date: "DATE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """Subjects of a rule on one day, one by one and as frames."""

    rule: Rule
    as_of: date
    subjects: Sequence[Subject]

    @property
    def key(self) -> str:
        return BOOK.dictionary.frames[self.rule.subject].key

    def frames(self) -> dict[str, pl.DataFrame]:
        return frames_of(lower_rule(self.rule, BOOK, self.as_of), self.key, self.subjects)


Frames: TypeAlias = Mapping[str, pl.DataFrame]
Engine: TypeAlias = Callable[[Data, Frames], pl.DataFrame]


def one_by_one(data: Data) -> dict[str, tuple[Any, ...]]:
    """What the Python function says of each subject, by result."""
    single = Single(data.rule, BOOK, data.as_of)
    names = [VERDICT, *(f"{CONDITION}{leaf.condition.id}" for leaf in single.lowered.leaves)]
    for code in single.lowered.scores:
        names += [f"{LEAST}{code}", f"{MOST}{code}"]
    if single.lowered.amount is not None:
        names.append(AMOUNT)
    found = [single.values(subject.facts, subject.rows) for subject in data.subjects]
    return dict(zip(names, zip(*found, strict=True), strict=True))


def on_polars(data: Data, frames: Frames) -> pl.DataFrame:
    return run(data.rule, BOOK, frames, data.as_of, trace=True)


def on_duckdb(data: Data, frames: Frames) -> pl.DataFrame:
    return run_on_duckdb(data.rule, BOOK, frames, data.as_of, trace=True)


def on_python(data: Data, frames: Frames) -> pl.DataFrame:
    return run_on_python(data.rule, BOOK, frames, data.as_of, trace=True)


def on_postgres(connection: psycopg.Connection) -> Engine:
    def engine(data: Data, frames: Frames) -> pl.DataFrame:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS bureau CASCADE")
            cursor.execute("CREATE SCHEMA bureau")
            for name, frame in frames.items():
                fill(cursor, f'bureau."{name}"', frame)
        tables = {name: f"bureau.{name}" for name in frames}
        return run_on_postgres(data.rule, BOOK, tables, data.as_of, connection, trace=True)

    return engine


def fill(cursor: Any, table: str, frame: pl.DataFrame) -> None:
    """Make a table of a frame."""
    columns = [f'"{name}" {POSTGRES_TYPES[type(kind)]}' for name, kind in frame.schema.items()]
    cursor.execute(f"CREATE UNLOGGED TABLE {table} ({', '.join(columns)})")
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        copy.write(frame.write_csv(include_header=False).encode())
    cursor.execute(f"ANALYZE {table}")


def on_spark(session: Any) -> Engine:
    def engine(data: Data, frames: Frames) -> pl.DataFrame:
        return run_on_spark(data.rule, BOOK, frames, data.as_of, session, trace=True)

    return engine


@pytest.fixture
def engines(request: pytest.FixtureRequest, names: tuple[str, ...]) -> dict[str, Engine]:
    """Engines by name; the databases among them start when they are first needed."""
    ready: dict[str, Engine] = {"polars": on_polars, "duckdb": on_duckdb, "python": on_python}
    if "postgres" in names:
        ready["postgres"] = on_postgres(request.getfixturevalue("postgres"))
    if "spark" in names:
        ready["spark"] = on_spark(request.getfixturevalue("spark"))
    return {name: ready[name] for name in names}


def data_of(rule: Rule, count: int) -> Iterator[Data]:
    """The worked cases of a rule, day by day, or generated subjects on its usual day."""
    if count != CASES:
        as_of = usual_day(rule)
        yield Data(rule, as_of, Generator(rule, BOOK, as_of, SEED).subjects(count))
        return

    def together(case: Case) -> tuple[date, list[str]]:
        return case.as_of, sorted(case.rows)

    for (as_of, _), cases in groupby(sorted(rule.cases, key=together), together):
        yield Data(rule, as_of, [Subject.of_case(case) for case in cases])


def differences(expected: Mapping[str, Sequence[Any]], found: pl.DataFrame) -> list[str]:
    """Where an engine says something else, a few of each column."""
    told = [f"no {name}" for name in expected if name not in found.columns]
    for name in expected.keys() & set(found.columns):
        values, column = expected[name], found[name]
        if not column.equals(pl.Series(name, values, column.dtype)):
            pairs = enumerate(zip(values, column, strict=True))
            told += [f"{name} {row}: {a} {b}" for row, (a, b) in pairs if a != b][:3]
    return told


def parameters() -> Iterator[Any]:
    fast = ("polars", "duckdb", "postgres")
    here = (*fast, "python")
    spark = (pytest.mark.requires_java, pytest.mark.slow)
    for key in RULES:
        yield pytest.param(key, CASES, here, id=f"{key}-cases")
        yield pytest.param(key, 2_000, here, id=f"{key}-2000")
        long = () if key == WIDE[0] else pytest.mark.slow
        yield pytest.param(key, 100_000, fast, id=f"{key}-100000", marks=long)
        yield pytest.param(key, CASES, ("spark",), id=f"{key}-cases-spark", marks=spark)
        yield pytest.param(key, 2_000, ("spark",), id=f"{key}-2000-spark", marks=spark)
    marks = pytest.mark.requires_java
    yield pytest.param(WIDE[0], 20_000, ("spark",), id=f"{WIDE[0]}-20000-spark", marks=marks)


@pytest.mark.parametrize(("key", "count", "names"), list(parameters()))
def test_every_engine_says_the_same_of_every_subject(
    key: str, count: int, engines: dict[str, Engine]
) -> None:
    for data in data_of(RULES[key], count):
        expected, frames = one_by_one(data), data.frames()
        many = on_polars(data, frames)
        for name, engine in engines.items():
            found = many if name == "polars" else engine(data, frames)

            assert found[data.key].equals(frames[data.rule.subject][data.key]), name
            assert differences(expected, found) == [], name
            assert found.select(list(expected)).equals(many.select(list(expected))), name
            assert name in TABLES or found.equals(many), name
