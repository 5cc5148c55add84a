"""What reminders put into the slots, the lists, the day, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.daily import DailyTask, daily
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    DossierTab,
    MergeRule,
    PartyFollower,
    dossier_tabs,
    merge_rules,
    party_followers,
)
from kechuang.office.policies import reminder_moving
from kechuang.office.policies.lists.reminders import REMINDERS
from kechuang.office.policies.models import ReminderKind
from kechuang.office.policies.reminder_jobs import REMINDING
from kechuang.office.policies.services.reminders import submit_today
from kechuang.office.policies.telling import REMIND
from kechuang.office.policies.views.reminders import dossier_tab

FIELDS = {kind.value: kind.label for kind in ReminderKind}


def fill() -> None:
    """Reminders are found each day, listed, and go along with a firm."""
    listings.fill(REMINDERS)
    kinds.fill(REMINDING)
    daily.fill(DailyTask("reminders", _("查找提醒、发送摘要"), 65, submit_today))
    dossier_tabs.fill(DossierTab("reminders", _("提醒"), 56, dossier_tab, REMIND))
    words.fill("reminders", _("提醒"), {"reminder.choose": _("修改提醒设置")}, FIELDS)
    merge_rules.fill(
        MergeRule("policies-reminders", 46, reminder_moving.COVERS, reminder_moving.move)
    )
    party_followers.fill(PartyFollower("policies-reminders", 46, reminder_moving.follow))
