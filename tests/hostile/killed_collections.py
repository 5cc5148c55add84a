"""A collection whose worker is killed at moments of chance while it splits, reads and merges.

Run as a program by `test_killed_collections.py`. However often a worker dies, every part has one
workbook, every returned workbook counts once, and the merged one holds every cell.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections import Counter
from typing import Any

import collections_made as made
import openpyxl
from collected_forms import SHEET, form, layout
from killed_imports import finish, kill_after

from kechuang.office.desk.models import Collection, CollectionReturn
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services import collections as services
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.models import Job
from kechuang.office.regions.models import Region
from kechuang.office.site.serving import prepare

KILLS = 4
PARTS, ROWS = 20, 5


def disturbed(chance: random.Random) -> int:
    """Kill the workers of the jobs that wait, then let one finish; gives how many died."""
    died = 0
    while died < KILLS and Job.objects.exclude(state__in=ENDED).exists():
        kill_after(chance.uniform(0.05, 0.8))
        died += 1
    finish()
    return died


def answers(row: Collection) -> bytes:
    """All parts filled in, in one archive; the first one twice with other values."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1, PARTS + 1):
            cells = {f"D{4 + at}": number * 100 + at for at in range(ROWS)}
            archive.writestr(f"{number}.xlsx", made.filled(row, f"{number}镇", cells))
        archive.writestr("again.xlsx", made.filled(row, "1镇", {"D4": 7, "D5": 101}))
    out.seek(0)
    return out.getvalue()


def main(seed: int) -> None:
    """Split, read, merge with deaths between, and tell what came of it."""
    prepare()
    Region.objects.create(
        code="990101", name="甲县", short_name="甲", level="county", path="/990101/"
    )
    chance = random.Random(seed)  # noqa: S311 - moments of chance, no secret
    kills = 0
    row = services.send(SYSTEM, made.made(SYSTEM, form(PARTS, ROWS), layout(PARTS, ROWS)))
    kills += disturbed(chance)
    row = Collection.objects.get(pk=row.pk)
    with zipfile.ZipFile(io.BytesIO(made.content_of(row.archive))) as archive:
        names = archive.namelist()
    incoming = [returns.Incoming("回表.zip", io.BytesIO(answers(row)))]
    returns.receive_returns(SYSTEM, row, incoming)
    kills += disturbed(chance)
    services.merge(SYSTEM, row)
    kills += disturbed(chance)
    row = Collection.objects.get(pk=row.pk)
    page: Any = openpyxl.load_workbook(io.BytesIO(made.content_of(row.result)))[SHEET]
    wanted = [number * 100 + at for number in range(1, PARTS + 1) for at in range(ROWS)]
    wanted[0] = 7
    told = {
        "kills": kills,
        "archive": len(set(names)),
        "returns": CollectionReturn.objects.count(),
        "parts": dict(Counter(CollectionReturn.objects.values_list("part__name", flat=True))),
        "cells": [page.cell(4 + at, 4).value for at in range(PARTS * ROWS)] == wanted,
        "counts": row.summary["counts"],
        "jobs": dict(Counter(Job.objects.values_list("state", flat=True))),
    }
    print(json.dumps(told))  # noqa: T201 - what the test reads
