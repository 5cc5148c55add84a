"""Small schemes and tables that tests write down where they need them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scheme_reading import read_scheme

BRANCHES = """
branches:
  - {code: total, name: 总分}
"""
TWO = """
indicators:
  - {code: a, name: 甲项, parent: total, weight: 1}
  - {code: b, name: 乙项, parent: total, weight: 1}
"""


def scheme_of(folder: Path, text: str) -> Scheme:
    """The scheme of a text; a code and a name are put before it where it has none."""
    path = folder / "方案.yaml"
    head = "" if "scheme:" in text else "scheme: made\nname: 试方案\n"
    path.write_text(head + text, encoding="utf-8")
    return read_scheme(path)


def two(folder: Path, *, top: str = "", branches: str = BRANCHES, indicators: str = TWO) -> Scheme:
    """A scheme of one branch and two indicators, with what a test changes in it."""
    return scheme_of(folder, top + branches + indicators)


def table_of(**columns: object) -> pl.DataFrame:
    """A table whose units are 01 甲县, 02 乙县, … in the order of the columns' values."""
    height = max(len(each) for each in columns.values())  # type: ignore[arg-type]
    names = [f"{stem}县" for stem in "甲乙丙丁戊己庚辛壬癸"[:height]]
    codes = [f"{at:02}" for at in range(1, height + 1)]
    return pl.DataFrame({"unit": codes, "name": names, **columns}, strict=False)
