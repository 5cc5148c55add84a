"""What every answer says to a browser, and what garbage and strangers get."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from office_world import Route, World, first_asked_by, routes

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.site.access import PUBLIC, access_table

ROLES = ("officer", "system_administrator", "security_administrator", "audit_administrator")
PASSWORD = "not-used-anywhere-1"  # noqa: S105 - of people who are made up here
# Each is put into every parameter that a page reads, and a few that none does.
GARBAGE = ("", "0", "-1", "1e999", "9" * 40, "%00", "\x00", "../../etc/passwd", "' OR 1=1 --",
           "<script>", "\ud83d", "２０２６", "a" * 3000, "2026-13-45", "[]", "null")  # fmt: skip
PARAMETERS = ("q", "page", "sort", "columns", "column", "view", "export", "region", "year", "state",
              "kind", "level", "period", "indicator", "decision", "show", "figure", "batch",
              "actor", "action", "since", "until", "from", "to", "next", "id", "edit")  # fmt: skip


class Loaded(HTMLParser):
    """What a page loads or sends to, and what it has in line."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.addresses += [named[name] or "" for name in LINKS if name in named]
        self.inline += [
            f"{tag} {name}" for name in named if name == "style" or name.startswith("on")
        ]
        if tag == "style":
            self.inline.append("style")
        self.script = (
            tag == "script"
            and "src" not in named
            and (named.get("type") not in {"application/json", "text/template"})
        )

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.inline.append(f"script {data.strip()[:40]}")


LINKS = ("src", "href", "action", "formaction", "poster", "data", "srcset",
         "hx-get", "hx-post", "hx-put", "hx-delete")  # fmt: skip


def opened(world: World) -> list[Route]:
    """The routes that the person of a world may read."""
    grants = {"public", "signed_in", *actor_of(world.owner).grants}
    return [route for route in routes() if access_table()[route.name].get("GET") in grants]


HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def lacking(route: Route, response: Any) -> list[str]:
    """The headers that an answer should have and has not."""
    public = access_table()[route.name]["GET"] == PUBLIC
    absent = [
        f"{name}: {response.get(name)}"
        for name, value in HEADERS.items()
        if value not in response.get(name, "") and not (public and name == "Cache-Control")
    ]
    return absent + ["unsafe"] * ("unsafe" in response["Content-Security-Policy"])


def foreign(response: Any) -> list[str]:
    """What a page has in line, or loads from elsewhere."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return []
    loaded = Loaded()
    loaded.feed(response.whole.decode())
    elsewhere = re.compile(r"\s*(//|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
    return loaded.inline + [each for each in loaded.addresses if elsewhere.match(each)]


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_has_its_headers_and_nothing_in_line_or_from_another_host(
    role: str,
    world: Callable[..., World],
    browser: Callable[[Membership], Client],
    program: Callable[[Membership], Client],
) -> None:
    here = world(role, "990101", "页")
    page, call = browser(here.owner), program(here.owner)
    wrong = {}
    for route, method in first_asked_by(role, ROLES, opened(here)):
        if method == "GET":
            response = route.send(call if route.of_api else page, "GET", here)
            wrong[route.name] = lacking(route, response) + foreign(response)
    assert wrong
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("role", "step"),
    [("officer", 5), *(pytest.param(role, 1, marks=pytest.mark.slow) for role in ROLES)],
)
def test_garbage_in_any_parameter_is_no_failure(
    role: str,
    step: int,
    world: Callable[..., World],
    browser: Callable[[Membership], Client],
) -> None:
    here = world(role, "990101", "页")
    client = browser(here.owner)
    queries = [urlencode(dict.fromkeys(PARAMETERS, each), errors="replace") for each in GARBAGE]
    queries.append("&".join(f"{name}=1&{name}=2" for name in PARAMETERS))
    # Programs are asked by the test of the schema; a record takes no parameters of a list.
    lists = [route for route in opened(here) if not (route.of_api or route.parameters)]
    answered = {
        (route.name, query[:60]): route.send(client, "GET", here, query).status_code
        for number, route in enumerate(lists)
        for query in queries[number % step :: step]
    }
    assert {key: status for key, status in answered.items() if status >= 500} == {}
    assert list(answered.values()).count(200) > len(answered) / 2


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example"]
)
def test_host_that_is_not_ours_is_refused(client: Client, city: object, host: str) -> None:
    response = Client(raise_request_exception=False).get(
        "/account/sign-in/", headers={"host": host}
    )
    assert (response.status_code, b"evil" in response.content) == (400, False)


NEXT = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "javascript:alert(1)", "http:///evil.example", " //evil.example",
)  # fmt: skip


@pytest.mark.parametrize("address", NEXT)
def test_nobody_is_sent_to_another_host(person: Callable[..., Membership], address: str) -> None:
    user = person("officer", "990101").user
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    sent = [
        client.post("/language/", {"language": "en", "next": address}),
        client.post("/colours/", {"colours": "dark", "next": address}),
        client.post("/account/switch/", {"membership": "1", "next": address}),
        Client().post(
            "/account/sign-in/", {"login": user.username, "password": PASSWORD, "next": address}
        ),
    ]
    places = [response.get("Location", "") for response in sent]
    assert [each for each in places if not re.match(r"/(?![/\\])|$", each)] == []


def test_session_gets_a_new_key_when_somebody_signs_in(person: Callable[..., Membership]) -> None:
    user = person("officer", "990101").user
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.get("/account/sign-in/")
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    before = client.session.session_key
    client.post("/account/sign-in/", {"login": user.username, "password": PASSWORD})
    after = client.session.session_key
    client.cookies["sessionid"] = str(before)
    assert (after != before, client.get("/").status_code) == (True, 302)


def test_form_without_its_token_changes_nothing(person: Callable[..., Membership]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        person("officer", "990101").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    open_doors = [
        route.name
        for route in routes()
        if "POST" in access_table()[route.name]
        and not route.of_api
        and not route.parameters
        and client.post(reverse(route.name)).status_code != 403
    ]
    assert open_doors == []


COOKIES = """
import json, django
django.setup()
from django.conf import settings
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "CSRF_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "DEBUG"]
print(json.dumps([getattr(settings, name) for name in names]))
"""


def test_cookies_in_production_belong_to_this_host_and_to_https_alone(tmp_path: Any) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kechuang.office.site.settings",
        "KECHUANG_DATA": str(tmp_path),
        "KECHUANG_MODE": "production",
        "KECHUANG_HOSTS": "kechuang.example.gov.cn",
    }
    done = subprocess.run(
        [sys.executable, "-c", COOKIES], env=environment, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [
        "__Host-session", "__Host-csrf", True, True, True, True, "Lax", "Lax", True, False,
    ]  # fmt: skip
