"""Organisations of a file beside the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.parties.models import Party
from kechuang.office.registry.cells import PARTY_KINDS
from kechuang.office.registry.imports.bulk import PK, fetch
from kechuang.office.registry.imports.checking import CREDIT, ROW
from kechuang.office.registry.imports.matching import (
    PARTY,
    PARTY_NAME,
    Asked,
    Regions,
    as_kept,
    column_of,
    credit_code,
    keys_of_codes,
    made_code,
    match_parties,
    parts,
    survivors,
)
from kechuang.office.registry.imports.plans import (
    OLD,
    SOURCED,
    Compared,
    Import,
    TablePlan,
    TableRows,
    compare_table,
    existing,
    outranked,
    outranked_told,
    table_frame,
)
from kechuang.office.registry.models import Organisation, Tag
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.sources import load_sources

LOWEST: Final = frozenset({"county", "township", "park"})
"""Levels of regions that a row may belong to without saying so."""
ASKED: Final = Asked(("enterprise_code", "party_code"), "enterprise_name", "__region")


def compare_organisations(what: Import, rows: pl.DataFrame) -> Compared:
    """Organisations: who they are, what is known of them, former names, tags, standing facts."""
    compared = Compared(rows, "organisation")
    regions = Regions(what.region_path)
    rows = rows.with_columns(regions.column(compared, rows))
    matched = match_parties(compared, what, rows, ASKED)
    matched = matched.with_columns(_parents(compared, matched))
    _moved(compared, matched, regions)
    fresh = _new_parties(compared, what, matched.filter(pl.col(PARTY).is_null()), regions)
    known = matched.filter(pl.col(PARTY).is_not_null())
    _renamed(compared, known)
    joined = _organisations(compared, what, matched, fresh)
    _check_cells(compared, what, joined)
    _standing(compared, what, matched)
    _former_names(compared, matched)
    _tags(compared, what, matched)
    return compared


def _moved(compared: Compared, rows: pl.DataFrame, regions: Regions) -> None:
    """Organisations that the file puts into another region: a move has a day and a reason."""
    said = rows.filter(pl.col(PARTY).is_not_null() & pl.col("__region").is_not_null())
    kept = fetch(Party, ("pk", "region_id", "region__name"), "pk", said[PARTY])
    found = said.join(kept, left_on=PARTY, right_on="pk", how="inner")
    for row in found.filter(pl.col("__region") != pl.col("region_id")).iter_rows(named=True):
        why = _("档案登记在“%(kept)s”，与表里的区划不同；迁址请在档案里办理迁移") % {
            "kept": row["region__name"]
        }
        compared.conflict(row[ROW], "moved", _("区划与档案不同"), why)


def _new_parties(
    compared: Compared, what: Import, rows: pl.DataFrame, regions: Regions
) -> pl.DataFrame:
    """The parties to put in, with the code that each gets; rows that lack something are wrong."""
    for row in rows.filter(pl.col("enterprise_name").is_null())[ROW] if _has(rows) else rows[ROW]:
        told = _("新单位缺少名称")
        compared.error(row, "required", told, _("新单位缺少名称，填上“企业名称”后再导入"))
    rows = rows.filter(pl.col("enterprise_name").is_not_null()) if _has(rows) else rows.clear()
    if what.region_level not in LOWEST:
        for row in rows.filter(pl.col("__region").is_null())[ROW]:
            told = _("新单位缺少区划")
            why = _("新单位缺少区划，填上“行政区划代码”或“所在区划”")
            compared.error(row, "no_region", told, why)
        rows = rows.filter(pl.col("__region").is_not_null())
    rows = rows.with_columns(pl.col("__region").fill_null(what.region))
    for row, region in rows.select(ROW, "__region").iter_rows():
        if not regions.inside(region):
            why = _("新单位的区划不在这次导入的区划之内")
            compared.conflict(row, "outside", _("不在导入的区划之内"), why)
    kinds = (
        rows["organisation_kind"].fill_null("enterprise").to_list()
        if "organisation_kind" in rows.columns
        else ["enterprise"] * rows.height
    )
    names = rows["enterprise_name"].to_list() if _has(rows) else []
    codes = [
        (credit_code(code) or "").upper() or made_code("dw", region, name)
        for code, region, name in zip(_codes(rows), rows["__region"], names, strict=True)
    ]
    inserts = pl.DataFrame(
        {
            ROW: rows[ROW],
            "code": pl.Series(codes, dtype=pl.String),
            "name": pl.Series(names, dtype=pl.String),
            "kind": pl.Series(
                [PARTY_KINDS[Organisation.Kind(kind)].value for kind in kinds], dtype=pl.String
            ),
            "region_id": rows["__region"],
        }
    )
    compared.plans.append(TablePlan("party", inserts, _none(), _none()))
    return inserts.with_columns(pl.Series("__kind", kinds, pl.String))


def _has(rows: pl.DataFrame) -> bool:
    return "enterprise_name" in rows.columns


def _codes(rows: pl.DataFrame) -> list[str | None]:
    """The code of each row: the credit code, else the registry's own."""
    names = [name for name in ("enterprise_code", "party_code") if name in rows.columns]
    if not names:
        return [None] * rows.height
    return rows.select(pl.coalesce(names)).to_series().to_list()


