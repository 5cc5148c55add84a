"""Each list page beside a bare view that renders the same rows as a plain table.

What a bare view is: a Django view in a plain project, with the middleware, the context processors
and the sign-in of `startproject` (sessions, authentication, CSRF, messages, the headers of
security), asked through the same test client with a session that is signed in. It renders the
same rows and columns of the same queryset as a table without styles, and nothing else: no
conditions, no counting, no links, no frame, no roles. Our page goes through everything.

Both keep one database connection, as servers do. Prints a line for each list: its name, a tab,
the rows, both times of the processor and their ratio (best of several rounds, in turn): waiting for
other programs of the machine does not count. A list without an address
here is an error, so that none can be forgotten.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import django
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.template.backends.django import DjangoTemplates
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import path
from django.utils import timezone

ROUNDS = 40
AIM = 5
JOBS = 60  # more than a page of them
ADDRESSES = {
    "parties": ("/parties/", "jingban"),
    "regions": ("/regions/", "jingban"),
    "reports": ("/reports/", "jingban"),
    "report_figures": ("/reports/figures/", "jingban"),
    "jobs": ("/jobs/", "jingban"),
    "users": ("/account/people/", "xitong"),
    "audit": ("/audit/", "shenji"),
    "organisations": ("/registry/organisations/", "jingban"),
    "registry_facts": ("/registry/facts/?year=2025", "jingban"),
    "registry_facts_missing": ("/registry/facts/missing/?year=2025", "jingban"),
    "registry_doubts": ("/registry/doubts/", "jingban"),
    "qualifications": ("/registry/titles/", "jingban"),
    "properties": ("/registry/rights/", "jingban"),
    "platforms": ("/registry/platforms/", "jingban"),
    "incubations": ("/registry/platforms/firms/", "jingban"),
    "people": ("/registry/people/", "jingban"),
    "instruments": ("/registry/instruments/", "jingban"),
    "agreements": ("/registry/agreements/", "jingban"),
    "proposals": ("/registry/proposals/", "jingban"),
    "imports": ("/registry/imports/", "jingban"),
}
SIGNING = "django.contrib.auth.backends.ModelBackend"
STARTPROJECT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
TEMPLATES = {
    "NAME": "bare",
    "DIRS": [],
    "APP_DIRS": False,
    "OPTIONS": {"context_processors": PROCESSORS},
}
BARE = (
    "<!doctype html><title>{{ title }}</title><table><tr>{% for name in names %}<th>{{ name }}</th>"
    "{% endfor %}</tr>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)


def office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


def user_named(username: str) -> Any:
    """A user of the made-up city."""
    return office("accounts.models").User.objects.get(username=username)


def actor_named(username: str) -> Any:
    """That user in the first role that they hold."""
    held = office("accounts.queries").memberships_in_force(
        user_named(username), timezone.localdate()
    )
    return office("accounts.permissions").actor_of(held.first())


class BareHandler(ClientHandler):
    """Answers of a plain project: its own middleware and its own addresses."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__()
        self.addresses = (path("", login_required(view)),)
        with override_settings(MIDDLEWARE=STARTPROJECT):
            self.load_middleware()

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer by our one view."""
        request.urlconf = self.addresses  # type: ignore[attr-defined]
        return super().get_response(request)


def bare_view(listing: Any, username: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the same rows and columns without anything around them."""
    actor = actor_named(username)
    plain = DjangoTemplates(dict(TEMPLATES)).from_string(BARE)
    columns = [column for column in listing.columns if column.default]
    query = QueryDict(urlsplit(ADDRESSES[listing.code][0]).query)
    wanted = office("ground.listings").ask(listing, actor, query)

    def view(request: HttpRequest) -> HttpResponse:
        found = list(wanted.rows()[: listing.page_size])
        if listing.prepare and found:
            listing.prepare(found, frozenset(column.code for column in columns))
        rows = [[column.value(row) for column in columns] for row in found]
        names = [column.name for column in columns]
        shown = plain.render({"title": listing.name, "names": names, "rows": rows}, request)
        return HttpResponse(shown)

    return view


def opener(client: Client, username: str, address: str) -> Callable[[], object]:
    """Opening an address as somebody who is signed in."""
    client.force_login(user_named(username), backend=SIGNING)
    if client.get(address).status_code != 200:
        raise ValueError(f"{address} does not open for {username}")
    return lambda: client.get(address)


def opener_of_bare(listing: Any, username: str) -> Callable[[], object]:
    """Opening the bare view of a list."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.handler = BareHandler(bare_view(listing, username))
    return opener(client, username, "/")


def give_jobs(username: str) -> None:
    """The made-up city has no jobs: ask for exports, which nobody runs here."""
    listing, actor = office("reports.lists").REPORTS, actor_named(username)
    for number in range(JOBS):
        asked = office("ground.listings").ask(listing, actor, QueryDict(f"q={number}"))
        office("ground.export_jobs").export_later(asked, "xlsx")


def best(calls: list[Callable[[], object]]) -> list[float]:
    """The best time of each, asked in turn."""
    times: list[list[float]] = [[] for _ in calls]
    for _round in range(ROUNDS):
        for number, call in enumerate(calls):
            start = time.process_time()
            call()
            times[number].append(time.process_time() - start)
    return [min(each) for each in times]


def main() -> None:
    """Measure every list."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.office.site.settings"
    django.setup()
    listings = list(office("ground.listings").listings)
    if apart := {each.code for each in listings} ^ set(ADDRESSES):
        raise ValueError(
            f"lists and ADDRESSES differ in {', '.join(sorted(apart))}: mend ADDRESSES"
        )
    give_jobs(ADDRESSES["jobs"][1])
    for listing in listings:
        address, username = ADDRESSES[listing.code]
        client = Client(HTTP_HOST="127.0.0.1")
        ours, bare = best([opener(client, username, address), opener_of_bare(listing, username)])
        rows = min(listing.queryset(actor_named(username)).count(), listing.page_size)
        times = f"{ours * 1000:.1f} ms, bare {bare * 1000:.1f} ms: {ours / bare:.1f} times"
        sys.stdout.write(f"{listing.code}\t{rows} rows: {times} (aim {AIM})\n")


if __name__ == "__main__":
    main()
