"""What keeps an evaluation from being made, in words for the officer who asked for it."""

from __future__ import annotations

from typing import Final

from kechuang.reference.problems import Problem

CODES: Final = {
    "yaml": "the file is no YAML",
    "schema": "a key is missing, unknown or of the wrong form",
    "duplicate": "the same code or name twice",
    "unknown_parent": "a parent that no branch is called",
    "cycle": "branches that lead back to themselves",
    "empty_branch": "a branch without anything under it, or a tree without indicators",
    "weights": "weights that do not sum, are negative, or cannot be found from the data",
    "inconsistent": "pairwise comparisons that contradict each other",
    "classes": "classes that overlap, or that the total cannot be held against",
    "file": "a file that cannot be read",
    "column": "a column that is missing or stands twice",
    "units": "a header whose unit is of another size than the scheme's",
    "cell": "a cell that is no number, or a mark out of its range",
    "unit": "a unit without a code, twice in a year, or not there",
    "year": "a year that is not there, or no year where one is needed",
    "denominator": "a denominator that is zero, negative or missing",
    "group": "a group that is needed and missing",
    "no_spread": "nothing to compare: one unit, or an indicator that is the same everywhere",
    "not_positive": "zero or a negative value under a mean that needs positive ones",
    "no_data": "nothing left to score",
    "draws": "draws that cannot be made, or more than memory holds",
    "lever": "improvements that cannot be made, or are too many to compare",
}
"""Every code with its meaning; docs/evaluation.md lists the same."""


class EvaluationError(ValueError):
    """One thing that keeps an evaluation from being made, in Chinese; `code` is one of CODES."""

    def __init__(self, code: str, what: str, why: str, remedy: str) -> None:
        self.code, self.what, self.why, self.remedy = code, what, why, remedy
        super().__init__(f"{what}。原因：{why}。处理：{remedy}。")


class SchemeError(ValueError):
    """A scheme cannot be used; `problems` holds everything that is wrong with it, by line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
