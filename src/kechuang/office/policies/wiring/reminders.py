"""What reminders put into the slots, the lists, the day, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.daily import DailyTask, daily
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    DossierTab,
    MergeRule,
    PartyFollower,
    SourceOpener,
    dossier_tabs,
    merge_rules,
    party_followers,
    source_openers,
)
from kechuang.office.policies import reminder_moving
from kechuang.office.policies.lists.notifying import FIRM_MESSAGES, OWN_MESSAGES, SENDINGS
from kechuang.office.policies.lists.reminders import REMINDERS
from kechuang.office.policies.models import FirmMessage, FirmSending, ReminderKind
from kechuang.office.policies.queries import notifying
from kechuang.office.policies.reminder_jobs import REMINDING
from kechuang.office.policies.services.reminders import submit_today
from kechuang.office.policies.telling import REMIND
from kechuang.office.policies.views.reminders import dossier_tab

FIELDS = {kind.value: kind.label for kind in ReminderKind}
SENDING_ACTIONS = {
    "firm_notice.send": _("通知企业"),
    "firm_notice.told": _("登记已告知"),
    "firm_notice.letters": _("生成书面通知"),
}
SENDING_FIELDS = {
    **fields_of(FirmMessage), **fields_of(FirmSending), "accounts": _("已送到账号"),
}  # fmt: skip


def fill() -> None:
    """Reminders are found each day, listed, and go along with a firm."""
    for listing in (REMINDERS, SENDINGS, FIRM_MESSAGES, OWN_MESSAGES):
        listings.fill(listing)
    kinds.fill(REMINDING)
    daily.fill(DailyTask("reminders", _("查找提醒、发送摘要"), 65, submit_today))
    dossier_tabs.fill(DossierTab("reminders", _("提醒"), 56, dossier_tab, REMIND))
    words.fill("reminders", _("提醒"), {"reminder.choose": _("修改提醒设置")}, FIELDS)
    merge_rules.fill(
        MergeRule("policies-reminders", 46, reminder_moving.COVERS, reminder_moving.move)
    )
    words.fill("firm_sending", _("通知企业"), SENDING_ACTIONS, SENDING_FIELDS, FirmSending)
    source_openers.fill(SourceOpener("firm_sending", 63, notifying.address))
    party_followers.fill(PartyFollower("policies-reminders", 46, reminder_moving.follow))
