"""Pages of the registry over 200,000 made-up enterprises, beside bare SQL and a plain view.

Runs in a process of its own with an empty data folder (`KECHUANG_DATA`) or an empty PostgreSQL
(`KECHUANG_DATABASE`) that hold the example: adds the firms block by block with their doubts, then
asks each page several times, in turn with what it is held against (`registry_bare`). Prints a line
for each page: its name, a tab, the queries, the time of the database and of the server.

The database's time is that of the page's own statements, and of the hand-written ones, each sent to
the bare driver and fetched. The server's time is that of a whole request through the test client,
and of one to a plain view in a plain project. Both are times of the processor, of this process and
of the PostgreSQL process that serves it: other programs on the machine do not count.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
import polars as pl
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.office_lists import TEMPLATES, BareHandler, office, opener, user_named
from bench.registry_bare import TABS, read, sections, statements

ROUNDS = 5
SEED = 20240101
TODAY = date(2026, 7, 1)
YEARS = 5
FIRST = 10_001  # numbers below are those of the example's own firms
MOST_QUERIES, MOST_DATABASE, MOST_SERVER = 25, 3, 5
OFFICER, CITY, COUNTY, WORD = "jingban", "/990000/990100/", "990102", "辰光"
PAGES = {
    "enterprises": "/registry/organisations/",
    "enterprises, one county": "/registry/organisations/?region={county}",
    "enterprises, words": "/registry/organisations/?q={word}",
    "yearly facts": "/registry/facts/?year={year}",
    "facts, one county": "/registry/facts/?year={year}&region={county}",
    "facts, words": "/registry/facts/?year={year}&q={word}",
    "missing facts": "/registry/facts/missing/?year={year}",
    "doubts": "/registry/doubts/?state=open",
    "duplicates": "/registry/duplicates/",
    "first page": "/",
    **{f"dossier, {tab}": f"/registry/organisations/of/{{code}}/?tab={tab}" for tab in TABS},
}
BARE = (
    "<!doctype html>{% for table in tables %}<p>{{ table.total }}</p><table><tr>"
    "{% for name in table.names %}<th>{{ name }}</th>{% endfor %}</tr>"
    "{% for row in table.rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
)


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
    office("registry.services.doubts").find_doubts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return models.Organisation.objects.count(), models.YearlyFact.objects.count()


class Clock:
    """The time of the processor that this process and its PostgreSQL process have used."""

    def __init__(self) -> None:
        self.served: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET max_parallel_workers_per_gather = 0")  # all in one process
                cursor.execute("SELECT pg_backend_pid()")
                self.served = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def __call__(self) -> float:
        """Seconds so far."""
        served = int(self.served.read_text().split()[0]) / 1e9 if self.served else 0.0
        return time.process_time() + served

    def best(self, *calls: Callable[[], object]) -> list[float]:
        """The best time of each, asked in turn."""
        times: list[list[float]] = [[] for _ in calls]
        for _round in range(ROUNDS):
            for number, call in enumerate(calls):
                start = self()
                call()
                times[number].append(self() - start)
        return [min(each) for each in times]


def ask(sql: str) -> list[Any]:
    """What the bare driver answers."""
    return connection.connection.cursor().execute(sql).fetchall()


def ask_all(texts: tuple[str, ...], said: Mapping[str, Any]) -> None:
    """Ask the hand-written statements; the rows of a page give their keys to those after."""
    keys = "NULL"
    for text in texts:
        found = ask(text.format(**said, keys=keys))
        if text.endswith("LIMIT 50") and found:
            keys = ", ".join(str(row[0]) for row in found)


def plain_view(name: str, said: Mapping[str, Any]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the same rows without anything around them."""
    plain = DjangoTemplates(dict(TEMPLATES)).from_string(BARE)

    def view(request: HttpRequest) -> HttpResponse:
        tables = [read(each) for each in sections(name, said)]
        return HttpResponse(plain.render({"tables": tables}, request))

    return view


def measured(name: str, clock: Clock, client: Client, said: Mapping[str, Any]) -> str:
    """How many queries a page takes, and its times beside the bare ones."""
    page = opener(client, OFFICER, PAGES[name].format(**said))
    with CaptureQueriesContext(connection) as caught:
        page()
    queries = list(caught.captured_queries)  # the log is emptied by the next request
    own = tuple(each["sql"] for each in queries if each["sql"].startswith("SELECT"))
    other = Client(HTTP_HOST="127.0.0.1")
    other.handler = BareHandler(plain_view(name, said))
    plain = opener(other, OFFICER, "/")
    said = {**said, "session": client.session.session_key}

    def own_statements() -> None:
        for sql in own:
            ask(sql)

    database, bare = clock.best(own_statements, lambda: ask_all(statements(name), said))
    ours, view = clock.best(page, plain)
    count = len(queries)
    return (
        f"{count:>2} queries; database {_beside(database, bare, MOST_DATABASE)}; "
        f"server {_beside(ours, view, MOST_SERVER)}"
        f"{f'; MORE THAN {MOST_QUERIES} QUERIES' if count > MOST_QUERIES else ''}"
    )


def _beside(ours: float, bare: float, aim: int) -> str:
    times = ours / bare
    told = f"{ours * 1000:>6.1f} : {bare * 1000:>6.1f} ms = {times:>4.1f}"
    return f"{told} times (aim {aim}{', MISSED' if times > aim else ''})"


def what_is_asked() -> dict[str, Any]:
    """The values in addresses and statements: a firm with doubts, its year, the officer's reach."""
    doubts = office("registry.models").Doubt.objects.filter(state="open", year=TODAY.year - 1)
    party = doubts.order_by("-pk").first().party
    user, today = user_named(OFFICER), timezone.localdate()
    days = office("registry.care").expiry_days(today)
    return {
        "code": party.code, "party": party.pk, "year": today.year - 1, "reach": CITY,
        "county": COUNTY, "word": WORD, "user": user.pk, "name": user.username,
        "today": today.isoformat(), "soon": (today + timedelta(days=days)).isoformat(),
    }  # fmt: skip


def main() -> None:
    """Fill an empty installation and measure."""
    parser = argparse.ArgumentParser(prog="bench.registry_pages", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--filled", action="store_true", help="measure what was filled before")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.office.site.settings"
    django.setup()
    if not options.filled:
        start = time.perf_counter()
        firms, facts = fill(options.rows)
        passed = time.perf_counter() - start
        told = f"{firms:,} enterprises, {facts:,} yearly facts in {passed:.0f} s"
        sys.stdout.write(f"filled\t{told}\n")
    connection.ensure_connection()
    clock, client, said = Clock(), Client(HTTP_HOST="127.0.0.1"), what_is_asked()
    for name in PAGES:
        sys.stdout.write(f"{name}\t{measured(name, clock, client, said)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
