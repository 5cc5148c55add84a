"""The workbook that an officer keeps: figures, findings, and each report's sentences."""
# xlsxwriter leaves the types of its option dictionaries open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.format import Format  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.worksheet import Worksheet  # pyright: ignore[reportMissingTypeStubs]

from kechuang.files.safe import is_formula, one_line, printable
from kechuang.reading.model import Figure, Finding, Reading
from kechuang.reading.outputs.labels import (
    bound_name,
    check_name,
    column,
    is_sure,
    kind_name,
)
from kechuang.reading.outputs.passages import Passage, passages
from kechuang.reading.outputs.sheets import SheetNames, row_height
from kechuang.reading.outputs.values import (
    period_days,
    period_name,
    plain,
    reading_of,
)

LONGEST_CELL: Final = 32_000
MOST_LINKS: Final = 65_000
MOST_ROWS: Final = 1_048_000
FONT: Final = "微软雅黑"
EXACT_DIGITS: Final = 15
PAPER_A4: Final = 9
FIRST_YEAR: Final = 1900
FIRST_SENTENCE: Final = 3
SENTENCE_WIDTH: Final = 92
NUMBERS: Final = frozenset({"value", "value_max"})
FIGURE_COLUMNS: Final = (
    ("doc", 22), ("quote", 15), ("reading", 16), ("measure", 28), ("subject", 16), ("period", 16),
    ("kind", 7), ("bound", 8), ("value", 17), ("value_max", 10), ("unit", 7), ("confidence", 8),
    ("period_start", 11), ("period_end", 11), ("indicator", 26), ("section", 26), ("sentence", 80),
)  # fmt: skip
PRINTED_COLUMNS: Final = 12
FINDING_COLUMNS: Final = (
    ("check", 18), ("doc", 22), ("figures", 32), ("expected", 20), ("found", 20),
    ("confidence", 8), ("message", 70), ("place", 11),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of the cells."""

    head: Format
    number_head: Format
    text: Format
    inert: Format
    wrapped: Format
    inert_wrapped: Format
    faint: Format
    serial: Format
    whole: Format
    decimal: Format
    share: Format
    unsure: Format
    day: Format
    link: Format
    inert_link: Format
    title: Format
    plain: Format
    mark: Format


def write_workbook(
    path: Path, readings: Sequence[Reading], findings: Sequence[Finding] = ()
) -> None:
    """Write the workbook: 数据 (a row a figure), 核对 (a row a finding), and a sheet a report.

    Numbers and dates are real ones; text that looks like a formula stays text, also after it is
    edited. Each figure links to its sentence and each sentence back to its first figure.

    Raises:
        OSError: the file cannot be written.
    """
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10},
    }  # fmt: skip
    book = Workbook(str(path), options)
    book.set_properties({"title": "报告数据核对", "comments": "由科创台读取生成"})
    names = SheetNames()
    for name in ("数据", "核对", "目录"):
        names.take(name)
    sheets = [names.take(reading.doc) for reading in readings]
    writer = _Writer(book, _styles(book), list(readings), sheets)
    writer.plan()
    writer.figures()
    writer.findings(findings)
    writer.contents(findings)
    for number in range(len(readings)):
        writer.report(number)
    book.close()


def _styles(book: Workbook) -> Styles:
    base: dict[str, object] = {"valign": "top"}
    line: dict[str, object] = {**base, "bottom": 4, "bottom_color": "#C9CED6"}
    head: dict[str, object] = {
        "bold": True, "valign": "vcenter", "text_wrap": True, "bg_color": "#1F4E79",
        "font_color": "#FFFFFF", "border": 1, "border_color": "#1F4E79",
    }  # fmt: skip

    def style(**more: object) -> Format:
        return book.add_format({**line, **more})

    return Styles(
        head=book.add_format(head),
        number_head=book.add_format({**head, "align": "right"}),
        text=style(),
        inert=style(quote_prefix=True),
        wrapped=style(text_wrap=True),
        inert_wrapped=style(text_wrap=True, quote_prefix=True),
        faint=style(text_wrap=True, font_color="#5B6470"),
        serial=style(align="center", font_color="#5B6470"),
        whole=style(num_format="#,##0"),
        decimal=style(num_format="#,##0.0#########"),
        share=style(num_format="0.00", align="center"),
        unsure=style(
            num_format='0.00" 待核"', align="center", bg_color="#FFF3CD", font_color="#7A4B00"
        ),
        day=style(num_format="yyyy-mm-dd", align="left"),
        link=style(font_color="#0B57D0", underline=1),
        inert_link=style(font_color="#0B57D0", underline=1, quote_prefix=True),
        title=book.add_format({**base, "bold": True, "font_size": 14}),
        plain=book.add_format(base),
        mark=book.add_format({**base, "bold": True, "font_color": "#0B57D0"}),
    )  # fmt: skip


class _Writer:
    """Writes the sheets in turn; `_rows` and `_places` say where each figure stands."""

    def __init__(
        self, book: Workbook, styles: Styles, readings: list[Reading], sheets: list[str]
    ) -> None:
        self._book = book
        self._styles = styles
        self._readings = readings
        self._sheets = sheets
        self._passages = [passages(reading) for reading in readings]
        self._rows: dict[int, int] = {}
        self._places: dict[int, str] = {}
        self._links = 0

    def plan(self) -> None:
        """Decide in which row each figure and each sentence will stand, for the links."""
        row = 1
        for sheet, pieces in zip(self._sheets, self._passages, strict=True):
            place = FIRST_SENTENCE
            for piece in pieces:
                for figure in piece.figures:
                    self._rows[id(figure)] = row
                    self._places[id(figure)] = _target(sheet, place, 1)
                    row += 1
                place += len(_cells(piece))

    def figures(self) -> None:
        """The sheet 数据."""
        sheet = self._sheet("数据", FIGURE_COLUMNS)
        sheet.freeze_panes(1, 2)
        self._links = 0
        row = 0
        for reading, pieces in zip(self._readings, self._passages, strict=True):
            for piece in pieces:
                for figure in piece.figures:
                    row += 1
                    if row <= MOST_ROWS:
                        self._figure(sheet, row, reading, figure)
        if row > MOST_ROWS:
            left_out = f"另有 {row - MOST_ROWS} 个数据超出工作表行数，请改用 csv 或 jsonl 输出"
            self._text(sheet, MOST_ROWS + 1, 0, left_out)
        last = min(max(row, 1), MOST_ROWS)
        sheet.autofilter(0, 0, last, len(FIGURE_COLUMNS) - 1)
        sheet.print_area(0, 0, last, PRINTED_COLUMNS - 1)

    def _figure(self, sheet: Worksheet, row: int, reading: Reading, figure: Figure) -> None:
        styles = self._styles
        self._text(sheet, row, 0, reading.doc)
        self._link(sheet, row, 1, self._places[id(figure)], figure.quote)
        for place, text in (
            (2, reading_of(figure)), (3, figure.measure), (4, figure.subject),
            (5, period_name(figure.period)), (6, kind_name(figure.kind)),
            (7, bound_name(figure.bound)), (10, figure.unit), (14, figure.indicator),
            (15, figure.section), (16, figure.sentence),
        ):  # fmt: skip
            self._text(sheet, row, place, one_line(text or ""))
        for place, value in ((8, figure.value), (9, figure.value_max)):
            self._number(sheet, row, place, value)
        sure = styles.share if is_sure(figure.confidence) else styles.unsure
        sheet.write_number(row, 11, round(figure.confidence, 4), sure)
        for place, day in zip((12, 13), period_days(figure.period), strict=True):
            self._day(sheet, row, place, day)

    def _day(self, sheet: Worksheet, row: int, place: int, day: date | None) -> None:
        """A real date; blank where it is not known or before the first one that Excel has."""
        if day is None or day.year < FIRST_YEAR:
            self._text(sheet, row, place, "")
        else:
            moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - cells know no zone
            sheet.write_datetime(row, place, moment, self._styles.day)

    def findings(self, findings: Sequence[Finding]) -> None:
        """The sheet 核对."""
        sheet = self._sheet("核对", FINDING_COLUMNS)
        sheet.freeze_panes(1, 1)
        self._links = 0
        known = self._by_place()
        for row, finding in enumerate(findings[:MOST_ROWS], 1):
            docs = list(dict.fromkeys(figure.doc for figure in finding.figures))
            quotes = "；".join(figure.quote for figure in finding.figures)
            sheet.set_row(
                row,
                row_height(
                    ("\n".join(docs), FINDING_COLUMNS[1][1]),
                    (quotes, FINDING_COLUMNS[2][1]),
                    (finding.expected, FINDING_COLUMNS[3][1]),
                    (finding.found, FINDING_COLUMNS[4][1]),
                    (finding.message, FINDING_COLUMNS[6][1]),
                ),
            )
            self._text(sheet, row, 0, check_name(finding.check))
            self._text(sheet, row, 1, "\n".join(docs), wrapped=True)
            self._text(sheet, row, 2, quotes, wrapped=True)
            self._text(sheet, row, 3, finding.expected, wrapped=True)
            self._text(sheet, row, 4, finding.found, wrapped=True)
            sheet.write_number(row, 5, round(finding.confidence, 4), self._styles.share)
            self._text(sheet, row, 6, finding.message, wrapped=True)
            first = next((known[key] for f in finding.figures if (key := _key(f)) in known), None)
            if first is not None:
                self._link(sheet, row, 7, _target("数据", self._rows[id(first)], 1), "看数据")
        if not findings:
            self._text(sheet, 1, 0, "没有疑点")
        sheet.autofilter(0, 0, max(len(findings), 1), len(FINDING_COLUMNS) - 1)

    def contents(self, findings: Sequence[Finding]) -> None:
        """The sheet 目录: the reports with their links."""
        columns = (("doc", 36), ("subject", 26), ("period", 8))
        sheet = self._sheet("目录", columns, heads=("报告", "地区", "年份"))
        for place, (head, width) in enumerate((("文种", 20), ("数据", 8), ("疑点", 8)), 3):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, self._styles.head)
        sheet.freeze_panes(1, 1)
        self._links = 0
        for row, (reading, name) in enumerate(zip(self._readings, self._sheets, strict=True), 1):
            self._link(sheet, row, 0, _target(name, 0, 0), reading.doc)
            self._text(sheet, row, 1, reading.about.region or "")
            if reading.about.year is not None:
                sheet.write_number(row, 2, reading.about.year, self._styles.text)
            self._text(sheet, row, 3, reading.about.genre or "")
            found = sum(any(f.doc == reading.doc for f in one.figures) for one in findings)
            sheet.write_number(row, 4, len(reading.figures), self._styles.whole)
            sheet.write_number(row, 5, found, self._styles.whole)

    def report(self, number: int) -> None:
        """One report's sheet: its sentences in order, the figures in them set off."""
        reading, styles = self._readings[number], self._styles
        sheet = self._book.add_worksheet(self._sheets[number])
        self._print(sheet, reading.doc)
        for place, width in enumerate((6, SENTENCE_WIDTH, 8, 11)):
            sheet.set_column(place, place, width)
        about = reading.about
        known = [about.region, f"{about.year}年" if about.year else None, about.genre]
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, printable(reading.doc)[:255], styles.title)
        sheet.write_string(1, 0, " · ".join(filter(None, known)))
        sheet.write_url(1, 3, "internal:'目录'!A1", styles.link, "回目录")
        for place, head in enumerate(("序号", "原句", "数据", "链接")):
            sheet.write_string(2, place, head, styles.head)
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        self._links = 1
        row = FIRST_SENTENCE
        for serial, piece in enumerate(self._passages[number], 1):
            for part, (start, end) in enumerate(_cells(piece)):
                if row > MOST_ROWS:
                    return
                self._sentence(sheet, row, reading, piece, start, end)
                sheet.write_number(row, 0, serial, styles.serial)
                for place in (2, 3):
                    self._text(sheet, row, place, "")
                if part == 0 and piece.figures:
                    sheet.write_number(row, 2, len(piece.figures), styles.whole)
                    place = _target("数据", self._rows[id(piece.figures[0])], 1)
                    self._link(sheet, row, 3, place, "看数据")
                row += 1

    def _sentence(
        self, sheet: Worksheet, row: int, reading: Reading, piece: Passage, start: int, end: int
    ) -> None:
        fragments: list[str | Format] = []
        plain_style = self._styles.plain
        place, marks = start, 0
        for figure in piece.figures:
            if place <= figure.start and figure.end <= end and figure.start < figure.end:
                before = printable(reading.raw[place : figure.start])
                fragments += [plain_style, before] if before else []
                fragments += [self._styles.mark, printable(reading.raw[figure.start : figure.end])]
                place, marks = figure.end, marks + 1
        rest = printable(reading.raw[place:end])
        fragments += [plain_style, rest] if rest else []
        sheet.set_row(row, row_height((reading.raw[start:end], SENTENCE_WIDTH)))
        if marks and len(fragments) > 2:
            sheet.write_rich_string(row, 1, *fragments, self._styles.wrapped)
            return
        text = reading.raw[start:end]
        if piece.figures:
            self._text(sheet, row, 1, text, wrapped=True)
        else:
            sheet.write_string(row, 1, printable(text), self._styles.faint)

    def _by_place(self) -> dict[tuple[str, int, int], Figure]:
        return {_key(figure): figure for reading in self._readings for figure in reading.figures}

    def _sheet(
        self, name: str, columns: Sequence[tuple[str, int]], heads: Sequence[str] = ()
    ) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        self._print(sheet, name)
        sheet.set_row(0, 24)
        for place, (key, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            head = heads[place] if heads else column(key)
            style = self._styles.number_head if key in NUMBERS else self._styles.head
            sheet.write_string(0, place, head, style)
        sheet.repeat_rows(0)
        return sheet

    def _print(self, sheet: Worksheet, title: str) -> None:
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        shown = printable(title)[:60].replace("&", "&&")
        sheet.set_header(f"&L报告数据核对&C{shown}&R&D")
        sheet.set_footer("&L科创台&C第 &P 页，共 &N 页")

    def _text(
        self, sheet: Worksheet, row: int, place: int, text: str, *, wrapped: bool = False
    ) -> None:
        styles = self._styles
        shown = printable(text)
        if len(shown) > LONGEST_CELL:
            shown = shown[:LONGEST_CELL] + "…（过长，后略，全文见报告工作表）"
        inert = is_formula(shown)
        if wrapped:
            style = styles.inert_wrapped if inert else styles.wrapped
        else:
            style = styles.inert if inert else styles.text
        sheet.write_string(row, place, shown, style)

    def _number(self, sheet: Worksheet, row: int, place: int, value: Decimal | None) -> None:
        """A real number; as text where a spreadsheet would round it, blank where there is none."""
        if value is None:
            self._text(sheet, row, place, "")
            return
        if len(value.normalize().as_tuple().digits) > EXACT_DIGITS or abs(value.adjusted()) > 300:
            self._text(sheet, row, place, plain(value)[:LONGEST_CELL])
            return
        whole = value == value.to_integral_value()
        style = self._styles.whole if whole else self._styles.decimal
        sheet.write_number(row, place, float(value), style)

    def _link(self, sheet: Worksheet, row: int, place: int, target: str, text: str) -> None:
        """A link inside the workbook; plain text beyond the number that a sheet may hold."""
        self._links += 1
        if self._links > MOST_LINKS:
            self._text(sheet, row, place, text)
            return
        shown = one_line(text)[:LONGEST_CELL]
        style = self._styles.inert_link if is_formula(shown) else self._styles.link
        sheet.write_url(row, place, target, style, shown)


def _cells(piece: Passage) -> list[tuple[int, int]]:
    """The pieces of a passage that each fit a cell."""
    starts = range(piece.start, max(piece.end, piece.start + 1), LONGEST_CELL)
    return [(start, min(start + LONGEST_CELL, piece.end)) for start in starts]


def _target(sheet: str, row: int, place: int) -> str:
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!{chr(ord('A') + place)}{row + 1}"


def _key(figure: Figure) -> tuple[str, int, int]:
    return figure.doc, figure.start, figure.end
