"""One portable archive of a whole installation: written, checked and brought back."""

from __future__ import annotations

from kechuang.office.site.archive.members import ArchiveError
from kechuang.office.site.archive.restoring import NotEmpty, Restored, restore
from kechuang.office.site.archive.writing import Written, write

__all__ = ["ArchiveError", "NotEmpty", "Restored", "Written", "restore", "write"]
