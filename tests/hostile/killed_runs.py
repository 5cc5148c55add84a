"""A run of all rules whose workers are killed while they judge, join, compare and climb.

Run as a program by `test_killed_runs.py`, in an installation that holds the example. However often
a worker dies, the files are the same bytes as those of a run that nobody disturbed, and nothing
stands twice.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Any, Final

from forked_workers import fork_worker
from killed_imports import PACE, PATIENCE, finish

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.jobs import ENDED
from kechuang.office.ground.models import Job
from kechuang.office.policies import jobs, rules
from kechuang.office.policies.models import Prospect, RuleCount, RulePart, RuleRun, VerdictChange
from kechuang.office.policies.services import runs
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.office.site.serving import prepare
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

DAY: Final = date(2026, 7, 1)
FEW: Final = {"tech_sme_national", "tech_sme_screening", "srdi_sme"}
BATCHES: Final = 8
KILLS: Final = 6


def few_rules() -> Rulebook:
    """Compiling all of them takes a second for each worker."""
    whole = load_rulebook()
    return Rulebook([each for each in whole if each.id in FEW], whole.dictionary)


def kill_when(is_time: Callable[[], bool], delay: float) -> bool:
    """Start a worker and kill it a moment after it got so far; whether there was anything to do."""
    if not Job.objects.exclude(state__in=ENDED).exists():
        return False
    child = fork_worker(PACE)
    until = monotonic() + PATIENCE
    while not is_time() and monotonic() < until:
        threading.Event().wait(0.005)
    threading.Event().wait(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def progress(kind: str) -> tuple[int, int]:
    """How far the newest job of a kind is: its step and what is done of that; (9, 0) at its end."""
    job = Job.objects.filter(kind=kind).order_by("-pk").first()
    if job is None:
        return (-1, 0)
    return (9, 0) if job.state in ENDED else (job.step, job.done)


def disturbed(chance: random.Random, firms: int) -> int:
    """Kill the workers of a run and of the ladder on it; gives how many died at work."""
    each = -(-firms // BATCHES)
    judging = sorted(chance.sample(range(1, BATCHES), KILLS - 3))
    points = [
        *((runs.KIND, (jobs.JUDGE, each * many)) for many in judging),
        (runs.KIND, (jobs.JOIN, chance.randrange(BATCHES))),
        *((jobs.LADDER, (0, many)) for many in sorted(chance.sample(range(1, BATCHES), 2))),
    ]
    ladders = Job.objects.filter(kind=jobs.LADDER).count()
    died = 0
    for kind, point in points:

        def is_time(kind: str = kind, point: tuple[int, int] = point) -> bool:
            begun = kind != jobs.LADDER or Job.objects.filter(kind=kind).count() > ladders
            return begun and progress(kind) >= point

        died += kill_when(is_time, chance.uniform(0, 0.03))
    return died


def result(run: RuleRun) -> dict[str, Any]:
    """What a run left, apart from its own number."""
    run.refresh_from_db()
    assert run.verdicts is not None
    assert run.snapshot is not None
    counts = RuleCount.objects.filter(run=run).order_by("order")
    prospects = Prospect.objects.filter(run=run).order_by("party", "rung")
    told = prospects.values_list("party", "rung", "state", "this_year", "lacks", "missing")
    return {
        "verdicts": run.verdicts.digest,
        "snapshot": run.snapshot.digest,
        "enterprises": run.enterprises,
        "counts": list(counts.values_list("rule", "qualified", "not_qualified", "unknown")),
        "prospects": list(told),
    }


def main(seed: int) -> None:
    """One run that nobody disturbs, one whose workers die, and what came of both."""
    rules.load_rulebook = few_rules
    prepare()
    firms = Organisation.objects.filter(AT_WORK).count()
    jobs.BATCH = -(-firms // BATCHES)  # type: ignore[misc]
    finish()
    first = runs.start(SYSTEM, DAY)
    finish()
    whole = result(first)
    second = runs.start(SYSTEM, DAY)
    kills = disturbed(random.Random(seed), firms)  # noqa: S311 - moments of chance, no secret
    finish()
    told = {
        "kills": kills,
        "same": {name: value == whole[name] for name, value in result(second).items()},
        "enterprises": (whole["enterprises"], firms),
        "prospects": len(whole["prospects"]),
        "parts": RulePart.objects.count(),
        "changes": VerdictChange.objects.count(),
        "older": Prospect.objects.exclude(run=second).count(),
        "again": runs.same_again(second),
        "jobs": dict(Counter(Job.objects.values_list("state", flat=True))),
    }
    print(json.dumps(told))  # noqa: T201 - what the test reads
