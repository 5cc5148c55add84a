"""A form taken apart: a workbook for each part with its own rows and all of the form's looks.

A part has the form's title, header, notes, widths, print set-up, formulas and rules; only the cells
to fill in are open. Nothing of another part's rows is in the file, not even where nobody looks.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

from kechuang.sheets import protecting, surroundings
from kechuang.sheets.areas import cell_name, letters
from kechuang.sheets.errors import SheetError
from kechuang.sheets.layouts import SIGNERS, Layout, PartRows, parts_of, row_kind
from kechuang.sheets.marker import SHEET, Marker
from kechuang.sheets.moving import Both, Kept, Moves, Stretched, moved_formula, rows_meant, shifted
from kechuang.sheets.packages import HEAD, Package, ask_for_calculation, q
from kechuang.sheets.snapshots import (
    CELL,
    FORMULA,
    ROW,
    VALUE,
    column_in,
    expand_formulas,
    snapshot,
    told,
)
from kechuang.sheets.strings import put_text

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
BOOK: Final = "xl/workbook.xml"
DIGITS: Final = "0123456789"
LISTS_FROM: Final = 4
"""The column of the hidden sheet from which on choices stand."""
COPIES: Final = re.compile(r"xl/(pivotCache|queryTables|connections|model)")
"""Parts that hold copies of what stands in cells, and so of other parts' rows."""


