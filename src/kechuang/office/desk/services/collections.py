"""The verbs of collections: set up, send out, remind, merge, settle, close, open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.collecting import (
    CollectionRefused,
    accounts_of,
    form_of,
    key,
    meant_by,
    place_of,
    place_of_part,
)
from kechuang.office.desk.models import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.ground import audit, files, jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, CheckedUpload, receive
from kechuang.office.regions.models import Region
from kechuang.sheets.errors import SheetError
from kechuang.sheets.finding import found_layout
from kechuang.sheets.layouts import Layout, Way
from kechuang.sheets.packages import Package
from kechuang.sheets.plain import plain_layout
from kechuang.sheets.splitting import Splitter

RUN: Final = "collection.run"
MOST_BYTES: Final = 50 * MIB
MOST_PARTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a collection: the form's papers, the period, the day it is due."""

    name: str
    period: str
    deadline: date
    table_number: str = ""
    issued_by: str = ""
    document: str = ""
    valid_until: date | None = None
    previous: Collection | None = None


def take_in(actor: Actor, region: Region, name: str, stream: BinaryIO) -> CheckedUpload:
    """A form from outside if it may come in. Raises `UploadRefused`."""
    place = Place(region.path, owner=actor.code)
    require(actor, RUN, place)
    return receive(actor, place, name, stream, ("xlsx",), MOST_BYTES)


def create(actor: Actor, file: CheckedUpload, about: About, region: Region) -> Collection:
    """Keep a form to be collected; where its table seems to stand is proposed.

    Raises `ValidationError` by field.
    """
    place = Place(region.path, owner=actor.code)
    with acting(actor, RUN, place):
        _check(about)
        proposed = _proposed(file)
        stored = files.store(actor, file.name, file.stream(), file.media_type, place)
        row = Collection.objects.create(
            **_columns(about),
            form=stored,
            layout=plain_layout(proposed) if proposed else {},
            region=region,
            owner=actor.code,
            owner_name=actor.name,
        )
        told = {name: (None, str(value)) for name, value in _columns(about).items() if value}
        audit.record(actor, line("collection.create", row, told))
    return row


def change(actor: Actor, collection: Collection, about: About) -> Collection:
    """Correct what is said of a collection. Raises `ValidationError`, `CollectionRefused`."""
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.DRAFT, Collection.State.SENT)
        _check(about)
        changed = {
            name: (str(getattr(row, name) or ""), str(value or ""))
            for name, value in _columns(about).items()
            if getattr(row, name) != value
        }
        for name, value in _columns(about).items():
            setattr(row, name, value)
        row.save(update_fields=list(_columns(about)))
        if changed:
            audit.record(actor, line("collection.change", row, changed))
    return row


def set_layout(
    actor: Actor, collection: Collection, layout: Layout, names: Sequence[str] = ()
) -> Collection:
    """Say where the table stands, what is filled in, and who is asked.

    `names` are those who get the whole table where it is not split by a column. Raises
    `ValidationError` by field, `CollectionRefused` once something has come back.
    """
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.DRAFT, Collection.State.SENT)
        _check_untouched(row)
        rows = _rows_by_name(row, layout, names)
        meant = meant_by(row, list(rows))
        row.parts.all().delete()  # type: ignore[attr-defined]
        CollectionPart.objects.bulk_create(
            CollectionPart(
                collection=row,
                name=name,
                rows=list(numbers),
                region=meant[name].region,
                party=meant[name].party,
                contact_name=meant[name].contact_name[:60],
                contact_phone=meant[name].contact_phone,
            )
            for name, numbers in rows.items()
        )
        row.layout = plain_layout(layout)
        row.state = Collection.State.DRAFT
        row.save(update_fields=["layout", "state"])
        audit.record(actor, line("collection.set_up", row, {"parts": (None, len(rows))}))
    return row


