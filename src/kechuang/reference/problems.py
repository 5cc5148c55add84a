"""What a checker of reference data says: where, what, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file of reference data, in words for its editor.

    `line` counts from 1 with the header as line 1. `what`, `why` and `remedy` are Chinese. `code`
    names the sort of problem where the checker has names for sorts.

    >>> print(Problem(Path("own.csv"), 3, "单位“只只”不认识", "不在单位表中", "改用表中的单位"))
    own.csv:3：单位“只只”不认识。原因：不在单位表中。处理：改用表中的单位。
    """

    path: Path
    line: int
    what: str
    why: str
    remedy: str
    code: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}"
        return f"{place}：{self.what}。原因：{self.why}。处理：{self.remedy}。"


class ReferenceDataError(ValueError):
    """A file of reference data cannot be used; `problems` holds everything that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
