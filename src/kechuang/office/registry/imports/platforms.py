"""Platforms of a file beside the registry."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.registry.imports.bulk import PK
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.matching import (
    PARTY,
    Asked,
    Regions,
    as_kept,
    column_of,
    made_code,
    match_parties,
    tell_lost,
)
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
    yearly_frame,
)
from kechuang.office.registry.names import initials

PLATFORM: Final = "platform_id"
HOST: Final = Asked(("host_code",), "host_name", is_inside=False)


def compare_platforms(what: Import, rows: pl.DataFrame) -> Compared:
    """Platforms: who they are, their standing facts, their facts of a year."""
    compared = Compared(rows, "platform")
    regions = Regions(what.region_path)
    rows = rows.with_columns(regions.column(compared, rows))
    rows = match_parties(compared, what, rows, HOST).rename({PARTY: "__host"})
    rows = rows.with_columns(_found(compared, rows, regions))
    why = _("依托单位“%(called)s”还没有登记，请先导入单位名单")
    tell_lost(compared, rows, "__host", HOST, _("依托单位还没有登记"), why)
    frame, names, headers = table_frame(what, rows, "platform", [pl.col(PLATFORM).alias(PK)])
    frame = _with_place(compared, what, frame, rows, regions)
    attributes = (*(name for name in names if name != "code"), "host_id", "region_id", "initials")
    old = existing(
        "platform", ("id", "code", *attributes, *SOURCED), "pk", rows[PLATFORM]
    ).with_columns(pl.col(PK).alias("id"))
    table = TableRows("platform", frame.rename({PK: "id"}), ("id",), attributes, columns=headers)
    joined = compare_table(compared, what, table, old)
    outranked(compared, what, joined)
    fresh = joined.filter(pl.col(PK).is_null())
    needed = {"name": "platform_name", "kind": "platform_kind", "level": "platform_level",
              "host_id": "host_name"}  # fmt: skip
    required(compared, what, fresh, needed)
    with_defaults(compared, "platform", recognition="recognised", status="valid")
    _facts(compared, what, rows)
    return compared


def _found(compared: Compared, rows: pl.DataFrame, regions: Regions) -> pl.Series:
    """The key of the platform that each row is about, null for a new one."""
    codes, names = column_of(rows, "platform_code"), column_of(rows, "platform_name")
    facts = ("code", "name", "region_id")
    forms = [form for code in codes if code for form in (code, code.upper())]
    by_code = existing("platform", facts, "code", forms)
    kept = {row["code"]: row for row in by_code.iter_rows(named=True)}
    nameless = [name for code, name in zip(codes, names, strict=True) if name and not code]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in existing("platform", facts, "name", nameless).sort(PK).iter_rows(named=True):
        if regions.inside(row["region_id"]):
            by_name.setdefault(row["name"], []).append(row)
    keys: list[int | None] = []
    for number, code, name in zip(rows[ROW].to_list(), codes, names, strict=True):
        known = as_kept(code or "", kept)
        found = [kept[known]] if known else [] if code else by_name.get(name or "", [])
        if not code and not name:
            compared.error(
                number, "key_missing", _("没有编号也没有名称"), _("没有编号也没有名称，填上其一")
            )
        if len(found) > 1:
            why = _("名称“%(name)s”对应 %(count)d 个平台，请填编号")
            told = why % {"name": name, "count": len(found)}
            compared.conflict(number, "ambiguous", _("名称对应不止一个平台"), told)
        for each in found[:1]:
            if not regions.inside(each["region_id"]):
                why = _("“%(name)s”不在这次导入的区划之内") % {"name": each["name"]}
                compared.conflict(number, "outside", _("不在导入的区划之内"), why)
        keys.append(found[0][PK] if found else None)
    return pl.Series(PLATFORM, keys, pl.Int64)


def _with_place(
    compared: Compared, what: Import, frame: pl.DataFrame, rows: pl.DataFrame, regions: Regions
) -> pl.DataFrame:
    """The columns that follow from others: code, host, region, what a name is found by."""
    is_new = rows[PLATFORM].is_null().to_list()
    said, codes = rows["__region"].to_list(), column_of(rows, "platform_code")
    names, kinds = column_of(rows, "platform_name"), column_of(rows, "platform_kind")
    places: list[int | None] = []
    made: list[str | None] = []
    for row, new, region, code, name, kind in zip(
        rows[ROW].to_list(), is_new, said, codes, names, kinds, strict=True
    ):
        place = region or (what.region if new else None)
        if place and not regions.inside(place):
            why = _("平台的区划不在这次导入的区划之内")
            compared.conflict(row, "outside", _("不在导入的区划之内"), why)
        places.append(place)
        made.append((code or "").upper() or made_code("pt", place, name, kind) if new else None)
    return frame.with_columns(
        pl.Series("code", made, pl.String),
        pl.Series("region_id", places, pl.Int64),
        rows["__host"].alias("host_id"),
        pl.Series(
            "initials",
            [initials(name) if name and not what.is_preview else None for name in names],
            pl.String,
        ),
    )


def _facts(compared: Compared, what: Import, rows: pl.DataFrame) -> None:
    frame, names, headers = table_frame(what, rows, "platform_standing", [pl.col(PLATFORM)])
    if names:
        old = existing(
            "platform_standing",
            (PLATFORM, *names, *SOURCED),
            PLATFORM,
            rows[PLATFORM],
            source=what.source.code,
        )
        table = TableRows(
            "platform_standing", frame, (PLATFORM,), names, link=PLATFORM, columns=headers
        )
        outranked(compared, what, compare_table(compared, what, table, old))
    frame, names, headers = yearly_frame(what, rows, "platform_year", PLATFORM)
    if not names:
        return
    frame = frame.filter(pl.any_horizontal(pl.col(names).is_not_null()))
    for row in frame.filter(pl.col("year") == 0)[ROW].unique():
        compared.error(row, "no_year", _("没有年度"), _("没有年度，填上“年度”，或上传时选年度"))
    old = existing(
        "platform_year",
        (PLATFORM, "year", *names, *SOURCED),
        PLATFORM,
        rows[PLATFORM],
        source=what.source.code,
    )
    keys = (PLATFORM, "year")
    table = TableRows("platform_year", frame, keys, names, link=PLATFORM, columns=headers)
    outranked(compared, what, compare_table(compared, what, table, old))
