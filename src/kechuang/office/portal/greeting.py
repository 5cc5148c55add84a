"""The question that the first page of a role answers, and what to do when nothing waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.slots import Text


@dataclass(frozen=True, slots=True)
class Greeting:
    """The title of the first page, what it is about, and what it says when nothing waits."""

    title: Text
    about: Text
    nothing: Text


ADMINISTRATION: Final = Greeting(
    _("管理"),
    _("本角色负责的管理事项。"),
    _("没有待办的管理事项。需要时从左侧进入。"),
)
GREETINGS: Final = {
    "officer": Greeting(
        _("今日"),
        _("今天要办的、快到期的、出了问题的。"),
        _("今天没有待办。可以上传报告，或查看任务。"),
    ),
    "reviewer": Greeting(_("今日"), _("等您复核的事项，先到的在前。"), _("没有等待复核的事项。")),
    "finance_officer": Greeting(
        _("今日"), _("要支付的批次和要登记的结果。"), _("没有要支付或登记的事项。")
    ),
    "leader": Greeting(_("一屏"), _("需要您知道和决定的事项。"), _("没有需要您处理的事项。")),
    "system_administrator": ADMINISTRATION,
    "security_administrator": ADMINISTRATION,
    "audit_administrator": ADMINISTRATION,
}
ANYONE: Final = Greeting(_("首页"), _("需要您办的事项和期限。"), _("没有需要您办的事项。"))
WITHOUT_ROLE: Final = Greeting(
    _("首页"),
    _("您的账号还没有角色，因此看不到任何业务。"),
    _("请联系本单位的安全管理员授予角色；授予后重新打开本页即可。"),
)


def greeting(role: str) -> Greeting:
    """What the first page of this role says."""
    return GREETINGS.get(role, ANYONE) if role else WITHOUT_ROLE
