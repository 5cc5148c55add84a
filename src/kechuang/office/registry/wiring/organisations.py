"""What this part puts into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.secrets import Revealable, revealables
from kechuang.office.ground.slots import (
    DossierTab,
    PartyFollower,
    PartyPage,
    SearchSource,
    SourceOpener,
    dossier_tabs,
    party_followers,
    party_pages,
    search_sources,
    source_openers,
)
from kechuang.office.registry import dossier, trail
from kechuang.office.registry.lists.organisations import ORGANISATIONS
from kechuang.office.registry.models import Document, Organisation
from kechuang.office.registry.queries import organisations
from kechuang.office.registry.services.organisations import follow


def fill() -> None:
    """Called once when the room starts."""
    words.fill(
        "organisation",
        _("企业档案"),
        trail.ORGANISATION_ACTIONS,
        trail.ORGANISATION_FIELDS,
        Organisation,
    )
    words.fill("document", _("档案文件"), trail.DOCUMENT_ACTIONS, trail.DOCUMENT_FIELDS, Document)
    words.fill("tag", _("标签"), trail.TAG_ACTIONS, {"name": _("标签")})
    search_sources.fill(SearchSource("organisations", 5, organisations.find))
    source_openers.fill(SourceOpener("organisation", 10, organisations.address))
    party_pages.fill(PartyPage("organisations", 10, organisations.addresses))
    party_followers.fill(PartyFollower("organisations", 10, follow))
    listings.fill(ORGANISATIONS)
    revealables.fill(
        Revealable(
            "organisation-phone", 20, "organisation", "contact_phone", _("联系电话"), dossier.phone
        )
    )
    dossier_tabs.fill(DossierTab("basic", _("基本信息"), 10, dossier.basic))
    dossier_tabs.fill(DossierTab("documents", _("文件"), 75, dossier.documents))
    dossier_tabs.fill(DossierTab("timeline", _("大事记"), 85, dossier.events))
    dossier_tabs.fill(DossierTab("history", _("变更记录"), 90, dossier.history))
