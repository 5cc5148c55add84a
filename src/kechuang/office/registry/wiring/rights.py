"""What rights put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from importlib import import_module

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


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    queries = import_module("kechuang.office.registry.queries.rights")
    model = import_module("kechuang.office.registry.models").IntellectualProperty
    lists = import_module("kechuang.office.registry.lists.rights")
    listings.fill(lists.PROPERTIES)
    views = import_module("kechuang.office.registry.views.rights")
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
        },
        fields_of(model),
        model,
    )
