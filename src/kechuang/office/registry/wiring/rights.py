"""What rights put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    DossierTab,
    SearchSource,
    SourceOpener,
    dossier_tabs,
    search_sources,
    source_openers,
)
from kechuang.office.registry.lists import rights as lists
from kechuang.office.registry.models import IntellectualProperty
from kechuang.office.registry.queries import rights as queries
from kechuang.office.registry.views import rights as views


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    listings.fill(lists.PROPERTIES)
    dossier_tabs.fill(DossierTab("rights", _("知识产权"), 40, views.dossier_tab))
    search_sources.fill(SearchSource("properties", 44, queries.find))
    source_openers.fill(SourceOpener("property", 44, queries.address))
    words.fill(
        "property",
        _("知识产权"),
        {
            "property.create": _("登记知识产权"),
            "property.change": _("修改知识产权"),
            "property.grant": _("登记授权"),
            "property.lapse": _("登记失效"),
            "property.transfer": _("登记转让"),
            "property.acquire": _("受让"),
            "property.take_back": _("撤销转让"),
            "property.return": _("受让被撤销"),
        },
        {
            **fields_of(IntellectualProperty),
            "to_party": _("受让人"),
            "from_party": _("转让人"),
        },
        IntellectualProperty,
    )
