"""Pages for what went wrong: refused, not found, expired."""

from __future__ import annotations

import logging
import secrets
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import who_can_help
from kechuang.office.ground import audit
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.ground.slots import SourceRef
from kechuang.office.site import api_errors

log = logging.getLogger(__name__)

TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RULES: Final = {
    Reason.SIGNED_OUT: _("还没有登录，或登录已经到期。请重新登录后再办，刚才没有提交。"),
    Reason.ROLE: _("您现在用的角色没有这项权限。"),
    Reason.OUTSIDE: _("这条记录不在您现在的角色所管的地区或单位内。"),
    Reason.SEPARATION: _("按岗位分设的要求，这件事不能由同一个人办。"),
    Reason.SWITCHED_OFF: _("本单位没有开放这项功能，由系统管理员在“系统设置”中开放。"),
    Reason.UNDECLARED: _("这个地址没有登记谁可以用，所以谁也不能用。请告诉系统管理员。"),
}


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Send a visitor to sign in; tell everybody else the rule, what is missing and who can help."""
    why = refusal.why
    if why.reason is Reason.SIGNED_OUT and api_errors.is_api(request):
        return api_errors.unauthenticated(request)
    if why.reason is Reason.SIGNED_OUT and request.method in {"GET", "HEAD"}:
        return redirect(
            f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        )
    route = request.resolver_match.view_name if request.resolver_match else request.path
    audit.record(
        request.actor,  # type: ignore[attr-defined]
        audit.Line(
            action=why.verb,
            subject=SourceRef("route", route),
            reason=why.reason,
            outcome=AuditEvent.Outcome.REFUSED,
        ),
    )
    if api_errors.is_api(request):
        return api_errors.refused(why)
    verb = matrix().verbs.get(why.verb)
    helping = who_can_help(request.actor, why.verb)  # type: ignore[attr-defined]
    context = {
        "rule": why.detail or RULES[why.reason],
        "verb": verb,
        "holders": helping.roles,
        "granters": helping.granters,
    }
    return render(request, "site/refused.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is at this address, or it is outside what the visitor may see."""
    if api_errors.is_api(request):
        return api_errors.answer("not_found")
    return render(request, "site/not_found.html", status=404)


def not_allowed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """The route does not have this method."""
    allowed = answer.headers["Allow"]
    if api_errors.is_api(request):
        return api_errors.answer("method_not_allowed", Allow=allowed)
    page = render(request, "site/not_allowed.html", status=405)
    page.headers["Allow"] = allowed
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is too large, or that no page of ours sends."""
    large = isinstance(exception, TOO_LARGE)
    if api_errors.is_api(request):
        return api_errors.answer("too_large" if large else "invalid_input")
    context = {"large": large, "limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024}
    return render(request, "site/bad_request.html", context, status=413 if large else 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or came from elsewhere."""
    return render(request, "site/expired.html", status=403)


def failed(request: HttpRequest, *args: Any) -> HttpResponse:
    """The program failed; nothing half was kept."""
    if api_errors.is_api(request):
        return api_errors.answer("server_error")
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s failed", reference, request.method, request.path)
    # Nothing here may ask the database: it may be what failed.
    language = get_language() or settings.LANGUAGE_CODE
    page = render_to_string("site/failed.html", {"reference": reference, "language": language})
    return HttpResponse(page, status=500)
