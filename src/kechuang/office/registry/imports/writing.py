"""Writing what was previewed: compared once more, and all of it in one transaction.

A row whose record was changed since the preview is not written; the batch says who changed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry.imports import bulk
from kechuang.office.registry.imports.bulk import PK
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.comparing import compare
from kechuang.office.registry.imports.faults import Findings
from kechuang.office.registry.imports.plans import Compared, Import, TablePlan, Trouble
from kechuang.office.registry.imports.previewing import tell
from kechuang.office.registry.imports.purposes import MODELS
from kechuang.office.registry.imports.staging import (
    CHANGED,
    CONFLICT,
    FAULTS,
    NEW,
    SAME,
    SEEN,
    STATE,
    WHY,
    slices,
)
from kechuang.office.registry.models import ImportBatch, ImportChange, Platform


@dataclass(slots=True)
class Written:
    """What was written: rows of the file by state, records by table, what became a conflict."""

    counts: Counter[str] = field(default_factory=Counter[str])
    records: Counter[str] = field(default_factory=Counter[str])
    findings: Findings = field(default_factory=Findings)
    parties: set[int] = field(default_factory=set[int])
    platforms: set[int] = field(default_factory=set[int])
    years: set[int] = field(default_factory=set[int])


def write(batch: ImportBatch, what: Import) -> Written:
    """Write the staged rows of a batch; the caller's transaction keeps all of it or nothing."""
    assert batch.staged is not None  # noqa: S101 - a batch that was checked has its rows
    bulk.one_at_a_time()
    done = Written()
    for staged in slices(batch.staged):
        _write_slice(staged, what, done)
    return done


def _write_slice(staged: pl.DataFrame, what: Import, done: Written) -> None:
    wanted = staged.filter(pl.col(STATE).is_in([NEW, CHANGED]))
    if not wanted.height:
        return
    rows = wanted.drop(STATE, WHY, SEEN, FAULTS)
    compared = compare(what, rows)
    if connection.vendor == "postgresql" and _held(compared):
        compared = compare(what, rows)  # as it stands now that nobody else can change it
    states, seen = compared.states(), compared.seen()
    before = dict(zip(wanted[ROW], zip(wanted[STATE], wanted[SEEN], strict=True), strict=True))
    kept: list[int] = []
    touches = compared.last_touch()
    for row, (state, touched) in before.items():
        if (states[row], seen.get(row)) == (state, touched):
            kept.append(row)
            done.counts[state] += 1
        elif states[row] == SAME:
            done.counts[SAME] += 1
        else:
            done.counts[CONFLICT] += 1
            tell(done.findings, row, compared.troubles.get(row) or _changed_since(touches.get(row)))
    _execute(compared, what, pl.Series(kept, dtype=pl.Int64), done)


def _held(compared: Compared) -> bool:
    """Lock the records that would change; whether there were any."""
    keys = {plan.table: plan.updates[PK] for plan in compared.plans if plan.updates.height}
    for table, found in keys.items():
        bulk.lock(MODELS[table], found)
    return bool(keys)


def _changed_since(touch: tuple[Any, str] | None) -> Trouble:
    title = _("预览之后被别人改动")
    if touch is None:
        why = _("预览之后，这条记录的情况有变。请重新上传，再看一次预览")
        return Trouble(CONFLICT, "changed_since", title, why)
    at, name = touch
    why = _("预览之后，%(name)s于%(at)s改过这条记录，没有覆盖。请重新上传，再看一次预览") % {
        "name": name,
        "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
    }
    return Trouble(CONFLICT, "changed_since", title, why)


# --- the tables


def _execute(compared: Compared, what: Import, rows: pl.Series, done: Written) -> None:
    order = {table: at for at, table in enumerate(what.purpose.tables)}
    fresh = _Fresh()
    for plan in sorted(compared.plans, key=lambda plan: order[plan.table]):
        mine = plan.only(rows)
        _insert(mine, what, fresh, done)
        _update(mine, what, done)
    done.parties.update(fresh.keys.get("party", {}).values())


@dataclass(slots=True)
class _Fresh:
    """The keys of new records by table and row of the file, and those of tags by name."""

    keys: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    tags: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, row: int) -> int | None:
        return self.keys.get("party", {}).get(row) or self.keys.get("platform", {}).get(row)