def _renamed(compared: Compared, rows: pl.DataFrame) -> None:
    """Parties whose new name stands in the file, with the old one as a former name."""
    if "former_name" not in rows.columns or not _has(rows):
        return
    found = [
        (row[ROW], row[PARTY], row["enterprise_name"], row[PARTY_NAME])
        for row in rows.filter(
            pl.col("former_name").is_not_null()
            & pl.col("enterprise_name").is_not_null()
            & (pl.col("enterprise_name") != pl.col(PARTY_NAME))
        ).iter_rows(named=True)
        if row[PARTY_NAME] in parts(row["former_name"])
    ]
    schema = {ROW: pl.Int64, PK: pl.Int64, "name": pl.String, "__before": pl.String}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    for row, _party, name, before in found:
        compared.changes.setdefault(row, []).append((str(_("名称")), before, name))
    compared.plans.append(
        TablePlan(
            "party",
            _none(),
            frame.select(ROW, PK, "name"),
            frame.select(ROW, PK, pl.col("__before").alias("name")),
        )
    )


def _organisations(
    compared: Compared, what: Import, rows: pl.DataFrame, fresh: pl.DataFrame
) -> pl.DataFrame:
    extra = [pl.col(PARTY).alias("party_id"), pl.col("__parent").alias("parent_id")]
    frame, names, headers = table_frame(what, rows, "organisation", extra)
    frame = _derived(compared, what, frame, rows, fresh)
    told = ("kind", "name_key", "initials", "credit_code", "parent_id")
    attributes = tuple(dict.fromkeys((*names, *told)))
    old = existing("organisation", ("party_id", *attributes, *SOURCED), "party_id", rows[PARTY])
    wanted = frame.filter(
        pl.col("party_id").is_not_null() | pl.col(ROW).is_in(fresh[ROW].implode())
    )
    table = TableRows(
        "organisation",
        wanted,
        ("party_id",),
        attributes,
        link="party_id",
        columns={**headers, "parent_id": what.purpose.columns["parent_code"]},
    )
    return compare_table(compared, what, table, old, keeps_source=True)


def _derived(
    compared: Compared, what: Import, frame: pl.DataFrame, rows: pl.DataFrame, fresh: pl.DataFrame
) -> pl.DataFrame:
    """The columns that follow from others: the credit code, the kind, what a name is found by."""
    codes = [
        None if row in compared.merged else credit_code(code)  # the code of a record that is gone
        for row, code in zip(rows[ROW], column_of(rows, "enterprise_code"), strict=True)
    ]
    kinds = dict(zip(fresh[ROW], fresh["__kind"], strict=True))
    names = {} if what.is_preview else dict(fresh.select(ROW, "name").iter_rows())
    for row, name, kept, former in zip(
        rows[ROW],
        column_of(rows, "enterprise_name"),
        rows[PARTY_NAME],
        column_of(rows, "former_name"),
        strict=True,
    ):
        if (
            kept
            and name
            and name != kept
            and former
            and kept in parts(former)
            and not what.is_preview
        ):
            names[row] = name
    said = column_of(rows, "organisation_kind")
    numbers = rows[ROW].to_list()
    return frame.with_columns(
        pl.Series("credit_code", [c if c and len(c) == CREDIT else None for c in codes], pl.String),
        pl.Series(
            "kind", [k or kinds.get(r) for k, r in zip(said, numbers, strict=True)], pl.String
        ),
        pl.Series("name_key", [_of(name_key, names.get(r)) for r in numbers], pl.String),
        pl.Series("initials", [_of(initials, names.get(r)) for r in numbers], pl.String),
    )


def _of(made: Any, name: str | None) -> str | None:
    return None if name is None else made(name)


def _parents(compared: Compared, rows: pl.DataFrame) -> pl.Series:
    """The keys of the parties above."""
    codes = [credit_code(code) for code in column_of(rows, "parent_code")]
    keys = keys_of_codes(code for code in codes if code is not None)
    into = survivors(Organisation, keys.values())
    known = [None if code is None else as_kept(code, keys) for code in codes]
    for row, code, found in zip(rows[ROW], codes, known, strict=True):
        if code is not None and found is None:
            why = _("上级单位 %(code)s 还没有登记") % {"code": code}
            compared.error(row, "unknown_parent", _("上级单位还没有登记"), why)
    parents = [None if code is None else into.get(keys[code], keys[code]) for code in known]
    return pl.Series("__parent", parents, pl.Int64)


