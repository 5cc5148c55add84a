"""What agreements put into the slots, the lists and the words of the trail."""

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
from kechuang.office.registry.lists import agreements as lists
from kechuang.office.registry.models import Agreement
from kechuang.office.registry.queries import agreements as queries
from kechuang.office.registry.views import agreements as views


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    listings.fill(lists.AGREEMENTS)
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
            "agreement.attach": _("存入协议文本"),
            "agreement.prolong": _("协议延期"),
            "agreement.end": _("提前终止协议"),
        },
        {**fields_of(Agreement), "party": _("单位"), "role": _("身份"), "sha256": "SHA-256"},
        Agreement,
    )
