"""What instruments put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    SearchSource,
    SourceOpener,
    search_sources,
    source_openers,
)
from kechuang.office.registry.lists import resources as lists
from kechuang.office.registry.models import Instrument
from kechuang.office.registry.queries import resources as queries


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    listings.fill(lists.INSTRUMENTS)
    search_sources.fill(SearchSource("instruments", 50, queries.find))
    source_openers.fill(SourceOpener("instrument", 50, queries.address))
    words.fill(
        "instrument",
        _("科研仪器"),
        {
            "instrument.create": _("登记仪器"),
            "instrument.change": _("修改仪器"),
            "instrument.retire": _("停用仪器"),
            "instrument.bring_back": _("恢复使用仪器"),
        },
        fields_of(Instrument),
        Instrument,
    )