class Splitter:
    """A form prepared once, from which the workbook of each part is made.

    `key` seals the hidden sheet, `heading` is printed at the head of each page where the form has
    no head of its own.

    Raises `SheetError` where the workbook cannot be opened or keeps copies of its cells elsewhere.
    """

    def __init__(
        self, content: bytes, layout: Layout, key: bytes, *, name: str = "", heading: str = ""
    ) -> None:
        self.layout, self._key = layout, key
        package = Package.open(content, name)
        if any(COPIES.match(part) for part in package.parts()):
            raise SheetError("holds_copies", name)
        self.sheet = snapshot(package, layout.sheet)
        self._package = package
        self._part = package.sheet(layout.sheet).part
        self._kinds = {
            row: row_kind(self.sheet, layout, row) for row in range(layout.first, layout.last + 1)
        }
        self._totals = [row for row, kind in self._kinds.items() if kind == "total"]
        self._signs = not _asks_for_signers(self.sheet.cells.values())
        self._prepare(heading)

    def parts(self) -> list[PartRows]:
        """Who gets which rows; where the form is not split everybody gets all of them."""
        if self.layout.by:
            return parts_of(self.sheet, self.layout)
        own = (row for row, kind in self._kinds.items() if kind != "total")
        return [PartRows("", tuple(own))]

    def workbook(self, marker: Marker, rows: Sequence[int]) -> bytes:
        """The workbook of one part with these rows of the form."""
        kept = self._kept(rows)
        moves = self._moves(rows, kept)
        own = self._page(rows, kept, moves)
        changed = surroundings.moved_parts(self._package, self._part, self.layout.sheet, moves)
        changed[BOOK] = surroundings.moved_names(
            self._package.tree(BOOK), self.layout.sheet, moves, self._added_rows
        )
        changed[self._part] = own
        changed[self._hidden] = self._marked(marker)
        return self._zipped(changed)

    # --- prepared once

    def _prepare(self, heading: str) -> None:
        package, layout = self._package, self.layout
        texts = _shared_texts(package)
        for sheet in package.sheets:
            root = package.tree(sheet.part)
            expand_formulas(root)
            _inline_texts(texts, root)
        root = self._root = package.tree(self._part)
        package.drop_calculation_chain()
        for kind, part in list(package.relations(BOOK).values()):
            if kind == "sharedStrings" and package.has(part):
                package.remove(part)
        ask_for_calculation(package.tree(BOOK))
        self._rows = {int(each.get("r")): each for each in _numbered(root)}
        self._outside = [row for row in self._rows if not layout.first <= row <= layout.last]
        self._locks = protecting.Locks(package.styles.root)
        self._open_cells()
        # Every style that rows made later may take must be there before the styles are written.
        for style in {0, *(int(each.get("s", 0)) for each in root.iter(CELL))}:
            self._locks.style(style, locked=False)
        protecting.protect(root)
        if heading:
            surroundings.put_heading(root, heading)
        rules = sorted(layout.rules.items())
        lists = protecting.choice_ranges(rules, LISTS_FROM)
        protecting.validate(root, rules, (layout.first, layout.last), lists)
        self._lists = [rule.choices for _column, rule in rules if rule.kind == "list"]
        package.add_sheet(SHEET, [["."]])
        self._hidden = package.sheet(SHEET).part
        book = package.tree(BOOK)
        book.find(q("sheets"))[-1].set("state", "veryHidden")
        protecting.protect_book(book)
        self._fixed = self._written()

    def _written(self) -> dict[str, bytes]:
        """The bytes of all parts as they are the same in every workbook."""
        package = self._package
        trees = {sheet.part for sheet in package.sheets} | {BOOK, "[Content_Types].xml"}
        trees.add("xl/_rels/workbook.xml.rels")
        trees |= {to for kind, to in package.relations(BOOK).values() if kind == "styles"}
        fixed: dict[str, bytes] = {}
        for part in package.parts():
            if part in trees:
                fixed[part] = _bytes(package.tree(part))
            else:
                fixed[part] = surroundings.without_caches(part, package.part(part))
        return fixed

    def _open_cells(self) -> None:
        """Open the cells to fill in, lock all others; constants of totals are asked for anew."""
        for number, row in self._rows.items():
            inside = self.layout.first <= number <= self.layout.last
            cells = {_column(cell): cell for cell in row.iterfind(CELL)}
            for column, cell in cells.items():
                is_open = inside and self._is_open(number, column, cell)
                self._style(cell, locked=not is_open)
                if inside and is_open and self._kinds[number] != "data":
                    _blank(cell)
            wanted = self._signed_in(number) if number > self.layout.last else ()
            if inside and self._kinds[number] == "data":
                wanted = self.layout.fill
            for column in wanted:
                cell = cells.get(column)
                if cell is None:
                    cell = _new_cell(self._root, row, number, column)
                self._style(cell, locked=False)

    def _signed_in(self, row: int) -> Iterator[int]:
        """The columns of a row below the table where somebody signs: the words and what follows."""
        for (at, column), cell in self.sheet.cells.items():
            if at == row and cell.text.startswith(SIGNERS):
                yield column
                if self.sheet.at(row, column + 1).is_blank:
                    yield column + 1

    def _is_open(self, row: int, column: int, cell: Element) -> bool:
        if cell.find(FORMULA) is not None:
            return False
        if self._kinds[row] == "data":
            return column in self.layout.fill
        first, last = self.layout.columns
        value = self.sheet.at(row, column).value
        return (
            first <= column <= last
            and column != self.layout.by
            and not isinstance(value, str | None)
        )

    def _style(self, cell: Element, *, locked: bool) -> None:
        style = self._locks.style(int(cell.get("s", 0)), locked=locked)
        if style:
            cell.set("s", str(style))

    # --- for each part

    def _kept(self, rows: Sequence[int]) -> Kept:
        layout = self.layout
        inside = sorted({*rows, *self._totals})
        return Kept((*range(1, layout.first), *inside), layout.last)

    def _moves(self, rows: Sequence[int], kept: Kept) -> Moves:
        if not self.layout.spare or not rows:
            return kept
        seam = kept.row(max(rows))
        assert seam is not None  # noqa: S101 - a row that was just kept
        return Both(kept, Stretched(seam, self.layout.spare))

    @property
    def _added_rows(self) -> int:
        return 2 if self._signs else 0

    def _page(self, rows: Sequence[int], kept: Kept, moves: Moves) -> bytes:
        root = _without_rows(self._root)
        data = root.find(q("sheetData"))
        last_own = max(rows, default=0)
        behind = (number for number in self._outside if number > self.layout.last)
        for number in (*kept.rows, *behind):
            row, new = self._rows.get(number), moves.row(number)
            if row is None or new is None:
                continue
            data.append(self._moved_row(row, number, new, moves, kept))
            if number == last_own:
                for at in range(1, self.layout.spare + 1):
                    data.append(self._spare_row(row, number, new + at))
        surroundings.move_ranges(root, self.layout.sheet, moves)
        self._carry_merged(data, kept, moves)
        if self._signs:
            self._sign(data, max((int(row.get("r")) for row in data), default=1))
        return _bytes(root)

    def _moved_row(self, row: Element, old: int, new: int, moves: Moves, kept: Kept) -> Element:
        made = copy.deepcopy(row)
        made.set("r", str(new))
        inside = self.layout.first <= old <= self.layout.last
        number = str(new)
        for cell in made:
            if cell.tag != CELL:
                continue
            cell.set("r", cell.get("r").rstrip(DIGITS) + number)
            held = cell.find(FORMULA)
            if held is None:
                continue
            column = _column(cell)
            if inside and self._kinds[old] == "data" and self._looks_at(held, kept):
                self._fix(cell, old, column)
                continue
            held.text = moved_formula(
                str(held.text or ""), self.layout.sheet, self.layout.sheet, moves
            )
            if held.get("ref"):
                held.set("ref", cell_name(new, column))
            if not inside or self._kinds[old] != "data":
                for value in cell.findall(VALUE):
                    cell.remove(value)
        return made

    def _looks_at(self, formula: Element, kept: Kept) -> bool:
        """Whether a formula of a row of data counts rows that went to others."""
        here, layout = self.layout.sheet, self.layout
        for first, last in rows_meant(str(formula.text or ""), here, here):
            top, bottom = max(first, layout.first), min(last, layout.last)
            if top <= bottom and kept.count(top, bottom) < bottom - top + 1:
                return True
        return False

    def _fix(self, cell: Element, row: int, column: int) -> None:
        """Keep the result in the place of a formula that cannot be computed here."""
        value = self.sheet.at(row, column).value
        _blank(cell)
        if isinstance(value, str):
            put_text(cell, value)
        elif value is not None:
            _etree.SubElement(cell, VALUE).text = told(value)

    def _spare_row(self, row: Element, old: int, new: int) -> Element:
        made = copy.deepcopy(row)
        made.set("r", str(new))
        first, last = self.layout.columns
        for cell in made.iterfind(CELL):
            column = _column(cell)
            cell.set("r", cell_name(new, column))
            held = cell.find(FORMULA)
            if held is not None:
                own = all(span == (old, old) for span in rows_meant(
                    str(held.text or ""), self.layout.sheet, self.layout.sheet
                ))  # fmt: skip
                if own:
                    held.text = shifted(str(held.text or ""), new - old)
                    for value in cell.findall(VALUE):
                        cell.remove(value)
                    continue
            _blank(cell)
            if first <= column <= last:
                self._style(cell, locked=False)
        return made

    def _carry_merged(self, data: Element, kept: Kept, moves: Moves) -> None:
        """Where the head of merged cells went to others, its words go to the first row left."""
        for area in self.sheet.merged:
            if area.top < self.layout.first or area.bottom > self.layout.last:
                continue
            if kept.row(area.top) is not None:
                continue
            left = next((r for r in range(area.top, area.bottom + 1) if kept.row(r)), None)
            source = self._rows.get(area.top)
            if left is None or source is None:
                continue
            head = next((c for c in source.iterfind(CELL) if _column(c) == area.left), None)
            if head is not None:
                _put_like(data, moves.row(left) or 1, area.left, head)

    def _sign(self, data: Element, last: int) -> None:
        """Ask below the table who filled it in, who checked it and who answers for it."""
        row = _etree.SubElement(data, ROW, {"r": str(last + 2)})
        first = self.layout.columns[0]
        for at, word in enumerate(SIGNERS):
            column = first + 2 * at
            label = _etree.SubElement(row, CELL, {"r": cell_name(last + 2, column)})
            put_text(label, f"{word}：")
            blank = _etree.SubElement(row, CELL, {"r": cell_name(last + 2, column + 1)})
            self._style(blank, locked=False)

    def _marked(self, marker: Marker) -> bytes:
        root = _etree.Element(q("worksheet"), nsmap={None: q("")[1:-1]})
        data = _etree.SubElement(root, q("sheetData"))
        lines = marker.lines(self._key)
        for at in range(max(len(lines), *(len(each) for each in self._lists), 1)):
            row = _etree.SubElement(data, ROW, {"r": str(at + 1)})
            texts: list[tuple[int, str]] = []
            if at < len(lines):
                texts = [(1, lines[at][0]), (2, lines[at][1])]
            for place, choices in enumerate(self._lists):
                if at < len(choices):
                    texts.append((LISTS_FROM + place, choices[at]))
            for column, text in texts:
                cell = _etree.SubElement(row, CELL, {"r": f"{letters(column)}{at + 1}"})
                put_text(cell, text)
        return _bytes(root)

    def _zipped(self, changed: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in self._fixed.items():
                entry = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, changed.get(part, content))
        return out.getvalue()


