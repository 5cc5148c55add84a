"""A rule for every subject of frames or files, by Spark on this machine or on a cluster.

Spark is not among what is always installed: `pip install "kechuang[spark]"`, and Java.

On this machine nothing else is needed: `spark_session()`. For a cluster give its address:
`spark_session("spark://host:7077")` for a standalone cluster, `spark_session("yarn")` where the
machine is set up for YARN, `spark_session("k8s://https://host:6443")` for Kubernetes,
`spark_session("sc://host:15002")` for a Spark Connect server. On a cluster give addresses that its
workers can read (`hdfs://…`, `s3a://…`) rather than frames, which would go through this machine. A
session made elsewhere, as in a notebook of the cluster, serves as well.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from importlib import import_module
from typing import Any, Final

import polars as pl

from kechuang.eligibility.engines.work import Work, shape_of_sources
from kechuang.eligibility.sql_target import SPARK
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

HERE: Final = "local[2]"
ANSI: Final = "spark.sql.ansi.enabled"
"""With it a number that grows too large is an error; without it, silently another number."""
ON_THIS_MACHINE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def spark_session(address: str = HERE, settings: Mapping[str, str] | None = None) -> Any:
    """A session on this machine or on a cluster; the caller stops it.

    `settings` are Spark's own, such as `spark.executor.memory`.
    """
    builder = import_module("pyspark.sql").SparkSession.builder.appName("kechuang")
    builder = builder.remote(address) if address.startswith("sc://") else builder.master(address)
    here = ON_THIS_MACHINE if address.startswith("local") else {}
    for name, value in {ANSI: "true", **here, **(settings or {})}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def run_on_spark(
    rule: Rule,
    book: Rulebook,
    sources: Mapping[str, pl.DataFrame | str],
    as_of: date,
    session: Any,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> pl.DataFrame:
    """What `batch.run` gives, for frames or addresses of parquet files by frame.

    The rows stand in the order of the subjects' frame; those of files by key.

    Raises:
        ValueError: the session does not count exactly.
    """
    subjects = sources[rule.subject]
    with spark_query(rule, book, sources, as_of, session, trace=trace, overrides=overrides) as (
        work,
        found,
    ):
        frame = pl.DataFrame(found.toArrow())
    return work.finished(frame, None if isinstance(subjects, str) else subjects)


@contextmanager
def spark_query(
    rule: Rule,
    book: Rulebook,
    sources: Mapping[str, pl.DataFrame | str],
    as_of: date,
    session: Any,
    *,
    trace: bool = False,
    overrides: Mapping[str, Fraction] | None = None,
) -> Generator[tuple[Work, Any]]:
    """The same as a Spark DataFrame that has not run yet, to be written where it belongs.

    Raises:
        ValueError: the session does not count exactly.
    """
    if session.conf.get(ANSI) != "true":
        raise ValueError(
            f"Spark 会话关闭了 {ANSI}，数字溢出时会得到错误的数而不报错。"
            f"处理：把 {ANSI} 设为 true，或用 spark_session( ) 新开会话。"
        )
    views = {name: f"kechuang_{name}" for name in sources}
    data = {name: _data(session, source) for name, source in sources.items()}
    for name, each in data.items():
        each.createOrReplaceTempView(views[name])
    try:
        frames = {name: each for name, each in sources.items() if isinstance(each, pl.DataFrame)}
        files = {name: each.columns for name, each in data.items() if name not in frames}
        shape = shape_of_sources(frames, files, rule.subject)
        work = Work.of(rule, book, as_of, shape, trace=trace, overrides=overrides)
        yield work, session.sql(work.query(SPARK, views))
    finally:
        for view in views.values():
            session.catalog.dropTempView(view)


def _data(session: Any, source: pl.DataFrame | str) -> Any:
    if isinstance(source, str):
        return session.read.parquet(source)
    return session.createDataFrame(source.to_arrow(compat_level=pl.CompatLevel.oldest()))
