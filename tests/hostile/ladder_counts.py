"""How many firms of each place stand how to a rung: by SQL of its own, page, export and API."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from typing import TypeAlias

from django.db import connection
from django.test import Client
from django.urls import reverse

from kechuang.office.policies.ladder import NAMES, Stand
from kechuang.office.regions.models import Region

Counts: TypeAlias = dict[str, Counter[str]]


PLAIN = """
WITH held AS (
  SELECT q.party_id,
    MAX(CASE WHEN q.status <> 'cancelled' AND q.expires_on >= %(today)s
             AND NOT (q.expires_on <= %(soon)s AND NOT EXISTS (
               SELECT 1 FROM registry_qualification n WHERE n.party_id = q.party_id
               AND n.title = q.title AND n.level = q.level AND n.issued_on > q.issued_on
               AND n.issued_on <= %(today)s)) THEN 1 ELSE 0 END) AS firm,
    MAX(CASE WHEN q.status <> 'cancelled' AND q.expires_on >= %(today)s THEN 1 ELSE 0 END) AS holds,
    MAX(CASE WHEN q.status = 'awaiting' AND q.expires_on < %(today)s AND NOT EXISTS (
               SELECT 1 FROM registry_qualification n WHERE n.party_id = q.party_id
               AND n.title = q.title AND n.level = q.level AND n.issued_on > q.issued_on)
             THEN 1 ELSE 0 END) AS waits
  FROM registry_qualification q WHERE q.title = %(title)s GROUP BY q.party_id
), filed AS (
  SELECT DISTINCT f.party_id FROM filings_filing f
  JOIN filings_batch b ON b.id = f.batch_id JOIN filings_batchstage s ON s.id = f.stage_id
  WHERE b.title = %(title)s AND b.closed_on IS NULL AND NOT s.is_end
    AND EXISTS (SELECT 1 FROM filings_stageentry e JOIN filings_batchstage t ON t.id = e.stage_id
                WHERE e.filing_id = f.id AND e.taken_back_at IS NULL
                AND t.meaning IN ('submitted', 'returned', 'recommended', 'published'))
)
SELECT r.code, CASE WHEN h.firm = 1 THEN 'certified' WHEN h.holds = 1 THEN 'expiring'
    WHEN h.waits = 1 THEN 'awaiting' WHEN filed.party_id IS NOT NULL THEN 'filing'
    WHEN p.state = 'open' AND p.to_screen = 0 THEN 'screened' ELSE p.state END AS stand, COUNT(*)
FROM registry_organisation o
JOIN parties_party a ON a.id = o.party_id JOIN regions_region r ON r.id = a.region_id
LEFT JOIN held h ON h.party_id = o.party_id LEFT JOIN filed ON filed.party_id = o.party_id
LEFT JOIN policies_prospect p ON p.party_id = o.party_id AND p.rung = %(title)s
WHERE o.kind = 'enterprise' AND o.status = 'active' AND o.merged_into_id IS NULL
GROUP BY 1, 2
"""


def in_plain_sql(title: str, today: date) -> Counts:
    """Place by place how many stand how to a rung called as its title, by SQL of its own."""
    soon = today + timedelta(days=180)
    found: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, {"today": today, "soon": soon, "title": title})
        for place, stand, count in cursor.fetchall():
            if stand:
                found.setdefault(place, Counter())[stand] += count
    return found


def on_the_page(client: Client, rung: str) -> Counts:
    """The same by the page of the ladder."""
    page = client.get(reverse("policies:ladder"), {"rung": rung})
    names = _codes()
    return {
        names[name]: Counter(
            {stand.value: count for stand, (count, _url) in zip(Stand, cells, strict=True) if count}
        )
        for name, cells in page.context["places"]
    }


def in_the_export(client: Client, rung: str) -> Counts:
    """The same by counting the rows of the exported list."""
    answer = client.get(reverse("policies:rung", args=[rung]), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    place, stand = rows[0].index("区划"), rows[0].index("状态")
    codes = _codes()
    words = {str(name): each.value for each, name in NAMES.items()}
    found: Counts = {}
    for row in rows[1:]:
        if len(row) > stand:
            found.setdefault(codes[row[place]], Counter())[words[row[stand]]] += 1
    return found


def from_the_api(program: Client, rung: str) -> Counts:
    """The same as programs get it."""
    answer = program.get("/api/v1/ladder").json()
    (mine,) = [each for each in answer["rungs"] if each["rung"] == rung]
    return {each["region"]: Counter(each["counts"]) for each in mine["places"]}


def _codes() -> dict[str, str]:
    return dict(Region.objects.values_list("name", "code"))