def _insert(plan: TablePlan, what: Import, fresh: _Fresh, done: Written) -> None:
    frame = plan.inserts
    if not frame.height:
        return
    model = MODELS[plan.table]
    if plan.link:
        numbers, links = frame[ROW].to_list(), frame[plan.link].to_list()
        filled = [
            fresh.of(row) if key is None else key for row, key in zip(numbers, links, strict=True)
        ]
        frame = frame.with_columns(pl.Series(plan.link, filled, pl.Int64))
    if plan.table == "organisation_tag":
        ids = [
            fresh.tags.get(name) if key is None else key
            for name, key in frame.select("__tag", "tag_id").iter_rows()
        ]
        frame = frame.with_columns(pl.Series("tag_id", ids, pl.Int64))
    key = model._meta.pk.attname  # type: ignore[union-attr]
    if key not in frame.columns or frame[key].null_count():
        frame = frame.with_columns(pl.Series(key, bulk.allocate(model, frame.height), pl.Int64))
    bulk.insert(model, frame)
    keys = frame[key]
    fresh.keys[plan.table] = dict(zip(frame[ROW], keys, strict=True))
    if plan.table == "tag":
        fresh.tags = dict(zip(frame["name"], keys, strict=True))
    _note(plan.table, frame, done)
    _keep_changes(plan.table, what, keys, [None] * len(keys), done)


def _update(plan: TablePlan, what: Import, done: Written) -> None:
    if not plan.updates.height:
        return
    bulk.update(MODELS[plan.table], plan.updates.drop(ROW))
    names = [name for name in plan.before.columns if name not in {ROW, PK}]
    before = (
        {
            name: value
            for name, value, now in zip(names, old, new, strict=True)
            if value != now or name == "changed_at"
        }
        for old, new in zip(
            plan.before.select(names).iter_rows(),
            plan.updates.select(names).iter_rows(),
            strict=True,
        )
    )
    if plan.table == "organisation":
        done.parties.update(plan.updates[PK].to_list())
    elif plan.table == "platform":
        done.platforms.update(plan.updates[PK].to_list())
    else:
        _note_updated(plan, done)
    _keep_changes(plan.table, what, plan.updates[PK], bulk.json_text(before), done)


def _note_updated(plan: TablePlan, done: Written) -> None:
    model = MODELS[plan.table]
    columns = {each.attname for each in model._meta.concrete_fields}
    for name, found in (
        ("party_id", done.parties),
        ("platform_id", done.platforms),
        ("year", done.years),
    ):
        if name in columns:
            found.update(bulk.fetch(model, [name], "pk", plan.updates[PK])[name])


def _note(table: str, frame: pl.DataFrame, done: Written) -> None:
    if "party_id" in frame.columns:
        done.parties.update(frame["party_id"].to_list())
    if "platform_id" in frame.columns or table == "platform":
        done.platforms.update(frame["platform_id" if table != "platform" else "id"].to_list())
    if "year" in frame.columns:
        done.years.update(frame["year"].unique().to_list())


def _keep_changes(
    table: str, what: Import, keys: pl.Series, before: Sequence[str | None], done: Written
) -> None:
    """What an undo needs: which rows were written, and what stood there."""
    done.records[table] += len(keys)
    frame = pl.DataFrame(
        {
            "batch_id": pl.Series([what.batch] * len(keys), dtype=pl.Int64),
            "table": pl.Series([table] * len(keys), dtype=pl.String),
            "row": keys.cast(pl.Int64),
            "before": pl.Series(before, dtype=pl.String),
        }
    )
    bulk.insert(ImportChange, frame)


# --- afterwards


def tell_trail(actor: Actor, batch: ImportBatch, done: Written) -> None:
    """A line for each region in which something was written."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for model, keys in ((Party, done.parties), (Platform, done.platforms)):
        counts.update(_regions(model, sorted(keys)))
    lines = [
        audit.Line(
            "import.region",
            SourceRef("import", str(batch.pk)),
            f"{batch.name}：{name}",
            Place(path, owner=batch.owner),
            {"region": (None, code), "records": (None, count)},
        )
        for (code, name, path), count in sorted(counts.items())
    ]
    if lines:
        audit.record_all(actor, lines)


def _regions(model: Any, keys: list[int]) -> Iterable[tuple[str, str, str]]:
    for start in range(0, len(keys), bulk.AT_A_TIME):
        part = model.objects.filter(pk__in=keys[start : start + bulk.AT_A_TIME]).order_by()
        yield from part.values_list("region__code", "region__name", "region__path")
