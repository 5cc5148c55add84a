"""Every stage and result of the ASEM index as another program computed it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from asem import SAME, asem_data, asem_scheme, far, reference

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.checks import correlations, cronbach_alpha
from kechuang.evaluation.evaluating import Evaluation, evaluate
from kechuang.evaluation.normalisation import Normalisation, normalise

pytestmark = pytest.mark.requires_shared

NORMALISATIONS = {
    "zscore": Normalisation("z_score"),
    "zscore_10_2": Normalisation("z_score", centre=10, spread=2),
    "dist2max": Normalisation("distance_to_best"),
    "fracmax": Normalisation("share_of_best"),
    "minmax_1_100": Normalisation(low=1),
    "dist2ref_1": Normalisation("distance_to_unit", reference=0),
}
BY_PLACE = {
    "rank": Normalisation("rank"),
    "prank": Normalisation("percentile_rank"),
    "borda": Normalisation("borda"),
}
MEANS = {
    "amean": Aggregation(),
    "gmean": Aggregation("geometric"),
    "hmean": Aggregation("harmonic"),
    "genmean_p-0.5": Aggregation("generalised", power=-0.5),
}


@pytest.fixture(scope="module")
def found(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return evaluate(asem_scheme(shared, tmp_path_factory.mktemp("asem")), asem_data(shared))


@pytest.mark.parametrize(
    ("stage", "file"),
    [
        ("denominated", "stage_denominated.csv"),
        ("imputed", "stage_imputed.csv"),
        ("imputed", "stage_screened.csv"),
        ("treated", "stage_treated.csv"),
        ("normalised", "stage_normalised.csv"),
    ],
)
def test_stage_is_that_of_the_reference(
    found: Evaluation, shared: Path, stage: str, file: str
) -> None:
    codes = [each.code for each in found.scheme.indicators]

    assert far(getattr(found, stage), reference(shared, file, found.units, codes)) <= SAME


def test_scores_of_every_node_are_those_of_the_reference(found: Evaluation, shared: Path) -> None:
    codes = [each.code for each in found.scheme.nodes()]
    scores = np.column_stack([found.scores[code] for code in codes])

    assert far(scores, reference(shared, "stage_aggregated.csv", found.units, codes)) <= SAME


def test_results_are_those_of_the_reference(found: Evaluation, shared: Path) -> None:
    codes = [each.code for each in found.scheme.branches]
    scores = np.column_stack([found.scores[code] for code in codes])
    places = np.column_stack([found.ranks[code] for code in codes]).astype(np.float64)

    assert far(scores, reference(shared, "result_scores.csv", found.units, codes)) <= SAME
    assert (places == reference(shared, "result_ranks.csv", found.units, codes)).all()
    assert (
        found.places == reference(shared, "result_scores.csv", found.units, ["Rank"])[:, 0]
    ).all()


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_normalisation_is_that_of_the_reference(found: Evaluation, shared: Path, name: str) -> None:
    codes = [each.code for each in found.scheme.indicators]
    scores = np.column_stack(
        [
            normalise(found.treated[:, at], NORMALISATIONS[name], direction=each.direction)
            for at, each in enumerate(found.scheme.indicators)
        ]
    )

    assert far(scores, reference(shared, f"norm_{name}.csv", found.units, codes)) <= SAME


@pytest.mark.parametrize("name", BY_PLACE)
def test_normalisation_by_place_is_that_of_the_reference_but_for_ties(
    found: Evaluation, shared: Path, name: str
) -> None:
    """Values that differ only beyond the 15 digits of the files are ties here, and not there."""
    codes = [each.code for each in found.scheme.indicators]
    wanted = reference(shared, f"norm_{name}.csv", found.units, codes)
    alone = 0
    for at, indicator in enumerate(found.scheme.indicators):
        values = found.treated[:, at]
        places = normalise(values, BY_PLACE[name], direction=indicator.direction)
        distinct = np.array([(values == value).sum() == 1 for value in values])
        alone += int(distinct.sum())
        assert far(places[distinct, None], wanted[distinct, at, None]) <= SAME
        for value in values[~distinct]:
            assert wanted[values == value, at].min() == pytest.approx(places[values == value][0])

    assert alone > 1900


@pytest.mark.parametrize("name", MEANS)
def test_aggregation_is_that_of_the_reference(found: Evaluation, shared: Path, name: str) -> None:
    scheme = replace(
        found.scheme,
        indicators=tuple(
            replace(each, normalisation=Normalisation(low=1)) for each in found.scheme.indicators
        ),
        branches=tuple(replace(each, aggregation=MEANS[name]) for each in found.scheme.branches),
    )
    again = evaluate(scheme, asem_data(shared))
    codes = [each.code for each in scheme.branches]
    scores = np.column_stack([again.scores[code] for code in codes])

    assert (
        far(scores, reference(shared, f"agg_{name}_minmax_1_100.csv", again.units, codes)) <= SAME
    )


@pytest.mark.parametrize("points", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("scaled", ["minmax_1_100", "zscore_10_2"])
@pytest.mark.parametrize("mean", ["amean", "gmean"])
def test_grid_of_choices_is_that_of_the_reference(
    found: Evaluation, shared: Path, points: int, scaled: str, mean: str
) -> None:
    scheme = replace(
        found.scheme,
        indicators=tuple(
            replace(
                each,
                treatment=replace(each.treatment, points=points) if each.treatment else None,
                normalisation=NORMALISATIONS[scaled],
            )
            for each in found.scheme.indicators
        ),
        branches=tuple(replace(each, aggregation=MEANS[mean]) for each in found.scheme.branches),
    )
    again = evaluate(scheme, asem_data(shared))
    column = f"winmax{points}__{scaled}__a_{mean}"
    wanted = reference(shared, "scenario_grid_index.csv", again.units, [column])

    assert far(again.total[:, None], wanted) <= SAME


def test_what_was_treated_is_that_of_the_reference(found: Evaluation, shared: Path) -> None:
    path = shared / "data" / "asem" / "treatment_details.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["iCode"]: row for row in csv.DictReader(lines)}
    for indicator, treated in zip(found.scheme.indicators, found.treatments, strict=True):
        assert treated is not None
        row = rows[indicator.code]
        assert (len(treated.skewness) == 1) == (row["check_SkewKurt0.Pass"] == "TRUE")
        assert treated.high.sum() + treated.low.sum() == int(row["winsorise.nwin"] or 0)
        for step, (skew, tail) in enumerate(zip(treated.skewness, treated.kurtosis, strict=True)):
            assert skew == pytest.approx(float(row[f"check_SkewKurt{step}.Skew"]), rel=SAME)
            assert tail == pytest.approx(float(row[f"check_SkewKurt{step}.Kurt"]), rel=SAME)


def test_points_that_were_treated_are_those_of_the_reference(
    found: Evaluation, shared: Path
) -> None:
    path = shared / "data" / "asem" / "treatment_points.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["uCode"]: row for row in csv.DictReader(lines)}
    for indicator, treated in zip(found.scheme.indicators, found.treatments, strict=True):
        assert treated is not None
        words = [rows[unit][indicator.code] for unit in found.units]
        assert treated.high.tolist() == [word == "winhi" for word in words]
        assert treated.low.tolist() == [word == "winlo" for word in words]


def test_effective_weights_are_those_of_the_reference(found: Evaluation, shared: Path) -> None:
    path = shared / "data" / "asem" / "weights_effective.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        wanted = {row["iCode"]: float(row["EffWeight"]) for row in csv.DictReader(lines)}

    assert found.effective_weights() == pytest.approx(wanted, rel=SAME)


@pytest.mark.parametrize(
    "file", ["corr_indicator_index", "corr_indicator_pillar", "corr_pillar_index"]
)
def test_correlations_are_those_of_the_reference(
    found: Evaluation, shared: Path, file: str
) -> None:
    path = shared / "data" / "asem" / f"{file}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        wanted = {
            (row["Var1"], row["Var2"]): float(row["Correlation"]) for row in csv.DictReader(lines)
        }
    rows = list(dict.fromkeys(pair[0] for pair in wanted))
    columns = list(dict.fromkeys(pair[1] for pair in wanted))
    matrix = correlations(
        np.column_stack([found.scores[code] for code in rows]),
        np.column_stack([found.scores[code] for code in columns]),
    )

    assert {
        (row, column): matrix[at, place]
        for at, row in enumerate(rows)
        for place, column in enumerate(columns)
    } == pytest.approx(wanted, rel=SAME)


def test_cronbach_alpha_is_that_of_the_reference(found: Evaluation, shared: Path) -> None:
    path = shared / "data" / "asem" / "cronbach.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        wanted = {row["group"]: float(row["cronbach_alpha"]) for row in csv.DictReader(lines)}
    alphas = {
        code: cronbach_alpha(
            np.column_stack([found.scores[part.code] for part in found.scheme.parts(code)])
        )
        for code in wanted
    }

    assert alphas == pytest.approx(wanted, rel=SAME)
