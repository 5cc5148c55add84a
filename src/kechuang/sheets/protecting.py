"""A sheet protected but for the cells to fill in, which take only what they should."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import Any, Final

from kechuang.sheets.areas import column_of, letters
from kechuang.sheets.layouts import Rule
from kechuang.sheets.marker import SHEET
from kechuang.sheets.packages import q

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""The order in which the elements of a sheet must stand."""
_PLACE: Final = {q(name): at for at, name in enumerate(ORDER)}
_EPOCH: Final = date(1899, 12, 30)
_LARGEST: Final = "999999999999999"
_TOLD: Final = {
    "number": ("decimal", "这一格应填数字，不要带单位、空格或文字。"),
    "whole": ("whole", "这一格应填整数，不要带单位、空格或文字。"),
    "date": ("date", "这一格应填日期，写成 2026-01-31。"),
    "list": ("list", "这一格请从下拉列表中选择。"),
    "text": ("textLength", "这一格的文字太长了。"),
}


def put(root: Element, element: Element) -> Element:
    """Put an element of a sheet where it must stand, in the place of one of its kind."""
    for old in root.findall(element.tag):
        root.remove(old)
    after = _PLACE[element.tag]
    later = next((each for each in root if _PLACE.get(each.tag, 0) > after), None)
    if later is None:
        root.append(element)
    else:
        later.addprevious(element)
    return element


def protect(root: Element) -> None:
    """Let nobody change a sheet but where its cells are open; widths may be changed.

    Without a password: it keeps from slips, and what was changed all the same is found on return.
    """
    allowed = {"formatColumns": "0", "formatRows": "0"}
    kept = {"sheet": "1", "objects": "1", "scenarios": "1"}
    put(root, _etree.Element(q("sheetProtection"), {**kept, **allowed}))


def protect_book(book: Element) -> None:
    """Let no sheet be taken out, renamed or shown."""
    for old in book.findall(q("workbookProtection")):
        book.remove(old)
    element = _etree.Element(q("workbookProtection"), {"lockStructure": "1"})
    before = ("fileVersion", "fileSharing", "workbookPr")
    last = next((each for each in reversed(book) if each.tag in map(q, before)), None)
    if last is None:
        book.insert(0, element)
    else:
        last.addnext(element)


class Locks:
    """Styles as they are, but locked or open; made when they are first asked for."""

    def __init__(self, styles: Element) -> None:
        self._cells = styles.find(q("cellXfs"))
        self._made: dict[tuple[int, bool], int] = {}

    def style(self, style: int, *, locked: bool) -> int:
        """The number of the style that looks the same and is locked, or not."""
        key = (style, locked)
        if key not in self._made:
            self._made[key] = self._found(style, locked)
        return self._made[key]

    def _found(self, style: int, locked: bool) -> int:
        look = self._cells[style if style < len(self._cells) else 0]
        held = look.find(q("protection"))
        is_locked = held is None or held.get("locked", "1") in ("1", "true")
        if is_locked == locked:
            return style
        made = copy.deepcopy(look)
        for old in made.findall(q("protection")):
            made.remove(old)
        made.set("applyProtection", "1")
        protection = _etree.Element(q("protection"), {"locked": "1" if locked else "0"})
        aligned = made.find(q("alignment"))
        if aligned is None:
            made.insert(0, protection)
        else:
            aligned.addnext(protection)
        self._cells.append(made)
        self._cells.set("count", str(len(self._cells)))
        return len(self._cells) - 1


def column_style(root: Element, column: int) -> int:
    """The style that a column gives to cells of which nothing is said."""
    for each in root.iterfind(f"{q('cols')}/{q('col')}"):
        if int(each.get("min")) <= column <= int(each.get("max")):
            return int(each.get("style", 0))
    return 0


def validated_columns(root: Element, first: int, last: int) -> set[str]:
    """The letters of columns for whose cells in these rows the form has rules already."""
    found: set[str] = set()
    for each in root.iter(q("dataValidation")):
        for area in str(each.get("sqref")).split():
            ends = [end.strip("$0123456789").replace("$", "") for end in area.split(":")]
            rows = [int(digits) for end in area.split(":") if (digits := _digits(end))]
            if not rows or (rows[0] <= last and rows[-1] >= first):
                found.update(_between(ends[0], ends[-1]))
    return found


def validate(
    root: Element, rules: Sequence[tuple[int, Rule]], rows: tuple[int, int], lists: dict[int, str]
) -> None:
    """Let the cells of columns in some rows take only what their rule allows.

    `lists` says for a column where its choices stand on the hidden sheet.
    """
    known = validated_columns(root, *rows)
    wanted = [
        (column, rule)
        for column, rule in rules
        if rule.kind in _TOLD and letters(column) not in known
    ]
    if not wanted:
        return
    held = root.find(q("dataValidations"))
    if held is None:
        held = put(root, _etree.Element(q("dataValidations")))
    for column, rule in wanted:
        held.append(_validation(column, rule, rows, lists.get(column, "")))
    held.set("count", str(len(held)))


def _validation(column: int, rule: Rule, rows: tuple[int, int], choices: str) -> Element:
    kind, words = _TOLD[rule.kind]
    name = letters(column)
    element = _etree.Element(
        q("dataValidation"),
        {
            "type": kind,
            "allowBlank": "1",
            "showInputMessage": "1",
            "showErrorMessage": "1",
            "errorTitle": "请核对",
            "error": words,
            "sqref": f"{name}{rows[0]}:{name}{rows[1]}",
        },
    )
    if kind == "list":
        bounds = [choices]
    elif kind == "textLength":
        element.set("operator", "lessThanOrEqual")
        bounds = [rule.most or "500"]
    elif kind == "date":
        bounds = [_serial(rule.least or "1949-10-01"), _serial(rule.most or "2099-12-31")]
    else:
        bounds = [rule.least or f"-{_LARGEST}", rule.most or _LARGEST]
    for number, bound in enumerate(bounds, start=1):
        held = _etree.SubElement(element, q(f"formula{number}"))
        held.text = bound
    return element


def choice_ranges(rules: Iterable[tuple[int, Rule]], first_column: int) -> dict[int, str]:
    """Where the choices of each column with a list stand on the hidden sheet."""
    found: dict[int, str] = {}
    for at, (column, rule) in enumerate((c, r) for c, r in rules if r.kind == "list"):
        name = letters(first_column + at)
        found[column] = f"{SHEET}!${name}$1:${name}${max(1, len(rule.choices))}"
    return found


def _serial(day: str) -> str:
    return str((date.fromisoformat(day) - _EPOCH).days)


def _digits(end: str) -> str:
    return "".join(each for each in end if each.isdecimal())


def _between(first: str, last: str) -> list[str]:
    if not first or not last:
        return [letters(column) for column in range(1, 100)]
    return [letters(column) for column in range(column_of(first), column_of(last) + 1)]
