"""Putting back what an import wrote, row by row; what was changed since stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.registry.imports import bulk
from kechuang.office.registry.imports.bulk import PK
from kechuang.office.registry.imports.faults import Findings, ToldCell
from kechuang.office.registry.imports.purposes import MODELS, PURPOSES
from kechuang.office.registry.models import Doubt, ImportBatch, ImportChange, Merge, YearlyFact
from kechuang.office.registry.models.base import Sourced

KEPT: Final = "kept"
RECORDS: Final = ("organisation", "person")
"""Tables whose row stands for a party; a party is taken out together with it."""


@dataclass(slots=True)
class Undone:
    """What was put back, and what stayed because somebody changed it since, with the reason.

    `parties` and `years` are those whose yearly facts were put back: where doubts are looked for.
    `names` says whose rows were that are no longer there.
    """

    count: int = 0
    parties: set[int] = field(default_factory=set[int])
    years: set[int] = field(default_factory=set[int])
    findings: Findings = field(default_factory=Findings)
    stays: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    names: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])

    @property
    def kept(self) -> int:
        """How many records stayed."""
        return sum(len(keys) for keys in self.stays.values())

    def keep(self, table: str, keys: Iterable[int], why: str) -> None:
        """Records that stay; the first reason counts."""
        for key in keys:
            self.stays.setdefault(table, {}).setdefault(key, why)

    def among(self, table: str) -> set[int]:
        """The records of a table that stay."""
        return set(self.stays.get(table, ()))


def undo(batch: ImportBatch) -> Undone:
    """Take out what a batch put in, put back what it changed, as far as nobody came after it."""
    bulk.one_at_a_time()
    done = Undone()
    found = _changes(batch)
    for table, changes in found.items():
        _find_merged(batch, table, changes, done)
        _find_touched(batch, table, changes, done)
    _find_referred(found, done)
    _keep_whole(found, done)
    order = [table for table in PURPOSES[batch.purpose].tables if table in found]
    for table in reversed(order):
        stays = done.among(table)
        mine = [each for each in found[table] if each[0] not in stays]
        _restore(table, [(key, before) for key, before in mine if before is not None])
        gone = [key for key, before in mine if before is None]
        if table == "yearly_fact":
            _note_years([key for key, _before in mine], done)
        if table == "party":
            _delete_doubts(gone)
        bulk.delete(MODELS[table], gone)
        done.count += len(mine)
    _tell(done)
    return done


def _note_years(keys: list[int], done: Undone) -> None:
    found = bulk.fetch(YearlyFact, ["party_id", "year"], "pk", keys)
    done.parties.update(found["party_id"])
    done.years.update(found["year"])


def _delete_doubts(parties: list[int]) -> None:
    """Doubts about parties of which nothing is left: they follow from facts and are none."""
    bulk.delete(Doubt, bulk.fetch(Doubt, ["pk"], "party_id", parties)["pk"].to_list())


_Change = tuple[int, dict[str, Any] | None]


def _changes(batch: ImportBatch) -> dict[str, list[_Change]]:
    found: dict[str, list[_Change]] = {}
    rows = ImportChange.objects.filter(batch=batch).order_by("pk")
    for table, key, before in rows.values_list("table", "row", "before"):
        found.setdefault(table, []).append((key, before))
    return found


def _find_merged(batch: ImportBatch, table: str, changes: list[_Change], done: Undone) -> None:
    """Rows that a merge moved or let give way after the import.

    A row is as it was while its owner took part in no merge. A sourced row that a merge left alone
    still bears the mark of the import, and is put back.
    """
    merges = list(Merge.objects.filter(decided_at__gte=batch.written_at).select_related("stays"))
    if not merges:
        return
    model = MODELS[table]
    owners = {key for merge in merges for key in (merge.goes_id, merge.stays_id)}  # type: ignore[attr-defined]
    keys = [key for key, _before in changes]
    for owner in _OWNED_BY.get(table, ()):
        marks = ["changed_at"] if issubclass(model, Sourced) else []
        rows = bulk.fetch(model, ["pk", owner, *marks], "pk", keys)
        rows = rows.filter(pl.col(owner).is_in(owners))
        moved = rows.filter(pl.col("changed_at") != batch.written_at) if marks else rows
        done.keep(table, moved["pk"], _("档案已合并"))
    gave_way = {
        row["row"]: merge.stays.name
        for merge in merges
        for row in merge.kept
        if apps.get_model(row["relation"].rpartition(".")[0]) is model
    }
    lost = set(keys) & set(gave_way)
    done.keep(table, lost, _("档案合并时已让位，原值在合并记录里"))
    done.names.setdefault(table, {}).update({key: gave_way[key] for key in lost})


_OWNED_BY: Final = {
    "party": ("pk",),
    "organisation": ("party_id",),
    "cell_source": ("party_id",),
    "organisation_tag": ("organisation_id",),
    "former_name": ("party_id",),
    "standing": ("party_id",),
    "yearly_fact": ("party_id",),
    "research_cost": ("party_id",),
    "qualification": ("party_id",),
    "property": ("party_id",),
    "platform": ("host_id",),
    "person": ("party_id",),
    "person_field": ("person_id",),
    "affiliation": ("person_id", "party_id"),
}
"""The columns that say whose a row is, of the tables whose rows a merge moves."""


def _find_touched(batch: ImportBatch, table: str, changes: list[_Change], done: Undone) -> None:
    """Rows that somebody changed, or took away, after the import."""
    model = MODELS[table]
    keys = [key for key, _before in changes]
    bulk.lock(model, keys)
    if not issubclass(model, Sourced):
        there = set(bulk.fetch(model, ["pk"], "pk", keys)["pk"])
        done.keep(table, (key for key in keys if key not in there), _("已不存在"))
        return
    now = bulk.fetch(model, ["pk", "changed_at", "batch_id"], "pk", keys)
    untouched = now.filter(
        (pl.col("batch_id") == batch.pk) & (pl.col("changed_at") == batch.written_at)
    )
    fine = set(untouched["pk"])
    done.keep(table, (key for key in keys if key not in fine), _("导入后又有改动"))


def _find_referred(found: Mapping[str, list[_Change]], done: Undone) -> None:
    """New rows to which something else refers by now."""
    own = {
        MODELS[table]: {key for key, before in changes if before is None}
        for table, changes in found.items()
    }
    for table, changes in found.items():
        fresh = [key for key, before in changes if before is None]
        done.keep(table, _referred(MODELS[table], fresh, own), _("已被其他记录引用"))


def _referred(
    model: type[models.Model], keys: list[int], own: Mapping[type[models.Model], set[int]]
) -> set[int]:
    found: set[int] = set()
    for relation in model._meta.related_objects:
        if not relation.concrete and relation.many_to_many:
            continue
        other: Any = relation.related_model
        if other is Doubt:
            continue
        name = relation.field.attname
        mine = own.get(other, set())
        for start in range(0, len(keys), bulk.AT_A_TIME):
            part = {f"{name}__in": keys[start : start + bulk.AT_A_TIME]}
            rows = other._default_manager.order_by().filter(**part).values_list("pk", name)
            found.update(to for key, to in rows if key not in mine)
    return found


def _keep_whole(found: Mapping[str, list[_Change]], done: Undone) -> None:
    """A party stays with its record, and a record with its party."""
    for table in RECORDS:
        if table not in found or "party" not in found:
            continue
        fresh = {key for key, before in found[table] if before is None}
        parties = {key for key, before in found["party"] if before is None}
        stays = (done.among(table) | done.among("party")) & fresh & parties
        done.keep(table, stays, _("同一主体的其他记录还在"))
        done.keep("party", stays, _("同一主体的其他记录还在"))
        renamed = {key for key, before in found["party"] if before is not None}
        touched = done.among(table) & renamed
        done.keep("party", touched, _("导入后又有改动"))


def _tell(done: Undone) -> None:
    """Say of each record that stays whose it is and why."""
    for table, keys in done.stays.items():
        names = {**done.names.get(table, {}), **_names(MODELS[table], list(keys))}
        for key, why in keys.items():
            told = _("“%(name)s”的%(table)s没有撤销：%(why)s") % {
                "name": names.get(key, key),
                "table": TITLES[table],
                "why": why,
            }
            cell = ToldCell("", "", KEPT, "", told)
            done.findings.add(KEPT, KEPT, f"{TITLES[table]}：{why}", key, cell)


def _names(model: type[models.Model], keys: list[int]) -> dict[int, str]:
    """Whose each record is: the name of its party or platform, else its own."""
    columns = {each.name for each in model._meta.concrete_fields}
    path = next(told for name, told in _NAMED_BY.items() if name in columns)
    found = bulk.fetch(model, ["pk", path], "pk", keys)
    return dict(found.iter_rows())


_NAMED_BY: Final[Mapping[str, str]] = {
    "party": "party__name",
    "platform": "platform__name",
    "organisation": "organisation__party__name",
    "person": "person__party__name",
    "name": "name",
}
TITLES: Final[Mapping[str, Any]] = {
    "party": gettext_lazy("主体"),
    "organisation": gettext_lazy("档案"),
    "cell_source": gettext_lazy("来源标注"),
    "tag": gettext_lazy("标签"),
    "organisation_tag": gettext_lazy("标签"),
    "former_name": gettext_lazy("曾用名"),
    "standing": gettext_lazy("常设数据"),
    "yearly_fact": gettext_lazy("年度数据"),
    "research_cost": gettext_lazy("研发费用"),
    "qualification": gettext_lazy("资格称号"),
    "property": gettext_lazy("知识产权"),
    "platform": gettext_lazy("平台"),
    "platform_standing": gettext_lazy("平台数据"),
    "platform_year": gettext_lazy("平台年度数据"),
    "person": gettext_lazy("人员"),
    "person_field": gettext_lazy("专业领域"),
    "affiliation": gettext_lazy("任职"),
}


def _restore(table: str, changes: list[tuple[int, dict[str, Any]]]) -> None:
    """Set rows to what stood there before; rows that changed in the same columns together."""
    model = MODELS[table]
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for key, before in changes:
        names = tuple(sorted(before))
        values = (_value(model, name, before[name]) for name in names)
        groups.setdefault(names, []).append((key, *values))
    for names, rows in groups.items():
        schema = {PK: pl.Int64(), **{name: bulk.dtype_of_column(model, name) for name in names}}
        bulk.update(model, pl.DataFrame(rows, schema=schema, orient="row"))


def _value(model: type[models.Model], name: str, value: Any) -> Any:
    if value is None:
        return None
    dtype = bulk.dtype_of_column(model, name)
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if isinstance(dtype, pl.Date) else value
