"""A scheme and a table of data to scores, ranks and classes, with every stage between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final

import numpy as np
import polars as pl

from kechuang.evaluation.aggregation import NotPositiveError, aggregate
from kechuang.evaluation.arrays import Array, Integers, Truths
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.missing import availability, impute, impute_years
from kechuang.evaluation.normalisation import Normalisation, normalise
from kechuang.evaluation.notes import notes_of_indicators
from kechuang.evaluation.ranking import classes, ranks
from kechuang.evaluation.scheme import Branch, Indicator, Scheme
from kechuang.evaluation.table import Panel, panel_of
from kechuang.evaluation.treatment import Treated, treat
from kechuang.evaluation.weighting import (
    Weighting,
    ahp_weights,
    critic_weights,
    entropy_weights,
    equal_weights,
    pca_weights,
    variation_weights,
)

TITLE: Final = "内部测算，非官方结果"
"""What every result is called: a bureau's own computation decides nothing."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one year, and every stage on the way.

    Arrays have the rows of `units` and the columns of `scheme.indicators`; NaN is missing.
    `raw` is as given (marks of experts already averaged), `denominated` divided, `imputed` with
    missing values put in, `treated` without outliers, `normalised` on one scale. `treatments` tells
    for each indicator what was treated, None where the scheme treats nothing. `scores` and `ranks`
    have one array a node, by code; a rank of 0 is none. `weights` are those of a node among its
    siblings and sum to 1. `left_out` are units that have too few data, with the share they have.
    `notes` are Chinese sentences about what a reader must know.
    """

    scheme: Scheme
    year: int | None
    units: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str | None, ...]
    raw: Array
    denominated: Array
    imputed: Array
    treated: Array
    normalised: Array
    treatments: tuple[Treated | None, ...]
    weights: Mapping[str, float]
    scores: Mapping[str, Array]
    ranks: Mapping[str, Integers]
    classes: tuple[str | None, ...]
    left_out: tuple[tuple[str, float], ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> Array:
        """The scores of the whole."""
        return self.scores[self.scheme.total.code]

    @property
    def places(self) -> Integers:
        """The ranks of the whole."""
        return self.ranks[self.scheme.total.code]

    @property
    def added(self) -> Truths:
        """Which values were missing and put in, (units, indicators)."""
        return np.isnan(self.denominated) & np.isfinite(self.imputed)

    def row(self, unit: str) -> int:
        """The row of a unit, called by its code or its name.

        Raises:
            EvaluationError: no unit is called so, or several are.
        """
        if unit in self.units:
            return self.units.index(unit)
        rows = [at for at, name in enumerate(self.names) if name == unit]
        if len(rows) == 1:
            return rows[0]
        what, near = f"找不到单位“{unit}”", "、".join(self.names[:5])
        why = f"有 {len(rows)} 个单位叫这个名称" if rows else f"数据里有 {near} 等"
        raise EvaluationError("unit", what, why, "写单位代码，或数据里的全称")

    def effective_weights(self) -> dict[str, float]:
        """The weight of each node in the whole: its own times those of the branches above it."""
        found = {self.scheme.total.code: 1.0}
        for node in self.scheme.nodes():
            if node.parent is not None:
                found[node.code] = self.weights[node.code] * found[node.parent]
        return found


def evaluate(scheme: Scheme, table: pl.DataFrame, *, year: int | None = None) -> Evaluation:
    """Evaluate one year of a table by a scheme.

    The table has a row for each unit and year: columns that `scheme.columns` names, one for each
    indicator by code, name or other name (or several for an item with marks), one for each
    denominator. The year may be left out where there is one only; else the newest is taken.

    Raises:
        EvaluationError: the table does not fit the scheme, or its values cannot be evaluated.
    """
    return evaluate_panel(scheme, panel_of(scheme, table), year=year)


def evaluate_years(scheme: Scheme, table: pl.DataFrame) -> dict[int, Evaluation]:
    """Evaluate every year of a table, the oldest first.

    Raises:
        EvaluationError: the table has no years, does not fit the scheme, or cannot be evaluated.
    """
    panel = panel_of(scheme, table)
    years = [each for each in panel.years if each is not None]
    if not years:
        why = f"数据里没有“{scheme.columns.year[0]}”这一列"
        raise EvaluationError("year", "不能逐年测算", why, "加上年份一列")
    return {each: evaluate_panel(scheme, panel, year=each) for each in years}


def evaluate_panel(scheme: Scheme, panel: Panel, *, year: int | None = None) -> Evaluation:
    """Evaluate one year of data that are already read.

    Raises:
        EvaluationError: the year is not there, or the values cannot be evaluated.
    """
    at = panel.at(year)
    stages = _Stages(scheme, panel)
    enough, share = stages.enough(at)
    out = np.flatnonzero(panel.present[at] & ~enough)
    left_out = [(panel.units[row], float(share[row])) for row in out]
    if not enough.any():
        why = "没有一个单位的指标数据够用"
        raise EvaluationError(
            "no_data", "没有可以测算的单位", why, "补数据，或调低 availability 的 least"
        )
    kept = np.flatnonzero(enough)
    treated, treatments = stages.treated(at)
    normalised = stages.normalised(at, treated)
    scores, weights = _scores(scheme, normalised, [panel.names[row] for row in kept])
    _check_scored(scores[scheme.total.code], normalised)
    rounded = {code: np.round(each, scheme.decimals) for code, each in scores.items()}
    total = rounded[scheme.total.code]
    return Evaluation(
        scheme=scheme,
        year=panel.years[at],
        units=tuple(panel.units[row] for row in kept),
        names=tuple(panel.names[row] for row in kept),
        groups=tuple(panel.groups[at][row] for row in kept),
        raw=panel.values[at][kept],
        denominated=stages.denominated[at][kept],
        imputed=stages.imputed[at][kept],
        treated=treated,
        normalised=normalised,
        treatments=treatments,
        weights=weights,
        scores=scores,
        ranks={code: ranks(each) for code, each in rounded.items()},
        classes=tuple(classes(total, scheme.bands)),
        left_out=tuple(left_out),
        notes=(
            *_notes(scheme, panel, kept, left_out, total),
            *notes_of_indicators(
                scheme,
                stages.denominated[at][kept],
                stages.imputed[at][kept],
                treatments,
                normalised,
            ),
        ),
    )


class _Stages:
    """The stages up to the normalised values, of all years where one needs another."""

    def __init__(self, scheme: Scheme, panel: Panel) -> None:
        self.scheme, self.panel = scheme, panel
        self.denominated = _denominated(scheme, panel)
        self.imputed = self._imputed()

    def _imputed(self) -> Array:
        imputed = self.denominated.copy()
        years = [each if each is not None else 0 for each in self.panel.years]
        for column, indicator in enumerate(self.scheme.indicators):
            part = slice(column, column + 1)
            if indicator.imputation in {"last", "linear"}:
                values = self.denominated[:, :, part]
                imputed[:, :, part] = impute_years(values, years, indicator.imputation)
                continue
            for at in range(len(years)):
                rows = self.panel.present[at]
                groups = list(compress(self.panel.groups[at], rows))
                if indicator.imputation.startswith("group_") and not any(groups):
                    header = self.scheme.columns.group[0]
                    why = f"“{indicator.name}”按组补缺，数据里没有“{header}”一列"
                    raise EvaluationError("group", "没有分组", why, "加上这一列，或换补缺办法")
                values = self.denominated[at][rows, part]
                imputed[at, rows, part] = impute(values, indicator.imputation, groups)
        # A unit that was not there in a year is not made up by a rule over years.
        return np.where(self.panel.present[:, :, None], imputed, np.nan)

    def enough(self, at: int) -> tuple[Truths, Array]:
        """Which units of a year have enough data to be evaluated, and what share each has."""
        counted = self.imputed if self.scheme.counts_imputed else self.denominated
        share = availability(counted[at])
        has = (share > 0) & (share >= self.scheme.least_available)
        return self.panel.present[at] & has, share

    def treated(self, at: int) -> tuple[Array, tuple[Treated | None, ...]]:
        """The values of a year after the treatment of outliers, and what was done."""
        values = self.imputed[at][self.enough(at)[0]]
        done: list[Treated | None] = []
        for column, indicator in enumerate(self.scheme.indicators):
            rule = indicator.treatment
            done.append(None if rule is None else treat(values[:, column], rule))
        columns = [
            values[:, column] if each is None else each.values for column, each in enumerate(done)
        ]
        return np.column_stack(columns), tuple(done)

    def normalised(self, at: int, treated: Array) -> Array:
        """The values of a year on one scale, compared with all years where the scheme says so."""
        rows = self.enough(at)[0]
        before = self._year_before(at, rows)
        if not self.scheme.over_years:
            return self._normalised(treated, before, self.panel.codes(rows))
        pieces = [
            treated if other == at else self.treated(other)[0]
            for other in range(len(self.panel.years))
        ]
        pooled = self._normalised(np.vstack(pieces), None, None)
        start = sum(len(piece) for piece in pieces[:at])
        return pooled[start : start + len(treated)]

    def _year_before(self, at: int, rows: Truths) -> Array | None:
        """The values of the year just before, if the data hold it."""
        year = self.panel.years[at]
        if at == 0 or year is None or self.panel.years[at - 1] != year - 1:
            return None
        return self.imputed[at - 1][rows]

    def _normalised(
        self, values: Array, before: Array | None, units: Sequence[str] | None
    ) -> Array:
        columns: list[Array] = []
        for column, indicator in enumerate(self.scheme.indicators):
            method = self._method(indicator, units)
            if method.method == "level_growth" and before is None:
                why = f"“{indicator.name}”按水平加增长计分，要同上一年比"
                remedy = "在数据中加上一年，或用 --year 测算更晚的一年"
                raise EvaluationError("year", "缺上一年的数据", why, remedy)
            earlier = None if before is None else before[:, column]
            scored = normalise(
                values[:, column], method, direction=indicator.direction, earlier=earlier
            )
            self._check_finite(indicator, scored)
            columns.append(scored)
        return np.column_stack(columns)

    def _method(self, indicator: Indicator, units: Sequence[str] | None) -> Normalisation:
        if indicator.reference_unit is None:
            return indicator.normalisation
        if units is None or indicator.reference_unit not in units:
            why = f"“{indicator.name}”同单位“{indicator.reference_unit}”比，数据里没有它"
            raise EvaluationError("unit", "没有参照单位", why, "核对 reference_unit 的单位代码")
        return replace(
            indicator.normalisation, reference=list(units).index(indicator.reference_unit)
        )

    def _check_finite(self, indicator: Indicator, scored: Array) -> None:
        if np.isinf(scored).any():
            why = f"“{indicator.name}”的参照值或最好值与最差值相等，或是 0，除不下去"
            raise EvaluationError("no_spread", "正规化算不出", why, "换一种 normalisation")


def _denominated(scheme: Scheme, panel: Panel) -> Array:
    """Every indicator over its denominator, times its scale; missing where either is."""
    divided = panel.values.copy()
    for column, indicator in enumerate(scheme.indicators):
        if indicator.denominator is not None:
            below = panel.denominators[indicator.denominator]
            wrong = np.argwhere(np.isfinite(divided[:, :, column]) & (below <= 0))
            if wrong.size:
                at, row = wrong[0]
                why = f"“{panel.names[row]}”的“{indicator.denominator}”是 {below[at, row]:g}"
                what = f"“{indicator.name}”除不了"
                raise EvaluationError("denominator", what, why, "核对分母；不知道就留空")
            divided[:, :, column] /= below
        divided[:, :, column] *= indicator.scale
    return divided


def _scores(
    scheme: Scheme, normalised: Array, names: Sequence[str]
) -> tuple[dict[str, Array], dict[str, float]]:
    """The scores of every node, the branches first, and the weight of each among its siblings."""
    scores = {each.code: normalised[:, at] for at, each in enumerate(scheme.indicators)}
    weights: dict[str, float] = {scheme.total.code: 1.0}
    for branch in reversed(scheme.branches):
        parts = scheme.parts(branch.code)
        values = np.column_stack([scores[part.code] for part in parts])
        found = _weights(branch, parts, values)
        weights |= dict(zip((part.code for part in parts), found.tolist(), strict=True))
        try:
            scores[branch.code] = aggregate(values, found, branch.aggregation)
        except NotPositiveError as error:
            place = f"“{names[error.unit]}”的“{parts[error.part].name}”得 {error.value:g} 分"
            what = f"“{branch.name}”的{error.name}算不出"
            raise EvaluationError("not_positive", what, place, error.remedy) from error
    return {node.code: scores[node.code] for node in scheme.nodes()}, weights


def _weights(branch: Branch, parts: Sequence[Branch | Indicator], values: Array) -> Array:
    """The weights of the parts of a branch, which sum to 1.

    A part that no unit has a score of has no weight where weights are found from the scores; where
    there is no score at all, any weights do.
    """
    scored = np.isfinite(values).any(axis=0)
    if not scored.any():
        return equal_weights(len(parts))
    weights = np.zeros(len(parts))
    try:
        match branch.weighting:
            case "given":
                given = np.array([part.weight for part in parts])
                return given / given.sum()
            case "ahp":
                return ahp_weights(np.array(branch.comparisons)).weights
            case "equal":
                return equal_weights(len(parts))
            case "pca_squared":
                weights[scored] = pca_weights(values[:, scored], squared=True)
            case other:
                weights[scored] = _FOUND[other](values[:, scored])
        return weights
    except EvaluationError as error:
        what = f"“{branch.name}”下面各项的权重：{error.what}"
        raise EvaluationError(error.code, what, error.why, error.remedy) from error


_FOUND: Final[Mapping[Weighting, Callable[[Array], Array]]] = {
    "entropy": entropy_weights,
    "variation": variation_weights,
    "critic": critic_weights,
    "pca": pca_weights,
}


def _check_scored(total: Array, normalised: Array) -> None:
    """Refuse an evaluation in which no unit has a score."""
    if np.isfinite(total).any():
        return
    if len(total) == 1 and not np.isfinite(normalised).any():
        why = "只有一个单位，而正规化办法要单位之间互相比"
        remedy = "改用 goalposts 或 yardstick，或加上其他单位"
        raise EvaluationError("no_spread", "一个单位无从比较", why, remedy)
    why = "每个单位在每个指标上都没有得分：数据都一样，或缺得太多"
    raise EvaluationError("no_data", "没有一个单位有总分", why, "核对数据和方案的正规化办法")


def _notes(
    scheme: Scheme,
    panel: Panel,
    kept: Integers,
    left_out: Sequence[tuple[str, float]],
    total: Array,
) -> list[str]:
    notes = [scheme.remark] if scheme.remark else []
    for unit, share in left_out:
        name = panel.names[panel.units.index(unit)]
        notes.append(f"“{name}”只有 {share:.0%} 的指标有数据，没有参加测算。")
    notes += [
        f"“{panel.names[row]}”缺的指标太多，没有总分和名次。"
        for row in kept[np.isnan(total)].tolist()
    ]
    return notes
