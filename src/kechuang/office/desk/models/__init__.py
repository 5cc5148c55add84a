"""What the desk keeps."""

from __future__ import annotations

from kechuang.office.desk.models.collections import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.desk.models.fillings import FilledRow, Filling, FormMapping

__all__ = [
    "Collection",
    "CollectionConflict",
    "CollectionPart",
    "CollectionReturn",
    "FilledRow",
    "Filling",
    "FormMapping",
]
