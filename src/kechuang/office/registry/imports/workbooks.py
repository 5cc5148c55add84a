"""Writing the sheets that people fill in and that exports come in: one form for both.

The header is the first row and says the unit; below it each column takes only what fits its field.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter

from kechuang.files.safe import one_line
from kechuang.office.registry.imports.layout import DATA, GUIDE, HIDDEN, Stamp
from kechuang.office.registry.imports.purposes import Column
from kechuang.reference import Field

CHOICES: Final = "_choices"
LAST_ROW: Final = 1_048_575  # counted from 0, as XlsxWriter does
LONGEST_CELL: Final = 32_767
LONGEST_TEXT: Final = 500
EXACT_DIGITS: Final = 15  # a spreadsheet keeps a number in binary, exact to so many digits
EARLIEST: Final = date(1900, 1, 2)
LATEST: Final = date(2199, 12, 31)
YES_NO: Final = ("是", "否")
NUMBERS: Final = frozenset({"money", "count", "number"})

Cell = str | Decimal | int | date | bool | None


def options_of(field: Field) -> tuple[str, ...]:
    """What may be chosen in a column, in words; nothing where people write."""
    if field.type == "boolean":
        return YES_NO
    return tuple(field.options.values()) if field.type == "choice" else ()


class FormBook:
    """A workbook in the form of a template: written row by row, memory stays small."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column], stamp: Stamp) -> None:
        self.columns = columns
        self.fields = [each.field for each in columns]
        self.stamp = stamp
        self.book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self.looks: dict[str, Any] = {}
        self._row = 0
        self.sheet: Any = None

    def look(self, name: str, **more: Any) -> Any:
        """A format of the workbook, made once."""
        if name not in self.looks:
            self.looks[name] = self.book.add_format({"valign": "top", **more})
        return self.looks[name]

    def begin(
        self, title: str, required: Container[str], options: Mapping[str, Sequence[str]]
    ) -> None:
        """Write the head of the data sheet; `options` adds choices that the dictionary lacks."""
        sheet = self.sheet = self.book.add_worksheet(DATA)
        sheet.freeze_panes(1, min(2, len(self.fields)))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
        sheet.set_header(f"&C{one_line(title).replace('&', '&&')[:80]}")
        sheet.set_footer("&L&D&R第 &P 页，共 &N 页")
        lists: list[tuple[str, ...]] = []
        for place, field in enumerate(self.fields):
            words = tuple(options.get(field.code, ())) or options_of(field)
            sheet.set_column(place, place, _width(field), self._column_look(field))
            self._take_only(place, field, words, lists, must=field.code in required)
        head = self.look("head", bold=True, bottom=1, text_wrap=True, bg_color="#E7EDF5")
        must = self.look("must", bold=True, bottom=1, text_wrap=True, bg_color="#F8E3B0")
        sheet.set_row(0, 34)
        for place, column in enumerate(self.columns):
            look = must if column.code in required else head
            sheet.write_string(0, place, column.header(self.stamp.year), look)
        self._lists = lists

    def write(self, values: Sequence[Cell], *, grey: bool = False) -> None:
        """Write the next row; what nobody filled in is None."""
        self._row += 1
        for place, (field, value) in enumerate(zip(self.fields, values, strict=True)):
            self._cell(place, field, value, grey=grey)

    def close(self, guide: Iterable[Sequence[str]] = (), last: str = "") -> None:
        """Write the line under the data, the guide and the hidden sheets, and finish the file."""
        if last:
            quiet = self.look("quiet", font_color="#555555")
            self.sheet.write_string(self._row + 2, 0, one_line(last)[:LONGEST_CELL], quiet)
        if self._row:
            self.sheet.autofilter(0, 0, self._row, len(self.fields) - 1)
        lines = list(guide)
        if lines:
            self._write_guide(lines)
        self._write_lists()
        page = self.book.add_worksheet(HIDDEN)
        for row, (name, value) in enumerate(self.stamp.lines().items()):
            page.write_string(row, 0, name)
            page.write_string(row, 1, value)
        page.very_hidden()
        self.sheet.activate()
        self.book.close()

    def _write_guide(self, lines: Sequence[Sequence[str]]) -> None:
        page = self.book.add_worksheet(GUIDE)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for place, width in enumerate((28, 12, 26, 70)):
            page.set_column(place, place, width)
        plain = self.look("guide", text_wrap=True)
        bold = self.look("guide_head", bold=True, text_wrap=True)
        for row, cells in enumerate(lines):
            alone = len(cells) == 1
            for place, text in enumerate(cells):
                look = bold if alone and row == 0 else self.look("line") if alone else plain
                page.write_string(row, place, one_line(text), look)

    def _write_lists(self) -> None:
        if not self._lists:
            return
        page = self.book.add_worksheet(CHOICES)
        for row in range(max(map(len, self._lists))):
            for place, words in enumerate(self._lists):
                if row < len(words):
                    page.write_string(row, place, words[row])
        page.very_hidden()

    def _column_look(self, field: Field) -> Any:
        """How a column shows what somebody types: codes stay text, dates look like dates."""
        if field.type in NUMBERS:
            places = {"money": 2, "count": 0, "number": field.places}[field.type]
            pattern = "#,##0" + ("." + "#" * places if places else "")
            return self.look(f"number{places}", num_format="General" if places else pattern)
        if field.type == "date":
            return self.look("date", num_format="yyyy-mm-dd")
        return self.look("text", num_format="@")

    def _take_only(
        self,
        place: int,
        field: Field,
        words: tuple[str, ...],
        lists: list[tuple[str, ...]],
        *,
        must: bool,
    ) -> None:
        """What a column takes, and what a spreadsheet says when something else is typed."""
        rule = _rule(field)
        if words:
            lists.append(words)
            column = xlsxwriter.utility.xl_col_to_name(len(lists) - 1)  # type: ignore[attr-defined]
            rule = {
                "validate": "list",
                "source": f"={CHOICES}!${column}$1:${column}${len(words)}",
                "error_message": "请从下拉列表中选择。",
            }
        told = "；".join(filter(None, ("必填" if must else "", field.caliber, _kind(field))))
        self.sheet.data_validation(
            1,
            place,
            LAST_ROW,
            place,
            {
                **rule,
                "ignore_blank": True,
                "error_title": "填写有误",
                "input_title": field.name[:32],
                "input_message": told[:255],
            },
        )

    def _cell(self, place: int, field: Field, value: Cell, *, grey: bool) -> None:
        at = (self._row, place)
        if grey:
            look = self.look("grey", font_color="#7A7A7A", italic=True, num_format="@")
            self.sheet.write_string(*at, written(field, value), look)
        elif value is None or value == "":
            return
        elif isinstance(value, date):
            if EARLIEST <= value <= LATEST:
                self.sheet.write_datetime(*at, value, self._column_look(field))
            else:
                self.sheet.write_string(*at, value.isoformat(), self._column_look(field))
        elif isinstance(value, int | Decimal) and not isinstance(value, bool) and _exact(value):
            self.sheet.write_number(*at, value, self._column_look(field))
        else:
            text = one_line(written(field, value))[:LONGEST_CELL]
            self.sheet.write_string(*at, text, self.look("text", num_format="@"))


