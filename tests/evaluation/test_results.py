"""What moved, what it earns, what the checks say, and the files that tell it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from made_schemes import scheme_of, table_of, two
from openpyxl import load_workbook

from kechuang.evaluation.checks import correlations, cronbach_alpha, remove_each, statistics
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import TITLE, Evaluation, evaluate, evaluate_years
from kechuang.evaluation.outputs import (
    FORMS,
    Form,
    Results,
    indicator_frame,
    markdown,
    result_frame,
    weight_frame,
    write_results,
)
from kechuang.evaluation.rewards import Movement, movements
from kechuang.evaluation.scheme import Scheme

NAN = float("nan")
REWARDED = """
defaults: {normalisation: {method: goalposts, from: 0, to: 100}}
branches:
  - {code: total, name: 总分}
indicators:
  - {code: a, name: 甲项, parent: total}
classes:
  - {name: A, least: 80}
  - {name: B, least: 60}
  - {name: C, least: 0}
rewards:
  class_rise:
    - {from: C, to: B, amount: 200万元}
    - {from: B, to: A, amount: 300.5 万元}
  rank_rise:
    - {places: 2, against: AGAINST, amount: 50万元}
    - {places: 3, against: AGAINST, amount: 80万元}
"""


def years_of(scheme: Scheme, *years: dict[str, float]) -> list[Evaluation]:
    """Evaluations of the years 2021, 2022, … from the score of each unit."""
    rows = [
        {"unit": unit, "year": 2021 + at, "a": score}
        for at, year in enumerate(years)
        for unit, score in year.items()
    ]
    return list(evaluate_years(scheme, pl.DataFrame(rows)).values())


def moved(folder: Path, against: str, *years: dict[str, float]) -> dict[str, Movement]:
    found = years_of(scheme_of(folder, REWARDED.replace("AGAINST", against)), *years)
    return {each.unit: each for each in movements(found[-1], found[:-1])}


def test_rise_into_a_class_is_rewarded_and_a_fall_is_not(tmp_path: Path) -> None:
    found = moved(
        tmp_path,
        "previous",
        {"甲": 90, "乙": 70, "丙": 59, "丁": 40},
        {"甲": 79, "乙": 80, "丙": 60, "丁": 90},
    )

    assert (found["乙"].amount, found["乙"].reasons) == (300_500_000, ("B 档升 A 档",))
    assert (found["丙"].amount, found["丙"].rise) == (200_000_000, -1)
    assert (found["甲"].earlier_class, found["甲"].class_now) == ("A", "B")
    assert (found["甲"].amount, found["甲"].rise) == (0, -2)


def test_of_rewards_for_a_rise_of_rank_the_greatest_counts(tmp_path: Path) -> None:
    found = moved(
        tmp_path,
        "previous",
        {"甲": 50, "乙": 40, "丙": 30, "丁": 20},
        {"甲": 50, "乙": 40, "丙": 55, "丁": 58},
    )

    assert (found["丁"].rise, found["丁"].amount) == (3, 80 * 1_000_000)
    assert (found["丙"].rise, found["丙"].amount) == (1, 0)


@pytest.mark.parametrize(("against", "amount"), [("previous", 50_000_000), ("best", 0)])
def test_a_rise_is_counted_from_the_year_before_or_the_best_one(
    tmp_path: Path, against: str, amount: int
) -> None:
    """丙 was first, fell to third and is first again."""
    found = moved(
        tmp_path,
        against,
        {"甲": 50, "乙": 40, "丙": 55},
        {"甲": 50, "乙": 40, "丙": 30},
        {"甲": 50, "乙": 40, "丙": 55},
    )

    assert found["丙"].rise == 2
    assert found["丙"].amount == amount


def test_a_unit_that_enters_has_no_earlier_rank_and_one_that_leaves_is_named(
    tmp_path: Path,
) -> None:
    scheme = scheme_of(tmp_path, REWARDED.replace("AGAINST", "best"))
    before, now = years_of(scheme, {"甲": 50, "乙": 40}, {"乙": 90, "丙": 95})

    results = Results(now, movements(now, [before]), before)

    came = next(each for each in results.moved if each.unit == "丙")
    assert (came.earlier_rank, came.rise, came.score_change, came.amount) == (None, None, None, 0)
    assert any("丙上年没有参加" in note for note in results.notes)
    assert any("甲上年参加，本年没有" in note for note in results.notes)


def test_a_gap_of_years_is_told(tmp_path: Path) -> None:
    scheme = scheme_of(tmp_path, REWARDED.replace("AGAINST", "best"))
    table = pl.DataFrame({"unit": ["甲", "甲"], "year": [2021, 2024], "a": [50, 60]})
    before, now = evaluate_years(scheme, table).values()

    assert any("2021年" in note for note in Results(now, movements(now, [before]), before).notes)


# --- checks


def test_correlation_is_over_units_that_have_both() -> None:
    one = np.array([[1.0], [2.0], [3.0], [NAN]])
    other = np.array([[2.0, 1.0], [4.0, 1.0], [7.0, 1.0], [5.0, 1.0]])

    found = correlations(one, other)

    assert found[0, 0] == pytest.approx(np.corrcoef([1, 2, 3], [2, 4, 7])[0, 1])
    assert np.isnan(found[0, 1])


@pytest.mark.parametrize(
    ("columns", "alpha"),
    [
        ([[1, 2, 3], [1, 2, 3]], 1),
        ([[1, 2, 3], [3, 2, 1]], NAN),
        ([[1, 2, 3]], NAN),
        ([[1, 1], [2, 2]], NAN),
        ([[1, 2, 3, 4], [2, 1, 4, 3]], 0.75),
    ],
)
def test_alpha_says_whether_indicators_go_together(
    columns: list[list[float]], alpha: float
) -> None:
    found = cronbach_alpha(np.array(columns, dtype=np.float64).T)

    assert found == pytest.approx(alpha, nan_ok=True)


def test_statistics_of_a_column() -> None:
    found = statistics(np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7, NAN]))

    assert (found.count, found.smallest, found.largest) == (10, 2, 7)
    assert (found.mean, found.deviation) == pytest.approx((4.3, 1.494434118))
    assert (found.skewness, found.kurtosis) == pytest.approx((0.359543071, -0.151799637))


def test_leaving_one_indicator_out_spreads_its_weight(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total, weight: 2}
  - {code: b, name: 乙项, parent: total, weight: 1}
  - {code: c, name: 丙项, parent: total, weight: 1}
""",
    )
    found = evaluate(scheme, table_of(a=[0, 1, 2], b=[2, 1, 0], c=[0, 1, 2]))

    removed = {each.code: each for each in remove_each(found, "indicators")}

    assert removed["a"].scores.tolist() == [50, 50, 50]
    assert removed["a"].ranks.tolist() == [1, 1, 1]
    assert removed["a"].mean_change == pytest.approx((2 + 1 + 0) / 3)
    assert removed["c"].mean_change == 0
    assert [each.code for each in remove_each(found, "total")] == ["a", "b", "c"]


