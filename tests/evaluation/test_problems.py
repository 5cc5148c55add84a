"""What a scheme could have chosen otherwise, beside the results of another program."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from asem import SAME, asem_data, asem_scheme, far, reference

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.choices import Draws
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import evaluate, evaluate_panel
from kechuang.evaluation.normalisation import Normalisation
from kechuang.evaluation.problems import problem_of
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scheme_reading import read_scheme
from kechuang.evaluation.table import panel_of
from kechuang.evaluation.uncertainty import Problem, sensitivity, simulate, simulate_draws

AS_PUBLISHED = Alternatives(
    points=(1, 2, 3, 4, 5),
    normalisations=(Normalisation(low=1), Normalisation("z_score", centre=10, spread=2)),
    aggregations=(Aggregation(), Aggregation("geometric")),
    noise=0.25,
)
SCHEME = """
scheme: 示例
name: 示例方案
weights: shares
availability: {least: 0.6, counted: imputed}
defaults:
  missing: mean
branches:
  - {code: all, name: 总分}
  - {code: input, name: 投入, parent: all, weight: 0.5}
  - {code: output, name: 产出, parent: all, weight: 0.5}
indicators:
  - {code: a, name: 经费, parent: input, weight: 0.6}
  - {code: b, name: 人员, parent: input, weight: 0.4}
  - code: c
    name: 专利
    parent: output
    weight: 1
    normalisation: {method: yardstick, standard: 50}
"""
DATA = pl.DataFrame(
    {
        "unit": ["甲县", "乙县", "丙县", "丁县"],
        "a": [1.0, 2.0, 4.0, None],
        "b": [5.0, None, 1.0, None],
        "c": [10.0, 30.0, 60.0, 20.0],
    }
)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    path = tmp_path / "scheme.yaml"
    path.write_text(SCHEME, encoding="utf-8")
    return read_scheme(path)


def asked(scheme: Scheme, alternatives: Alternatives, data: pl.DataFrame = DATA) -> Problem:
    panel = panel_of(scheme, data)
    return problem_of(evaluate_panel(scheme, panel), panel, alternatives)


@pytest.mark.requires_shared
def test_every_combination_is_that_of_the_reference(shared: Path, tmp_path: Path) -> None:
    found = asked(asem_scheme(shared, tmp_path), AS_PUBLISHED, asem_data(shared))
    places = found.tree.leaves + len(found.tree.joints)
    means = np.tile(np.repeat([[0], [1]], 4, axis=1), (10, 1))
    draws = Draws(np.repeat(np.arange(10), 2), means, np.ones((20, places)))
    scores = simulate_draws(found, draws).scores
    path = shared / "data" / "asem" / "scenario_grid_index.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        columns = next(csv.reader(lines))[1:]
    assert far(scores.T, reference(shared, path.name, found.units, columns)) <= SAME


@pytest.mark.requires_shared
def test_draws_are_what_evaluating_each_scheme_says(shared: Path, tmp_path: Path) -> None:
    """Each draw is written down as a scheme of its own and evaluated without any shortcut."""
    scheme, data = asem_scheme(shared, tmp_path), asem_data(shared)
    found = asked(scheme, AS_PUBLISHED, data)
    random = np.random.default_rng(3)
    places = [*scheme.indicators, *scheme.branches[::-1]]
    draws = Draws(
        random.integers(10, size=6),
        np.repeat(random.integers(2, size=(6, 1)), 4, axis=1),
        random.uniform(0.75, 1.25, size=(6, len(places))),
    )
    scores = simulate_draws(found, draws).scores
    for row in range(6):
        points, normalisation = divmod(int(draws.scales[row]), 2)
        factors = dict(zip((each.code for each in places), draws.multipliers[row], strict=True))
        other = dataclasses.replace(
            scheme,
            indicators=tuple(
                dataclasses.replace(
                    each,
                    weight=each.weight * factors[each.code],
                    treatment=each.treatment and dataclasses.replace(
                        each.treatment, points=points + 1
                    ),
                    normalisation=AS_PUBLISHED.normalisations[normalisation],
                )
                for each in scheme.indicators
            ),
            branches=tuple(
                dataclasses.replace(
                    each,
                    weight=each.weight * factors[each.code],
                    aggregation=AS_PUBLISHED.aggregations[int(draws.aggregations[row, 0])],
                )
                for each in scheme.branches
            ),
        )  # fmt: skip
        assert far(scores[row], evaluate(other, data).total) <= SAME


@pytest.mark.requires_shared
def test_the_mean_used_matters_most_for_the_ranks(shared: Path, tmp_path: Path) -> None:
    found = sensitivity(
        asked(asem_scheme(shared, tmp_path), AS_PUBLISHED, asem_data(shared)), 1, sample=256
    )
    assert max(found.total, key=lambda name: found.total[name].value) == "aggregation"
    assert set(found.total) == {"treatment", "normalisation", "aggregation", "weights"}


def test_posts_of_their_own_stay_where_others_are_scored_otherwise(scheme: Scheme) -> None:
    found = asked(
        scheme, Alternatives(normalisations=(Normalisation(low=1), Normalisation("rank")))
    )
    assert np.nanmin(found.matrices[0][:, 0]) == 1
    by_rank = dict(zip(found.units, found.matrices[1][:, 0].tolist(), strict=True))
    assert by_rank == {"甲县": 1, "乙县": 2, "丁县": 3, "丙县": 4}
    assert (found.matrices[0][:, 2] == found.normalised[:, 2]).all()


def test_a_unit_that_another_rule_leaves_out_has_no_rank_under_it(scheme: Scheme) -> None:
    found = asked(scheme, Alternatives(imputations=("mean", "none"), noise=0.25))
    at = list(found.units).index("丁县")
    assert np.isfinite(found.matrices[0][at]).all()
    assert np.isnan(found.matrices[1][at]).all()
    simulation = simulate(found, 60, seed=1)
    has = simulation.places[:, at] > 0
    assert 0 < has.sum() < 60
    assert simulation.places.max(axis=1).tolist() == np.where(has, 4, 3).tolist()


def test_one_indicator_or_none_is_left_out(scheme: Scheme) -> None:
    found = asked(scheme, Alternatives(leave_one_out=True))
    assert found.choices.left_out == (0, 1, 2)
    scores = {tuple(row) for row in np.round(simulate(found, 100, seed=1).scores, 6)}
    assert len(scores) == 4


def test_an_alternative_that_cannot_be_evaluated_is_told(scheme: Scheme) -> None:
    with pytest.raises(EvaluationError, match=r"备选算法算不出.*上一年"):
        asked(scheme, Alternatives(normalisations=(Normalisation("level_growth"),)))


def test_a_scheme_without_alternatives_has_nothing_to_draw(scheme: Scheme) -> None:
    with pytest.raises(EvaluationError, match="没有可以变动的选择"):
        asked(scheme, Alternatives())
