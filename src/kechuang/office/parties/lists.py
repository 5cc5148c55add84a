"""The list of parties."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Column, Filter, Listing
from kechuang.office.parties.models import Party
from kechuang.office.parties.queries import search, visible
from kechuang.office.regions.filters import by_region


def _kinds(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in Party.Kind]


def _by_kind(queryset: QuerySet[Party], kind: str) -> QuerySet[Party]:
    return queryset.filter(kind=kind)


PARTIES = Listing(
    code="parties",
    name=_("主体"),
    verb="party.view",
    queryset=visible,
    columns=(
        Column(
            "name",
            _("名称"),
            lambda row: row.name,
            sort="name",
            link=lambda row: address("parties:record", row.code),
        ),
        Column("code", _("代码"), lambda row: row.code, sort="code"),
        Column("kind", _("种类"), lambda row: Party.Kind(row.kind).label, sort="kind"),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
    ),
    filters=(
        Filter("kind", _("种类"), "choice", apply=_by_kind, choices=_kinds),
        by_region("region", "party.view"),
    ),
    search=search,
    sort="code",
    empty=_("没有符合条件的主体。请放宽条件，或点“新增主体”。"),
    searched=_("名称、代码"),
)
