"""What there is to tell on a day of certificates, filing windows and policy documents.

Each thing is found by how it stands on the day and not by what is new, so that a day on which
nobody looked is made up for; its key says whether it has been told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.db.models import Q, QuerySet
from django.utils import timezone

from kechuang.office.filings.models import Batch
from kechuang.office.filings.models.base import By
from kechuang.office.ground.files import open_file
from kechuang.office.policies.models import (
    PolicyDocument,
    PolicyRule,
    ReminderEvent,
    ReminderKind,
    RuleRun,
)
from kechuang.office.policies.reminders import Timing, mark
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries import qualifications
from kechuang.office.registry.queries.organisations import AT_WORK

MOST_NAME: Final = 200
DUES: Final = (("county_due", By.COUNTY), ("city_due", By.CITY), ("province_due", By.PROVINCE))


def keep(events: Iterable[ReminderEvent]) -> int:
    """Keep those that are not there yet; gives how many those were."""
    by_key = {each.key: each for each in events}
    known = ReminderEvent.objects.filter(key__in=by_key).order_by().values_list("key", flat=True)
    there = set(known)
    fresh = [each for key, each in by_key.items() if key not in there]
    ReminderEvent.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


# --- certificates


def certificates(day: date, timing: Timing) -> QuerySet[Any]:
    """The titles of enterprises at work that end before long or ended a while ago, unrenewed."""
    at_work = Organisation.objects.filter(AT_WORK).order_by().values("pk")
    rows = Qualification.objects.filter(
        expires_on__range=(
            day - timedelta(days=timing.look_back),
            day + timedelta(days=timing.longest),
        ),
        party__in=at_work,
    ).exclude(status=Qualification.Status.AWAITING)
    rows = qualifications.on_day(rows.order_by(), day).filter(renewed=False)
    running, over = (qualifications.standing_is(rows, each) for each in ("valid", "expired"))
    found = rows.filter(Q(pk__in=running.values("pk")) | Q(pk__in=over.values("pk")))
    return found.select_related("party").order_by("pk")


def of_certificates(rows: Sequence[Any], day: date, timing: Timing) -> Iterator[ReminderEvent]:
    """The events of rows of `certificates`: one for the nearest mark that each has reached."""
    for row in rows:
        left = (row.expires_on - day).days
        reached = mark(left, timing.marks_of(row.title))
        if reached is None:
            continue
        yield ReminderEvent(
            kind=ReminderKind.CERTIFICATE,
            key=f"certificate:{row.pk}:{row.expires_on.isoformat()}:{reached}",
            region_id=row.party.region_id,
            party=row.party,
            subject=row.title,
            name=qualifications.title_word(row.title)[:MOST_NAME],
            due=row.expires_on,
            facts={"days": left, "number": row.number, "level": row.level},
            found_on=day,
        )


# --- filing windows


def of_windows(day: date, timing: Timing) -> Iterator[ReminderEvent]:
    """The open batches whose window has begun a while ago, or one of whose deadlines is near."""
    for batch in Batch.objects.filter(closed_on=None).select_related("region").order_by("pk"):
        dues = [(by, due) for name, by in DUES if (due := getattr(batch, name)) is not None]
        begins = batch.notice_on or timezone.localdate(batch.opened_at)
        last = max((due for _by, due in dues), default=None)
        if day - timedelta(days=timing.look_back) <= begins <= day and (not last or last >= day):
            yield _of_batch(batch, ReminderKind.OPENS, f"opens:{batch.pk}", day, last, {})
        for by, due in dues:
            left = (due - day).days
            reached = mark(left, timing.window_days, ended=False)
            if reached is not None:
                key = f"closes:{batch.pk}:{by.value}:{due.isoformat()}:{reached}"
                facts = {"by": by.value, "days": left}
                yield _of_batch(batch, ReminderKind.CLOSES, key, day, due, facts)


def _of_batch(
    batch: Batch, kind: str, key: str, day: date, due: date | None, facts: dict[str, Any]
) -> ReminderEvent:
    return ReminderEvent(
        kind=kind, key=key, region=batch.region, subject=batch.title, name=batch.name[:MOST_NAME],
        due=due, batch=batch, found_on=day,
        facts={**facts, "programme": batch.programme_name, "notice": batch.notice_number},
    )  # fmt: skip


# --- policies


def of_documents(day: date) -> Iterator[ReminderEvent]:
    """The documents in whose place another stands by this day."""
    rows = PolicyDocument.objects.filter(superseded_on__lte=day, superseded_by__isnull=False)
    for document in rows.select_related("region", "superseded_by").order_by("pk"):
        successor: Any = document.superseded_by
        when: Any = document.superseded_on
        key = f"superseded:{document.pk}:{successor.pk}:{when.isoformat()}"
        if ReminderEvent.objects.filter(key=key).exists():
            continue  # whom it concerns is counted once
        rules = PolicyRule.objects.filter(document__in=(document, successor)).order_by("rule")
        codes = sorted(set(rules.values_list("rule", flat=True)))
        yield ReminderEvent(
            kind=ReminderKind.SUPERSEDED, key=key, region=document.region,
            name=document.title[:MOST_NAME], due=when, document=document, found_on=day,
            facts={
                "number": document.number, "successor": successor.pk,
                "successor_name": str(successor), "rules": codes, **_affected(codes),
            },
        )  # fmt: skip


def _affected(rules: Sequence[str]) -> dict[str, Any]:
    """How many enterprises meet any of these rules by the newest run, and of which day that is."""
    run = RuleRun.objects.select_related("verdicts").exclude(ended_at=None).order_by("-pk").first()
    if run is None or run.verdicts is None or not rules:
        return {}
    with TemporaryDirectory() as folder, open_file(run.verdicts) as file:
        path = Path(folder) / "verdicts.parquet"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        met = pl.scan_parquet(path).filter(
            pl.col("rule_id").is_in(list(rules)) & pl.col("verdict").eq("qualified")
        )
        count: Any = met.select(pl.col("enterprise_code").n_unique()).collect()
    return {"firms": int(count.item()), "as_of": run.as_of.isoformat()}