def _check_cells(compared: Compared, what: Import, joined: pl.DataFrame) -> None:
    """Cells of a surer source stay; where others change, their source is kept by cell."""
    differs = [name for name in joined.columns if name.endswith("__differs")]
    changed = joined.filter(pl.col(PK).is_not_null() & pl.any_horizontal(differs))
    if not changed.height:
        return
    cells = existing(
        "cell_source", ("party_id", "field", *SOURCED), "party_id", changed["party_id"]
    )
    kept = {(row["party_id"], row["field"]): row for row in cells.iter_rows(named=True)}
    headers = {each.attribute: each.field.name for each in what.purpose.of_table("organisation")}
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for row in changed.iter_rows(named=True):
        whole = {name: row[f"{name}{OLD}"] for name in SOURCED}
        for name in (each.removesuffix("__differs") for each in differs if row[each]):
            cell = kept.get((row["party_id"], name))
            standing = cell or whole
            if _is_behind(what, standing) and row[f"{name}{OLD}"] not in (None, ""):
                source = load_sources()[standing["source"]]
                told = outranked_told(source, standing["as_of"], headers.get(name, name))
                compared.conflict(row[ROW], *told)
            said = {ROW: row[ROW], **what.sourced()}
            if cell is None and all(whole[n] == said[n] for n in ("source", "as_of", "document")):
                continue
            if cell is None:
                inserts.append({**said, "party_id": row["party_id"], "field": name})
            else:
                updates.append({**said, PK: cell[PK]})
                before.append({ROW: row[ROW], PK: cell[PK], **{n: cell[n] for n in SOURCED}})
    compared.plans.append(
        TablePlan("cell_source", _frame(inserts), _frame(updates), _frame(before))
    )


def _is_behind(what: Import, standing: Mapping[str, Any]) -> bool:
    if standing["rank"] != what.source.rank:
        return bool(standing["rank"] < what.source.rank)
    return bool(standing["as_of"] > what.as_of)


def _standing(compared: Compared, what: Import, rows: pl.DataFrame) -> None:
    """The facts that have no year, from this source."""
    frame, names, headers = table_frame(what, rows, "standing", [pl.col(PARTY).alias("party_id")])
    if not names:
        return
    old = existing(
        "standing", ("party_id", *names, *SOURCED), "party_id", rows[PARTY], source=what.source.code
    )
    table = TableRows("standing", frame, ("party_id",), names, link="party_id", columns=headers)
    outranked(compared, what, compare_table(compared, what, table, old))


def _former_names(compared: Compared, rows: pl.DataFrame) -> None:
    if "former_name" not in rows.columns:
        return
    said = [
        (row, party, name)
        for row, party, texts in rows.select(ROW, PARTY, "former_name").iter_rows()
        if texts
        for name in dict.fromkeys(parts(texts))
    ]
    kept = existing("former_name", ("party_id", "name"), "party_id", rows[PARTY])
    known = set(kept.select("party_id", "name").iter_rows())
    fresh = [each for each in said if (each[1], each[2]) not in known]
    frame = pl.DataFrame(
        fresh, schema={ROW: pl.Int64, "party_id": pl.Int64, "name": pl.String}, orient="row"
    )
    keys = pl.Series("name_key", [name_key(name) for name in frame["name"]], pl.String)
    plan = TablePlan("former_name", frame.with_columns(keys), _none(), _none(), "party_id")
    compared.plans.append(plan)


def _tags(compared: Compared, what: Import, rows: pl.DataFrame) -> None:
    """Tags that organisations get; a word that is no tag of the region yet becomes one."""
    if "tags" not in rows.columns:
        return
    said = [
        (row, party, name[:30])
        for row, party, texts in rows.select(ROW, PARTY, "tags").iter_rows()
        if texts
        for name in dict.fromkeys(parts(texts))
    ]
    known = fetch(Tag, ("name", "pk", "region__path"), "name", {each[2] for each in said})
    tags = {
        name: key
        for name, key, path in known.sort("region__path").iter_rows()
        if what.region_path.startswith(path) or path.startswith(what.region_path)
    }
    missing = [name for name in dict.fromkeys(each[2] for each in said) if name not in tags]
    first = {name: row for row, _party, name in reversed(said)}
    made = pl.DataFrame(
        [(first[name], name, what.region) for name in missing],
        schema={ROW: pl.Int64, "name": pl.String, "region_id": pl.Int64},
        orient="row",
    )
    compared.plans.append(TablePlan("tag", made, _none(), _none()))
    kept = existing(
        "organisation_tag", ("organisation_id", "tag_id"), "organisation_id", rows[PARTY]
    )
    held = set(kept.select("organisation_id", "tag_id").iter_rows())
    links = pl.DataFrame(
        [
            (row, party, tags.get(name), name)
            for row, party, name in said
            if (party, tags.get(name)) not in held
        ],
        schema={ROW: pl.Int64, "organisation_id": pl.Int64, "tag_id": pl.Int64, "__tag": pl.String},
        orient="row",
    )
    plan = TablePlan("organisation_tag", links, _none(), _none(), "organisation_id")
    compared.plans.append(plan)


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.Int64, PK: pl.Int64})


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None) if rows else _none()
