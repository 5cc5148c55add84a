"""Whole evaluations: what comes of missing, equal, single, tied and impossible values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_schemes import BRANCHES, scheme_of, table_of, two

from kechuang.evaluation.errors import CODES, EvaluationError
from kechuang.evaluation.evaluating import Evaluation, evaluate, evaluate_years

NAN = float("nan")
CLASSES = "classes:\n  - {name: A, least: 80}\n  - {name: B, least: 60}\n  - {name: C, least: 0}\n"


def scores(found: Evaluation) -> list[float]:
    return found.total.tolist()


def test_two_indicators_make_the_mean_of_their_scores(tmp_path: Path) -> None:
    found = evaluate(two(tmp_path, top=CLASSES), table_of(a=[10, 20, 30], b=[1, 3, 2]))

    assert scores(found) == [0, 75, 75]
    assert found.places.tolist() == [3, 1, 1]
    assert found.classes == ("C", "B", "B")
    assert found.notes == ()


# --- what is missing


@pytest.mark.parametrize(
    ("rule", "total"),
    [
        pytest.param("none", [0, 100, 100], id="passed over, its weight spread"),
        pytest.param("mean", [0, 100, 75], id="the mean of the others"),
        pytest.param("zero", [50 / 6, 100, 50], id="a blank means none"),
    ],
)
def test_a_missing_value_is_treated_as_the_scheme_says(
    tmp_path: Path, rule: str, total: list[float]
) -> None:
    scheme = two(tmp_path, top=f"defaults: {{missing: {rule}}}\n")

    found = evaluate(scheme, table_of(a=[10, 30, 30], b=[1, 6, None]))

    assert scores(found) == pytest.approx(total)
    assert any("乙项" in note for note in found.notes)
    assert found.added.any() == (rule != "none")
    assert np.isnan(found.raw[2, 1])


def test_a_unit_with_too_few_data_is_left_out_and_named(tmp_path: Path) -> None:
    scheme = two(tmp_path, top="availability: {least: 0.6}\n")

    found = evaluate(scheme, table_of(a=[10, 30, 20], b=[1, 6, None]))

    assert found.units == ("01", "02")
    assert found.left_out == (("03", 0.5),)
    assert any("丙县" in note and "50%" in note for note in found.notes)


def test_data_that_are_put_in_count_where_the_scheme_says(tmp_path: Path) -> None:
    scheme = two(
        tmp_path, top="availability: {least: 0.6, counted: imputed}\ndefaults: {missing: mean}\n"
    )

    assert len(evaluate(scheme, table_of(a=[10, 30, 20], b=[1, 6, None])).units) == 3


def test_a_unit_that_lacks_too_much_of_a_branch_has_no_score_and_no_rank(tmp_path: Path) -> None:
    branches = (
        "branches:\n  - {code: total, name: 总分, aggregation: {method: arithmetic, least: 1}}\n"
    )

    found = evaluate(
        two(tmp_path, top=CLASSES, branches=branches), table_of(a=[10, 30, 20], b=[1, 6, None])
    )

    row = found.row("丙县")
    assert np.isnan(found.total[row])
    assert found.places[row] == 0
    assert found.classes[row] is None
    assert any("丙县" in note and "没有总分" in note for note in found.notes)


def test_no_data_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as refused:
        evaluate(two(tmp_path), table_of(a=[None, None], b=[None, None]))

    assert refused.value.code == "no_data"


def test_values_are_put_in_from_the_group(tmp_path: Path) -> None:
    scheme = two(tmp_path, top="defaults: {missing: group_mean}\n")
    table = table_of(a=[10, 20, 30, None], b=[1, 1, 2, 2], group=["城", "城", "乡", "乡"])

    found = evaluate(scheme, table)

    assert found.imputed[found.row("丁县"), 0] == 30
    with pytest.raises(EvaluationError, match="没有分组"):
        evaluate(scheme, table.drop("group"))


# --- no spread


def test_an_indicator_that_is_the_same_everywhere_is_passed_over_with_a_note(
    tmp_path: Path,
) -> None:
    found = evaluate(two(tmp_path), table_of(a=[0.1, 0.1, 0.1], b=[1, 2, 3]))

    assert scores(found) == pytest.approx([0, 50, 100])
    assert any("甲项" in note and "都一样" in note for note in found.notes)


@pytest.mark.parametrize("way", ["entropy", "critic", "pca", "pca_squared", "variation"])
def test_an_indicator_that_is_the_same_everywhere_gets_no_weight_from_the_data(
    tmp_path: Path, way: str
) -> None:
    scheme = two(
        tmp_path,
        top=f"defaults: {{weighting: {way}}}\n",
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total}
  - {code: b, name: 乙项, parent: total}
  - {code: c, name: 丙项, parent: total}
""",
    )

    found = evaluate(scheme, table_of(a=[5, 5, 5, 5], b=[1, 2, 3, 4], c=[1, 3, 2, 5]))

    assert found.weights["a"] == 0
    assert found.weights["b"] + found.weights["c"] == pytest.approx(1)


