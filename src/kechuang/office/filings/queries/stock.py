"""The stock of a title from filings, titles and the places of firms, for `filings.stock`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kechuang.office.filings import stock as pure
from kechuang.office.filings.milestones import RENEWALS, SETTLING, WAITING
from kechuang.office.filings.models import StageEntry
from kechuang.office.filings.stock import Certificate, Flow, Gone, History, Publication, Stock
from kechuang.office.registry.models import Organisation, Qualification, RegionStay

Status = Qualification.Status
_GONE = {
    Organisation.Status.MOVED_OUT: True,
    Organisation.Status.DEREGISTERED: False,
    Organisation.Status.REVOKED: False,
}


def stock(title: str, region: str, day: date, level: str = "") -> Stock:
    """Who holds a title in a region on a day; `region` is its path, the keys are of parties.

    Without a `level` every level of the title counts.
    """
    return pure.stock(histories(title, level), region, day)


def flow(title: str, region: str, since: date, until: date, level: str = "") -> Flow:
    """What changed after one day until the end of another: new, lapsed, moved and so on."""
    return pure.flow(histories(title, level), region, since, until)


def histories(title: str, level: str = "") -> Mapping[int, History]:
    """All that decides on a title, by the key of each party that ever had it. Six queries."""
    rows = Qualification.objects.filter(title=title)
    if level:
        rows = rows.filter(level=level)
    certificates: dict[int, list[Certificate]] = defaultdict(list)
    paths: dict[int, str] = {}
    columns = (
        "party_id", "party__region__path", "issued_on", "expires_on", "status", "cancelled_on",
    )  # fmt: skip
    for party, path, begins, ends, status, cancelled in rows.order_by("pk").values_list(*columns):
        paths[party] = path
        if status == Status.EXPIRED and ends is None:
            continue  # over since nobody knows when: it holds on no day
        on = (cancelled or begins or date.min) if status == Status.CANCELLED else None
        certificates[party].append(Certificate(begins, ends, on, status == Status.AWAITING))
    found = {
        party: History(path, certificates=tuple(certificates[party]))
        for party, path in paths.items()
    }
    published = _publications(title, level)
    places = _places(list(found))
    gone = _gone(list(found))
    return {
        party: replace(
            history,
            publications=tuple(published.get(party, ())),
            places=tuple(places.get(party, ())),
            gone=gone.get(party),
        )
        for party, history in found.items()
    }


def _publications(title: str, level: str) -> Mapping[int, list[Publication]]:
    """When renewals were published, and when they were refused or given up afterwards."""
    rows = StageEntry.objects.filter(
        taken_back_at=None,
        filing__duplicate_of=None,
        filing__batch__title=title,
        filing__kind__in=RENEWALS,
        stage__meaning__in=SETTLING,
    )
    if level:
        rows = rows.filter(filing__batch__level=level)
    columns = ("filing_id", "filing__party_id", "on", "stage__meaning")
    by_filing: dict[int, list[Any]] = defaultdict(list)
    for filing, party, on, meaning in rows.order_by("on", "pk").values_list(*columns):
        by_filing[filing].append((party, on, meaning))
    found: dict[int, list[Publication]] = defaultdict(list)
    for events in by_filing.values():
        since: date | None = None
        for party, on, meaning in events:
            if meaning in WAITING and since is None:
                since = on
            elif meaning not in WAITING and since is not None:
                found[party].append(Publication(since, on))
                since = None
        if since is not None:
            found[events[-1][0]].append(Publication(since))
    return found


def _places(parties: list[int]) -> Mapping[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rows = RegionStay.objects.filter(party__in=parties).order_by("until", "pk")
    for party, until, path in rows.values_list("party_id", "until", "region__path"):
        found[party].append((until, path))
    return found


def _gone(parties: list[int]) -> Mapping[int, Gone]:
    rows = Organisation.objects.filter(
        pk__in=parties, status__in=list(_GONE), status_since__isnull=False
    )
    columns = ("pk", "status", "status_since")
    return {
        party: Gone(since, _GONE[Organisation.Status(status)])
        for party, status, since in rows.order_by("pk").values_list(*columns)
    }
