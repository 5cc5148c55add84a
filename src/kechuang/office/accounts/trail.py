"""What the audit trail and the page of masked values know of accounts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.models import User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.services import place_of
from kechuang.office.accounts.views import ACTIONS, FIELDS
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, Found, Revealable, revealables

SIGNING = {
    "session.started": _("登录"),
    "session.failed": _("登录未成功"),
    "session.locked": _("连续登录失败，锁定"),
    "session.signed_out": _("退出登录"),
    "session.expired": _("登录到时自动结束"),
    "factor.failed": _("验证码不对"),
    "factor.changed": _("查看或使用备用码"),
    "role.switched": _("切换角色"),
}


def fill() -> None:
    """Give the words of accounts, of roles and of every permission; telephones can be revealed."""
    words.fill("user", _("账号"), {**SIGNING, **ACTIONS}, FIELDS, User)
    words.fill(
        "token",
        _("接口令牌"),
        {"token.refused": _("令牌登录未成功")},
        {"untold": _("其间同样的次数")},
    )
    words.fill_actions({verb.code: verb.name for verb in matrix().verbs.values()})
    words.fill_roles({role.code: role.name for role in matrix().roles.values()})
    revealables.fill(Revealable("user-phone", 10, "user", "phone", _("电话"), _phone))


def _phone(actor: Actor, username: str) -> Found | None:
    reached = limit(User.objects.select_related("region"), actor, REVEAL)
    user = reached.filter(username=username).first()
    if user is None or not user.phone:
        return None
    back = reverse("accounts:record", args=[username])
    return Found(place_of(user), user.phone, user.name, back)
