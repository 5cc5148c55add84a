"""Rows of a slice beside the database: what each purpose would put in, change, or leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.registry.imports.bulk import PK
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.matching import (
    PARTY,
    Asked,
    Regions,
    match_parties,
)
from kechuang.office.registry.imports.organisations import compare_organisations
from kechuang.office.registry.imports.people import compare_people
from kechuang.office.registry.imports.plans import (
    SOURCED,
    Compared,
    Import,
    TableRows,
    compare_table,
    existing,
    outranked,
    required,
    table_frame,
    with_defaults,
    with_missing,
    yearly_frame,
)
from kechuang.office.registry.imports.platforms import compare_platforms
from kechuang.office.registry.imports.research_costs import compare_research_costs

OF_FIRM: Final = Asked(("enterprise_code", "party_code"), "enterprise_name", "__region")


def compare(what: Import, rows: pl.DataFrame) -> Compared:
    """What the rows would do, and which of them cannot be written."""
    return _PURPOSES[what.purpose.code](what, rows)


def _with_firms(compared: Compared, what: Import, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the firm that each is about; without one a row is wrong."""
    regions = Regions(what.region_path)
    rows = rows.with_columns(regions.column(compared, rows))
    matched = match_parties(compared, what, rows, OF_FIRM)
    for row in matched.filter(pl.col(PARTY).is_null()).iter_rows(named=True):
        called = row.get("enterprise_code") or row.get("party_code") or row.get("enterprise_name")
        if not called:
            compared.error(
                row[ROW], "key_missing", _("没有代码也没有名称"), _("没有代码也没有名称，填上其一")
            )
            continue
        why = _("“%(called)s”还没有登记，请先导入企业名单") % {"called": called}
        compared.error(row[ROW], "unknown_party", _("企业还没有登记"), why)
    return matched.filter(pl.col(PARTY).is_not_null())


def compare_yearly_facts(what: Import, rows: pl.DataFrame) -> Compared:
    """Facts of firms and years; a source speaks once of a year."""
    compared = Compared(rows, "yearly_fact")
    matched = _with_firms(compared, what, rows).rename({PARTY: "party_id"})
    frame, names, headers = yearly_frame(what, matched, "yearly_fact", "party_id")
    if not names:
        return compared
    for row in frame.filter(pl.col("year") == 0)[ROW].unique():
        compared.error(row, "no_year", _("没有年度"), _("没有年度，填上“年度”，或上传时选年度"))
    _twice_of_a_year(compared, frame)
    old = existing(
        "yearly_fact",
        ("party_id", "year", *names, *SOURCED),
        "party_id",
        frame["party_id"].unique(),
        source=what.source.code,
        year__in=frame["year"].unique().to_list(),
    )
    told = TableRows("yearly_fact", frame, ("party_id", "year"), names, columns=headers)
    outranked(compared, what, compare_table(compared, what, told, old))
    return compared


def _twice_of_a_year(compared: Compared, frame: pl.DataFrame) -> None:
    """Two rows of the file that come to the same firm and year by different codes or names."""
    again = frame.filter(~pl.struct("party_id", "year").is_first_distinct())
    for row in again[ROW].unique():
        compared.error(row, "key_twice", _("表里重复"), _("与前面的一行是同一企业、同一年度"))


def compare_costs(what: Import, rows: pl.DataFrame) -> Compared:
    """R&D expense by category; a source says one amount of each."""
    compared = Compared(rows, "research_cost")
    return compare_research_costs(what, compared, _with_firms(compared, what, rows))


def compare_qualifications(what: Import, rows: pl.DataFrame) -> Compared:
    """Titles: found by title and number, without a number by holder, title and day of issue."""
    compared = Compared(rows, "qualification")
    matched = _with_firms(compared, what, rows).rename({PARTY: "party_id"})
    frame, names, headers = table_frame(what, matched, "qualification", [pl.col("party_id")])
    frame = required(compared, what, frame, {"title": "title"})
    if "title" not in names:
        return compared
    frame = with_missing(frame, number=pl.String(), issued_on=pl.Date()).with_columns(_TITLE_KEY)
    keys = ("party_id", "title", "number", "issued_on")
    old = existing("qualification", (*keys, *names, *SOURCED), "party_id", frame["party_id"])
    old = old.with_columns(_TITLE_KEY).unique(["party_id", "title", _KEY], keep="first")
    elsewhere = existing(
        "qualification", ("party_id", "title", "number"), "number", frame["number"]
    )
    _of_another(compared, frame, elsewhere)
    attributes = tuple(name for name in names if name not in {"title", "number"})
    told = TableRows(
        "qualification", frame, ("party_id", "title", _KEY), attributes, columns=headers
    )
    outranked(compared, what, compare_table(compared, what, told, old))
    with_defaults(compared, "qualification", recognition="recognised", status="valid")
    return compared


_KEY: Final = "__key"
_TITLE_KEY: Final = (
    pl.when(pl.col("number").fill_null("") != "")
    .then(pl.col("number"))
    .otherwise(pl.concat_str(pl.lit("@"), pl.col("issued_on").cast(pl.String).fill_null("")))
    .alias(_KEY)
)


def _of_another(compared: Compared, frame: pl.DataFrame, elsewhere: pl.DataFrame) -> None:
    """Numbers that another party holds already."""
    found = frame.join(elsewhere, on=["title", "number"], how="inner", suffix="__other")
    for row in found.filter(pl.col("party_id") != pl.col("party_id__other")).iter_rows(named=True):
        why = _("编号 %(number)s 已登记在另一单位名下") % {"number": row["number"]}
        compared.conflict(row[ROW], "number_taken", _("编号已登记在另一单位名下"), why)


def compare_rights(what: Import, rows: pl.DataFrame) -> Compared:
    """Rights: an owner has a number once."""
    compared = Compared(rows, "property")
    matched = _with_firms(compared, what, rows).rename({PARTY: "party_id"})
    frame, names, headers = table_frame(what, matched, "property", [pl.col("party_id")])
    frame = required(compared, what, frame, {"number": "ip_code"})
    if "number" not in names:
        return compared
    old = existing("property", ("party_id", *names, *SOURCED), "party_id", frame["party_id"])
    attributes = tuple(name for name in names if name != "number")
    told = TableRows("property", frame, ("party_id", "number"), attributes, columns=headers)
    joined = compare_table(compared, what, told, old)
    outranked(compared, what, joined)
    required(compared, what, joined.filter(pl.col(PK).is_null()), {"kind": "ip_kind"})
    with_defaults(compared, "property", status="valid")
    return compared


_PURPOSES: Final[Mapping[str, Callable[[Import, pl.DataFrame], Compared]]] = {
    "organisations": compare_organisations,
    "yearly_facts": compare_yearly_facts,
    "research_costs": compare_costs,
    "qualifications": compare_qualifications,
    "rights": compare_rights,
    "platforms": compare_platforms,
    "people": compare_people,
}
