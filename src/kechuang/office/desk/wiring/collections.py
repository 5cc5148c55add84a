"""What collections put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk import collection_jobs as job_runs
from kechuang.office.desk.lists import collections as lists
from kechuang.office.desk.models import Collection, CollectionPart
from kechuang.office.desk.queries import collections as queries
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.jobs import JobKind, kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.models import Job
from kechuang.office.ground.secrets import Revealable, revealables
from kechuang.office.ground.slots import (
    MergeRule,
    MorningItems,
    SearchSource,
    SourceOpener,
    merge_rules,
    morning_items,
    search_sources,
    source_openers,
)
from kechuang.office.parties.models import Party

ACTIONS: Final = {
    "collection.create": _("新建下发"),
    "collection.change": _("修改下发"),
    "collection.set_up": _("设定填报"),
    "collection.contact": _("修改联系人"),
    "collection.send": _("开始拆分"),
    "collection.sent": _("下发"),
    "collection.fetch": _("下载填报表"),
    "collection.take": _("收到回表"),
    "collection.refuse": _("退回回表"),
    "collection.scan": _("附盖章页"),
    "collection.withdraw": _("撤销回表"),
    "collection.remind": _("催报"),
    "collection.merge": _("开始汇总"),
    "collection.merged": _("汇总"),
    "collection.decide": _("选定冲突"),
    "collection.close": _("定稿"),
    "collection.reopen": _("重开定稿"),
}
FIELDS: Final = {
    "parts": _("份数"),
    "part": _("填报单位"),
    "return": _("回表"),
    "returns": _("回表份数"),
    "scan": _("盖章页"),
    "cell": _("格"),
    "chosen": _("采用"),
    "missing": _("未报"),
    "told": _("已通知"),
    "returned": _("已报"),
    "conflicts": _("冲突"),
    "open": _("未处理的冲突"),
    "added": _("增加的行"),
    "gone": _("少掉的行"),
    "slips": _("疑为单位用错"),
    "left_out": _("未能并入的行"),
    "contact_name": _("联系人"),
    "contact_phone": _("联系电话"),
}


def fill() -> None:
    """Called once when the room starts."""
    listings.fill(lists.COLLECTIONS)
    listings.fill(lists.PARTS)
    search_sources.fill(SearchSource("collections", 64, queries.find))
    source_openers.fill(SourceOpener("collection", 64, queries.address))
    morning_items.fill(MorningItems("collections", _("下发汇总"), 64, queries.morning))
    merge_rules.fill(MergeRule("collections", 64, ("desk.CollectionPart.party",), _move))
    words.fill(
        "collection", _("下发汇总"), ACTIONS, {**fields_of(Collection), **FIELDS}, Collection
    )
    revealables.fill(
        Revealable(
            "collection-phone", 64, "collection", "contact_phone", _("联系电话"), queries.phone
        )
    )
    _fill_jobs()


def _fill_jobs() -> None:
    split = (_("逐份拆分"), _("打包"))
    kinds.fill(
        JobKind(
            "collection.send", _("拆分表格"), 64, split, job_runs.run_send, _url, repeatable=False
        )
    )
    read = (_("逐份核对"),)
    kinds.fill(
        JobKind(
            "collection.take", _("核对回表"), 65, read, job_runs.run_take, _url, repeatable=False
        )
    )
    joined = (_("逐个单位汇总"), _("写汇总表"))
    kinds.fill(
        JobKind(
            "collection.merge",
            _("汇总回表"),
            66,
            joined,
            job_runs.run_merge,
            _url,
            repeatable=False,
        )
    )


def _url(job: Job) -> str:
    return reverse("desk:collection", args=[job.arguments["collection"]])


def _move(actor: Actor, goes: str, stays: str) -> None:
    """What was asked of one organisation is asked of the one that goes on."""
    CollectionPart.objects.filter(party__code=goes).update(party=Party.objects.get(code=stays))
