"""What fillings put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.filling.jobs import FILLING
from kechuang.office.desk.lists.fillings import FILLINGS
from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.jobs import kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    ListExport,
    MorningItems,
    SearchSource,
    SourceOpener,
    list_exports,
    morning_items,
    search_sources,
    source_openers,
)

ACTIONS: Final = {
    "filling.send": _("上传空白表"),
    "filling.sheet": _("换工作表"),
    "filling.map": _("对应表头"),
    "filling.choose": _("选定单位"),
    "filling.submit": _("开始填写"),
    "filling.fill": _("填好"),
    "filling.give_back": _("没有填成"),
    "filling.again": _("再填一次"),
}
FIELDS: Final = {
    **fields_of(Filling),
    "firms": _("单位数"),
    "gaps": _("缺项"),
    "added": _("加的行"),
    "unknown": _("认不出的行"),
    "of": _("原来的填表"),
}


def _from_list(query: str) -> str:
    """Where a form is filled for what the list of firms shows."""
    return f"{reverse('desk:filling_create')}?{urlencode({'query': query})}"


def fill() -> None:
    """Fillings are listed, found, opened, told in the trail; long ones are done by a job."""
    listings.fill(FILLINGS)
    kinds.fill(FILLING)
    search_sources.fill(SearchSource("fillings", 110, queries.find))
    morning_items.fill(MorningItems("fillings", _("来表套填"), 70, queries.morning))
    source_openers.fill(SourceOpener("filling", 110, queries.address))
    list_exports.fill(
        ListExport("fillings", _("填入空白表"), 60, queries.RUN, _from_list, "organisations")
    )
    words.fill("filling", _("来表套填"), ACTIONS, FIELDS, Filling)
