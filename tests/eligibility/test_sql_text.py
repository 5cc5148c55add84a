"""The SQL of a rule stays as it is, dialect by dialect, until somebody looks at the change."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from kechuang.eligibility.batch import results_of
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.nodes import Nodes
from kechuang.eligibility.shape import Shape
from kechuang.eligibility.sql_target import DIALECTS, POSTGRES, Expressions, query
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.library import load_rulebook

SNAPSHOTS = Path(__file__).parent / "snapshots"
DAY = date(2026, 7, 1)
WRITE = "KECHUANG_WRITE_SNAPSHOTS"
"""An environment variable that has the snapshots written anew."""


def text_of(dialect: str) -> str:
    book = load_rulebook()
    rule = book.find("tech_sme_national", DAY)
    read = lower_rule(rule, book, DAY)
    frames = {"enterprises": read.columns, **read.row_columns}
    shape = Shape(
        {name: dict.fromkeys([each.name for each in found], True) for name, found in frames.items()}
    )
    lowered = lower_rule(rule, book, DAY, shape)
    results = results_of(lowered, trace=False)
    return query(lowered, results, DIALECTS[dialect], "enterprise_code")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_query_is_as_it_was(dialect: str) -> None:
    path = SNAPSHOTS / f"tech_sme_national.{dialect}.sql"
    if WRITE in os.environ:
        path.write_text(text_of(dialect), encoding="utf-8")

    assert text_of(dialect) == path.read_text(encoding="utf-8"), f"look at it, then set {WRITE}=1"


@pytest.mark.parametrize("text", ["it's", "C:\\", "C\n39", "x'); DROP TABLE enterprises; --"])
def test_text_that_databases_read_differently_is_refused(text: str) -> None:
    nodes = Nodes()
    column = nodes.column("industry_code", "text", nullable=True)

    with pytest.raises(RuleError, match="不能写进 SQL"):
        Expressions(POSTGRES, {}).of(nodes.compare("=", column, nodes.constant(text)))


def test_name_with_a_quote_stays_one_name() -> None:
    column = Nodes().column('a"; DROP TABLE b; --', "int", nullable=True)

    assert Expressions(POSTGRES, {}).of(column) == '"a""; DROP TABLE b; --"'
