"""The job that finds what there is to tell on a day and sends each person one digest.

It may be cut off anywhere and done twice: an event has a key, a run is looked through once, the
digest of a day is closed once, and a person gets one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.job_runs import JobKind, JobRun
from kechuang.office.ground.notices import notify
from kechuang.office.policies import crossing_work, reminder_finding
from kechuang.office.policies.crossing_work import Crossings
from kechuang.office.policies.models import (
    ReminderDigest,
    ReminderEvent,
    ReminderMark,
    RuleRun,
)
from kechuang.office.policies.queries import reminders as queries
from kechuang.office.policies.queries.runs import root
from kechuang.office.policies.reminders import timing
from kechuang.office.policies.services.reminders import KIND

FIND, CROSS, TELL = 0, 1, 2
CERTIFICATES: Final = 1_000
PEOPLE: Final = 100


def run_reminders(run: JobRun) -> Mapping[str, Any]:
    """Certificates, windows and policies; then verdicts; then a digest for each person."""
    day = date.fromisoformat(run.arguments["day"])
    step = run.checkpoint.get("step", FIND)
    if step == FIND:
        _find(run, day)
    if step <= CROSS:
        _cross(run, day)
    _tell(run, day)
    found = ReminderEvent.objects.filter(told_on=day).count()
    return {"events": found, "people": ReminderDigest.objects.filter(day=day).count()}


def _find(run: JobRun, day: date) -> None:
    found = timing(day)
    rows = reminder_finding.certificates(day, found)
    last = run.checkpoint.get("last", 0)
    run.begin(FIND, rows.count() + 1, done=rows.filter(pk__lte=last).count())
    while some := list(rows.filter(pk__gt=run.checkpoint.get("last", 0))[:CERTIFICATES]):
        with run.unit({"step": FIND, "last": some[-1].pk}, done=len(some)):
            reminder_finding.keep(reminder_finding.of_certificates(some, day, found))
    with run.unit({"step": CROSS}):
        reminder_finding.keep(reminder_finding.of_windows(day, found))
        reminder_finding.keep(reminder_finding.of_documents(day))


def _cross(run: JobRun, day: date) -> None:
    """The runs that have ended lately and were not looked through, the oldest first."""
    since = timezone.now() - timedelta(days=timing(day).look_back)
    marks = ReminderMark.objects.filter(key__startswith="run:").values_list("key", flat=True)
    seen = {int(key.partition(":")[2]) for key in marks}
    rows = RuleRun.objects.filter(ended_at__gte=since, previous__isnull=False).exclude(pk__in=seen)
    wanted = list(rows.select_related("region", "snapshot", "previous__snapshot").order_by("pk"))
    run.begin(CROSS, sum(crossing_work.crossed(each).count() + 1 for each in wanted))
    for each in wanted:
        _cross_one(run, each, day)
    with run.unit({"step": TELL}, done=0):
        pass  # nothing is kept but how far it got


def _cross_one(run: JobRun, found: RuleRun, day: date) -> None:
    rows = crossing_work.crossed(found)
    place: list[int] = []
    if run.checkpoint.get("run") == found.pk:
        place = run.checkpoint["place"]
    with Crossings(found) as crossings:
        while some := crossing_work.after(rows, place):
            events = list(crossings.events(some, day))
            place = [some[-1].party.pk, some[-1].pk]
            mark = {"step": CROSS, "run": found.pk, "place": place}
            with run.unit(mark, done=len(some)):
                reminder_finding.keep(events)
    with run.unit({"step": CROSS}):
        ReminderMark.objects.get_or_create(key=f"run:{found.pk}", defaults={"region": found.region})


# --- telling


def _tell(run: JobRun, day: date) -> None:
    run.begin(TELL, 0)
    if not run.checkpoint.get("closed"):
        with run.unit({"step": TELL, "closed": True}, done=0):
            close(day)
    while some := queries.people(day, run.checkpoint.get("person", ""), PEOPLE):
        mark = {"step": TELL, "closed": True, "person": some[-1][0].code}
        with run.unit(mark, done=len(some)):
            for actors in some:
                _tell_one(actors, day)


def close(day: date) -> None:
    """Let the digest of a day tell of all that was found and not told of; once.

    What is found later on the same day goes into that of the next.
    """
    _mark, fresh = ReminderMark.objects.get_or_create(
        key=f"day:{day.isoformat()}", defaults={"region": root()}
    )
    if fresh:
        ReminderEvent.objects.filter(told_on=None).update(told_on=day)


def _tell_one(actors: list[Actor], day: date) -> None:
    """One message for a person, where there is something for them and they have none."""
    user = actors[0].code
    rows = queries.digest_rows(actors, day)
    counts = queries.counted(rows)
    if not counts:
        return
    mine = queries.mentored(rows, user).count()
    _digest, fresh = ReminderDigest.objects.get_or_create(
        to=user, day=day, defaults={"counts": counts, "mine": mine}
    )
    if fresh:
        notify(user, queries.told(counts, mine, day), queries.digest_address(day))


REMINDING: Final = JobKind(
    KIND,
    gettext_lazy("提醒"),
    63,
    (gettext_lazy("证书、申报和政策"), gettext_lazy("变化的结论"), gettext_lazy("发送每日摘要")),
    run_reminders,
)
