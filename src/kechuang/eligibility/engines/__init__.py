"""A rule for every subject beside Polars: DuckDB, PostgreSQL, Spark, or one after another.

Each gives the same frame as `kechuang.eligibility.batch.run`, row for row and bit for bit.
"""

from __future__ import annotations

from kechuang.eligibility.engines.on_duckdb import run_on_duckdb
from kechuang.eligibility.engines.on_postgres import run_on_postgres
from kechuang.eligibility.engines.on_python import run_on_python
from kechuang.eligibility.engines.on_spark import run_on_spark, spark_session

__all__ = ["run_on_duckdb", "run_on_postgres", "run_on_python", "run_on_spark", "spark_session"]