def test_one_unit_cannot_be_compared_and_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="一个单位无从比较"):
        evaluate(two(tmp_path), table_of(a=[10], b=[1]))


def test_one_unit_is_scored_by_posts(tmp_path: Path) -> None:
    goals = "defaults: {normalisation: {method: goalposts, from: 0, to: 40}}\n"

    found = evaluate(two(tmp_path, top=goals), table_of(a=[10], b=[30]))

    assert scores(found) == [50]
    assert found.places.tolist() == [1]


def test_units_that_are_all_the_same_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as refused:
        evaluate(two(tmp_path), table_of(a=[7, 7], b=[3, 3]))

    assert refused.value.code == "no_data"


def test_scores_of_very_different_scales_are_told(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total, normalisation: distance_to_best}
  - {code: b, name: 乙项, parent: total}
""",
    )

    assert any(
        "宽窄悬殊" in note and "“甲项”约 1 分宽" in note
        for note in evaluate(scheme, table_of(a=[1, 2, 3], b=[1, 2, 3])).notes
    )


def test_outliers_that_were_treated_are_told(tmp_path: Path) -> None:
    scheme = two(tmp_path, top="defaults: {treatment: {points: 1}}\n")
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 500]

    found = evaluate(scheme, table_of(a=values, b=[*values[:9], 10]))

    assert any("处理了极端值：甲项（1 个单位）" in note for note in found.notes)


# --- ties and noise


def test_scores_that_differ_only_by_noise_share_rank_and_class(tmp_path: Path) -> None:
    """0.1 × 3 and 0.3 are the same score though their binary fractions are not."""
    scheme = two(
        tmp_path,
        top="defaults: {normalisation: none}\nclasses:\n  - {name: A, least: 0.3}\n",
        indicators="indicators:\n  - {code: a, name: 甲项, parent: total}\n",
    )

    found = evaluate(scheme, table_of(a=[0.3, 0.1 + 0.1 + 0.1, 0.29, 0.3 - 1e-12]))

    ranked = dict(zip(found.names, found.places.tolist(), strict=True))
    assert ranked == {"甲县": 1, "乙县": 1, "丙县": 4, "丁县": 1}
    assert [found.classes[found.row(unit)] for unit in ("甲县", "丁县", "丙县")] == ["A", "A", None]


# --- means that need positive scores


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_a_zero_score_under_a_mean_of_positive_ones_is_told_with_its_place(
    tmp_path: Path, mean: str
) -> None:
    branches = f"branches:\n  - {{code: total, name: 总分, aggregation: {mean}}}\n"

    with pytest.raises(EvaluationError) as refused:
        evaluate(two(tmp_path, branches=branches), table_of(a=[10, 20], b=[5, 1]))

    assert refused.value.code == "not_positive"
    assert "“甲县”的“甲项”得 0 分" in refused.value.why
    assert "low: 1" in refused.value.remedy


def test_a_scale_from_one_makes_the_geometric_mean_possible(tmp_path: Path) -> None:
    branches = "branches:\n  - {code: total, name: 总分, aggregation: geometric}\n"
    low = "defaults: {normalisation: {method: min_max, low: 1}}\n"

    found = evaluate(two(tmp_path, top=low, branches=branches), table_of(a=[10, 20], b=[5, 1]))

    assert scores(found) == pytest.approx([10, 10])


# --- impossible numbers


@pytest.mark.parametrize(
    ("method", "code"),
    [("share_of_best", "no_spread"), ("{method: distance_to_target, standard: 0}", "no_spread")],
)
def test_a_formula_that_divides_by_zero_is_refused(tmp_path: Path, method: str, code: str) -> None:
    scheme = two(tmp_path, top=f"defaults: {{normalisation: {method}}}\n")
    if "target" in method:
        method = "{method: distance_to_target, standard: 0, cap: none}"
        scheme = two(tmp_path, top=f"defaults: {{normalisation: {method}}}\n")

    with pytest.raises(EvaluationError) as refused:
        evaluate(scheme, table_of(a=[0, -2, -1], b=[0, 1, 2]))

    assert refused.value.code == code
    assert "甲项" in refused.value.why or "乙项" in refused.value.why


@pytest.mark.parametrize(("below", "what"), [(0, "是 0"), (-5, "是 -5")])
def test_a_denominator_that_is_not_positive_is_refused(
    tmp_path: Path, below: float, what: str
) -> None:
    scheme = two(
        tmp_path,
        indicators="indicators:\n  - {code: a, name: 甲项, parent: total, denominator: 人口}\n",
    )

    with pytest.raises(EvaluationError, match=what):
        evaluate(scheme, table_of(a=[1, 2], 人口=[10, below]))


def test_a_missing_denominator_leaves_the_value_missing(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total, denominator: 人口, scale: 100}
  - {code: b, name: 乙项, parent: total}
""",
    )

    found = evaluate(scheme, table_of(a=[1, 2, 3], b=[4, 5, 6], 人口=[10, 10, None]))

    assert found.denominated[:, 0].tolist() == pytest.approx([10, 20, NAN], nan_ok=True)


