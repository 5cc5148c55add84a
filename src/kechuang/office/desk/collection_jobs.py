"""The jobs of collections: split a form, read what came back, merge it."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from django.utils import timezone

from kechuang.office.desk import collection_results as results
from kechuang.office.desk.collecting import (
    file_name,
    form_of,
    key,
    layout_in,
    place_of,
    place_of_part,
)
from kechuang.office.desk.models import Collection, CollectionPart
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services.collections import line
from kechuang.office.ground import audit, files
from kechuang.office.ground.exporting import MEDIA_TYPES
from kechuang.office.ground.jobs import JobError, JobRun
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.uploads.model import KINDS, CheckedUpload
from kechuang.sheets.errors import SheetError
from kechuang.sheets.marker import Marker
from kechuang.sheets.splitting import Splitter

XLSX: Final = MEDIA_TYPES["xlsx"]
ZIP: Final = "application/zip"
IN_MEMORY: Final = 16 << 20
NEXT: Final = "next"


def run_send(run: JobRun) -> Mapping[str, Any]:
    """Make the workbook of each part, then one archive of all."""
    collection = _collection(run)
    if collection.state != Collection.State.SENDING:
        return {}
    parts = _parts(collection)
    first = run.checkpoint.get(NEXT, 0)
    run.begin(0, len(parts))
    if first < len(parts):
        splitter = _splitter(run, collection)
        for number, part in enumerate(parts[first:], start=first):
            marker = Marker(str(collection.pk), part.name, collection.version, len(part.rows))
            content = splitter.workbook(marker, part.rows)
            with run.unit({NEXT: number + 1}):
                part.file = files.store(
                    run.actor, file_name(part, number + 1), BytesIO(content), XLSX,
                    place_of_part(part),
                )  # fmt: skip
                part.save(update_fields=["file"])
    run.begin(1, 1, done=0)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as packed:
        _pack(packed, parts)
        packed.seek(0)
        with run.unit():
            _sent(run, packed, len(parts))
    return {"collection": collection.pk, "parts": len(parts)}


def run_take(run: JobRun) -> Mapping[str, Any]:
    """Read every workbook that was kept; one at a time, each once."""
    collection = _collection(run)
    keys: list[int] = run.arguments["files"]
    first = run.checkpoint.get(NEXT, 0)
    told: list[list[Any]] = run.checkpoint.get("told", [])
    run.begin(0, len(keys))
    for number, kept_key in enumerate(keys[first:], start=first):
        stored = StoredFile.objects.get(pk=kept_key)
        with files.open_file(stored) as stream:
            upload = CheckedUpload(stored.name, KINDS["xlsx"], stream.read())
        done = returns.prepared(collection, upload)
        kept = {NEXT: number + 1, "told": told}
        with run.unit(kept):
            outcome = returns.settle(run.actor, collection, done, stored)
            told.append([outcome.name, outcome.code, outcome.part, list(outcome.sentences[:5])])
    counts = {code: sum(each[1] == code for each in told) for code in ("taken", "known", "refused")}
    return {"collection": collection.pk, **counts, "told": told}


def run_merge(run: JobRun) -> Mapping[str, Any]:
    """Settle each part, then write the merged workbook."""
    collection = _collection(run)
    if collection.state != Collection.State.MERGING:
        return {}
    parts = _parts(collection)
    form = results.opened_form(collection)
    first = run.checkpoint.get(NEXT, 0)
    run.begin(0, len(parts))
    for number, part in enumerate(parts[first:], start=first):
        with run.unit({NEXT: number + 1}):
            results.settle_part(part, form)
    run.begin(1, 1, done=0)
    made = results.merged_workbook(collection, form)
    with run.unit():
        _merged(run, made)
    return {"collection": collection.pk, **made.summary["counts"]}


def _splitter(run: JobRun, collection: Collection) -> Splitter:
    words = (
        ("表号：", collection.table_number),
        ("制定机关：", collection.issued_by),
        ("文号：", collection.document),
        ("有效期至：", str(collection.valid_until or "")),
    )
    heading = "  ".join(name + value for name, value in words if value)
    try:
        return Splitter(
            form_of(collection), layout_in(collection), key(),
            name=collection.form.name, heading=heading,
        )  # fmt: skip
    except SheetError as error:
        with run.unit():
            collection.state = Collection.State.DRAFT
            collection.save(update_fields=["state"])
        raise JobError(error.message) from error


def _pack(target: Any, parts: list[CollectionPart]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, part in enumerate(parts, start=1):
            assert part.file is not None  # noqa: S101 - the step before made it
            with files.open_file(part.file) as stream:
                archive.writestr(file_name(part, number), stream.read())


def _sent(run: JobRun, packed: Any, count: int) -> None:
    collection = Collection.objects.select_for_update(of=("self",)).get(
        pk=run.arguments["collection"]
    )
    name = f"{collection.name}-下发.zip"
    collection.archive = files.store(run.actor, name, packed, ZIP, place_of(collection))
    collection.state, collection.sent_at = Collection.State.SENT, timezone.now()
    collection.save(update_fields=["archive", "state", "sent_at"])
    audit.record(run.actor, line("collection.sent", collection, {"parts": (None, count)}))


def _merged(run: JobRun, made: results.Made) -> None:
    collection = Collection.objects.select_for_update(of=("self",)).get(
        pk=run.arguments["collection"]
    )
    name = f"{collection.name}-汇总.xlsx"
    collection.result = files.store(
        run.actor, name, BytesIO(made.content), XLSX, place_of(collection)
    )
    collection.summary = made.summary
    collection.state, collection.merged_at = Collection.State.SENT, timezone.now()
    collection.save(update_fields=["result", "summary", "state", "merged_at"])
    changes = {name: (None, count) for name, count in made.summary["counts"].items()}
    audit.record(run.actor, line("collection.merged", collection, changes))


def _collection(run: JobRun) -> Collection:
    rows = Collection.objects.select_related("region", "form", "previous")
    return rows.get(pk=run.arguments["collection"])


def _parts(collection: Collection) -> list[CollectionPart]:
    rows = CollectionPart.objects.filter(collection=collection)
    return list(rows.select_related("region", "party", "file", "collection__region").order_by("pk"))
