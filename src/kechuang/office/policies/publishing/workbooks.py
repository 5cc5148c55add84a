"""A small workbook of texts: the same sheets always give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from kechuang.files.safe import one_line

ALWAYS: Final = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What stands in a workbook as the time at which it was made."""
LONGEST_CELL: Final = 32_000
WIDEST: Final = 60
NARROWEST: Final = 12


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook with these sheets by name; the first row of each is its head.

    Every cell is a text, so that no sign at its beginning makes a formula of it.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": ALWAYS})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for column, width in enumerate(_widths(rows)):
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, _short(cell), text if line else head)
    book.close()
    return out.getvalue()


def _short(cell: str) -> str:
    return one_line(cell)[:LONGEST_CELL]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """A width for each column: a Chinese character takes two places."""
    longest = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [min(WIDEST, max(NARROWEST, 2 * each + 2)) for each in longest]