# --- weights from comparisons and data


def test_weights_of_comparisons_are_used(tmp_path: Path) -> None:
    branches = """
branches:
  - {code: total, name: 总分, comparisons: [[1, 3], [1/3, 1]]}
"""

    found = evaluate(two(tmp_path, branches=branches), table_of(a=[1, 0], b=[0, 1]))

    assert found.weights["a"] == pytest.approx(0.75)
    assert sorted(scores(found)) == pytest.approx([25, 75])


def test_comparisons_in_a_circle_are_refused_by_the_branch(tmp_path: Path) -> None:
    branches = BRANCHES.replace("总分", "总分, comparisons: [[1, 9, 1], [1/9, 1, 9], [1, 1/9, 1]]")
    three = """
indicators:
  - {code: a, name: 甲项, parent: total}
  - {code: b, name: 乙项, parent: total}
  - {code: c, name: 丙项, parent: total}
"""

    with pytest.raises(EvaluationError, match="“总分”下面各项的权重"):
        evaluate(
            two(tmp_path, branches=branches, indicators=three),
            table_of(a=[1, 2], b=[1, 2], c=[1, 2]),
        )


def test_copeland_ranks_without_compensation(tmp_path: Path) -> None:
    branches = BRANCHES.replace("总分", "总分, aggregation: copeland")

    found = evaluate(two(tmp_path, branches=branches), table_of(a=[100, 2, 1], b=[1, 2, 3]))

    assert scores(found) == [0, 0, 0]


# --- years


def panel(**columns: object) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def test_the_newest_year_is_taken_and_growth_looks_one_year_back(tmp_path: Path) -> None:
    growth = """
defaults:
  normalisation:
    method: level_growth
    level_share: 0.5
    level: {method: yardstick, standard: 100}
    growth: {method: goalposts, from: 0, to: 20}
"""
    scheme = two(
        tmp_path, top=growth, indicators="indicators:\n  - {code: a, name: 甲项, parent: total}\n"
    )
    table = panel(unit=["甲", "乙"] * 2, year=[2024, 2024, 2025, 2025], a=[50, 100, 60, 100])

    found = evaluate(scheme, table)

    assert found.year == 2025
    assert dict(zip(found.units, scores(found), strict=True)) == pytest.approx({"甲": 80, "乙": 50})
    with pytest.raises(EvaluationError, match="缺上一年的数据"):
        evaluate(scheme, table, year=2024)
    with pytest.raises(EvaluationError, match="缺上一年的数据"):
        evaluate(scheme, table.with_columns(pl.col("year").replace(2024, 2023)))


