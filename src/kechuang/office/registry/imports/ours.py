"""What of a file is ours and no data: a template's stamp and example, marks, the last line."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from django.utils.translation import gettext as _

from kechuang.eligibility.data.raw import RawTable
from kechuang.eligibility.data.xlsx_file import Workbook
from kechuang.office.registry.imports.layout import EXAMPLE, HIDDEN, WATERMARK, Stamp, stamp_of
from kechuang.office.registry.imports.marks import is_told
from kechuang.office.registry.imports.purposes import PURPOSES, Purpose


def stamp_in(book: Workbook) -> Stamp | None:
    """What a workbook says that it is; None where it is not one of ours."""
    table = book.read(HIDDEN) if HIDDEN in book.sheets else None
    return None if table is None else stamp_of([table.headers, *table.cells.iter_rows()])


def why_not(stamp: Stamp | None, purpose: Purpose) -> str:
    """Why a workbook cannot be imported as this; empty where it can."""
    if stamp is None or stamp.purpose == purpose.code:
        return ""
    told = _(
        "这是“%(other)s”的填报模板，不能当作“%(purpose)s”导入。"
        "请重新上传，“内容”选“%(other)s”；或换用“%(purpose)s”的模板。"
    )
    other = PURPOSES.get(stamp.purpose)
    return told % {
        "other": str(other.name) if other else stamp.purpose,
        "purpose": str(purpose.name),
    }


def without_ours(table: RawTable, purpose: Purpose) -> RawTable:
    """A table without the example of a template, the last line of an export, and 错误说明."""
    cells = table.cells
    if table.is_typed or not cells.width:
        return table
    told = [str(at) for at, header in enumerate(table.headers) if is_told(header)]
    if told:
        cells = cells.with_columns(pl.lit(None, pl.String).alias(name) for name in told)
        headers = tuple("" if is_told(header) else header for header in table.headers)
        table = replace(table, cells=cells, headers=headers)
    keys = {purpose.columns[code].field.name for code in purpose.keys}
    named = [str(at) for at, header in enumerate(table.headers) if header in keys]
    first = pl.coalesce(pl.all())
    is_ours = pl.any_horizontal(
        first.str.starts_with(EXAMPLE),
        first.str.starts_with(WATERMARK),
        *(pl.col(name).str.starts_with(EXAMPLE) for name in named),
    ).fill_null(value=False)
    ours = cells.select(is_ours).to_series()
    if not ours.any():
        return table
    return replace(table, cells=cells.filter(~ours), rows=table.rows.filter(~ours))
