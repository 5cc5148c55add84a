"""Lists of firms in Word, PDF, a workbook or the clipboard: which names they hold."""

from __future__ import annotations

from kechuang.matching.lists.model import Left, ListError, NameList, Taken
from kechuang.matching.lists.reading import read_names, read_text

__all__ = ["Left", "ListError", "NameList", "Taken", "read_names", "read_text"]
