"""Handling letters: take one in, give it to people, answer, note what was sent up, close it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.models import User
from kechuang.office.desk.due.deadlines import Deadline, chosen, deadlines
from kechuang.office.desk.models import Letter, LetterReply, LetterTask
from kechuang.office.desk.queries.incoming import ANSWER, MANAGE, VIEW, people
from kechuang.office.ground import audit, files
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, SCAN_KINDS, CheckedUpload, Incoming, received
from kechuang.office.regions.models import Region
from kechuang.reading.documents import DocumentError, document_of

KINDS: Final = (*SCAN_KINDS, "docx")
MOST_BYTES: Final = 50 * MIB
FIELDS: Final = ("number", "title", "issuer", "dated_on", "received_on", "due_on", "asks")


def register(
    actor: Actor,
    region: Region,
    values: Mapping[str, Any],
    copy: Incoming | None,
    *,
    is_not_secret: bool,
) -> Letter:
    """Take a letter in. Where no deadline is given, the one that its text states is taken.

    What it asks, as somebody typed it, is read for a deadline too.

    Raises `ValidationError` by field: a letter that nobody said is free of secrets, a file with a
    classification mark, a letter without any deadline, one that is registered already.
    """
    place = Place(region.path, owner=actor.code)
    require(actor, MANAGE, place)
    if not is_not_secret:
        told = _("请先确认来文不涉及国家秘密。涉密来文不得进入本系统。")
        raise ValidationError({"is_not_secret": told})
    upload = _received(actor, place, copy)
    letter = Letter(region=region, owner=actor.code, owner_name=actor.name)
    for name, value in values.items():
        setattr(letter, name, value)
    found = _stated(letter, upload)
    letter.deadlines = [{"day": each.day.isoformat(), "words": each.words} for each in found]
    if letter.due_on is None:
        stated = chosen(found)
        if stated is None:
            told = _("来文里没有读到期限。请填写办结期限。") if copy else _("请填写办结期限。")
            raise ValidationError({"due_on": told})
        letter.due_on = stated.day
    _check(letter)
    with _registered_once(), acting(actor, MANAGE, place):
        if upload:
            letter.file = files.store(actor, upload.name, upload.stream(), upload.media_type, place)
        letter.save(force_insert=True)
        _tell(actor, letter, "register", audit.changes_between({}, _plain(letter)))
    return letter


def change(actor: Actor, letter: Letter, values: Mapping[str, Any]) -> audit.Changes:
    """Correct what was typed; gives what changed. Raises `ValidationError` by field."""
    with _registered_once(), _held(actor, letter) as kept:
        before = _plain(kept)
        for name in FIELDS:
            if name in values:
                setattr(kept, name, values[name])
        _check(kept)
        changes = audit.changes_between(before, _plain(kept))
        if changes:
            kept.save(update_fields=list(FIELDS))
            _tell(actor, kept, "change", changes)
    return changes


def assign(
    actor: Actor, letter: Letter, users: Sequence[User], what: str, due_on: date
) -> list[LetterTask]:
    """Give a letter to people; each is told. Who has it open already is left as they are.

    Raises `ValidationError` where somebody cannot be given it, or the day lies after the letter's.
    """
    with _held(actor, letter) as kept:
        _check_open(kept)
        if due_on > kept.due_on:
            told = _("期限%(day)s晚于来文的办结期限%(due)s。请提前。")
            raise ValidationError({"due_on": told % {"day": due_on, "due": kept.due_on}})
        reached = set(people(actor).values_list("pk", flat=True))
        if not {user.pk for user in users} <= reached:
            raise ValidationError({"users": _("有人不能承办来文。请从列表中选择。")})
        has = set(
            LetterTask.objects.filter(letter=kept, done_at=None).values_list("user", flat=True)
        )
        made = [
            LetterTask.objects.create(
                letter=kept,
                user=user,
                what=what,
                due_on=due_on,
                given_by=actor.code,
                given_name=actor.name,
            )
            for user in users
            if user.pk not in has
        ]
        if made:
            names = "、".join(task.user.name for task in made)
            told_due: audit.Changes = {
                "users": (None, names),
                "task_due": (None, due_on.isoformat()),
            }
            _tell(actor, kept, "assign", told_due)
        for task in made:
            told = _("来文“%(title)s”交您承办，%(day)s前办完。")
            wanted = {"title": kept.title, "day": due_on.isoformat()}
            notify(task.user.username, told % wanted, _address(kept))
    return made


def answer(actor: Actor, task: LetterTask, text: str) -> LetterTask:
    """Say that a task is done, and how; who gave it is told."""
    letter = task.letter
    place = Place(letter.region.path, owner=task.user.username)
    with acting(actor, ANSWER, place):
        kept = LetterTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
        if kept.done_at:
            raise ValidationError(_("这一项已经办完。"))
        kept.done_at, kept.answer = timezone.now(), text
        kept.save(update_fields=["done_at", "answer"])
        changes: audit.Changes = {"users": (None, task.user.name), "answer": (None, text)}
        _tell(actor, letter, "answer", changes)
        if kept.given_by != actor.code:
            told = _("%(name)s已办完来文“%(title)s”。")
            wanted = {"name": actor.name, "title": letter.title}
            notify(kept.given_by, told % wanted, _address(letter))
    return kept


def send(
    actor: Actor, letter: Letter, values: Mapping[str, Any], copy: Incoming | None
) -> LetterReply:
    """Note what was sent up, with its copy. Raises `ValidationError` by field."""
    place = _place(letter)
    require(actor, MANAGE, place)
    upload = _received(actor, place, copy)
    if values["sent_on"] > timezone.localdate():
        raise ValidationError({"sent_on": _("报送日期在今天之后。报送以后再登记。")})
    with _held(actor, letter) as kept:
        reply = LetterReply(letter=kept, sent_by=actor.code, sent_name=actor.name, **values)
        if upload:
            reply.file = files.store(actor, upload.name, upload.stream(), upload.media_type, place)
        reply.save(force_insert=True)
        changes: audit.Changes = {
            "to": (None, reply.to),
            "reply": (None, reply.title),
            "sent_on": (None, reply.sent_on.isoformat()),
            "sha256": (None, reply.file.digest if reply.file else None),
        }
        _tell(actor, kept, "send", changes)
    return reply


def finish(actor: Actor, letter: Letter, note: str, on: date) -> Letter:
    """Close a letter; open tasks are closed with it. Raises `ValidationError`."""

    def alter(kept: Letter) -> None:
        _check_open(kept)
        if not kept.received_on <= on <= timezone.localdate():
            told = _("办结日期应在收到日期%(first)s和今天之间。")
            raise ValidationError({"on": told % {"first": kept.received_on}})
        kept.done_on, kept.done_note = on, note
        rows = LetterTask.objects.filter(letter=kept, done_at=None)
        rows.update(done_at=timezone.now(), answer=_("随来文办结"))

    return _altered(actor, letter, "finish", alter)


def reopen(actor: Actor, letter: Letter, reason: str) -> Letter:
    """Open a closed letter again, with the reason."""

    def alter(kept: Letter) -> None:
        if kept.done_on is None:
            raise ValidationError(_("来文还没有办结。"))
        kept.done_on, kept.done_note = None, ""

    return _altered(actor, letter, "reopen", alter, reason)


def letter_file(actor: Actor, letter: Letter) -> File[bytes]:
    """The letter itself, for whoever may see it; leaves a line. Raises `FileMissing`."""
    with acting(actor, VIEW):
        if letter.file is None:
            raise ValidationError(_("没有上传来文。"))
        content = files.open_file(letter.file)
        _tell(actor, letter, "read", {"sha256": (None, letter.file.digest)})
    return content


# --- steps


def _received(actor: Actor, place: Place, copy: Incoming | None) -> CheckedUpload | None:
    return received(actor, place, "file", copy, KINDS, MOST_BYTES) if copy else None


def _stated(letter: Letter, upload: CheckedUpload | None) -> list[Deadline]:
    """The deadlines that a letter and what it asks state; a scan has no text."""
    text = ""
    if upload is not None and upload.kind.engine:
        with suppress(DocumentError):
            text = document_of(Path(upload.name), upload.content).raw
    return deadlines(f"{text}\n{letter.asks}", letter.received_on, letter.dated_on)


def _check(letter: Letter) -> None:
    wrong: dict[str, str] = {}
    if letter.dated_on and letter.dated_on > letter.received_on:
        told = _("成文日期%(day)s晚于收到日期。请核对。")
        wrong["dated_on"] = told % {"day": letter.dated_on}
    if letter.received_on > timezone.localdate():
        wrong["received_on"] = _("收到日期在今天之后。请核对。")
    # A letter may come when the deadline in it has passed: it is overdue, not mistaken.
    stated = {each["day"] for each in letter.deadlines}
    if letter.due_on < letter.received_on and letter.due_on.isoformat() not in stated:
        told = _("办结期限%(day)s早于收到日期。请核对。")
        wrong["due_on"] = told % {"day": letter.due_on}
    if wrong:
        raise ValidationError(wrong)


def _check_open(letter: Letter) -> None:
    if letter.done_on:
        told = _("来文已于%(on)s办结。需要的请先重新打开。")
        raise ValidationError(told % {"on": letter.done_on})


def _altered(
    actor: Actor, letter: Letter, action: str, alter: Callable[[Letter], None], reason: str = ""
) -> Letter:
    with _held(actor, letter) as kept:
        before = _closing(kept)
        alter(kept)
        kept.save(update_fields=["done_on", "done_note"])
        _tell(actor, kept, action, audit.changes_between(before, _closing(kept)), reason)
    return kept


@contextmanager
def _held(actor: Actor, letter: Letter) -> Generator[Letter]:
    with acting(actor, MANAGE, _place(letter)):
        rows = Letter.objects.select_related("region").select_for_update(of=("self",))
        yield rows.get(pk=letter.pk)


@contextmanager
def _registered_once() -> Generator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        told = _("这个单位的这个文号已经登记过。请在列表里查找。")
        raise ValidationError({"number": told}) from error


def _place(letter: Letter) -> Place:
    return Place(letter.region.path, owner=letter.owner)


def _address(letter: Letter) -> str:
    return reverse("desk:incoming_letter", args=[letter.pk])


def _plain(letter: Letter) -> dict[str, audit.Plain]:
    found = {name: getattr(letter, name) for name in FIELDS}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in found.items()
    }


def _closing(letter: Letter) -> dict[str, audit.Plain]:
    on = letter.done_on.isoformat() if letter.done_on else None
    return {"done_on": on, "done_note": letter.done_note}


def _tell(
    actor: Actor, letter: Letter, action: str, changes: audit.Changes, reason: str = ""
) -> None:
    subject = SourceRef("letter", str(letter.pk))
    place = Place(letter.region.path)
    said = {name: pair for name, pair in changes.items() if any(each for each in pair)}
    line = audit.Line(f"letter.{action}", subject, letter.title, place, said, reason)
    audit.record(actor, line)
