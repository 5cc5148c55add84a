"""Each list page beside a bare view that renders the same rows as a plain table.

Ours goes through all middleware with a session; the bare view is called by itself. Prints a line
for each list: its name, a tab, both times and their ratio (best of several rounds, in turn).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, RequestFactory
from django.utils import timezone

ROUNDS = 15
ADDRESSES = {
    "parties": ("/parties/", "jingban"),
    "regions": ("/regions/", "jingban"),
    "reports": ("/reports/", "jingban"),
    "report_figures": ("/reports/figures/", "jingban"),
    "people": ("/account/people/", "xitong"),
    "audit": ("/audit/", "shenji"),
}
BARE = (
    "<!doctype html><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)


def office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


def bare_view(listing: Any, username: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the same rows and columns without anything around them."""
    user = office("accounts.models").User.objects.get(username=username)
    held = office("accounts.queries").memberships_in_force(user, timezone.localdate())
    actor = office("accounts.permissions").actor_of(held.first())
    plain = Engine().from_string(BARE)
    columns = [column for column in listing.columns if column.default]

    def view(_request: HttpRequest) -> HttpResponse:
        found = listing.queryset(actor)[: listing.page_size]
        rows = [[column.value(row) for column in columns] for row in found]
        return HttpResponse(plain.render(Context({"rows": rows})))

    return view


def best(calls: list[Callable[[], object]]) -> list[float]:
    """The best time of each, asked in turn."""
    times: list[list[float]] = [[] for _ in calls]
    for _round in range(ROUNDS):
        for number, call in enumerate(calls):
            start = time.perf_counter()
            call()
            times[number].append(time.perf_counter() - start)
    return [min(each) for each in times]


def main() -> None:
    """Measure every list that has an address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.office.site.settings"
    django.setup()
    users = office("accounts.models").User.objects
    request = RequestFactory().get("/")
    for listing in office("ground.listings").listings:
        if listing.code not in ADDRESSES:
            continue
        address, username = ADDRESSES[listing.code]
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(
            users.get(username=username),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        if client.get(address).status_code != 200:
            raise ValueError(f"{address} does not open for {username}")
        view = bare_view(listing, username)
        ours, bare = best([lambda c=client, a=address: c.get(a), lambda v=view: v(request)])
        times = f"{ours * 1000:.1f} ms, bare {bare * 1000:.1f} ms: {ours / bare:.1f} times (aim 5)"
        sys.stdout.write(f"{listing.code}\t{times}\n")


main()
