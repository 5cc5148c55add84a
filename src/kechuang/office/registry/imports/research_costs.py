"""R&D expense of a file beside the registry: each category of a row is a row of its own there."""

from __future__ import annotations

from typing import Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.cost_fields import categories
from kechuang.office.registry.imports.matching import PARTY
from kechuang.office.registry.imports.plans import (
    SOURCED,
    Compared,
    Import,
    TableRows,
    compare_table,
    existing,
    outranked,
    required,
    with_missing,
)

TABLE: Final = "research_cost"
KEYS: Final = ("party_id", "year", "caliber", "category")


def compare_research_costs(what: Import, compared: Compared, matched: pl.DataFrame) -> Compared:
    """Amounts of firms, years, calibers and categories; a source says one amount of each.

    `matched` are the rows with the firm that each is about, in `PARTY`.
    """
    rows = with_missing(matched.rename({PARTY: "party_id"}), caliber=pl.String())
    rows = required(compared, what, rows, {"caliber": "caliber"})
    parts = {code: _of_category(what, rows, code) for code in categories()}
    said = pl.concat([part for part in parts.values() if part is not None] or [_NOTHING])
    for row in said.filter(pl.col("year") == 0)[ROW].unique():
        compared.error(row, "no_year", _("没有年度"), _("没有年度，填上“年度”，或上传时选年度"))
    old = existing(
        TABLE,
        (*KEYS, "amount", *SOURCED),
        "party_id",
        said["party_id"].unique(),
        source=what.source.code,
        year__in=said["year"].unique().to_list(),
    )
    for code, part in parts.items():
        if part is not None:
            columns = {"amount": what.purpose.columns[code]}
            told = TableRows(TABLE, part, KEYS, ("amount",), columns=columns)
            outranked(compared, what, compare_table(compared, what, told, old))
    return compared


_NOTHING: Final = pl.DataFrame(
    schema={
        ROW: pl.Int64, "party_id": pl.Int64, "caliber": pl.String, "year": pl.Int64,
        "category": pl.String, "amount": pl.Int64,
    }
)  # fmt: skip


def _of_category(what: Import, rows: pl.DataFrame, category: str) -> pl.DataFrame | None:
    """The amounts of one category, a row for each year of which a column of the file is."""
    by_row = (
        pl.col("facts_year").fill_null(what.year or 0).cast(pl.Int64)
        if "facts_year" in rows.columns
        else pl.lit(what.year or 0, pl.Int64)
    )
    parts = [
        rows.select(
            ROW,
            "party_id",
            "caliber",
            (by_row if int(year) == 0 else pl.lit(int(year), pl.Int64)).alias("year"),
            pl.lit(category).alias("category"),
            pl.col(name).alias("amount"),
        ).filter(pl.col("amount").is_not_null())
        for name in rows.columns
        for code, _at, year in (name.partition("@"),)
        if code == category and year
    ]
    return pl.concat(parts) if parts else None