def test_what_stands_alone_cannot_be_left_out(tmp_path: Path) -> None:
    scheme = two(tmp_path, indicators="indicators:\n  - {code: a, name: 甲项, parent: total}\n")

    assert list(remove_each(evaluate(scheme, table_of(a=[0, 1])), "indicators")) == []


def test_leaving_out_what_kept_a_geometric_mean_positive_has_no_result(tmp_path: Path) -> None:
    text = """
defaults: {normalisation: none}
branches:
  - {code: total, name: 总分, aggregation: geometric}
  - {code: one, name: 一组, parent: total}
indicators:
  - {code: a, name: 甲项, parent: one}
  - {code: b, name: 乙项, parent: one}
  - {code: c, name: 丙项, parent: total}
"""
    found = evaluate(scheme_of(tmp_path, text), table_of(a=[0, 4], b=[2, 4], c=[1, 1]))

    removed = {each.code: each for each in remove_each(found, "indicators")}

    assert np.isnan(removed["b"].scores).all()
    assert np.isnan(removed["b"].mean_change)
    assert removed["a"].scores.tolist() == pytest.approx([2**0.5, 2])


def test_leaving_out_of_a_branch_that_is_not_there_is_refused(tmp_path: Path) -> None:
    found = evaluate(two(tmp_path), table_of(a=[0, 1], b=[0, 1]))

    with pytest.raises(EvaluationError, match="没有分支“x”"):
        list(remove_each(found, "x"))