def written(field: Field, value: Cell) -> str:
    """A value as text, in the way that files for people write it.

    >>> from kechuang.reference import load_dictionary
    >>> written(load_dictionary().field("enterprises", "revenue"), Decimal("1E+2"))
    '100'
    """
    match value:
        case None:
            return ""
        case bool():
            return YES_NO[0] if value else YES_NO[1]
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _exact(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit; otherwise the number is written as text."""
    exact = Decimal(value)
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS


def _width(field: Field) -> int:
    least = {"money": 14, "count": 10, "number": 12, "boolean": 8, "date": 12}.get(field.type, 18)
    return min(40, max(least, 2 * len(field.name) // 2 + 6))


def _kind(field: Field) -> str:
    """What to write in a column, in words."""
    match field.type:
        case "money":
            return f"填数字，单位{field.unit}，最多6位小数"
        case "count":
            return f"填整数，单位{field.unit}" if field.unit else "填整数"
        case "number":
            return f"填数字，单位{field.unit}，最多{field.places}位小数"
        case "boolean":
            return "选“是”或“否”，不知道就空着"
        case "date":
            return "填日期，如 2026-01-31"
        case "choice":
            return "从下拉列表中选择"
        case _:
            return "填文字"


def _rule(field: Field) -> dict[str, Any]:
    match field.type:
        case "money" | "number":
            return {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -(10**13),
                "maximum": 10**13,
                "error_message": f"这一列只填数字，单位{field.unit}。",
            }
        case "count":
            return {
                "validate": "integer",
                "criteria": "between",
                "minimum": -(10**9),
                "maximum": 10**9,
                "error_message": "这一列只填整数。",
            }
        case "date":
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": EARLIEST,
                "maximum": LATEST,
                "error_message": "这一列填日期，如 2026-01-31。",
            }
        case _:
            return {
                "validate": "length",
                "criteria": "<=",
                "value": LONGEST_TEXT,
                "error_message": f"这一列最多{LONGEST_TEXT}个字。",
            }
