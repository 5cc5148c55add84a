"""What the desk keeps."""

from __future__ import annotations

from kechuang.office.desk.models.collections import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.desk.models.comparisons import (
    ActChange,
    ComparedRow,
    Comparison,
    ComparisonAct,
    NameDecision,
)
from kechuang.office.desk.models.fillings import FilledRow, Filling, FormMapping

__all__ = [
    "ActChange",
    "Collection",
    "CollectionConflict",
    "CollectionPart",
    "CollectionReturn",
    "ComparedRow",
    "Comparison",
    "ComparisonAct",
    "FilledRow",
    "Filling",
    "FormMapping",
    "NameDecision",
]
