"""Too many wrong passwords or codes: what is counted, and what is shown then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.accounts.queries import granters
from kechuang.office.regions.queries import installation


def username_of(request: HttpRequest, credentials: Any = None) -> str:
    """Whose failures are counted together; capital letters do not matter."""
    found = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(found).strip().lower()[:60]


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this user may not try now."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def lock_answer(request: HttpRequest, username: str) -> None:
    """Have this request answered by the page of a locked account."""
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = {"username": username}  # type: ignore[attr-defined]


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong code like a wrong password."""
    AxesProxyHandler.user_login_failed(User, {"username": username}, request)


def minutes_left(username: str) -> int:
    """How long a user waits at most until trying again, in begun minutes."""
    rows = AccessAttempt.objects.filter(username=username).order_by("-attempt_time")
    last = rows.values_list("attempt_time", flat=True).first()
    wait: timedelta = settings.AXES_COOLOFF_TIME
    left = (last + wait - timezone.now()) if last else wait
    return max(1, -(-int(left.total_seconds()) // 60))


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """The page of a locked account: for how long, and who can lift it.

    It says the same whether there is such a user or not, so that nobody finds out by trying.
    """
    username = (credentials or {}).get("username") or ""
    here = installation()
    context = {
        "minutes": minutes_left(username),
        "limit": settings.AXES_FAILURE_LIMIT,
        "granters": granters("lockout.lift", here.root.path) if here else (),
    }
    return render(request, "account/locked.html", context, status=429)
