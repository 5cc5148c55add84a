"""What filings put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.filings import trail
from kechuang.office.filings.lists.filings import CHASE, FILINGS
from kechuang.office.filings.merging import RULE
from kechuang.office.filings.models import Filing, StageEntry
from kechuang.office.filings.queries import filings, morning
from kechuang.office.filings.views import filings as views
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    DossierTab,
    MorningItems,
    SearchSource,
    SourceOpener,
    dossier_tabs,
    merge_rules,
    morning_items,
    search_sources,
    source_openers,
)


def fill() -> None:
    """Filings are listed, found, opened, told in the trail and each morning; they have a tab."""
    listings.fill(FILINGS)
    listings.fill(CHASE)
    dossier_tabs.fill(DossierTab("filings", _("申报"), 50, views.dossier_tab, "filing.view"))
    morning_items.fill(MorningItems("filings", _("申报台账"), 20, morning.items))
    words.fill("filing", _("申报"), trail.FILING_ACTIONS, trail.FILING_FIELDS, Filing, StageEntry)
    source_openers.fill(SourceOpener("filing", 51, filings.address))
    search_sources.fill(SearchSource("filings", 50, filings.find))
    merge_rules.fill(RULE)
