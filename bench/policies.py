"""Every rule on every enterprise as a job, beside the same read, judged and written without one.

Each process works alone over the same made-up registry: the job, the bare work, the verdicts made
again from the snapshot, the ladder, the pages. The smaller registry shows whether memory grows.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.eligibility_peers.environment import ROOT
from bench.office import KECHUANG, Rows
from bench.registry import postgres

FULL, QUICK = 20_000, 2_000
SMALLER = 10  # times as few enterprises in the smaller registry
MOST_TIMES, MOST_QUERIES, MOST_SERVER = 1.5, 25, 300


def measure(rows: int) -> Iterator[tuple[str, Rows]]:
    """All measurements with so many enterprises on SQLite, and the run on PostgreSQL."""
    with TemporaryDirectory(prefix="bench-policies") as folder:
        small = _played(rows // SMALLER, {"KECHUANG_DATA": str(Path(folder, "small"))}, "run")
        environment = {"KECHUANG_DATA": str(Path(folder, "large"))}
        found = _played(rows, environment, "run", "bare", "again", "ladder", "pages")
        growth = found["run"]["peak"] - small["run"]["peak"]
        memory = f"{growth:,.0f} MiB more than for {small['run']['enterprises']:,} enterprises"
        told = [*_of_run(found), ("memory grows by", memory)]
        yield f"Policies of {rows:,} enterprises, SQLite", [*told, *_of_rest(found)]
    with TemporaryDirectory(prefix="pg") as folder, postgres(Path(folder)) as address:
        environment = {"KECHUANG_DATA": str(Path(folder, "d")), "KECHUANG_DATABASE": address}
        found = _played(rows, environment, "run", "bare", "ladder", "pages")
        told = [*_of_run(found), *_of_rest(found)]
        yield f"Policies of {rows:,} enterprises, PostgreSQL", told


def _played(rows: int, environment: dict[str, str], *roles: str) -> dict[str, Any]:
    """Make up a registry, then play the roles over it, each in a process of its own."""
    everything = {**os.environ, **environment}
    subprocess.run([*KECHUANG, "demo"], env=everything, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, Any] = {}
    for role, *arguments in (("fill", str(rows)), *((each,) for each in roles)):
        command = [sys.executable, "-m", "bench.policies_worker", role, *arguments]
        told = subprocess.run(
            command, env=everything, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        found[role] = json.loads(told.stdout.splitlines()[-1])
    return found


def _of_run(found: dict[str, Any]) -> Rows:
    ours, bare = found["run"], found["bare"]
    times = ours["busy"] / bare["busy"]
    missed = ", MISSED" if times > MOST_TIMES else ""
    return [
        ("judged", f"{ours['enterprises']:,} at work, {bare['verdicts']:,} verdicts"),
        ("the same verdicts", str(bare["same"])),
        (
            "run : bare, of the processor",
            f"{ours['busy']:.1f} : {bare['busy']:.1f} s = {times:.2f} times "
            f"(aim {MOST_TIMES}{missed})",
        ),
        ("on the clock", f"{ours['passed']:.1f} : {bare['passed']:.1f} s"),
        ("peak memory, run : bare", f"{ours['peak']:,.0f} : {bare['peak']:,.0f} MiB"),
    ]


def _of_rest(found: dict[str, Any]) -> Rows:
    told: Rows = []
    if again := found.get("again"):
        same = "the same bytes" if again["same"] else "OTHER BYTES"
        told.append(
            (
                "made again from the snapshot",
                f"{again['verdicts']:,}: {same}, {again['busy']:.1f} s",
            )
        )
    ladder, counts, firm = found["ladder"], found["pages"]["counts"], found["pages"]["diagnosis"]
    peak = f"{ladder['prospects']:,} rows, {ladder['peak']:,.0f} MiB"
    told.append(("the ladder", f"{ladder['busy']:.1f} s of the processor, {peak}"))
    told.append(("page of counts", _page(counts["queries"], min(counts["times"]), "best")))
    cuts = statistics.quantiles(firm["times"], n=20, method="inclusive")
    told.append(("diagnosis, half of the firms", _page(firm["queries"], cuts[9], "within")))
    told.append(("diagnosis, 95 of 100 firms", _page(firm["queries"], cuts[18], "within")))
    told.append(("diagnosis, every firm", _page(firm["queries"], max(firm["times"]), "within")))
    return told


def _page(queries: int, milliseconds: float, word: str) -> str:
    missed = " MISSED" if queries > MOST_QUERIES or milliseconds > MOST_SERVER else ""
    return (
        f"{queries} queries (aim {MOST_QUERIES}), {word} {milliseconds:.0f} ms of server time "
        f"(aim {MOST_SERVER}){missed}"
    )
