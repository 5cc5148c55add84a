"""Rows of any year, evaluated again: why ranks changed and what a unit can improve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from made_schemes import scheme_of

from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import evaluate_panel
from kechuang.evaluation.improving import improvements, step_told
from kechuang.evaluation.levers import Lever
from kechuang.evaluation.reading import read_table
from kechuang.evaluation.rows import RowsOfYear, why_changed, years_back
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scheme_reading import load_scheme
from kechuang.evaluation.table import Panel, panel_of
from kechuang.evaluation.telling import bundle_frame, bundle_told, change_told, gain_frame

ROOT = Path(__file__).resolve().parents[2]
TEXT = """
weights: points
decimals: 6
defaults: {missing: last}
branches:
  - {code: total, name: 总分}
  - {code: a, name: 投入, parent: total, weight: 60}
  - {code: b, name: 产出, parent: total, weight: 40}
indicators:
  - {code: spending, name: 科技支出, parent: a, weight: 60, denominator: people, unit: 万元}
  - code: firms
    name: 高企
    parent: b
    weight: 25
    unit: 家
    normalisation: {method: level_growth, level: {method: yardstick, standard: 40},
                    growth: {method: goalposts, from: -10, to: 20}}
  - code: energy
    name: 能耗
    parent: b
    weight: 15
    unit: 吨
    direction: lower
classes:
  - {name: A, least: 60}
  - {name: B, least: 20}
  - {name: C, least: 0}
