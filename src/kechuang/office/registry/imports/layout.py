"""How our own workbooks say what they are: templates to fill in, exports, marked files.

A hidden sheet holds purpose, version and year; it is looked at before anything else. Beside the
data stand rows that are none: the example in grey, and the line that says who took an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

GUIDE: Final = "说明"
DATA: Final = "填报"
HIDDEN: Final = "_template"
MARK: Final = "kechuang"
VERSION: Final = "1"
EXAMPLE: Final = "示例："
WATERMARK: Final = "导出人："


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a hidden sheet says: purpose, version of the template, and the year if it has one."""

    purpose: str
    version: str
    year: int | None = None

    def lines(self) -> dict[str, str]:
        """The lines of the hidden sheet, name and value."""
        return {
            "made_by": MARK,
            "purpose": self.purpose,
            "version": self.version,
            "year": str(self.year or ""),
        }


def stamp_of(rows: Iterable[Sequence[object]]) -> Stamp | None:
    """What the rows of a hidden sheet say; None where the sheet is not one of ours.

    >>> stamp_of(Stamp("people", "1", 2025).lines().items())
    Stamp(purpose='people', version='1', year=2025)
    """
    said = {str(row[0]): str(row[1] or "") for row in rows if len(row) > 1 and row[0]}
    if said.get("made_by") != MARK:
        return None
    year = said.get("year", "")
    return Stamp(
        said.get("purpose", ""), said.get("version", ""), int(year) if year.isdecimal() else None
    )
