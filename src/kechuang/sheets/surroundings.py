"""What goes along when rows of a sheet move: merges, conditions, rules, names, charts, comments."""

from __future__ import annotations

import copy
import re
from importlib import import_module
from typing import Any, Final

from kechuang.sheets.areas import Area, cell_name
from kechuang.sheets.moving import Moves, moved_formula, moved_range, moved_ranges, shifted
from kechuang.sheets.packages import HEAD, OFFICE, RELATIONS, Package, q
from kechuang.sheets.protecting import put
from kechuang.sheets.snapshots import CELL, FORMULA, VALUE

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
EXCEL: Final = "http://schemas.microsoft.com/office/excel/2006/main"
CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
PRINT_AREA: Final = "_xlnm.Print_Area"
_CACHE: Final = re.compile(
    rb"<c:(strCache|numCache|multiLvlStrCache)(?: [^>]*)?>.*?</c:\1>", re.DOTALL
)
_RULED: Final = tuple(map(q, ("conditionalFormatting", "dataValidation")))
_RULE_FORMULAS: Final = tuple(map(q, ("formula", "formula1", "formula2")))


def move_ranges(root: Element, sheet: str, moves: Moves) -> None:
    """Let everything on a sheet that names rows name them where they stand now."""
    _move_conditions(root, sheet, moves)
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element.tag not in (*_RULED, FORMULA, CELL):
            _move_range(element, moves)
    _reset_views(root)
    for each in list(root.iterfind(f"{q('rowBreaks')}/{q('brk')}")):
        row = moves.row(int(each.get("id")))
        if row is None:
            each.getparent().remove(each)
        else:
            each.set("id", str(row))
    _recount(root)


def _move_range(element: Element, moves: Moves) -> None:
    if "sqref" in element.attrib:
        _set_or_drop(element, "sqref", moved_ranges(element.get("sqref"), moves))
    elif "ref" in element.attrib:
        moved = moved_range(str(element.get("ref")), moves)
        alone = element.tag == q("mergeCell") and moved is not None and _is_single(moved)
        _set_or_drop(element, "ref", None if alone else moved)
    elif element.tag == f"{{{EXCEL}}}sqref":
        element.text = moved_ranges(str(element.text or ""), moves)
        holder = element.getparent()
        if not element.text:
            holder.getparent().remove(holder)


def _reset_views(root: Element) -> None:
    """Show a sheet from its top, with nothing chosen: what was chosen may have gone."""
    for pane in root.iter(q("pane")):
        top, left = int(float(pane.get("ySplit", 0))), int(float(pane.get("xSplit", 0)))
        pane.attrib.pop("topLeftCell", None)
        if pane.get("state") == "frozen":
            pane.set("topLeftCell", cell_name(top + 1, left + 1))
    for view in root.iter(q("sheetView")):
        view.attrib.pop("topLeftCell", None)
        for chosen in view.findall(q("selection")):
            view.remove(chosen)


def _move_conditions(root: Element, sheet: str, moves: Moves) -> None:
    """Their formulas are told from the first cell of their range, which may have gone."""
    for element in [each for tag in _RULED for each in root.iter(tag)]:
        old = str(element.get("sqref", "")).split()
        new = moved_ranges(" ".join(old), moves)
        if not new:
            element.getparent().remove(element)
            continue
        element.set("sqref", new)
        area = Area.of(old[0]) if old and old[0][-1].isdigit() else None
        first = moves.first_left(area.top, area.bottom) if area else 0
        for formula in element.iter(*_RULE_FORMULAS):
            if formula.text:
                started = shifted(formula.text, first - area.top) if area else formula.text
                formula.text = moved_formula(started, sheet, sheet, moves)


def _set_or_drop(element: Element, name: str, value: str | None) -> None:
    if value:
        element.set(name, value)
    elif (parent := element.getparent()) is not None:
        parent.remove(element)


def _recount(root: Element) -> None:
    """Counts say how many there are; what holds nothing must not be there."""
    for name in ("mergeCells", "dataValidations", "hyperlinks", "rowBreaks", "ignoredErrors",
                 "protectedRanges"):  # fmt: skip
        held = root.find(q(name))
        if held is None:
            continue
        if len(held) == 0:
            root.remove(held)
        elif "count" in held.attrib:
            held.set("count", str(len(held)))
            if "manualBreakCount" in held.attrib:
                held.set("manualBreakCount", str(len(held)))


def moved_names(book: Element, sheet: str, moves: Moves, added: int) -> bytes:
    """The workbook's own part with its names moved; what is printed takes `added` rows more in."""
    made = copy.deepcopy(book)
    for name in list(made.iterfind(f"{q('definedNames')}/{q('definedName')}")):
        text = moved_formula(str(name.text or ""), sheet, "", moves)
        if added and name.get("name") == PRINT_AREA:
            text = _lengthened(text, sheet, added)
        if text.startswith("#REF!"):
            name.getparent().remove(name)
        else:
            name.text = text
    held = made.find(q("definedNames"))
    if held is not None and len(held) == 0:
        made.remove(held)
    return written(made)


