"""Pages about oneself: roles, second factor, sign-ins; and who may do what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_change
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts import services, sessions, tokens
from kechuang.office.accounts.forms import TokenForm
from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.views import speaks_for
from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.showing import enumerated


def change_password(request: HttpRequest) -> HttpResponseBase:
    """A new password; whoever signs in through an identity server is told where theirs is kept."""
    user: User = request.user  # type: ignore[assignment]
    if not user.has_usable_password():
        return render(request, "account/password_elsewhere.html")
    return password_change(request)


def mine(request: HttpRequest) -> HttpResponse:
    """The own account."""
    user: User = request.user  # type: ignore[assignment]
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    facts = [
        (_("姓名"), user.name),
        (_("账号"), user.username),
        (_("电话"), masked("phone", user.phone)),
        (_("口令修改时间"), user.password_changed_at),
        (_("第二重验证"), _("已启用") if factor else _("未启用")),
    ]
    roles = matrix().roles
    context = {
        "facts": facts,
        "factor": factor,
        "may_have_tokens": request.actor.reach(tokens.MANAGE) is not None,  # type: ignore[attr-defined]
        "has_password": user.has_usable_password(),
        "identity_offered": bool(get_adapter().list_providers(request)),
        "identities": list(SocialAccount.objects.filter(user=user).values_list("uid", flat=True)),
        "held": [
            {
                "membership": each,
                "name": _(roles[each.role].name),
                "speaks_for": each.party or speaks_for(roles[each.role]),
            }
            for each in request.memberships  # type: ignore[attr-defined]
        ],
        "signed_in": [
            {
                "session": each,
                "browser": sessions.browser_name(each.user_agent),
                "here": each.session_key == request.session.session_key,
            }
            for each in sessions.sessions_of(user)
        ],
    }
    return render(request, "accounts/mine.html", context)


def end_own(request: HttpRequest) -> HttpResponse:
    """End one of the own sign-ins elsewhere, or all of them."""
    key = request.POST.get("session", "")
    ended = services.end_own_session(
        request.actor,  # type: ignore[attr-defined]
        request.user,  # type: ignore[arg-type]
        key if key.isdecimal() else "",
        request.session.session_key or "",
    )
    text = _("已结束别处的%(ended)d处登录。如果不是您本人，请马上改口令。")
    messages.success(request, text % {"ended": ended})
    return redirect("accounts:mine")


def switch(request: HttpRequest) -> HttpResponse:
    """Use another of the own roles."""
    asked = request.POST.get("membership", "")
    held: list[Membership] = request.memberships  # type: ignore[attr-defined]
    membership = next((each for each in held if str(each.pk) == asked), None)
    if membership is None:
        raise Http404  # somebody else's, or one that has ended meanwhile
    services.switch_role(
        request.actor,  # type: ignore[attr-defined]
        request.session,
        membership,
        request.membership,  # type: ignore[attr-defined]
    )
    text = _("现在的角色是“%(role)s”（%(region)s）。")
    told = {"role": _(matrix().roles[membership.role].name), "region": membership.region.name}
    messages.success(request, text % told)
    return redirect("portal:home")


@reauthentication_required(app="accounts", allow_get=True)  # type: ignore[reportArgumentType]
def token_page(request: HttpRequest) -> HttpResponse:
    """Tokens of programs that act for oneself: which there are, and a new one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    membership: Membership = request.membership  # type: ignore[attr-defined]
    form = TokenForm(membership.role, request.POST or None)
    text = ""
    if form.is_valid():
        values = form.cleaned_data
        ends = timezone.now() + timedelta(days=int(values["days"]))
        _token, text = tokens.create_token(actor, membership, values["name"], values["verbs"], ends)
        form = TokenForm(membership.role)
    now = timezone.now()
    shown = [
        {
            "token": each,
            "role": _(matrix().roles[each.membership.role].name),
            "live": each.revoked_at is None and each.expires_at > now,
        }
        for each in tokens.tokens(actor)
    ]
    context = {"form": form, "text": text, "tokens": shown}
    return render(request, "accounts/tokens.html", context)


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the own tokens."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    token = get_object_or_404(tokens.tokens(actor), pk=pk)
    tokens.revoke_token(actor, token)
    text = _("令牌“%(name)s”已作废，用它的程序从现在起进不来。")
    messages.success(request, text % {"name": token.name})
    return redirect("accounts:tokens")


def matrix_page(request: HttpRequest) -> HttpResponse:
    """Who may do what, and how far; which roles are apart and why."""
    whole = matrix()
    reaches = {
        Reach.ALL: _("全部"),
        Reach.REGION: _("本区划"),
        Reach.PARTY: _("本单位"),
        Reach.SELF: _("自己的"),
    }
    rows: list[dict[str, Any]] = [
        {
            "name": _(verb.name),
            "cells": [reaches[verb.who[role]] if role in verb.who else "" for role in whole.roles],
        }
        for verb in whole.verbs.values()
    ]
    apart = [
        {
            "roles": enumerated(
                _(whole.roles[code].name) for code in whole.roles if code in each.roles
            ),
            "why": _(each.why),
            "always": each.always,
        }
        for each in whole.separations
    ]
    context = {
        "roles": [_(each.name) for each in whole.roles.values()],
        "rows": rows,
        "apart": apart,
    }
    return render(request, "accounts/matrix.html", context)
