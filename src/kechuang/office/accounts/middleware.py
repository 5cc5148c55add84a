"""Each request gets its actor, within the time of its session and behind what must come first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.office.accounts import sessions
from kechuang.office.accounts.models import User
from kechuang.office.accounts.passwords import expired, profile_of
from kechuang.office.accounts.permissions import actor_of, actor_without_role
from kechuang.office.accounts.queries import (
    factor_needed,
    memberships_in_force,
    switched_off,
)
from kechuang.office.accounts.services.signing import CHOSEN
from kechuang.office.accounts.signals import write
from kechuang.office.accounts.token_failures import tell_failure
from kechuang.office.accounts.tokens import actor_of_token
from kechuang.office.ground.actors import NOBODY, Actor
from kechuang.office.regions.models import Installation
from kechuang.office.regions.queries import installation, installation_read_once

ALWAYS_OPEN: Final = frozenset({"account_logout", "set_language", "portal:colours"})
PASSWORD_FIRST: Final = ALWAYS_OPEN | {"account_change_password"}
FACTOR_FIRST: Final = PASSWORD_FIRST | {
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
}
OWN: Final = FACTOR_FIRST | {
    "accounts:mine",
    "accounts:end_own",
    "accounts:switch",
    "mfa_deactivate_totp",
    "mfa_index",
    "mfa_reauthenticate",
}
READING: Final = frozenset({"GET", "HEAD"})
POLLING: Final = "X-Polling"
ENDS: Final = "X-Session-Ends"
API: Final = "/api/"  # programs call there, each with a token

Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """A session ends when it was not used for a while, and in any case after a day's work."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End what is over, note what goes on."""
        if not isinstance(request.user, User):
            return self.get_response(request)
        session = request.session
        if sessions.STARTED not in session:
            sessions.begin(session)
        why = sessions.over(session)
        if why:
            return _ended(request, request.user, why)
        # What a page fetches by itself again and again is no use by a person.
        if POLLING not in request.headers:
            sessions.note_use(session)
        ends = sessions.limits(session).ends
        request.session_ends = ends  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers[ENDS] = str(ends)
        return response


def _ended(request: HttpRequest, user: User, why: str) -> HttpResponse:
    request.session_is_over = why  # type: ignore[attr-defined]
    write(request, user, "session.expired", {"why": (None, why)})
    logout(request)
    text = {
        "idle": _("一段时间没有操作，登录已自动结束。请重新登录，会回到刚才的页面。"),
        "absolute": _("登录满规定时间，已自动结束。请重新登录，会回到刚才的页面。"),
    }[why]
    messages.warning(request, text)
    after = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    address = f"{reverse('account_login')}?{urlencode({'next': after})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return redirect(address)


class ActorMiddleware:
    """Set `request.actor`, `request.membership` and `request.memberships`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the actor, then answer."""
        request.memberships = []  # type: ignore[attr-defined]
        request.membership = None  # type: ignore[attr-defined]
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        with installation_read_once() if request.method in READING else nullcontext():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead to what must come first: a password of one's own, a second factor."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or match is None or request.path_info.startswith(API):
            return None
        request.switched_off = (  # type: ignore[attr-defined]
            match.view_name not in OWN and switched_off(request.membership)  # type: ignore[attr-defined]
        )
        if match.view_name in ALWAYS_OPEN or match.view_name == "account_login":
            return None
        here = installation()
        return _password_first(request, user, here) or _factor_first(request, user, here)

    def _actor(self, request: HttpRequest) -> Actor:
        address = request.META.get("REMOTE_ADDR", "")
        if request.path_info.startswith(API):
            caller = actor_of_token(request.headers.get("Authorization", ""), address)
            request.token_problem = caller.problem  # type: ignore[attr-defined]
            tell_failure(caller)
            return caller.actor
        user = request.user
        if not isinstance(user, User):
            return Actor(code=NOBODY.code, name=NOBODY.name, address=address)
        held = list(memberships_in_force(user, timezone.localdate()))
        request.memberships = held  # type: ignore[attr-defined]
        if not held:
            return actor_without_role(user, address=address)
        chosen = request.session.get(CHOSEN)
        membership = next((each for each in held if each.pk == chosen), held[0])
        request.membership = membership  # type: ignore[attr-defined]
        return actor_of(membership, address=address)


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _password_first(
    request: HttpRequest, user: User, here: Installation | None
) -> HttpResponse | None:
    if _route(request) in PASSWORD_FIRST or not user.has_usable_password():
        return None
    if user.must_change_password:
        messages.info(request, _("这是一次性口令。请先设定自己的口令，然后才能办事。"))
        return redirect("account_change_password")
    if here is not None and expired(user, profile_of(here.password_profile)):
        messages.info(request, _("口令用满期限。请先换一个新口令，然后继续办事。"))
        return redirect("account_change_password")
    return None


def _factor_first(
    request: HttpRequest, user: User, here: Installation | None
) -> HttpResponse | None:
    if _route(request) in FACTOR_FIRST:
        return None
    methods = request.session.get("account_authentication_methods", [])
    if any(each.get("method") in {"mfa", "socialaccount"} for each in methods):
        return None  # the second factor was asked, here or by the identity server
    if not factor_needed(request.memberships, here):  # type: ignore[attr-defined]
        return None
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return None
    messages.info(request, _("您的角色必须使用第二重验证。请用手机验证器扫码启用，约一分钟。"))
    return redirect("mfa_activate_totp")
