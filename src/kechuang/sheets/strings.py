"""Texts of a workbook: those that cells share, and those that stand in a cell itself."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, Final

from kechuang.files.safe import printable

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
LONGEST: Final = 32_767
"""Characters that a cell holds."""
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def text_of(item: Element) -> str:
    """The text of a shared or inline string: its runs joined, readings above the signs left out."""
    runs: list[str] = []
    for each in item:
        if each.tag == f"{MAIN}t":
            runs.append(each.text or "")
        elif each.tag == f"{MAIN}r":
            runs += [part.text or "" for part in each.iterfind(f"{MAIN}t")]
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), "".join(runs))


def put_text(cell: Element, text: str) -> None:
    """Let a cell hold a text itself."""
    harmless = _LOOKS_ESCAPED.sub("_x005F_", printable(text))[:LONGEST]
    cell.set("t", "inlineStr")
    said = _etree.SubElement(_etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
    said.text = harmless
    if harmless != harmless.strip() or "\n" in harmless:
        said.set(SPACE, "preserve")


class SharedStrings:
    """The texts that cells name by their number."""

    def __init__(self, root: Element | None) -> None:
        self._items: list[Element] = [] if root is None else list(root.iterfind(f"{MAIN}si"))
        self._texts: dict[int, str] = {}

    def text(self, number: int) -> str:
        """The text of that number; empty where there is none."""
        if number not in self._texts:
            known = 0 <= number < len(self._items)
            self._texts[number] = text_of(self._items[number]) if known else ""
        return self._texts[number]
