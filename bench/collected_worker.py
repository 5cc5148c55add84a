"""The process of the measurement of collections: one installation, one form, all its jobs."""

from __future__ import annotations

import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any

import django

from kechuang.sheets.packages import Package
from kechuang.sheets.snapshots import snapshot

MIB = 1024


def main(parts: int, rows: int) -> None:
    """Set up, split, fill in, upload, read, merge; tell seconds and processor seconds of each."""
    django.setup()
    made, forms = import_module("collections_made"), import_module("collected_forms")
    desk = import_module("kechuang.office.desk.models")
    services = import_module("kechuang.office.desk.services.collections")
    returns = import_module("kechuang.office.desk.services.collection_returns")
    system = import_module("kechuang.office.ground.actors").SYSTEM
    run_waiting_jobs = import_module("kechuang.office.ground.jobs").run_waiting_jobs
    regions = import_module("kechuang.office.regions.models")
    import_module("kechuang.office.site.serving").prepare()
    county = {"code": "990101", "name": "甲县", "short_name": "甲", "level": "county"}
    regions.Region.objects.create(**county, path="/990101/")
    told: dict[str, Any] = {}

    def timed(step: str, act: Callable[[], Any]) -> Any:
        begun, used = time.monotonic(), time.process_time()
        found = act()
        told[step] = (time.monotonic() - begun, time.process_time() - used)
        return found

    def filled() -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            asked = desk.CollectionPart.objects.select_related("file").order_by("pk")
            for number, part in enumerate(asked):
                package = Package.open(made.content_of(part.file))
                sheet = package.sheet(forms.SHEET)
                for row in range(4, 4 + rows):
                    for column in forms.FILL:
                        sheet.write(row, column, Decimal(40_000 + row * column + number))
                archive.writestr(f"{number}.xlsx", package.save())
        return out.getvalue()

    row = timed(
        "set_up", lambda: made.made(system, forms.form(parts, rows), forms.layout(parts, rows))
    )
    services.send(system, row)
    timed("split", run_waiting_jobs)
    packed = timed("fill", filled)
    row = desk.Collection.objects.select_related("region").get(pk=row.pk)
    incoming = [returns.Incoming("回表.zip", io.BytesIO(packed))]
    timed("upload", lambda: returns.receive_returns(system, row, incoming))
    timed("read", run_waiting_jobs)
    services.merge(system, row)
    timed("merge", run_waiting_jobs)
    row = desk.Collection.objects.get(pk=row.pk)
    merged = snapshot(Package.open(made.content_of(row.result)), forms.SHEET)
    told["cells"] = parts * rows * len(forms.FILL)
    told["merged"] = sum(
        merged.at(line, column).value is not None
        for line in range(4, 4 + parts * rows)
        for column in forms.FILL
    )
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