# --- frames and files


@pytest.fixture
def results(tmp_path: Path) -> Results:
    text = """
branches:
  - {code: total, name: 总分}
  - {code: one, name: 一组, parent: total}
  - {code: other, name: 二组, parent: total}
indicators:
  - {code: a, name: 甲项, parent: one}
  - {code: b, name: 二组的乙项, also: [乙项], parent: other}
"""
    table = table_of(a=[0, 5, 10], 乙项=[0, 10, None]).with_columns(
        name=pl.Series(["=1+1", "乙|县", "丙县"])
    )
    return Results(evaluate(scheme_of(tmp_path, text), table))


def test_frame_of_results_is_sorted_by_rank(results: Results) -> None:
    frame = result_frame(results)

    assert frame.columns == ["名次", "单位代码", "单位", "得分", "一组", "二组"]
    assert frame["名次"].to_list() == [1, 2, 3]
    assert frame["得分"].to_list() == [100, 75, 0]
    assert frame["二组"].to_list() == [None, 100, 0]


def test_frames_of_stages_and_weights_follow_the_scheme(results: Results) -> None:
    found = results.found

    assert indicator_frame(found, found.raw).columns == ["单位代码", "单位", "甲项", "二组的乙项"]
    assert weight_frame(found).row(2, named=True) == {
        "代码": "a",
        "名称": "甲项",
        "上级": "一组",
        "同级权重": 1.0,
        "总权重": 0.5,
        "定权办法": "给定",
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_file_begins_with_the_title(tmp_path: Path, results: Results, form: Form) -> None:
    path = tmp_path / f"结果.{form}"

    write_results(results, path, form)

    if form == "xlsx":
        book = load_workbook(path)
        assert [sheet["A1"].value for sheet in book] == [f"{TITLE}：试方案"] * 6
        return
    start = path.read_text(encoding="utf-8-sig").splitlines()[:2]
    assert any(f"{TITLE}：试方案" in line for line in start)


def test_written_scores_are_those_of_the_evaluation(tmp_path: Path, results: Results) -> None:
    write_results(results, tmp_path / "结果.json", "json")
    found = json.loads((tmp_path / "结果.json").read_text(encoding="utf-8"))

    scores = {unit["name"]: unit["score"] for unit in found["units"]}
    assert scores == {"=1+1": 0, "乙|县": 75, "丙县": 100}
    assert found["units"][2]["scores"] == {
        "total": 100,
        "one": 100,
        "other": None,
        "a": 100,
        "b": None,
    }


def test_no_cell_of_a_file_runs_as_a_formula(tmp_path: Path, results: Results) -> None:
    write_results(results, tmp_path / "结果.csv", "csv")
    write_results(results, tmp_path / "结果.xlsx", "xlsx")

    assert ",'=1+1," in (tmp_path / "结果.csv").read_text(encoding="utf-8-sig")
    sheet = load_workbook(tmp_path / "结果.xlsx")["结果"]
    assert (sheet["C5"].value, sheet["C5"].data_type) == ("=1+1", "s")


def test_markdown_keeps_a_bar_inside_its_cell(results: Results) -> None:
    assert "| 2 | 02 | 乙\\|县 | 75.00 | 50.00 | 100.00 |" in markdown(results)
