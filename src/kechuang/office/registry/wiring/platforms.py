"""What platforms put into the slots, the lists and the words of the trail."""

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
from kechuang.office.registry.lists import platforms as lists
from kechuang.office.registry.models import Platform
from kechuang.office.registry.queries import platforms as queries
from kechuang.office.registry.views import platforms as views

_OTHERS = {
    "partner": _("共建单位"),
    "member": _("人员"),
    "until": _("至"),
    "year": _("考核年度"),
    "grade": _("等次"),
    "score": _("得分"),
    "consequence": _("处理"),
    "room": _("房间"),
    "area": _("面积（0.01平方米）"),
    "firm": _("企业"),
    "entered_on": _("入驻日期"),
    "left_on": _("离开日期"),
}


def fill() -> None:
    """Say what this part lists, finds, opens, shows in the dossier and tells in the trail."""
    listings.fill(lists.PLATFORMS)
    listings.fill(lists.STAYS)
    dossier_tabs.fill(DossierTab("platforms", _("平台与人才"), 60, views.dossier_tab))
    search_sources.fill(SearchSource("platforms", 46, queries.find))
    source_openers.fill(SourceOpener("platform", 46, queries.address))
    words.fill(
        "platform",
        _("创新平台"),
        {
            "platform.create": _("登记平台"),
            "platform.change": _("修改平台"),
            "platform.assess": _("登记考核"),
            "platform.correct": _("限期整改"),
            "platform.restore": _("登记运行"),
            "platform.cancel": _("登记撤销"),
            "platform.add_partner": _("加共建单位"),
            "platform.end_partner": _("结束共建"),
            "platform.add_member": _("加平台人员"),
            "platform.end_member": _("离开平台"),
            "platform.add_room": _("加房间"),
            "platform.change_room": _("修改房间"),
            "platform.enter": _("企业入驻"),
            "platform.graduated": _("企业毕业"),
            "platform.handed_on": _("转入下一级载体"),
            "platform.left": _("企业退出"),
            "platform.move": _("换房"),
        },
        {**fields_of(Platform), **_OTHERS},
        Platform,
    )
