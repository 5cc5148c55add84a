"""What the desk keeps."""

from __future__ import annotations

from kechuang.office.desk.models.bindings import Binding, BoundPiece
from kechuang.office.desk.models.cases import Case, CaseFigure, CaseProof, CaseUse
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
from kechuang.office.desk.models.incoming import DueItem, DueMark, Letter, LetterReply, LetterTask

__all__ = [
    "ActChange",
    "Binding",
    "BoundPiece",
    "Case",
    "CaseFigure",
    "CaseProof",
    "CaseUse",
    "Collection",
    "CollectionConflict",
    "CollectionPart",
    "CollectionReturn",
    "ComparedRow",
    "Comparison",
    "ComparisonAct",
    "DueItem",
    "DueMark",
    "FilledRow",
    "Filling",
    "FormMapping",
    "Letter",
    "LetterReply",
    "LetterTask",
    "NameDecision",
]
