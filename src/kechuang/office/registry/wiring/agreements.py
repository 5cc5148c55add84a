"""What agreements put into the slots, the lists and the words of the trail."""

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
    queries = import_module("kechuang.office.registry.queries.agreements")
    model = import_module("kechuang.office.registry.models").Agreement
    lists = import_module("kechuang.office.registry.lists.agreements")
    listings.fill(lists.AGREEMENTS)
    views = import_module("kechuang.office.registry.views.agreements")
    dossier_tabs.fill(DossierTab("agreements", _("合同、协议与仪器"), 70, views.dossier_tab))
    search_sources.fill(SearchSource("agreements", 52, queries.find))
    source_openers.fill(SourceOpener("agreement", 52, queries.address))
    words.fill(
        "agreement",
        _("合作协议"),
        {
            "agreement.create": _("登记协议"),
            "agreement.change": _("修改协议"),
            "agreement.add_party": _("加一方"),
            "agreement.remove_party": _("移除一方"),
            "agreement.prolong": _("协议延期"),
            "agreement.end": _("提前终止协议"),
        },
        {**fields_of(model), "party": _("单位"), "role": _("身份")},
        model,
    )