def split(
    content: bytes, layout: Layout, collection: str, key: bytes, *, version: int = 1
) -> dict[str, bytes]:
    """The workbook of every part by its name; the same bytes each time."""
    splitter = Splitter(content, layout, key)
    return {
        part.name: splitter.workbook(
            Marker(collection, part.name, version, len(part.rows)), part.rows
        )
        for part in splitter.parts()
    }


def _asks_for_signers(cells: Iterable[Any]) -> bool:
    return any(isinstance(cell.value, str) and "填表人" in cell.value for cell in cells)


def _numbered(root: Element) -> list[Element]:
    """The rows of a sheet, each with its number and the names of its cells written out."""
    rows: list[Element] = []
    number = 0
    for row in root.iterfind(f"{q('sheetData')}/{ROW}"):
        number = int(row.get("r", number + 1))
        row.set("r", str(number))
        column = 0
        for cell in row.iterfind(CELL):
            column = _column(cell) if cell.get("r") else column + 1
            cell.set("r", cell_name(number, column))
        row.attrib.pop("spans", None)
        rows.append(row)
    return rows


def _without_rows(root: Element) -> Element:
    made = _etree.Element(root.tag, root.attrib, nsmap=root.nsmap)
    for each in root:
        if each.tag == q("sheetData"):
            _etree.SubElement(made, each.tag)
        elif each.tag != q("dimension"):
            made.append(copy.deepcopy(each))
    return made


