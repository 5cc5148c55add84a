"""What this part puts into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import DossierTab, dossier_tabs
from kechuang.office.registry import fact_pages as pages
from kechuang.office.registry import fact_tabs as tabs
from kechuang.office.registry import models
from kechuang.office.registry.lists import facts as lists


def fill() -> None:
    """Called once when the room starts."""
    for listing in (lists.FACTS, lists.MISSING, lists.DOUBTS):
        listings.fill(listing)
    dossier_tabs.fill(DossierTab("facts", _("研发与财务"), 30, tabs.facts_tab))
    dossier_tabs.fill(DossierTab("doubts", _("存疑的数据"), 80, tabs.doubts_tab))
    words.fill("yearly_fact", _("年度数据"), pages.ACTIONS, pages.names_in_trail())
    words.fill("registry", _("一企一档"), {"registry.fill": _("写入示例数据")}, {})
    counts = {"found": _("新发现"), "again": _("再次发现"), "gone": _("已改正")}
    words.fill(
        "doubt",
        _("存疑的数据"),
        pages.DOUBT_ACTIONS,
        {**fields_of(models.Doubt), **counts},
        models.Doubt,
    )
