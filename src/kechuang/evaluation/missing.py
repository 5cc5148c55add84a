"""What is missing: how much each unit has, and values put in its place by a stated rule.

Nothing is put in silently: `impute` leaves what was there, so that NaN before and a number after
tell what was added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np

from kechuang.evaluation.arrays import Array, Truths, mean, median
from kechuang.evaluation.errors import EvaluationError

Imputing: TypeAlias = Literal[
    "none", "mean", "median", "group_mean", "group_median", "last", "linear", "zero"
]
"""What to put in: nothing; a mean or median of all units or of the unit's group; the unit's last
earlier value; a line between its neighbouring years; or 0, where a blank means none."""
IMPUTING: tuple[Imputing, ...] = get_args(Imputing)


def availability(values: Array) -> Array:
    """The share of its indicators that each unit has, shape (units,), 0 to 1."""
    return np.isfinite(values).mean(axis=1)


def impute(values: Array, method: Imputing, groups: Sequence[str | None] | None = None) -> Array:
    """The values of one year, (units, indicators), with missing ones put in; a copy.

    A group without any value of an indicator, and a unit without a group, stay missing.

    Raises:
        EvaluationError: a rule by group without groups, or a rule that needs several years.
    """
    if method in {"last", "linear"}:
        why = f"{method} 用同一单位其他年份的值"
        raise EvaluationError("year", "一年的数据补不了缺", why, "用 impute_years，或换补缺办法")
    if method == "none":
        return values.copy()
    if method == "zero":
        return np.where(np.isnan(values), 0.0, values)
    if method in {"mean", "median"}:
        return _filled(values, method == "mean")
    if groups is None:
        why = "按组补缺要知道每个单位属于哪一组"
        raise EvaluationError("group", "没有分组", why, "给出分组一列，或改为不分组的补缺办法")
    filled = values.copy()
    labels = np.asarray([group or "" for group in groups], dtype=object)
    for group in sorted({group for group in groups if group}):
        rows = labels == group
        filled[rows] = _filled(values[rows], method == "group_mean")
    return filled


def _filled(values: Array, by_mean: bool) -> Array:
    return np.where(np.isnan(values), mean(values) if by_mean else median(values), values)


def impute_years(panel: Array, years: Sequence[int], method: Imputing) -> Array:
    """The values of several years, (years, units, indicators), years ascending; a copy.

    `last` takes the unit's newest earlier value and leaves what has none. `linear` draws a line
    between the neighbouring years that have a value; outside them the nearest value holds.

    Raises:
        EvaluationError: a rule that looks at one year only.
    """
    if method == "last":
        filled = panel.copy()
        for at in range(1, len(years)):
            filled[at] = np.where(np.isnan(filled[at]), filled[at - 1], filled[at])
        return filled
    if method != "linear":
        why = f"{method} 只看一年的数据"
        raise EvaluationError("year", "按年份补不了缺", why, "用 last 或 linear，或改用 impute")
    filled = panel.copy()
    when = np.asarray(years, dtype=np.float64)
    for unit, column in np.argwhere(np.isnan(panel).any(axis=0)):
        line = panel[:, unit, column]
        has: Truths = np.isfinite(line)
        if has.any():
            filled[~has, unit, column] = np.interp(when[~has], when[has], line[has])
    return filled
