"""Whatever a scheme chooses and the data hold: a result that holds together, or a reason."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_schemes import scheme_of

from kechuang.evaluation.aggregation import Averaging
from kechuang.evaluation.checks import remove_each
from kechuang.evaluation.errors import CODES, EvaluationError
from kechuang.evaluation.evaluating import Evaluation, evaluate
from kechuang.evaluation.missing import IMPUTING
from kechuang.evaluation.outputs import Results, json_text, result_frame
from kechuang.evaluation.rewards import movements
from kechuang.evaluation.scheme import Scheme

NORMALISATIONS = (
    "{method: min_max, low: 1}",
    "{method: z_score, centre: 50, spread: 10}",
    "{method: goalposts, from: 0, to: 5}",
    "{method: yardstick, standard: 4}",
    "{method: distance_to_target, standard: 4}",
    "{method: level_growth, level: min_max, growth: {method: goalposts, from: -9, to: 9}}",
    *("distance_to_best", "share_of_best", "rank", "percentile_rank", "borda", "none"),
)
AGGREGATIONS: tuple[Averaging | str, ...] = (
    *("arithmetic", "geometric", "harmonic", "copeland"),
    "{method: generalised, power: 2}",
    "{method: arithmetic, least: 0.7}",
)
WEIGHTINGS = ("given", "equal", "entropy", "variation", "critic", "pca", "pca_squared")
TREATMENTS = ("none", "{points: 2}", "{skewness: 0.5, kurtosis: 0}")
CODES_OF_INDICATORS = "abcd"


@st.composite
def schemes(draw: st.DrawFn) -> str:
    def one(options: tuple[str, ...]) -> str:
        return draw(st.sampled_from(options))

    branches = [
        f"  - {{code: {code}, name: {code}{parent}, aggregation: {one(AGGREGATIONS)}, "
        f"weighting: {one(WEIGHTINGS)}}}"
        for code, parent in (("t", ""), ("p", ", parent: t"), ("q", ", parent: t"))
    ]

    def scored() -> str:
        method, treatment = one(NORMALISATIONS), one(TREATMENTS)
        # Growth is that of values as they are.
        treatment = "none" if "level_growth" in method else treatment
        return f"treatment: {treatment}, normalisation: {method}"

    indicators = [
        f"  - {{code: {code}, name: {code}, parent: {parent}, missing: {one(IMPUTING)}, "
        f"direction: {one(('higher', 'lower'))}, {scored()}}}"
        for code, parent in zip(CODES_OF_INDICATORS, "ppqq", strict=True)
    ]
    least = draw(st.sampled_from([0, 0.5, 0.9]))
    top = f"availability: {{least: {least}}}"
    return "\n".join([top, "branches:", *branches, "indicators:", *indicators])


NUMBERS = st.none() | st.integers(-1, 3) | st.floats(0.5, 1e6)


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    units = draw(st.integers(1, 7))
    rows = [
        {
            "unit": f"u{unit}",
            "group": draw(st.sampled_from(["城", "乡"])),
            "year": year,
            **{code: draw(NUMBERS) for code in CODES_OF_INDICATORS},
        }
        for year in (2024, 2025)
        for unit in range(units)
    ]
    numbers = dict.fromkeys(CODES_OF_INDICATORS, pl.Float64)
    return pl.DataFrame(rows, schema_overrides=numbers, infer_schema_length=None, strict=False)


def evaluated(scheme: Scheme, table: pl.DataFrame) -> Evaluation | EvaluationError:
    try:
        return evaluate(scheme, table)
    except EvaluationError as error:
        return error


@settings(max_examples=80)
@given(text=schemes(), table=tables())
def test_every_choice_gives_a_result_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, text: str, table: pl.DataFrame
) -> None:
    scheme = scheme_of(tmp_path_factory.getbasetemp(), text)
    found = evaluated(scheme, table)
    if isinstance(found, EvaluationError):
        assert found.code in CODES
        assert all((found.what, found.why, found.remedy))
        return

    has = np.isfinite(found.total)
    assert has.any()
    assert ((found.places > 0) == has).all()
    order = np.argsort(found.places[has], kind="stable")
    assert (np.diff(np.round(found.total[has][order], scheme.decimals)) <= 0).all()
    for branch in scheme.branches:
        weights = [found.weights[part.code] for part in scheme.parts(branch.code)]
        assert sum(weights) == pytest.approx(1)
        for removal in remove_each(found, branch.code):
            assert removal.mean_change >= 0 or np.isnan(removal.mean_change)
    results = Results(found, movements(found, []))
    assert result_frame(results).height == len(found.units)
    assert len(json.loads(json_text(results))["units"]) == len(found.units)
