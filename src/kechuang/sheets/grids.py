"""The cells of one sheet, read and written where they stand in its XML."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kechuang.sheets.areas import Area, cell_name, place_of
from kechuang.sheets.strings import MAIN, put_text, text_of

if TYPE_CHECKING:
    from kechuang.sheets.packages import Package

_etree: Final[Any] = import_module("lxml.etree")
Element = Any
Value = str | Decimal | int | bool | date | datetime | None
"""What a cell holds."""

ROW, CELL, FORMULA, RESULT, INLINE = (f"{MAIN}{each}" for each in ("row", "c", "f", "v", "is"))
SHOWN_DIGITS: Final = Context(prec=15)
"""A spreadsheet keeps numbers in binary and shows 15 digits of them."""
EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - days of a spreadsheet have no zone
LEAP: Final = 61
"""Before this day a spreadsheet counts one too many, since it holds 1900 for a leap year."""
SINCE_1904: Final = 1462
DAY_FORMAT: Final = "yyyy-mm-dd"
DAY_SECONDS: Final = 86_400


class Sheet:
    """One sheet of a workbook; `state` is visible, hidden or veryHidden."""

    def __init__(self, package: Package, name: str, part: str, state: str) -> None:
        self.package, self.name, self.part, self.state = package, name, part, state

    @cached_property
    def root(self) -> Element:
        """The XML of the sheet."""
        return self.package.tree(self.part)

    @cached_property
    def data(self) -> Element:
        """The element that holds the rows."""
        return self.root.find(f"{MAIN}sheetData")

    # --- finding

    @cached_property
    def _rows(self) -> dict[int, Element]:
        found: dict[int, Element] = {}
        number = 0
        for row in self.data.iterfind(ROW):
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))
            found[number] = row
        return found

    @cached_property
    def _order(self) -> list[int]:
        return sorted(self._rows)

    @cached_property
    def _cells(self) -> dict[int, dict[int, Element]]:
        return {}

    def row(self, number: int) -> Element | None:
        """The XML of a row, None where the sheet does not speak of it."""
        return self._rows.get(number)

    def cells(self, row: int) -> dict[int, Element]:
        """The XML of the cells of a row, by column."""
        if row not in self._cells:
            found: dict[int, Element] = {}
            column = 0
            for cell in self._rows[row].iterfind(CELL) if row in self._rows else ():
                column = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
                cell.set("r", cell_name(row, column))
                found[column] = cell
            self._cells[row] = found
        return self._cells[row]

    def forget(self) -> None:
        """Look at the XML anew: say so after moving rows by hand."""
        for name in ("_rows", "_order", "_cells", "merged"):
            self.__dict__.pop(name, None)

    def filled(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell that holds a value or a formula."""
        for row in self._order:
            for column, cell in sorted(self.cells(row).items()):
                if any(each.tag in (FORMULA, RESULT, INLINE) for each in cell):
                    yield row, column

    @property
    def last_row(self) -> int:
        """The last row in which a cell holds something; 0 for an empty sheet."""
        return max((row for row, _column in self.filled()), default=0)

    @property
    def last_column(self) -> int:
        """The last column in which a cell holds something; 0 for an empty sheet."""
        return max((column for _row, column in self.filled()), default=0)

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas."""
        return tuple(Area.of(each.get("ref")) for each in self.root.iterfind(f"{MAIN}mergeCells/*"))

    def merged_at(self, row: int, column: int) -> Area | None:
        """The merged area that a cell lies in."""
        return next((each for each in self.merged if each.holds(row, column)), None)

    def is_hidden_column(self, column: int) -> bool:
        """Whether nobody sees a column."""
        return any(each.get("hidden") in ("1", "true") for each in self._column_looks(column))

    def is_hidden_row(self, row: int) -> bool:
        """Whether nobody sees a row."""
        found = self.row(row)
        return found is not None and found.get("hidden") in ("1", "true")

    def _column_looks(self, column: int) -> Iterator[Element]:
        for each in self.root.iterfind(f"{MAIN}cols/{MAIN}col"):
            if int(each.get("min")) <= column <= int(each.get("max")):
                yield each

    # --- reading

    def value(self, row: int, column: int) -> Value:
        """What a cell holds; of a formula the result that was kept, None where there is none.

        A number is as a spreadsheet shows it, with up to 15 digits; one that is shown as a day is
        that day.
        """
        cell = self.cells(row).get(column)
        if cell is None:
            return None
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return None if inline is None else text_of(inline)
        result = cell.find(RESULT)
        said = None if result is None else result.text
        if said is None:
            return None
        if kind == "s":
            return self.package.strings.text(int(said))
        if kind == "b":
            return said == "1"
        if kind in ("str", "e", "d"):
            return said
        return self._number(said, int(cell.get("s", 0)))

    def text(self, row: int, column: int) -> str:
        """What a cell holds as text without white space around it; empty where it holds nothing."""
        value = self.value(row, column)
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return str(value).strip()

    def formula(self, row: int, column: int) -> str | None:
        """The formula of a cell without its sign; empty for one that shares another's."""
        cell = self.cells(row).get(column)
        found = None if cell is None else cell.find(FORMULA)
        return None if found is None else found.text or ""

    def style(self, row: int, column: int) -> int:
        """The number of a cell's style; where there is no cell that of its row or column."""
        cell = self.cells(row).get(column)
        if cell is not None:
            return int(cell.get("s", 0))
        found = self.row(row)
        if found is not None and found.get("customFormat") in ("1", "true"):
            return int(found.get("s", 0))
        return next((int(each.get("style", 0)) for each in self._column_looks(column)), 0)

    def _number(self, said: str, style: int) -> Value:
        try:
            number = SHOWN_DIGITS.create_decimal(said)
        except InvalidOperation:
            return said
        if not self.package.styles.is_date(style):
            return number
        with suppress(OverflowError):
            day = self._day(number)
            return day if day.hour or day.minute or day.second else day.date()
        return number

    def _day(self, number: Decimal) -> datetime:
        serial = number + (SINCE_1904 if self.package.counts_from_1904 else 0)
        whole = int(serial)
        seconds = int(((serial - whole) * DAY_SECONDS).to_integral_value())
        return EPOCH + timedelta(days=whole + (0 < whole < LEAP), seconds=seconds)

    # --- writing

    def write(self, row: int, column: int, value: Value, style: int | None = None) -> None:
        """Let a cell hold a value, in its own style unless another is given.

        Text is kept as text whatever it begins with; a day in a cell that shows no days is given a
        style that does. Raises `ValueError` where the cell holds a formula: clear it first.
        """
        cell = self._cell(row, column)
        if cell.find(FORMULA) is not None:
            raise ValueError(f"{self.name}!{cell_name(row, column)} holds a formula")
        self._empty(cell)
        if style is not None:
            cell.set("s", str(style))
        if isinstance(value, bool):
            cell.set("t", "b")
            _etree.SubElement(cell, RESULT).text = str(int(value))
        elif isinstance(value, Decimal | int):
            _etree.SubElement(cell, RESULT).text = f"{Decimal(value).normalize():f}"
        elif isinstance(value, date):
            self._put_day(cell, value)
        elif value is not None:
            put_text(cell, value)
        self.package.touch(self.part)

    def write_formula(self, row: int, column: int, formula: str) -> None:
        """Let a cell hold a formula, written without its sign."""
        cell = self._cell(row, column)
        self._empty(cell)
        for each in cell.findall(FORMULA):
            cell.remove(each)
        _etree.SubElement(cell, FORMULA).text = formula
        self.package.drop_calculation_chain()
        self.package.touch(self.part)

    def clear(self, row: int, column: int) -> None:
        """Take value and formula away; the look stays. A formula that others share is refused."""
        cell = self.cells(row).get(column)
        if cell is None:
            return
        formula = cell.find(FORMULA)
        if formula is not None:
            if formula.get("t") in ("shared", "array"):
                raise ValueError(f"{self.name}!{cell_name(row, column)} shares its formula")
            cell.remove(formula)
            self.package.drop_calculation_chain()
        self._empty(cell)
        self.package.touch(self.part)

    def set_style(self, row: int, column: int, style: int) -> None:
        """Give a cell another look."""
        self._cell(row, column).set("s", str(style))
        self.package.touch(self.part)

    def drop_results(self) -> None:
        """Forget what formulas gave before the edit."""
        for cell in self.data.iter(CELL):
            result = cell.find(RESULT)
            if result is not None and cell.find(FORMULA) is not None:
                cell.remove(result)
                cell.attrib.pop("t", None)

    def _empty(self, cell: Element) -> None:
        for each in list(cell):
            if each.tag in (RESULT, INLINE):
                cell.remove(each)
        cell.attrib.pop("t", None)

    def _put_day(self, cell: Element, day: date) -> None:
        moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001
        past = moment - EPOCH
        days = past.days - (1 if past.days < LEAP else 0)
        days -= SINCE_1904 if self.package.counts_from_1904 else 0
        serial = Decimal(days) + SHOWN_DIGITS.divide(Decimal(past.seconds), Decimal(DAY_SECONDS))
        _etree.SubElement(cell, RESULT).text = f"{serial.normalize():f}"
        style = int(cell.get("s", 0))
        if not self.package.styles.is_date(style):
            cell.set("s", str(self.package.styles.variant(style, number_format=DAY_FORMAT)))

    def _cell(self, row: int, column: int) -> Element:
        cells = self.cells(row)
        if column not in cells:
            style = self.style(row, column)
            made = _etree.Element(CELL, {"r": cell_name(row, column)})
            if style:
                made.set("s", str(style))
            later = min((each for each in cells if each > column), default=None)
            if later is None:
                before = cells[max(cells)] if cells else None
                if before is None:
                    self._made_row(row).insert(0, made)
                else:
                    before.addnext(made)
            else:
                cells[later].addprevious(made)
            cells[column] = made
            self._rows[row].attrib.pop("spans", None)
            self._reach(row, column)
        return cells[column]

    def _made_row(self, number: int) -> Element:
        if number not in self._rows:
            made = _etree.Element(ROW, {"r": str(number)})
            at = bisect_left(self._order, number)
            if at < len(self._order):
                self._rows[self._order[at]].addprevious(made)
            else:
                self.data.append(made)
            self._order.insert(at, number)
            self._rows[number] = made
        return self._rows[number]

    def _reach(self, row: int, column: int) -> None:
        """Let the sheet's own word of how far it reaches hold a cell."""
        told = self.root.find(f"{MAIN}dimension")
        if told is None or not told.get("ref"):
            return
        area = Area.of(told.get("ref"))
        if not area.holds(row, column):
            told.set(
                "ref",
                str(
                    Area(
                        min(area.top, row),
                        min(area.left, column),
                        max(area.bottom, row),
                        max(area.right, column),
                    )
                ),
            )
