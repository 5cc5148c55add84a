"""A scheme of evaluation: a tree of indicators and every rule by which it becomes one score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.missing import Imputing
from kechuang.evaluation.normalisation import Direction, Normalisation
from kechuang.evaluation.ranking import Band
from kechuang.evaluation.treatment import Treatment
from kechuang.evaluation.weighting import Weighting

WeightForm: TypeAlias = Literal["points", "shares", "percents", "relative"]
"""What given weights are: points (those under a branch sum to its own), shares (those under each
branch sum to 1), percents (to 100), or relative, which are only divided by their sum."""
Matrix: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """How an item marked by experts is scored: out of `most`, without the `trim` extremes each."""

    most: float
    trim: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """A leaf of the tree: one column of the data and the way to its score.

    `denominator` names another column, `scale` multiplies the ratio. `treatment` is None where
    outliers stay, `marks` where the item is no expert's mark. `also` are other headers by which
    the column may go.
    """

    code: str
    name: str
    parent: str
    weight: float
    unit: str
    direction: Direction
    denominator: str | None
    scale: float
    imputation: Imputing
    treatment: Treatment | None
    normalisation: Normalisation
    marks: Marks | None
    also: tuple[str, ...]
    reference_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with others under it: how they are weighted and brought together.

    `parent` is None for the total. `comparisons` is the matrix of AHP, in the order of the parts.
    """

    code: str
    name: str
    parent: str | None
    weight: float
    weighting: Weighting
    aggregation: Aggregation
    comparisons: Matrix | None = None


@dataclass(frozen=True, slots=True)
class ClassReward:
    """What a unit gets that rises into class `into` from another; whole 分."""

    origin: str
    into: str
    amount: int


@dataclass(frozen=True, slots=True)
class RankReward:
    """What a unit gets that rises `places` ranks or more; whole 分.

    `against` says since when: the year before, or the best rank of all earlier years given.
    """

    places: int
    against: Literal["previous", "best"]
    amount: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The headers of the data that are no indicators; each may go by several names."""

    unit: tuple[str, ...]
    name: tuple[str, ...]
    group: tuple[str, ...]
    year: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme with its tree, the total first and every branch before what is under it.

    `remark` tells where the weights come from and whether they were checked. `least_available` is
    the share of indicators below which a unit is left out, counted before missing ones are put in
    or, where `counts_imputed`, after. `over_years` says that normalisation
    compares with all years of the data instead of the year alone. `decimals` is the place to which
    scores are rounded before they are ranked and classed, so that noise of binary fractions decides
    nothing. `alternatives` are what could as well have been chosen.
    """

    code: str
    name: str
    version: str
    remark: str
    weights: WeightForm
    branches: tuple[Branch, ...]
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]
    class_rewards: tuple[ClassReward, ...]
    rank_rewards: tuple[RankReward, ...]
    columns: Columns
    least_available: float
    counts_imputed: bool
    over_years: bool
    decimals: int
    alternatives: Alternatives
    _parts: Mapping[str, tuple[Branch | Indicator, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        parts: dict[str, list[Branch | Indicator]] = {each.code: [] for each in self.branches}
        for node in (*self.branches, *self.indicators):
            if node.parent is not None:
                parts[node.parent].append(node)
        frozen = {code: tuple(nodes) for code, nodes in parts.items()}
        object.__setattr__(self, "_parts", frozen)

    @property
    def total(self) -> Branch:
        """The branch above all others."""
        return self.branches[0]

    def parts(self, code: str) -> tuple[Branch | Indicator, ...]:
        """What stands right under a branch, in the order of the scheme."""
        return self._parts[code]

    def nodes(self) -> Iterator[Branch | Indicator]:
        """Every node: the branches, then the indicators."""
        yield from self.branches
        yield from self.indicators

    def leaves(self, code: str) -> tuple[Indicator, ...]:
        """The indicators under a node, in the order of the scheme; a leaf's is itself."""
        under = {code}
        for branch in self.branches:
            if branch.parent in under:
                under.add(branch.code)
        return tuple(each for each in self.indicators if {each.code, each.parent} & under)
