"""Rows added to a form, with all that stands below moved down; or a sentence why not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kechuang.sheets.areas import Area, cell_name, place_of
from kechuang.sheets.errors import SheetError
from kechuang.sheets.grids import CELL, FORMULA, INLINE, RESULT, ROW, Sheet
from kechuang.sheets.references import Shift, copied
from kechuang.sheets.strings import MAIN

if TYPE_CHECKING:
    from kechuang.sheets.packages import Package

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
_SPREAD: Final = "{http://schemas.microsoft.com/office/excel/2006/main}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MARKED: Final = ("dataValidation", "conditionalFormatting", "protectedRange", "ignoredError")
_NAMED: Final = ("autoFilter", "sortState")
_FIXED: Final = ("mergeCell", "hyperlink")
"""Areas that move but never grow."""
_FORMULAS: Final = ("formula", "formula1", "formula2")


def insert_rows(sheet: Sheet, at: int, count: int, like: int) -> None:
    """Insert `count` rows before the row `at`, each with the looks and formulas of the row `like`.

    `like` is `at`, the row that is pushed down, or the row above; then ranges that end there grow.
    Formulas, merged areas, marks, print areas and names of the whole workbook follow.

    Raises:
        SheetError: pictures, comments, charts or tables stand where rows would move.
        ValueError: `like` is neither row.
    """
    if like not in (at, at - 1):
        raise ValueError(f"row {like} is neither {at} nor the row above it")
    _refuse_what_cannot_move(sheet, at)
    _write_out_shared(sheet)
    shift = Shift(sheet.name, at, count, stretches=like == at - 1)
    merged = [each for each in sheet.merged if each.top == each.bottom == like]
    _move_rows(sheet, shift)
    _move_marks(sheet, shift)
    sheet.forget()
    _move_formulas(sheet.package, shift)
    pattern = sheet.row(shift.row(like))
    if pattern is not None:
        _add_rows(sheet, copy.deepcopy(pattern), range(at, at + count))
    _add_merged(sheet, merged, range(at, at + count))
    _reach(sheet, count)
    sheet.forget()
    sheet.package.drop_calculation_chain()
    sheet.package.touch(sheet.part)


# --- what cannot move


def _refuse_what_cannot_move(sheet: Sheet, at: int) -> None:
    package = sheet.package
    for kind, part in package.relations(sheet.part).values():
        if not package.has(part):
            continue
        if kind == "table" and Area.of(package.tree(part).get("ref")).bottom >= at:
            raise _refused(package, "表里用了“超级表”（套用表格格式）")
        if kind == "pivotTable":
            raise _refused(package, "工作表里有数据透视表")
        if kind == "drawing" and _lowest(package.tree(part)) >= at:
            raise _refused(package, "要移动的行上有图片、图表或文本框")
        if kind == "comments" and any(
            place_of(each.get("ref"))[0] >= at for each in package.tree(part).iter(f"{MAIN}comment")
        ):
            raise _refused(package, "要移动的行上有批注")
    for formula in sheet.data.iter(FORMULA):
        if formula.get("t") in ("array", "dataTable") and Area.of(formula.get("ref")).bottom >= at:
            raise _refused(package, "要移动的行上有数组公式")
    if any(_draws(package, part, sheet.name) for part in package.parts()):
        raise _refused(package, "有图表取这张工作表的数")


def _refused(package: Package, why: str) -> SheetError:
    return SheetError("cannot_add_rows", package.name, why)


def _lowest(drawing: Element) -> int:
    """The lowest row, from 1, that a picture of a drawing touches."""
    rows = [int(each.text) + 1 for each in drawing.iter(f"{_DRAWING}row")]
    return max(rows, default=0)


def _draws(package: Package, part: str, name: str) -> bool:
    if not part.startswith("xl/charts/") or not part.endswith(".xml"):
        return False
    return any(name in (each.text or "") for each in package.tree(part).iter(f"{_CHART}f"))


# --- moving


def _write_out_shared(sheet: Sheet) -> None:
    """Give each cell that shares a formula its own, since their references move differently."""
    masters: dict[str, tuple[str, str]] = {}
    for cell in sheet.data.iter(CELL):
        formula = cell.find(FORMULA)
        if formula is None or formula.get("t") != "shared":
            continue
        key = str(formula.get("si"))
        if formula.text:
            masters[key] = (formula.text, cell.get("r"))
        text, origin = masters[key]
        formula.text = text if origin == cell.get("r") else copied(text, origin, cell.get("r"))
        for name in ("t", "si", "ref"):
            formula.attrib.pop(name, None)


def _move_rows(sheet: Sheet, shift: Shift) -> None:
    for row in sheet.data.iterfind(ROW):
        number = int(row.get("r"))
        if number < shift.at:
            continue
        row.set("r", str(number + shift.count))
        for cell in row.iterfind(CELL):
            column = place_of(cell.get("r"))[1]
            cell.set("r", cell_name(number + shift.count, column))


def _move_marks(sheet: Sheet, shift: Shift) -> None:
    for each in sheet.root.iter(*(f"{MAIN}{name}" for name in _MARKED)):
        each.set("sqref", shift.areas(each.get("sqref")))
    for each in sheet.root.iter(*(f"{MAIN}{name}" for name in _NAMED)):
        each.set("ref", shift.area(each.get("ref")))
    fixed = replace(shift, stretches=False)
    for each in sheet.root.iter(*(f"{MAIN}{name}" for name in _FIXED)):
        each.set("ref", fixed.area(each.get("ref")))
    for each in sheet.root.iter(f"{_SPREAD}sqref"):
        each.text = shift.areas(each.text or "")
    for each in sheet.root.iterfind(f"{MAIN}rowBreaks/{MAIN}brk"):
        each.set("id", str(shift.row(int(each.get("id")) + 1) - 1))


def _move_formulas(package: Package, shift: Shift) -> None:
    """Let the formulas of all sheets, of marks and of names follow."""
    for sheet in package.sheets:
        for formula in _formulas(sheet):
            within = _is_within(formula, shift) and sheet.name == shift.sheet
            follows = replace(shift, stretches=False) if within else shift
            moved = follows.formula(formula.text, sheet.name)
            if moved != formula.text:
                formula.text = moved
                package.touch(sheet.part)
    for name in package.tree("xl/workbook.xml").iter(f"{MAIN}definedName"):
        moved = shift.formula(name.text or "", "")
        if moved != (name.text or ""):
            name.text = moved
            package.touch("xl/workbook.xml")


def _is_within(formula: Element, shift: Shift) -> bool:
    """Whether a formula belongs to the row that is copied: its own row does not grow."""
    place = formula.getparent().get("r")
    return formula.tag != FORMULA or place_of(place)[0] == shift.at - 1


def _formulas(sheet: Sheet) -> Iterator[Element]:
    tags = (FORMULA, f"{_SPREAD}f", *(f"{MAIN}{each}" for each in _FORMULAS))
    return (each for each in sheet.root.iter(*tags) if each.text)


# --- adding


def _add_rows(sheet: Sheet, pattern: Element, numbers: range) -> None:
    old = int(pattern.get("r"))
    for cell in pattern.iterfind(CELL):
        for each in cell.findall(RESULT) + cell.findall(INLINE):
            cell.remove(each)
        cell.attrib.pop("t", None)
    columns = [place_of(cell.get("r"))[1] for cell in pattern.iterfind(CELL)]
    before = [each for each in sheet.data.iterfind(ROW) if int(each.get("r")) < numbers.start]
    place = len(before)
    made: list[Element] = []
    for number in numbers:
        row = copy.deepcopy(pattern)
        row.set("r", str(number))
        for column, cell in zip(columns, row.iterfind(CELL), strict=True):
            cell.set("r", cell_name(number, column))
            formula = cell.find(FORMULA)
            if formula is not None:
                origin = cell_name(old, column)
                formula.text = copied(formula.text, origin, cell_name(number, column))
        made.append(row)
    sheet.data[place:place] = made


def _add_merged(sheet: Sheet, merged: list[Area], numbers: range) -> None:
    if not merged:
        return
    listed = sheet.root.find(f"{MAIN}mergeCells")
    for number in numbers:
        for each in merged:
            area = Area(number, each.left, number, each.right)
            _etree.SubElement(listed, f"{MAIN}mergeCell", {"ref": str(area)})
    listed.set("count", str(len(listed)))


def _reach(sheet: Sheet, count: int) -> None:
    told = sheet.root.find(f"{MAIN}dimension")
    if told is not None and told.get("ref"):
        area = Area.of(told.get("ref"))
        told.set("ref", str(Area(area.top, area.left, area.bottom + count, area.right)))
