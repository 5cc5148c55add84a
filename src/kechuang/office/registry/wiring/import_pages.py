"""What the pages of imports put into the slots, the lists and the words of the trail."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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
from kechuang.office.registry.imports import exports, listing, tables
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.queries import import_batches as queries

LISTS: Final = (
    ("organisations", "organisations", "registry.export"),
    ("registry_facts", "yearly_facts", "fact.export"),
    ("qualifications", "qualifications", "registry.export"),
    ("properties", "rights", "registry.export"),
    ("platforms", "platforms", "registry.export"),
    ("people", "people", "registry.export"),
)
"""The lists that can be exported as a template: their code, the purpose, the verb."""


def _export_url(listing: str, purpose: str, query: str) -> str:
    """Where what a list shows is exported in the form of a template."""
    asked = urlencode({"purpose": purpose, "listing": listing, "query": query})
    return f"{reverse('registry:import_export')}?{asked}"


def fill() -> None:
    """Imports are listed, found, opened, told in the trail; exports are made by a job."""
    listings.fill(listing.BATCHES)
    kinds.fill(exports.EXPORTING)
    search_sources.fill(SearchSource("imports", 90, queries.find))
    morning_items.fill(MorningItems("imports", _("导入"), 60, queries.morning))
    source_openers.fill(SourceOpener("import", 90, queries.address))
    for code, purpose, verb in LISTS:
        url = partial(_export_url, code, purpose)
        list_exports.fill(ListExport(code, _("按模板导出"), 50, verb, url))
    words.fill(
        "import",
        _("导入"),
        {
            "import.send": _("上传表格"),
            "import.map": _("对应表头"),
            "import.check": _("检查完毕"),
            "import.refuse": _("没有通过检查"),
            "import.confirm": _("确认导入"),
            "import.give_back": _("没有写成，退回待确认"),
            "import.write": _("写入完毕"),
            "import.drop": _("放弃导入"),
            "import.undo": _("要求撤销导入"),
            "import.undone": _("撤销完毕"),
        },
        {
            **fields_of(ImportBatch),
            **listing.COUNTS,
            "written": _("写入"),
            "undone": _("已撤销"),
            "kept": _("没有撤销"),
            **{f"records.{table}": name for table, name in tables.TABLES.items()},
        },
        ImportBatch,
    )
