"""What people put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.secrets import Revealable, revealables
from kechuang.office.ground.slots import (
    SearchSource,
    SourceOpener,
    search_sources,
    source_openers,
)
from kechuang.office.registry.lists import people as lists
from kechuang.office.registry.models import Person
from kechuang.office.registry.queries import people as queries
from kechuang.office.registry.trail import MERGE_FIELDS


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    listings.fill(lists.PEOPLE)
    search_sources.fill(SearchSource("people", 48, queries.find))
    source_openers.fill(SourceOpener("person", 48, queries.address))
    words.fill(
        "person",
        _("人才"),
        {
            "person.create": _("登记人才"),
            "person.change": _("修改人才"),
            "person.join": _("登记单位"),
            "person.leave": _("登记离开单位"),
            "person.fields": _("修改领域"),
            "person.retire": _("出库"),
            "person.bring_back": _("重新入库"),
            "person.merge": _("合并重复人员"),
        },
        {
            **fields_of(Person),
            "fields": _("领域"),
            "organisation": _("单位"),
            "post": _("职务"),
            "until": _("至"),
            **MERGE_FIELDS,
        },
        Person,
    )
    revealables.fill(Revealable("person-phone", 40, "person", "phone", _("手机"), queries.phone))
    revealables.fill(
        Revealable(
            "person-identity", 41, "person", "identity_number", _("证件号码"), queries.identity
        )
    )
