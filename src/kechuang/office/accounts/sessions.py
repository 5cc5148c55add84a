"""The sign-ins of users: how long they last, which there are, and ending them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from kechuang.office.accounts.models import User

STARTED: Final = "started_at"
SEEN: Final = "seen_at"
BROWSERS: Final = tuple(
    (name, re.compile(rf"{mark}/(\d+)"))
    for name, mark in (
        ("Edge", "Edg"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Version"),
    )
)  # fmt: skip
SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("macOS", "Mac OS X"), ("Linux", "Linux"),
)  # fmt: skip
WRITTEN_EVERY: Final = 60  # seconds between two notes that a session was used
WARNED_BEFORE: Final = 300  # seconds


def store(key: str | None = None) -> SessionBase:
    """A session by its key."""
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def begin(session: SessionBase) -> None:
    """Start the two clocks of a session."""
    now = clock()
    session[STARTED] = now
    session[SEEN] = now


def clock() -> int:
    """Now, in seconds since 1970."""
    return int(timezone.now().timestamp())


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends: if it is not used, and in any case."""

    idle: int
    absolute: int

    @property
    def ends(self) -> int:
        """Seconds since 1970."""
        return min(self.idle, self.absolute)


def limits(session: SessionBase) -> Limits:
    """When a session ends."""
    return Limits(
        int(session[SEEN] + settings.SESSION_IDLE.total_seconds()),
        int(session[STARTED] + settings.SESSION_ABSOLUTE.total_seconds()),
    )


def over(session: SessionBase) -> str:
    """Why a session is over: `idle`, `absolute`, or empty while it lasts."""
    found, now = limits(session), clock()
    if now >= found.absolute:
        return "absolute"
    return "idle" if now >= found.idle else ""


def note_use(session: SessionBase) -> None:
    """A session is in use; written at most once a minute, so that reading costs no writing."""
    now = clock()
    if now - session[SEEN] >= WRITTEN_EVERY:
        session[SEEN] = now
        UserSession.objects.filter(session_key=session.session_key).update(
            last_seen_at=datetime.fromtimestamp(now, UTC)
        )


def sessions_of(user: User) -> list[UserSession]:
    """The sign-ins of a user that still last, the last used first."""
    found = UserSession.objects.filter(user=user).order_by("-last_seen_at")
    return [each for each in found if lasts(each)]


def lasts(each: UserSession) -> bool:
    """Whether a sign-in still lasts."""
    data: Any = store(each.session_key)
    return bool(data.get("_auth_user_id")) and (STARTED not in data or not over(data))


def browser_name(user_agent: str) -> str:
    """The browser and the system in words, as far as the browser tells.

    >>> browser_name("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/120.0.0.0")
    'Chrome 120 · Windows'
    """
    browser = next(
        (f"{name} {found[1]}" for name, mark in BROWSERS if (found := mark.search(user_agent))), ""
    )
    system = next((name for name, mark in SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system))) or user_agent[:40]


def end(each: UserSession) -> None:
    """End a sign-in: its session is removed, not only forgotten."""
    each.end()


def end_sessions(user: User, *, but: str = "") -> int:
    """End the sign-ins of a user, except one; gives how many there were."""
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for each in found:
        end(each)
    return len(found)
