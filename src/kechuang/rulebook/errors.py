"""What is wrong in a rule file, in words for the officer who wrote it."""

from __future__ import annotations

from pathlib import Path

from kechuang.reference import Problem

CODES = {
    "yaml": "the file is no YAML",
    "schema": "a key is missing, unknown or of the wrong form",
    "syntax": "an expression cannot be read",
    "unknown_name": "a field, parameter, score or rule that does not exist",
    "unit": "units that cannot be compared or added, or a literal without its unit",
    "type": "a value of the wrong kind: a date compared with a number, text added",
    "cycle": "rules or scores that lead back to themselves",
    "band_overlap": "two lines of a table take the same value, or a line is never reached",
    "band_gap": "a value that no line of a table takes",
    "dates": "dates out of order, or values that overlap in time",
    "article": "no article, or an article of a document that is not listed",
    "duplicate": "the same name twice",
    "facts": "facts declared but not used, used but not declared, or not as in the dictionary",
    "magnitude": "numbers too large to be exact",
    "example": "an example that cannot be read",
}
"""Every code with its meaning; docs/rulebook.md lists the same."""


class RuleError(ValueError):
    """One thing wrong with a rule, in Chinese; `code` is one of CODES."""

    def __init__(self, code: str, what: str, why: str, remedy: str) -> None:
        self.code, self.what, self.why, self.remedy = code, what, why, remedy
        super().__init__(f"{what}。原因：{why}。处理：{remedy}。")

    def at(self, path: Path, line: int) -> Problem:
        """The same as a problem of a line of a file."""
        return Problem(path, line, self.what, self.why, self.remedy, self.code)


class RulebookError(ValueError):
    """Rule files that cannot be used; `problems` holds everything that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
