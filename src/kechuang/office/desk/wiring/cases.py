"""What this part puts into the slots, the lists and the words of the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.lists.cases import CASES
from kechuang.office.desk.models import Case
from kechuang.office.desk.queries import cases
from kechuang.office.desk.services.cases import RULE
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import (
    SearchSource,
    SourceOpener,
    merge_rules,
    search_sources,
    source_openers,
)


def fill() -> None:
    """Called once when the room starts."""
    listings.fill(CASES)
    search_sources.fill(SearchSource("cases", 62, cases.find))
    source_openers.fill(SourceOpener("case", 84, cases.address))
    merge_rules.fill(RULE)
    words.fill(
        "case",
        _("典型案例"),
        {
            "case.create": _("编写案例"),
            "case.change": _("修改案例"),
            "case.add_figure": _("登记数字"),
            "case.remove_figure": _("移除数字"),
            "case.add_proof": _("加入佐证"),
            "case.remove_proof": _("移除佐证"),
            "case.state": _("变更状态"),
            "case.use": _("登记使用"),
            "case.export": _("下载 Word"),
        },
        {
            **fields_of(Case),
            "figure": _("数字"),
            "source": _("来源"),
            "proof": _("佐证"),
            "claim": _("证明的说法"),
            "where": _("用在哪里"),
            "on": _("日期"),
        },
        Case,
    )
