"""An import whose worker is killed at moments of chance, in an installation of its own.

Run as a program by `test_killed_imports.py`. Whenever a worker was killed, the tables of the
registry are as they were or as they are after the whole import; a worker that comes later ends in
the same state as an import that nobody disturbed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from time import monotonic
from typing import Any

import imported_files as made
from forked_workers import fork_worker

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.audit_chain import Verified, verify
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.models import Job
from kechuang.office.ground.worker import Pace
from kechuang.office.regions.models import Region
from kechuang.office.registry.imports.purposes import MODELS
from kechuang.office.registry.models import ImportBatch, ImportChange
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services import imports
from kechuang.office.site.serving import prepare

KILLS = 50
ROWS = 120
PATIENCE = 120.0
PACE = Pace(lease=timedelta(seconds=0.25), attempts=10_000)
TABLES = ("party", "organisation", "standing", "former_name", "tag", "organisation_tag")
LEFT_OUT = {"id", "batch_id", "changed_at", "created_at", "contact_phone"}
"""Columns that differ between two runs of one import: keys, moments, each encryption."""


def content(first: int) -> bytes:
    """A workbook of organisations; those of two workbooks overlap in half."""
    header = [
        made.CODE,
        made.NAME,
        "注册资本（万元）",
        "成立日期",
        "联系电话",
        "标签",
        "曾用名",
        "居民企业",
    ]
    rows = [
        [made.code_of(n), f"第{n}轴承有限公司", n + first / 1000, date(2001, 2, 3), f"138{n:08}",
         "重点" if n % 3 else None, f"旧{n}厂" if n % 5 == 0 else None, "是"]
        for n in range(first, first + ROWS)
    ]  # fmt: skip
    return made.workbook([header, *rows])


def send(first: int) -> ImportBatch:
    """Send a file; its check is left to a worker."""
    region = Region.objects.get(code="990101")
    file = imports.take_in(SYSTEM, region, f"表{first}.xlsx", BytesIO(content(first)))
    provenance = Provenance("bureau", date(2026, 1, 1))
    return imports.send(SYSTEM, file, "organisations", None, provenance, region)


def digest() -> str:
    """What the tables of the registry say, whatever the order and the keys of their rows."""
    whole = hashlib.sha256()
    names = dict(MODELS["party"].objects.values_list("pk", "code"))  # type: ignore[attr-defined]
    tags = dict(MODELS["tag"].objects.values_list("pk", "name"))  # type: ignore[attr-defined]
    for table in TABLES:
        model = MODELS[table]
        kept = [
            each.attname for each in model._meta.concrete_fields if each.attname not in LEFT_OUT
        ]
        rows: list[str] = []
        for row in model._default_manager.order_by().values(*kept):
            told = {
                name: names.get(value, value) if name in {"party_id", "organisation_id"}
                else tags.get(value, value) if name == "tag_id" else value
                for name, value in row.items()
            }  # fmt: skip
            rows.append(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str))
        whole.update("\n".join([table, *sorted(rows)]).encode())
    return whole.hexdigest()


def kill_after(seconds: float) -> None:
    """Start a worker and kill it after a while."""
    child = fork_worker(PACE)
    threading.Event().wait(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def finish() -> None:
    """Let a worker do what is left."""
    child = fork_worker(PACE)
    until = monotonic() + PATIENCE
    while Job.objects.exclude(state__in=ENDED).exists() and monotonic() < until:
        threading.Event().wait(0.02)
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def clear(batch: ImportBatch) -> None:
    """Take out what an import wrote, behind everybody's back, for the next round."""
    changes = ImportChange.objects.filter(batch=batch)
    for table in (*reversed(TABLES), "cell_source"):
        keys = list(changes.filter(table=table, before__isnull=True).values_list("row", flat=True))
        rows = MODELS[table]._default_manager.filter(pk__in=keys)
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]
    changes.delete()
    ImportBatch.objects.filter(pk=batch.pk).update(state="dropped")


def undisturbed(first: int) -> tuple[ImportBatch, float]:
    """A whole import, and how long its writing takes."""
    batch = send(first)
    finish()
    imports.confirm(SYSTEM, ImportBatch.objects.get(pk=batch.pk))
    begun = monotonic()
    finish()
    return ImportBatch.objects.get(pk=batch.pk), monotonic() - begun


def main(seed: int) -> None:
    """Kill, look, finish, look, and tell."""
    prepare()
    province = Region.objects.create(
        code="990000", name="示例省", short_name="示例", level="province", path="/990000/"
    )
    Region.objects.create(
        code="990101", name="甲县", short_name="甲", level="county", parent=province,
        path="/990000/990101/",
    )  # fmt: skip
    chance = random.Random(seed)  # noqa: S311 - moments of chance, no secret
    empty = digest()
    batch, seconds = undisturbed(1)
    wanted, changes = digest(), ImportChange.objects.filter(batch=batch).count()
    clear(batch)
    found: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    kills = 0
    while kills < KILLS:
        batch = send(1)
        if chance.random() < 0.3:  # some die while they check
            kill_after(chance.uniform(0, 2 * seconds))
            kills += 1
            found["untouched" if digest() == empty else "half"] += 1
        finish()
        imports.confirm(SYSTEM, ImportBatch.objects.get(pk=batch.pk))
        while kills < KILLS and Job.objects.exclude(state__in=ENDED).exists():
            kill_after(chance.uniform(0, 1.5 * seconds))
            kills += 1
            state = digest()
            found["whole" if state == wanted else "untouched" if state == empty else "half"] += 1
        finish()
        batch = ImportBatch.objects.get(pk=batch.pk)
        same = digest() == wanted and ImportChange.objects.filter(batch=batch).count() == changes
        ends[f"{batch.state} {'same' if same else 'other'}"] += 1
        clear(batch)
    told: dict[str, Any] = {"kills": kills, "found": dict(found), "ends": dict(ends)}
    told["trail"] = "whole" if isinstance(verify(), Verified) else str(verify())
    told["jobs"] = dict(Counter(Job.objects.values_list("state", flat=True)))
    print(json.dumps(told))  # noqa: T201 - what the test reads