def test_one_scale_for_all_years_shows_progress(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        top="normalise_over: all_years\n",
        indicators="indicators:\n  - {code: a, name: 甲项, parent: total}\n",
    )
    table = panel(unit=["甲", "乙"] * 2, year=[2024, 2024, 2025, 2025], a=[0, 50, 40, 100])

    found = evaluate_years(scheme, table)

    rows = [found[2024].row("甲"), found[2024].row("乙")]
    assert found[2024].total[rows].tolist() == pytest.approx([0, 50])
    assert found[2025].total[rows].tolist() == pytest.approx([40, 100])


def test_a_unit_may_enter_and_leave_between_years(tmp_path: Path) -> None:
    scheme = two(tmp_path, top="defaults: {missing: last}\n")
    table = panel(
        unit=["甲", "乙", "丙", "乙", "丙", "丁"],
        year=[2024] * 3 + [2025] * 3,
        a=[1, 2, 3, 2, 3, 4],
        b=[1, 2, 3, None, 3, None],
    )

    found = evaluate_years(scheme, table)

    assert set(found[2024].units) == {"甲", "乙", "丙"}
    assert set(found[2025].units) == {"乙", "丙", "丁"}
    now = found[2025]
    assert now.imputed[now.row("乙"), 1] == 2
    assert np.isnan(now.imputed[now.row("丁"), 1])


def test_a_year_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    table = table_of(a=[1, 2], b=[1, 2], year=[2024, 2024])

    with pytest.raises(EvaluationError, match="数据里有 2024"):
        evaluate(two(tmp_path), table, year=2023)
    with pytest.raises(EvaluationError, match="没有年份一列"):
        evaluate(two(tmp_path), table.drop("year"), year=2024)
    with pytest.raises(EvaluationError, match="逐年"):
        evaluate_years(two(tmp_path), table.drop("year"))


# --- a unit as the reference


def test_scores_are_distances_to_the_unit_that_the_scheme_names(tmp_path: Path) -> None:
    scheme = two(
        tmp_path,
        indicators="""
indicators:
  - {code: a, name: 甲项, parent: total, normalisation: distance_to_unit, reference_unit: "02"}
""",
    )

    found = evaluate(scheme, table_of(a=[0, 10, 20]))

    assert [found.total[found.row(unit)] for unit in ("甲县", "乙县", "丙县")] == [0, 1, 2]
    with pytest.raises(EvaluationError, match="没有参照单位"):
        evaluate(scheme, table_of(a=[1]))


@pytest.mark.parametrize("unit", ["丁县", ""])
def test_a_unit_that_is_not_there_is_told(tmp_path: Path, unit: str) -> None:
    found = evaluate(two(tmp_path), table_of(a=[1, 2], b=[1, 2]))

    with pytest.raises(EvaluationError, match="找不到单位"):
        found.row(unit)


def test_every_error_of_these_tests_has_a_known_code(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as refused:
        evaluate(two(tmp_path), table_of(a=[1, 2]))

    assert refused.value.code in CODES


DEEP = """
weights: relative
defaults: {normalisation: {method: min_max, low: 1}}
branches:
  - {code: total, name: 总分}
  - {code: one, name: 一组, parent: total, weight: 3}
  - {code: other, name: 二组, parent: total, weight: 1, aggregation: geometric}
indicators:
  - {code: a, name: 甲项, parent: one, weight: 2}
  - {code: b, name: 乙项, parent: one, weight: 1, direction: lower}
  - {code: c, name: 丙项, parent: other, weight: 1}
  - {code: d, name: 丁项, parent: other, weight: 5}
"""
COLUMN = st.lists(st.integers(0, 20), min_size=6, max_size=6)


@settings(max_examples=25)
@given(a=COLUMN, b=COLUMN, c=COLUMN, d=COLUMN, order=st.permutations(range(6)))
def test_the_order_of_rows_and_the_unit_of_measure_decide_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    a: list[int],
    b: list[int],
    c: list[int],
    d: list[int],
    order: list[int],
) -> None:
    scheme = scheme_of(tmp_path_factory.getbasetemp(), DEEP)
    table = table_of(a=[0, 1, *a[2:]], b=b, c=c, d=d)

    found = evaluate(scheme, table)
    again = evaluate(scheme, table[order].with_columns(pl.col("a") * 1000 + 7))

    assert again.units == found.units
    assert again.total.tolist() == pytest.approx(found.total.tolist(), rel=1e-9)
    assert again.places.tolist() == found.places.tolist()
    weights = found.effective_weights()
    assert sum(weights[each.code] for each in scheme.indicators) == pytest.approx(1)
