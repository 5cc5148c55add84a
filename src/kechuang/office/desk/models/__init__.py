"""What the desk keeps."""

from __future__ import annotations

from kechuang.office.desk.models.comparisons import (
from kechuang.office.desk.models.fillings import FilledRow, Filling, FormMapping

__all__ = ["ActChange", "ComparedRow", "Comparison", "ComparisonAct", "FilledRow", "Filling", "FormMapping", "NameDecision"]