def _lengthened(text: str, sheet: str, added: int) -> str:
    prefix, mark, areas = text.rpartition("!")
    if not mark or prefix.strip("'").replace("''", "'") != sheet or "," in areas:
        return text
    ends = re.fullmatch(r"(.*:\$?[A-Z]+\$?)([0-9]+)", areas)
    return f"{prefix}!{ends[1]}{int(ends[2]) + added}" if ends else text


def moved_parts(package: Package, page: str, sheet: str, moves: Moves) -> dict[str, bytes]:
    """The other parts that name rows of a sheet: other sheets, tables, comments, drawings."""
    changed: dict[str, bytes] = {}
    for other in package.sheets:
        if other.part != page and (found := _moved_sheet(package, other, sheet, moves)):
            changed[other.part] = found
    relations = package.relations(page)
    for kind, part in relations.values():
        if not package.has(part):
            continue
        if kind in ("table", "comments", "threadedComment"):
            changed[part] = _moved_table(package.tree(part), moves)
        elif kind == "drawing":
            changed[part] = _moved_drawing(package.tree(part), moves)
        elif kind == "vmlDrawing":
            changed[part] = _moved_notes(package.part(part), moves)
    for part in package.parts():
        if part.startswith("xl/charts/") and part.endswith(".xml") and "_rels" not in part:
            changed[part] = _moved_chart(package, part, sheet, moves)
    links = _links_left(package, page, moves)
    return {**changed, **links}


def _moved_sheet(package: Package, other: Any, sheet: str, moves: Moves) -> bytes | None:
    root = package.tree(other.part)
    if not any(f"{sheet}" in str(each.text or "") for each in root.iter(FORMULA)):
        return None
    made = copy.deepcopy(root)
    for formula in made.iter(FORMULA):
        if formula.text:
            formula.text = moved_formula(formula.text, sheet, other.name, moves)
            for value in formula.getparent().findall(VALUE):
                formula.getparent().remove(value)
    return written(made)


def _moved_table(root: Element, moves: Moves) -> bytes:
    made = copy.deepcopy(root)
    for element in list(made.iter()):
        if isinstance(element.tag, str) and "ref" in element.attrib:
            _set_or_drop(element, "ref", moved_range(str(element.get("ref")), moves))
    return written(made)


def _moved_drawing(root: Element, moves: Moves) -> bytes:
    made = copy.deepcopy(root)
    for row in made.iter(f"{{{DRAWING}}}row"):
        span = moves.span(1, int(row.text or 0) + 1)
        row.text = str(max(0, span[1] - 1) if span else 0)
    return written(made)


def _moved_notes(content: bytes, moves: Moves) -> bytes:
    """The frames of comments: plain text, because this old form is often no right XML."""
    shapes = re.split(rb"(?=<v:shape )", content)
    kept: list[bytes] = []
    for shape in shapes:
        found = re.search(rb"<x:Row>(\d+)</x:Row>", shape)
        if found is None:
            kept.append(shape)
            continue
        row = moves.row(int(found[1]) + 1)
        end = shape.find(b"</v:shape>")
        if row is None:
            kept.append(shape[end + 10 :] if end >= 0 else b"")
        else:
            kept.append(shape.replace(found[0], b"<x:Row>%d</x:Row>" % (row - 1)))
    return b"".join(kept)


def _moved_chart(package: Package, part: str, sheet: str, moves: Moves) -> bytes:
    made = copy.deepcopy(package.tree(part))
    for formula in made.iter(f"{{{CHART}}}f"):
        formula.text = moved_formula(str(formula.text or ""), sheet, "", moves)
    return without_caches(part, written(made))


def _links_left(package: Package, page: str, moves: Moves) -> dict[str, bytes]:
    """The links of a sheet without those of rows that went to others."""
    folder, _slash, name = page.rpartition("/")
    part = f"{folder}/_rels/{name}.rels"
    if not package.has(part):
        return {}
    key = q("id", OFFICE)
    links = list(package.tree(page).iter(q("hyperlink")))
    left = {each.get(key) for each in links if moved_range(str(each.get("ref")), moves)}
    gone = {each.get(key) for each in links} - left
    if not gone - {None}:
        return {}
    made = copy.deepcopy(package.tree(part))
    for each in list(made.iterfind(q("Relationship", RELATIONS))):
        if each.get("Id") in gone:
            made.remove(each)
    return {part: written(made)}


def without_caches(part: str, content: bytes) -> bytes:
    """A chart without the copies of cells that it keeps; other parts as they are."""
    is_chart = part.startswith("xl/charts/") and part.endswith(".xml")
    return _CACHE.sub(b"", content) if is_chart else content


def put_heading(root: Element, heading: str) -> None:
    """Print a line at the right of each page's head where the form has no head of its own."""
    held = root.find(q("headerFooter"))
    if held is None:
        held = put(root, _etree.Element(q("headerFooter")))
    if held.find(q("oddHeader")) is None:
        head = _etree.Element(q("oddHeader"))
        head.text = "&R&9" + heading.replace("&", "&&")[:200]
        held.insert(0, head)


def written(root: Element) -> bytes:
    """A tree as the bytes of a part."""
    return HEAD + _etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _is_single(reference: str) -> bool:
    area = Area.of(reference)
    return area.top == area.bottom and area.left == area.right
