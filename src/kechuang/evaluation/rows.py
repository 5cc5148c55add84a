"""An evaluation as a function of rows: what each unit brings, of whatever year.

A row is all that a unit brings into the evaluation of a year: its values and denominators of that
year and of the years that the evaluation looks at beside it. Rows can be changed, left out or
taken from another year, and evaluated again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from kechuang.evaluation.arrays import Array, Truths
from kechuang.evaluation.changes import Changes, Edition, changes
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import Evaluation, evaluate_panel
from kechuang.evaluation.ranking import ranks
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.table import Panel


@dataclass(frozen=True, slots=True)
class Reach:
    """How many years a row goes back from its own, and how many on."""

    back: int
    ahead: int

    def with_other(self, other: Reach) -> Reach:
        """What reaches as far as both."""
        return Reach(max(self.back, other.back), max(self.ahead, other.ahead))


def reach_of(scheme: Scheme, panel: Panel, year: int | None) -> Reach:
    """The years that an evaluation looks at: all before, and those after that a line leads to."""
    first, last = panel.years[0], panel.years[-1]
    if year is None or first is None or last is None:
        return Reach(0, 0)
    looks_ahead = any(each.imputation == "linear" for each in scheme.indicators)
    return Reach(year - first, last - year if looks_ahead else 0)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row is laid out: for each year, the earliest first, indicators and denominators."""

    reach: Reach
    indicators: int
    denominators: tuple[str, ...]

    @property
    def years(self) -> int:
        return self.reach.back + 1 + self.reach.ahead

    @property
    def own(self) -> slice:
        """Where the indicators of the year itself stand."""
        start = self.reach.back * (self.indicators + len(self.denominators))
        return slice(start, start + self.indicators)


class RowsOfYear:
    """The rows of the units that a year has, and evaluations of any such rows by one scheme."""

    def __init__(
        self, scheme: Scheme, panel: Panel, year: int | None, reach: Reach | None = None
    ) -> None:
        """Rows reach as far as the evaluation looks, or further where `reach` says so.

        Raises:
            EvaluationError: the year is not there, or the scheme compares with all years at once.
        """
        if scheme.over_years:
            why = "方案拿各年的数据一起比（normalise_over: all_years）"
            remedy = "改成 normalise_over: year 再看"
            raise EvaluationError("year", "拆不开某一年的影响", why, remedy)
        at = panel.at(year)
        self.scheme, self.year = scheme, panel.years[at]
        needed = reach_of(scheme, panel, self.year)
        wanted = needed if reach is None else needed.with_other(reach)
        self._names = dict(zip(panel.units, panel.names, strict=True))
        self._shape = _Shape(wanted, panel.values.shape[2], tuple(sorted(panel.denominators)))
        here = panel.present[at]
        self.units = tuple(compress(panel.units, here))
        self.groups = dict(zip(self.units, compress(panel.groups[at], here), strict=True))
        slices = [self._slice(panel, away) for away in range(-wanted.back, wanted.ahead + 1)]
        self.rows: Array = np.concatenate(slices, axis=1)[here]

    def _slice(self, panel: Panel, away: int) -> Array:
        """What the units brought so many years on; missing where the data have no such year."""
        width = self._shape.indicators + len(self._shape.denominators)
        wanted = None if self.year is None else self.year + away
        if wanted not in panel.years:
            return np.full((len(panel.units), width), np.nan)
        at = panel.years.index(wanted)
        below = [panel.denominators[name][at] for name in self._shape.denominators]
        return np.column_stack([panel.values[at], *below])

    def own(self, rows: Array) -> Array:
        """The indicators of the year itself, (units, indicators)."""
        return rows[:, self._shape.own]

    def with_own(self, values: Array) -> Array:
        """The rows of the year with other values of the indicators in it."""
        rows = self.rows.copy()
        rows[:, self._shape.own] = values
        return rows

    def evaluation(
        self,
        units: Sequence[str],
        rows: Array,
        groups: Mapping[str, str | None] | None = None,
    ) -> Evaluation:
        """The evaluation of these rows.

        Raises:
            EvaluationError: what `evaluate_panel` raises.
        """
        shape = self._shape
        cube = rows.reshape(len(units), shape.years, -1).transpose(1, 0, 2)
        present: Truths = np.asarray(np.isfinite(cube).any(axis=2), dtype=np.bool_)
        present[shape.reach.back] = True
        kept: Truths = np.asarray(present.any(axis=1), dtype=np.bool_)
        own, first = self.year, -shape.reach.back
        years = [None if own is None else own + first + at for at in range(shape.years)]
        of_units = self.groups if groups is None else groups
        labels = tuple(of_units.get(unit) for unit in units)
        panel = Panel(
            years=tuple(compress(years, kept)),
            units=tuple(units),
            names=tuple(self._names.get(unit, unit) for unit in units),
            groups=(labels,) * int(kept.sum()),
            values=cube[kept][:, :, : shape.indicators],
            present=present[kept],
            denominators={
                name: cube[kept][:, :, shape.indicators + at]
                for at, name in enumerate(shape.denominators)
            },
        )
        return evaluate_panel(self.scheme, panel, year=own)

    def scores(
        self,
        units: Sequence[str],
        rows: Array,
        groups: Mapping[str, str | None] | None = None,
    ) -> Array:
        """The total of each unit, rounded as it is ranked; NaN where it has none."""
        found = self.evaluation(units, rows, groups)
        return self._spread(units, found, np.round(found.total, self.scheme.decimals))

    def normalised(self, rows: Array) -> Array:
        """The scores of the indicators of the units of the year, (units, indicators)."""
        found = self.evaluation(self.units, rows)
        return self._spread(self.units, found, found.normalised)

    def _spread(self, units: Sequence[str], found: Evaluation, values: Array) -> Array:
        """Values of the units that were evaluated, with NaN for the others."""
        if found.units == tuple(units):
            return values
        places = {unit: at for at, unit in enumerate(units)}
        spread = np.full((len(units), *values.shape[1:]), np.nan)
        spread[[places[unit] for unit in found.units]] = values
        return spread


