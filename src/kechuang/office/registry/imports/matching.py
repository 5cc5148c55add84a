"""Finding whom a row is about: by credit code, by the registry's own code, by name and region."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.eligibility.data.words import plain
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.imports.bulk import fetch
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.plans import Compared, Import
from kechuang.office.registry.models import FormerName, Organisation, Person
from kechuang.office.registry.names import name_key
from kechuang.reference.credit_codes import is_credit_code

PARTY, PARTY_NAME = "__party", "__party_name"
NAMES: Final = ("pk", "code", "name", "kind", "region_id", "region__path")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which columns say whom a row is about; the file need not have all of them.

    `codes` are tried in order, then `name` within `region` (the key of a region). `is_inside` asks
    that whoever is found belongs to the region of the import.
    """

    codes: tuple[str, ...]
    name: str
    region: str = ""
    is_inside: bool = True


class Regions:
    """The regions by code and by name."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._rows = list(Region.objects.order_by("path"))

    @cached_property
    def paths(self) -> Mapping[int, str]:
        """The path of each region."""
        return {each.pk: each.path for each in self._rows}

    def inside(self, key: int) -> bool:
        """Whether a region is that of the import or below it."""
        return self.paths[key].startswith(self.path)

    @cached_property
    def _by_code(self) -> Mapping[str, int]:
        return {each.code: each.pk for each in self._rows}

    @cached_property
    def _by_name(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for each in self._rows:
            if not each.path.startswith(self.path):
                continue
            for name in {each.name, each.short_name, *each.former_names}:
                found.setdefault(name, []).append(each.pk)
        return found

    def find(self, text: str) -> int | None:
        """The region of a code, or of a name below the region of the import; None where unsure."""
        written = plain(text)
        if written.isdigit():
            return self._by_code.get(written) or self._by_code.get(written[:6])
        found = self._by_name.get(written, [])
        return found[0] if len(found) == 1 else None

    def column(self, compared: Compared, rows: pl.DataFrame) -> pl.Series:
        """The key of the region that each row says, null where it says none."""
        keys: list[int | None] = [None] * rows.height
        for name in ("region_name", "region_code"):
            if name not in rows.columns:
                continue
            texts = rows[name].to_list()
            known = {text: self.find(text) for text in set(texts) if text is not None}
            for at, text in enumerate(texts):
                if text is None:
                    continue
                keys[at] = known[text]
                if known[text] is None:
                    why = _("“%(text)s”不是本级的区划，或不止一个同名") % {"text": text}
                    compared.error(rows[ROW][at], "unknown_region", _("区划认不出来"), why)
        return pl.Series("__region", keys, pl.Int64)


def credit_code(text: str | None) -> str | None:
    """A code as it is kept: a credit code in capital letters, another one as it is written."""
    if text is None:
        return None
    written = plain(text)
    return upper if is_credit_code(upper := written.upper()) else written


def match_parties(
    compared: Compared, what: Import, rows: pl.DataFrame, asked: Asked
) -> pl.DataFrame:
    """The rows with `__party`, the key of whom each is about, null where nobody is found.

    Rows whose code and name disagree, that lie outside the region of the import, or whose name fits
    several, are in conflict. A record that was merged leads to the one that took it up.
    """
    finder = _Finder(what, rows, asked)
    parties: list[int | None] = []
    for number, codes, name, region in zip(
        rows[ROW].to_list(), finder.codes(), finder.names(), finder.regions(), strict=True
    ):
        found, trouble = finder.find(codes, name, region)
        if trouble is not None:
            compared.conflict(number, *trouble)
        if found is not None and found in finder.into:
            old, found = finder.parties[found], finder.into[found]
            compared.merged[number] = merged_told(old, finder.parties[found])
        parties.append(found)
    return rows.with_columns(
        pl.Series(PARTY, parties, pl.Int64),
        pl.Series(
            PARTY_NAME,
            [None if each is None else finder.parties[each]["name"] for each in parties],
            pl.String,
        ),
    )


def keys_of_codes(codes: Iterable[str]) -> dict[str, int]:
    """The keys of parties by their own code or their credit code, merged ones among them."""
    wanted = {form for code in codes for form in (code, code.upper())}
    by_credit = fetch(Organisation, ("credit_code", "pk"), "credit_code", wanted)
    by_code = fetch(Party, ("code", "pk"), "code", wanted)
    return {**dict(by_credit.iter_rows()), **dict(by_code.iter_rows())}


def as_kept(code: str, known: Container[str]) -> str | None:
    """A code as it is known: as it is written, or in capital letters as forms keep it."""
    return next((form for form in (code, code.upper()) if form in known), None)


def survivors(model: type[Organisation | Person], keys: Iterable[int]) -> dict[int, int]:
    """Of those of the records that were merged, the key of the one that took each up."""
    found = fetch(model, ("pk", "merged_into_id"), "pk", keys)
    return {key: into for key, into in found.iter_rows() if into is not None}


def merged_told(old: Mapping[str, Any], party: Mapping[str, Any]) -> str:
    """That a row is about a record that was merged, and where it goes."""
    told = _("%(code)s 的档案已并入“%(name)s”（%(into)s），按保留的档案处理")
    return told % {"code": old["code"], "name": party["name"], "into": party["code"]}


def tell_lost(
    compared: Compared, rows: pl.DataFrame, key: str, named: Asked, title: str, why: str
) -> None:
    """Say of rows which organisation they name and nobody knows; `why` has `%(called)s`.

    `key` is the column that holds whom `named` found.
    """
    for row in rows.filter(pl.col(key).is_null()).iter_rows(named=True):
        called = next((row[name] for name in (*named.codes, named.name) if row.get(name)), None)
        if called:
            compared.error(row[ROW], "unknown_party", title, why % {"called": called})


class _Finder:
    def __init__(self, what: Import, rows: pl.DataFrame, asked: Asked) -> None:
        self.what, self.rows, self.asked = what, rows, asked
        self.by_code = keys_of_codes({code for codes in self.codes() for code in codes})
        lost = [
            name
            for codes, name in zip(self.codes(), self.names(), strict=True)
            if name and not any(as_kept(code, self.by_code) for code in codes)
        ]
        named = fetch(Party, NAMES, "name", lost).filter(pl.col("kind") != "person")
        found = fetch(Party, NAMES, "pk", self.by_code.values())
        self.into = survivors(Organisation, (*found["pk"], *named["pk"]))
        others = fetch(Party, NAMES, "pk", self.into.values())
        every = pl.concat([found, named, others]).unique("pk")
        self.parties: dict[int, dict[str, Any]] = {
            row["pk"]: row for row in every.iter_rows(named=True)
        }
        self.by_name: dict[str, list[int]] = {}
        for row in named.unique("pk").sort("pk").iter_rows(named=True):
            self.by_name.setdefault(row["name"], []).append(row["pk"])
        former = fetch(FormerName, ("party_id", "name"), "party_id", list(self.parties))
        self.former = set(former.iter_rows())

    def codes(self) -> list[tuple[str, ...]]:
        present = [name for name in self.asked.codes if name in self.rows.columns]
        columns = [self.rows[name].to_list() for name in present]
        return [
            tuple(code for each in codes if (code := credit_code(each)))
            for codes in (zip(*columns, strict=True) if columns else [()] * self.rows.height)
        ]

    def names(self) -> list[str | None]:
        return column_of(self.rows, self.asked.name)

    def regions(self) -> list[int | None]:
        return column_of(self.rows, self.asked.region)

    def find(  # the key may be that of a merged record
        self, codes: tuple[str, ...], name: str | None, region: int | None
    ) -> tuple[int | None, tuple[str, str, str] | None]:
        for code in codes:
            if (key := as_kept(code, self.by_code)) is not None:
                return self._of_code(self.by_code[key], code, name)
        named = self.by_name.get(name or "", [])
        living = [key for key in named if key not in self.into]
        if codes:
            return None, self._other_code(codes[0], living)
        same = living or named
        inside = [key for key in same if self._is_inside(key, region)]
        inside = inside or ([] if self.asked.is_inside else same)
        if len(inside) > 1:
            why = _("名称“%(name)s”对应 %(count)d 个已登记的单位，请填代码") % {
                "name": name,
                "count": len(inside),
            }
            return None, ("ambiguous", _("名称对应不止一个单位"), why)
        return (inside[0], None) if inside else (None, None)

    def _of_code(
        self, key: int, code: str, name: str | None
    ) -> tuple[int, tuple[str, str, str] | None]:
        party = self.parties[self.into.get(key, key)]
        is_below = party["region__path"].startswith(self.what.region_path)
        if self.asked.is_inside and not is_below:
            why = _("“%(name)s”不在这次导入的区划之内") % {"name": party["name"]}
            return key, ("outside", _("不在导入的区划之内"), why)
        if party["kind"] == Party.Kind.PERSON:
            why = _("%(code)s 是人员“%(name)s”的编号，不是单位的代码")
            told = why % {"code": code, "name": party["name"]}
            return key, ("code_name", _("代码与名称对不上"), told)
        if name and not self._is_called(party, name):
            why = _("代码 %(code)s 登记的是“%(kept)s”，表里写“%(name)s”；改名请填“曾用名”")
            told = why % {"code": code, "kept": party["name"], "name": name}
            return key, ("code_name", _("代码与名称对不上"), told)
        return key, None

    def _is_called(self, party: Mapping[str, Any], name: str) -> bool:
        if name == party["name"] or (party["pk"], name) in self.former:
            return True
        if name_key(name) == name_key(party["name"]):
            return True
        return party["name"] in self._says_former.get(name, ())

    @cached_property
    def _says_former(self) -> dict[str, set[str]]:
        """By new name, the former names that the file itself gives."""
        found: dict[str, set[str]] = {}
        former = column_of(self.rows, "former_name")
        for name, texts in zip(self.names(), former, strict=True):
            if name and texts:
                found.setdefault(name, set()).update(parts(texts))
        return found

    def _other_code(self, code: str, same: list[int]) -> tuple[str, str, str] | None:
        if not same:
            return None
        kept = self.parties[same[0]]["code"]
        why = _("同名单位已登记为 %(kept)s，表里的代码是 %(code)s；是同一家请先在档案里改代码")
        return "name_other_code", _("同名单位用的是另一个代码"), why % {"kept": kept, "code": code}

    def _is_inside(self, key: int, region: int | None) -> bool:
        party = self.parties[key]
        if region is not None:
            return bool(party["region_id"] == region)
        return bool(party["region__path"].startswith(self.what.region_path))


def column_of(rows: pl.DataFrame, name: str) -> list[Any]:
    """The values of a column, nothing but None where there is none."""
    return rows[name].to_list() if name in rows.columns else [None] * rows.height


def parts(text: str) -> list[str]:
    """Several words in one cell: 甲、乙；丙."""
    for mark in "，,；;\n|":
        text = text.replace(mark, "、")
    return [each for word in text.split("、") if (each := word.strip())]


def made_code(prefix: str, *said: object) -> str:
    """The code of a record that has none: the same words give the same code."""
    digest = hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"
