"""What the cultivation pool puts into the slots, the lists, the day and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.daily import DailyTask, daily
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    DossierTab,
    MorningItems,
    SourceOpener,
    dossier_tabs,
    morning_items,
    source_openers,
)
from kechuang.office.policies import trail
from kechuang.office.policies.lists.pool import POOL_LIST
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.queries import pool
from kechuang.office.policies.services.pool import remind
from kechuang.office.policies.telling import POOL
from kechuang.office.policies.views.pool import dossier_tab


def fill() -> None:
    """Entries are listed, opened, told in the trail, each morning and to mentors; a tab."""
    listings.fill(POOL_LIST)
    dossier_tabs.fill(DossierTab("pool", _("培育"), 55, dossier_tab, POOL))
    morning_items.fill(MorningItems("pool", _("培育库"), 25, pool.items))
    daily.fill(DailyTask("pool", _("提醒培育的下一步"), 60, remind))
    words.fill("pool_entry", _("培育"), trail.POOL_ACTIONS, trail.POOL_FIELDS, PoolEntry)
    source_openers.fill(SourceOpener("pool_entry", 62, pool.address))
