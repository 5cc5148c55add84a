"""What a list shows, as a workbook or a CSV file: real numbers and dates, who took it and when."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Final

import xlsxwriter
from django.db import transaction
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from kechuang.files.safe import guarded, one_line
from kechuang.office.ground import audit, showing
from kechuang.office.ground.listings import Asked, Column
from kechuang.office.ground.permissions import require
from kechuang.office.ground.slots import SourceRef

FORMATS: Final = {"xlsx": gettext_lazy("Excel（xlsx）"), "csv": "CSV"}
MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
AT_ONCE: Final = 50_000
AT_A_TIME: Final = 2_000
LONGEST_CELL: Final = 32_767
EXACT_DIGITS: Final = 15  # a spreadsheet keeps a number in binary, exact to so many digits
IN_MEMORY: Final = 8 * 1024 * 1024


def answer(asked: Asked, wanted: str) -> HttpResponseBase:
    """The file of a list that is short enough to be made at once."""
    actor, listing = asked.actor, asked.listing
    require(actor, listing.export_verb)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with transaction.atomic():
        count = write(asked, wanted, file)  # type: ignore[arg-type]
        audit_export(asked, wanted, count)
    file.seek(0)
    return FileResponse(
        file,  # type: ignore[arg-type]
        as_attachment=True,
        filename=file_name(asked, wanted),
        content_type=MEDIA_TYPES[wanted],
    )


def audit_export(asked: Asked, wanted: str, count: int) -> None:
    """Write down who took what: the conditions and the number of rows."""
    audit.record(
        asked.actor,
        audit.Line(
            action=asked.listing.export_verb,
            subject=SourceRef("listing", asked.listing.code),
            name=str(asked.listing.name),
            changes={
                "format": (None, wanted),
                "rows": (None, count),
                "conditions": (None, asked.told()),
                "columns": (None, showing.enumerated(str(each.name) for each in asked.columns)),
            },
        ),
    )


def file_name(asked: Asked, wanted: str) -> str:
    """The name of the file: the list and the day."""
    return f"{asked.listing.name}-{timezone.localdate():%Y%m%d}.{wanted}"


def write(
    asked: Asked, wanted: str, file: IO[bytes], told: Callable[[int], None] | None = None
) -> int:
    """Write the rows and give their number; `told` hears how many are written so far."""
    writer = _write_xlsx if wanted == "xlsx" else _write_csv
    return writer(asked, file, told or _untold)


def _untold(count: int) -> None:
    """Nobody listens."""


def watermark(asked: Asked) -> str:
    """Who took it, when, under which conditions."""
    return gettext("导出人：%(name)s（%(code)s）　时间：%(time)s　条件：%(conditions)s") % {
        "name": asked.actor.name,
        "code": asked.actor.code,
        "time": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "conditions": asked.told(),
    }


def heads(asked: Asked) -> list[str]:
    """The heads of the columns with their units."""
    return [
        f"{each.name}{showing.in_brackets(each.unit)}" if each.unit else str(each.name)
        for each in asked.columns
    ]


def _rows(asked: Asked, told: Callable[[int], None]) -> Iterator[list[tuple[Column, object]]]:
    count = 0
    every = asked.rows().iterator(chunk_size=AT_A_TIME)
    while some := list(islice(every, AT_A_TIME)):
        for row in asked.prepared(some):
            yield [(column, column.value(row)) for column in asked.columns]
        count += len(some)
        if count % AT_A_TIME == 0:
            told(count)


def _write_csv(asked: Asked, file: IO[bytes], told: Callable[[int], None]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([guarded(one_line(each)) for each in heads(asked)])
    count = 0
    for cells in _rows(asked, told):
        writer.writerow([_csv_cell(column, value) for column, value in cells])
        count += 1
    writer.writerow([])
    writer.writerow([guarded(one_line(watermark(asked)))])
    text.detach()
    return count


def _csv_cell(column: Column, value: object) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return guarded(one_line(showing.plain(value, column.align, column.digits)))


def _write_xlsx(asked: Asked, file: IO[bytes], told: Callable[[int], None]) -> int:
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        "quiet": book.add_format({"font_color": "#555555"}),
    }
    sheet = book.add_worksheet(_sheet_name(str(asked.listing.name)))
    _set_up(sheet, asked)
    for place, head in enumerate(heads(asked)):
        sheet.write_string(0, place, one_line(head), formats["head"])
    count = 0
    for cells in _rows(asked, told):
        count += 1
        for place, (column, value) in enumerate(cells):
            _xlsx_cell(book, sheet, (count, place), column, value, formats)
    sheet.write_string(count + 2, 0, one_line(watermark(asked))[:LONGEST_CELL], formats["quiet"])
    if count:
        sheet.autofilter(0, 0, count, len(asked.columns) - 1)
    book.close()
    return count


def _set_up(sheet: Any, asked: Asked) -> None:
    """Frozen head, widths, and how it prints: A4 across, the head on each page, page numbers."""
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C{_for_header(str(asked.listing.name))}")
    sheet.set_footer(f"&L{_for_header(asked.actor.name)} &D&R&P / &N")
    for place, column in enumerate(asked.columns):
        width = {"number": 14, "date": 17, "text": 22}[column.align]
        sheet.set_column(place, place, max(width, 2 * len(str(column.name)) + 4))


def _for_header(text: str) -> str:
    return one_line(text).replace("&", "&&")[:80]


def _sheet_name(name: str) -> str:
    cleaned = "".join("_" if each in "[]:*?/\\'" else each for each in one_line(name))
    return cleaned[:31] or "Sheet1"


def _xlsx_cell(
    book: Any, sheet: Any, place: tuple[int, int], column: Column, value: object, formats: Any
) -> None:
    row, number = place
    if isinstance(value, datetime):
        naive = showing.local(value).replace(tzinfo=None)
        sheet.write_datetime(row, number, naive, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, number, value, formats["date"])
    elif isinstance(value, int | Decimal) and column.align == "number" and _exact(value):
        sheet.write_number(row, number, value, _number_format(book, formats, value, column))
    else:
        text = one_line(showing.plain(value, column.align, column.digits))[:LONGEST_CELL]
        if text:
            sheet.write_string(row, number, text, formats["text"])


def _exact(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit; otherwise the number is written as text."""
    exact = Decimal(value)
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS


def _number_format(book: Any, formats: Any, value: int | Decimal, column: Column) -> Any:
    if column.digits is None:
        exponent = Decimal(value).normalize().as_tuple().exponent
        digits = max(0, -exponent) if isinstance(exponent, int) else 0
    else:
        digits = column.digits
    name = f"number{digits}"
    if name not in formats:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        formats[name] = book.add_format({"num_format": pattern, "valign": "top"})
    return formats[name]
