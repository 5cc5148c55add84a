"""The jobs of imports: check a file, write what was previewed, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit, files
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.exporting import MEDIA_TYPES
from kechuang.office.ground.jobs import JobError, JobRun
from kechuang.office.registry.imports import marking, undoing, writing
from kechuang.office.registry.imports.marks import name_of
from kechuang.office.registry.imports.plans import Import
from kechuang.office.registry.imports.previewing import Preview, preview
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.imports.reading import FileRefused
from kechuang.office.registry.imports.staging import CONFLICT, MEDIA_TYPE, STATES
from kechuang.office.registry.models import HeaderChoice, ImportBatch
from kechuang.office.registry.services.doubts import find_doubts
from kechuang.office.registry.services.imports import line, place_of
from kechuang.office.registry.sources import load_sources

TRIES: Final = 3
"""How often a writing begins anew because somebody put in the same record meanwhile."""
PIECE: Final = 1 << 20
MOST_OF_NAME: Final = 60
XLSX: Final = MEDIA_TYPES["xlsx"]


def run_check(run: JobRun) -> Mapping[str, Any]:
    """Read a file and keep its preview."""
    batch = _batch(run)
    if batch.state != ImportBatch.State.SENT:
        return {}
    run.begin(0, 1, done=0)
    with TemporaryDirectory() as folder:
        path = _copied(batch, Path(folder))
        try:
            found = preview(path, import_of(batch, run.actor, is_preview=True), _remembered(batch))
        except FileRefused as error:
            with run.unit():
                _refuse(run.actor, batch, str(error))
            return {"import": batch.pk}
        rows = None if found.needs_mapping else found.stage.whole()
        marks = marking.marked(path, PURPOSES[batch.purpose], found.reading, rows) if rows else None
        with run.unit():
            _keep(run.actor, batch, found, rows, marks)
    return {"import": batch.pk, **found.counts}


def run_write(run: JobRun) -> Mapping[str, Any]:
    """Write what was previewed, all in one transaction."""
    batch = _batch(run)
    run.begin(0, 1, done=0)
    for attempt in range(TRIES):
        try:
            with run.unit():
                batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
                if batch.state == ImportBatch.State.WRITING:
                    _write(run.actor, batch)
            break
        except IntegrityError:
            # Somebody put in the same record between the comparison and the writing: nothing was
            # kept, and the next comparison sees it.
            if attempt == TRIES - 1:
                told = _("多次写入都与别人同时录入的记录相撞，没有导入。请稍后重新确认。")
                _give_back(run, batch)
                raise JobError(told) from None
    return {"import": batch.pk, **batch.counts}


def run_undo(run: JobRun) -> Mapping[str, Any]:
    """Put back what an import wrote."""
    batch = _batch(run)
    run.begin(0, 1, done=0)
    with run.unit():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state == ImportBatch.State.UNDOING:
            _undo(run.actor, batch)
    return {"import": batch.pk, **batch.counts}


def import_of(batch: ImportBatch, actor: Actor, *, is_preview: bool = False) -> Import:
    """A batch as what is compared and written."""
    return Import(
        batch=batch.pk,
        purpose=PURPOSES[batch.purpose],
        source=load_sources()[batch.source],
        as_of=batch.as_of,
        document=batch.document,
        region=batch.region.pk,
        region_path=batch.region.path,
        region_level=batch.region.level,
        year=batch.year,
        confirmed_by=actor.code,
        confirmed_name=actor.name,
        now=timezone.now(),
        is_preview=is_preview,
    )


def _batch(run: JobRun) -> ImportBatch:
    return ImportBatch.objects.select_related("region", "file", "staged").get(
        pk=run.arguments["batch"]
    )


def _copied(batch: ImportBatch, folder: Path) -> Path:
    """The file under its own name, because its ending says what it is; a long one is cut.

    A file system takes 255 bytes, which are 63 of the rarest characters.
    """
    name = Path(batch.name)
    path = folder / f"{name.stem[:MOST_OF_NAME]}{name.suffix}"
    with files.open_file(batch.file) as stream, path.open("wb") as target:
        while piece := stream.read(PIECE):
            target.write(piece)
    return path


def _remembered(batch: ImportBatch) -> dict[str, str]:
    """What officers of the region, or of one above it, chose for headers; the nearest counts."""
    rows = HeaderChoice.objects.filter(purpose=batch.purpose).order_by("region__path")
    return {
        header: field
        for header, field, path in rows.values_list("header", "field", "region__path")
        if batch.region.path.startswith(path)
    }


def _refuse(actor: Actor, batch: ImportBatch, why: str) -> None:
    batch.state, batch.refusal = ImportBatch.State.REFUSED, why[:500]
    batch.save(update_fields=["state", "refusal"])
    audit.record(actor, line("import.refuse", batch, {"refusal": (None, batch.refusal)}))


def _keep(
    actor: Actor, batch: ImportBatch, found: Preview, rows: Path | None, marks: bytes | None
) -> None:
    batch.reading = found.reading
    batch.problems = found.findings.told()
    batch.samples = found.samples
    batch.counts = {state: found.counts.get(state, 0) for state in STATES}
    batch.state = ImportBatch.State.MAPPING if found.needs_mapping else ImportBatch.State.CHECKED
    if rows is not None:
        with rows.open("rb") as stream:
            name = f"{batch.name}.parquet"
            batch.staged = files.store(actor, name, stream, MEDIA_TYPE, place_of(batch))
    batch.marked = None
    if marks is not None:
        name = name_of(batch.name)
        batch.marked = files.store(actor, name, BytesIO(marks), XLSX, place_of(batch))
    names = ("reading", "problems", "samples", "counts", "state", "staged", "marked")
    batch.save(update_fields=names)
    told = {name: (None, count) for name, count in batch.counts.items()}
    audit.record(actor, line("import.check", batch, told))


def _write(actor: Actor, batch: ImportBatch) -> None:
    what = import_of(batch, actor)
    done = writing.write(batch, what)
    find_doubts(sorted(done.parties), sorted(done.years))
    before = batch.counts
    kept = {state: done.counts.get(state, 0) for state in ("new", "changed")}
    batch.counts = {
        **before,
        **kept,
        "same": before["same"] + done.counts.get("same", 0),
        CONFLICT: before[CONFLICT] + done.counts.get(CONFLICT, 0),
        "written": sum(kept.values()),
    }
    batch.problems = [*done.findings.told(), *batch.problems]
    batch.state, batch.written_at = ImportBatch.State.DONE, what.now
    batch.save(update_fields=["counts", "problems", "state", "written_at"])
    told = {name: (before.get(name), count) for name, count in batch.counts.items()}
    audit.record(actor, line("import.write", batch, {**told, **_records(done)}))
    writing.tell_trail(actor, batch, done)


def _records(done: writing.Written) -> dict[str, tuple[None, int]]:
    return {f"records.{table}": (None, count) for table, count in sorted(done.records.items())}


def _undo(actor: Actor, batch: ImportBatch) -> None:
    done = undoing.undo(batch)
    find_doubts(sorted(done.parties), sorted(done.years))
    batch.counts = {**batch.counts, "undone": done.count, "kept": done.kept}
    batch.problems = [*done.findings.told(), *batch.problems]
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, timezone.now()
    batch.undone_by = actor.code
    batch.save(update_fields=["counts", "problems", "state", "undone_at", "undone_by"])
    told: audit.Changes = {"undone": (None, done.count), "kept": (None, done.kept)}
    audit.record(actor, line("import.undone", batch, told))


def _give_back(run: JobRun, batch: ImportBatch) -> None:
    """A writing that could not be done waits for confirmation again."""
    with run.unit():
        batch.state = ImportBatch.State.CHECKED
        batch.save(update_fields=["state"])
        audit.record(run.actor, line("import.give_back", batch, {}))
