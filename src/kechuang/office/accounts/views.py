"""Pages about people: who there is, what they hold, and each act upon it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from kechuang.office.accounts import queries, services
from kechuang.office.accounts.forms import (
    GrantForm,
    IdentityForm,
    NewUserForm,
    ReasonForm,
    UserForm,
)
from kechuang.office.accounts.lists import USERS, state_of
from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import Role, matrix
from kechuang.office.accounts.sessions import browser_name, lasts
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.slots import SourceRef

ACTIONS = {
    "account.created": gettext_lazy("新增账号"),
    "account.changed": gettext_lazy("修改账号"),
    "account.deactivated": gettext_lazy("停用账号"),
    "account.reactivated": gettext_lazy("重新启用"),
    "password.reset": gettext_lazy("重置口令"),
    "password.changed": gettext_lazy("修改口令"),
    "membership.granted": gettext_lazy("授予角色"),
    "membership.revoked": gettext_lazy("收回角色"),
    "membership.moved": gettext_lazy("单位合并，角色转到保留的档案"),
    "factor.added": gettext_lazy("启用第二重验证"),
    "factor.removed": gettext_lazy("停用第二重验证"),
    "factor.reset": gettext_lazy("解除第二重验证"),
    "identity.linked": gettext_lazy("关联统一身份"),
    "identity.unlinked": gettext_lazy("解除统一身份"),
    "lockout.lifted": gettext_lazy("解除锁定"),
    "session.ended": gettext_lazy("结束登录"),
}
FIELDS = {
    "username": gettext_lazy("账号"),
    "name": gettext_lazy("姓名"),
    "phone": gettext_lazy("电话"),
    "region": gettext_lazy("区划"),
    "role": gettext_lazy("角色"),
    "party": gettext_lazy("单位"),
    "since": gettext_lazy("起"),
    "until": gettext_lazy("止"),
    "active": gettext_lazy("启用"),
    "sessions": gettext_lazy("登录数"),
    "tokens": gettext_lazy("令牌数"),
    "failures": gettext_lazy("失败次数"),
    "factor": gettext_lazy("第二重验证"),
    "subject": gettext_lazy("统一身份编号"),
    "address": gettext_lazy("来处"),
}


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _user(request: HttpRequest, username: str) -> User:
    return get_object_or_404(queries.visible_users(_actor(request)), username=username)


def user_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody whose account the actor may see."""
    may_create = _actor(request).reach("account.create") is not None
    return list_page(request, USERS, template="accounts/list.html", may_create=may_create)


def record(request: HttpRequest, username: str) -> HttpResponse:
    """One user: what is known, what they hold, where they are signed in, what was changed."""
    actor, user = _actor(request), _user(request, username)
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    identities = SocialAccount.objects.filter(user=user).values_list("uid", flat=True)
    facts = [
        (_("账号"), user.username),
        (_("状态"), state_of(user)),
        (_("管理区划"), user.region),
        (_("电话"), masked("phone", user.phone)),
        (_("第二重验证"), _("已启用") if factor else _("未启用")),
        (_("统一身份"), "、".join(identities) or _("未关联")),
        (_("最近登录"), user.last_login or _("从未登录")),
        (_("口令修改时间"), user.password_changed_at),
        (_("建立时间"), user.created_at),
    ]
    verbs = ("account.change", "membership.grant", "membership.revoke", "session.end")
    may = {verb.replace(".", "_"): actor.reaches(verb, services.place_of(user)) for verb in verbs}
    context = {
        "person": user,
        "facts": facts,
        "held": _held(queries.memberships_of(actor, user)),
        "sessions": [
            {"session": each, "browser": browser_name(each.user_agent)}
            for each in queries.visible_sessions(actor, user)
            if lasts(each)
        ],
        "sees_sessions": actor.reach("session.view") is not None,
        "failures": queries.failures(user.username) if actor.reach("lockout.lift") else 0,
        "may_reset_factor": factor and actor.reach("factor.reset") is not None,
        "may_reveal": bool(user.phone) and actor.reach("secret.reveal") is not None,
        "himself": actor.code == user.username,
        "may": may,
        "history": history(SourceRef("user", user.username), ACTIONS, FIELDS, (User,)),
    }
    return render(request, "accounts/record.html", context)


