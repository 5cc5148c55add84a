"""From a scheme and what else it could have chosen to what can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.arrays import Array
from kechuang.evaluation.choices import Choices
from kechuang.evaluation.errors import EvaluationError
from kechuang.evaluation.evaluating import Evaluation, evaluate_panel
from kechuang.evaluation.missing import Imputing
from kechuang.evaluation.normalisation import RELATIVE, Normalisation
from kechuang.evaluation.scheme import Indicator, Scheme
from kechuang.evaluation.table import Panel
from kechuang.evaluation.trees import tree_of
from kechuang.evaluation.uncertainty import Problem

IMPUTATION, TREATMENT, NORMALISATION = "imputation", "treatment", "normalisation"


def problem_of(evaluation: Evaluation, panel: Panel, alternatives: Alternatives) -> Problem:
    """What there is to draw for an evaluation of a panel. Weights found from data stay as found.

    Raises:
        EvaluationError: there is nothing to draw, or an alternative cannot be evaluated.
    """
    scheme = evaluation.scheme
    scales = {
        IMPUTATION: len(alternatives.imputations),
        TREATMENT: len(alternatives.points),
        NORMALISATION: len(alternatives.normalisations),
    }
    leaves = len(scheme.indicators)
    choices = Choices(
        {name: count for name, count in scales.items() if count},
        alternatives.aggregations,
        alternatives.by_level,
        alternatives.noise,
        tuple(range(leaves)) if alternatives.leave_one_out and leaves > 1 else (),
    )
    own = evaluation.normalised
    others = [
        _aligned(evaluation, _evaluated(other, panel, evaluation.year))
        for other in _others(scheme, alternatives)
    ]
    tree = tree_of(scheme, evaluation.weights)
    return Problem(evaluation.units, tree, own, others, choices, scheme.decimals)


def _others(scheme: Scheme, alternatives: Alternatives) -> Iterator[Scheme]:
    """The scheme under each combination of choices before weighting, the last running fastest."""
    choices = (
        [_imputed(each) for each in alternatives.imputations] or [_as_it_is],
        [_treated(each) for each in alternatives.points] or [_as_it_is],
        [_normalised(each) for each in alternatives.normalisations] or [_as_it_is],
    )
    for combination in product(*choices):
        indicators = scheme.indicators
        for change in combination:
            indicators = tuple(change(each) for each in indicators)
        yield replace(scheme, indicators=indicators)


def _as_it_is(indicator: Indicator) -> Indicator:
    return indicator


def _imputed(imputation: Imputing) -> Callable[[Indicator], Indicator]:
    def change(indicator: Indicator) -> Indicator:
        if indicator.imputation == "none":
            return indicator
        return replace(indicator, imputation=imputation)

    return change


def _treated(points: int) -> Callable[[Indicator], Indicator]:
    def change(indicator: Indicator) -> Indicator:
        if indicator.treatment is None:
            return indicator
        return replace(indicator, treatment=replace(indicator.treatment, points=points))

    return change


def _normalised(normalisation: Normalisation) -> Callable[[Indicator], Indicator]:
    def change(indicator: Indicator) -> Indicator:
        if indicator.normalisation.method not in RELATIVE:
            return indicator
        return replace(indicator, normalisation=normalisation)

    return change


def _evaluated(scheme: Scheme, panel: Panel, year: int | None) -> Evaluation:
    try:
        return evaluate_panel(scheme, panel, year=year)
    except EvaluationError as error:
        what = f"备选算法算不出：{error.what}"
        raise EvaluationError(error.code, what, error.why, error.remedy) from error


def _aligned(evaluation: Evaluation, other: Evaluation) -> Array:
    """The other's scores of indicators, a row for each unit of the first; missing without one."""
    if other.units == evaluation.units:
        return other.normalised
    found = np.full(evaluation.normalised.shape, np.nan)
    rows = {unit: row for row, unit in enumerate(other.units)}
    for at, unit in enumerate(evaluation.units):
        if unit in rows:
            found[at] = other.normalised[rows[unit]]
    return found
