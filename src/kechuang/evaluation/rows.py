"""An evaluation as a function of rows: what each unit brings, of whatever year.

A row is all that a unit brings into the evaluation of a year: its values and denominators of that
year and of the years before, so far as the data reach. Rows can be changed, left out or taken from
another year, and evaluated again.
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
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.table import Panel


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row is laid out: for each of the years, the latest last, indicators, denominators."""

    years: int
    indicators: int
    denominators: tuple[str, ...]

    @property
    def width(self) -> int:
        return self.years * (self.indicators + len(self.denominators))


class RowsOfYear:
    """The rows of the units that a year has, and evaluations of any such rows by one scheme."""

    def __init__(self, scheme: Scheme, panel: Panel, year: int | None, years: int) -> None:
        """`years` says how many years back from its own a row goes, that one included.

        Raises:
            EvaluationError: the year is not there, or the scheme compares with all years at once.
        """
        if scheme.over_years:
            why = "方案拿各年的数据一起比（normalise_over: all_years）"
            remedy = "改成 normalise_over: year 再看"
            raise EvaluationError("year", "拆不开某一年的影响", why, remedy)
        at = panel.at(year)
        self.scheme, self.year, self._years = scheme, panel.years[at], years
        self._names = dict(zip(panel.units, panel.names, strict=True))
        self._shape = _Shape(years, panel.values.shape[2], tuple(sorted(panel.denominators)))
        here = panel.present[at]
        self.units = tuple(compress(panel.units, here))
        self.groups = dict(zip(self.units, compress(panel.groups[at], here), strict=True))
        slices = [self._slice(panel, back) for back in range(years - 1, -1, -1)]
        self.rows: Array = np.concatenate(slices, axis=1)[here]

    def _slice(self, panel: Panel, back: int) -> Array:
        """What the units brought so many years before; missing where the data have no such year."""
        width = self._shape.width // self._years
        wanted = None if self.year is None else self.year - back
        if wanted not in panel.years:
            return np.full((len(panel.units), width), np.nan)
        at = panel.years.index(wanted)
        below = [panel.denominators[name][at] for name in self._shape.denominators]
        return np.column_stack([panel.values[at], *below])

    def latest(self, rows: Array) -> Array:
        """The indicators of the year itself, (units, indicators)."""
        start = self._shape.width - self._shape.width // self._years
        return rows[:, start : start + self._shape.indicators]

    def with_latest(self, values: Array) -> Array:
        """The rows of the year with other values of the indicators in it."""
        rows = self.rows.copy()
        start = self._shape.width - self._shape.width // self._years
        rows[:, start : start + self._shape.indicators] = values
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
        present[-1] = True
        kept: Truths = np.asarray(present.any(axis=1), dtype=np.bool_)
        last = self.year if self.year is not None else None
        years = [None if last is None else last - back for back in range(shape.years - 1, -1, -1)]
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
        return evaluate_panel(self.scheme, panel, year=last)

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


def years_back(panel: Panel, year: int | None) -> int:
    """How many years the data reach back from a year, that one included."""
    first = panel.years[0]
    return 1 if year is None or first is None else year - first + 1


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
    years = max(years_back(old_panel, old_year), years_back(new_panel, new_year))
    # Data of each year as each of the schemes reads them: old by old, old by new, …
    by_old = [RowsOfYear(old_scheme, old_panel, year, years) for year in (old_year, new_year)]
    by_new = [RowsOfYear(new_scheme, new_panel, year, years) for year in (old_year, new_year)]
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