def speaks_for(role: Role) -> str:
    """Whom a role without a named organisation speaks for."""
    return _("本局") if "bureau" in role.speaks_for else _("不代表单位")


def _held(rows: Any) -> list[dict[str, Any]]:
    roles = matrix().roles
    return [
        {
            "membership": each,
            "name": _(roles[each.role].name),
            "speaks_for": each.party or speaks_for(roles[each.role]),
        }
        for each in rows
    ]


# --- acts: a form, what it will do, and the button that says so


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it; where the service says that a value does not fit, the form says so."""
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _task(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/task.html", {"form": form, **context}, status=status)


@never_cache
def _told_once(request: HttpRequest, user: User, password: str, what: str) -> HttpResponse:
    context = {"person": user, "password": password, "what": what}
    return render(request, "accounts/password_once.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """A new user; the answer shows the one-time password."""
    form = NewUserForm(_actor(request), request.POST or None, verb="account.create")
    made: list[tuple[User, str]] = []
    if form.is_valid() and _done(
        form, lambda: made.append(services.create_user(_actor(request), **form.cleaned_data))
    ):
        user, password = made[0]
        return _told_once(request, user, password, _("账号已建立，还没有角色。"))
    return _task(
        request,
        form,
        title=_("新增账号"),
        lead=_("建好后会显示一次性口令，本人首次登录时要改掉；能办什么由安全管理员授予。"),
        button=_("新增账号"),
        cancel=reverse("accounts:list"),
    )


def change(request: HttpRequest, username: str) -> HttpResponse:
    """Name, telephone, and who manages the account."""
    actor, user = _actor(request), _user(request, username)
    initial = {"name": user.name, "phone": user.phone, "region": user.region}
    form = UserForm(actor, request.POST or None, verb="account.change", initial=initial)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "phone", "region")}
        if _done(form, lambda: services.change_user(actor, user, **values)):
            messages.success(request, _("已修改%(name)s的资料。") % {"name": user.name})
            return redirect("accounts:record", username)
    return _task(
        request,
        form,
        title=_("修改%(name)s的资料") % {"name": user.name},
        lead="",
        button=_("保存修改"),
        cancel=reverse("accounts:record", args=[username]),
    )


def deactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Stop an account."""
    actor, user = _actor(request), _user(request, username)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        ended = services.deactivate_user(actor, user, form.cleaned_data["reason"])
        text = _("已停用%(name)s的账号，结束了%(ended)d处登录。角色还在，重新启用后照旧。")
        messages.success(request, text % {"name": user.name, "ended": ended})
        return redirect("accounts:record", username)
    return _task(
        request,
        form,
        title=_("停用%(name)s的账号") % {"name": user.name},
        lead=_("停用后不能登录，正在用的登录立即结束，接口令牌作废。所办的事都保留。"),
        button=_("停用账号"),
        danger=True,
        cancel=reverse("accounts:record", args=[username]),
    )


def reactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Start a stopped account again."""
    user = _user(request, username)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = services.reactivate_user(_actor(request), user)
        return _told_once(request, user, password, _("账号已重新启用，原口令作废。"))
    return _task(
        request,
        form,
        title=_("重新启用%(name)s的账号") % {"name": user.name},
        lead=_("会给出一个新的一次性口令，首次登录时要改掉。"),
        button=_("重新启用"),
        cancel=reverse("accounts:record", args=[username]),
    )


def reset_password(request: HttpRequest, username: str) -> HttpResponse:
    """A new one-time password for somebody who forgot theirs."""
    user = _user(request, username)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = services.reset_password(_actor(request), user)
        return _told_once(request, user, password, _("口令已重置，原口令作废，登录已结束。"))
    return _task(
        request,
        form,
        title=_("重置%(name)s的口令") % {"name": user.name},
        lead=_("请先核实是本人提出。原口令作废，所有登录立即结束；第二重验证不变。"),
        button=_("重置口令"),
        danger=True,
        cancel=reverse("accounts:record", args=[username]),
    )


def grant(request: HttpRequest, username: str) -> HttpResponse:
    """Give a role."""
    actor, user = _actor(request), _user(request, username)
    form = GrantForm(actor, request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        role = matrix().roles[values["role"]]
        if _done(form, lambda: services.grant_membership(actor, user, **values)):
            text = _("已授予%(name)s“%(role)s”（%(region)s），下次打开页面就能用。")
            told = {"name": user.name, "role": _(role.name), "region": values["region"].name}
            messages.success(request, text % told)
            return redirect("accounts:record", username)
    return _task(
        request,
        form,
        title=_("授予%(name)s角色") % {"name": user.name},
        lead=_("角色决定能办什么，区划决定管到哪里。不相容的角色会被拒绝并说明理由。"),
        button=_("授予角色"),
        cancel=reverse("accounts:record", args=[username]),
        see_matrix=True,
    )


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    actor = _actor(request)
    live = Membership.objects.filter(revoked_at=None).select_related("user", "region", "party")
    membership = get_object_or_404(limit(live, actor, "membership.revoke"), pk=pk)
    user, role = membership.user, _(matrix().roles[membership.role].name)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: services.revoke_membership(actor, membership, reason)):
            text = _("已收回%(name)s的“%(role)s”，立即生效。")
            messages.success(request, text % {"name": user.name, "role": role})
            return redirect("accounts:record", user.username)
    return _task(
        request,
        form,
        title=_("收回%(name)s的“%(role)s”") % {"name": user.name, "role": role},
        lead=_("立即生效，用这个角色的接口令牌同时作废。曾经任职的记录保留。"),
        button=_("收回角色"),
        danger=True,
        cancel=reverse("accounts:record", args=[user.username]),
    )


def link(request: HttpRequest, username: str) -> HttpResponse:
    """Link the person known to the identity server."""
    actor, user = _actor(request), _user(request, username)
    form = IdentityForm(request.POST or None)
    if form.is_valid() and _done(
        form, lambda: services.link_identity(actor, user, form.cleaned_data["subject"])
    ):
        text = _("已关联，%(name)s可以从“统一身份登录”进入。")
        messages.success(request, text % {"name": user.name})
        return redirect("accounts:record", username)
    return _task(
        request,
        form,
        title=_("给%(name)s关联统一身份") % {"name": user.name},
        lead=_("关联后，统一身份认证平台认定的这个人就能进入本账号，请核对编号。"),
        button=_("关联"),
        cancel=reverse("accounts:record", args=[username]),
    )


def reset_factor(request: HttpRequest, username: str) -> HttpResponse:
    """Take away a lost second factor."""
    user = _user(request, username)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.reset_factor(_actor(request), user, form.cleaned_data["reason"])
        text = _("已解除%(name)s的第二重验证并结束其登录，本人下次登录时重新启用。")
        messages.success(request, text % {"name": user.name})
        return redirect("accounts:record", username)
    return _task(
        request,
        form,
        title=_("解除%(name)s的第二重验证") % {"name": user.name},
        lead=_("只在手机和备用码都丢失时使用。请先当面核实是本人。"),
        button=_("解除第二重验证"),
        danger=True,
        cancel=reverse("accounts:record", args=[username]),
    )


def lift(request: HttpRequest, username: str) -> HttpResponse:
    """Let somebody try again at once."""
    user = _user(request, username)
    services.lift_lockout(_actor(request), user)
    messages.success(request, _("已解除锁定，%(name)s现在就可以再登录。") % {"name": user.name})
    return redirect("accounts:record", username)


def end_sessions(request: HttpRequest, username: str) -> HttpResponse:
    """End the sign-ins of somebody."""
    user = _user(request, username)
    ended = services.end_sessions_of(_actor(request), user)
    text = _("已结束%(name)s的%(ended)d处登录，再用须重新登录。")
    messages.success(request, text % {"name": user.name, "ended": ended})
    return redirect("accounts:record", username)