def set_contact(actor: Actor, part: CollectionPart, name: str, phone: str | None) -> CollectionPart:
    """Say whom to telephone; a telephone of None stays as it is."""
    with acting(actor, RUN, place_of(part.collection)):
        before = part.contact_name, masked("phone", part.contact_phone)
        part.contact_name = name
        if phone is not None:
            part.contact_phone = phone
        after = part.contact_name, masked("phone", part.contact_phone)
        part.save(update_fields=["contact_name", "contact_phone"])
        changes: dict[str, tuple[Any, Any]] = {
            field: (old, new)
            for field, old, new in zip(
                ("contact_name", "contact_phone"), before, after, strict=True
            )
            if old != new
        }
        changes["part"] = (None, part.name)
        audit.record(actor, line("collection.contact", part.collection, changes))
    return part


def send(actor: Actor, collection: Collection) -> Collection:
    """Have the form split and made ready to be sent. Raises `CollectionRefused` with the reason."""
    with acting(actor, RUN, place_of(collection)):
        row = locked(
            collection, Collection.State.DRAFT, Collection.State.SENT, Collection.State.SENDING
        )
        check_idle(row)
        _check_untouched(row)
        _check_ready(row)
        row.version += 1
        row.state = Collection.State.SENDING
        audit.record(actor, line("collection.send", row, {"version": (None, row.version)}))
        _submit(actor, row, "collection.send", _("拆分“%(name)s”"))
        row.save(update_fields=["version", "state", "job"])
    return row


def merge(actor: Actor, collection: Collection) -> Collection:
    """Have everything that came back made one. Raises `CollectionRefused`."""
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.SENT, Collection.State.MERGING)
        check_idle(row)
        if not taken(row).exists():
            raise CollectionRefused(_("还没有收到一份表，没有可汇总的。请先上传回表。"))
        row.state = Collection.State.MERGING
        audit.record(actor, line("collection.merge", row, {"returns": (None, taken(row).count())}))
        _submit(actor, row, "collection.merge", _("汇总“%(name)s”"))
        row.save(update_fields=["state", "job"])
    return row


def decide(
    actor: Actor, conflict: CollectionConflict, chosen: CollectionReturn, seen: int | None = None
) -> CollectionConflict:
    """Say which of two returns counts for a cell.

    `seen` is the return that counted when the page was shown. Raises `CollectionRefused`, also
    where somebody else has chosen since.
    """
    collection = conflict.part.collection
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.SENT)
        held = CollectionConflict.objects.select_related("chosen").get(pk=conflict.pk)
        if (held.chosen and held.chosen.pk) != seen:
            words = _("“%(cell)s”刚由%(name)s选定为另一份。请看过再选。")
            told_cell = f"{held.label} {held.header}".strip()
            raise CollectionRefused(words % {"cell": told_cell, "name": held.decided_name})
        numbers = [number for number, _text in conflict.values]
        if chosen.pk not in numbers:
            raise CollectionRefused(_("选的这份表没有填这一格。请刷新页面再选。"))
        conflict.chosen = chosen
        conflict.decided_name, conflict.decided_at = actor.name, timezone.now()
        conflict.save(update_fields=["chosen", "decided_name", "decided_at"])
        told = {
            "part": (None, conflict.part.name),
            "cell": (None, f"{conflict.label} {conflict.header}".strip()),
            "chosen": (None, chosen.name),
        }
        audit.record(actor, line("collection.decide", row, told))
    return conflict


def remind(actor: Actor, collection: Collection) -> tuple[int, int]:
    """Tell those who have not returned anything and have an account.

    Gives how many parts are missing, and how many people were told.
    """
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.SENT)
        missing = row.parts.filter(returned_at=None).select_related(  # type: ignore[attr-defined]
            "region", "party", "collection__region"
        )
        told = 0
        for part in missing:
            people = accounts_of(part)
            if not people:
                continue
            words = _("请填报“%(name)s”（%(part)s），截止%(deadline)s，还没有收到。") % {
                "name": row.name, "part": part.name, "deadline": row.deadline,
            }  # fmt: skip
            for person in people:
                notify(person, words, reverse("desk:collection_own_part", args=[part.pk]))
            told += len(people)
            part.reminded_at, part.reminders = timezone.now(), part.reminders + 1
            part.save(update_fields=["reminded_at", "reminders"])
        count = len(missing)
        changes = {"missing": (None, count), "told": (None, told)}
        audit.record(actor, line("collection.remind", row, changes))
    return count, told


