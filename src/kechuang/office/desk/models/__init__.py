"""Tables of this room."""

from __future__ import annotations

from kechuang.office.desk.models.bindings import Binding, BoundPiece
from kechuang.office.desk.models.cases import Case, CaseFigure, CaseProof, CaseUse
from kechuang.office.desk.models.incoming import DueItem, DueMark, Letter, LetterReply, LetterTask

__all__ = [
    "Binding",
    "BoundPiece",
    "Case",
    "CaseFigure",
    "CaseProof",
    "CaseUse",
    "DueItem",
    "DueMark",
    "Letter",
    "LetterReply",
    "LetterTask",
]
