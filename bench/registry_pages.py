"""Pages of the registry over 200,000 made-up enterprises, beside bare SQL and a bare view.

Runs in a process of its own with an empty data folder (`KECHUANG_DATA`): founds the example, adds
the firms block by block, then asks each page several times. Prints a line for each page: its name,
a tab, the queries, and the times of the page, of a bare view of the same rows, and of bare SQL.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import django
import polars as pl
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

ROUNDS = 5
SEED = 20240101
TODAY = date(2026, 7, 1)
YEARS = 3
FIRST = 10_001  # numbers below are those of the example's own firms
PAGES = {
    "yearly facts": "/registry/facts/?year=2025",
    "facts, one county": "/registry/facts/?year=2025&region=990102",
    "facts, words": "/registry/facts/?year=2025&q=辰光",
    "missing facts": "/registry/facts/missing/?year=2025",
    "doubts": "/registry/doubts/?state=open",
    "one year of a firm": "/registry/facts/{code}/2025/",
    "enterprises": "/registry/organisations/",
    "dossier": "/registry/organisations/of/{code}/",
    "search": "/search/?q=辰光",
    "first page": "/",
}
BARE = (
    "<!doctype html><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)


def office(name: str) -> Any:
    """A module of the office, which can be imported only after the office was started."""
    return import_module(f"kechuang.office.{name}")


def fill(count: int) -> tuple[int, int]:
    """Put the firms in; give how many firms and how many rows of yearly facts there are."""
    made_up, writing = office("registry.made_up"), office("site.demo.writing")
    registry, models = office("site.demo.registry"), office("registry.models")
    parties, regions = office("parties.models").Party, office("regions.models").Region
    of_region = writing.keys_of(regions, "code")
    for start in range(0, count, made_up.city.BLOCK):
        many = min(made_up.city.BLOCK, count - start)
        block = made_up.make(many, seed=SEED, today=TODAY, first=FIRST + start, years=YEARS)
        firms = block["firms"]
        with transaction.atomic():
            writing.insert(
                parties,
                firms.select(
                    "code",
                    "name",
                    pl.lit("enterprise").alias("kind"),
                    pl.col("region")
                    .replace_strict(of_region, return_dtype=pl.Int64)
                    .alias("region_id"),
                ),
            )
            registry.fill_firms(block, TODAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return models.Organisation.objects.count(), models.YearlyFact.objects.count()


def bare_view(rows: Any, columns: list[Any]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the same rows and columns without anything around them."""
    plain = Engine().from_string(BARE)

    def view(_request: HttpRequest) -> HttpResponse:
        told = [[column.value(row) for column in columns] for row in rows()]
        return HttpResponse(plain.render(Context({"rows": told})))

    return view


def best(call: Callable[[], object]) -> float:
    """The best time of several."""
    times: list[float] = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def in_database(queries: list[dict[str, str]]) -> float:
    """How long the database itself takes for these statements, asked again without Django."""
    reads = [each["sql"] for each in queries if each["sql"].startswith("SELECT")]

    def ask() -> None:
        with connection.cursor() as cursor:
            for sql in reads:
                cursor.execute(sql.replace("%", "%%") if connection.vendor == "postgresql" else sql)
                cursor.fetchall()

    return best(ask)


def measured(client: Client, address: str) -> str:
    """How many queries a page takes, how long it takes, and how much of that in the database."""
    status = client.get(address).status_code
    if status != 200:
        return f"not measured: answers {status}"
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    queries = list(caught.captured_queries)  # the log is emptied by the next request
    ours = best(lambda: client.get(address))
    database = in_database(queries)
    told = f"{len(queries):>2} queries (aim 25), {ours * 1000:>7.1f} ms"
    return f"{told}, of it bare SQL {database * 1000:>7.1f} ms"


def beside_bare(client: Client, listing: Any, actor: Any, address: str) -> str:
    """A list beside a bare view of the same rows and columns."""
    request = RequestFactory().get(address)
    asked = office("ground.listings").ask(listing, actor, request.GET)
    columns = [column for column in listing.columns if column.default]

    def rows() -> Any:
        asked.rows().count()
        return asked.rows()[: listing.page_size]

    view = bare_view(rows, columns)
    ours, bare = best(lambda: client.get(address)), best(lambda: view(request))
    return f"{ours / bare:.1f} times a bare view, {bare * 1000:.1f} ms (aim 5)"


def main() -> None:
    """Fill an empty installation and measure."""
    parser = argparse.ArgumentParser(prog="bench.registry_pages", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.office.site.settings"
    django.setup()
    start = time.perf_counter()
    firms, facts = fill(rows)
    passed = time.perf_counter() - start
    sys.stdout.write(f"filled\t{firms:,} enterprises, {facts:,} yearly facts in {passed:.0f} s\n")
    user = office("accounts.models").User.objects.get(username="jingban")
    held = office("accounts.queries").memberships_in_force(user, timezone.localdate()).first()
    actor = office("accounts.permissions").actor_of(held)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    code = office("registry.models").YearlyFact.objects.filter(year=2025).first().party.code
    listings = {
        "yearly facts": "registry_facts",
        "missing facts": "registry_facts_missing",
        "doubts": "registry_doubts",
        "enterprises": "registry_organisations",
    }
    for name, address in PAGES.items():
        told = measured(client, address.format(code=code))
        listing = office("ground.listings").listings.find(listings.get(name, ""))
        if listing is not None and "not measured" not in told:
            told += f"; {beside_bare(client, listing, actor, address)}"
        sys.stdout.write(f"{name}\t{told}\n")
        sys.stdout.flush()


main()
