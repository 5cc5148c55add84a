"""What a unit can improve in an evaluation, what each step brings, and the cheapest way up."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.bundles import Bundle, cheapest_bundle
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import Evaluation
from kechuang.evaluation.levers import Gain, Lever, marginal_gains
from kechuang.evaluation.ranking import Band
from kechuang.evaluation.reading import read_table
from kechuang.evaluation.rows import RowsOfYear, years_back
from kechuang.evaluation.scheme import Indicator, Scheme
from kechuang.evaluation.scheme_parts import number_of
from kechuang.evaluation.table import Panel
from kechuang.evaluation.trees import tree_of
from kechuang.reference.words import plain_header

INDICATOR, STEP, MOST, COST = "指标", "每步", "最多步数", "每步成本"
"""The headers of a file of costs."""


@dataclass(frozen=True, slots=True)
class Improvements:
    """What a unit can do: gains of one step each, by score, and the way to the next class.

    `bundle` is None where no costs are given, there is no higher class, or the unit has no score;
    its steps are those of `levers`.
    """

    levers: Sequence[Lever]
    gains: Sequence[Gain]
    target: Band | None
    bundle: Bundle | None


def improvements(
    found: Evaluation, panel: Panel, unit: str, costs: Path | None = None
) -> Improvements:
    """What one unit of an evaluation can improve; with a file of costs, also the cheapest way up.

    Weights found from data are found anew for gains; a bundle takes them as they were.

    Raises:
        EvaluationError: the unit is not there, the file of costs cannot be used, or the scheme
            compares with all years at once.
    """
    scheme = found.scheme
    name = found.units[found.row(unit)]
    year = RowsOfYear(scheme, panel, found.year, years_back(panel, found.year))
    row = year.units.index(name)
    values = year.latest(year.rows)
    levers = usual_levers(scheme, values, row) if costs is None else read_costs(costs, scheme)

    def evaluate(changed: Array) -> Array:
        return year.scores(year.units, year.with_latest(changed))

    def normalised(changed: Array) -> Array:
        return year.normalised(year.with_latest(changed))

    gains = marginal_gains(row, values, levers, evaluate, scheme.bands)
    rounded = np.round(found.total, scheme.decimals)
    target = _next_band(scheme, float(rounded[found.row(unit)]))
    if costs is None or target is None:
        return Improvements(levers, gains, target, None)
    # A score counts as it is rounded, so half a unit of the last place is not needed.
    least = target.least - 0.5 * 10.0**-scheme.decimals
    tree = tree_of(scheme, found.weights)
    bundle = cheapest_bundle(row, values, levers, normalised, tree, least)
    return Improvements(levers, gains, target, bundle)


def _next_band(scheme: Scheme, score: float) -> Band | None:
    higher = [band for band in scheme.bands if band.least > score]
    return min(higher, key=lambda band: band.least, default=None)


def usual_levers(scheme: Scheme, values: Array, row: int) -> list[Lever]:
    """A lever for each indicator that the unit has, towards more or less as the scheme wants it."""
    usual, levers = _usual(), list[Lever]()
    for column, indicator in enumerate(scheme.indicators):
        own = float(values[row, column])
        if np.isnan(own):
            continue
        size = abs(own) or abs(float(np.nanmean(values[:, column])))
        step, most = size * float(usual["step"]), int(usual["most"])
        if indicator.marks is not None and step:
            most = min(most, int((indicator.marks.most - own) / step))
        if indicator.direction < 0 < own:
            most = min(
                most, ceil(own / step) - 1
            )  # what is less the better seldom comes to nothing
        if step and most:
            levers.append(Lever(column, step * indicator.direction, most, 0.0))
    return levers


@cache
def _usual() -> dict[str, Any]:
    return tomllib.loads(files("kechuang.evaluation").joinpath("levers.toml").read_text("utf-8"))


def read_costs(path: Path, scheme: Scheme) -> list[Lever]:
    """The levers of a table with an indicator (code or name), a step, the most steps and a cost.

    A step is written as it moves the value: −0.5 where less is better.

    Raises:
        EvaluationError: the file cannot be read, a column is missing, or a row names no indicator
            or holds no number.
    """
    table = read_table(path, (INDICATOR,))
    columns = {plain_header(name): name for name in table.columns}
    for header in (INDICATOR, STEP, MOST, COST):
        if plain_header(header) not in columns:
            why = f"表头里有 {'、'.join(table.columns)}"
            remedy = f"写四列：{INDICATOR}、{STEP}、{MOST}、{COST}"
            raise EvaluationError("column", f"成本表没有“{header}”一列", why, remedy)
    known = {
        plain_header(name): at
        for at, indicator in enumerate(scheme.indicators)
        for name in (indicator.code, indicator.name, *indicator.also)
    }
    rows = table.select(columns[plain_header(each)] for each in (INDICATOR, STEP, MOST, COST))
    return [_lever(row, known) for row in rows.cast(pl.String).iter_rows()]


def _lever(row: tuple[str | None, ...], known: dict[str, int]) -> Lever:
    name = (row[0] or "").strip()
    if plain_header(name) not in known:
        why = "方案里没有这个代码或名称的指标"
        raise EvaluationError("lever", f"成本表里的“{name}”不认识", why, "照方案里的名称写")
    numbers = [number_of((cell or "").replace("−", "-")) for cell in row[1:]]
    step, most, cost = (np.nan if each is None else each for each in numbers)
    if not np.isfinite([step, most, cost]).all() or most % 1:
        told = "、".join(cell or "空" for cell in row[1:])
        why = f"{STEP}、{MOST}、{COST}写成 {told}"
        raise EvaluationError("lever", f"“{name}”的改进办法不能用", why, "都写数，步数写整数")
    return Lever(known[plain_header(name)], step, int(most), cost)


def step_told(indicator: Indicator, step: float) -> str:
    """A step as people read it, in the indicator's unit.

    The sign is that with which the value moves.
    """
    sign = "+" if step > 0 else "−"
    return f"{sign}{abs(step):.4g} {indicator.unit}".rstrip()
