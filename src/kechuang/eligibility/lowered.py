"""What lowering a rule gives: nodes of its verdict, conditions and scores, and what they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from kechuang.eligibility.nodes import Node
from kechuang.reference.fields import Field
from kechuang.rulebook.model import Condition, Rule, Score


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame that a rule reads, and the field that it holds."""

    frame: str
    name: str
    field: Field
    back: int = 0


@dataclass(frozen=True, slots=True)
class RowSum:
    """A figure about the related rows of a subject, which a target computes before all else.

    `where` and `amount` are nodes over the columns of `frame`. What they give per subject:

    - `sure`: the number of rows for which `where` is true;
    - `open`: the number of rows for which it is null;
    - `sum`: the sum of `amount` over the rows for which `where` is true;
    - `blank`: the number of rows for which `where` is null, or true with `amount` null.
    """

    name: str
    frame: str
    op: Literal["sure", "open", "sum", "blank"]
    where: Node
    amount: Node | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A number that is known (`low is high`) or known to lie between two numbers.

    The number is `low / divisor * factor`. `divisor` None is 1; where it is not positive the number
    has no value. `least` and `most` are what it can be at all, None where that is open.
    """

    low: Node
    high: Node
    divisor: Node | None
    factor: Fraction
    least: Fraction | None = None
    most: Fraction | None = None

    @property
    def is_exact(self) -> bool:
        """Whether both ends are the same."""
        return self.low is self.high


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition with its node."""

    condition: Condition
    node: Node
    parent: int
    """The position of the group above it in `Lowered.leaves`, or -1."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A rule as nodes, for one day, for data in which some columns can be missing.

    `columns` are what it reads of the subject's frame, `rows` the figures about related rows, which
    stand beside the columns under their names; `present` are the related frames that the data has.
    `leaves` are all conditions in file order, groups before their members; `verdict` is
    all top conditions together; `scores` and `amount` are in canonical units.
    """

    rule: Rule
    as_of: date
    columns: tuple[Column, ...]
    row_columns: Mapping[str, tuple[Column, ...]]
    rows: tuple[RowSum, ...]
    leaves: tuple[Leaf, ...]
    verdict: Node
    scores: Mapping[str, tuple[Score, Range]]
    amount: Range | None
    uses: Mapping[str, frozenset[str]]
    """For each condition and score the columns behind it, those of rows as frame names."""