"""
DATA = pl.DataFrame(
    {
        "unit": ["01", "02", "03", "04"] * 2 + ["05", "01", "02", "03"],
        "year": [2022] * 4 + [2023] * 4 + [2024] * 4,
        "spending": [10.0, 20, 30, 25, 12, None, 33, 20, 50, 14, 40, 30],
        "people": [1.0, 2, 2, 1, 1, 2, 2, 1, 3, 1, 2, 2],
        "firms": [10.0, 20, 30, 15, 12, 20, 36, 15, 30, 16, 30, 34],
        "energy": [5.0, 6, 4, 3, 5, 5, 4, 3, 6, 4, 5, 4.5],
    }
)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    return scheme_of(tmp_path, TEXT)


@pytest.fixture
def panel(scheme: Scheme) -> Panel:
    return panel_of(scheme, DATA)


def county() -> tuple[Scheme, Panel]:
    scheme = load_scheme("example_county")
    path = ROOT / "examples" / "evaluation" / "示例县域数据.csv"
    return scheme, panel_of(scheme, read_table(path, scheme.columns.unit))


@pytest.mark.parametrize("year", [2023, 2024])
def test_rows_of_a_year_score_as_the_year_does(scheme: Scheme, panel: Panel, year: int) -> None:
    found = evaluate_panel(scheme, panel, year=year)
    rows = RowsOfYear(scheme, panel, year, years_back(panel, year))
    again = rows.evaluation(rows.units, rows.rows)
    assert rows.units == found.units
    assert (rows.scores(rows.units, rows.rows) == np.round(found.total, 6)).all()
    np.testing.assert_array_equal(again.imputed, found.imputed)
    np.testing.assert_array_equal(rows.latest(rows.rows), found.raw)
    np.testing.assert_array_equal(rows.with_latest(rows.latest(rows.rows)), rows.rows)


def test_rows_of_a_table_without_years_score_as_it_does(scheme: Scheme) -> None:
    plain = replace(
        scheme,
        indicators=tuple(
            replace(each, normalisation=scheme.indicators[0].normalisation, imputation="none")
            for each in scheme.indicators
        ),
    )
    panel = panel_of(plain, DATA.filter(pl.col("year") == 2024).drop("year"))
    rows = RowsOfYear(plain, panel, None, years_back(panel, None))
    expected = evaluate_panel(plain, panel).total
    assert (rows.scores(rows.units, rows.rows) == np.round(expected, 6)).all()


def test_parts_of_every_county_sum_to_its_change() -> None:
    scheme, panel = county()
    before, after = (evaluate_panel(scheme, panel, year=year) for year in (2024, 2025))
    found = why_changed((scheme, panel, 2024), (scheme, panel, 2025))
    assert set(found.stayed) == set(before.units) & set(after.units)
    assert set(found.entered) == set(after.units) - set(before.units)
    assert set(found.left) == set(before.units) - set(after.units)
    for unit, change in found.stayed.items():
        ranks = before.places[before.units.index(unit)], after.places[after.units.index(unit)]
        assert (change.rank_before, change.rank_after) == ranks
        assert change.places.whole == ranks[0] - ranks[1]
        assert change.places.method == change.score.method == 0
    # Yardsticks and posts look at nobody else, so the data of others move no score.
    assert all(change.score.peers == 0 for change in found.stayed.values())
    assert any(change.places.peers_units for change in found.stayed.values())


def test_another_method_has_its_own_part(scheme: Scheme, panel: Panel, tmp_path: Path) -> None:
    other = scheme_of(tmp_path, TEXT.replace("standard: 40", "standard: 80"))
    change = why_changed((scheme, panel, 2023), (other, panel, 2023)).stayed["01"]
    assert change.score.method == change.score.whole < 0
    assert change.score.own == change.score.peers == 0


def test_a_scheme_over_all_years_cannot_be_taken_apart(tmp_path: Path) -> None:
    text = TEXT.replace(
        "method: level_growth, level: {method: yardstick, standard: 40},", "method:"
    )
    text = text.replace("growth: {method: goalposts, from: -10, to: 20}}", "rank}")
    scheme = scheme_of(tmp_path, "normalise_over: all_years\n" + text)
    with pytest.raises(EvaluationError, match="all_years"):
        RowsOfYear(scheme, panel_of(scheme, DATA), 2024, 1)


def test_usual_steps_are_shares_of_what_is_there(scheme: Scheme, panel: Panel) -> None:
    found = evaluate_panel(scheme, panel, year=2024)
    better = improvements(found, panel, "01")
    steps = {scheme.indicators[each.indicator].code: each.step for each in better.levers}
    assert steps == pytest.approx({"spending": 0.7, "firms": 0.8, "energy": -0.2})
    mosts = {scheme.indicators[each.indicator].code: each.most for each in better.levers}
    assert mosts == {"spending": 20, "firms": 20, "energy": 19}  # energy stays above nothing
    assert all(gain.score >= 0 for gain in better.gains)
    assert better.target is not None
    assert better.bundle is None
    assert bundle_told(better) == ""
    assert gain_frame(found, better).height == 3


def test_a_missing_value_is_no_lever(scheme: Scheme, panel: Panel) -> None:
    found = evaluate_panel(scheme, panel, year=2023)
    better = improvements(found, panel, "02")
    assert {scheme.indicators[each.indicator].code for each in better.levers} == {"firms", "energy"}


def test_marks_end_at_their_full_mark() -> None:
    scheme, panel = county()
    found = evaluate_panel(scheme, panel)
    better = improvements(found, panel, found.units[0])
    values = found.raw[0]
    for lever in better.levers:
        marks = scheme.indicators[lever.indicator].marks
        if marks is not None:
            end = values[lever.indicator] + lever.step * lever.most
            assert marks.most - lever.step < end <= marks.most


def costs(folder: Path, *rows: str, header: str = "指标,每步,最多步数,每步成本") -> Path:
    path = folder / "成本.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_the_cheapest_way_to_the_next_class_is_evaluated_again(
    scheme: Scheme, panel: Panel, tmp_path: Path
) -> None:
    found = evaluate_panel(scheme, panel, year=2024)
    row = found.row("01")
    assert found.classes[row] == "B"
    path = costs(tmp_path, "科技支出,2,10,10", "firms,2,8,3", "能耗,−0.5,4,1")
    better = improvements(found, panel, "01", path)
    assert better.levers == [Lever(0, 2, 10, 10), Lever(1, 2, 8, 3), Lever(2, -0.5, 4, 1)]
    bundle = better.bundle
    assert bundle is not None
    assert bundle.reaches
    moves = zip(bundle.steps, (2, 2, -0.5), ("spending", "firms", "energy"), strict=True)
    is_unit = (pl.col("unit") == "01") & (pl.col("year") == 2024)
    data = DATA.with_columns(
        pl.when(is_unit).then(pl.col(name) + steps * step).otherwise(pl.col(name)).alias(name)
        for steps, step, name in moves
    )
    again = evaluate_panel(scheme, panel_of(scheme, data), year=2024)
    assert again.classes[row] == "A"
    assert again.total[row] == pytest.approx(bundle.score)
    assert f"升到 A 档最省的办法：共需 {bundle.cost:g}" in bundle_told(better)
    assert bundle_frame(found, better)["成本"].sum() == bundle.cost


def test_a_class_out_of_reach_is_told(scheme: Scheme, panel: Panel, tmp_path: Path) -> None:
    found = evaluate_panel(scheme, panel, year=2024)
    better = improvements(found, panel, "01", costs(tmp_path, "能耗,−0.5,1,1"))
    assert "全用上也升不到 A 档" in bundle_told(better)


def test_the_highest_class_has_none_above(scheme: Scheme, panel: Panel, tmp_path: Path) -> None:
    found = evaluate_panel(scheme, panel, year=2024)
    top = found.units[found.classes.index("A")]
    better = improvements(found, panel, top, costs(tmp_path, "能耗,−0.5,1,1"))
    assert (better.target, better.bundle) == (None, None)


@pytest.mark.parametrize(
    ("row", "header", "says"),
    [
        ("没有的,1,1,1", "指标,每步,最多步数,每步成本", "“没有的”不认识"),
        ("高企,一步,1,1", "指标,每步,最多步数,每步成本", "都写数"),
        ("高企,1,1.5,1", "指标,每步,最多步数,每步成本", "步数写整数"),
        ("高企,1,1,", "指标,每步,最多步数,每步成本", "空"),
        ("高企,1,1,-1", "指标,每步,最多步数,每步成本", "成本不小于 0"),
        ("高企,1,1,1", "指标,每步,步数,每步成本", "没有“最多步数”一列"),
    ],
    ids=["no indicator", "no number", "half a step", "nothing", "a gift", "no column"],
)
def test_costs_that_cannot_be_used_are_told(
    scheme: Scheme, panel: Panel, tmp_path: Path, row: str, header: str, says: str
) -> None:
    found = evaluate_panel(scheme, panel, year=2024)
    with pytest.raises(EvaluationError, match=says):
        improvements(found, panel, "01", costs(tmp_path, row, header=header))


def test_changes_and_steps_are_told_in_words(scheme: Scheme, panel: Panel) -> None:
    change = why_changed((scheme, panel, 2023), (scheme, panel, 2024)).stayed["01"]
    assert change_told("甲县", replace(change, rank_before=5, rank_after=3)).endswith("上升 2 位")
    assert change_told("甲县", replace(change, rank_before=3, rank_after=5)).endswith("下降 2 位")
    assert change_told("甲县", replace(change, rank_before=3, rank_after=3)).endswith("名次不变")
    assert step_told(scheme.indicators[1], 5) == "+5 家"
    assert step_told(scheme.indicators[2], -0.25) == "−0.25 吨"
