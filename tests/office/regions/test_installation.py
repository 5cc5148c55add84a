"""What this installation is, read once by a request that only reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kechuang.office.accounts.middleware import ActorMiddleware
from kechuang.office.accounts.models import Membership
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.queries import installation, installation_read_once

pytestmark = pytest.mark.django_db


def name() -> str:
    here = installation()
    return here.name if here else "nothing"


def test_it_is_read_once_within_and_anew_after(city: Region) -> None:
    with installation_read_once():
        before = name()
        with CaptureQueriesContext(connection) as asked:
            Installation.objects.update(name="改了")
            assert (name(), len(asked)) == (before, 1)
    assert name() == "改了"


def test_that_there_is_none_is_remembered_too() -> None:
    with installation_read_once(), CaptureQueriesContext(connection) as asked:
        assert ([name(), name()], len(asked)) == (["nothing", "nothing"], 1)


@pytest.mark.parametrize(
    ("method", "seen"),
    [("GET", "before"), ("HEAD", "before"), ("POST", "after"), ("DELETE", "after")],
)
def test_request_that_changes_it_sees_the_change(
    rf: RequestFactory, person: Callable[..., Membership], method: str, seen: str
) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        installation()
        Installation.objects.update(name="after")
        return HttpResponse(name())

    request = rf.generic(method, "/")
    request.user = person("officer", "990101").user
    request.session = {}  # type: ignore[assignment]
    Installation.objects.update(name="before")
    assert ActorMiddleware(view)(request).content.decode() == seen
