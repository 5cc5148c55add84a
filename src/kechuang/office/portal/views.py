"""The first page of each role, the search, the switch of colours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from kechuang.office.ground.normalise import normalise
from kechuang.office.portal import queries
from kechuang.office.portal.context import SCHEME_COOKIE, SCHEMES
from kechuang.office.portal.greeting import greeting
from kechuang.office.portal.navigation import acts

A_YEAR = 365 * 24 * 60 * 60


def home(request: HttpRequest) -> HttpResponse:
    """What the role in use must do today."""
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "morning": queries.morning(actor),
        "greeting": greeting(actor.role),
        "acts": acts(actor),
    }
    return render(request, "portal/home.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """What is found under a name, a code or a number."""
    words = normalise(request.GET.get("q", ""))[:100]
    hits = queries.find(request.actor, words) if words else []  # type: ignore[attr-defined]
    return render(request, "portal/search.html", {"searched": words, "hits": hits})


def colours(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark in a cookie, and go back."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("scheme", "")
    if chosen in SCHEMES:
        response.set_cookie(
            SCHEME_COOKIE,
            chosen,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(SCHEME_COOKIE, samesite="Lax")
    return response
