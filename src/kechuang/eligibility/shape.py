"""What is known of data before a rule is compiled for it: columns, and whether they have gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of each frame that data has, and whether each can be missing in some row.

    None for `columns` means any: each column may be there or not, row by row, as in the facts of
    one enterprise.
    """

    columns: Mapping[str, Mapping[str, bool]] | None = None
    whole: frozenset[str] = field(default_factory=frozenset[str])
    """Columns of the subject that hold figures of related rows, already counted."""

    def column(self, frame: str, name: str) -> Literal["absent", "gaps", "full"]:
        """Whether a column is there, and whether it has gaps."""
        if self.columns is None:
            return "gaps"
        gaps = self.columns.get(frame, {}).get(name)
        if gaps is None:
            return "absent"
        return "gaps" if gaps else "full"

    def frame(self, name: str) -> Literal["absent", "maybe", "present"]:
        """Whether the rows of a related frame are known."""
        if self.columns is None:
            return "maybe"
        return "present" if name in self.columns else "absent"


ANY = Shape()
