"""What `kechuang evaluate` is asked for besides: how sure ranks are, why they moved, charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from kechuang.evaluation.changes import Change
from kechuang.evaluation.charts import (
    change_chart,
    flow_chart,
    gain_chart,
    interval_chart,
    score_chart,
)
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import TITLE, Evaluation, evaluate_panel
from kechuang.evaluation.improving import Improvements, improvements, step_told
from kechuang.evaluation.outputs import Further, Results, order_of
from kechuang.evaluation.problems import problem_of
from kechuang.evaluation.ranking import UNRANKED
from kechuang.evaluation.rows import why_changed
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.table import Panel
from kechuang.evaluation.telling import (
    bundle_frame,
    bundle_told,
    change_frame,
    change_told,
    choice_frame,
    gain_frame,
    interval_frame,
)
from kechuang.evaluation.uncertainty import CONFIDENCE, Intervals, sensitivity, simulate

MOST_DRAWN: Final = 200
"""Units that a chart shows; those of the best ranks where there are more."""
LEAST_SAMPLE, MOST_SAMPLE = 64, 1024
"""Rows of the design that tells which choice matters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for. `before` is the scheme of the year before and its data."""

    draws: int | None
    seed: int
    explain: str | None
    costs: Path | None
    before: tuple[Scheme, Panel] | None
    plots: bool


@dataclass(frozen=True, slots=True)
class Besides:
    """What came of it: tables, sentences about what could not be had, and charts by file name."""

    tables: Sequence[Further]
    remarks: Sequence[str]
    charts: dict[str, str]


def besides(results: Results, panel: Panel, asked: Asked) -> Besides:
    """Everything that was asked for besides the results.

    Raises:
        EvaluationError: it cannot be had.
    """
    work = _Work(results, panel, asked)
    work.intervals()
    work.explained()
    if asked.plots:
        work.scores()
        work.flow()
    return Besides(work.tables, work.remarks, work.charts)


class _Work:
    def __init__(self, results: Results, panel: Panel, asked: Asked) -> None:
        self.found, self.panel, self.asked = results.found, panel, asked
        self._title, self._earlier = results.title, results.earlier
        self.tables, self.remarks = list[Further](), list[str]()
        self.charts = dict[str, str]()
        self._shown = order_of(self.found)[:MOST_DRAWN]
        if asked.plots and len(self.found.units) > MOST_DRAWN:
            self.remarks.append(f"图里只画前 {MOST_DRAWN} 名，全部结果看表。")

    def intervals(self) -> None:
        """How sure ranks are, and which choice they hang on most."""
        draws, seed = self.asked.draws, self.asked.seed
        if draws is None:
            return
        problem = problem_of(self.found, self.panel, self.found.scheme.alternatives)
        simulation = simulate(problem, draws, seed)
        how = f"抽样 {draws} 次，种子 {seed}"
        frame = interval_frame(self.found, simulation, CONFIDENCE)
        self.tables.append(Further("名次区间", f"名次区间（{how}）", frame))
        sample = min(MOST_SAMPLE, max(LEAST_SAMPLE, 1 << (draws.bit_length() - 1)))
        indices = sensitivity(problem, seed, sample=sample)
        what = "名次对哪种选择最敏感（1 为全部影响）"
        self.tables.append(Further("选择的影响", what, choice_frame(indices)))
        if self.asked.plots:
            told = _some_of(simulation.intervals(CONFIDENCE), self._shown)
            heading = f"{self._title} 名次区间（{how}）"
            self.charts["名次区间.svg"] = interval_chart(heading, self._names(), told)

    def explained(self) -> None:
        """Why the rank of a unit moved, and what it can improve."""
        if self.asked.explain is None:
            return
        row = self.found.row(self.asked.explain)
        unit, name = self.found.units[row], self.found.names[row]
        change = self._change(unit, name)
        if change is not None:
            what = f"{change_told(name, change)}，原因"
            self.tables.append(Further("名次变动原因", what, change_frame(change)))
            if self.asked.plots:
                heading = f"{TITLE}：{change_told(name, change)}"
                self.charts[f"名次变动原因-{_plain(name)}.svg"] = change_chart(heading, change)
        better = improvements(self.found, self.panel, unit, self.asked.costs)
        what = f"{name}每项改进一步（其余不变）"
        self.tables.append(Further("改进一步", what, gain_frame(self.found, better)))
        if better.bundle is not None:
            frame = bundle_frame(self.found, better)
            self.tables.append(Further("最省的办法", bundle_told(better), frame))
        elif self.asked.costs is not None:
            self.remarks.append(f"{name}已在最高一档，没有更高的档可升。")
        if self.asked.plots:
            self.charts[f"改进一步-{_plain(name)}.svg"] = self._gains(name, better)

    def _change(self, unit: str, name: str) -> Change | None:
        earlier, year = self._earlier, self.found.year
        if earlier is None or earlier.year is None or year is None:
            self.remarks.append("没有上一年的结果，说不了名次为什么变。")
            return None
        if unit not in earlier.units:
            self.remarks.append(f"{name} {earlier.year}年没有参加，没有名次升降。")
            return None
        scheme, panel = self.asked.before or (self.found.scheme, self.panel)
        before, after = (scheme, panel, earlier.year), (self.found.scheme, self.panel, year)
        return why_changed(before, after, [unit]).stayed[unit]

    def _gains(self, name: str, better: Improvements) -> str:
        indicators = [self.found.scheme.indicators[each.lever.indicator] for each in better.gains]
        told = [
            step_told(indicator, gain.lever.step)
            for indicator, gain in zip(indicators, better.gains, strict=True)
        ]
        names = [indicator.name for indicator in indicators]
        return gain_chart(f"{TITLE}：{name} 每项改进一步", names, told, better.gains)

    def scores(self) -> None:
        """A chart of the scores by branch."""
        rows = self._shown
        columns = {
            branch.name: self.found.scores[branch.code][rows]
            for branch in self.found.scheme.branches
            if branch.parent in {None, self.found.scheme.total.code}
        }
        heading = f"{self._title} 各分支得分"
        self.charts["得分.svg"] = score_chart(
            heading, self._names(), self.found.places[rows], columns
        )

    def flow(self) -> None:
        """A chart of the ranks of all years up to this one."""
        years = [*_years_before(self.found, self.panel), self.found]
        if len(years) < 2:
            self.remarks.append("没有上一年的结果，没有画名次变化图。")
            return
        units = {
            unit: each.names[row]
            for each in years
            for row, unit in enumerate(each.units)
            if UNRANKED < each.places[row] <= MOST_DRAWN
        }
        ranks = [
            np.array([places.get(unit, UNRANKED) for unit in units])
            for places in (dict(zip(each.units, each.places, strict=True)) for each in years)
        ]
        labels = [f"{each.year}年" for each in years]
        heading = f"{self._title} 名次变化"
        self.charts["名次变化.svg"] = flow_chart(heading, labels, list(units.values()), ranks)

    def _names(self) -> list[str]:
        return [self.found.names[row] for row in self._shown]


def _some_of(intervals: Intervals, rows: Sequence[int]) -> Intervals:
    picked = list(rows)
    return Intervals(
        [intervals.units[row] for row in picked],
        intervals.place[picked],
        intervals.mean[picked],
        intervals.median[picked],
        intervals.low[picked],
        intervals.high[picked],
        intervals.confidence,
    )


def _years_before(found: Evaluation, panel: Panel) -> Iterator[Evaluation]:
    """The evaluations of earlier years, as many as can be made."""
    for year in panel.years:
        if year is not None and found.year is not None and year < found.year:
            with suppress(EvaluationError):
                yield evaluate_panel(found.scheme, panel, year=year)


def _plain(name: str) -> str:
    """A name as a part of a file name."""
    return "".join(islice((each for each in name if each.isalnum()), 60)) or "单位"