def close(actor: Actor, collection: Collection) -> Collection:
    """Lock the merged workbook as the final one. Raises `CollectionRefused` with what is open."""
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.SENT)
        if row.result is None or row.merged_at is None:
            raise CollectionRefused(_("还没有汇总。请先汇总，再定稿。"))
        if left := CollectionConflict.objects.filter(part__collection=row, chosen=None).count():
            told = _("还有%(count)d处冲突没有处理。请先逐处选定，再重新汇总。")
            raise CollectionRefused(told % {"count": left})
        if is_stale(row):
            raise CollectionRefused(_("汇总之后又收到或撤销了回表，或处理了冲突。请重新汇总。"))
        row.state = Collection.State.CLOSED
        row.closed_at, row.closed_name = timezone.now(), actor.name
        row.save(update_fields=["state", "closed_at", "closed_name"])
        audit.record(actor, line("collection.close", row, {}))
    return row


def reopen(actor: Actor, collection: Collection, reason: str) -> Collection:
    """Open a final collection again, so that what came later can be merged."""
    with acting(actor, RUN, place_of(collection)):
        row = locked(collection, Collection.State.CLOSED)
        if not reason.strip():
            raise ValidationError({"reason": _("请写明为什么要重开：理由会记入变更记录。")})
        row.state, row.closed_at, row.closed_name = Collection.State.SENT, None, ""
        row.save(update_fields=["state", "closed_at", "closed_name"])
        audit.record(actor, replace(line("collection.reopen", row, {}), reason=reason.strip()))
    return row


def is_stale(collection: Collection) -> bool:
    """Whether something happened since it was merged that the merged workbook does not hold."""
    at = collection.merged_at
    if at is None:
        return False
    returns = CollectionReturn.objects.filter(part__collection=collection)
    conflicts = CollectionConflict.objects.filter(part__collection=collection)
    return (
        returns.filter(received_at__gt=at, state=CollectionReturn.State.TAKEN).exists()
        or returns.filter(withdrawn_at__gt=at).exists()
        or conflicts.filter(decided_at__gt=at).exists()
    )


def taken(collection: Collection) -> Any:
    """The returned workbooks that count."""
    return CollectionReturn.objects.filter(
        part__collection=collection, state=CollectionReturn.State.TAKEN
    )


def line(action: str, collection: Collection, changes: audit.Changes) -> audit.Line:
    """A line of the trail about a collection."""
    subject = SourceRef("collection", str(collection.pk))
    return audit.Line(action, subject, collection.name, place_of(collection), changes)


def line_of_part(action: str, part: CollectionPart, changes: audit.Changes) -> audit.Line:
    """A line of the trail about what whoever fills in a part did."""
    subject = SourceRef("collection", str(part.collection.pk))
    return audit.Line(action, subject, part.collection.name, place_of_part(part), changes)


def locked(collection: Collection, *states: str) -> Collection:
    """The collection as it stands now, held. Raises `CollectionRefused` in another state."""
    rows = Collection.objects.select_for_update(of=("self",)).select_related(
        "region", "form", "result", "job"
    )
    found = rows.get(pk=collection.pk)
    if found.state not in states:
        told = _("这次下发现在的状态是“%(state)s”，不能这样做。请刷新页面查看。")
        raise CollectionRefused(told % {"state": Collection.State(found.state).label})
    return found


def check_idle(collection: Collection) -> None:
    """Raise `CollectionRefused` while a job works on it."""
    busy = collection.state in (Collection.State.SENDING, Collection.State.MERGING)
    if busy and collection.job is not None and collection.job.state not in jobs.ENDED:
        raise CollectionRefused(_("正在处理这次下发，请等它做完。进度见本页。"))


