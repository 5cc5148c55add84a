"""What this part puts into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.lists.incoming import INCOMING
from kechuang.office.desk.models import DueItem, Letter
from kechuang.office.desk.queries import calendar, incoming
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    MorningItems,
    SearchSource,
    SourceOpener,
    morning_items,
    search_sources,
    source_openers,
)


def fill() -> None:
    """Called once when the room starts."""
    listings.fill(INCOMING)
    morning_items.fill(MorningItems("incoming", _("来文办理"), 20, incoming.morning))
    morning_items.fill(MorningItems("calendar", _("日历"), 25, calendar.morning))
    search_sources.fill(SearchSource("letters", 60, incoming.find))
    source_openers.fill(SourceOpener("letter", 82, incoming.address))
    words.fill(
        "letter",
        _("来文"),
        {
            "letter.register": _("登记来文"),
            "letter.change": _("修改来文"),
            "letter.assign": _("交办"),
            "letter.answer": _("办完"),
            "letter.send": _("登记报送"),
            "letter.finish": _("办结"),
            "letter.reopen": _("重新打开"),
            "letter.read": _("下载来文"),
        },
        {
            **fields_of(Letter),
            "users": _("承办人"),
            "task_due": _("期限"),
            "answer": _("办理情况"),
            "to": _("报送单位"),
            "reply": _("报送材料"),
            "sent_on": _("报送日期"),
            "sha256": "SHA-256",
        },
        Letter,
    )
    words.fill(
        "due",
        _("日历事项"),
        {
            "due.set": _("修改日历事项"),
            "due.mark": _("标为完成"),
            "due.unmark": _("撤销完成"),
        },
        {
            **fields_of(DueItem),
            "day": _("规定日期"),
            "note": _("说明"),
        },
        DueItem,
    )
