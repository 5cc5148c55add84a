"""What a blank form asks for: a table with a row for each, or labels with a cell beside them.

Nothing of a form is guessed from its name. A table is found by its header: one to three rows in
which every column has a text, above rows that are blank. A single record is found by its labels:
texts whose neighbour to the right, or below, is blank.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kechuang.reference.words import plain_header
from kechuang.sheets.errors import SheetError
from kechuang.sheets.grids import Sheet
from kechuang.sheets.headings import Heading, heading_of
from kechuang.sheets.packages import Package
from kechuang.sheets.records import Spot, spots_of
from kechuang.sheets.tables import TableForm, table_of

__all__ = ["Form", "Heading", "RecordForm", "Spot", "TableForm", "find_form", "find_forms"]

FEWEST: Final = 3
"""Headers or labels below which a sheet is no form."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
Reads = Callable[[str], bool]
"""Whether a text is the name of something that can be filled in."""


@dataclass(frozen=True, slots=True)
class RecordForm:
    """A sheet for one record: each label with the cell that takes its value."""

    sheet: str
    spots: tuple[Spot, ...]
    heading: Heading

    @property
    def names(self) -> tuple[str, ...]:
        """What the labels say, in order of place."""
        return tuple(each.name for each in self.spots)


Form = TableForm | RecordForm


def find_forms(package: Package, reads: Reads) -> list[Form]:
    """The forms of a workbook, one a visible sheet at most, those whose headers are known first.

    Raises:
        SheetError: no sheet holds one.
    """
    found: list[tuple[int, Form]] = []
    for sheet in package.sheets:
        if sheet.state == "visible":
            form = _form_of(sheet, reads)
            if form is not None:
                found.append((_known(form, reads), form))
    if not found:
        raise SheetError("no_form", package.name)
    found.sort(key=lambda each: -each[0])
    return [form for _score, form in found]


def find_form(package: Package, sheet: str, reads: Reads) -> Form:
    """The form of one sheet. Raises `SheetError` where there is none."""
    form = _form_of(package.sheet(sheet), reads)
    if form is None:
        raise SheetError("no_form", package.name)
    return form


def shape_of(form: Form) -> str:
    """The digest by which a form is known again: its kind and headers, whatever year they name.

    >>> from kechuang.sheets.headings import Heading
    >>> one = RecordForm("表", (Spot("2025年营业收入", 1, 2),), Heading())
    >>> two = RecordForm("表1", (Spot("2026年 营业收入", 4, 5),), Heading())
    >>> shape_of(one) == shape_of(two)
    True
    """
    kind = "table" if isinstance(form, TableForm) else "record"
    names = [_YEAR.sub("####", plain_header(each)) for each in form.names]
    return hashlib.sha256("\x1f".join((kind, *names)).encode()).hexdigest()


def _form_of(sheet: Sheet, reads: Reads) -> Form | None:
    table = table_of(sheet, reads)
    spots = spots_of(sheet)
    record = None
    if len(spots) >= FEWEST:
        top = min(each.top for each in spots)
        record = RecordForm(sheet.name, spots, heading_of(sheet, top))
    if table is None or len(table.columns) < FEWEST:
        return record
    if record is None or _known(table, reads) >= _known(record, reads):
        return table
    return record


def _known(form: Form, reads: Reads) -> int:
    if isinstance(form, TableForm):
        return sum(1 for each in form.columns if any(map(reads, each.names)))
    return sum(1 for each in form.spots if reads(each.name))
