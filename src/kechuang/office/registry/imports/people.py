"""People of a file beside the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.ground.showing import enumerated
from kechuang.office.parties.models import Party
from kechuang.office.registry.imports.bulk import PK, fetch
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.matching import (
    PARTY,
    Asked,
    Regions,
    as_kept,
    column_of,
    made_code,
    match_parties,
    merged_told,
    parts,
    survivors,
    tell_lost,
)
from kechuang.office.registry.imports.plans import (
    SOURCED,
    Compared,
    Import,
    TablePlan,
    TableRows,
    compare_table,
    existing,
    outranked,
    table_frame,
)
from kechuang.office.registry.models import Affiliation, Person
from kechuang.office.registry.names import initials

EMPLOYER: Final = Asked(("employer_code",), "employer_name", is_inside=False)
KINDS: Final[Mapping[str, str]] = {
    "专家": "is_expert",
    "评审专家": "is_expert",
    "科技特派员": "is_commissioner",
    "特派员": "is_commissioner",
    "院士": "is_academician",
    "联系人": "is_contact",
}
"""The words of a cell of kinds, with the column of each."""
FLAGS: Final = ("is_expert", "is_commissioner", "is_academician", "is_contact")
PERSON: Final = "__person"


def compare_people(what: Import, rows: pl.DataFrame) -> Compared:
    """People: who they are, for whom they work, what they know."""
    compared = Compared(rows, "person")
    regions = Regions(what.region_path)
    rows = rows.with_columns(regions.column(compared, rows))
    rows = match_parties(compared, what, rows, EMPLOYER).rename({PARTY: "__employer"})
    why = _("工作单位“%(called)s”还没有登记，请先导入单位名单")
    tell_lost(compared, rows, "__employer", EMPLOYER, _("工作单位还没有登记"), why)
    rows = rows.with_columns(_found(compared, rows, regions))
    fresh = _new_parties(compared, what, rows, regions)
    _person(compared, what, rows, fresh)
    _fields(compared, rows)
    _affiliations(compared, what, rows)
    return compared


def _found(compared: Compared, rows: pl.DataFrame, regions: Regions) -> pl.Series:
    """The key of the person that each row is about, null for a new one."""
    codes, names = column_of(rows, "person_code"), column_of(rows, "person_name")
    known = _Known(codes, names)
    keys: list[int | None] = []
    for number, code, name, employer, region in zip(
        rows[ROW].to_list(), codes, names, rows["__employer"], rows["__region"], strict=True
    ):
        if code is None:
            same = known.by_name.get(name or "", [])
            found = [each for each in same if known.is_same(each, employer, region, regions)]
        else:
            kept = as_kept(code, known.by_code)
            found = known.by_code[kept] if kept else []
            _check_name(compared, number, code, name, found)
        if len(found) > 1:
            why = _("姓名“%(name)s”对应 %(count)d 个人，请填编号")
            told = why % {"name": name, "count": len(found)}
            compared.conflict(number, "ambiguous", _("姓名对应不止一个人"), told)
        for each in found[:1]:
            if not regions.inside(each["region_id"]):
                why = _("“%(name)s”不在这次导入的区划之内") % {"name": each["name"]}
                compared.conflict(number, "outside", _("不在导入的区划之内"), why)
            if code is not None and (kept := as_kept(code, known.merged)):
                compared.merged[number] = known.merged[kept]
        keys.append(found[0]["pk"] if found else None)
    return pl.Series(PERSON, keys, pl.Int64)


def _check_name(
    compared: Compared, row: int, code: str, name: str | None, found: list[dict[str, Any]]
) -> None:
    for each in found:
        if each["kind"] != Party.Kind.PERSON or (name and name not in each["names"]):
            why = _("编号 %(code)s 登记的是“%(kept)s”") % {"code": code, "kept": each["name"]}
            compared.conflict(row, "code_name", _("编号与姓名对不上"), why)


class _Known:
    """Whom the registry has under the codes and names of a file; merged ones lead on.

    Each person has `names`: the present one and that of the record by which they were found.
    """

    def __init__(self, codes: list[str | None], names: list[str | None]) -> None:
        facts = ("pk", "code", "name", "kind", "region_id")
        forms = [form for code in codes if code for form in (code, code.upper())]
        coded = fetch(Party, facts, "code", forms)
        named = fetch(Party, facts, "name", names, kind="person").sort("pk")
        self._into = survivors(Person, (*coded["pk"], *named["pk"]))
        stay = fetch(Party, facts, "pk", self._into.values())
        self._stay = {row["pk"]: row for row in stay.iter_rows(named=True)}
        self.merged: dict[str, str] = {}
        self.by_code: dict[str, list[dict[str, Any]]] = {}
        for row in coded.iter_rows(named=True):
            found = self._now(row)
            self.by_code[row["code"]] = [found]
            if found["pk"] != row["pk"]:
                self.merged[row["code"]] = merged_told(row, found)
        self.by_name: dict[str, list[dict[str, Any]]] = {}
        for row in named.iter_rows(named=True):
            found = self._now(row)
            same = self.by_name.setdefault(row["name"], [])
            if all(found["pk"] != each["pk"] for each in same):
                same.append(found)
        works = fetch(Affiliation, ("person_id", "party_id"), "person_id", self._keys())
        self._employed = set(works.iter_rows())

    def _now(self, row: dict[str, Any]) -> dict[str, Any]:
        found = self._stay[self._into[row["pk"]]] if row["pk"] in self._into else row
        return {**found, "names": {row["name"], found["name"]}}

    def _keys(self) -> list[int]:
        return [each["pk"] for same in self.by_name.values() for each in same]

    def is_same(
        self, person: Mapping[str, Any], employer: int | None, region: int | None, regions: Regions
    ) -> bool:
        """Whether a person of the same name is the one of a row: by employer, else by region."""
        if employer is not None:
            return (person["pk"], employer) in self._employed
        if region is not None:
            return bool(person["region_id"] == region)
        return regions.inside(person["region_id"])


def _new_parties(
    compared: Compared, what: Import, rows: pl.DataFrame, regions: Regions
) -> pl.DataFrame:
    fresh = rows.filter(pl.col(PERSON).is_null())
    places = [region or what.region for region in fresh["__region"]]
    names = column_of(fresh, "person_name")
    for row, place, name in zip(fresh[ROW].to_list(), places, names, strict=True):
        if name is None:
            compared.error(row, "required", _("缺少“姓名”"), _("缺少“姓名”，填上后再导入"))
        if not regions.inside(place):
            why = _("人员的区划不在这次导入的区划之内")
            compared.conflict(row, "outside", _("不在导入的区划之内"), why)
    codes = [
        (code or "").upper() or made_code("ry", employer or place, name)
        for code, employer, place, name in zip(
            column_of(fresh, "person_code"), fresh["__employer"], places, names, strict=True
        )
    ]
    inserts = pl.DataFrame(
        {
            ROW: fresh[ROW],
            "code": pl.Series(codes, dtype=pl.String),
            "name": pl.Series(names, dtype=pl.String),
            "kind": pl.Series(["person"] * fresh.height, dtype=pl.String),
            "region_id": pl.Series(places, dtype=pl.Int64),
        }
    ).filter(pl.col("name").is_not_null())
    compared.plans.append(TablePlan("party", inserts, _none(), _none()))
    return inserts


def _person(compared: Compared, what: Import, rows: pl.DataFrame, fresh: pl.DataFrame) -> None:
    frame, names, headers = table_frame(what, rows, "person", [pl.col(PERSON).alias("party_id")])
    known = dict(fresh.select(ROW, "name").iter_rows())
    keys = [
        initials(known[row]) if row in known and not what.is_preview else None
        for row in rows[ROW].to_list()
    ]
    frame = frame.with_columns(pl.Series("initials", keys, pl.String), *_flags(compared, rows))
    attributes = (*names, "initials", *FLAGS)
    old = existing("person", ("party_id", *attributes, *SOURCED), "party_id", rows[PERSON])
    frame = frame.filter(pl.col("party_id").is_not_null() | pl.col(ROW).is_in(list(known)))
    # Somebody who works for two stands in two rows.
    table = TableRows(
        "person", frame, ("party_id",), attributes, "party_id",
        columns=headers, is_record=True, repeats=True,
    )  # fmt: skip
    outranked(compared, what, compare_table(compared, what, table, old))


def _flags(compared: Compared, rows: pl.DataFrame) -> list[pl.Series]:
    """What kinds each person is; a kind that the file does not name stays as it is."""
    said = column_of(rows, "person_kinds")
    flags: dict[str, list[bool | None]] = {name: [] for name in FLAGS}
    for row, text in zip(rows[ROW].to_list(), said, strict=True):
        words = parts(text) if text else []
        unknown = [word for word in words if word not in KINDS]
        if unknown:
            known = enumerated(dict.fromkeys(KINDS))
            why = _("“%(word)s”不是人员类别；可写 %(known)s") % {"word": unknown[0], "known": known}
            compared.error(row, "not_option", _("人员类别认不出来"), why)
        true = {KINDS[word] for word in words if word in KINDS}
        for name in FLAGS:
            flags[name].append(True if name in true else None)
    return [pl.Series(name, values, pl.Boolean) for name, values in flags.items()]


def _fields(compared: Compared, rows: pl.DataFrame) -> None:
    if "knowledge_fields" not in rows.columns:
        return
    said = [
        (row, person, name[:40])
        for row, person, texts in rows.select(ROW, PERSON, "knowledge_fields").iter_rows()
        if texts
        for name in dict.fromkeys(parts(texts))
    ]
    kept = existing("person_field", ("person_id", "name"), "person_id", rows[PERSON])
    known = set(kept.select("person_id", "name").iter_rows())
    frame = pl.DataFrame(
        [each for each in said if (each[1], each[2]) not in known],
        schema={ROW: pl.Int64, "person_id": pl.Int64, "name": pl.String},
        orient="row",
    )
    compared.plans.append(TablePlan("person_field", frame, _none(), _none(), "person_id"))


def _affiliations(compared: Compared, what: Import, rows: pl.DataFrame) -> None:
    said = rows.filter(pl.col("__employer").is_not_null())
    if not said.height:
        return
    post = pl.col("post") if "post" in said.columns else pl.lit(None, pl.String)
    frame = said.select(
        ROW, pl.col(PERSON).alias("person_id"), pl.col("__employer").alias("party_id"),
        post.alias("post"), pl.lit(value=True).alias("__works"),
    )  # fmt: skip
    old = existing("affiliation", ("person_id", "party_id", "post"), "person_id", rows[PERSON])
    old = old.with_columns(pl.lit(value=True).alias("__works"))
    keys = ("person_id", "party_id")
    names = {"post": what.purpose.columns["post"]}
    table = TableRows(
        "affiliation",
        frame,
        keys,
        ("post", "__works"),
        "person_id",
        is_sourced=False,
        columns=names,
    )
    compare_table(compared, what, table, old)
    plan = compared.plans[-1]
    compared.plans[-1] = replace(
        plan, updates=plan.updates.drop("__works"), before=plan.before.drop("__works")
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.Int64, PK: pl.Int64})
