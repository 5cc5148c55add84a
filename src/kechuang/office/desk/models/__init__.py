"""Tables of this room."""

from kechuang.office.desk.models.comparisons import (
    ActChange,
    ComparedRow,
    Comparison,
    ComparisonAct,
    NameDecision,
)

__all__ = ["ActChange", "ComparedRow", "Comparison", "ComparisonAct", "NameDecision"]
