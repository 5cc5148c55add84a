"""Too many wrong passwords or codes: what is counted, and what is shown then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.accounts.queries import granters
from kechuang.office.regions.queries import installation


class Counting(AxesDatabaseHandler):
    """Failures of a name from one address lock, as do more of them of a name from anywhere, and
    many more from one address for any names: guessing that is spread out is found too."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The failures of the name from this address; as many as lock where another bound is
        reached."""
        counted: int = super().get_failures(request, credentials)
        spread = spread_out(username_of(request, credentials), request.axes_ip_address)  # type: ignore[attr-defined]
        return max(counted, settings.AXES_FAILURE_LIMIT) if spread else counted


def spread_out(username: str, address: str | None) -> str:
    """Which of the bounds beyond name and address together is reached: `name`, `address`, or
    none."""
    recent = AccessAttempt.objects.filter(
        attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    if username and _sum(recent.filter(username=username)) >= settings.LOCK_BY_NAME:
        return "name"
    if address and _sum(recent.filter(ip_address=address)) >= settings.LOCK_BY_ADDRESS:
        return "address"
    return ""


def _sum(rows: QuerySet[AccessAttempt]) -> int:
    return rows.aggregate(found=Sum("failures_since_start"))["found"] or 0


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


def minutes_left(username: str, address: str | None = None) -> int:
    """How long a user, or whoever is at an address, waits at most until trying again, in begun
    minutes."""
    whose = Q(ip_address=address) if address else Q(username=username)
    rows = AccessAttempt.objects.filter(whose).order_by("-attempt_time")
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
    address = request.axes_ip_address  # type: ignore[attr-defined]
    spread = spread_out(username, address)
    bounds = {"name": settings.LOCK_BY_NAME, "address": settings.LOCK_BY_ADDRESS}
    context = {
        "minutes": minutes_left(username, address if spread == "address" else None),
        "spread": spread,
        "limit": bounds.get(spread, settings.AXES_FAILURE_LIMIT),
        "granters": granters("lockout.lift", here.root.path) if here else (),
    }
    return render(request, "account/locked.html", context, status=429)