def why_changed(
    before: tuple[Scheme, Panel, int],
    after: tuple[Scheme, Panel, int],
    units: Sequence[str] | None = None,
) -> Changes:
    """Split what happened to scores and ranks between two years, each with its own scheme.

    The data of a unit are its rows of both schemes, with the years before that growth looks at. A
    unit's group is that of the later year.

    Raises:
        EvaluationError: a scheme compares with all years at once, a mixture of old and new cannot
            be evaluated, or a unit was not there both times.
    """
    (old_scheme, old_panel, old_year), (new_scheme, new_panel, new_year) = before, after
    reach = reach_of(old_scheme, old_panel, old_year)
    for scheme, panel in ((old_scheme, old_panel), (new_scheme, new_panel)):
        for year in (old_year, new_year):
            reach = reach.with_other(reach_of(scheme, panel, year))
    # Data of each year as each of the schemes reads them: old by old, old by new, …
    by_old = [RowsOfYear(old_scheme, old_panel, year, reach) for year in (old_year, new_year)]
    by_new = [RowsOfYear(new_scheme, new_panel, year, reach) for year in (old_year, new_year)]
    groups = {**by_old[0].groups, **by_new[1].groups}
    width = by_old[0].rows.shape[1]

    def of_old(units: Sequence[str], rows: Array) -> Array:
        return by_old[0].scores(units, rows[:, :width], groups)

    def of_new(units: Sequence[str], rows: Array) -> Array:
        return by_new[1].scores(units, rows[:, width:], groups)

    editions = [
        Edition(one.units, np.concatenate([one.rows, other.rows], axis=1), evaluate)
        for one, other, evaluate in zip(by_old, by_new, (of_old, of_new), strict=True)
    ]
    return changes(editions[0], editions[1], units)


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator of a unit: its value before and now, and what the move did.

    `score` and `places` (ranks gained) are what the unit has now beyond what it would have if this
    indicator alone had stayed as it was; NaN and 0 where it would have no score then.
    """

    indicator: int
    before: float
    after: float
    score: float
    places: int


def moves(scheme: Scheme, panel: Panel, earlier: int, year: int, unit: str) -> list[Moved]:
    """What each indicator that moved did to a unit, the greatest effect on the score first.

    Each is looked at by itself, so these effects need not sum to the change.

    Raises:
        EvaluationError: the scheme compares with all years at once, or the unit was not there.
    """
    now, then = RowsOfYear(scheme, panel, year), RowsOfYear(scheme, panel, earlier)
    if unit not in now.units or unit not in then.units:
        why = "不是两年都有这个单位"
        raise EvaluationError("unit", f"“{unit}”没有前后可比", why, "换一个两年都有的单位")
    row = now.units.index(unit)
    values, old = now.own(now.rows), then.own(then.rows)[then.units.index(unit)]
    scores = now.scores(now.units, now.rows)
    found: list[Moved] = []
    for column in np.flatnonzero((values[row] != old) & ~(np.isnan(values[row]) & np.isnan(old))):
        held = values.copy()
        held[row, column] = old[column]
        without = now.scores(now.units, now.with_own(held))
        known = bool(np.isfinite(without[row]) and np.isfinite(scores[row]))
        gained = int(ranks(without)[row] - ranks(scores)[row]) if known else 0
        effect = float(scores[row] - without[row])
        before, after = float(old[column]), float(values[row, column])
        found.append(Moved(int(column), before, after, effect, gained))
    return sorted(found, key=lambda each: (np.isnan(each.score), -abs(each.score)))
