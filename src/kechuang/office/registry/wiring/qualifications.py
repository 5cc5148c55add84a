"""What titles put into the slots, the lists and the words of the trail."""

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
from kechuang.office.registry.lists.qualifications import QUALIFICATIONS
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.queries import qualifications as queries
from kechuang.office.registry.views import qualifications as views


def fill() -> None:
    """Titles are listed, found, opened, told in the trail, and have a tab of the dossier."""
    listings.fill(QUALIFICATIONS)
    dossier_tabs.fill(DossierTab("titles", _("资质与梯度"), 20, views.dossier_tab))
    search_sources.fill(SearchSource("qualifications", 42, queries.find))
    source_openers.fill(SourceOpener("qualification", 42, queries.address))
    words.fill(
        "qualification",
        _("资格称号"),
        {
            "qualification.create": _("登记称号"),
            "qualification.change": _("修改称号"),
            "qualification.await": _("设为到期待发证"),
            "qualification.stop_awaiting": _("不再待发证"),
            "qualification.cancel": _("登记撤销"),
            "qualification.reinstate": _("恢复称号"),
            "qualification.withdraw": _("撤回登记"),
        },
        fields_of(Qualification),
        Qualification,
    )
