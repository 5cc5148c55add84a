"""The job that looks for the nearest enterprises of a goal, in the snapshot of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.eligibility.choosing import Candidate, Choosing, Ways
from kechuang.office.ground.files import open_file
from kechuang.office.ground.job_runs import JobError, JobKind, JobRun
from kechuang.office.parties.queries import keys_of
from kechuang.office.policies import keeping
from kechuang.office.policies.inputs import KEY, PLACE, SUBJECT, Frames, every
from kechuang.office.policies.keeping import Snapshot
from kechuang.office.policies.ladder_work import AT_A_TIME, Ladder, Ruler, decimal_of
from kechuang.office.policies.models import Goal, GoalFirm
from kechuang.office.policies.queries import goals as queries
from kechuang.office.policies.services.goals import KIND, tell
from kechuang.office.regions.queries import within

MOST_POINTS: Final = 600
"""Points of one search: what takes longer is told as not worked out."""
MOST_TEXT: Final = 500


def run_goal(run: JobRun) -> Mapping[str, Any]:
    """Look at every enterprise twice: first for one change, then for the least.

    What was seen is kept with each batch, so that it goes on where it was cut off.
    """
    found = Goal.objects.select_related("region", "run__snapshot").filter(pk=run.arguments["goal"])
    goal = found.first()
    if goal is None or goal.run.snapshot is None:
        raise JobError(_("这个目标或它依据的运行已不在。请重新提出。"))
    if not run.checkpoint:
        _count(run, goal)
    choosing = Choosing(goal.needed, MOST_POINTS)
    if "seen" in run.checkpoint:
        choosing.resume(run.checkpoint["seen"])
    taken = queries.taken(goal)
    places = set(within(goal.region.path).values_list("code", flat=True))
    with TemporaryDirectory() as folder, open_file(goal.run.snapshot) as file:
        snapshot = Snapshot(file)
        ladder = Ladder(snapshot, snapshot.book(Path(folder)))
        batches = [(look, number) for look in (False, True) for number in snapshot.numbers()]
        first = run.checkpoint.get("batch", 0)
        run.begin(0, len(batches) + 1, done=first)
        for place, (look, number) in enumerate(batches[first:], start=first + 1):
            frames = _open_to(snapshot.frames(number), taken, places)
            for ruler, mine in ladder.of_rung(goal.rung, frames):
                ways = ways_until(goal.until, goal.run.as_of, ruler.ways)
                _see(choosing, ruler, mine, ways, look=look)
            with run.unit({"batch": place, "seen": choosing.state()}):
                pass  # what was seen is kept, and nothing else
    chosen = choosing.chosen()
    with run.unit():
        goal.unsure, goal.ended_at = len(chosen.unsure), timezone.now()
        goal.save(update_fields=["unsure", "ended_at"])
        GoalFirm.objects.filter(goal=goal).delete()
        GoalFirm.objects.bulk_create(_rows(goal, chosen.candidates), batch_size=AT_A_TIME)
        tell(run.actor, "goal.end", goal, {"firms": (None, len(chosen.candidates))})
    return {"goal": goal.pk, "firms": len(chosen.candidates)}


def _count(run: JobRun, goal: Goal) -> None:
    """How many are needed, told once: it is not to change while the job is cut off."""
    goal.lapsing = queries.lapsing(goal, timezone.localdate())
    goal.filing = queries.filing(goal)
    goal.needed = goal.number + (goal.lapsing if goal.kind == Goal.Kind.NET else 0)
    with run.unit({"batch": 0}, done=0):
        goal.save(update_fields=["lapsing", "filing", "needed"])


def _open_to(frames: Frames, taken: set[str], places: set[str]) -> Frames:
    """The frames with the enterprises of these places that are not taken."""
    mine = pl.col(PLACE).is_in(sorted(places)) & pl.col(KEY).is_in(sorted(taken)).not_()
    return {**frames, SUBJECT: frames[SUBJECT].filter(mine)}


def ways_until(until: date, as_of: date, ways: Ways) -> Ways:
    """What counts for a goal: next year's way only where the goal reaches beyond this year."""
    return ways if until.year > as_of.year else [each for each in ways if each[1]]


def _see(choosing: Choosing, ruler: Ruler, frames: Frames, ways: Ways, *, look: bool) -> None:
    one_change = ruler.by_one_change(frames, ways)
    if not look:
        for ones in one_change:
            choosing.glance(ones)
        return
    for (code, of), ones in zip(every(frames).items(), one_change, strict=True):
        choosing.look(code, of.facts, of.rows, ways, partial(ruler.missing, of), ones)


def _rows(goal: Goal, candidates: tuple[Candidate, ...]) -> Iterator[GoalFirm]:
    codes = [each.key for each in candidates]
    keys = keys_of(codes)
    for order, each in enumerate((one for one in candidates if one.key in keys), start=1):
        way = each.distance.way
        yield GoalFirm(
            goal=goal, party_id=keys[each.key], order=order, this_year=each.this_year,
            effort=decimal_of(way.effort), changes=len(way.changes),
            lacks=way.sentence[:MOST_TEXT], missing=each.missing,
        )  # fmt: skip


AIMING: Final = JobKind(
    KIND,
    gettext_lazy("达标路径"),
    62,
    (gettext_lazy("逐批找最近的企业"),),
    run_goal,
    url=queries.address_of_job,
    errors=(keeping.SnapshotError,),
    partial=False,
)
