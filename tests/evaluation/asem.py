"""The ASEM index of the shared folder as a scheme and a table, and the reference results.

The reference was computed by another program (COINr); its README says how.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scheme_reading import read_scheme

TOP = """
scheme: asem
name: ASEM
weights: relative
availability: {least: 0.9, counted: imputed}
columns: {unit: uCode, name: uName, group: EurAsia_group, year: Time}
"""
DEFAULTS = """
defaults:
  missing: group_mean
  treatment: {skewness: 2, kurtosis: 3.5, points: 5}
  normalisation: {method: min_max, low: 0, high: 100}
"""
SAME = 1e-9


def asem_scheme(shared: Path, folder: Path, defaults: str = DEFAULTS, **top: str) -> Scheme:
    """The scheme that the metadata of the index describe, written to a folder and read."""
    with (shared / "data" / "asem" / "asem_meta.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    nodes = {"Aggregate": ["branches:"], "Indicator": ["indicators:"]}
    for row in rows:
        if row["Type"] in nodes:
            nodes[row["Type"]].append(f"  - {json.dumps(_node(row))}")
    text = TOP + "".join(f"{key}: {value}\n" for key, value in top.items()) + defaults
    path = folder / "asem.yaml"
    path.write_text("\n".join([text, *nodes["Aggregate"], *nodes["Indicator"]]), encoding="utf-8")
    return read_scheme(path)


def _node(row: dict[str, str]) -> dict[str, str]:
    node = {"code": row["iCode"], "name": row["iName"], "weight": row["Weight"]}
    if row["Parent"]:
        node["parent"] = row["Parent"]
    if row["Type"] == "Indicator":
        node["direction"] = {"1": "higher", "-1": "lower"}[row["Direction"]]
        node |= {"denominator": row["Denominator"]} if row["Denominator"] else {}
    return node


def asem_data(shared: Path) -> pl.DataFrame:
    return pl.read_csv(shared / "data" / "asem" / "asem_data.csv")


def reference(shared: Path, file: str, units: Sequence[str], columns: Sequence[str]) -> Array:
    """Columns of a reference file in the order of units; a gap is NaN."""
    path = shared / "data" / "asem" / file
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["uCode"]: row for row in csv.DictReader(lines)}
    return np.array([[_number(rows[unit][each]) for each in columns] for unit in units])


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def far(found: Array, wanted: Array) -> float:
    """The largest relative distance, infinite where one has a number and the other none."""
    if found.shape != wanted.shape or (np.isnan(found) != np.isnan(wanted)).any():
        return float("inf")
    apart = found != wanted
    apart &= ~np.isnan(found)
    if not apart.any():
        return 0.0
    return float(np.max(np.abs(found[apart] - wanted[apart]) / np.abs(wanted[apart])))