def _shared_texts(package: Package) -> list[Element]:
    parts = package.relations(BOOK).values()
    part = next((to for kind, to in parts if kind == "sharedStrings"), "")
    return list(package.tree(part).iterfind(q("si"))) if part and package.has(part) else []


def _inline_texts(items: list[Element], root: Element) -> None:
    """Let every cell hold its text itself: the shared ones would tell of all parts."""
    for cell in root.iter(CELL):
        if cell.get("t") != "s":
            continue
        held = cell.find(VALUE)
        number = int(held.text) if held is not None and held.text else -1
        _blank(cell)
        if 0 <= number < len(items):
            cell.set("t", "inlineStr")
            inline = _etree.SubElement(cell, q("is"))
            for piece in items[number]:
                inline.append(copy.deepcopy(piece))


def _new_cell(root: Element, row: Element, number: int, column: int) -> Element:
    styled = row.get("customFormat") in ("1", "true")
    style = int(row.get("s", 0)) if styled else protecting.column_style(root, column)
    cell = _etree.Element(CELL, {"r": cell_name(number, column), "s": str(style)})
    later = next((each for each in row.iterfind(CELL) if _column(each) > column), None)
    if later is None:
        row.append(cell)
    else:
        later.addprevious(cell)
    return cell


def _put_like(data: Element, row: int, column: int, head: Element) -> None:
    line = next(each for each in data.iterfind(ROW) if each.get("r") == str(row))
    cell = next((each for each in line.iterfind(CELL) if _column(each) == column), None)
    if cell is None:
        cell = _new_cell(data, line, row, column)
    _blank(cell)
    if head.get("t"):
        cell.set("t", head.get("t"))
    for piece in head:
        cell.append(copy.deepcopy(piece))


def _blank(cell: Element) -> None:
    cell.attrib.pop("t", None)
    for piece in list(cell):
        cell.remove(piece)


def _column(cell: Element) -> int:
    return column_in(cell.get("r"))


def _bytes(root: Element) -> bytes:
    return HEAD + _etree.tostring(root, encoding="UTF-8", xml_declaration=False)
