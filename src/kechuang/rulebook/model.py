"""A rule as frozen values: what its file says, in the file's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from kechuang.rulebook.expressions import Expression, Name, Number

Status = Literal["verified", "unverified"]
Kind = Literal["title", "screening", "platform", "permit", "award"]
VERDICTS = {"符合": True, "不符合": False, "缺数据": None}
"""The three verdicts as files say them."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where something stands, whether it was read there, and when it was last looked up."""

    article: str
    status: Status
    last_checked: date


@dataclass(frozen=True, slots=True)
class Document:
    """A document that a rule quotes by its `id`."""

    id: str
    title: str
    number: str


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What a parameter is from a day on, everywhere or in one region and below it."""

    since: date
    region: str
    value: Number


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold that is called by its name. `values` are sorted by date."""

    code: str
    name: str
    grounds: Grounds
    values: tuple[ParameterValue, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CodeList:
    """A named list of codes or choices for `in`."""

    code: str
    members: tuple[str, ...]
    grounds: Grounds
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A named intermediate value."""

    code: str
    name: str
    value: Expression
    grounds: Grounds
    line: int


@dataclass(frozen=True, slots=True)
class Points:
    """What a line of a table gives: one value, or from `low` to `high` as an expert decides."""

    low: Expression
    high: Expression | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A boundary between two bands; `upper` says that the boundary itself belongs to the upper."""

    value: Expression
    upper: bool


@dataclass(frozen=True, slots=True)
class Banded:
    """A table by the size of a value: `cuts` ascend, and `points` are one more than they."""

    of: Expression
    cuts: tuple[Cut, ...]
    points: tuple[Points, ...]
    given: Name | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A table by conditions: the first that holds; the last condition is None."""

    lines: tuple[tuple[Expression | None, Points], ...]
    given: Name | None


@dataclass(frozen=True, slots=True)
class Combined:
    """The best of several scores, or their sum. A text names a score that stands elsewhere."""

    op: Literal["best_of", "sum"]
    items: tuple[Score | str, ...]


@dataclass(frozen=True, slots=True)
class Valued:
    """A value as it is: an expert's points, a formula for an amount."""

    value: Expression


Body: TypeAlias = Banded | Chosen | Combined | Valued


@dataclass(frozen=True, slots=True)
class Score:
    """A named number of points, or of money, with its cap."""

    id: str
    name: str
    grounds: Grounds
    body: Body
    cap: Expression | None
    line: int


@dataclass(frozen=True, slots=True)
class Amount:
    """What is paid where the verdict is 符合: a score in money, rounded half up to a unit."""

    score: Score
    unit: str
    drop_below_unit: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, or a group of them under all, any or at_least."""

    id: str
    name: str
    grounds: Grounds
    line: int
    when: Expression | None = None
    op: Literal["all", "any", "at_least"] = "all"
    least: Number | None = None
    items: tuple[Condition, ...] = ()
    veto: bool = False

    def walk(self) -> Iterator[Condition]:
        """This condition and all below it, in the order of the file."""
        yield self
        for item in self.items:
            yield from item.walk()


Fact: TypeAlias = int | bool | str | date | None
"""A value as engines take it: money in 分, numbers of their last decimal place; None is missing."""
Rows: TypeAlias = tuple[Mapping[str, Fact], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: the day, the facts by column, the rows by frame, and what must come out.

    `expect` maps `verdict`, `amount`, a score or a condition to what the file says of it.
    """

    name: str
    source: str
    as_of: date
    given: Mapping[str, Fact]
    rows: Mapping[str, Rows]
    expect: Mapping[str, str]
    missing: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class FactNote:
    """What a rule file says of a field that it needs."""

    code: str
    unit: str
    period: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one programme.

    `content` are the bytes of its file and `digest` their SHA-256; `path` is where the file stands,
    or would stand where a bureau keeps it elsewhere.
    """

    id: str
    version: str
    name: str
    name_en: str
    kind: Kind
    subject: str
    region: str
    since: date
    until: date | None
    follows: str
    documents: tuple[Document, ...]
    status: Status
    last_checked: date
    outcome: Mapping[str, str]
    notes: tuple[str, ...]
    facts: tuple[FactNote, ...]
    parameters: Mapping[str, Parameter]
    lists: Mapping[str, CodeList]
    definitions: Mapping[str, Definition]
    scores: tuple[Score, ...]
    conditions: tuple[Condition, ...]
    amount: Amount | None
    cases: tuple[Case, ...]
    path: Path
    content: bytes
    digest: str

    @property
    def key(self) -> str:
        """Rule and version, as `passes` and the command line write it."""
        return f"{self.id}@{self.version}"

    def all_conditions(self) -> Iterator[Condition]:
        """Every condition, groups before their members, in the order of the file."""
        for condition in self.conditions:
            yield from condition.walk()

    def all_scores(self) -> Iterator[Score]:
        """Every score, those inside others after them; the amount is not among them."""
        for score in self.scores:
            yield from _inside(score)

    def score(self, code: str) -> Score | None:
        """The score of that id, wherever it stands."""
        return next((each for each in self.all_scores() if each.id == code), None)

    def condition(self, code: str) -> Condition | None:
        """The condition of that id."""
        return next((each for each in self.all_conditions() if each.id == code), None)


def _inside(score: Score) -> Iterator[Score]:
    yield score
    if isinstance(score.body, Combined):
        for item in score.body.items:
            if isinstance(item, Score):
                yield from _inside(item)
