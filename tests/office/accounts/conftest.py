"""People who sign in with a real password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.services import keep_password
from kechuang.office.ground.models import AuditEvent

PASSWORD = "Lan-Tian-2026"  # noqa: S105 - of made-up people in a database that lives for one test


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def account(person: Callable[..., Membership]) -> Callable[..., User]:
    """Make a person in a role who has a password."""

    def make(*arguments: str, **more: str) -> User:
        user = person(*arguments, **more).user
        keep_password(user, PASSWORD)
        return user

    return make


@pytest.fixture
def sign_in(client: Client) -> Callable[..., int]:
    """Send the form of sign-in; gives the status of the answer."""

    def send(user: User | str, password: str = PASSWORD, browser: Client | None = None) -> int:
        name = user if isinstance(user, str) else user.username
        answer = (browser or client).post(
            "/account/sign-in/", {"login": name, "password": password}
        )
        return answer.status_code

    return send


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the clock of the office forward."""
    start = timezone.now

    def move(by: timedelta) -> None:
        def now() -> datetime:
            return start() + by

        monkeypatch.setattr("django.utils.timezone.now", now)
        monkeypatch.setattr("axes.handlers.proxy.now", now)
        monkeypatch.setattr("axes.attempts.now", now)

    return move


@pytest.fixture
def lines() -> Callable[..., list[tuple[str, str, str]]]:
    """What the trail holds: action, outcome, and whom it is about."""

    def read(*actions: str) -> list[tuple[str, str, str]]:
        found = AuditEvent.objects.order_by("sequence")
        if actions:
            found = found.filter(action__in=actions)
        return [(each.action, each.outcome, each.subject_key) for each in found]

    return read
