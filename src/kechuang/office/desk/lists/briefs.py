"""The list of firms of which a brief can be made."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.queries.briefs import VERB, firms
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.organisations import by_title, code_of
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.organisations import search
from kechuang.office.registry.standing import options


def _address(row: Any) -> str:
    return reverse("desk:brief", args=[row.party.code])


BRIEFS: Final = Listing(
    code="briefs",
    name=_("企业简介"),
    verb=VERB,
    queryset=firms,
    columns=(
        Column("name", _("名称"), lambda row: row.party.name, sort="initials", link=_address),
        Column("code", _("统一社会信用代码"), code_of),
        Column("region", _("区划"), lambda row: row.party.region.name, sort="party__region__path"),
        Column("business", _("主营业务"), lambda row: row.main_business),
    ),
    filters=(
        by_region("party__region", VERB),
        Filter(
            "kind",
            _("类型"),
            "choice",
            lambda rows, kind: rows.filter(kind=kind),
            lambda _actor: Organisation.Kind.choices,
        ),
        Filter(
            "title",
            _("现有称号"),
            "choice",
            by_title,
            lambda _actor: options("titles", "title").items(),
            verb="qualification.view",
        ),
    ),
    search=search,
    searched=_("名称、代码、曾用名、拼音首字母"),
    sort="name",
    empty=_("还没有企业档案。请先在“一企一档”新增或导入企业。"),
    bulk=(Bulk("several", _("编写所选企业的简介"), "desk:briefs_several", VERB),),
)
