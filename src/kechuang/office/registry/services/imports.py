"""The verbs of imports: send a file, say what its headers mean, confirm, drop, undo.

Nothing of a file is written before `confirm`. The work itself runs as jobs (`imports/jobs.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import BinaryIO, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, CheckedUpload, receive
from kechuang.office.regions.models import Region
from kechuang.office.registry.imports.purposes import PURPOSES, Purpose
from kechuang.office.registry.models import HeaderChoice, ImportBatch
from kechuang.office.registry.provenance import Provenance, check_source

KINDS: Final = ("xlsx", "xls", "et", "csv")
"""The files that an import reads."""
MOST_BYTES: Final = 200 * MIB
"""The largest file that is taken in."""
UNDO_DAYS: Final = 30
"""How long an import can be undone: ux.md 28; a month is one round of reporting."""
FIRST_YEAR: Final = 1990
_UNIT: Final = re.compile(r"（[^（）]{1,6}）$")


class ImportConflict(Exception):  # noqa: N818 - the answer to an act that comes too early or late
    """The batch is in no state for this; the sentence says so."""


def take_in(actor: Actor, region: Region, name: str, stream: BinaryIO) -> CheckedUpload:
    """A file from outside if it may come in.

    Raises `UploadRefused`: what is wrong with it and what to do.
    """
    place = Place(region.path, owner=actor.code)
    require(actor, "import.run", place)
    return receive(actor, place, name, stream, KINDS, MOST_BYTES)


def send(
    actor: Actor,
    file: CheckedUpload,
    purpose: str,
    year: int | None,
    provenance: Provenance,
    region: Region,
) -> ImportBatch:
    """Keep a file and have it checked by a job; the batch is in state `sent`.

    All its records must belong to `region` or below it. `year` is that of the facts where neither
    the headers nor a column say one.

    Raises `ValidationError` by field: purpose, year, source.
    """
    place = Place(region.path, owner=actor.code)
    with acting(actor, "import.run", place):
        found = _purpose(purpose)
        require(actor, found.verb, Place(region.path))
        _check_year(year)
        source = check_source(provenance.source)
        stored = files.store(actor, file.name, file.stream(), file.media_type, place)
        batch = ImportBatch.objects.create(
            purpose=purpose,
            name=stored.name,
            file=stored,
            year=year,
            source=source.code,
            document=provenance.document,
            as_of=provenance.as_of,
            region=region,
            owner=actor.code,
            owner_name=actor.name,
        )
        audit.record(actor, line("import.send", batch, {"purpose": (None, purpose)}))
        _submit(actor, batch, "import.check", _("检查“%(name)s”"))
    return batch


def map_headers(actor: Actor, batch: ImportBatch, choices: Mapping[str, str]) -> ImportBatch:
    """Say which column each header means, empty for none, and have the file checked anew.

    A choice is the code of a column; behind it may stand the unit that the header lacks:
    `registered_capital（万元）`. It is remembered for the region and the purpose. Raises
    `ValidationError` by header, `ImportConflict` where the batch was confirmed already.
    """
    with acting(actor, "import.run", place_of(batch)):
        batch = _locked(batch, ImportBatch.State.MAPPING, ImportBatch.State.CHECKED)
        _check_choices(PURPOSES[batch.purpose], choices)
        for header, field in choices.items():
            HeaderChoice.objects.update_or_create(
                region=batch.region,
                purpose=batch.purpose,
                header=header[:120],
                defaults={"field": field, "chosen_by": actor.code},
            )
        told = {header: (None, field) for header, field in choices.items()}
        audit.record(actor, line("import.map", batch, told))
        batch.state = ImportBatch.State.SENT
        batch.save(update_fields=["state"])
        _submit(actor, batch, "import.check", _("检查“%(name)s”"))
    return batch


def confirm(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Have what was previewed written; rows with conflicts or errors are left out.

    Raises `ImportConflict` where it is in no state for that, or nothing would be written.
    """
    with acting(actor, "import.run", place_of(batch)):
        batch = _locked(batch, ImportBatch.State.CHECKED)
        if not batch.counts.get("new", 0) + batch.counts.get("changed", 0):
            raise ImportConflict(_("没有要新增或更新的行，不需要导入。"))
        audit.record(actor, line("import.confirm", batch, _told(batch.counts)))
        batch.state = ImportBatch.State.WRITING
        batch.save(update_fields=["state"])
        _submit(actor, batch, "import.write", _("导入“%(name)s”"))
    return batch


