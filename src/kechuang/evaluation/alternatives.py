"""What else a scheme could have chosen."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.missing import Imputing
from kechuang.evaluation.normalisation import Normalisation


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The alternatives of each choice; empty where the scheme's own is the only one.

    `imputations` are for indicators in which something is put in; `points`, the most units that
    may be winsorised, for those that are treated; `normalisations` for those that are scored by
    comparing units, while posts and yardsticks of their own stay. `aggregations` hold for all
    levels alike, or where `by_level` is set for each level by itself; the share of parts that a
    unit needs stays the scheme's. `noise` is the share by which weights may be off, either way.
    Where `leave_one_out` is set, one indicator or none is left out.
    """

    imputations: tuple[Imputing, ...] = ()
    points: tuple[int, ...] = ()
    normalisations: tuple[Normalisation, ...] = ()
    aggregations: tuple[Aggregation, ...] = ()
    by_level: bool = False
    noise: float = 0.0
    leave_one_out: bool = False
