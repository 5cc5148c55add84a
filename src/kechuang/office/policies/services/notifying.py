"""Telling firms: send what a preview showed, say who was told otherwise, hand the papers out."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.files.safe import guarded, one_line
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.notices import notify
from kechuang.office.ground.official import Official
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, SecretError, reveal
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.policies import wording
from kechuang.office.policies.models import FirmMessage, FirmSending
from kechuang.office.policies.queries import notifying as queries
from kechuang.office.policies.queries.notifying import Preview
from kechuang.office.policies.queries.runs import root
from kechuang.office.policies.reminders import timing
from kechuang.office.policies.telling import NOTIFY, NOTIFY_VIEW
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.records import refuse

MOST: Final = 2_000
"""How many rows of a list one act is for."""
MOST_LETTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a bureau adds: who sends it, whom to ask, a sentence of its own; whether again."""

    sender: str
    contact: str = ""
    note: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """From which list, under which conditions in words, which rows."""

    listing: str
    name: str
    conditions: str
    keys: tuple[int, ...]


def send(actor: Actor, chosen: Chosen, head: Letterhead) -> FirmSending:
    """Tell the firms of these rows, each of what the list says of it, and keep all of it.

    A firm that was told of the same cause before long is left out, unless `again`. Whoever sends
    at the same time waits: nobody is told twice.
    Raises `ValidationError` by field, and where there is nobody to tell.
    """
    with acting(actor, NOTIFY):
        _check(head)
        first = queries.preview(actor, chosen.listing, chosen.keys, again=True)
        keys = sorted(each.party.pk for each in first.comes)
        list(Party.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        found = queries.preview(actor, chosen.listing, chosen.keys, again=head.again)
        if not found.comes:
            raise ValidationError(_("没有要通知的企业：都在近期通知过，或没有要通知的事。"))
        region = Region.objects.filter(path=actor.region).first() or root()
        made = FirmSending.objects.create(
            region=region, listing=chosen.listing, listing_name=chosen.name[:100],
            conditions=chosen.conditions[:500], sender=head.sender, contact=head.contact,
            note=head.note, again=head.again, firms=len(found.comes), sent_by=actor.code,
            sent_name=actor.name,
        )  # fmt: skip
        _keep(made, found)
        _tell_accounts(made, found)
        _tell(actor, "firm_notice.send", made, {
            "firms": (None, made.firms),
            "accounts": (None, len(found.reached)),
            "listing_name": (None, made.listing_name),
            "conditions": (None, made.conditions),
            "note": (None, made.note),
            "again": (None, made.again),
        })  # fmt: skip
    return made


def _check(head: Letterhead) -> None:
    if not head.sender.strip():
        raise refuse("sender", _("请填落款单位。"))
    if found := wording.forbidden(head.note, timing(timezone.localdate()).never):
        told = _("通知里不能写“%(words)s”：数据只能如实归集，不能引导企业改动。请换一种写法。")
        raise refuse("note", told, words="”“".join(found))


def _keep(made: FirmSending, found: Preview) -> None:
    FirmMessage.objects.bulk_create(
        FirmMessage(
            sending=made, party=each.party, cause=words.cause, title=words.title,
            text=words.text, accounts=each.accounts,
        )
        for each in found.comes
        for words in each.words
    )  # fmt: skip


def _tell_accounts(made: FirmSending, found: Preview) -> None:
    """One notice for each account, however many causes there are."""
    titles = {each.party.pk: [one.title for one in each.words] for each in found.reached}
    for party, user in queries.users_of(list(titles)):
        first, *others = titles[party]
        more = _("等%(count)s项") % {"count": len(others) + 1} if others else ""
        words = {"sender": made.sender, "title": first, "more": more}
        notify(
            user, _("%(sender)s通知：%(title)s%(more)s") % words, queries.message_address(made)
        )  # fmt: skip


# --- told otherwise


def told_otherwise(actor: Actor, keys: Sequence[int], way: str, on: date) -> int:
    """Say how and when firms without an account were told; gives how many messages that were.

    Raises `ValidationError` for a way that is not there, a day ahead or before the sending.
    """
    if way not in FirmMessage.Way.values:
        raise refuse("way", _("没有这种告知方式。请从列表中选择。"))
    with acting(actor, NOTIFY):
        if on > timezone.localdate():
            told = _("日期%(day)s在今天之后。请填已经发生的日期。")
            raise refuse("on", told, day=on.isoformat())
        rows = limit(FirmMessage.objects.all(), actor, NOTIFY).filter(
            pk__in=keys, accounts=0, told_on=None
        )
        locked = list(
            rows.select_for_update(of=("self",)).select_related("sending__region").order_by("pk")
        )
        early = [each for each in locked if on < timezone.localdate(each.sending.sent_at)]
        if early:
            day = timezone.localdate(early[0].sending.sent_at).isoformat()
            raise refuse("on", _("日期早于通知的日期（%(day)s）。"), day=day)
        by_sending: defaultdict[FirmSending, int] = defaultdict(int)
        for each in locked:
            each.told_on, each.told_by, each.told_name = on, way, actor.name
            by_sending[each.sending] += 1
        FirmMessage.objects.bulk_update(locked, ["told_on", "told_by", "told_name"])
        for sending, count in by_sending.items():
            _tell(actor, "firm_notice.told", sending, {
                "told_by": (None, str(FirmMessage.Way(way).label)),
                "told_on": (None, on.isoformat()),
                "firms": (None, count),
            })  # fmt: skip
    return len(locked)


# --- on paper


def unreached(actor: Actor, sending: FirmSending, verb: str) -> list[FirmMessage]:
    """The messages of a sending that nobody got yet and that an actor reaches with a verb."""
    rows = queries.messages(actor).filter(sending=sending)
    rows = queries.reached_is(limit(rows, actor, verb), "open")
    return list(rows.order_by("party__region__path", "party__name", "pk"))


def phone_list(actor: Actor, sending: FirmSending, reason: str) -> bytes:
    """The firms still to be told with contact and telephone number, as a workbook.

    Raises `ValidationError` where the reason is too short or there is nobody.
    """
    rows = unreached(actor, sending, REVEAL)
    if not rows:
        raise ValidationError(_("这次通知的企业都已告知，没有要打电话的。"))
    source, place = SourceRef("firm_sending", str(sending.pk)), Place(sending.region.path)
    if not actor.reaches(REVEAL, place):
        place = actor.place
    try:
        reveal(actor, source, "contact_phone", "", reason, place=place)
    except SecretError as error:
        raise ValidationError({"reason": str(error)}) from error
    contacts = {
        each.party.pk: each
        for each in Organisation.objects.filter(party__in={row.party.pk for row in rows})
        .select_related("party")
        .order_by("pk")
    }
    return _phones(sending, rows, contacts)


def _phones(sending: FirmSending, rows: Sequence[FirmMessage], contacts: dict[int, Any]) -> bytes:
    file = io.BytesIO()
    plainly = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(file, {"in_memory": True, **plainly})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same bytes always
    sheet = book.add_worksheet("电话名单")
    head = book.add_format({"bold": True, "border": 1})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    headers = ("序号", "企业", "统一社会信用代码", "区划", "联系人", "联系电话", "事由", "内容",
               "已告知（日期、方式）")  # fmt: skip
    widths = (6, 32, 22, 12, 12, 16, 36, 60, 20)
    for column, (name, width) in enumerate(zip(headers, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for number, row in enumerate(rows, start=1):
        contact = contacts[row.party.pk]
        values = (
            str(number), row.party.name, row.party.code, row.party.region.name,
            contact.contact_name, contact.contact_phone or "没有登记", row.title, row.text, "",
        )  # fmt: skip
        for column, value in enumerate(values):
            sheet.write_string(number, column, guarded(value), cell)
    sheet.freeze_panes(1, 2)
    book.close()
    return file.getvalue()


def letters(actor: Actor, sending: FirmSending) -> bytes:
    """A letter for each firm still to be told, each on a page of its own, as one Word file.

    Raises `ValidationError` where there is nobody, or too many for one file.
    """
    with acting(actor, NOTIFY_VIEW):
        rows = unreached(actor, sending, NOTIFY_VIEW)
        by_firm: dict[int, list[FirmMessage]] = {}
        for row in rows:
            by_firm.setdefault(row.party.pk, []).append(row)
        if not rows:
            raise ValidationError(_("这次通知的企业都已告知，没有要发书面通知的。"))
        if len(by_firm) > MOST_LETTERS:
            told = _("有%(count)s家要发书面通知，一份文件最多%(most)s家。请按区划分几次通知。")
            raise ValidationError(told % {"count": len(by_firm), "most": MOST_LETTERS})
        official = Official("告知书", sending.sender, timezone.localtime())
        for number, mine in enumerate(by_firm.values()):
            if number:
                official.new_page()
            _letter(official, sending, mine)
        _tell(actor, "firm_notice.letters", sending, {"firms": (None, len(by_firm))})
        return official.content()


def _letter(official: Official, sending: FirmSending, rows: Sequence[FirmMessage]) -> None:
    day = timezone.localdate(sending.sent_at)
    official.title("告知书")
    official.addressee(one_line(rows[0].party.name))
    words = [wording.Words(row.cause, row.title, row.text) for row in rows]
    for line in wording.whole(words, sending.note).splitlines():
        official.paragraph(one_line(line))
    if sending.contact:
        official.paragraph(f"（联系人：{one_line(sending.contact)}）")
    official.signed(one_line(sending.sender), f"{day.year}年{day.month}月{day.day}日")


def _tell(actor: Actor, action: str, sending: FirmSending, changes: audit.Changes) -> None:
    subject = SourceRef("firm_sending", str(sending.pk))
    place = Place(sending.region.path, "", sending.sent_by)
    audit.record(actor, audit.Line(action, subject, str(sending), place, changes))
