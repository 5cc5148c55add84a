"""One process of the measurement of policies, over an installation of its own (`KECHUANG_DATA`).

Roles: `fill` makes up the registry, `run` judges every rule on every enterprise as a job, `bare`
does the same without a job, `again` makes the verdicts anew from the snapshot, `ladder` works out
the ladder, `pages` asks the pages. Prints a line of JSON with the seconds of the processor (of
PostgreSQL's process too), those on the clock, and the most memory.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import polars as pl
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.office_lists import office, opener
from bench.registry_pages import OFFICER, TODAY, Clock, fill

DAY = TODAY
FIRMS, SEED, ROUNDS = 100, 20240101, 5


class Timed:
    """What some work took."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._clock = Clock()
        self._busy, self._start = self._clock(), time.perf_counter()

    def told(self, **more: Any) -> dict[str, Any]:
        """The seconds until now, and the most memory of this process."""
        return {
            "busy": self._clock() - self._busy,
            "passed": time.perf_counter() - self._start,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            **more,
        }


def fill_in(rows: str) -> dict[str, Any]:
    """The made-up registry."""
    timed = Timed()
    firms, facts = fill(int(rows))
    return timed.told(firms=firms, facts=facts)


def work(kind: str) -> dict[str, Any]:
    """Do the jobs that wait until one of this kind is done; time that one alone."""
    worker = office("ground.worker")
    while job := worker.claim(worker.IN_PROCESS):
        timed = Timed()
        worker.work_on(job, worker.IN_PROCESS)
        job.refresh_from_db()
        if job.kind == kind:
            if job.state != "done":
                raise RuntimeError(job.error)
            return timed.told()
    raise RuntimeError(f"no job of the kind {kind} waits")


def run() -> dict[str, Any]:
    """A run of all rules, as a job."""
    found = office("policies.services.runs").start(office("ground.actors").SYSTEM, DAY)
    told = work("rules.run")
    found.refresh_from_db()
    return {**told, "enterprises": found.enterprises, "file": found.verdicts.size}


def bare() -> dict[str, Any]:
    """The same verdicts: everything read at once, judged at once, written at once."""
    inputs, judging, rules = (office(f"policies.{name}") for name in ("inputs", "judging", "rules"))
    runs, keeping = office("policies.queries.runs"), office("policies.keeping")
    timed = Timed()
    book, root = rules.rulebook(), runs.root()
    held = rules.holds_here(rules.rules_on(DAY, book), root.path)
    judged = [judging.Judged(each, runs.regions_of(each, root)) for each in held]
    fields = inputs.needed(held, book, DAY)
    tables = inputs.held_frames()
    frames = inputs.frames_between(0, 2**62, DAY, fields, tables)
    shape = judging.shape_of(frames)
    verdicts = judging.Judging(judged, book, DAY, shape).verdicts(frames)
    with TemporaryDirectory() as folder:
        path = Path(folder, "verdicts.parquet")
        verdicts.write_parquet(path, compression="zstd", statistics=True)
        told = timed.told(rules=len(held), verdicts=verdicts.height)
        run = office("policies.models").RuleRun.objects.order_by("-pk").first()
        kept = office("policies.jobs").copied(run.verdicts, Path(folder, "kept.parquet"))
        same = all(_verdicts(kept, each.id).equals(_verdicts(path, each.id)) for each in held)
        return {**told, "same": same, "again": keeping.digest_of(kept) == run.verdicts.digest}


def _verdicts(path: Path, rule: str) -> pl.DataFrame:
    rows = pl.scan_parquet(path).filter(pl.col("rule_id") == rule)
    return rows.sort("enterprise_code").collect()


def again() -> dict[str, Any]:
    """The verdicts made anew from the snapshot: whether they are the same bytes."""
    found = office("policies.models").RuleRun.objects.order_by("-pk").first()
    counts = office("policies.models").RuleCount.objects.filter(run=found)
    verdicts = sum(each.qualified + each.not_qualified + each.unknown for each in counts)
    timed = Timed()
    same = office("policies.services.runs").same_again(found)
    return timed.told(same=same, verdicts=verdicts)


def ladder() -> dict[str, Any]:
    """The ladder on the run, as a job."""
    told = work("rules.ladder")
    return {**told, "prospects": office("policies.models").Prospect.objects.count()}


def pages() -> dict[str, Any]:
    """The page of counts, and the diagnosis of a hundred firms: queries, milliseconds."""
    connection.ensure_connection()
    clock, client = Clock(), Client(HTTP_HOST="127.0.0.1")
    found: dict[str, Any] = {}
    address = "/policies/ladder/"
    page = opener(client, OFFICER, address)
    page()
    with CaptureQueriesContext(connection) as caught:
        page()
    found["counts"] = {"queries": _reads(caught), "times": _times(clock, page, ROUNDS)}
    firms = office("policies.queries.diagnosis").visible(office("ground.actors").SYSTEM)
    keys = list(firms.order_by("pk").values_list("party__code", flat=True))
    chosen = random.Random(SEED).sample(keys, min(FIRMS, len(keys)))  # noqa: S311
    client.get(f"/policies/diagnosis/{chosen[0]}/")  # rules are compiled once a day
    queries: list[int] = []
    times: list[float] = []
    for code in chosen:
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(f"/policies/diagnosis/{code}/")
        if answer.status_code != 200:
            raise RuntimeError(f"the diagnosis of {code} does not open")
        queries.append(_reads(caught))
        times += _times(clock, lambda code=code: client.get(f"/policies/diagnosis/{code}/"), 1)
    found["diagnosis"] = {"queries": max(queries), "times": times}
    return found


def _reads(caught: CaptureQueriesContext) -> int:
    """The queries of a page; that a session was seen is written now and then, whatever the page."""
    return sum("SELECT " in each["sql"] for each in caught.captured_queries)


def _times(clock: Clock, call: Callable[[], object], rounds: int) -> list[float]:
    times: list[float] = []
    for _ in range(rounds):
        start = clock()
        call()
        times.append((clock() - start) * 1000)
    return times


ROLES: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": fill_in, "run": run, "bare": bare, "again": again, "ladder": ladder, "pages": pages,
}  # fmt: skip


def main() -> None:
    """Play one role."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.office.site.settings"
    django.setup()
    role, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps(ROLES[role](*arguments)) + "\n")


if __name__ == "__main__":
    main()
