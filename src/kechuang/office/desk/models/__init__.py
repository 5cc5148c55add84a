"""Tables of this room."""

from __future__ import annotations

from kechuang.office.desk.models.bindings import Binding, BoundPiece

__all__ = [
    "Binding",
    "BoundPiece",
]
