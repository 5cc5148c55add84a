"""Tables of this room."""

from kechuang.office.desk.models.collections import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)

__all__ = ["Collection", "CollectionConflict", "CollectionPart", "CollectionReturn"]