def drop(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Leave a batch as it is: nothing of it is written."""
    open_states = (
        ImportBatch.State.SENT,
        ImportBatch.State.MAPPING,
        ImportBatch.State.CHECKED,
        ImportBatch.State.REFUSED,
    )
    with acting(actor, "import.run", place_of(batch)):
        batch = _locked(batch, *open_states)
        batch.state = ImportBatch.State.DROPPED
        batch.save(update_fields=["state"])
        audit.record(actor, line("import.drop", batch, {}))
    return batch


def undo(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Have everything that an import wrote put back; what was changed since stays as it is.

    Raises `ImportConflict` after `UNDO_DAYS`, or where the batch was not written.
    """
    with acting(actor, "import.undo", place_of(batch)):
        batch = _locked(batch, ImportBatch.State.DONE)
        until = undo_until(batch)
        if until is None or timezone.localdate() > until:
            told = _("导入已超过%(days)d天，不能撤销。请逐条修改，或导入更正后的表。")
            raise ImportConflict(told % {"days": UNDO_DAYS})
        audit.record(actor, line("import.undo", batch, {}))
        batch.state = ImportBatch.State.UNDOING
        batch.save(update_fields=["state"])
        _submit(actor, batch, "import.undo", _("撤销导入“%(name)s”"))
    return batch


def undo_until(batch: ImportBatch) -> date | None:
    """The last day on which a batch can be undone; None where it cannot."""
    if batch.state != ImportBatch.State.DONE or batch.written_at is None:
        return None
    return timezone.localdate(batch.written_at) + timedelta(days=UNDO_DAYS)


def place_of(batch: ImportBatch) -> Place:
    """Where a batch belongs; its region must have been fetched with it."""
    return Place(batch.region.path, owner=batch.owner)


def line(action: str, batch: ImportBatch, changes: audit.Changes) -> audit.Line:
    """A line of the trail about a batch."""
    return audit.Line(
        action, SourceRef("import", str(batch.pk)), batch.name, place_of(batch), changes
    )


def _told(counts: Mapping[str, int]) -> dict[str, tuple[int | None, int | None]]:
    return {name: (None, count) for name, count in counts.items()}


def _submit(actor: Actor, batch: ImportBatch, kind: str, name: str) -> None:
    place = replace(place_of(batch), owner=actor.code)
    job = jobs.submit(actor, kind, name % {"name": batch.name}, {"batch": batch.pk}, place)
    batch.job = job
    batch.save(update_fields=["job"])


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("region")
    found = rows.get(pk=batch.pk)
    if found.state not in states:
        told = _("这次导入现在的状态是“%(state)s”，不能这样做。请刷新页面查看。")
        raise ImportConflict(told % {"state": ImportBatch.State(found.state).label})
    return found


def _purpose(code: str) -> Purpose:
    found = PURPOSES.get(code)
    if found is None:
        raise ValidationError({"purpose": _("没有这种内容的导入。请从列表中选择。")})
    return found


def _check_year(year: int | None) -> None:
    if year is not None and not FIRST_YEAR <= year <= timezone.localdate().year:
        told = _("年度应在%(first)d年到今年之间。")
        raise ValidationError({"year": told % {"first": FIRST_YEAR}})


def _check_choices(purpose: Purpose, choices: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for header, choice in choices.items():
        field = _UNIT.sub("", choice)
        if not field:
            continue
        if field not in purpose.columns:
            raise ValidationError({header: _("没有这个字段。请从列表中选择。")})
        other = taken.setdefault(field, header)
        if other != header and not purpose.columns[field].is_yearly:
            told = _("“%(other)s”已经选了同一字段。一个字段只能对应一列。")
            raise ValidationError({header: told % {"other": other}})
