"""Helpers of the tests of imports: files, officers, a whole import in one call."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services import imports
from kechuang.reference.credit_codes import LETTERS, check_character

AS_OF = date(2026, 1, 1)
PROVENANCE = Provenance("bureau", AS_OF)
CODE, NAME, PLACE = "统一社会信用代码", "企业名称", "所在区划"


def code_of(number: int) -> str:
    """The credit code of a made-up firm."""
    letters = ""
    for _ in range(9):
        number, rest = divmod(number, len(LETTERS))
        letters = LETTERS[rest] + letters
    first = f"91990101{letters}"
    return first + check_character(first)


def workbook(rows: Iterable[Sequence[Any]], sheet: str = "填报") -> bytes:
    """A workbook of one sheet; numbers, texts and days as what they are."""
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook
    with book(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made:
        page = made.add_worksheet(sheet)
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(at, column, cell)
                elif cell is not None:
                    page.write(at, column, cell)
    return buffer.getvalue()


def csv_bytes(rows: Iterable[Sequence[Any]], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file."""
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def sent(
    actor: Actor,
    content: bytes,
    purpose: str = "organisations",
    *,
    name: str = "表.xlsx",
    place: str = "990101",
    year: int | None = None,
    provenance: Provenance = PROVENANCE,
) -> ImportBatch:
    """A file that was sent and checked."""
    region = Region.objects.get(code=place)
    file = imports.take_in(actor, region, name, io.BytesIO(content))
    batch = imports.send(actor, file, purpose, year, provenance, region)
    run_waiting_jobs()
    return now(batch)


def imported(
    actor: Actor, content: bytes, purpose: str = "organisations", **more: Any
) -> ImportBatch:
    """A file that was sent, checked, confirmed and written."""
    batch = sent(actor, content, purpose, **more)
    imports.confirm(actor, batch)
    run_waiting_jobs()
    return now(batch)


def undone(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """A batch that was undone."""
    imports.undo(actor, batch)
    run_waiting_jobs()
    return now(batch)


def now(batch: ImportBatch) -> ImportBatch:
    """A batch as it stands."""
    found = ImportBatch.objects.select_related("region", "job", "staged").get(pk=batch.pk)
    assert found.job is not None
    assert found.job.error == "", found.job.error
    return found


def counts(batch: ImportBatch) -> dict[str, int]:
    """What became of the rows, without what is none."""
    return {name: count for name, count in batch.counts.items() if count}


def codes(batch: ImportBatch) -> list[str]:
    """The causes of what is not written."""
    return [each["code"] for each in batch.problems]


def texts(batch: ImportBatch) -> list[str]:
    """The sentences of what is not written."""
    return [cell["text"] for each in batch.problems for cell in each["cells"]]
