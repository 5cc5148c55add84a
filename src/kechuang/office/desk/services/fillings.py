"""The verbs of fillings: take a blank form in, say what its columns mean, for whom, fill it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kechuang.office.desk.filling import writing
from kechuang.office.desk.filling.columns import (
    SECRETS,
    Mapped,
    lacks_unit,
    proposals,
    reads,
    recalled,
)
from kechuang.office.desk.filling.writing import columns_of, is_expired, line, place_of
from kechuang.office.desk.models import Filling, FormMapping
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.secrets import SecretError, reveal
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, CheckedUpload, UploadRefused, receive
from kechuang.office.regions.models import Region
from kechuang.sheets.areas import letters
from kechuang.sheets.errors import SheetError
from kechuang.sheets.forms import Form, TableForm, find_form, find_forms, shape_of
from kechuang.sheets.packages import Package

KINDS: Final = ("xlsx",)
OLD_KINDS: Final = ("xls", "et")
"""Looked through like any upload, then asked to be saved anew."""
MOST_BYTES: Final = 20 * MIB
"""The largest blank form that is taken in."""
MOST_FIRMS: Final = 20_000
"""How many firms one form is filled for."""
MOST_RECORDS: Final = 1_000
"""How many workbooks of single records one archive holds."""
AT_ONCE: Final = 300
"""Up to so many firms the form is filled while the officer waits."""
JOB: Final = "filling.fill"
RUN: Final = queries.RUN
State = Filling.State


class FillingConflict(Exception):  # noqa: N818 - the answer to an act that comes too early or late
    """The filling is in no state for this; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a recurring form says of itself, as somebody typed it."""

    number: str = ""
    authority: str = ""
    document: str = ""
    valid_until: date | None = None


def take_in(actor: Actor, region: Region, name: str, stream: BinaryIO) -> CheckedUpload:
    """A blank form from outside if it may come in.

    Raises `UploadRefused`: what is wrong with it and what to do.
    """
    place = Place(region.path, owner=actor.code)
    require(actor, RUN, place)
    is_old = PurePosixPath(name).suffix.lower().removeprefix(".") in OLD_KINDS
    file = receive(actor, place, name, stream, OLD_KINDS if is_old else KINDS, MOST_BYTES)
    if is_old:
        raise UploadRefused("old_workbook", told(SheetError("old_workbook", file.name)))
    return file


def send(actor: Actor, file: CheckedUpload, year: int, region: Region, query: str = "") -> Filling:
    """Keep a blank form; where its shape is known its columns are as they were said to be.

    `query` is one of the list of firms, where whoever sends the form comes from there. Raises
    `ValidationError` for the field `workbook`: no form in it, or one that has expired.
    """
    with acting(actor, RUN, Place(region.path, owner=actor.code)):
        try:
            package = Package.open(file.content, file.name)
            forms = find_forms(package, reads(year))
        except SheetError as error:
            raise ValidationError({"workbook": told(error)}) from error
        filling = Filling(
            name=file.name[:255],
            year=year,
            region=region,
            owner=actor.code,
            owner_name=actor.name,
            sheets=[each.sheet for each in forms],
        )
        _take_form(actor, filling, forms[0])
        if is_expired(filling.valid_until):
            raise ValidationError({"workbook": _expired(filling.valid_until)})
        if query:
            _choose(actor, filling, query, None)
            if filling.state == State.CHOOSING:
                filling.state = State.READY
        place = Place(region.path, owner=actor.code)
        filling.file = files.store(actor, file.name, file.stream(), file.media_type, place)
        filling.save()
        audit.record(actor, line("filling.send", filling, {"sheet": (None, filling.sheet)}))
    return filling


def take_sheet(actor: Actor, filling: Filling, sheet: str) -> Filling:
    """Fill another sheet of the workbook. Raises `FillingConflict` once it has been filled in."""
    with acting(actor, RUN, place_of(filling)):
        filling = _locked(filling, State.MAPPING, State.CHOOSING, State.READY)
        if sheet not in filling.sheets:
            raise ValidationError({"sheet": _("没有这张工作表。请从列表中选择。")})
        with files.open_file(filling.file) as stream:
            package = Package.open(stream.read(), filling.name)
        before = filling.sheet
        _take_form(actor, filling, find_form(package, sheet, reads(filling.year)))
        if is_expired(filling.valid_until):
            raise FillingConflict(_expired(filling.valid_until))
        filling.save()
        audit.record(actor, line("filling.sheet", filling, {"sheet": (before, sheet)}))
    return filling


def seal(filling: Filling) -> str:
    """What a page shows of the columns, in short: another one where somebody changed them."""
    until = filling.valid_until and filling.valid_until.isoformat()
    said = (filling.number, filling.authority, filling.document, until)
    shown = json.dumps([filling.sheet, filling.columns, *said], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def map_columns(
    actor: Actor, filling: Filling, columns: Mapping[int, Mapped], head: Head, seen: str = ""
) -> Filling:
    """Say what the columns mean; it is remembered for forms of the same shape in the region.

    Columns that are left out stay blank. `seen` is the seal of the page, empty where nobody looked
    at one. Raises `ValidationError` by `column-PLACE` or by the name of what the form says of
    itself, `FillingConflict` where somebody else changed them since.
    """
    with acting(actor, RUN, place_of(filling)):
        filling = _locked(filling, State.MAPPING, State.CHOOSING, State.READY)
        if seen and seen != seal(filling):
            raise FillingConflict(_("打开这页以后，表头的对应已被改动。请看过再改。"))
        _check_columns(filling, columns)
        if is_expired(head.valid_until):
            raise ValidationError({"valid_until": _expired(head.valid_until)})
        before = dict(filling.columns)
        filling.columns = {str(place): mapped.plain() for place, mapped in columns.items()}
        filling.number, filling.authority = head.number[:60], head.authority[:120]
        filling.document, filling.valid_until = head.document[:120], head.valid_until
        filling.state = State.READY if filling.firms else State.CHOOSING
        filling.save()
        heading = {"number": head.number, "authority": head.authority, "document": head.document}
        FormMapping.objects.update_or_create(
            region=filling.region,
            shape=filling.shape,
            defaults={
                "columns": filling.columns,
                "heading": heading,
                "chosen_by": actor.code,
            },
        )
        names = writing.names_of(filling)
        changed = {
            names[int(key)]: (
                _meant(before.get(key), filling.year),
                _meant(filling.columns.get(key), filling.year),
            )
            for key in before.keys() | filling.columns.keys()
            if before.get(key) != filling.columns.get(key)
        }
        audit.record(actor, line("filling.map", filling, changed))
    return filling


def choose_firms(
    actor: Actor, filling: Filling, *, query: str = "", lines: Sequence[str] | None = None
) -> Filling:
    """Say for whom it is filled: a query of the list of firms, or lines with codes or names.

    Raises `ValidationError` for `lines` or `query` where that is nobody, or too many.
    """
    with acting(actor, RUN, place_of(filling)):
        filling = _locked(filling, State.CHOOSING, State.READY)
        found = _choose(actor, filling, query, lines)
        filling.state = State.READY
        filling.save(update_fields=["firms", "state"])
        counts: audit.Changes = {
            "firms": (None, len(found.keys)),
            "unknown": (None, len(found.unknown)),
        }
        audit.record(actor, line("filling.choose", filling, counts))
    return filling


def fill(actor: Actor, filling: Filling, reason: str = "") -> Filling:
    """Fill the form, at once or by a job where it is for many.

    Where a column takes telephones a reason is asked for and written to the trail. Raises
    `ValidationError` for `reason`, `FillingConflict` with the sentence where it cannot be done.
    """
    with acting(actor, RUN, place_of(filling)):
        filling = _locked(filling, State.READY)
        if is_expired(filling.valid_until):
            raise FillingConflict(_expired(filling.valid_until))
        if has_secrets(filling):
            _reveal(actor, filling, reason)
        keys = queries.chosen(actor, filling).keys
        if not keys:
            raise FillingConflict(_("选定的单位现在一家也看不到。请重新选择单位。"))
        if len(keys) > AT_ONCE:
            filling.state = State.FILLING
            name = _("填表“%(name)s”") % {"name": filling.name}
            place = replace(place_of(filling), owner=actor.code)
            filling.job = jobs.submit(actor, JOB, name, {"filling": filling.pk}, place)
            filling.save(update_fields=["state", "job"])
            audit.record(actor, line("filling.submit", filling, {"firms": (None, len(keys))}))
            return filling
        try:
            written = writing.write(actor, filling, keys)
        except SheetError as error:
            raise FillingConflict(told(error)) from error
        writing.keep(actor, filling, written)
    return filling


def again(actor: Actor, filling: Filling) -> Filling:
    """Another filling of the same form for the same firms, with what is known today."""
    with acting(actor, RUN, place_of(filling)):
        filling = _locked(filling, State.DONE)
        fresh = Filling.objects.get(pk=filling.pk)
        fresh.pk, fresh.state, fresh.counts, fresh.refusal = None, State.READY, {}, ""
        fresh.result = fresh.marked = fresh.job = None
        fresh.filled_at = None
        fresh._state.adding = True
        fresh.region = filling.region
        fresh.owner, fresh.owner_name = actor.code, actor.name
        fresh.save()
        audit.record(actor, line("filling.again", fresh, {"of": (None, filling.pk)}))
    return fresh


def has_secrets(filling: Filling) -> bool:
    """Whether a column takes what is kept encrypted."""
    return any(mapped.code in SECRETS for mapped in columns_of(filling).values())


def told(error: SheetError) -> str:
    """The sentence of an error of a workbook in the language of the page."""
    return error.sentence("en" if get_language() == "en" else "zh")


def _take_form(actor: Actor, filling: Filling, form: Form) -> None:
    """Let a filling be of this form: its headers, what it says of itself, what is remembered."""
    is_table = isinstance(form, TableForm)
    spots = form.columns if is_table else form.spots
    filling.sheet, filling.shape = form.sheet[:120], shape_of(form)
    filling.form = {
        "kind": "table" if is_table else "record",
        "names": list(form.names),
        "letters": [letters(each.column) for each in spots],
        "takes": [each.takes_values for each in form.columns] if is_table else [True] * len(spots),
        "hidden": [each.is_hidden for each in form.columns] if is_table else [False] * len(spots),
        "room": form.room if is_table else 1,
        "unit": form.heading.unit,
    }
    heading = form.heading
    filling.title, filling.valid_until = heading.title[:200], heading.until
    proposed = proposals(form, filling.year)
    kept = queries.remembered(actor, filling.shape, filling.region.path)
    typed: Mapping[str, Any] = kept.heading if kept else {}
    filling.number = (heading.number or typed.get("number", ""))[:60]
    filling.authority = (heading.authority or typed.get("authority", ""))[:120]
    filling.document = (heading.document or typed.get("document", ""))[:120]
    columns = recalled(kept.columns, proposed, form.names) if kept else proposed
    filling.columns = {str(place): mapped.plain() for place, mapped in columns.items()}
    filling.state = State.CHOOSING if kept else State.MAPPING


def _expired(until: date | None) -> str:
    return _(
        "这份表的有效期至%(until)s，已经过期，不得再用它布置或报送。请向制定机关索取现行的表。"
    ) % {"until": until}


def _check_columns(filling: Filling, columns: Mapping[int, Mapped]) -> None:
    mistakes: dict[str, str] = {}
    takes = filling.form["takes"]
    for place, mapped in columns.items():
        if place >= len(takes) or not takes[place]:
            mistakes[f"column-{place}"] = _("这一列由公式或序号自己算，不能填。")
        elif lacks_unit(mapped):
            mistakes[f"column-{place}"] = _("表头没有写金额的单位，请选定是元、万元还是亿元。")
    if not columns:
        mistakes["columns"] = _("至少要有一列对应到库里的数据。")
    if mistakes:
        raise ValidationError(mistakes)


def _choose(
    actor: Actor, filling: Filling, query: str, lines: Sequence[str] | None
) -> queries.Chosen:
    """Let a filling be for these; raises `ValidationError` where they are nobody or too many."""
    if lines is None:
        filling.firms = {"query": query, "told": queries.asked(actor, query).told()}
    else:
        filling.firms = {"lines": [each[:200] for each in lines if each.strip()]}
    found = queries.chosen(actor, filling)
    _check_number(filling, len(found.keys), "query" if lines is None else "lines")
    filling.firms |= {"count": len(found.keys), "unknown": list(found.unknown)}
    return found


def _check_number(filling: Filling, count: int, field: str) -> None:
    most = MOST_RECORDS if filling.form["kind"] == "record" else MOST_FIRMS
    if not count:
        raise ValidationError({field: _("没有找到可填的单位。请放宽条件，或核对代码和名称。")})
    if count > most:
        words = _("选中了%(count)s家，一份表最多填%(most)s家。请收紧条件，分几次填。")
        raise ValidationError({field: words % {"count": f"{count:,}", "most": f"{most:,}"}})


def _reveal(actor: Actor, filling: Filling, reason: str) -> None:
    source = SourceRef("filling", str(filling.pk))
    try:
        reveal(actor, source, "contact_phone", "", reason, place=place_of(filling))
    except SecretError as error:
        raise ValidationError({"reason": str(error)}) from error


def _locked(filling: Filling, *states: str) -> Filling:
    rows = Filling.objects.select_for_update(of=("self",)).select_related("region", "file")
    found = rows.get(pk=filling.pk)
    if found.state not in states:
        words = _("这份表现在的状态是“%(state)s”，不能这样做。请刷新页面查看。")
        raise FillingConflict(words % {"state": State(found.state).label})
    return found


def _meant(said: Mapping[str, Any] | None, year: int) -> str | None:
    """What a column was said to mean, in the words of the trail."""
    return None if said is None else Mapped(**said).told(year)