def _submit(actor: Actor, collection: Collection, kind: str, name: str) -> None:
    place = replace(place_of(collection), owner=actor.code)
    told = name % {"name": collection.name}
    collection.job = jobs.submit(actor, kind, told, {"collection": collection.pk}, place)


def _proposed(file: CheckedUpload) -> Layout | None:
    try:
        package = Package.open(file.content, file.name)
        visible = [sheet for sheet in package.sheets if sheet.state == "visible"]
        layouts = (found_layout(package, sheet.name) for sheet in visible)
        return next((each for each in layouts if each is not None), None)
    except SheetError as error:
        raise ValidationError({"workbook": error.message}) from error


def _columns(about: About) -> dict[str, Any]:
    return {name: getattr(about, name) for name in About.__dataclass_fields__}


def _check(about: About) -> None:
    wrong: dict[str, str] = {}
    today = timezone.localdate()
    if about.deadline < today:
        wrong["deadline"] = _("截止日期已经过了。请填今天或以后的日期。")
    if about.valid_until is not None and about.valid_until < today:
        wrong["valid_until"] = _(
            "这张表的有效期已到（%(day)s），不能再下发。请向制定机关核实是否已续期，续期后填新的有效期。"
        ) % {"day": about.valid_until}
    if wrong:
        raise ValidationError(wrong)


def _check_untouched(collection: Collection) -> None:
    returns = CollectionReturn.objects.filter(part__collection=collection)
    if returns.exclude(state=CollectionReturn.State.REFUSED).exists():
        raise CollectionRefused(_("已经收到回表，不能再改设置或重新下发。需要时请另建一次下发。"))


def _check_ready(collection: Collection) -> None:
    """Everything that keeps a form from being sent."""
    if collection.valid_until is not None and collection.valid_until < timezone.localdate():
        told = _("这张表的有效期已到（%(day)s），不能下发。请向制定机关核实，续期后改有效期。")
        raise CollectionRefused(told % {"day": collection.valid_until})
    parts = list(collection.parts.all())  # type: ignore[attr-defined]
    if not parts:
        raise CollectionRefused(_("还没有设定填报单位。请先完成“填报设置”。"))
    if unnamed := next((part for part in parts if not part.name), None):
        numbers = _("、").join(str(row) for row in unnamed.rows[:20])
        told = _("表样第%(rows)s行的拆分列是空的，不知道发给谁。请在表样里补上，重新上传。")
        raise CollectionRefused(told % {"rows": numbers})


def _rows_by_name(
    collection: Collection, layout: Layout, names: Sequence[str]
) -> Mapping[str, tuple[int, ...]]:
    """Who gets which rows of the form. Raises `ValidationError` by field."""
    try:
        splitter = Splitter(form_of(collection), layout, key())
    except SheetError as error:
        raise ValidationError({"sheet": error.message}) from error
    if not layout.fill:
        raise ValidationError({"fill": _("没有选要填的列。请至少选一列。")})
    if layout.by:
        found = {each.name: each.rows for each in splitter.parts()}
    else:
        if layout.way is Way.ROWS:
            raise ValidationError({"way": _("没有拆分列时，请选“空表各自填写”或“固定表格”。")})
        rows = splitter.parts()[0].rows
        found = dict.fromkeys(dict.fromkeys(filter(None, names)), rows)
        if not found:
            raise ValidationError({"names": _("没有填报单位。请一行写一个。")})
    if len(found) > MOST_PARTS:
        told = _("会拆成%(count)d份，最多%(most)d份。请核对拆分列是不是选错了。")
        raise ValidationError({"by": told % {"count": len(found), "most": MOST_PARTS}})
    if too_long := next((name for name in found if len(name) > 120), None):
        raise ValidationError(
            {"by": _("“%(name)s…”太长，不像单位名称。") % {"name": too_long[:40]}}
        )
    return found
